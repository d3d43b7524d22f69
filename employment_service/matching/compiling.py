"""Every loop of matching compiled ahead: a tiny invented county goes through all that a run, a file and a list can ask.

`python -m employment_service compile` does it once per installation, so that nobody's first run waits for a compiler.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import numpy as np

from employment_service.matching.assignment import assign
from employment_service.matching.assignment.comparing import first_come, greedy
from employment_service.matching.assignment.domain import Edges
from employment_service.matching.assignment.reasons import placed_rows
from employment_service.matching.boards import ReadyBoard, ready_board
from employment_service.matching.engine import MatchVacancy, MatchWorker
from employment_service.matching.living import Frozen, LivingPlan, OptionsChanged, PlacesChanged, Thawed, VacancyClosed
from employment_service.matching.living.editing import add_for_staying, settle_staying
from employment_service.matching.living.laying import lay
from employment_service.matching.market.arrays import Limits, Worth
from employment_service.matching.market.kernel import Feasible
from employment_service.matching.runs.domain import Rule
from employment_service.matching.runs.gathered import Gathered
from employment_service.matching.runs.living_on import alive_of
from employment_service.matching.runs.solving import Solved, audit_of, outcome_of, solved

WORKERS, VACANCIES = 40, 6


def compile_matching() -> None:
    """Takes up to a minute the first time, seconds when everything is kept already. Writes nothing but that."""
    board = ready_board([_vacancy(number) for number in range(VACANCIES)], limits=Limits(), worth=Worth())
    people = tuple(_worker(number) for number in range(WORKERS))
    first = solved(_gathered(people, board, rule=Rule.BY_SURPLUS, before=None))
    outcome_of(first)
    audit_of(first, {})
    before = {UUID(people[0].key): UUID(board.keys[0])}
    for rule in Rule:
        outcome_of(solved(_gathered(people, board, rule=rule, before=before)))
    pair = {UUID(people[2].key): UUID(people[3].key), UUID(people[3].key): UUID(people[2].key)}
    joined = replace(
        _gathered(people, board, rule=Rule.BY_SURPLUS, before=None), companions=pair, least=(3,) * VACANCIES
    )
    outcome_of(solved(joined))
    _compile_living(first)
    _compile_edges()


def _gathered(
    people: tuple[MatchWorker, ...], board: ReadyBoard, *, rule: Rule, before: dict[UUID, UUID] | None
) -> Gathered:
    return Gathered(
        people=people,
        areas=("99/01/",) * len(people),
        board=board,
        places=(2,) * VACANCIES,
        left_out=frozenset({(people[1].key, board.keys[1])}),
        bound=frozenset(),
        centre=(37.0, 101.0),
        before=before,
        prices={UUID(board.keys[0]): 5} if before else {},
        keep_bonus=1,
        rule=rule,
    )


def _compile_living(one: Solved) -> None:
    """A run's plan lives on while work closes, and while somebody's options become those of somebody else."""
    alive = alive_of(one)
    if alive is None:
        raise AssertionError("So few are kept.")
    nobody, places = np.zeros(0, dtype=np.int64), one.capacities.copy()
    places[int(one.solution.vacancy.max())] = 0
    none = Feasible(first=nobody, last=nobody, vacancy=one.pairs.vacancy[:0], score=one.pairs.score[:0])
    alive.plan.answer(nobody, none, places)
    row = slice(int(one.pairs.first[0]), int(one.pairs.last[0]))
    ends = np.array([row.stop - row.start], dtype=np.int64)
    lists = Feasible(
        first=np.zeros(1, dtype=np.int64), last=ends, vacancy=one.pairs.vacancy[row], score=one.pairs.score[row]
    )
    alive.plan.answer(np.array([1], dtype=np.int64), lists, one.capacities)


def _compile_edges() -> None:
    """A bare problem of 12 people and three vacancies; and its living plan through one event of each kind."""
    draw = np.random.default_rng(0)
    edges = Edges(
        starts=np.arange(0, 37, 3, dtype=np.int64),
        vacancy=np.tile(np.arange(3, dtype=np.int32), 12),
        score=draw.integers(1, 100, 36).astype(np.int32),
    )
    places = np.array([3, 3, 3], dtype=np.int64)
    made = assign(edges, places)
    greedy(edges, places)
    first_come(edges, places)
    placed_rows(edges, made)
    plan = LivingPlan(edges, places, made.vacancy, made.prices)
    row = slice(0, 2)
    for event in (
        PlacesChanged(vacancy=0, by=1),
        PlacesChanged(vacancy=1, by=-1),
        OptionsChanged(worker=0, vacancy=edges.vacancy[row], score=edges.score[row]),
        Frozen(worker=int(np.flatnonzero(made.vacancy >= 0)[-1])),
        Thawed(worker=int(np.flatnonzero(made.vacancy >= 0)[-1])),
        VacancyClosed(vacancy=2),
    ):
        plan.answer(event)
    everybody, twice = np.ones(12, dtype=np.bool_), np.full(12, 2, dtype=np.int32)
    laid = lay(edges, places, made.vacancy, made.prices, ~everybody, twice)
    add_for_staying(laid.state, laid.callers, np.flatnonzero(made.vacancy >= 0).astype(np.int32), 2)
    settle_staying(laid.state, laid.callers, everybody, twice, 1)


def _worker(number: int) -> MatchWorker:
    near = 37 + number / 1000
    return MatchWorker(
        key=str(UUID(int=number + 1)),
        lat=near,
        lon=101.0,
        age=20 + number,
        wage_floor_cents=200_000 + 1_000 * number,
        max_distance_km=60.0,
        care_places=((near, 101.0),) if number % 2 else (),
        farm_months=frozenset({5, 6}) if number % 3 == 0 else frozenset(),
    )


def _vacancy(number: int) -> MatchVacancy:
    return MatchVacancy(
        key=str(UUID(int=1_000 + number)),
        lat=37.02,
        lon=101.0 + number / 500,
        monthly_wage_cents=300_000 + 10_000 * number,
        shift_from_minutes=480,
        shift_to_minutes=1_020,
        weekly_hours=40,
        places_left=2,
    )
