from __future__ import annotations

from datetime import date

import pytest

from risk_service.policy.factors import IncomeBasis
from risk_service.signals.factors.facts import Detail
from risk_service.signals.factors.unmoved import moves_expenses_only
from tests.risk_service.unit.signals.telling import DAY, care, fact, income

BEFORE = fact(income("20000.00"), record="S1", on=DAY)
LATER = date(2020, 10, 1)


@pytest.mark.parametrize(
    ("_case", "now", "expected"),
    [
        ("a bill", income("20000.00", rigid="3000.00"), True),
        ("nothing", income("20000.00"), True),
        ("less income", income("19999.99"), False),
        ("one more member", income("20000.00", members=5), False),
        ("other production", income("20000.00", production="1.00"), False),
        ("costs of production", income("20000.00", gross="21000.00"), False),
        ("another basis", income("20000.00", basis=IncomeBasis.RUN_RATE_12M), False),
        ("no longer known", income("20000.00", recorded=False), False),
        ("no statement", care("3000.00"), False),
    ],
)
def test_only_expenses_moved(_case: str, now: Detail, expected: bool) -> None:
    assert moves_expenses_only([fact(now, record="S2", on=LATER)], [BEFORE]) is expected


def test_a_first_statement_and_one_of_an_earlier_day_are_news() -> None:
    bill = fact(income("20000.00", rigid="1.00"), record="S2", on=LATER)
    assert not moves_expenses_only([bill], [])
    assert not moves_expenses_only([], [BEFORE])
    assert not moves_expenses_only([fact(income("20000.00"), record="S0", on=date(2020, 9, 1))], [BEFORE])


def test_a_statement_that_is_held_against_another_year_before_is_news() -> None:
    higher = fact(income("30000.00"), record="S0", on=date(2019, 9, 25))
    bill = fact(income("20000.00", rigid="3000.00"), record="S2", on=LATER)
    # A year before 18 September nothing was known; a year before 1 October there were 30,000.
    assert not moves_expenses_only([bill], [higher, BEFORE])
    assert moves_expenses_only([bill], [fact(income("30000.00"), record="S0", on=date(2019, 9, 1)), BEFORE])
    assert moves_expenses_only([bill], [fact(income("30000.00"), record="S0", on=date(2019, 10, 2)), BEFORE])


def test_every_basis_of_a_statement_has_to_be_unmoved() -> None:
    both = [BEFORE, fact(income("24000.00", basis=IncomeBasis.RUN_RATE_12M), record="S1r")]
    bill = fact(income("20000.00", rigid="3000.00"), record="S2", on=LATER)
    run_rate = fact(income("23000.00", basis=IncomeBasis.RUN_RATE_12M), record="S2r", on=LATER)
    assert not moves_expenses_only([bill, run_rate], both)
