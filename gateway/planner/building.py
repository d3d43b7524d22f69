"""Walks the chosen ways and grows the fetch groups along them."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.planner.choices import FieldChoice, Jump, Position, SetChoice
from gateway.planner.conditions import ALWAYS
from gateway.planner.graph import QueryGraph
from gateway.planner.groups import Entry, Group, Level, without_empty
from gateway.planner.keys import ResponseKeys
from gateway.planner.normalise import MAX_SELECTIONS, OperationTooComplex
from gateway.planner.operation import TYPENAME, SelectionTree
from gateway.planner.plan import InputField, OnTypes, PathKey, PlanPath
from gateway.supergraph.fieldset import FieldSet, FieldSetEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """An object in the answer: its path, its concrete type, and whether clients see it as abstract."""

    path: PlanPath
    type: str
    abstract: bool

    def below(self, key: str, lists: int, concrete: str, *, abstract: bool) -> _Spot:
        own: PlanPath = (OnTypes(types=frozenset({self.type})),) if self.abstract else ()
        return _Spot(path=(*self.path, *own, PathKey(name=key, lists=lists)), type=concrete, abstract=abstract)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where fields of an object can be written: a selection set of a group."""

    group: Group
    level: Level


class GroupBuilder:
    """Builds the groups of one root selection (a whole query, or one field of a mutation)."""

    def __init__(self, graph: QueryGraph, root: SelectionTree) -> None:
        self._graph = graph
        self._keys = ResponseKeys(root)
        self._groups: list[Group] = []
        self._placed: dict[tuple[str, PlanPath], list[Group]] = {}
        self._entries = 0

    def build(self, choice: SetChoice) -> list[Group]:
        """In an order where every group comes after the groups it waits for."""
        self._place(choice, _Spot(path=(), type=choice.type, abstract=False), None)
        return _in_order(without_empty(self._groups))

    def _place(self, choice: SetChoice, spot: _Spot, here: _Place | None) -> set[Group]:
        """Returns every group that supplies part of the choice."""
        places: dict[Position, _Place] = {}
        touched: set[Group] = set()
        if here is not None and choice.subgraph is not None:
            places[Position(subgraph=choice.subgraph, entered=False)] = here
            here.level.of(choice.type)
        for each in choice.fields:
            if not each.position.entered:
                touched |= self._add(each, spot, places[each.position])
        for jump in choice.jumps:
            entered = self._enter(jump, spot, places, here)
            places[Position(subgraph=jump.subgraph, entered=True)] = entered
        for each in choice.fields:
            if each.position.entered and each.requires is None:
                touched |= self._add(each, spot, places[each.position])
        for each in choice.fields:
            if each.requires is not None:
                touched |= self._add_with_inputs(each, each.requires, spot, places, here, owner=choice)
        return touched

    def _add(self, choice: FieldChoice, spot: _Spot, place: _Place) -> set[Group]:
        wanted = choice.selection
        key = (
            self._keys.internal(spot.path, spot.type, wanted.name, wanted.arguments)
            if wanted.internal
            else wanted.response_key
        )
        fresh = Entry(name=wanted.name, type=choice.edge.type.text, arguments=wanted.arguments, when=())
        entry = self._entry(place, spot.type, key, fresh)
        entry.variables = wanted.variables
        if entry.when != ALWAYS:
            entry.widen(wanted.when)
        touched = {place.group}
        if wanted.child is None:
            return touched
        level = self._child(entry, choice.edge.type.named, typed=wanted.child.abstract)
        for concrete, below in choice.children.items():
            child = spot.below(key, wanted.type.list_depth, concrete, abstract=wanted.child.abstract)
            touched |= self._place(below, child, _Place(group=place.group, level=level))
        return touched

    def _entry(self, place: _Place, concrete: str, key: str, fresh: Entry) -> Entry:
        entries = place.level.of(concrete)
        if key not in entries:
            self._entries += 1
            if self._entries > MAX_SELECTIONS:
                raise OperationTooComplex("The operation has too many fields once it is planned.")
            entries[key] = fresh
        return entries[key]

    def _child(self, entry: Entry, static: str, *, typed: bool) -> Level:
        if entry.child is None:
            entry.child = Level(static=static, typed=typed)
        return entry.child

    def _enter(self, jump: Jump, spot: _Spot, places: dict[Position, _Place], here: _Place | None) -> _Place:
        sources = {places[position].group for _, position in jump.sources}
        if jump.key is None:
            sources = {here.group} if here is not None else set()
        group = self._group(jump, spot, sources)
        for entry, position in jump.sources:
            self._place_key(entry, spot, places[position])
        self._give_key(group, jump, spot)
        return _Place(group=group, level=group.level)

    def _group(self, jump: Jump, spot: _Spot, after: set[Group]) -> Group:
        """An existing group at the same place when waiting for `after` makes no circle, else a new one."""
        beside = self._placed.setdefault((jump.subgraph, spot.path), [])
        for each in beside:
            if each.entity == (jump.key is not None) and each.may_wait_for(after):
                each.after |= after
                return each
        group = Group(
            subgraph=jump.subgraph,
            path=spot.path,
            level=Level(static=spot.type if jump.key is None else "_Entity", typed=False),
            entity=jump.key is not None,
            after=set(after),
        )
        self._groups.append(group)
        beside.append(group)
        return group

    def _give_key(self, group: Group, jump: Jump, spot: _Spot) -> None:
        group.level.of(spot.type)
        if jump.key is not None:
            group.inputs.setdefault(spot.type, {})
            for entry in jump.key.fields:
                self._give(group, entry, spot, nullable=False)

    def _give(self, group: Group, entry: FieldSetEntry, spot: _Spot, *, nullable: bool) -> None:
        if entry.type_condition in (None, spot.type) and entry.name != TYPENAME:
            group.add_input(spot.type, self._input(entry, spot, nullable=nullable))

    def _input(self, entry: FieldSetEntry, spot: _Spot, *, nullable: bool) -> InputField:
        key = self._keys.internal(spot.path, spot.type, entry.name, entry.arguments)
        children: list[InputField] = []
        if entry.children:
            ref = self._graph.supergraph.types[spot.type].fields[entry.name].type
            abstract = self._graph.is_abstract(ref.named)
            for concrete in self._graph.concrete(ref.named):
                below = spot.below(key, ref.list_depth, concrete, abstract=abstract)
                for child in entry.children:
                    if child.type_condition not in (None, concrete) or child.name == TYPENAME:
                        continue
                    found = self._input(child, below, nullable=nullable)
                    children.append(
                        InputField(
                            name=found.name,
                            source=found.source,
                            children=found.children,
                            types=frozenset({concrete}) if abstract else None,
                            nullable=nullable,
                        )
                    )
        return InputField(name=entry.name, source=key, children=tuple(children), nullable=nullable)

    def _place_key(self, entry: FieldSetEntry, spot: _Spot, place: _Place) -> None:
        """Adds a key field to the selection that supplies it."""
        if entry.name == TYPENAME or entry.type_condition not in (None, spot.type):
            return
        merged = self._graph.supergraph.types[spot.type].fields[entry.name]
        join = merged.joins[place.group.subgraph]
        key = self._keys.internal(spot.path, spot.type, entry.name, entry.arguments)
        fresh = Entry(name=entry.name, type=join.type.text, arguments=entry.arguments)
        found = self._entry(place, spot.type, key, fresh)
        found.when = ALWAYS
        if not entry.children:
            return
        abstract = self._graph.is_abstract(merged.type.named)
        level = self._child(found, join.type.named, typed=abstract)
        for concrete in sorted(self._graph.possible(join.type.named, place.group.subgraph)):
            below = spot.below(key, merged.type.list_depth, concrete, abstract=abstract)
            for child in entry.children:
                self._place_key(child, below, _Place(group=place.group, level=level))

    def _add_with_inputs(
        self,
        choice: FieldChoice,
        requires: SetChoice,
        spot: _Spot,
        places: dict[Position, _Place],
        here: _Place | None,
        *,
        owner: SetChoice,
    ) -> set[Group]:
        """A field with `@requires`: its group waits for everything that supplies the inputs."""
        suppliers = self._place(requires, spot, here)
        jump = next(each for each in owner.jumps if each.subgraph == choice.position.subgraph)
        keyed = {places[position].group for _, position in jump.sources}
        entered = places[choice.position].group
        if entered.may_wait_for(suppliers):
            entered.after |= suppliers
            group = entered
        else:
            group = self._group(jump, spot, suppliers | keyed)
            self._give_key(group, jump, spot)
        self._give_all(group, choice.requires_fields, spot)
        return {*suppliers, *self._add(choice, spot, _Place(group=group, level=group.level))}

    def _give_all(self, group: Group, fields: FieldSet, spot: _Spot) -> None:
        for entry in fields:
            self._give(group, entry, spot, nullable=True)


def _in_order(groups: list[Group]) -> list[Group]:
    done: list[Group] = []
    waiting = list(groups)
    while waiting:
        ready = [each for each in waiting if each.after <= set(done)]
        done.extend(ready)
        waiting = [each for each in waiting if each not in ready]
    return done
