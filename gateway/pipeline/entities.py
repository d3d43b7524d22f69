"""Objects at a plan's path, their representations, and where they stand in the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import orjson

from gateway.pipeline.stages import JsonObject, JsonValue, ResponsePath
from gateway.planner.operation import TYPENAME
from gateway.planner.plan import EntityCall, InputField, OnTypes, PlanPath


@dataclass(frozen=True, slots=True, kw_only=True)
class Representations:
    """`targets[i]` are the objects that representation `i` stands for."""

    values: list[JsonValue]
    targets: list[list[JsonObject]]


def objects_at(data: JsonObject, path: PlanPath) -> list[JsonObject]:
    """Every object at the path, lists (of lists) entered, nulls left out."""
    current = [data]
    for step in path:
        if isinstance(step, OnTypes):
            current = [each for each in current if each.get(TYPENAME) in step.types]
            continue
        found: list[JsonObject] = []
        for each in current:
            value = each.get(step.name)
            if isinstance(value, dict):
                found.append(value)
            elif isinstance(value, list):
                _flatten(value, found)
        current = found
    return current


def located(data: JsonObject, path: PlanPath) -> Iterator[tuple[ResponsePath, JsonObject]]:
    """The same objects with their paths; only walked when an error has to be placed."""
    current: list[tuple[ResponsePath, JsonObject]] = [((), data)]
    for step in path:
        if isinstance(step, OnTypes):
            current = [each for each in current if each[1].get(TYPENAME) in step.types]
            continue
        current = [found for place, each in current for found in _located_in((*place, step.name), each.get(step.name))]
    yield from current


def represent(objects: Sequence[JsonObject], call: EntityCall) -> Representations:
    """One representation per distinct key; objects with a missing or null key are skipped."""
    only = next(iter(call.inputs)) if len(call.inputs) == 1 else None
    index: dict[bytes, int] = {}
    values: list[JsonValue] = []
    targets: list[list[JsonObject]] = []
    for each in objects:
        name = each.get(TYPENAME, only)
        fields = call.inputs.get(name) if isinstance(name, str) else None
        if fields is None:
            continue
        value = _inputs(each, fields, {TYPENAME: name})
        if value is None:
            continue
        digest = orjson.dumps(value)
        known = index.get(digest)
        if known is None:
            index[digest] = len(values)
            values.append(value)
            targets.append([each])
        else:
            targets[known].append(each)
    return Representations(values=values, targets=targets)


def absorb(into: JsonObject, fresh: JsonObject) -> None:
    """Deep merge in place. A value that is there is kept over null; objects and equal lists merge inside."""
    for key, value in fresh.items():
        known = into.get(key)
        if known is None:
            into[key] = value
        elif isinstance(known, dict) and isinstance(value, dict):
            absorb(known, value)
        elif isinstance(known, list) and isinstance(value, list) and len(known) == len(value):
            _absorb_items(known, value)


def _absorb_items(into: list[JsonValue], fresh: list[JsonValue]) -> None:
    for index, (known, value) in enumerate(zip(into, fresh, strict=True)):
        if isinstance(known, dict) and isinstance(value, dict):
            absorb(known, value)
        elif isinstance(known, list) and isinstance(value, list) and len(known) == len(value):
            _absorb_items(known, value)
        elif known is None:
            into[index] = value


def _inputs(source: Mapping[str, JsonValue], fields: Sequence[InputField], into: JsonObject) -> JsonObject | None:
    for field in fields:
        if field.types is not None and source.get(TYPENAME) not in field.types:
            continue
        if field.source not in source:
            return None
        value = source[field.source]
        if value is None and not field.nullable:
            return None
        if field.children and value is not None:
            value = _nested(value, field.children)
            if value is None:
                return None
        into[field.name] = value
    return into


def _nested(value: JsonValue, children: Sequence[InputField]) -> JsonValue:
    """None when an input inside is missing."""
    if isinstance(value, list):
        items: list[JsonValue] = []
        for item in value:
            found = None if item is None else _nested(item, children)
            if found is None and item is not None:
                return None
            items.append(found)
        return items
    if not isinstance(value, dict):
        return None
    typed: JsonObject = {TYPENAME: value[TYPENAME]} if TYPENAME in value else {}
    return _inputs(value, children, typed)


def _flatten(items: list[JsonValue], into: list[JsonObject]) -> None:
    for item in items:
        if isinstance(item, dict):
            into.append(item)
        elif isinstance(item, list):
            _flatten(item, into)


def _located_in(place: ResponsePath, value: JsonValue) -> Iterator[tuple[ResponsePath, JsonObject]]:
    if isinstance(value, dict):
        yield place, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _located_in((*place, index), item)
