"""Which subgraphs to enter for a set of fields.

Fields that jump to the same subgraph share one fetch, so this is a small covering problem: exact up to
`EXACT_TARGETS` candidate subgraphs, greedy above. Cost counts fetches; a hop behind another hop costs a
little more than beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import TypeAlias

from chassis.errors import InvalidInput
from gateway.planner.choices import FieldChoice, Jump, Position
from gateway.planner.routes import Route

FETCH_COST = 1000
DEPTH_COST = 10
EXACT_TARGETS = 6

Options: TypeAlias = dict[Position, FieldChoice]
"""The ways to have one field, by where it is resolved."""


class FieldUnreachable(InvalidInput):
    """The supergraph cannot answer the field: composition's satisfiability check rules this out."""

    code = "FIELD_UNREACHABLE"


def best(options: Options, targets: frozenset[str]) -> FieldChoice:
    usable = [choice for position, choice in options.items() if not position.entered or position.subgraph in targets]
    return min(usable, key=lambda choice: choice.cost)


def cheapest(wanting: Sequence[Options], routes: Mapping[str, Route]) -> tuple[frozenset[str], int]:
    """The set of subgraphs to enter, and the cost of fields and fetches together."""
    if not wanting:
        return frozenset(), 0
    candidates = sorted({place.subgraph for options in wanting for place in options if place.entered})
    subsets: Iterable[tuple[str, ...]]
    if len(candidates) <= EXACT_TARGETS:
        subsets = (subset for size in range(len(candidates) + 1) for subset in combinations(candidates, size))
    else:
        subsets = [_greedy(wanting, routes, candidates)]
    found: tuple[int, tuple[str, ...]] | None = None
    for subset in subsets:
        cost = _cost(wanting, frozenset(subset), routes)
        if cost is not None and (found is None or cost < found[0]):
            found = (cost, subset)
    if found is None:
        raise FieldUnreachable("No set of subgraphs answers the fields.")
    return frozenset(found[1]), found[0]


def _greedy(wanting: Sequence[Options], routes: Mapping[str, Route], candidates: Sequence[str]) -> tuple[str, ...]:
    """Adds the subgraph that saves most until none saves anything; a field without a way weighs more than all."""
    entered: frozenset[str] = frozenset()
    while True:
        trials = [(_weight(wanting, entered | {each}, routes), each) for each in candidates if each not in entered]
        lightest = min(trials, default=None)
        if lightest is None or lightest[0] >= _weight(wanting, entered, routes):
            return tuple(sorted(entered))
        entered |= {lightest[1]}


def _weight(wanting: Sequence[Options], targets: frozenset[str], routes: Mapping[str, Route]) -> tuple[int, int]:
    """Fields without a way, then the cost of the others."""
    lost = 0
    total = _hop_cost(targets, routes)
    for options in wanting:
        cost = _least(options, targets)
        lost += cost is None
        total += cost or 0
    return lost, total


def _cost(wanting: Sequence[Options], targets: frozenset[str], routes: Mapping[str, Route]) -> int | None:
    lost, total = _weight(wanting, targets, routes)
    return None if lost else total


def _least(options: Options, targets: frozenset[str]) -> int | None:
    return min(
        (each.cost for place, each in options.items() if not place.entered or place.subgraph in targets),
        default=None,
    )


def _hop_cost(targets: Iterable[str], routes: Mapping[str, Route]) -> int:
    hops = {hop.subgraph: index for target in targets for index, hop in enumerate(routes[target])}
    return sum(FETCH_COST + DEPTH_COST * depth for depth in hops.values())


def jumps_to(targets: frozenset[str], routes: Mapping[str, Route]) -> tuple[Jump, ...]:
    """Every hop on the way to the targets once, sources before what they feed."""
    ordered: dict[str, Jump] = {}
    for target in sorted(targets, key=lambda name: (len(routes[name]), name)):
        for hop in routes[target]:
            ordered.setdefault(hop.subgraph, hop)
    return tuple(ordered.values())
