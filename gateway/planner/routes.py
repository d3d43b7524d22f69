"""Shortest ways from one subgraph into the same entity in the others, over resolvable keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from gateway.planner.choices import Jump, Position
from gateway.planner.graph import QueryGraph
from gateway.supergraph.fieldset import FieldSet, FieldSetEntry
from gateway.supergraph.schema import EntityKey

Route: TypeAlias = tuple[Jump, ...]
"""The hops to take, the last one enters the target."""


class Routes:
    def __init__(self, graph: QueryGraph) -> None:
        self._graph = graph
        self._known: dict[tuple[str, str | None, FieldSet], Mapping[str, Route]] = {}

    def reach(self, type_name: str, subgraph: str | None, provided: FieldSet) -> Mapping[str, Route]:
        """Routes by target subgraph. The own subgraph is a target too: `@requires` re-enters it."""
        key = (type_name, subgraph, provided)
        if key not in self._known:
            self._known[key] = self._explore(type_name, subgraph, provided)
        return self._known[key]

    def _explore(self, type_name: str, subgraph: str | None, provided: FieldSet) -> Mapping[str, Route]:
        found: dict[str, Route] = {}
        edges = self._graph.key_edges(type_name)
        if type_name in self._graph.roots:
            return {edge.subgraph: (Jump(subgraph=edge.subgraph, key=None, sources=()),) for edge in edges}
        if subgraph is None:
            return {}
        origin = Position(subgraph=subgraph, entered=False)
        visited: dict[Position, Route] = {origin: ()}
        while True:
            wave: dict[str, Route] = {}
            for edge in edges:
                if edge.subgraph in found or edge.subgraph in wave or edge.key is None:
                    continue
                route = self._enter(type_name, edge.subgraph, edge.key, visited, provided)
                if route is not None:
                    wave[edge.subgraph] = route
            if not wave:
                return found
            found.update(wave)
            for target, route in wave.items():
                if target != subgraph:
                    visited[Position(subgraph=target, entered=True)] = route

    def _enter(
        self,
        type_name: str,
        target: str,
        key: EntityKey,
        visited: Mapping[Position, Route],
        provided: FieldSet,
    ) -> Route | None:
        for position, route in visited.items():
            here = provided if not position.entered else ()
            if self._graph.supplies(key.fields, type_name, position.subgraph, here):
                sources = tuple((entry, position) for entry in key.fields)
                return (*route, Jump(subgraph=target, key=key, sources=sources))
        return self._enter_from_several(type_name, target, key, visited, provided)

    def _enter_from_several(
        self,
        type_name: str,
        target: str,
        key: EntityKey,
        visited: Mapping[Position, Route],
        provided: FieldSet,
    ) -> Route | None:
        """A compound key whose parts no single subgraph has."""
        sources: list[tuple[FieldSetEntry, Position]] = []
        hops: dict[str, Jump] = {}
        for entry in key.fields:
            for position, route in visited.items():
                here = provided if not position.entered else ()
                if self._graph.supplies_one(entry, type_name, position.subgraph, here):
                    sources.append((entry, position))
                    hops.update({hop.subgraph: hop for hop in route})
                    break
            else:
                return None
        return (*hops.values(), Jump(subgraph=target, key=key, sources=tuple(sources)))
