"""A run's plan kept alive: an event changes it where it must, with the proof over all pairs. Loading it loads numba."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from employment_service.matching.engine import MatchWorker, worker_columns
from employment_service.matching.living.listing import options_at
from employment_service.matching.living.over_pairs import LivedOn, LivingPairs, PlanAnew
from employment_service.matching.market.arrays import Ints, Market
from employment_service.matching.market.audit import Objective, Scenario, Without, cells_of, groupings
from employment_service.matching.market.builder import market_on
from employment_service.matching.market.keeping import without
from employment_service.matching.market.kernel import Feasible, feasible_pairs
from employment_service.matching.market.rules import pairs
from employment_service.matching.runs.domain import AuditScenario, Compared, PlacePrice, Proposal, Rule, Totals, Way
from employment_service.matching.runs.kept import MOST_PAIRS, Alive, KeptPlan, News
from employment_service.matching.runs.solving import Solved, scenario_of

Int32s = NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What the next run tells, and which proposals differ from those of the run before.

    `numbers`: of people whose proposal is written anew, or is gone; `options` and `paid`, the price of where each goes,
    by number less one.
    """

    totals: Totals
    audit: tuple[AuditScenario, ...]
    proposals: tuple[Proposal, ...]
    prices: tuple[PlacePrice, ...]
    numbers: tuple[int, ...]
    options: tuple[int, ...]
    paid: tuple[int, ...]


def alive_of(solved: Solved) -> Alive | None:
    """`None`: too large to keep, or a plan by another rule than the best for all."""
    if solved.gathered.rule is not Rule.BY_SURPLUS or solved.pairs.count > MOST_PAIRS:
        return None
    solution, workers = solved.solution, solved.market.workers
    capacities = solved.capacities.copy()
    capacities[solved.closed] = 0
    placed = solution.vacancy >= 0
    gains = np.zeros(workers.count, dtype=np.int64)
    gains[placed] = solved.market.vacancies.wage_cents[solution.vacancy[placed]] - workers.income_cents[placed]
    return Alive(
        plan=LivingPairs(
            solved.pairs,
            capacities,
            solution,
            keep_points=solved.gathered.keep_bonus,
            frozen=solved.joined.groups >= 0,
        ),
        keys=[UUID(person.key) for person in solved.gathered.people],
        active=np.ones(workers.count, dtype=np.bool_),
        caring=workers.caring,
        gains=gains,
        groups=groupings(solved.market, centre=solved.gathered.centre),
        joined=solved.joined,
        closed=solved.closed,
        centre=solved.gathered.centre,
    )


def lived_on(kept: KeptPlan, news: News) -> Followed:
    """Changes what is kept. Raises PlanAnew, after which it is of no more use."""
    began = time.thread_time()
    alive = kept.alive
    capacities = _capacities(kept, news)
    before = alive.plan.vacancy
    rows, fresh, market = _changed(kept, news)
    lists = _lists(rows, fresh, market, news, kept)
    made = alive.plan.answer(rows, lists, capacities)
    _require_batches(alive, made, capacities)
    _entered(alive, rows, fresh, market)
    spent = time.thread_time() - began
    return _followed(kept, news, made, before, rows, capacities, spent)


def _capacities(kept: KeptPlan, news: News) -> Ints:
    alive = kept.alive
    capacities = np.where(news.published, np.array(news.places, dtype=np.int64), 0)
    least = np.array(news.least, dtype=np.int64)
    batches = (alive.joined.least > 1) | (least > 1)
    if (least[batches] != alive.joined.least[batches]).any():
        raise PlanAnew("More or fewer are needed for a batch.")
    capacities[alive.closed] = 0
    never_listed = np.array([each.places_left <= 0 for each in kept.board.vacancies], dtype=np.bool_)
    if (capacities[never_listed] > 0).any():
        raise PlanAnew("Work that was full has places again.")
    return capacities


def _changed(kept: KeptPlan, news: News) -> tuple[Ints, list[MatchWorker | None], Market | None]:
    """Rows in order, who is there now (`None`: nobody any more), and those people's own market."""
    alive = kept.alive
    row_of = {key: row for row, key in enumerate(alive.keys) if alive.active[row]}
    by_row: dict[int, MatchWorker | None] = {row_of[who]: None for who in news.gone}
    count = len(alive.keys)
    for person in news.fresh:
        who = UUID(person.key)
        if who not in row_of:
            row_of[who] = count
            count += 1
        by_row[row_of[who]] = person
    rows = sorted(by_row)
    there = [by_row[row] for row in rows]
    people = [each for each in there if each is not None]
    market = market_on(kept.board.board, worker_columns(people)) if people else None
    return np.array(rows, dtype=np.int64), there, market


def _lists(rows: Ints, fresh: list[MatchWorker | None], market: Market | None, news: News, kept: KeptPlan) -> Feasible:
    columns = {key: column for column, key in enumerate(kept.board.keys)}
    first, last = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
    if market is None:
        pairs_now = kept.alive.plan.pairs
        return Feasible(first=first, last=last, vacancy=pairs_now.vacancy[:0], score=pairs_now.score[:0])
    people = [person for person in fresh if person is not None]
    offered = [
        (number, columns[vacancy])
        for number, person in enumerate(people)
        for vacancy in news.left_out.get(UUID(person.key), ())
        if vacancy in columns
    ]
    found = without(feasible_pairs(market), offered)
    there = np.array([person is not None for person in fresh], dtype=np.bool_)
    first[there], last[there] = found.first, found.last
    return replace(found, first=first, last=last)


def _require_batches(alive: Alive, made: LivedOn, capacities: Ints) -> None:
    counts = np.bincount(made.vacancy[made.vacancy >= 0], minlength=len(capacities))
    if ((counts < alive.joined.least) & (alive.joined.least > 1) & (capacities > 0)).any():
        raise PlanAnew("A batch came to be too few.")


def _entered(alive: Alive, rows: Ints, fresh: list[MatchWorker | None], market: Market | None) -> None:
    """What the audit reads of people whose row changed."""
    count = max(len(alive.keys), int(rows.max(initial=-1)) + 1)
    more = count - len(alive.keys)
    alive.active = np.concatenate([alive.active, np.ones(more, dtype=np.bool_)])
    alive.caring = np.concatenate([alive.caring, np.zeros(more, dtype=np.bool_)])
    alive.gains = np.concatenate([alive.gains, np.zeros(more, dtype=np.int64)])
    alive.joined = replace(
        alive.joined,
        groups=np.concatenate([alive.joined.groups, np.full(more, -1, dtype=np.int32)]),
        waiting=np.concatenate([alive.joined.waiting, np.zeros(more, dtype=np.bool_)]),
    )
    alive.groups = tuple(
        replace(group, of=np.concatenate([group.of, np.full(more, -1, dtype=np.int8)])) for group in alive.groups
    )
    for row, person in zip(rows.tolist(), fresh, strict=True):
        alive.active[row] = person is not None
        if row >= len(alive.keys) and person is not None:
            alive.keys.append(UUID(person.key))
    here = rows[[person is not None for person in fresh]] if len(rows) else rows
    if market is not None:
        alive.caring[here] = market.workers.caring
        for group, own in zip(alive.groups, groupings(market, centre=alive.centre), strict=True):
            group.of[here] = own.of
    gone = rows[[person is None for person in fresh]] if len(rows) else rows
    for group in alive.groups:
        group.of[gone] = -1


def _followed(  # noqa: PLR0917 - one private call
    kept: KeptPlan, news: News, made: LivedOn, before: Int32s, rows: Ints, capacities: Ints, spent: float
) -> Followed:
    alive, keys = kept.alive, [UUID(key) for key in kept.board.keys]
    was = np.concatenate([before, np.full(len(made.vacancy) - len(before), -1, dtype=np.int32)])
    differing = np.union1d(np.flatnonzero(was != made.vacancy), rows).astype(np.int64)
    shown = differing[alive.active[differing]]
    people = kept.people | {UUID(person.key): person for person in news.fresh}
    areas = kept.areas | {UUID(person.key): area for person, area in zip(news.fresh, news.areas, strict=True)}
    told_of = [people[alive.keys[row]] for row in shown]
    placed = made.vacancy[shown] >= 0
    chosen = made.vacancy[shown][placed].astype(np.int64)
    options = options_at(alive.plan.pairs, np.array(news.published, dtype=np.bool_))
    options[~alive.active] = 0
    alive.gains[differing] = 0
    proposals: list[Proposal] = []
    told = None
    if len(chosen):
        small = market_on(kept.board.board, worker_columns([p for p, at in zip(told_of, placed, strict=True) if at]))
        told = pairs(small, np.arange(len(chosen)), chosen)
        alive.gains[shown[placed]] = told.gain_cents
    place = -1
    for row, person, is_placed in zip(shown.tolist(), told_of, placed.tolist(), strict=True):
        place += is_placed
        vacancy, earlier = int(made.vacancy[row]), int(was[row])
        pair = told if is_placed else None
        proposals.append(
            Proposal(
                number=row + 1,
                worker_id=alive.keys[row],
                area_path=areas[alive.keys[row]],
                vacancy_id=keys[vacancy] if is_placed else None,
                moved_from=keys[earlier] if earlier >= 0 and earlier != vacancy else None,
                options=int(options[row]),
                score=int(made.score[row]),
                price=int(made.prices[vacancy]) if is_placed else 0,
                stable=0.0 if pair is None else float(pair.stable[place]),
                gain_cents=0 if pair is None else int(pair.gain_cents[place]),
                weight=person.weight,
                way_cents=0 if pair is None else round(float(pair.way_cents[place])),
                care_cents=0 if pair is None else round(float(pair.care_cents[place])),
                km=None if pair is None else round(float(pair.km[place]), 1),
            )
        )
    proposed = np.bincount(made.vacancy[made.vacancy >= 0], minlength=len(keys))
    published = np.array(news.published, dtype=np.bool_)
    return Followed(
        totals=_totals(kept, news, made, options, capacities, spent),
        audit=_audit(alive, made, options),
        proposals=tuple(proposals),
        prices=tuple(
            PlacePrice(
                vacancy_id=keys[column],
                places=news.places[column],
                proposed=int(proposed[column]),
                price=int(made.prices[column]),
                least=news.least[column],
                too_few=column in alive.closed,
            )
            for column in np.flatnonzero(published).tolist()
        ),
        numbers=tuple((differing + 1).tolist()),
        options=tuple(options.tolist()),
        paid=tuple(np.where(made.vacancy >= 0, made.prices[made.vacancy], 0).tolist()),
    )


def _totals(  # noqa: PLR0917 - one private call
    kept: KeptPlan, news: News, made: LivedOn, options: Ints, capacities: Ints, spent: float
) -> Totals:
    alive = kept.alive
    placed = made.vacancy >= 0
    count = int(placed.sum())
    return replace(
        kept.totals,
        workers=int(alive.active.sum()),
        bound_now=len(news.bound),
        carers=int((alive.caring & alive.active).sum()),
        vacancies=int((capacities > 0).sum()) + int((np.array(news.places)[alive.closed] > 0).sum()),
        places=int(np.where(news.published, news.places, 0).sum()),
        pairs=int(options.sum()),
        points=made.value,
        bound=made.bound,
        placed=count,
        rounds=1,
        displaced=len(made.displaced),
        moved=len(made.moved),
        compared=(
            Compared(
                way=Way.THIS_RUN,
                points=made.value,
                placed=count,
                carers_placed=int((placed & alive.caring).sum()),
            ),
        ),
        stability=None,
        seconds=spent,
        lived_on=True,
    )


def _audit(alive: Alive, made: LivedOn, options: Ints) -> tuple[AuditScenario, ...]:
    """The run as it is. What it would be without a constraint, by another aim, or by sex, is told of runs made anew."""
    placed = made.vacancy >= 0
    total = int(placed.sum())
    scenario = Scenario(
        objective=Objective.SURPLUS,
        without=Without.NONE,
        placed=total,
        mean_gain_cents=round(float(alive.gains[placed].sum()) / total) if total else 0,
        cells=cells_of(alive.groups, placed, alive.gains.astype(np.float64), options.astype(np.float64)),
    )
    return (scenario_of(scenario),)
