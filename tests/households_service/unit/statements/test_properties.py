"""What holds for every ledger, whatever stands in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from households_service.ledger.domain import IncomeFact, LedgerEntry
from households_service.ledger.kinds import KINDS_OF, EntryStatus, IncomeGroup, Rhythm
from households_service.statements.domain import AccountingRules, all_statements
from tests.households_service.factories import entry, fact

DAYS = st.dates(min_value=date(2015, 1, 1), max_value=date(2023, 12, 31))


@st.composite
def facts(draw: st.DrawFn) -> IncomeFact:
    group = draw(st.sampled_from(IncomeGroup))
    rhythm = draw(st.sampled_from(Rhythm))
    day = draw(DAYS)
    monthly = rhythm is Rhythm.MONTHLY
    start = day.replace(day=1) if monthly else day
    end = draw(st.none() | st.integers(0, 40)) if monthly else 0
    last = None if end is None else (_month_end(start, end) if monthly else start)
    return fact(
        group=group,
        kind=draw(st.sampled_from(sorted(KINDS_OF[group]))),
        rhythm=rhythm,
        amount_cents=draw(st.integers(1, 10_000_00)),
        period_from=start,
        period_to=last,
        verified_stable=draw(st.booleans()),
    )


@st.composite
def ledgers(draw: st.DrawFn) -> list[LedgerEntry]:
    return [
        entry(income, number=100 + place, status=draw(st.sampled_from(EntryStatus)))
        for place, income in enumerate(draw(st.lists(facts(), max_size=8)))
    ]


def _month_end(start: date, months: int) -> date:
    index = start.year * 12 + start.month + months
    return date(index // 12, index % 12 + 1, 1) - timedelta(days=1)


@settings(max_examples=40)
@given(ledgers(), DAYS, st.integers(1, 9))
def test_the_order_of_entries_does_not_matter(ledger: list[LedgerEntry], day: date, members: int) -> None:
    rules = AccountingRules()

    assert all_statements(ledger, [], member_count=members, as_of=day, rules=rules) == all_statements(
        ledger[::-1], [], member_count=members, as_of=day, rules=rules
    )


@settings(max_examples=40)
@given(ledgers(), DAYS)
def test_only_what_counts_counts(ledger: list[LedgerEntry], day: date) -> None:
    rules = AccountingRules()
    counted = [row for row in ledger if row.status is EntryStatus.COUNTED]
    for whole, alone in zip(
        all_statements(ledger, [], member_count=1, as_of=day, rules=rules),
        all_statements(counted, [], member_count=1, as_of=day, rules=rules),
        strict=True,
    ):
        assert whole.net_cents == alone.net_cents
        assert {row.entry_id for row in whole.excluded} == {
            row.id for row in ledger if row.status is EntryStatus.POSSIBLE_DUPLICATE_INCOME
        }


@settings(max_examples=40)
@given(ledgers(), DAYS, st.integers(1, 9), st.integers(-(10**7), 10**7))
def test_exceeding_a_line_means_more_than_the_line_for_each_member(
    ledger: list[LedgerEntry], day: date, members: int, line_cents: int
) -> None:
    for statement in all_statements(ledger, [], member_count=members, as_of=day, rules=AccountingRules()):
        line = Decimal(line_cents).scaleb(-2)
        assert statement.exceeds(line) is (Decimal(statement.net_cents).scaleb(-2) / members > line)


@settings(max_examples=40)
@given(ledgers(), DAYS, st.integers(1, 1000))
def test_a_statement_does_not_change_by_what_lies_ahead(ledger: list[LedgerEntry], day: date, ahead: int) -> None:
    """Receipts after the day, and monthly incomes that begin after it, are not known to any basis."""
    later = day + timedelta(days=ahead)
    future = [
        entry(replace(fact(rhythm=Rhythm.ONCE, period_from=later, period_to=later)), number=900),
        entry(replace(fact(rhythm=Rhythm.YEARLY, period_from=later, period_to=later)), number=901),
        entry(fact(period_from=_month_end(later.replace(day=1), 0) + timedelta(days=1)), number=902),
    ]
    rules = AccountingRules()
    without = all_statements(ledger, [], member_count=2, as_of=day, rules=rules)

    assert all_statements([*ledger, *future], [], member_count=2, as_of=day, rules=rules) == without
