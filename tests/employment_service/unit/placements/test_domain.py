"""The placement state machine and the stability rule, without a database (A29)."""

from __future__ import annotations

from datetime import date

import pytest

from chassis.errors import InvalidInput
from employment_service.follow_ups.domain import FollowUpAnswer, follow_up_days
from employment_service.placements.calendar import add_months, month_of
from employment_service.placements.domain import (
    CURRENT,
    Placement,
    PlacementState,
    StepNotPossible,
    WageConfirmation,
    is_stable,
    possible_steps,
    settled,
    shown_state,
    stable_from,
    stepped,
    wage_confirmed,
)
from employment_service.placements.reasons import StepReason as R
from employment_service.placements.reversal import taken_back
from tests.employment_service.factories import MORNING, TODAY, placement

P = PlacementState
ARRIVED_AND_STARTED = (
    (P.CONTRACTED, date(2020, 9, 3)),
    (P.TRAVEL_BOOKED, date(2020, 9, 5)),
    (P.ARRIVED, date(2020, 9, 10)),
    (P.STARTED, date(2020, 9, 12)),
)


def paid(at_work: Placement, *months: int, today: date = date(2020, 12, 31)) -> Placement:
    for month in months:
        at_work = wage_confirmed(at_work, date(2020, month, 1), cents=None, today=today, at=MORNING)
    return at_work


@pytest.mark.parametrize(
    ("today", "months", "expected"),
    [
        (date(2020, 12, 11), (9, 10, 11), False),
        (date(2020, 12, 12), (9, 10, 11), True),
        (date(2020, 12, 12), (9, 10), False),
        (date(2020, 12, 12), (9, 10, 11, 12), True),
        (date(2021, 2, 1), (10, 11), False),
    ],
)
def test_started_on_12_september_is_stable_from_12_december_with_three_wages(
    today: date, months: tuple[int, ...], expected: bool
) -> None:
    at_work = paid(placement(*ARRIVED_AND_STARTED), *months)

    assert stable_from(at_work, months=3) == date(2020, 12, 12)
    assert is_stable(at_work, today=today, months=3) is expected
    after = settled(at_work, today=today, at=MORNING, by="system", months=3)
    assert (after.state is P.STABLE) is expected


def test_arrival_alone_is_never_stable() -> None:
    arrived = placement(*ARRIVED_AND_STARTED[:3])

    assert stable_from(arrived, months=3) is None
    assert not is_stable(arrived, today=date(2030, 1, 1), months=3)


def test_three_months_after_the_last_day_of_november_is_the_last_of_february() -> None:
    assert add_months(date(2020, 11, 30), 3) == date(2021, 2, 28)
    assert add_months(date(2019, 11, 30), 3) == date(2020, 2, 29)
    assert add_months(date(2020, 10, 12), 3) == date(2021, 1, 12)


STEPS = {
    P.ACCEPTED: {P.CONTRACTED, P.VOIDED, P.WITHDRAWN},
    P.CONTRACTED: {P.TRAVEL_BOOKED, P.ARRIVED, P.VOIDED, P.WITHDRAWN},
    P.TRAVEL_BOOKED: {P.ARRIVED, P.VOIDED, P.WITHDRAWN},
    P.ARRIVED: {P.STARTED},
    P.STARTED: {P.STABLE},
    P.STABLE: set(),
}
LEAVING = {P.RESIGNED, P.ENDED, P.EMPLOYER_TERMINATED, P.TRANSFERRED}
GOES_HOME = {P.RESIGNED, P.ENDED, P.EMPLOYER_TERMINATED}


@pytest.mark.parametrize("state", list(P))
def test_the_steps_are_these_and_no_others(state: P) -> None:
    expected = STEPS[state] | LEAVING if state in STEPS else {P.RETURNED} if state in GOES_HOME else set()

    assert possible_steps(state) == expected


@pytest.mark.parametrize("state", sorted(CURRENT))
def test_leaving_is_possible_from_every_current_state(state: P) -> None:
    assert P.RESIGNED in possible_steps(state)


def test_a_step_is_not_recorded_before_it_happened_nor_before_the_one_it_follows() -> None:
    contracted = placement((P.CONTRACTED, date(2020, 9, 3)))
    for day in (date(2020, 9, 2), date(2020, 9, 5)):
        with pytest.raises(InvalidInput):
            stepped(contracted, P.ARRIVED, on=day, today=date(2020, 9, 4), at=MORNING, by="w", reason=R.SAID_BY_WORKER)


def test_a_step_taken_back_leaves_both_entries_and_its_day_no_longer_counts() -> None:
    at_work = placement(*ARRIVED_AND_STARTED)

    back = taken_back(at_work, today=TODAY, at=MORNING, by="worker-1", regret_days=14)

    assert (back.state, back.since) == (P.ARRIVED, date(2020, 9, 10))
    assert len(back.log) == 6
    assert back.day_of(P.STARTED) is None
    again = stepped(
        back, P.STARTED, on=date(2020, 9, 20), today=date(2020, 9, 20), at=MORNING, by="w", reason=R.SAID_BY_WORKER
    )
    assert stable_from(again, months=3) == date(2020, 12, 20)


def test_an_acceptance_is_withdrawn_not_taken_back() -> None:
    with pytest.raises(StepNotPossible):
        taken_back(placement(), today=TODAY, at=MORNING, by="w", regret_days=14)


def test_wages_of_the_same_month_count_once() -> None:
    twice = placement(
        *ARRIVED_AND_STARTED,
        wages=tuple(WageConfirmation(month=date(2020, m, 1), cents=None, confirmed_at=MORNING) for m in (9, 10)),
    )
    with pytest.raises(Exception, match="confirmed already"):
        paid(twice, 10)


def test_follow_ups_are_counted_from_the_start() -> None:
    assert follow_up_days(date(2020, 9, 12), (7, 30, 90, 180)) == (
        (7, date(2020, 9, 19)),
        (30, date(2020, 10, 12)),
        (90, date(2020, 12, 11)),
        (180, date(2021, 3, 11)),
    )


@pytest.mark.parametrize(
    ("documents", "leave", "expected"), [(True, True, False), (False, True, True), (True, False, True)]
)
def test_one_sign_of_coercion_suffices(documents: bool, leave: bool, expected: bool) -> None:
    answer = FollowUpAnswer(wages_on_time=True, documents_with_me=documents, free_to_leave=leave, paid_a_fee=False)

    assert answer.critical is expected


@pytest.mark.parametrize("how", sorted(set(P) - CURRENT))
def test_every_end_looks_the_same_to_others(how: P) -> None:
    ended = placement((how, date(2020, 9, 3)))

    assert shown_state(ended, to_worker_or_monitor=False) is P.ENDED
    assert shown_state(ended, to_worker_or_monitor=True) is how


@pytest.mark.parametrize("text", ["2020-13", "2020-9", "202009", "0000-01", "2020-09-01", ""])
def test_a_month_is_written_with_year_and_month(text: str) -> None:
    with pytest.raises(InvalidInput):
        month_of(text)
