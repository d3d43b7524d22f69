"""A department's record that lowers or ends aid the household counts on: the same cut, by another door.

The record says what the department did. Here the aid stays as it is until the guard spoke, as with a cut that somebody
enters by hand: otherwise whoever wants to cut without a review would have the feed do it. A visit is not delayed by
that, as warnings read the record itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from chassis.ids import new_id
from households_service.benefits.domain import (
    BenefitReduction,
    BenefitReductionProposed,
    ReductionState,
    is_recurring_aid,
    next_month,
)
from households_service.ledger.domain import IncomeFact, LedgerEntry
from households_service.ledger.kinds import EntryStatus
from households_service.uow import HouseholdsUnitOfWork

BY_FEED = "feed "


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedCut:
    """`monthly_cents` from `effective_from` on, up to `paid_until`. `drops`: the record was taken back as a whole."""

    monthly_cents: int
    effective_from: date
    paid_until: date | None = None
    drops: bool = False


def cut_between(before: LedgerEntry, after: LedgerEntry, *, today: date) -> ReportedCut | None:
    """What a newer version of a department's record takes away from next month on; None: nothing.

    A slip that the department puts right within a day of its first record is none. Nor is a change of what was paid
    in the past alone.
    """
    old, new, ahead = before.fact, after.fact, next_month(today)
    slip = before.version == 1 and after.recorded_at - before.recorded_at < timedelta(days=1)
    if slip or before.status is not EntryStatus.COUNTED or not is_recurring_aid(old) or not old.runs_on(ahead):
        return None
    ended = not is_recurring_aid(new) or (new.period_to is not None and new.period_to < ahead)
    if after.status is EntryStatus.DROPPED or ended:
        return ReportedCut(monthly_cents=0, effective_from=ahead, drops=after.status is EntryStatus.DROPPED)
    return _lowered(old, new, ahead)


def _lowered(old: IncomeFact, new: IncomeFact, ahead: date) -> ReportedCut | None:
    """Between two facts of aid that both run on."""
    ends_sooner = new.period_to is not None and (old.period_to is None or new.period_to < old.period_to)
    if new.amount_cents < old.amount_cents:
        begins = max(ahead, new.period_from)
        return ReportedCut(
            monthly_cents=new.amount_cents,
            effective_from=begins if old.runs_on(begins) else ahead,
            paid_until=new.period_to if ends_sooner else None,
        )
    if new.period_from > ahead:
        # The same aid, but only from some later month on: until then there would be none.
        return ReportedCut(monthly_cents=0, effective_from=ahead)
    if ends_sooner and new.period_to is not None:
        return ReportedCut(monthly_cents=0, effective_from=new.period_to + timedelta(days=1))
    return None


async def take_reported(
    uow: HouseholdsUnitOfWork, told: Mapping[UUID, tuple[LedgerEntry, ReportedCut | None]], *, department: str
) -> None:
    """By entry, the newest that its records said. What a feed proposed before and says no longer is withdrawn; the
    same word again begins nothing anew.
    """
    waiting = await uow.benefit_reductions.waiting_of(told)
    for entry, cut in told.values():
        old = waiting.get(entry.id)
        if cut is not None and old is not None and _same(old, cut):
            continue
        if old is not None and (cut is not None or old.entered_by.startswith(BY_FEED)):
            await uow.benefit_reductions.save(old.next(ReductionState.WITHDRAWN, at=uow.now))
        if cut is not None:
            await _propose(uow, _reduction(entry, cut, department=department, at=uow.now), entry)


async def tell_of_undone(uow: HouseholdsUnitOfWork, entry: LedgerEntry, *, by: str, today: date, reason: str) -> None:
    """A record was never this household's: it leaves the ledger at once, and the guard is told as of any other cut."""
    if entry.status is not EntryStatus.COUNTED or not is_recurring_aid(entry.fact) or not entry.fact.runs_on(today):
        return
    for old in (await uow.benefit_reductions.waiting_of([entry.id])).values():
        await uow.benefit_reductions.save(old.next(ReductionState.WITHDRAWN, at=uow.now))
    cut = ReportedCut(monthly_cents=0, effective_from=today.replace(day=1), drops=True)
    made = replace(_reduction(entry, cut, department="", at=uow.now), entered_by=by, reason=reason)
    await _propose(uow, replace(made, state=ReductionState.IN_EFFECT, settled_at=uow.now), entry)


async def _propose(uow: HouseholdsUnitOfWork, reduction: BenefitReduction, entry: LedgerEntry) -> None:
    await uow.benefit_reductions.add(reduction)
    uow.emit(BenefitReductionProposed(reduction=reduction, benefit=entry.fact.kind))


def _same(old: BenefitReduction, cut: ReportedCut) -> bool:
    return (old.monthly_cents, old.paid_until, old.drops) == (cut.monthly_cents, cut.paid_until, cut.drops)


def _reduction(entry: LedgerEntry, cut: ReportedCut, *, department: str, at: datetime) -> BenefitReduction:
    return BenefitReduction(
        id=new_id(),
        household_id=entry.household_id,
        area_path=entry.area_path,
        entry_id=entry.id,
        current_cents=entry.fact.amount_cents,
        monthly_cents=cut.monthly_cents,
        effective_from=cut.effective_from,
        paid_until=cut.paid_until,
        drops=cut.drops,
        reason=f"Reported by {department}",
        entered_at=at,
        entered_by=f"{BY_FEED}{department}",
    )
