"""Stage 4: what the answer may weigh, with this request's page sizes.

Cost counts objects: each object is 1, a list multiplies what is below it by `first` or `last` (also when the
list is the `edges` or `nodes` of a connection one level down), else by the default size. Fragments are
folded once per inherited page size.
"""

from __future__ import annotations

from collections.abc import Mapping

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    IntValueNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_list_type,
    is_non_null_type,
)

from gateway.pipeline.limits import Limits
from gateway.pipeline.lru import Lru
from gateway.pipeline.shape import fragments_of
from gateway.pipeline.stages import OperationRefused, RequestContext, ValidatedOperation

PAGE_ARGUMENTS = ("first", "last", "limit")
PAGED_FIELDS = frozenset({"edges", "nodes"})


class QueryTooCostly(OperationRefused):
    code = "QUERY_TOO_COSTLY"


class LimitCost:
    """Costs are remembered per document and per page sizes given by variables."""

    def __init__(self, api: GraphQLSchema, limits: Limits) -> None:
        self._api = api
        self._limits = limits
        self._known: Lru[int] = Lru(limits.cached_documents)
        self._paging: Lru[frozenset[str]] = Lru(limits.cached_documents)

    def __call__(self, validated: ValidatedOperation, ctx: RequestContext) -> ValidatedOperation:
        del ctx
        cost = self.cost(validated)
        if cost > self._limits.max_cost:
            raise QueryTooCostly(
                f"The answer may hold {cost} objects, more than {self._limits.max_cost}: ask for smaller pages."
            )
        return validated

    def cost(self, validated: ValidatedOperation) -> int:
        paging = self._paging.get(validated.key)
        if paging is not None:
            known = self._known.get(_key(validated, paging))
            if known is not None:
                return known
        weigh = _Weigh(self._api, validated.parsed.document, validated.variable_values, self._limits.default_list_size)
        operation = validated.parsed.operation
        root = self._api.get_root_type(operation.operation)
        cost = weigh.selections(operation.selection_set, root, None) if root else 0
        paging = self._paging.put(validated.key, frozenset(weigh.paging))
        return self._known.put(_key(validated, paging), cost)


def _key(validated: ValidatedOperation, paging: frozenset[str]) -> str:
    sizes = ",".join(f"{name}={validated.variable_values.get(name)}" for name in sorted(paging))
    return f"{validated.key}:{sizes}"


class _Weigh:
    def __init__(self, api: GraphQLSchema, document: DocumentNode, values: Mapping[str, object], default: int) -> None:
        self._api = api
        self._fragments = fragments_of(document)
        self._values = values
        self._default = default
        self._known: dict[tuple[str, int | None], int] = {}
        self.paging: set[str] = set()

    def selections(
        self,
        node: SelectionSetNode,
        parent: GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType,
        page: int | None,
    ) -> int:
        total = 0
        for each in node.selections:
            if isinstance(each, FieldNode):
                total += self._field(each, parent, page)
            elif isinstance(each, FragmentSpreadNode):
                total += self._fragment(each.name.value, page)
            elif isinstance(each, InlineFragmentNode):
                total += self.selections(each.selection_set, self._on(each, parent), page)
        return total

    def _on(
        self,
        node: InlineFragmentNode,
        parent: GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType,
    ) -> GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType:
        found = self._api.type_map.get(node.type_condition.name.value) if node.type_condition else None
        if isinstance(found, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType):
            return found
        return parent

    def _fragment(self, name: str, page: int | None) -> int:
        key = (name, page)
        if key not in self._known:
            fragment = self._fragments[name]
            on = self._api.type_map[fragment.type_condition.name.value]
            self._known[key] = (
                self.selections(fragment.selection_set, on, page)
                if isinstance(on, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType)
                else 0
            )
        return self._known[key]

    def _field(
        self,
        node: FieldNode,
        parent: GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType,
        page: int | None,
    ) -> int:
        if node.selection_set is None or isinstance(parent, GraphQLUnionType):
            return 0
        definition = parent.fields.get(node.name.value)
        if definition is None:
            return 0  # introspection, answered from memory
        named = get_named_type(definition.type)
        if not isinstance(named, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType):
            return 0
        own = self._page(node)
        listed = _list_depth(definition.type)
        inherited = page if node.name.value in PAGED_FIELDS else None
        below = self.selections(node.selection_set, named, None if listed else own)
        size = 1
        for level in range(listed):
            given = own if own is not None else inherited
            size *= given if level == 0 and given is not None else self._default
        return size * (1 + below)

    def _page(self, node: FieldNode) -> int | None:
        for argument in node.arguments or ():
            if argument.name.value not in PAGE_ARGUMENTS:
                continue
            if isinstance(argument.value, IntValueNode):
                return max(int(argument.value.value), 0)
            if isinstance(argument.value, VariableNode):
                name = argument.value.name.value
                self.paging.add(name)
                value = self._values.get(name)
                if isinstance(value, int):
                    return max(value, 0)
        return None


def _list_depth(kind: GraphQLOutputType) -> int:
    depth = 0
    current: object = kind
    while is_list_type(current) or is_non_null_type(current):
        depth += is_list_type(current)
        current = current.of_type
    return depth
