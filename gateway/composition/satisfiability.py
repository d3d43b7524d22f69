"""Every field a client may select must be reachable from the roots, wherever the walk came from."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from gateway.composition.errors import Findings
from gateway.planner.graph import FieldEdge, QueryGraph
from gateway.planner.operation import Selection
from gateway.planner.requirements import requirement_selections
from gateway.planner.routes import Routes
from gateway.planner.search import Search
from gateway.supergraph.fieldset import FieldSet
from gateway.supergraph.schema import Supergraph, TypeKind

State = tuple[str, frozenset[tuple[str, FieldSet]]]
"""A type, and the places (subgraph with what is provided) an object may have been reached in at once."""


def check_satisfiable(supergraph: Supergraph, findings: Findings) -> None:
    """Walks type by type; a value shared by several subgraphs is stood on in all of them at once."""
    graph = QueryGraph(supergraph)
    walk = _Walk(graph)
    queue: deque[tuple[State, str]] = deque()
    seen: set[State] = set()
    for root in sorted(graph.roots):
        queue.append(((root, frozenset()), root))
    while queue:
        (type_name, places), trail = queue.popleft()
        if (type_name, places) in seen:
            continue
        seen.add((type_name, places))
        for field in supergraph.types[type_name].fields.values():
            reached = walk.field(type_name, field.name, places)
            if not reached:
                who = sorted({subgraph for subgraph, _ in places})
                findings.refuse(
                    "SATISFIABILITY_ERROR",
                    f"{type_name}.{field.name}",
                    f"Cannot be resolved on the way {trail}.{field.name}"
                    + (f": no key leads there from {', '.join(who)}." if who else "."),
                    *sorted(field.joins),
                )
                continue
            for state in walk.below(reached):
                queue.append((state, f"{trail}.{field.name}"))


class _Walk:
    def __init__(self, graph: QueryGraph) -> None:
        self._graph = graph
        self._routes = Routes(graph)

    def field(self, type_name: str, name: str, places: frozenset[tuple[str, FieldSet]]) -> list[tuple[str, FieldEdge]]:
        """Subgraphs that can answer the field from where one stands, with their edges."""
        found: dict[str, FieldEdge] = {}
        for subgraph, provided in places:
            edge = self._graph.field(type_name, subgraph, name, provided)
            if edge is not None and not edge.requires:
                found.setdefault(subgraph, edge)
        for origin in places or {(None, ())}:
            for target in self._routes.reach(type_name, *origin):
                edge = self._graph.field(type_name, target, name)
                if edge is not None and target not in found and self._inputs_reachable(type_name, edge, origin):
                    found[target] = edge
        return sorted(found.items())

    def _inputs_reachable(self, type_name: str, edge: FieldEdge, origin: tuple[str | None, FieldSet]) -> bool:
        if not edge.requires:
            return True
        wanted: tuple[Selection, ...] = requirement_selections(self._graph, type_name, edge.requires)
        return Search(self._graph).set(type_name, wanted, *origin) is not None

    def below(self, reached: list[tuple[str, FieldEdge]]) -> Iterator[State]:
        """One state per concrete type. A type that only some of the subgraphs can return stands there only."""
        by_type: dict[str, set[tuple[str, FieldSet]]] = {}
        types = self._graph.supergraph.types
        for subgraph, edge in reached:
            for concrete in self._graph.possible(edge.type.named, subgraph):
                if concrete in types and types[concrete].kind is TypeKind.OBJECT:
                    by_type.setdefault(concrete, set()).add((subgraph, edge.provides))
        for concrete, places in sorted(by_type.items()):
            yield concrete, frozenset(places)
