"""The first of three gates: role by root field, and every area that is named must be the caller's.

It stands before planning, so a refused operation reaches no subgraph. Subgraphs decide again about each thing they
show, and the database's row policies stand behind them.

Areas are found by type: whatever value lands in a position of type `AreaPath` (or in an argument or input field named
`area` or `areaPath`), as a literal, inside an input object, in a fragment, by a variable or by its default.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import structlog
from graphql import (
    SKIP,
    ArgumentNode,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLSchema,
    ListValueNode,
    ObjectFieldNode,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    ValueNode,
    VariableNode,
    Visitor,
    VisitorAction,
    get_named_type,
    is_input_type,
    type_from_ast,
    visit,
)

from chassis.identity import Actor, BadCredential, ScopeKind
from gateway.pipeline.permissions import REFUSED_BY_SERVICE, ROOT_FIELDS, RootRules
from gateway.pipeline.stages import (
    ErrorEntry,
    OperationRefused,
    OperationType,
    RequestContext,
    RootField,
    ValidatedOperation,
)

log = structlog.get_logger("gateway.authorize")

AREA_TYPE = "AreaPath"
AREA_NAMES = frozenset({"area", "areaPath"})
INTROSPECTION = frozenset({"__schema", "__type"})
ALWAYS = frozenset({"__typename"})
# With these scopes a role acts on what is its own or public: an area narrows a search and opens nothing.
NOT_BOUND_TO_AREA = frozenset({ScopeKind.SELF, ScopeKind.EMPLOYER, ScopeKind.DEPARTMENT, ScopeKind.SYSTEM})
REMEMBERED = 1_000
MAX_ERRORS = 5


class OperationForbidden(OperationRefused):
    code = "FORBIDDEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaUse:
    """Where one operation names areas: values written in it, and variables that may hold some.

    `named` are the variables given to something called `area`, whatever their type.
    """

    written: frozenset[str]
    variables: Mapping[str, GraphQLInputType]
    named: frozenset[str]


@dataclass(slots=True, kw_only=True)
class Authorizer:
    """Implements `stages.Authorize`. `introspection`: whether the schema may be asked for.

    `refused_by_service`: mutations that reach their service whoever asks, because the refusal itself is kept there.
    """

    schema: GraphQLSchema
    introspection: bool
    rules: RootRules = field(default_factory=lambda: ROOT_FIELDS)
    refused_by_service: frozenset[str] = REFUSED_BY_SERVICE
    _uses: OrderedDict[str, AreaUse] = field(default_factory=OrderedDict, init=False)

    def __call__(self, operation: ValidatedOperation, ctx: RequestContext) -> None:
        """Raises OperationForbidden, naming the root fields; BadCredential without a caller."""
        if ctx.actor is None:
            raise BadCredential("Log in: send Authorization: Bearer <token>.")
        try:
            self._require_fields(operation, ctx.actor)
            self._require_areas(operation, ctx.actor)
        except OperationForbidden:
            # Refused here, before any service could write it down; see REFUSED_BY_SERVICE for what is kept.
            log.warning(
                "operation_forbidden",
                subject=ctx.actor.subject,
                roles=sorted(ctx.actor.roles),
                fields=sorted({each.name for each in operation.root_fields}),
                correlation_id=ctx.correlation_id,
            )
            raise

    def _require_fields(self, operation: ValidatedOperation, actor: Actor) -> None:
        refused = [each for each in operation.root_fields if not self._may(operation.operation_type, each.name, actor)]
        if refused:
            raise _forbidden("Your role may not ask for this.", refused)

    def _may(self, kind: OperationType, name: str, actor: Actor) -> bool:
        if name in ALWAYS:
            return True
        if name in INTROSPECTION:
            return self.introspection
        allowed = self.rules[kind].get(name, {})
        if any(role in allowed for role in actor.roles):
            return True
        return kind is OperationType.MUTATION and name in self.refused_by_service

    def _require_areas(self, operation: ValidatedOperation, actor: Actor) -> None:
        bound = [each for each in operation.root_fields if self._bound(operation.operation_type, each.name, actor)]
        if not bound:
            return
        use = self._use(operation)
        named = set(use.written)
        for name, kind in use.variables.items():
            named.update(_areas_in(operation.variable_values.get(name), kind, named=name in use.named))
        if not all(actor.covers_area(area) for area in named):
            raise _forbidden("This area lies outside what you may act on.", bound)

    def _bound(self, kind: OperationType, name: str, actor: Actor) -> bool:
        allowed = self.rules[kind].get(name, {})
        kinds = {allowed[role] for role in actor.roles if role in allowed}
        return bool(kinds) and not kinds & NOT_BOUND_TO_AREA

    def _use(self, operation: ValidatedOperation) -> AreaUse:
        known = self._uses.get(operation.key)
        if known is None:
            known = area_use(operation, self.schema)
            self._uses[operation.key] = known
            if len(self._uses) > REMEMBERED:
                self._uses.popitem(last=False)
        return known


def area_use(operation: ValidatedOperation, schema: GraphQLSchema) -> AreaUse:
    """Walks the whole document once: fragments that another operation uses do no harm."""
    types = TypeInfo(schema)
    finder = _AreaFinder(types)
    visit(operation.parsed.document, TypeInfoVisitor(types, finder))
    variables = {
        definition.variable.name.value: kind
        for definition in operation.parsed.operation.variable_definitions or ()
        if is_input_type(kind := type_from_ast(schema, definition.type))
    }
    return AreaUse(written=frozenset(finder.written), variables=variables, named=frozenset(finder.named_variables))


class _AreaFinder(Visitor):
    """Collects texts in positions of type AreaPath, and what is given to arguments and fields called `area`."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self._types = types
        self.written: set[str] = set()
        self.named_variables: set[str] = set()

    def enter_variable_definition(self, *_: object) -> VisitorAction:
        """A default counts only where no value is given: it is then among the variables' values."""
        return SKIP

    def enter_argument(self, node: ArgumentNode, *_: object) -> None:
        self._note(node.name.value, node.value)

    def enter_object_field(self, node: ObjectFieldNode, *_: object) -> None:
        self._note(node.name.value, node.value)

    def enter_string_value(self, node: StringValueNode, *_: object) -> None:
        kind = self._types.get_input_type()
        if kind is not None and get_named_type(kind).name == AREA_TYPE:
            self.written.add(node.value)

    def _note(self, name: str, value: ValueNode) -> None:
        if name not in AREA_NAMES:
            return
        for each in value.values if isinstance(value, ListValueNode) else (value,):
            if isinstance(each, StringValueNode):
                self.written.add(each.value)
            elif isinstance(each, VariableNode):
                self.named_variables.add(each.name.value)


def _areas_in(value: object, kind: GraphQLInputType, *, named: bool) -> Iterator[str]:
    """The areas in a variable's value; `named`: whether the place it goes to is called `area`."""
    inner = get_named_type(kind)
    if isinstance(value, str):
        if named or inner.name == AREA_TYPE:
            yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _areas_in(each, kind, named=named)
    elif isinstance(value, Mapping) and isinstance(inner, GraphQLInputObjectType):
        for name, each in value.items():
            if name in inner.fields:
                yield from _areas_in(each, inner.fields[name].type, named=name in AREA_NAMES)


def _forbidden(message: str, fields: Sequence[RootField]) -> OperationForbidden:
    return OperationForbidden(
        message,
        entries=tuple(
            ErrorEntry(message=message, path=(each.response_key,), extensions={"code": OperationForbidden.code})
            for each in fields[:MAX_ERRORS]
        ),
    )
