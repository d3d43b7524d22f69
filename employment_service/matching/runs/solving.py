"""A gathered area through the engine: pairs, prices, proposals, comparison and audit. Loading it loads numba."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np

from employment_service.matching.engine import worker_columns
from employment_service.matching.market.arrays import Ints, Market
from employment_service.matching.market.audit import Scenario, audited, groupings
from employment_service.matching.market.builder import market_on
from employment_service.matching.market.comparing import first_come, greedy
from employment_service.matching.market.keeping import held_scores, with_bonus, without
from employment_service.matching.market.kernel import Feasible, feasible_pairs
from employment_service.matching.market.rules import pairs
from employment_service.matching.market.solving import Solution, solve
from employment_service.matching.runs.domain import (
    AuditCell,
    AuditScenario,
    Compared,
    PlacePrice,
    Proposal,
    Rule,
    Stability,
    Totals,
    Way,
)
from employment_service.matching.runs.gathered import Gathered
from employment_service.matching.runs.stability import in_place_of, stability_of, stable_plan

MOST_RANKED = 2_000_000
"""Pairs up to which a run that nobody asked to rank tells how stable it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    gathered: Gathered
    market: Market
    pairs: Feasible
    capacities: Ints
    solution: Solution
    """Without the keep-bonus: value, bound and scores are those of the pairs themselves."""
    best: int
    """The value without regard to what employers rank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    totals: Totals
    proposals: tuple[Proposal, ...]
    prices: tuple[PlacePrice, ...]


def solved(gathered: Gathered) -> Solved:
    market = market_on(gathered.board.board, worker_columns(gathered.people))
    capacities = np.minimum(np.array(gathered.places, dtype=np.int64).clip(min=0), market.vacancies.places.clip(min=0))
    rows = {person.key: row for row, person in enumerate(gathered.people)}
    columns = {key: column for column, key in enumerate(gathered.board.keys)}
    left_out = [
        (rows[worker], columns[vacancy])
        for worker, vacancy in gathered.left_out
        if worker in rows and vacancy in columns
    ]
    found = without(feasible_pairs(market), left_out)
    kept = found
    if gathered.before is None:
        solution = solve(found, capacities)
    else:
        earlier = [columns.get(str(gathered.before.get(UUID(each.key), "")), -1) for each in gathered.people]
        kept = with_bonus(found, np.array(earlier, dtype=np.int32), gathered.keep_bonus)
        began = gathered.board.prices(gathered.prices)
        solution = _plain(found, capacities, solve(kept, capacities, prices=began))
    best = solution.value
    if gathered.rule is Rule.DEFERRED_ACCEPTANCE:
        solution = in_place_of(solution, found, stable_plan(market, kept, capacities))
    return Solved(gathered=gathered, market=market, pairs=found, capacities=capacities, solution=solution, best=best)


def _plain(found: Feasible, capacities: Ints, solution: Solution) -> Solution:
    """What people keep counts no bonus in what is told: prices and bound are those of the pairs themselves.

    Prices that carry the bonus would prove less, and put a worker's list in another order than without it.
    """
    score = held_scores(found, solution.vacancy)
    best = solve(found, capacities, prices=solution.prices)
    return replace(solution, score=score, value=int(score.sum()), prices=best.prices, bound=best.bound)


def outcome_of(one: Solved) -> Outcome:
    gathered, solution, market = one.gathered, one.solution, one.market
    keys = [UUID(key) for key in gathered.board.keys]
    placed = np.flatnonzero(solution.vacancy >= 0)
    chosen = solution.vacancy[placed].astype(np.int64)
    told = pairs(market, placed, chosen)
    at = {int(worker): place for place, worker in enumerate(placed)}
    proposals: list[Proposal] = []
    displaced = moved = 0
    open_now = {key for key, places in zip(keys, one.capacities, strict=True) if places > 0}
    for row, person in enumerate(gathered.people):
        before = None if gathered.before is None else gathered.before.get(UUID(person.key))
        place = at.get(row)
        vacancy = None if place is None else keys[int(solution.vacancy[row])]
        changed = before is not None and before != vacancy
        if changed:
            gone = before not in open_now or not _lists(one.pairs, row, keys.index(before)) if before in keys else True
            displaced, moved = displaced + gone, moved + (not gone)
        proposals.append(
            Proposal(
                number=row + 1,
                worker_id=UUID(person.key),
                area_path=gathered.areas[row],
                vacancy_id=vacancy,
                moved_from=before if changed else None,
                options=int(one.pairs.options[row]),
                score=int(solution.score[row]),
                price=0 if place is None else int(solution.prices[solution.vacancy[row]]),
                stable=0.0 if place is None else float(told.stable[place]),
                gain_cents=0 if place is None else int(told.gain_cents[place]),
                weight=person.weight,
                way_cents=0 if place is None else round(float(told.way_cents[place])),
                care_cents=0 if place is None else round(float(told.care_cents[place])),
                km=None if place is None else round(float(told.km[place]), 1),
            )
        )
    proposed = np.bincount(chosen, minlength=len(keys))
    return Outcome(
        totals=_totals(one, displaced=displaced, moved=moved),
        proposals=tuple(proposals),
        prices=tuple(
            PlacePrice(
                vacancy_id=key,
                places=int(one.capacities[column]),
                proposed=int(proposed[column]),
                price=int(solution.prices[column]),
            )
            for column, key in enumerate(keys)
        ),
    )


def _lists(found: Feasible, row: int, column: int) -> bool:
    return bool((found.vacancy[found.first[row] : found.last[row]] == column).any())


def _totals(one: Solved, *, displaced: int, moved: int) -> Totals:
    solution, caring = one.solution, one.market.workers.caring
    ways = [
        (Way.THIS_RUN, solution.vacancy, solution.value),
        *(
            (way, practice.vacancy, practice.value)
            for way, practice in (
                (Way.BEST_PAIR_FIRST, greedy(one.pairs, one.capacities)),
                (Way.FIRST_COME, first_come(one.pairs, one.capacities)),
            )
        ),
    ]
    return Totals(
        workers=one.market.workers.count,
        bound_now=one.gathered.bound_now,
        carers=int(caring.sum()),
        vacancies=int((one.capacities > 0).sum()),
        places=int(one.capacities.sum()),
        pairs=one.pairs.count,
        points=solution.value,
        bound=solution.bound,
        placed=solution.placed,
        rounds=len(solution.rounds),
        displaced=displaced,
        moved=moved,
        compared=tuple(
            Compared(
                way=way,
                points=int(points),
                placed=int((vacancy >= 0).sum()),
                carers_placed=int((vacancy[caring] >= 0).sum()),
            )
            for way, vacancy, points in ways
        ),
        rule=one.gathered.rule,
        stability=_stability(one),
    )


def _stability(one: Solved) -> Stability | None:
    if one.gathered.rule is Rule.BY_SURPLUS and one.pairs.count > MOST_RANKED:
        return None
    return stability_of(one.market, one.pairs, one.capacities, one.solution.vacancy, best=one.best)


def audit_of(one: Solved) -> tuple[AuditScenario, ...]:
    groups = groupings(one.market, centre=one.gathered.centre)
    return tuple(_scenario(each) for each in audited(one.market, one.pairs, one.solution, one.capacities, groups))


def _scenario(one: Scenario) -> AuditScenario:
    return AuditScenario(
        objective=str(one.objective),
        without=str(one.without),
        placed=one.placed,
        mean_gain_cents=one.mean_gain_cents,
        cells=tuple(
            AuditCell(
                group=cell.group,
                label=cell.label,
                workers=cell.workers,
                placed_share=cell.placed_share,
                mean_gain_cents=cell.mean_gain_cents,
                mean_options=cell.mean_options,
            )
            for cell in one.cells
        ),
    )
