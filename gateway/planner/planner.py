"""Chains the passes. A `Planner` holds what is the same for every operation: the query graph."""

from __future__ import annotations

from collections.abc import Sequence

from graphql import DocumentNode, OperationDefinitionNode

from gateway.planner.arrange import arrange, in_sequence
from gateway.planner.building import GroupBuilder
from gateway.planner.documents import FetchNaming, write_fetch
from gateway.planner.graph import QueryGraph
from gateway.planner.groups import Group
from gateway.planner.introspection import INTROSPECTION_FIELDS, introspection_part
from gateway.planner.merge_siblings import Batch, merge_siblings
from gateway.planner.normalise import normalise
from gateway.planner.operation import TYPENAME, NormalOperation, Selection
from gateway.planner.plan import Fetch, PlanNode, QueryPlan
from gateway.planner.search import Search
from gateway.supergraph.schema import Supergraph


class Planner:
    def __init__(self, supergraph: Supergraph) -> None:
        self._supergraph = supergraph
        self._graph = QueryGraph(supergraph)

    def plan(self, document: DocumentNode, operation: OperationDefinitionNode) -> QueryPlan:
        """Plans a valid operation. The plan does not depend on variable values."""
        normal = normalise(self._supergraph.api, document, operation)
        return self.plan_normal(normal, introspection_part(document, operation))

    def plan_normal(self, normal: NormalOperation, introspection: DocumentNode | None = None) -> QueryPlan:
        numbering = _Numbering(self._graph, normal)
        fields = tuple(
            each
            for each in normal.root.by_type[normal.root.parent]
            if each.name != TYPENAME and each.name not in INTROSPECTION_FIELDS
        )
        if normal.kind == "subscription":
            return self._subscription(normal, fields, numbering)
        # Fields of a mutation run one after the other, each with all that hangs on it.
        steps = [(each,) for each in fields] if normal.kind == "mutation" else [fields]
        nodes = [numbering.arranged(self._batches(normal, step)) for step in steps if step]
        return QueryPlan(operation_type=normal.kind, root=in_sequence(nodes), introspection=introspection)

    def _batches(self, normal: NormalOperation, fields: tuple[Selection, ...]) -> list[Batch]:
        return merge_siblings(self._groups(normal, fields))

    def _groups(self, normal: NormalOperation, fields: tuple[Selection, ...]) -> list[Group]:
        choice = Search(self._graph).root(normal.root.parent, fields)
        return GroupBuilder(self._graph, normal.root).build(choice)

    def _subscription(self, normal: NormalOperation, fields: tuple[Selection, ...], numbering: _Numbering) -> QueryPlan:
        batches = self._batches(normal, fields)
        primary, *rest = batches
        opening = numbering.fetch(primary)
        return QueryPlan(operation_type=normal.kind, primary=opening, root=numbering.arranged(rest))


class _Numbering:
    """Writes fetches with numbers that run through the whole plan."""

    def __init__(self, graph: QueryGraph, normal: NormalOperation) -> None:
        self._graph = graph
        self._naming = FetchNaming(kind=normal.kind, name=normal.name, variables=normal.variables)
        self._count = 0

    def fetch(self, batch: Batch) -> Fetch:
        number = self._count
        self._count += 1
        return write_fetch(self._graph, batch, self._naming, number)

    def arranged(self, batches: Sequence[Batch]) -> PlanNode | None:
        return arrange({batch: self.fetch(batch) for batch in batches})
