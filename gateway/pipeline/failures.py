"""Errors of subgraphs in the client's terms: the path of the object that asked, not of `_entities`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from gateway.pipeline.entities import Representations, located
from gateway.pipeline.stages import (
    ErrorEntry,
    JsonObject,
    ResponsePath,
    SubgraphError,
)
from gateway.planner.plan import EntityCall, Fetch, PlanPath

MAX_PLACES = 20
"""Places one failure is reported at; a list of a thousand objects does not need a thousand errors."""


def unavailable(subgraph: str) -> ErrorEntry:
    return ErrorEntry(
        message=f"Subgraph {subgraph} is unavailable.",
        extensions={"code": "SUBGRAPH_UNAVAILABLE", "subgraph": subgraph},
    )


def root_failed(fetch: Fetch, data: JsonObject, entry: ErrorEntry) -> Iterator[ErrorEntry]:
    places = [place for place, _ in located(data, fetch.path)]
    yield from _everywhere(entry, places, fetch.keys)


def root_error(fetch: Fetch, data: JsonObject, error: SubgraphError) -> Iterator[ErrorEntry]:
    entry = _entry(fetch, error)
    if not error.path:
        yield from root_failed(fetch, data, entry)
        return
    inside = _client_path(fetch, error.path)
    for place, _ in located(data, fetch.path):
        yield replace(entry, path=(*place, *inside))


def call_failed(
    fetch: Fetch, call: EntityCall, found: Representations, data: JsonObject, entry: ErrorEntry
) -> Iterator[ErrorEntry]:
    del fetch
    asked = [target for targets in found.targets for target in targets]
    yield from _everywhere(entry, _places(data, call.path, asked), call.keys)


def entity_error(
    fetch: Fetch,
    prepared: Sequence[tuple[EntityCall, Representations]],
    data: JsonObject,
    error: SubgraphError,
) -> Iterator[ErrorEntry]:
    """One error per object that shares the representation the subgraph stumbled over."""
    entry = _entry(fetch, error)
    path = error.path or ()
    for call, found in prepared:
        if path and path[0] != call.response_key:
            continue
        index = path[1] if len(path) > 1 else None
        if not isinstance(index, int) or not 0 <= index < len(found.targets):
            yield from call_failed(fetch, call, found, data, entry)
            continue
        inside = _client_path(fetch, path[2:])
        for place in _places(data, call.path, found.targets[index])[:MAX_PLACES]:
            yield replace(entry, path=(*place, *inside))


def _entry(fetch: Fetch, error: SubgraphError) -> ErrorEntry:
    extensions = {"code": "SUBGRAPH_ERROR", **error.extensions, "subgraph": fetch.subgraph}
    return ErrorEntry(message=error.message, extensions=extensions)


def _everywhere(entry: ErrorEntry, places: Iterable[ResponsePath], keys: Sequence[str]) -> Iterator[ErrorEntry]:
    paths = [(*place, key) for place in places for key in keys]
    for path in paths[:MAX_PLACES]:
        yield replace(entry, path=path)


def _places(data: JsonObject, path: PlanPath, objects: Iterable[JsonObject]) -> list[ResponsePath]:
    """Distinct places: merged entities may be one object standing in several."""
    wanted = {id(each) for each in objects}
    return [place for place, each in located(data, path) if id(each) in wanted]


def _client_path(fetch: Fetch, path: ResponsePath) -> ResponsePath:
    """Renames undone; ends where the plan's own fields begin."""
    names = {each.source: each.target for each in fetch.renames}
    steps: list[str | int] = []
    for step in path:
        named = names.get(step, step) if isinstance(step, str) else step
        if isinstance(named, str) and named.startswith("__"):
            break
        steps.append(named)
    return tuple(steps)
