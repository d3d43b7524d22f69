from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from chassis.errors import Refusal
from risk_service.clearances.domain import (
    BasisFigures,
    FrozenStatement,
    IncomeTestNotMet,
    dates_after,
    require_as_of,
    require_grounds,
    require_income,
    weigh_income,
)
from risk_service.policy.domain import AlertLevel, IncomeBasis, IncomeTest, RigidExpenseMode
from tests.risk_service.factories import HOUSEHOLD, county_pack, default_pack

BILL = Decimal("10318.18")


def figures(basis: IncomeBasis, net: str) -> BasisFigures:
    return BasisFigures(basis=basis, net=Decimal(net), rigid_expenses=BILL, member_count=4)


STATEMENT = FrozenStatement(
    id=UUID(int=5),
    household_id=HOUSEHOLD,
    as_of=date(2020, 9, 18),
    currency="CNY",
    bases=(
        figures(IncomeBasis.RECEIVED_12M, "21900.00"),
        figures(IncomeBasis.CALENDAR_YEAR_PROJECTED, "27900.00"),
        figures(IncomeBasis.RUN_RATE_12M, "32400.00"),
    ),
)


@pytest.mark.parametrize(
    ("basis", "net", "after"),
    [
        (IncomeBasis.RUN_RATE_12M, "8100.00", "5520.46"),
        (IncomeBasis.RECEIVED_12M, "5475.00", "2895.46"),
        (IncomeBasis.CALENDAR_YEAR_PROJECTED, "6975.00", "4395.46"),
    ],
)
def test_a07_the_figures_stand_side_by_side(basis: IncomeBasis, net: str, after: str) -> None:
    found = STATEMENT.figures(basis)
    assert (found.per_capita_net, found.per_capita_after_expenses) == (Decimal(net), Decimal(after))


@pytest.mark.parametrize(
    ("_case", "changes", "code", "field"),
    [
        ("no reason", {"reason": "  "}, "REASON_REQUIRED", "reason"),
        ("no note on the bill", {"how_bill_was_paid": ""}, "NOTE_ON_BILL_REQUIRED", "howBillWasPaid"),
        ("another basis", {"basis": IncomeBasis.RECEIVED_12M}, "BASIS_NOT_OF_POLICY", "basis"),
        ("a novel", {"reason": "x" * 2001}, "INVALID_INPUT", "reason"),
    ],
)
def test_grounds_are_asked_for_by_field(_case: str, changes: dict[str, str], code: str, field: str) -> None:
    grounds: dict[str, object] = {"reason": "Recovered.", "how_bill_was_paid": "Savings.", "basis": None, **changes}
    with pytest.raises(Refusal) as refused:
        require_grounds(county_pack().clearing, **grounds)  # type: ignore[arg-type]  # grounds by name
    assert (refused.value.code, refused.value.field) == (code, field)


def test_the_default_policy_asks_for_no_note() -> None:
    require_grounds(default_pack().clearing, reason="Recovered.", how_bill_was_paid="", basis=None)


@pytest.mark.parametrize(
    ("_case", "mode", "line", "exceeds"),
    [
        ("shown", RigidExpenseMode.SHOW, "8000.00", True),
        ("exactly the line", RigidExpenseMode.SHOW, "8100.00", False),
        ("deducted, 2020", RigidExpenseMode.DEDUCT, "5000.00", True),
        ("deducted, 2021", RigidExpenseMode.DEDUCT, "6000.00", False),
    ],
)
def test_the_income_test_is_strict_and_without_division(
    _case: str, mode: RigidExpenseMode, line: str, exceeds: bool
) -> None:
    rule = replace(county_pack().clearing, rigid_expense_mode=mode)
    assert weigh_income(STATEMENT, rule, line=Decimal(line)).exceeds is exceeds


def test_an_income_not_over_the_line_stops_a_clearing_while_the_cost_still_warns() -> None:
    rule = default_pack().clearing
    result = weigh_income(STATEMENT, rule, line=Decimal("6000.00"))
    assert (result.basis, result.exceeds) == (IncomeBasis.RECEIVED_12M, False)
    with pytest.raises(IncomeTestNotMet) as refused:
        require_income(result, rule, level_now=AlertLevel.YELLOW)
    assert refused.value.code == "INCOME_TEST_NOT_MET"
    require_income(result, rule, level_now=AlertLevel.NONE)
    require_income(result, replace(rule, income_test=IncomeTest.SHOWN), level_now=AlertLevel.RED)


def test_the_watch_lasts_ninety_days_and_contesting_thirty() -> None:
    assert dates_after(county_pack().clearing, decided_on=date(2020, 9, 18)) == (date(2020, 12, 17), date(2020, 10, 18))


@pytest.mark.parametrize("day", [date(2020, 9, 17), date(2020, 9, 25)])
def test_a_statement_speaks_of_a_day_between_the_alert_and_today(day: date) -> None:
    with pytest.raises(Refusal) as refused:
        require_as_of(day, raised_on=date(2020, 9, 18), today=date(2020, 9, 24))
    assert (refused.value.code, refused.value.field) == ("AS_OF_INVALID", "asOf")
