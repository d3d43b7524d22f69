"""The figures of the worked example (scenarios A06, A07, A08, A09), exact to the cent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from households_service.expenses.domain import RigidExpense
from households_service.ledger.domain import LedgerEntry, place
from households_service.ledger.kinds import EntryStatus, IncomeGroup, IncomeKind, Rhythm
from households_service.statements.domain import (
    AccountingRules,
    ExclusionReason,
    IncomeBasis,
    IncomeStatement,
    LineNotWholeCents,
    all_statements,
)
from tests.households_service.factories import (
    COTTON,
    LAND,
    POST_WAGE,
    SECOND_WAGE,
    STORY_DAY,
    canonical_ledger,
    entry,
    expense,
    fact,
)

SURGERY = expense(10_318_18)


def said(
    basis: IncomeBasis,
    ledger: list[LedgerEntry],
    expenses: list[RigidExpense] | None = None,
    *,
    members: int = 4,
    as_of: date = STORY_DAY,
    rules: AccountingRules | None = None,
) -> IncomeStatement:
    statements = all_statements(
        ledger, expenses or [], member_count=members, as_of=as_of, rules=rules or AccountingRules()
    )
    return next(one for one in statements if one.basis is basis)


def test_a06_the_run_rate_of_the_canonical_ledger_is_8100_a_head_and_exceeds_8000() -> None:
    run_rate = said(IncomeBasis.RUN_RATE_12M, canonical_ledger())

    assert (run_rate.wage_cents, run_rate.production_cents) == (18_000_00, 6_000_00)
    assert (run_rate.transfer_cents, run_rate.property_cents) == (6_000_00, 2_400_00)
    assert run_rate.net_cents == 32_400_00
    assert run_rate.per_capita_net == Decimal("8100.00")
    assert run_rate.exceeds(Decimal(8000)) is True


def test_a07_what_was_received_is_5475_and_2895_46_after_the_bill_beside_8100_and_5520_46() -> None:
    received, _, run_rate = all_statements(
        canonical_ledger(), [SURGERY], member_count=4, as_of=STORY_DAY, rules=AccountingRules()
    )

    assert (received.window.first, received.window.last) == (date(2019, 9, 1), date(2020, 8, 31))
    assert (received.wage_cents, received.net_cents) == (7_500_00, 21_900_00)
    assert received.per_capita_net == Decimal("5475.00")
    assert received.per_capita_after_expenses == Decimal("2895.46")
    assert run_rate.per_capita_net == Decimal("8100.00")
    assert run_rate.after_expenses_cents == 22_081_82
    assert run_rate.per_capita_after_expenses == Decimal("5520.46")


def test_a08_a_second_wage_for_the_same_months_never_makes_11475() -> None:
    ledger = canonical_ledger()
    status, of = place(SECOND_WAGE, ledger)
    doubled = [*ledger, entry(SECOND_WAGE, number=110, status=status, duplicate_of=of)]

    assert status is EntryStatus.POSSIBLE_DUPLICATE_INCOME
    assert of == ledger[0].id
    for counted in all_statements(doubled, [], member_count=4, as_of=STORY_DAY, rules=AccountingRules()):
        alone = said(counted.basis, ledger)
        assert counted.net_cents == alone.net_cents
        assert counted.per_capita_net != Decimal("11475.00")
        assert [(excluded.entry_id, excluded.reason) for excluded in counted.excluded] == [
            (doubled[-1].id, ExclusionReason.POSSIBLE_DUPLICATE_INCOME)
        ]


@pytest.mark.parametrize(
    ("subsidy_cents", "per_head", "exceeds"),
    [
        pytest.param(4_099_00, "7999.75", False, id="one yuan short"),
        pytest.param(4_100_00, "8000.00", False, id="exactly the line is not over it"),
        pytest.param(4_400_00, "8075.00", True, id="over the line"),
    ],
)
def test_a09_subsidies_on_the_calendar_year(subsidy_cents: int, per_head: str, *, exceeds: bool) -> None:
    subsidy = fact(
        group=IncomeGroup.TRANSFER,
        kind=IncomeKind.SUBSIDY,
        rhythm=Rhythm.ONCE,
        amount_cents=subsidy_cents,
        period_from=date(2020, 5, 20),
        period_to=date(2020, 5, 20),
    )
    base = said(IncomeBasis.CALENDAR_YEAR_PROJECTED, canonical_ledger())
    with_subsidy = said(IncomeBasis.CALENDAR_YEAR_PROJECTED, [*canonical_ledger(), entry(subsidy, number=120)])

    assert (base.wage_cents, base.net_cents) == (13_500_00, 27_900_00)
    assert base.per_capita_net == Decimal("6975.00")
    assert with_subsidy.per_capita_net == Decimal(per_head)
    assert with_subsidy.exceeds(Decimal("8000.00")) is exceeds


@pytest.mark.parametrize(
    ("members", "run_rate", "calendar", "received"),
    [
        pytest.param(3, "10800.00", "9300.00", "7300.00", id="three"),
        pytest.param(4, "8100.00", "6975.00", "5475.00", id="four"),
        pytest.param(5, "6480.00", "5580.00", "4380.00", id="five"),
    ],
)
def test_the_table_of_the_worked_example_by_household_size(
    members: int, run_rate: str, calendar: str, received: str
) -> None:
    ledger = canonical_ledger()

    assert said(IncomeBasis.RUN_RATE_12M, ledger, members=members).per_capita_net == Decimal(run_rate)
    assert said(IncomeBasis.CALENDAR_YEAR_PROJECTED, ledger, members=members).per_capita_net == Decimal(calendar)
    assert said(IncomeBasis.RECEIVED_12M, ledger, members=members).per_capita_net == Decimal(received)


def test_the_line_is_compared_without_rounding() -> None:
    third_of_a_cent_over = entry(
        fact(rhythm=Rhythm.ONCE, amount_cents=24_000_01, period_from=date(2020, 1, 5), period_to=date(2020, 1, 5))
    )
    received = said(IncomeBasis.RECEIVED_12M, [third_of_a_cent_over], members=3)

    assert received.per_capita_net == Decimal("8000.00")
    assert received.exceeds(Decimal("8000.00")) is True


@pytest.mark.parametrize("line", ["8000.001", "NaN", "Infinity"])
def test_a_line_that_is_no_amount_is_refused(line: str) -> None:
    with pytest.raises(LineNotWholeCents):
        said(IncomeBasis.RUN_RATE_12M, canonical_ledger()).exceeds(Decimal(line))


def test_a_household_in_which_nobody_counts_has_no_income_per_head() -> None:
    nobody = said(IncomeBasis.RUN_RATE_12M, canonical_ledger(), members=0)

    assert nobody.per_capita_net is None
    assert nobody.exceeds(Decimal(8000)) is None


def test_a_rule_can_leave_out_what_will_not_come_again_but_never_a_cost() -> None:
    donation = entry(
        fact(
            group=IncomeGroup.TRANSFER,
            kind=IncomeKind.DONATION,
            rhythm=Rhythm.ONCE,
            amount_cents=5_000_00,
            period_from=date(2020, 6, 1),
            period_to=date(2020, 6, 1),
        ),
        number=130,
    )
    seed = entry(
        fact(
            group=IncomeGroup.PRODUCTION_COST,
            kind=IncomeKind.FARM_INPUTS,
            rhythm=Rhythm.ONCE,
            amount_cents=1_000_00,
            period_from=date(2020, 3, 1),
            period_to=date(2020, 3, 1),
        ),
        number=131,
    )
    ledger = [*canonical_ledger(), donation, seed]

    counted = said(IncomeBasis.RECEIVED_12M, ledger)
    left_out = said(IncomeBasis.RECEIVED_12M, ledger, rules=AccountingRules(counts_non_recurring=False))

    assert counted.net_cents == 21_900_00 + 5_000_00 - 1_000_00
    assert left_out.net_cents == 21_900_00 - 1_000_00
    assert [(excluded.entry_id, excluded.reason) for excluded in left_out.excluded] == [
        (donation.id, ExclusionReason.NOT_RECURRING)
    ]


def test_an_income_nobody_verified_is_received_but_no_run_rate() -> None:
    ledger = [entry(replace(POST_WAGE, verified_stable=False))]

    assert said(IncomeBasis.RUN_RATE_12M, ledger).wage_cents == 0
    assert said(IncomeBasis.RECEIVED_12M, ledger).wage_cents == 7_500_00


def test_a_cost_counts_against_the_run_rate_even_if_nobody_verified_it() -> None:
    inputs = fact(
        group=IncomeGroup.PRODUCTION_COST,
        kind=IncomeKind.FARM_INPUTS,
        rhythm=Rhythm.YEARLY,
        amount_cents=1_200_00,
        period_from=date(2020, 4, 1),
        period_to=date(2020, 4, 1),
        verified_stable=False,
    )
    run_rate = said(IncomeBasis.RUN_RATE_12M, [*canonical_ledger(), entry(inputs, number=140)])

    assert run_rate.net_cents == 32_400_00 - 1_200_00


def test_a_wage_that_ended_is_no_run_rate() -> None:
    ledger = [entry(replace(POST_WAGE, period_to=date(2020, 8, 31)))]

    assert said(IncomeBasis.RUN_RATE_12M, ledger).wage_cents == 0
    assert said(IncomeBasis.CALENDAR_YEAR_PROJECTED, ledger).wage_cents == 5 * 1_500_00


def test_a_wage_that_has_not_begun_is_a_hope() -> None:
    ledger = [entry(replace(POST_WAGE, period_from=date(2020, 10, 1)))]

    assert said(IncomeBasis.CALENDAR_YEAR_PROJECTED, ledger).wage_cents == 0
    assert said(IncomeBasis.RUN_RATE_12M, ledger).wage_cents == 0


def test_this_years_harvest_replaces_last_years_instead_of_adding_to_it() -> None:
    early = replace(COTTON, amount_cents=6_500_00, period_from=date(2020, 9, 10), period_to=date(2020, 9, 15))
    ledger = [entry(COTTON, number=101), entry(early, number=102)]

    assert said(IncomeBasis.RUN_RATE_12M, ledger).production_cents == 6_500_00
    assert said(IncomeBasis.CALENDAR_YEAR_PROJECTED, ledger).production_cents == 6_500_00
    assert said(IncomeBasis.RECEIVED_12M, ledger).production_cents == 6_000_00


def test_two_pickings_of_one_harvest_both_count() -> None:
    second = replace(COTTON, amount_cents=1_000_00, period_from=date(2019, 11, 1), period_to=date(2019, 11, 20))

    assert said(IncomeBasis.RUN_RATE_12M, [entry(COTTON), entry(second, number=102)]).production_cents == 7_000_00


@pytest.mark.parametrize(
    ("as_of", "projected", "run_rate"),
    [
        pytest.param(date(2020, 10, 20), 6_000_00, 6_000_00, id="its month has come but not passed"),
        pytest.param(date(2020, 11, 20), 0, 6_000_00, id="late, within the grace of the run rate"),
        pytest.param(date(2020, 12, 1), 0, 0, id="it did not come"),
    ],
)
def test_a_harvest_that_does_not_come_again_stops_counting(as_of: date, projected: int, run_rate: int) -> None:
    ledger = [entry(COTTON)]

    assert said(IncomeBasis.CALENDAR_YEAR_PROJECTED, ledger, as_of=as_of).production_cents == projected
    assert said(IncomeBasis.RUN_RATE_12M, ledger, as_of=as_of).production_cents == run_rate


def test_a_receipt_after_the_day_of_the_statement_is_not_known_to_it() -> None:
    later = replace(LAND, period_from=date(2020, 9, 20), period_to=date(2020, 9, 20))

    assert said(IncomeBasis.CALENDAR_YEAR_PROJECTED, [entry(later)]).property_cents == 0
    assert said(IncomeBasis.RUN_RATE_12M, [entry(later)]).property_cents == 0


@pytest.mark.parametrize(
    ("spent_on", "cents"),
    [
        pytest.param(date(2020, 9, 18), 10_318_18, id="the day itself"),
        pytest.param(date(2020, 9, 19), 0, id="the day after"),
        pytest.param(date(2019, 9, 19), 10_318_18, id="first of twelve months"),
        pytest.param(date(2019, 9, 18), 0, id="a year ago"),
    ],
)
def test_expenses_of_the_twelve_months_up_to_the_day_are_shown(spent_on: date, cents: int) -> None:
    received = said(IncomeBasis.RECEIVED_12M, canonical_ledger(), [expense(10_318_18, spent_on=spent_on)])

    assert received.rigid_expenses_cents == cents
    assert received.net_cents == 21_900_00
