"""What the client asked for, compiled once per document: picks fields in query order, lets nulls bubble.

This replaces an executor on the hot path: the data is already there, so nothing is resolved, only copied
key by key. Paths are linked pairs, spelled out only when an error needs one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    get_named_type,
)

from gateway.pipeline.stages import ErrorEntry, JsonObject, JsonValue, ResponsePath
from gateway.planner.conditions import ALWAYS, When, holds
from gateway.planner.introspection import INTROSPECTION_FIELDS
from gateway.planner.operation import TYPENAME, Selection, SelectionTree


class _Invalid:
    """A null where none is allowed: the next nullable parent takes it."""


INVALID: Final = _Invalid()

Link: TypeAlias = "tuple[Link, str | int] | None"
Completed: TypeAlias = "JsonValue | _Invalid"
Completer: TypeAlias = "Callable[[JsonValue, Link, Completion], Completed]"


class Completion:
    """One run of a projection: variable values in, problems out."""

    def __init__(self, values: Mapping[str, object], errors: Sequence[ErrorEntry]) -> None:
        self._values = values
        self._errors = list(errors)
        self.added: list[ErrorEntry] = []

    def holds(self, when: When) -> bool:
        return holds(when, self._values)

    def refuse(self, link: Link, code: str, message: str) -> None:
        """Notes a problem, unless an error that is already there explains the hole.

        One field of a root that may not be null and is refused takes its neighbours of the same subgraph with it.
        """
        path = spell(link)
        if any(_covers(each.path, path) for each in self._errors if each.path is not None):
            return
        if (
            len(path) == 1
            and code == "NULL_NOT_ALLOWED"
            and any("subgraph" in each.extensions for each in self._errors)
        ):
            return
        entry = ErrorEntry(message=message, path=path, extensions={"code": code})
        self._errors.append(entry)
        self.added.append(entry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """`root` completes the whole answer; None of its data means that a null reached the top."""

    root: Completer

    def apply(
        self, data: JsonObject, values: Mapping[str, object], errors: Sequence[ErrorEntry]
    ) -> tuple[JsonObject | None, list[ErrorEntry]]:
        run = Completion(values, errors)
        found = self.root(data, None, run)
        return (found if isinstance(found, dict) else None), run.added


def spell(link: Link) -> ResponsePath:
    steps: list[str | int] = []
    while link is not None:
        link, step = link
        steps.append(step)
    return tuple(reversed(steps))


def compile_projection(api: GraphQLSchema, root: SelectionTree) -> Projection:
    return Projection(root=_Compiler(api).tree(root))


def _covers(one: ResponsePath, other: ResponsePath) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    key: str
    coordinate: str
    nullable: bool
    complete: Completer | None
    """None for values that are copied as they are."""
    constant: str | None
    when: When | None


class _Compiler:
    def __init__(self, api: GraphQLSchema) -> None:
        self._api = api
        self._trees: dict[int, Completer] = {}

    def tree(self, tree: SelectionTree) -> Completer:
        known = self._trees.get(id(tree))
        if known is None:
            by_type = {name: self._object(name, fields) for name, fields in tree.by_type.items()}
            known = _abstract(by_type) if tree.abstract else by_type[tree.parent]
            self._trees[id(tree)] = known
        return known

    def _object(self, type_name: str, selections: Sequence[Selection]) -> Completer:
        owner = self._api.type_map[type_name]
        if not isinstance(owner, GraphQLObjectType):
            raise TypeError(f"{type_name} is not an object type")
        placed = [
            (position, self._field(owner, each, when)) for each in selections for position, when in each.occurrences
        ]
        placed.sort(key=lambda each: each[0])
        return _object([each for _, each in placed])

    def _field(self, owner: GraphQLObjectType, selection: Selection, condition: When) -> _Field:
        when = None if condition == ALWAYS else condition
        coordinate = f"{owner.name}.{selection.name}"
        if selection.name == TYPENAME or selection.name in INTROSPECTION_FIELDS:
            return _Field(
                key=selection.response_key,
                coordinate=coordinate,
                nullable=True,
                complete=None,
                constant=owner.name if selection.name == TYPENAME else None,
                when=when,
            )
        kind = owner.fields[selection.name].type
        inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        return _Field(
            key=selection.response_key,
            coordinate=coordinate,
            nullable=inner is kind,
            complete=self._value(inner, selection, coordinate),
            constant=None,
            when=when,
        )

    def _value(self, kind: GraphQLOutputType, selection: Selection, coordinate: str) -> Completer | None:
        """For a nullable type; the caller deals with null."""
        if isinstance(kind, GraphQLList):
            item = kind.of_type
            inner = item.of_type if isinstance(item, GraphQLNonNull) else item
            complete = self._value(inner, selection, coordinate)
            if complete is None and inner is item:
                return None
            return _list(complete, coordinate, nullable=inner is item)
        if selection.child is not None:
            return self.tree(selection.child)
        named = get_named_type(kind)
        return _enum(frozenset(named.values)) if isinstance(named, GraphQLEnumType) else None


def _object(fields: Sequence[_Field]) -> Completer:
    def complete(value: JsonValue, link: Link, run: Completion) -> Completed:
        if not isinstance(value, dict):
            run.refuse(link, "SUBGRAPH_ANSWER_MALFORMED", "A subgraph sent a value of the wrong kind.")
            return INVALID
        done: JsonObject = {}
        for field in fields:
            key = field.key
            # A key that is done was written twice under different conditions: the first that holds stands.
            if key in done or (field.when is not None and not run.holds(field.when)):
                continue
            if field.constant is not None:
                done[key] = field.constant
                continue
            given = value.get(key)
            found: Completed = given
            if given is None:
                if not field.nullable:
                    _null(run, (link, key), field.coordinate)
                    return INVALID
            elif field.complete is not None:
                found = field.complete(given, (link, key), run)
            if isinstance(found, _Invalid):
                if not field.nullable:
                    return INVALID
                found = None
            done[key] = found
        return done

    return complete


def _abstract(by_type: Mapping[str, Completer]) -> Completer:
    def complete(value: JsonValue, link: Link, run: Completion) -> Completed:
        name = value.get(TYPENAME) if isinstance(value, dict) else None
        known = by_type.get(name) if isinstance(name, str) else None
        if known is None:
            # A type hidden from clients or newer than this supergraph.
            run.refuse(link, "VALUE_NOT_VISIBLE", "A value of a type outside the schema was left out.")
            return INVALID
        return known(value, link, run)

    return complete


def _list(complete_item: Completer | None, coordinate: str, *, nullable: bool) -> Completer:
    def complete(value: JsonValue, link: Link, run: Completion) -> Completed:
        if not isinstance(value, list):
            run.refuse(link, "SUBGRAPH_ANSWER_MALFORMED", "A subgraph sent a value of the wrong kind.")
            return INVALID
        done: list[JsonValue] = []
        for index, item in enumerate(value):
            completed: Completed = item
            if item is None:
                if not nullable:
                    _null(run, (link, index), coordinate)
                    return INVALID
            elif complete_item is not None:
                completed = complete_item(item, (link, index), run)
            if isinstance(completed, _Invalid):
                if not nullable:
                    return INVALID
                completed = None
            done.append(completed)
        return done

    return complete


def _enum(values: frozenset[str]) -> Completer:
    def complete(value: JsonValue, link: Link, run: Completion) -> Completed:
        if isinstance(value, str) and value in values:
            return value
        run.refuse(link, "VALUE_NOT_VISIBLE", "A value outside its enum was left out.")
        return INVALID

    return complete


def _null(run: Completion, link: Link, coordinate: str) -> None:
    run.refuse(link, "NULL_NOT_ALLOWED", f"{coordinate} may not be null, and no value came.")
