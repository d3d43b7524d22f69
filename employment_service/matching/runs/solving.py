"""A gathered area through the engine: pairs, prices, proposals, comparison and audit. Loading it loads numba."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np

from employment_service.matching.engine import worker_columns
from employment_service.matching.market.arrays import Ints, Market
from employment_service.matching.market.audit import NOT_GIVEN, Scenario, audited, groupings
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
from employment_service.matching.runs.joining import (
    Joined,
    best_plan,
    joined_of,
    market_alone,
    stable_alone,
    value_of_couples,
)
from employment_service.matching.runs.stability import in_place_of, stability_of
from employment_service.safeguards.audit_facts.domain import SexForAudits

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
    joined: Joined
    closed: Ints
    """Batches that too few would come to."""
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    totals: Totals
    proposals: tuple[Proposal, ...]
    prices: tuple[PlacePrice, ...]


def solved(gathered: Gathered) -> Solved:
    started = time.thread_time()
    market = market_on(gathered.board.board, worker_columns(gathered.people))
    capacities = np.minimum(np.array(gathered.places, dtype=np.int64).clip(min=0), market.vacancies.places.clip(min=0))
    rows = {person.key: row for row, person in enumerate(gathered.people)}
    columns = {key: column for column, key in enumerate(gathered.board.keys)}
    left_out = [
        (rows[worker], columns[vacancy])
        for worker, vacancy in gathered.left_out
        if worker in rows and vacancy in columns
    ]
    joined = joined_of(gathered)
    found = without(feasible_pairs(market), left_out)
    found = replace(found, last=np.where(joined.waiting, found.first, found.last))
    kept, began = found, None
    if gathered.before is not None:
        earlier = [columns.get(str(gathered.before.get(UUID(each.key), "")), -1) for each in gathered.people]
        kept = with_bonus(found, np.array(earlier, dtype=np.int32), gathered.keep_bonus)
        began = gathered.board.prices(gathered.prices)
    joint = best_plan(kept, capacities, joined, prices=began)
    solution = joint.solution if kept is found else _plain(found, capacities, joint.solution, joined)
    best = solution.value
    if gathered.rule is Rule.DEFERRED_ACCEPTANCE:
        joint = stable_alone(market, kept, capacities, joined, joint)
        solution = in_place_of(solution, found, joint.solution.vacancy)
    return Solved(
        gathered=gathered,
        market=market,
        pairs=found,
        capacities=capacities,
        solution=solution,
        best=best,
        joined=joined,
        closed=joint.closed,
        seconds=time.thread_time() - started,
    )


def _plain(found: Feasible, capacities: Ints, solution: Solution, joined: Joined) -> Solution:
    """What people keep counts no bonus in what is told: prices and bound are those of the pairs themselves.

    Prices that carry the bonus would prove less, and put a worker's list in another order than without it.
    """
    score = held_scores(found, solution.vacancy)
    best = solve(found, capacities, prices=solution.prices)
    # With a bonus or without: no plan with couples and batches is worth more than what the relaxed one proves.
    bound = min(best.bound, solution.bound) if joined.any else best.bound
    return replace(solution, score=score, value=int(score.sum()), prices=best.prices, bound=bound)


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
                companion_id=gathered.companions.get(UUID(person.key)),
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
                least=int(one.joined.least[column]),
                too_few=column in one.closed,
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
        bound_now=len(one.gathered.bound),
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
        couples=one.joined.couples,
        couples_placed=int((solution.vacancy[one.joined.groups >= 0] >= 0).sum()) // 2,
        waiting=int(one.joined.waiting.sum()),
        batches=int(((one.joined.least > 1) & (one.capacities > 0)).sum()),
        batches_too_few=len(one.closed),
        seconds=one.seconds,
    )


def _stability(one: Solved) -> Stability | None:
    if one.gathered.rule is Rule.BY_SURPLUS and one.pairs.count > MOST_RANKED:
        return None
    alone = market_alone(one.pairs, one.capacities, one.solution.vacancy, one.joined, one.closed)
    coupled = value_of_couples(one.pairs, one.solution, one.joined)
    return stability_of(one.market, alone.pairs, alone.places, alone.vacancy, best=one.best, coupled=coupled)


def audit_of(one: Solved, sexes: Mapping[UUID, SexForAudits]) -> tuple[AuditScenario, ...]:
    """`sexes`: of those who told theirs for audits."""
    told = [sexes.get(UUID(person.key)) for person in one.gathered.people]
    sex = np.array([NOT_GIVEN if each is None else int(each is SexForAudits.MALE) for each in told], dtype=np.int8)
    groups = groupings(one.market, centre=one.gathered.centre, sex=sex)
    return tuple(scenario_of(each) for each in audited(one.market, one.pairs, one.solution, one.capacities, groups))


def scenario_of(one: Scenario) -> AuditScenario:
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
