"""An event changes a plan where it must: exactly, quickly, and without moving more others than it concerns."""

from __future__ import annotations

import numpy as np
import pytest

from employment_service.matching.assignment import Edges, assign
from employment_service.matching.living import (
    Change,
    Event,
    Frozen,
    LivingPlan,
    OptionsChanged,
    PlacesChanged,
    Thawed,
    VacancyClosed,
)
from employment_service.matching.living.domain import OptionsUnsound, UnknownInPlan


def market(
    seed: int, workers: int = 120, vacancies: int = 12
) -> tuple[Edges, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    draw = np.random.default_rng(seed)
    each = draw.integers(0, 8, workers)
    lists = [draw.choice(vacancies, size=one, replace=False) for one in each]
    vacancy = np.concatenate(lists).astype(np.int32)
    score = (draw.integers(1, 8000, len(vacancy)) + vacancy * 150).astype(np.int32)
    edges = Edges(starts=np.append(0, np.cumsum(each)).astype(np.int64), vacancy=vacancy, score=score)
    return edges, draw.integers(0, 14, vacancies).astype(np.int64)


def plan_of(edges: Edges, capacities: np.ndarray[tuple[int], np.dtype[np.int64]], keep_points: int = 500) -> LivingPlan:
    made = assign(edges, capacities)
    return LivingPlan(edges, capacities, made.vacancy, made.prices, keep_points=keep_points)


def small() -> LivingPlan:
    """Worker 0 at vacancy 0, worker 1 at vacancy 1, worker 2 nowhere."""
    edges = Edges(
        starts=np.array([0, 2, 4, 5]),
        vacancy=np.array([0, 1, 0, 1, 1], dtype=np.int32),
        score=np.array([1000, 900, 800, 900, 300], dtype=np.int32),
    )
    plan = plan_of(edges, np.array([1, 1], dtype=np.int64))
    assert plan.vacancy.tolist() == [0, 1, -1]
    return plan


def any_event(draw: np.random.Generator, workers: int, vacancies: int, plan: LivingPlan) -> Event:
    kind = int(draw.integers(6))
    vacancy, worker = int(draw.integers(vacancies)), int(draw.integers(workers))
    placed = np.flatnonzero((plan.vacancy >= 0) & ~plan.frozen)
    if kind == 0:
        return VacancyClosed(vacancy=vacancy)
    if kind == 1 and len(placed):
        return Frozen(worker=int(draw.choice(placed)))
    if kind == 2 and plan.frozen.any():
        return Thawed(worker=int(draw.choice(np.flatnonzero(plan.frozen))))
    if kind == 3 and not plan.frozen[worker]:
        chosen = draw.choice(vacancies, size=int(draw.integers(0, 6)), replace=False).astype(np.int32)
        return OptionsChanged(worker=worker, vacancy=chosen, score=draw.integers(0, 9000, len(chosen)).astype(np.int32))
    return PlacesChanged(vacancy=vacancy, by=int(draw.integers(1, 4)))


@pytest.mark.parametrize("seed", range(25))
def test_whatever_happens_the_plan_stays_sound_and_certified(seed: int) -> None:
    edges, capacities = market(seed)
    plan, draw = plan_of(edges, capacities), np.random.default_rng(seed)
    room = capacities.copy()
    for _ in range(20):
        event, before, frozen = any_event(draw, edges.workers, len(capacities), plan), plan.vacancy, plan.frozen
        change = plan.answer(event)

        if isinstance(event, VacancyClosed):
            room[event.vacancy] = 0
        if isinstance(event, PlacesChanged):
            room[event.vacancy] += event.by
        taken = np.bincount(change.vacancy[change.vacancy >= 0], minlength=len(room))
        assert (taken <= room).all()
        assert change.certified
        assert len(change.moved) <= change.concerned
        stayed = frozen & (before != (event.vacancy if isinstance(event, VacancyClosed) else -1))
        if isinstance(event, Thawed):
            stayed[event.worker] = False
        assert (change.vacancy[stayed] == before[stayed]).all()


@pytest.mark.parametrize("seed", range(10))
def test_where_staying_counts_for_little_the_plan_stays_close_to_the_best(seed: int) -> None:
    edges, capacities = market(seed)
    plan = plan_of(edges, capacities, keep_points=1)
    closed = int(np.argmax(capacities))

    change = plan.answer(VacancyClosed(vacancy=closed))
    capacities[closed] = 0

    best = assign(edges, capacities).value
    assert change.value <= best
    assert change.value >= 0.97 * best


def test_a_closed_vacancy_moves_only_those_who_were_there() -> None:
    change = small().answer(VacancyClosed(vacancy=1))

    assert (change.displaced.tolist(), change.moved.tolist(), change.vacancy.tolist()) == ([1], [], [0, -1, -1])


def test_an_added_place_goes_to_whoever_waits() -> None:
    change = small().answer(PlacesChanged(vacancy=1, by=1))

    assert (change.gained.tolist(), change.moved.tolist(), change.vacancy.tolist()) == ([2], [], [0, 1, 1])


def test_staying_counts_for_something() -> None:
    """Worker 0 would gain 50 elsewhere: too little to be moved for."""
    edges = Edges(
        starts=np.array([0, 2]), vacancy=np.array([0, 1], dtype=np.int32), score=np.array([1000, 1050], dtype=np.int32)
    )
    capacities = np.array([1, 0], dtype=np.int64)

    assert plan_of(edges, capacities).answer(PlacesChanged(vacancy=1, by=1)).vacancy.tolist() == [0]
    assert plan_of(edges, capacities, keep_points=10).answer(PlacesChanged(vacancy=1, by=1)).vacancy.tolist() == [1]


def test_a_frozen_worker_stays_whatever_else_would_be_better() -> None:
    plan = small()
    plan.answer(Frozen(worker=1))

    change = plan.answer(VacancyClosed(vacancy=0))

    assert (change.displaced.tolist(), change.vacancy.tolist()) == ([0], [-1, 1, -1])


def test_a_frozen_worker_whose_vacancy_closes_looks_anew() -> None:
    plan = small()
    plan.answer(Frozen(worker=1))
    plan.answer(PlacesChanged(vacancy=0, by=1))

    change = plan.answer(VacancyClosed(vacancy=1))

    assert (change.displaced.tolist(), change.vacancy.tolist()) == ([1], [0, 0, -1])
    assert not plan.frozen.any()


def test_a_declined_offer_gives_the_place_back() -> None:
    plan = small()
    plan.answer(Frozen(worker=1))
    empty = np.zeros(0, dtype=np.int32)

    change = plan.answer(Thawed(worker=1), OptionsChanged(worker=1, vacancy=empty, score=empty))

    assert change.vacancy.tolist() == [0, -1, 1]


def test_options_that_no_longer_hold_the_place_displace() -> None:
    change = small().answer(
        OptionsChanged(worker=0, vacancy=np.array([1], dtype=np.int32), score=np.array([100], dtype=np.int32))
    )

    assert change.displaced.tolist() == [0]
    assert change.vacancy.tolist()[0] == -1


def test_fewer_places_take_those_whom_it_suits_least() -> None:
    edges = Edges(
        starts=np.array([0, 1, 2, 3]), vacancy=np.zeros(3, dtype=np.int32), score=np.array([5, 9, 7], dtype=np.int32)
    )

    change = plan_of(edges, np.array([3], dtype=np.int64)).answer(PlacesChanged(vacancy=0, by=-2))

    assert (change.displaced.tolist(), change.vacancy.tolist()) == ([0, 2], [-1, 0, -1])


def state_of(plan: LivingPlan) -> tuple[list[int], list[int], list[bool], int]:
    return plan.vacancy.tolist(), plan.prices.tolist(), plan.frozen.tolist(), plan.value


@pytest.mark.parametrize(
    ("events", "refusal"),
    [
        ((VacancyClosed(vacancy=0), VacancyClosed(vacancy=9)), UnknownInPlan),
        ((PlacesChanged(vacancy=1, by=1), Frozen(worker=9)), UnknownInPlan),
        ((PlacesChanged(vacancy=0, by=-1), PlacesChanged(vacancy=1, by=-5)), OptionsUnsound),
        ((VacancyClosed(vacancy=0), Frozen(worker=2)), OptionsUnsound),
    ],
)
def test_a_refused_event_leaves_the_plan_as_it_was(events: tuple[Event, ...], refusal: type[Exception]) -> None:
    plan = small()
    before = state_of(plan)

    with pytest.raises(refusal):
        plan.answer(*events)

    assert state_of(plan) == before
    change: Change = plan.answer(PlacesChanged(vacancy=1, by=1))
    assert change.certified
