from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_service.policy.domain import AlertLevel, CostScope
from risk_service.signals.domain import (
    ClearedSum,
    NegativeAmount,
    Signal,
    Standing,
    Subject,
    level_of,
    lowered,
    standings,
    sums_to_clear,
    weightiest_first,
)
from tests.risk_service.factories import FATHER, MOTHER, cost, pack_with_scope

YEAR_2020 = date(2020, 1, 1)


def stand(
    signals: list[Signal], scope: CostScope = CostScope.PERSON, cleared: list[ClearedSum] | None = None
) -> list[Standing]:
    pack = pack_with_scope(scope)
    return list(standings(signals, cleared or [], rule=pack.rules[0], year=pack.policy_year))


def test_costs_of_one_member_are_added_up_over_the_policy_year() -> None:
    found = stand(
        [
            cost("R1", "1500.00", on=date(2020, 3, 10)),
            cost("R2", "700.00", on=date(2020, 5, 10)),
            cost("R0", "900.00", on=date(2019, 12, 31)),
        ]
    )
    assert [(one.subject.period_from, one.cumulative) for one in found] == [
        (date(2019, 1, 1), Decimal("900.00")),
        (YEAR_2020, Decimal("2200.00")),
    ]


@pytest.mark.parametrize(
    ("scope", "levels", "sums"),
    [
        (CostScope.PERSON, [AlertLevel.NONE, AlertLevel.NONE], ["1600.00", "1600.00"]),
        (CostScope.HOUSEHOLD, [AlertLevel.RED], ["3200.00"]),
    ],
)
def test_a05_two_members_count_apart_or_together_by_scope(
    scope: CostScope, levels: list[AlertLevel], sums: list[str]
) -> None:
    rule = pack_with_scope(scope).rules[0]
    found = stand([cost("R1", "1600.00"), cost("R2", "1600.00", member=FATHER)], scope)
    assert [level_of(one, rule) for one in found] == levels
    assert [one.cumulative for one in found] == [Decimal(text) for text in sums]


def test_a_reimbursement_lowers_the_sum() -> None:
    found = stand([cost("R1", "3100.00"), cost("R2", "-1000.00", corrects="R1")])
    assert [one.counted for one in found] == [Decimal("2100.00")]


def test_a_negative_amount_that_corrects_nothing_is_refused() -> None:
    with pytest.raises(NegativeAmount):
        cost("R1", "-1000.00")


def test_what_was_cleared_no_longer_counts() -> None:
    subject = Subject(member_id=MOTHER, period_from=YEAR_2020)
    cleared = [ClearedSum(subject=subject, amount=Decimal("10318.18"))]
    found = stand([cost("R1", "10318.18"), cost("R2", "2000.00")], cleared=cleared)
    assert [(one.cumulative, one.counted) for one in found] == [(Decimal("12318.18"), Decimal("2000.00"))]


def test_a_reimbursement_of_a_cleared_bill_lowers_the_cleared_sum_too() -> None:
    subject = Subject(member_id=MOTHER, period_from=YEAR_2020)
    cleared = [ClearedSum(subject=subject, amount=Decimal("10318.18"))]
    found = stand([cost("R1", "10318.18"), cost("R2", "-2000.00", corrects="R1")], cleared=cleared)
    assert lowered(cleared, found) == (ClearedSum(subject=subject, amount=Decimal("8318.18")),)


def test_clearing_covers_each_member_and_the_household() -> None:
    pack = pack_with_scope(CostScope.PERSON)
    sums = sums_to_clear([cost("R1", "2500.00"), cost("R2", "1000.00", member=FATHER)], year=pack.policy_year)
    assert {(entry.subject.member_id, entry.amount) for entry in sums} == {
        (MOTHER, Decimal("2500.00")),
        (FATHER, Decimal("1000.00")),
        (None, Decimal("3500.00")),
    }


def test_the_weightiest_subject_leads_within_the_asked_years() -> None:
    found = stand(
        [cost("R1", "2500.00"), cost("R2", "2600.00", member=FATHER), cost("R3", "9000.00", on=date(2019, 5, 1))]
    )
    weighed = weightiest_first(found, periods=frozenset({YEAR_2020}))
    assert [(one.subject.member_id, one.counted) for one in weighed] == [
        (FATHER, Decimal("2600.00")),
        (MOTHER, Decimal("2500.00")),
    ]
    assert weightiest_first(found, periods=frozenset()) == []


COSTS = st.lists(st.tuples(st.integers(0, 500_000), st.sampled_from([MOTHER, FATHER]), st.integers(0, 700)), max_size=8)


@given(costs=COSTS, order=st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(costs: list[tuple[int, UUID, int]], order: Random) -> None:
    signals = [
        cost(
            f"R{n}", str(Decimal(amount).scaleb(-2)), member=member, on=date(2019, 6, 1) + timedelta(days=day), number=n
        )
        for n, (amount, member, day) in enumerate(costs)
    ]
    shuffled = list(signals)
    order.shuffle(shuffled)
    assert stand(shuffled) == stand(signals)


@given(costs=COSTS)
def test_the_household_s_sum_is_its_members_sums(costs: list[tuple[int, UUID, int]]) -> None:
    signals = [
        cost(
            f"R{n}", str(Decimal(amount).scaleb(-2)), member=member, on=date(2019, 6, 1) + timedelta(days=day), number=n
        )
        for n, (amount, member, day) in enumerate(costs)
    ]
    by_person: dict[date, Decimal] = {}
    for one in stand(signals):
        by_person[one.subject.period_from] = by_person.get(one.subject.period_from, Decimal(0)) + one.cumulative
    by_household = {one.subject.period_from: one.cumulative for one in stand(signals, CostScope.HOUSEHOLD)}
    assert by_person == by_household
