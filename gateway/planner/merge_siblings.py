"""Pass 5: entity groups that wait for the same fetches and go to the same subgraph become one request.

One HTTP call with `_e0: _entities(...) _e1: _entities(...)` instead of one call per path. Groups whose
paths differ only in the type of a parent, and that ask for the same, become one call first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from gateway.planner.groups import Entry, Group, Level
from gateway.planner.plan import OnTypes, PathKey, PlanPath

_Shape: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Call:
    """A group with the paths of its twins folded into one."""

    group: Group
    path: PlanPath


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Batch:
    """What becomes one fetch."""

    subgraph: str
    calls: tuple[Call, ...]
    after: frozenset[Batch]


def merge_siblings(groups: Sequence[Group]) -> list[Batch]:
    """Groups must come after those they wait for; batches come in such an order too."""
    batches: list[Batch] = []
    batch_of: dict[Group, Batch] = {}
    for wave in _waves(groups):
        bundles: dict[tuple[str, frozenset[Batch], bool, int], list[Group]] = {}
        for number, group in enumerate(wave):
            after = frozenset(batch_of[each] for each in group.after)
            alone = -1 if group.entity else number
            bundles.setdefault((group.subgraph, after, group.entity, alone), []).append(group)
        for (subgraph, after, _, _), bundle in bundles.items():
            batch = Batch(subgraph=subgraph, calls=tuple(_fold(bundle)), after=after)
            batches.append(batch)
            batch_of.update(dict.fromkeys(bundle, batch))
    return batches


def _waves(groups: Sequence[Group]) -> Iterable[list[Group]]:
    level: dict[Group, int] = {}
    waves: dict[int, list[Group]] = {}
    for group in groups:
        level[group] = max((level[each] + 1 for each in group.after), default=0)
        waves.setdefault(level[group], []).append(group)
    return [waves[depth] for depth in sorted(waves)]


def _fold(bundle: Sequence[Group]) -> Iterable[Call]:
    if len(bundle) == 1:
        yield Call(group=bundle[0], path=bundle[0].path)
        return
    twins: dict[_Shape, list[Group]] = {}
    for group in bundle:
        names = tuple(each.name if isinstance(each, PathKey) else "" for each in group.path)
        twins.setdefault((names, _inputs(group), _level(group.level)), []).append(group)
    for same in twins.values():
        yield Call(group=same[0], path=_union([group.path for group in same]))


def _union(paths: Sequence[PlanPath]) -> PlanPath:
    """Paths of one shape: the types at each step together."""
    steps: list[PathKey | OnTypes] = []
    for every in zip(*paths, strict=True):
        types = frozenset(name for each in every if isinstance(each, OnTypes) for name in each.types)
        steps.append(OnTypes(types=types) if types else every[0])
    return tuple(steps)


def _inputs(group: Group) -> _Shape:
    return tuple((name, tuple(fields.values())) for name, fields in sorted(group.inputs.items()))


def _level(level: Level) -> _Shape:
    return tuple(
        (concrete, tuple((key, *_entry(entry)) for key, entry in sorted(entries.items())))
        for concrete, entries in sorted(level.entries.items())
    )


def _entry(entry: Entry) -> _Shape:
    below = _level(entry.child) if entry.child else ()
    return entry.name, entry.arguments, frozenset(entry.when), below
