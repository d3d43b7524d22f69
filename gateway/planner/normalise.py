"""Pass 1: inline fragments, expand abstract selections to concrete types, merge fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    print_ast,
)

from chassis.errors import InvalidInput
from gateway.planner.conditions import ALWAYS, NO_GUARD, Guard, When, either, guard_of
from gateway.planner.introspection import INTROSPECTION_FIELDS
from gateway.planner.operation import TYPENAME, NormalOperation, Selection, SelectionTree, VariableUse
from gateway.supergraph.schema import TypeRef

Occurrences: TypeAlias = dict[str, list[tuple[FieldNode, Guard, int]]]
"""By response key: the syntax, the condition it stands under, its position among all fields of the object."""

Sources: TypeAlias = tuple[tuple[SelectionSetNode, Guard], ...]

MAX_SELECTIONS = 50_000
"""Distinct fields after expansion: a bound on work, far above what the shape limits let through."""


class OperationTooComplex(InvalidInput):
    code = "QUERY_TOO_COMPLEX"


def normalise(api: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> NormalOperation:
    """The document must be valid against `api`. Raises `OperationTooComplex`."""
    fragments = {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    root = api.get_root_type(operation.operation)
    if root is None:
        raise InvalidInput(f"The schema has no {operation.operation.value}.")
    tree = _Normaliser(api, fragments).tree(root, ((operation.selection_set, NO_GUARD),))
    return NormalOperation(
        kind=operation.operation.value,
        name=operation.name.value if operation.name else None,
        root=tree,
        variables={
            each.variable.name.value: VariableUse(
                name=each.variable.name.value,
                declaration=f"${each.variable.name.value}: {print_ast(each.type)}"
                + (f" = {print_ast(each.default_value)}" if each.default_value else ""),
            )
            for each in operation.variable_definitions or ()
        },
    )


def variables_in(value: ValueNode) -> Iterator[str]:
    if isinstance(value, VariableNode):
        yield value.name.value
    elif isinstance(value, ListValueNode):
        for item in value.values:
            yield from variables_in(item)
    elif isinstance(value, ObjectValueNode):
        for field in value.fields:
            yield from variables_in(field.value)


class _Normaliser:
    def __init__(self, api: GraphQLSchema, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._api = api
        self._fragments = fragments
        self._trees: dict[tuple[str, tuple[tuple[int, Guard], ...]], SelectionTree] = {}
        self._count = 0

    def tree(
        self, parent: GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType, sources: Sources
    ) -> SelectionTree:
        key = (parent.name, tuple((id(node), guard) for node, guard in sources))
        if key not in self._trees:
            self._trees[key] = SelectionTree(
                parent=parent.name,
                abstract=not isinstance(parent, GraphQLObjectType),
                by_type={each.name: self._fields(each, sources) for each in self._possible(parent)},
            )
        return self._trees[key]

    def _possible(
        self, parent: GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType
    ) -> Sequence[GraphQLObjectType]:
        if isinstance(parent, GraphQLObjectType):
            return [parent]
        return sorted(self._api.get_possible_types(parent), key=lambda each: each.name)

    def _fields(self, concrete: GraphQLObjectType, sources: Sources) -> tuple[Selection, ...]:
        occurrences: Occurrences = {}
        for node, guard in sources:
            self._collect(concrete, node, guard, occurrences, set())
        self._count += len(occurrences)
        if self._count > MAX_SELECTIONS:
            raise OperationTooComplex("The operation has too many fields once its fragments are expanded.")
        return tuple(self._selection(concrete, key, found) for key, found in occurrences.items())

    def _collect(
        self,
        concrete: GraphQLObjectType,
        node: SelectionSetNode,
        guard: Guard,
        into: Occurrences,
        spread: set[tuple[str, Guard]],
    ) -> None:
        for selection in node.selections:
            inner = guard_of(selection.directives or (), guard)
            if inner is None:
                continue
            if isinstance(selection, FieldNode):
                name = selection.name.value
                key = selection.alias.value if selection.alias else name
                into.setdefault(key, []).append((selection, inner, sum(map(len, into.values()))))
                continue
            if isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition.name.value if selection.type_condition else None
                body = selection.selection_set
            elif isinstance(selection, FragmentSpreadNode):
                name = selection.name.value
                if (name, inner) in spread:
                    continue
                spread.add((name, inner))
                fragment = self._fragments[name]
                condition, body = fragment.type_condition.name.value, fragment.selection_set
            else:
                continue
            if condition is None or self._applies(condition, concrete):
                self._collect(concrete, body, inner, into, spread)

    def _applies(self, condition: str, concrete: GraphQLObjectType) -> bool:
        if condition == concrete.name:
            return True
        found = self._api.type_map.get(condition)
        return isinstance(found, GraphQLInterfaceType | GraphQLUnionType) and self._api.is_sub_type(found, concrete)

    def _selection(
        self, concrete: GraphQLObjectType, key: str, found: Sequence[tuple[FieldNode, Guard, int]]
    ) -> Selection:
        node = found[0][0]
        name = node.name.value
        when = either(guard for _, guard, _ in found)
        occurrences = _placed(found)
        if name == TYPENAME:
            return Selection(
                response_key=key, name=name, type=TypeRef(text="String!"), when=when, occurrences=occurrences
            )
        if name in INTROSPECTION_FIELDS:
            return Selection(
                response_key=key, name=name, type=TypeRef(text="__Schema"), when=when, occurrences=occurrences
            )
        definition = concrete.fields[name]
        named = get_named_type(definition.type)
        child = None
        if isinstance(named, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType):
            # A guard that the field itself already carries need not be repeated on its children.
            shared = when[0] if len(when) == 1 else NO_GUARD
            child = self.tree(
                named,
                tuple((each.selection_set, guard - shared) for each, guard, _ in found if each.selection_set),
            )
        return Selection(
            response_key=key,
            name=name,
            type=TypeRef(text=str(definition.type)),
            arguments=_print_arguments(node),
            variables=frozenset(name for each in node.arguments or () for name in variables_in(each.value)),
            when=when or ALWAYS,
            child=child,
            occurrences=occurrences,
        )


def _placed(found: Sequence[tuple[FieldNode, Guard, int]]) -> tuple[tuple[int, When], ...]:
    """Positions up to the first that always holds; each guard once."""
    first: dict[Guard, int] = {}
    for _, guard, position in found:
        first.setdefault(guard, position)
        if guard == NO_GUARD:
            break
    return tuple((position, (guard,)) for guard, position in first.items())


def _print_arguments(node: FieldNode) -> str:
    if not node.arguments:
        return ""
    return "(" + ", ".join(print_ast(argument) for argument in node.arguments) + ")"
