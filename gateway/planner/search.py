"""Pass 3: the cheapest way to every field.

Dynamic programming over the selection tree: the best way to a set of fields depends only on the set, its
type, and the subgraph (with what is `@provides`-d there) one stands in. Which jumps to pay for at each set
is decided in `targets`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from gateway.planner.choices import FieldChoice, Position, SetChoice
from gateway.planner.graph import QueryGraph
from gateway.planner.operation import TYPENAME, Selection, SelectionTree
from gateway.planner.requirements import requirement_selections
from gateway.planner.routes import Route, Routes
from gateway.planner.targets import FieldUnreachable, Options, best, cheapest, jumps_to
from gateway.supergraph.fieldset import FieldSet

_Key: TypeAlias = tuple[int, str, str | None, FieldSet]


class Search:
    """One search per operation; remembers what it found by the identity of selection tuples."""

    def __init__(self, graph: QueryGraph) -> None:
        self._graph = graph
        self._routes = Routes(graph)
        self._known: dict[_Key, SetChoice | None] = {}
        self._keep: list[tuple[Selection, ...]] = []
        self._open: set[tuple[str, str, str]] = set()
        self._required: dict[tuple[str, FieldSet], tuple[Selection, ...]] = {}

    def root(self, type_name: str, fields: tuple[Selection, ...]) -> SetChoice:
        found = self.set(type_name, fields, None, ())
        if found is None:
            lost = [f"{type_name}.{field.name}" for field in fields if self.set(type_name, (field,), None, ()) is None]
            raise FieldUnreachable(f"No subgraph can answer {', '.join(lost)}.")
        return found

    def set(
        self, type_name: str, fields: tuple[Selection, ...], subgraph: str | None, provided: FieldSet
    ) -> SetChoice | None:
        """Best choice for fields of a concrete type at a place; None when some field cannot be had.

        `subgraph` is None at the roots: nowhere yet.
        """
        key = (id(fields), type_name, subgraph, provided)
        if key not in self._known:
            self._keep.append(fields)
            opened = len(self._open)
            found = self._choose(type_name, fields, subgraph, provided)
            if found is None and opened:
                return None  # may only be impossible inside the @requires being resolved
            self._known[key] = found
        return self._known[key]

    def _choose(
        self, type_name: str, fields: tuple[Selection, ...], subgraph: str | None, provided: FieldSet
    ) -> SetChoice | None:
        settled: list[FieldChoice] = []
        wanting: list[Options] = []
        routes = self._routes.reach(type_name, subgraph, provided)
        for field in fields:
            if field.name == TYPENAME:
                continue  # projection knows the type; an otherwise empty selection asks for it anyway
            options = self._options(type_name, field, subgraph, provided, routes)
            stay = options.get(Position(subgraph=subgraph, entered=False)) if subgraph else None
            if stay is not None and stay.cost == 0:
                settled.append(stay)
            elif options:
                wanting.append(options)
            else:
                parts = self._split(type_name, field, subgraph, provided, routes)
                if parts is None:
                    return None
                wanting.extend(parts)
        targets, cost = cheapest(wanting, routes)
        chosen = [*settled, *(best(options, targets) for options in wanting)]
        order = {id(field): index for index, field in enumerate(fields)}
        chosen.sort(key=lambda choice: order.get(id(choice.selection), len(order)))
        return SetChoice(
            type=type_name,
            subgraph=subgraph,
            fields=tuple(chosen),
            jumps=jumps_to(targets, routes),
            cost=cost,
        )

    def _options(
        self,
        type_name: str,
        field: Selection,
        subgraph: str | None,
        provided: FieldSet,
        routes: Mapping[str, Route],
    ) -> Options:
        options: Options = {}
        if subgraph is not None:
            stay = self._option(type_name, field, Position(subgraph=subgraph, entered=False), provided)
            if stay is not None:
                options[stay.position] = stay
        for target in routes:
            if target == subgraph and not self._needs_reentry(type_name, field, target, provided):
                continue
            position = Position(subgraph=target, entered=True)
            entered = self._option(type_name, field, position, (), origin=(subgraph, provided))
            if entered is not None:
                options[position] = entered
        return options

    def _needs_reentry(self, type_name: str, field: Selection, subgraph: str, provided: FieldSet) -> bool:
        edge = self._graph.field(type_name, subgraph, field.name, provided)
        return edge is not None and bool(edge.requires)

    def _option(
        self,
        type_name: str,
        field: Selection,
        position: Position,
        provided: FieldSet,
        origin: tuple[str | None, FieldSet] = (None, ()),
    ) -> FieldChoice | None:
        edge = self._graph.field(type_name, position.subgraph, field.name, provided)
        if edge is None or (edge.requires and not position.entered):
            return None
        requires = None
        if edge.requires:
            requires = self._requirement(type_name, field, position, edge.requires, origin)
            if requires is None:
                return None
        children: dict[str, SetChoice] = {}
        if field.child is not None:
            for concrete in sorted(self._graph.possible(edge.type.named, position.subgraph)):
                wanted = field.child.by_type.get(concrete)
                if wanted is None:
                    continue  # hidden from clients: projection turns such a value into null
                choice = self.set(concrete, wanted, position.subgraph, edge.provides)
                if choice is None:
                    return None
                children[concrete] = choice
        cost = sum(choice.cost for choice in children.values()) + (requires.cost if requires else 0)
        return FieldChoice(
            selection=field,
            position=position,
            edge=edge,
            children=children,
            requires=requires,
            requires_fields=edge.requires,
            cost=cost,
        )

    def _requirement(
        self,
        type_name: str,
        field: Selection,
        position: Position,
        requires: FieldSet,
        origin: tuple[str | None, FieldSet],
    ) -> SetChoice | None:
        """Gathers `@requires` inputs from where the walk came from; a field may not need itself."""
        mark = (type_name, field.name, position.subgraph)
        if mark in self._open:
            return None
        self._open.add(mark)
        try:
            wanted = self._required.get((type_name, requires))
            if wanted is None:
                wanted = requirement_selections(self._graph, type_name, requires)
                self._required[type_name, requires] = wanted
            return self.set(type_name, wanted, origin[0], origin[1])
        finally:
            self._open.discard(mark)

    def _split(
        self,
        type_name: str,
        field: Selection,
        subgraph: str | None,
        provided: FieldSet,
        routes: Mapping[str, Route],
    ) -> list[Options] | None:
        """A shared field without a key below it: take it from several subgraphs, each for its own leaves."""
        if field.child is None:
            return None
        places = [Position(subgraph=subgraph, entered=False)] if subgraph else []
        places += [Position(subgraph=target, entered=True) for target in routes if target != subgraph]
        rest: Selection | None = field
        parts: list[Options] = []
        for position in places:
            if rest is None:
                break
            here = provided if not position.entered else ()
            part, left = self._part(type_name, rest, position, here)
            if part is None:
                continue
            option = self._option(type_name, part, position, here, origin=(subgraph, provided))
            if option is not None:
                parts.append({position: option})
                rest = left
        return parts if rest is None else None

    def _part(
        self, type_name: str, field: Selection, position: Position, provided: FieldSet
    ) -> tuple[Selection | None, Selection | None]:
        """Splits a field's tree into what this position can answer and what is left."""
        edge = self._graph.field(type_name, position.subgraph, field.name, provided)
        if edge is None or edge.requires or field.child is None:
            return None, field
        having: dict[str, tuple[Selection, ...]] = {}
        lacking: dict[str, tuple[Selection, ...]] = {}
        for concrete, wanted in field.child.by_type.items():
            can: list[Selection] = []
            cannot: list[Selection] = []
            for each in wanted:
                if each.name == TYPENAME or self.set(concrete, (each,), position.subgraph, edge.provides):
                    can.append(each)
                    continue
                inside, outside = self._part(
                    concrete, each, Position(subgraph=position.subgraph, entered=False), edge.provides
                )
                can.extend([inside] if inside else [])
                cannot.extend([outside] if outside else [])
            having[concrete], lacking[concrete] = tuple(can), tuple(cannot)
        if not any(having.values()):
            return None, field
        return _with_child(field, having), _with_child(field, lacking) if any(lacking.values()) else None


def _with_child(field: Selection, by_type: Mapping[str, tuple[Selection, ...]]) -> Selection:
    parent = field.child
    return Selection(
        response_key=field.response_key,
        name=field.name,
        type=field.type,
        arguments=field.arguments,
        variables=field.variables,
        when=field.when,
        internal=field.internal,
        child=SelectionTree(parent=parent.parent, abstract=parent.abstract, by_type=by_type) if parent else None,
    )
