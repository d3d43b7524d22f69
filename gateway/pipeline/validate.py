"""Stage 3: does the operation fit the API schema, and do the variables fit the operation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    ObjectFieldNode,
    SelectionSetNode,
    StringValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    Visitor,
    get_named_type,
    validate,
    value_from_ast_untyped,
    visit,
)
from graphql.utilities.coerce_input_value import coerce_default_value

from gateway.pipeline.documents import DOCUMENTS, roomy_variables
from gateway.pipeline.limits import Limits
from gateway.pipeline.lru import Lru
from gateway.pipeline.shape import fragments_of
from gateway.pipeline.stages import (
    ErrorEntry,
    OperationRefused,
    ParsedOperation,
    RequestContext,
    RootField,
    ValidatedOperation,
)
from gateway.pipeline.variables import UNSTORABLE, coerce_variables, unstorable

_LACKS = re.compile(r"^Expected value of type '([\w!\[\]]+)' to include required field '(\w+)'")
_UNKNOWN = re.compile(r"^Expected value of type '([\w!\[\]]+)' not to include unknown field '(\w+)'")
_KIND = re.compile(
    r"^Expected value of (?:non-null )?type '([\w!\[\]]+)'|^(Int|Float|String|Boolean|ID) cannot|^Enum '(\w+)' cannot"
)


class OperationInvalid(OperationRefused):
    code = "GRAPHQL_VALIDATION_FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What is known of a document for good: its errors, or what it touches."""

    errors: tuple[ErrorEntry, ...]
    fields: frozenset[tuple[str, str]] = frozenset()
    roots: tuple[FieldNode, ...] = ()
    roomy: Mapping[str, int] = field(default_factory=dict)


class Validate:
    """Facts are remembered per document, also for documents that are refused."""

    def __init__(self, api: GraphQLSchema, limits: Limits, documents: Mapping[str, int] = DOCUMENTS) -> None:
        self._api = api
        self._documents = documents
        self._limits = limits
        self._known: Lru[_Facts] = Lru(limits.cached_documents)

    def __call__(self, parsed: ParsedOperation, ctx: RequestContext) -> ValidatedOperation:
        del ctx
        facts = self._known.get(parsed.key) or self._known.put(parsed.key, self._examine(parsed))
        if facts.errors:
            raise OperationInvalid(facts.errors[0].message, entries=facts.errors)
        values = coerce_variables(
            self._api,
            parsed.operation.variable_definitions or (),
            parsed.variables,
            max_errors=self._limits.max_errors,
            roomy=facts.roomy,
            documents=self._documents,
        )
        return ValidatedOperation(
            parsed=parsed,
            variable_values=values,
            fields=facts.fields,
            root_fields=tuple(self._root_field(each, parsed, values) for each in facts.roots),
        )

    def _examine(self, parsed: ParsedOperation) -> _Facts:
        errors = validate(
            self._api,
            parsed.document,
            max_errors=self._limits.max_errors - 1,
            hide_suggestions=not self._limits.introspection,
        )
        if errors:
            return _Facts(errors=tuple(_entry(error) for error in errors[: self._limits.max_errors]))
        if any(unstorable(text) for text in _literals(parsed)):
            return _Facts(
                errors=(ErrorEntry(message=f"A literal {UNSTORABLE}", extensions={"code": OperationInvalid.code}),)
            )
        touched = _Touched(self._api, parsed)
        roots = tuple(touched.roots())
        root = self._api.get_root_type(parsed.operation.operation)
        roomy = roomy_variables(parsed.document, root.name if root else "", roots, self._documents)
        return _Facts(errors=(), fields=frozenset(touched.fields()), roots=roots, roomy=roomy)

    def _root_field(self, node: FieldNode, parsed: ParsedOperation, values: Mapping[str, object]) -> RootField:
        root = self._api.get_root_type(parsed.operation.operation)
        definition = root.fields.get(node.name.value) if root else None
        arguments: dict[str, object] = {}
        for name, argument in (definition.args if definition else {}).items():
            default = coerce_default_value(argument)
            if default is not Undefined:
                arguments[name] = default
        for each in node.arguments or ():
            if isinstance(each.value, VariableNode):
                if each.value.name.value in values:
                    arguments[each.name.value] = values[each.value.name.value]
            else:
                arguments[each.name.value] = value_from_ast_untyped(each.value, dict(values))
        return RootField(
            name=node.name.value,
            response_key=node.alias.value if node.alias else node.name.value,
            arguments=arguments,
        )


def _literals(parsed: ParsedOperation) -> Iterator[str]:
    found: list[str] = []

    class Reader(Visitor):
        @staticmethod
        def enter_string_value(node: StringValueNode, *_: object) -> None:
            found.append(node.value)

    visit(parsed.document, Reader())
    yield from found


def _entry(error: GraphQLError) -> ErrorEntry:
    """An error about a literal loses the literal: it may be somebody's data. What the schema says of it stays."""
    message = error.message
    if any(
        isinstance(node, ValueNode | ObjectFieldNode) and not isinstance(node, VariableNode)
        for node in error.nodes or ()
    ):
        message = "A literal value does not fit the type it is used for"
        missing, unknown, kind = (each.search(error.message) for each in (_LACKS, _UNKNOWN, _KIND))
        if missing:
            message += f": {missing[1]} needs the field {missing[2]}"
        elif unknown:
            message += f": {unknown[1]} has no field {unknown[2]}"
        elif kind:
            message += f": {kind[kind.lastindex or 0]} is needed"
        message += "."
    return ErrorEntry(
        message=message,
        locations=tuple((each.line, each.column) for each in error.locations or ()),
        extensions={"code": OperationInvalid.code},
    )


class _Touched:
    """Fields an operation may touch. Fragments are walked once per type they are met on."""

    def __init__(self, api: GraphQLSchema, parsed: ParsedOperation) -> None:
        self._api = api
        self._fragments = fragments_of(parsed.document)
        self._operation = parsed.operation
        self._seen: set[tuple[str, int]] = set()

    def fields(self) -> Iterator[tuple[str, str]]:
        root = self._api.get_root_type(self._operation.operation)
        if root is not None:
            yield from self._walk(root, self._operation.selection_set)

    def roots(self) -> Iterator[FieldNode]:
        yield from self._roots(self._operation.selection_set, set())

    def _roots(self, selections: SelectionSetNode, spread: set[str]) -> Iterator[FieldNode]:
        for each in selections.selections:
            if isinstance(each, FieldNode):
                yield each
            elif isinstance(each, InlineFragmentNode):
                yield from self._roots(each.selection_set, spread)
            elif isinstance(each, FragmentSpreadNode) and each.name.value not in spread:
                spread.add(each.name.value)
                yield from self._roots(self._fragments[each.name.value].selection_set, spread)

    def _walk(
        self,
        parent: GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType,
        selections: SelectionSetNode,
    ) -> Iterator[tuple[str, str]]:
        if (parent.name, id(selections)) in self._seen:
            return
        self._seen.add((parent.name, id(selections)))
        for each in selections.selections:
            if isinstance(each, FieldNode):
                yield from self._field(parent, each)
                continue
            body = self._fragments[each.name.value] if isinstance(each, FragmentSpreadNode) else each
            if not isinstance(body, InlineFragmentNode | FragmentDefinitionNode):
                continue
            condition = body.type_condition
            on = self._api.type_map.get(condition.name.value) if condition else parent
            if isinstance(on, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType):
                yield from self._walk(on, body.selection_set)

    def _field(
        self, parent: GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType, node: FieldNode
    ) -> Iterator[tuple[str, str]]:
        name = node.name.value
        yield parent.name, name
        if isinstance(parent, GraphQLInterfaceType):
            for concrete in self._api.get_possible_types(parent):
                yield concrete.name, name
        if isinstance(parent, GraphQLUnionType) or node.selection_set is None:
            return
        definition = parent.fields.get(name)
        named = get_named_type(definition.type) if definition else None
        if isinstance(named, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType):
            yield from self._walk(named, node.selection_set)
