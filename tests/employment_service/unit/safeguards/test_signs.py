"""The pure rules of the signs, at their edges."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from employment_service.policies.domain import EmploymentPolicy
from employment_service.policies.repository import AT_LEAST, AT_MOST, PolicyUnreadable, policy_of
from employment_service.safeguards.flags.domain import (
    FlagCode,
    Reading,
    Trace,
    bulk_in_session,
    bulk_in_village,
    drawn,
    reading_seconds,
    repeated_contact,
    speaks_as_wished,
    too_long_weeks,
)
from employment_service.safeguards.flags.rules import RULES
from tests.employment_service.factories import MORNING, POLICY, VILLAGE, id_of

KIOSK = b"kiosk"


def traces(count: int, *, minutes: float) -> list[Trace]:
    """Acceptances one after the other, the last of them in the morning."""
    first = MORNING - timedelta(minutes=minutes * (count - 1))
    return [
        Trace(
            placement_id=id_of(number),
            vacancy_id=id_of(201),
            area_path=VILLAGE,
            accepted_at=first + timedelta(minutes=minutes * number),
            session=KIOSK,
        )
        for number in range(count)
    ]


@pytest.mark.parametrize(("count", "minutes", "held"), [(9, 1, 0), (10, 1, 10), (12, 3.6, 12), (10, 160, 0)])
def test_ten_of_a_village_within_a_day_are_too_many(count: int, minutes: float, held: int) -> None:
    found = traces(count, minutes=minutes)

    assert len(bulk_in_village(found, found[-1], POLICY)) == held


@pytest.mark.parametrize(("count", "minutes", "held"), [(4, 1, 0), (5, 14.9, 5), (5, 15, 0), (12, 3.6, 12)])
def test_five_of_a_session_within_an_hour_are_too_many(count: int, minutes: float, held: int) -> None:
    found = traces(count, minutes=minutes)

    assert len(bulk_in_session(found, found[-1], frozenset({KIOSK}), POLICY)) == held
    assert bulk_in_session(found, found[-1], frozenset(), POLICY) == ()


@given(st.lists(st.floats(0, 2000), min_size=1, max_size=30))
def test_who_is_held_lies_in_the_window_and_the_newest_is_always_among_them(minutes: list[float]) -> None:
    found = [
        Trace(
            placement_id=id_of(number),
            vacancy_id=id_of(201),
            area_path=VILLAGE,
            accepted_at=MORNING - timedelta(minutes=minute),
        )
        for number, minute in enumerate([0.0, *minutes])
    ]
    held = bulk_in_village(found, found[0], POLICY)

    if held:
        assert found[0] in held
        assert len(held) >= 10
        assert all(MORNING - one.accepted_at < timedelta(hours=24) for one in held)
    else:
        assert sum(minute < 24 * 60 for minute in [0.0, *minutes]) < 10


def read(start: float, end: float | None, language: str | None = "zh-CN") -> Reading:
    at = datetime(2020, 9, 18, tzinfo=UTC)
    return Reading(
        opened_at=at + timedelta(seconds=start),
        closed_at=None if end is None else at + timedelta(seconds=end),
        language=language,
    )


@pytest.mark.parametrize(
    ("readings", "seconds"),
    [
        ((read(0, 20), read(100, 130)), 50),
        ((read(0, None), read(100, 130)), 130),
        ((read(0, 20), read(100, None)), 20 + 900),
        ((read(0, 500), read(100, 130)), 130),
        ((), 0),
    ],
    ids=["two", "the first not closed", "the last not closed", "closed late", "never"],
)
def test_readings_are_added_up_and_none_counts_twice(readings: tuple[Reading, ...], seconds: float) -> None:
    until = datetime(2020, 9, 18, tzinfo=UTC) + timedelta(seconds=1000)

    assert reading_seconds(readings, until=until) == seconds


@pytest.mark.parametrize(
    ("shown", "preferred", "understood"),
    [("zh-CN", "zh", True), ("zh-CN", "ug", False), ("ug", "ug", True), (None, "ug", False), ("en", None, True)],
)
def test_one_reading_in_the_own_language_suffices(shown: str | None, preferred: str | None, understood: bool) -> None:
    assert speaks_as_wished([read(0, 1, shown)], preferred) is understood
    if preferred is not None:
        assert speaks_as_wished([read(0, 1, shown), read(2, 3, preferred)], preferred)


def test_the_second_contact_counts_for_ninety_days() -> None:
    today = date(2020, 12, 17)
    assert not repeated_contact([today], today=today, policy=POLICY)
    assert repeated_contact([date(2020, 9, 19), today], today=today, policy=POLICY)
    assert not repeated_contact([date(2020, 9, 18), today], today=today, policy=POLICY)


def test_three_long_weeks_follow_each_other() -> None:
    monday = date(2020, 9, 14)

    def week(number: int, hours: int) -> tuple[date, int]:
        return monday + timedelta(weeks=number), hours

    assert too_long_weeks([week(0, 61), week(1, 61), week(2, 61)], POLICY)
    assert not too_long_weeks([week(0, 61), week(1, 60), week(2, 61), week(3, 61)], POLICY)


@given(st.integers(0, 100), st.integers(-(2**63), 2**63 - 1))
def test_a_draw_takes_its_share_and_no_more(percent: int, number: int) -> None:
    share = (number % 2**64) / 2**64
    if abs(share - percent / 100) > 1e-9:
        assert drawn(number, percent=percent) is (share < percent / 100)


def test_nobody_is_drawn_of_nothing_and_everybody_of_all() -> None:
    assert not drawn(0, percent=0)
    assert drawn(-1, percent=100)


@pytest.mark.parametrize("name", [*AT_LEAST, *AT_MOST])
def test_no_area_looks_less_closely_than_the_product(name: str) -> None:
    bound = AT_LEAST[name] - 1 if name in AT_LEAST else AT_MOST[name] + 1

    with pytest.raises(PolicyUnreadable, match=name):
        policy_of("v", "", date(2020, 1, 1), {name: bound})


def test_every_rule_says_itself_with_the_figures_of_the_policy() -> None:
    stricter = EmploymentPolicy(bulk_village_acceptances=4, bulk_session_acceptances=3)

    for rule in RULES.values():
        assert "{" not in rule.sentence(POLICY)
    assert RULES[FlagCode.CF1].sentence(stricter).startswith("4 or more acceptances")
