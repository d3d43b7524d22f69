"""A cut of recurring aid: entered here, weighed elsewhere, and in effect only when it passed.

Nothing in this service says why a cut is under review, and nothing here could: the same is done to cuts drawn by
chance. What is paid stays as it is until then, and no cut ever reaches back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.errors import Conflict, InvalidInput, NotFound
from households_service.ledger.domain import IncomeFact, LedgerEntry
from households_service.ledger.kinds import EntryStatus, IncomeGroup, PayerType, Rhythm


class NotRecurringAid(InvalidInput):
    code = "NOT_RECURRING_AID"


class NoReduction(InvalidInput):
    code = "NO_REDUCTION"


class ReductionNotAhead(InvalidInput):
    code = "REDUCTION_NOT_AHEAD"


class ReductionWaiting(Conflict):
    code = "REDUCTION_WAITING"


class UnknownReduction(NotFound):
    code = "UNKNOWN_REDUCTION"


class ReductionNeedsReview(Conflict):
    """A correction of the ledger that would cut aid: that has a way of its own."""

    code = "REDUCTION_NEEDS_REVIEW"


class ReductionState(StrEnum):
    """ENTERED: nobody has weighed it yet. LAPSED: when its day came the aid had ended by itself."""

    ENTERED = "ENTERED"
    UNDER_REVIEW = "UNDER_REVIEW"
    PASSED = "PASSED"
    IN_EFFECT = "IN_EFFECT"
    KEPT_BACK = "KEPT_BACK"
    WITHDRAWN = "WITHDRAWN"
    LAPSED = "LAPSED"


WAITING = frozenset({ReductionState.ENTERED, ReductionState.UNDER_REVIEW, ReductionState.PASSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitReduction:
    """`monthly_cents`: what would be paid from `effective_from` on, to `paid_until` if that is given; 0: nothing.

    `drops`: a department took its record back, so that none of it was ever paid.
    """

    id: UUID
    household_id: UUID
    area_path: str
    entry_id: UUID
    current_cents: int
    monthly_cents: int
    effective_from: date
    reason: str
    entered_at: datetime
    entered_by: str
    paid_until: date | None = None
    drops: bool = False
    state: ReductionState = ReductionState.ENTERED
    settled_at: datetime | None = None
    version: int = 1

    @property
    def waiting(self) -> bool:
        return self.state in WAITING

    def next(self, state: ReductionState, *, at: datetime) -> BenefitReduction:
        settled_at = None if state in WAITING else at
        return replace(self, state=state, settled_at=settled_at, version=self.version + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitReductionProposed:
    """Told to the guard, and to nobody's screen."""

    reduction: BenefitReduction
    benefit: str


def is_recurring_aid(fact: IncomeFact) -> bool:
    return (
        fact.group is IncomeGroup.TRANSFER and fact.rhythm is Rhythm.MONTHLY and fact.payer_type is PayerType.GOVERNMENT
    )


def proposed(
    *,
    id: UUID,  # noqa: A002 - the field's own name
    entry: LedgerEntry,
    monthly_cents: int,
    effective_from: date,
    reason: str,
    today: date,
    at: datetime,
    by: str,
) -> BenefitReduction:
    if not is_recurring_aid(entry.fact) or entry.status is EntryStatus.DROPPED:
        raise NotRecurringAid("Only aid that the state pays month by month is reduced so.", field="entryId")
    if not 0 <= monthly_cents < entry.fact.amount_cents:
        raise NoReduction("A reduction is to less than is paid now; to 0, it ends.", field="monthlyAmount")
    if effective_from.day != 1 or effective_from <= today:
        raise ReductionNotAhead(
            "A reduction begins on the first day of a month that lies ahead.", field="effectiveFrom"
        )
    if not entry.fact.runs_on(effective_from):
        raise NotRecurringAid("This aid is not paid on that day.", field="effectiveFrom")
    if not 5 <= len(reason.strip()) <= 1000:
        raise InvalidInput("Say in 5 to 1,000 characters what the household is told.", field="reason")
    return BenefitReduction(
        id=id,
        household_id=entry.household_id,
        area_path=entry.area_path,
        entry_id=entry.id,
        current_cents=entry.fact.amount_cents,
        monthly_cents=monthly_cents,
        effective_from=effective_from,
        reason=reason.strip(),
        entered_at=at,
        entered_by=by,
    )


def begins_on(reduction: BenefitReduction, *, today: date) -> date:
    """Its day, or the first of the next month where that day went by while it was looked at."""
    if reduction.effective_from > today:
        return reduction.effective_from
    return next_month(today)


def next_month(today: date) -> date:
    """The first day of the month after that of `today`."""
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1)


def cut_in_two(
    entry: LedgerEntry, monthly_cents: int, *, on: date, until: date | None = None
) -> tuple[IncomeFact | None, IncomeFact | None] | None:
    """What the entry says until the day before (None: aid that had not begun), and what is paid from then on (None:
    nothing). None instead of both: it is not paid then anyway.
    """
    fact = entry.fact
    if entry.status is EntryStatus.DROPPED or not is_recurring_aid(fact) or not fact.runs_on(on):
        return None
    if fact.amount_cents <= monthly_cents:
        return None
    before = replace(fact, period_to=on - timedelta(days=1), verified_stable=False) if fact.period_from < on else None
    if not monthly_cents or (until is not None and until < on):
        return before, None
    after = replace(fact, amount_cents=monthly_cents, period_from=on)
    if until is not None:
        after = replace(after, period_to=until, verified_stable=False)
    return before, after


def require_no_cut_by_choice(kept: LedgerEntry, dropped: LedgerEntry, *, today: date) -> None:
    """Raises ReductionNeedsReview where of two rows for one aid the lesser one would be left to count."""
    old, new, ahead = dropped.fact, kept.fact, next_month(today)
    if dropped.status is not EntryStatus.COUNTED or not is_recurring_aid(old) or not old.runs_on(ahead):
        return
    pays_as_much = (
        is_recurring_aid(new)
        and new.amount_cents >= old.amount_cents
        and new.runs_on(ahead)
        and (new.period_to is None or (old.period_to is not None and new.period_to >= old.period_to))
    )
    if not pays_as_much:
        raise ReductionNeedsReview("Less aid from now on is proposed by proposeBenefitReduction.", field="decision")


def require_no_hidden_cut(before: LedgerEntry, fact: IncomeFact, *, today: date, at: datetime, by: str) -> None:
    """Raises ReductionNeedsReview for a correction that would pay less aid from this month on.

    A slip of one's own is corrected within a day of writing it.
    """
    old = before.fact
    runs_on = old.period_to is None or old.period_to >= today
    own_slip = before.version == 1 and before.recorded_by == by and at - before.recorded_at < timedelta(days=1)
    if not is_recurring_aid(old) or before.status is EntryStatus.DROPPED or not runs_on or own_slip:
        return
    this_month = today.replace(day=1)
    pays_as_much = (
        is_recurring_aid(fact)
        and fact.member_id == old.member_id
        and fact.amount_cents >= old.amount_cents
        and fact.period_from <= max(old.period_from, this_month)
        and (fact.period_to is None or (old.period_to is not None and fact.period_to >= old.period_to))
    )
    if not pays_as_much:
        raise ReductionNeedsReview("Less aid from now on is proposed by proposeBenefitReduction.", field="entryId")
