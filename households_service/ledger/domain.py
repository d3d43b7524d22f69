"""The income ledger: what comes into a household, of which kind, how often, and how we know.

Three rhythms carry the three bases of a statement (docs/income-ledger.md):
MONTHLY is an amount for each whole month of its period, YEARLY a receipt that is expected again about a year later
(a harvest, a land rent), ONCE a receipt that is not. Entries are never overwritten: a change is a new version.
Loans and insurance pay-outs for losses are not income; there is no kind for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from chassis.errors import Conflict, InvalidInput, NotFound
from households_service.ledger.kinds import (
    KINDS_OF,
    DuplicateDecision,
    EntryStatus,
    Evidence,
    IncomeGroup,
    IncomeKind,
    PayerType,
    Rhythm,
)

LARGEST_CENTS = 10**12


class UnknownLedgerEntry(NotFound):
    code = "UNKNOWN_LEDGER_ENTRY"


class AmountNotPositive(InvalidInput):
    code = "AMOUNT_NOT_POSITIVE"


class AmountTooLarge(InvalidInput):
    code = "AMOUNT_TOO_LARGE"


class KindNotOfGroup(InvalidInput):
    code = "KIND_NOT_OF_GROUP"


class PeriodOutOfOrder(InvalidInput):
    code = "PERIOD_OUT_OF_ORDER"


class PeriodNotWholeMonths(InvalidInput):
    code = "PERIOD_NOT_WHOLE_MONTHS"


class ReceiptInFuture(InvalidInput):
    code = "RECEIPT_IN_FUTURE"


class EntryChangedMeanwhile(Conflict):
    code = "VERSION_CONFLICT"


class NotAPossibleDuplicate(Conflict):
    code = "NOT_A_POSSIBLE_DUPLICATE"


class EntryDropped(Conflict):
    code = "ENTRY_DROPPED"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeFact:
    """What is recorded of one income.

    MONTHLY: `amount_cents` a month, from the first day of a month to the last day of one (None: goes on).
    YEARLY and ONCE: `amount_cents` in all, received on `period_to`, the last day of the period it is for.
    `member_id` is None for income of the household as a whole. `verified_stable`: somebody checked that it lasts.
    """

    group: IncomeGroup
    kind: IncomeKind
    rhythm: Rhythm
    amount_cents: int
    period_from: date
    period_to: date | None
    member_id: UUID | None
    payer_type: PayerType
    evidence: Evidence
    confirmed_by_household: bool
    verified_stable: bool

    def __post_init__(self) -> None:
        require_cents(self.amount_cents)
        if self.kind not in KINDS_OF[self.group]:
            raise KindNotOfGroup(f"{self.kind} is no kind of {self.group}.", field="kind")
        if self.period_to is not None and self.period_to < self.period_from:
            raise PeriodOutOfOrder("The period ends before it begins.", field="periodTo")
        if self.rhythm is Rhythm.MONTHLY:
            self._require_whole_months()
        elif self.period_to is None:
            raise PeriodOutOfOrder("An income that is not monthly says until when it was received.", field="periodTo")

    @property
    def recurring(self) -> bool:
        return self.rhythm is not Rhythm.ONCE

    @property
    def received_on(self) -> date:
        """Of YEARLY and ONCE: the day the money counts on."""
        return self.period_to or self.period_from

    def runs_on(self, day: date) -> bool:
        """Of MONTHLY: whether the day lies in its period."""
        return self.period_from <= day and (self.period_to is None or day <= self.period_to)

    def overlaps(self, other: IncomeFact) -> bool:
        return (self.period_to or date.max) >= other.period_from and (other.period_to or date.max) >= self.period_from

    def looks_like(self, other: IncomeFact) -> bool:
        """Whether two rows may be one income written twice.

        One person's post and "his wage" are almost certainly one income: same time, and the same kind of work, the
        same sort of payer or the same amount. Two jobs that differ in all three are two jobs. A transfer that a
        department reports is likely the one of the same kind and time that somebody has told of.
        """
        if self.group is not other.group or self.group not in {IncomeGroup.WAGE, IncomeGroup.TRANSFER}:
            return False
        if self.member_id is not None and other.member_id is not None and self.member_id != other.member_id:
            return False
        if self.group is IncomeGroup.TRANSFER:
            return self._same_transfer(other) and self.overlaps(other)
        unspecific = IncomeKind.OTHER_WAGE in {self.kind, other.kind}
        alike = (
            self.kind is other.kind
            or unspecific
            or self.payer_type is other.payer_type
            or (self.rhythm is other.rhythm and self.amount_cents == other.amount_cents)
        )
        return alike and self.overlaps(other)

    def _same_transfer(self, other: IncomeFact) -> bool:
        fed = (self.evidence is Evidence.FEED) + (other.evidence is Evidence.FEED)
        same_amount = self.rhythm is other.rhythm and self.amount_cents == other.amount_cents
        # Two rows of a feed are two benefits, unless they are the one that nobody gets twice.
        alike = fed == 1 or (fed == 2 and (same_amount or self.kind is IncomeKind.SUBSISTENCE_ALLOWANCE))
        return alike and self.kind is other.kind

    def _require_whole_months(self) -> None:
        if self.period_from.day != 1:
            raise PeriodNotWholeMonths("A monthly income begins on the first day of a month.", field="periodFrom")
        if self.period_to is not None and (self.period_to + timedelta(days=1)).day != 1:
            raise PeriodNotWholeMonths("A monthly income ends on the last day of a month.", field="periodTo")


class EntryInBrief(NamedTuple):
    """What a statement needs of an entry's version."""

    id: UUID
    status: EntryStatus
    fact: IncomeFact


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One version of an entry. `duplicate_of`: the entry it may repeat. `source`: the feed record it came from."""

    id: UUID
    version: int
    household_id: UUID
    area_path: str
    fact: IncomeFact
    status: EntryStatus
    duplicate_of: UUID | None
    recorded_at: datetime
    recorded_by: str
    reason: str = ""
    source: str | None = None

    def expect(self, version: int | None) -> None:
        if version is not None and version != self.version:
            raise EntryChangedMeanwhile("The entry was changed meanwhile; read it again.", field="expectedVersion")

    def next(self, *, at: datetime, by: str, reason: str) -> LedgerEntry:
        return replace(self, version=self.version + 1, recorded_at=at, recorded_by=by, reason=reason)


PAST = "@until "


def past_source(source: str, until: date | None) -> str:
    """Of the part of a record's aid that ended with a cut; the record itself goes on in the other part."""
    return f"{source}{PAST}{until}"


def record_source(source: str) -> str:
    """Of the record that such a part, or the running one, came from."""
    return source.partition(PAST)[0]


def place(fact: IncomeFact, among: Iterable[LedgerEntry]) -> tuple[EntryStatus, UUID | None]:
    """The status a new row gets beside the household's present entries, and the entry it may repeat."""
    likeness = next(
        (
            entry
            for entry in sorted(among, key=lambda entry: (entry.fact.period_from, entry.id))
            if entry.status is EntryStatus.COUNTED and fact.looks_like(entry.fact)
        ),
        None,
    )
    if likeness is None:
        return EntryStatus.COUNTED, None
    return EntryStatus.POSSIBLE_DUPLICATE_INCOME, likeness.id


def resolve(
    entry: LedgerEntry, other: LedgerEntry, decision: DuplicateDecision, *, at: datetime, by: str, reason: str
) -> tuple[LedgerEntry, ...]:
    """The new versions that a decision over a possible duplicate makes.

    `other` is the entry that `entry` may repeat. Raises NotAPossibleDuplicate.
    """
    if entry.status is not EntryStatus.POSSIBLE_DUPLICATE_INCOME:
        raise NotAPossibleDuplicate("This entry is not waiting for a decision.", field="entryId")
    mine = entry.next(at=at, by=by, reason=reason)
    if decision is DuplicateDecision.DROP_THIS:
        return (replace(mine, status=EntryStatus.DROPPED),)
    kept = replace(mine, status=EntryStatus.COUNTED)
    if decision is DuplicateDecision.KEEP_BOTH or other.status is EntryStatus.DROPPED:
        return (kept,)
    return kept, replace(other.next(at=at, by=by, reason=reason), status=EntryStatus.DROPPED)


def require_received(fact: IncomeFact, *, today: date) -> None:
    """A receipt that lies ahead is a hope, not income. Raises ReceiptInFuture."""
    if fact.rhythm is not Rhythm.MONTHLY and fact.received_on > today:
        raise ReceiptInFuture("This income has not been received yet.", field="periodTo")


def require_cents(cents: int, *, field: str = "amount") -> None:
    if cents <= 0:
        raise AmountNotPositive("An amount is more than zero.", field=field)
    if cents > LARGEST_CENTS:
        raise AmountTooLarge("An amount is at most 10,000,000,000.00.", field=field)
