"""Income statements: what a household's ledger says by three bases, before and after rigid expenses.

RECEIVED_12M counts what was received in twelve whole months up to the end of last month (the legal test by
default), CALENDAR_YEAR_PROJECTED the year of the day, with what is expected until its end, RUN_RATE_12M twelve months
of sources verified as stable. All in integer cents; only what is shown per person is rounded, half up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from uuid import UUID

from chassis.errors import Conflict, InvalidInput
from households_service.expenses.domain import RigidExpense, Spent
from households_service.ledger.domain import EntryInBrief, IncomeFact, LedgerEntry
from households_service.ledger.kinds import EntryStatus, IncomeGroup, IncomeKind, Rhythm
from households_service.members.domain import MembershipRule
from households_service.statements.windows import ONE_DAY, Window, months_before, whole_months, year_of

CENT = Decimal("0.01")
# A yearly receipt may come a month later than last year before it no longer counts as a stable source.
YEARLY_GRACE_MONTHS = 1


class IncomeBasis(StrEnum):
    RECEIVED_12M = "RECEIVED_12M"
    CALENDAR_YEAR_PROJECTED = "CALENDAR_YEAR_PROJECTED"
    RUN_RATE_12M = "RUN_RATE_12M"


class ExclusionReason(StrEnum):
    POSSIBLE_DUPLICATE_INCOME = "POSSIBLE_DUPLICATE_INCOME"
    NOT_RECURRING = "NOT_RECURRING"


class LineNotWholeCents(InvalidInput):
    code = "LINE_NOT_WHOLE_CENTS"


class DecisionHasOtherStatement(Conflict):
    code = "DECISION_HAS_OTHER_STATEMENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountingRules:
    """How an area counts: whom, and whether income that will not come again is part of it."""

    membership_rule: MembershipRule = MembershipRule.REGISTERED_AND_LIVING
    counts_non_recurring: bool = True
    currency: str = "CNY"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcludedEntry:
    entry_id: UUID
    reason: ExclusionReason


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeStatement:
    """Cents for the whole household over `window`; `rigid_expenses` over the twelve months up to `as_of`."""

    basis: IncomeBasis
    as_of: date
    window: Window
    member_count: int
    currency: str
    wage_cents: int
    production_cents: int
    property_cents: int
    transfer_cents: int
    production_cost_cents: int
    rigid_expenses_cents: int
    excluded: tuple[ExcludedEntry, ...] = ()

    @property
    def net_cents(self) -> int:
        return (
            self.wage_cents
            + self.production_cents
            + self.property_cents
            + self.transfer_cents
            - self.production_cost_cents
        )

    @property
    def after_expenses_cents(self) -> int:
        return self.net_cents - self.rigid_expenses_cents

    @property
    def per_capita_net(self) -> Decimal | None:
        """Rounded half up to the cent; None when nobody counts as a member."""
        return per_person(self.net_cents, self.member_count)

    @property
    def per_capita_after_expenses(self) -> Decimal | None:
        return per_person(self.after_expenses_cents, self.member_count)

    def exceeds(self, line: Decimal) -> bool | None:
        """Whether the net income per person is strictly more than `line`; None when nobody counts.

        Compared as total against line times members, so that no rounding decides.
        """
        cents = line.scaleb(2)
        if not line.is_finite() or cents != cents.to_integral_value():
            raise LineNotWholeCents("A line has at most two decimals.", field="line")
        return None if self.member_count == 0 else self.net_cents > int(cents) * self.member_count


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenStatement:
    """What a decision relied on; later changes of the ledger do not touch it."""

    id: UUID
    household_id: UUID
    area_path: str
    decision_id: str
    as_of: date
    frozen_at: datetime
    statements: tuple[IncomeStatement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeStatementChanged:
    household_id: UUID
    area_path: str
    statements: tuple[IncomeStatement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeStatementFrozen:
    frozen: FrozenStatement


def per_person(cents: int, members: int) -> Decimal | None:
    if members == 0:
        return None
    return (Decimal(cents).scaleb(-2) / members).quantize(CENT, ROUND_HALF_UP)


def all_statements(
    entries: Sequence[EntryInBrief | LedgerEntry],
    expenses: Sequence[Spent | RigidExpense],
    *,
    member_count: int,
    as_of: date,
    rules: AccountingRules,
) -> tuple[IncomeStatement, ...]:
    """One statement of each basis, in the order of `IncomeBasis`, from the entries' present versions."""
    facts, excluded = _sorted_out(entries, rules)
    spent = Window.twelve_months_to(as_of)
    spent_cents = sum(expense.amount_cents for expense in expenses if spent.holds(expense.spent_on))
    made: list[IncomeStatement] = []
    for basis in IncomeBasis:
        window, totals = _TOTALS[basis](facts, as_of)
        made.append(
            IncomeStatement(
                basis=basis,
                as_of=as_of,
                window=window,
                member_count=member_count,
                currency=rules.currency,
                wage_cents=totals[IncomeGroup.WAGE],
                production_cents=totals[IncomeGroup.PRODUCTION],
                property_cents=totals[IncomeGroup.PROPERTY],
                transfer_cents=totals[IncomeGroup.TRANSFER],
                production_cost_cents=totals[IncomeGroup.PRODUCTION_COST],
                rigid_expenses_cents=spent_cents,
                excluded=excluded,
            )
        )
    return tuple(made)


def _sorted_out(
    entries: Sequence[EntryInBrief | LedgerEntry], rules: AccountingRules
) -> tuple[list[IncomeFact], tuple[ExcludedEntry, ...]]:
    """What counts, and what does not and why; both by the entries' ids."""
    counted: list[IncomeFact] = []
    excluded: list[ExcludedEntry] = []
    for entry in sorted(entries, key=lambda entry: entry.id.int):
        if entry.status is EntryStatus.POSSIBLE_DUPLICATE_INCOME:
            excluded.append(ExcludedEntry(entry_id=entry.id, reason=ExclusionReason.POSSIBLE_DUPLICATE_INCOME))
        elif entry.status is EntryStatus.COUNTED and not _admitted(entry.fact, rules):
            excluded.append(ExcludedEntry(entry_id=entry.id, reason=ExclusionReason.NOT_RECURRING))
        elif entry.status is EntryStatus.COUNTED:
            counted.append(entry.fact)
    return counted, tuple(excluded)


def _admitted(fact: IncomeFact, rules: AccountingRules) -> bool:
    return fact.recurring or rules.counts_non_recurring or fact.group is IncomeGroup.PRODUCTION_COST


Totals = Mapping[IncomeGroup, int]


def _received(facts: Sequence[IncomeFact], as_of: date) -> tuple[Window, Totals]:
    """First day of the same month last year to the last day of last month."""
    window = Window.twelve_months_before(as_of)
    totals: dict[IncomeGroup, int] = defaultdict(int)
    for fact in facts:
        if fact.rhythm is Rhythm.MONTHLY:
            totals[fact.group] += fact.amount_cents * whole_months(fact.period_from, fact.period_to, window)
        elif window.holds(fact.received_on):
            totals[fact.group] += fact.amount_cents
    return window, totals


def _projected(facts: Sequence[IncomeFact], as_of: date) -> tuple[Window, Totals]:
    """The calendar year of the day: receipts so far, monthly incomes to its end, yearly ones that are still due.

    A yearly receipt of last year is expected once more if its month has not passed and its source has brought
    nothing this year. What begins after the day is a hope and does not count.
    """
    window = year_of(as_of)
    totals: dict[IncomeGroup, int] = defaultdict(int)
    renewed = {
        _source(fact) for fact in facts if fact.rhythm is Rhythm.YEARLY and window.first <= fact.received_on <= as_of
    }
    for fact in facts:
        if fact.rhythm is Rhythm.MONTHLY:
            if fact.period_from <= as_of:
                totals[fact.group] += fact.amount_cents * whole_months(fact.period_from, fact.period_to, window)
        elif window.first <= fact.received_on <= as_of or (
            fact.rhythm is Rhythm.YEARLY
            and fact.received_on.year == as_of.year - 1
            and fact.received_on.month >= as_of.month
            and _source(fact) not in renewed
        ):
            totals[fact.group] += fact.amount_cents
    return window, totals


def _run_rate(facts: Sequence[IncomeFact], as_of: date) -> tuple[Window, Totals]:
    """Verified stable sources over the twelve months from the day on: monthly ones times twelve, yearly ones once.

    Of each yearly source the receipts of the newest calendar year count, so that an early harvest is not two.
    """
    window = Window.twelve_months_from(as_of)
    totals: dict[IncomeGroup, int] = defaultdict(int)
    fresh = Window(first=months_before(as_of, 12 + YEARLY_GRACE_MONTHS) + ONE_DAY, last=as_of)
    yearly = [fact for fact in facts if fact.rhythm is Rhythm.YEARLY and _lasts(fact) and fresh.holds(fact.received_on)]
    newest = _newest_year(yearly)
    for fact in facts:
        if fact.rhythm is Rhythm.MONTHLY and _lasts(fact) and fact.runs_on(as_of):
            totals[fact.group] += fact.amount_cents * 12
    for fact in yearly:
        if fact.received_on.year == newest[_source(fact)]:
            totals[fact.group] += fact.amount_cents
    return window, totals


_TOTALS = {
    IncomeBasis.RECEIVED_12M: _received,
    IncomeBasis.CALENDAR_YEAR_PROJECTED: _projected,
    IncomeBasis.RUN_RATE_12M: _run_rate,
}

Source = tuple[IncomeGroup, IncomeKind, UUID | None]


def _source(fact: IncomeFact) -> Source:
    """Receipts of one source come from the same kind of income of the same person (or the whole household)."""
    return fact.group, fact.kind, fact.member_id


def _lasts(fact: IncomeFact) -> bool:
    """Costs last whether or not somebody verified them: leaving them out would make a family look better off."""
    return fact.verified_stable or fact.group is IncomeGroup.PRODUCTION_COST


def _newest_year(facts: Iterable[IncomeFact]) -> Mapping[Source, int]:
    newest: dict[Source, int] = {}
    for fact in facts:
        newest[_source(fact)] = max(newest.get(_source(fact), 0), fact.received_on.year)
    return newest
