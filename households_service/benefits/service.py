"""Entering a cut of aid, and what the guard's word makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from chassis.clock import end_of_day
from chassis.errors import Conflict
from chassis.identity import SYSTEM_ACTOR, Actor
from chassis.ids import new_id
from chassis.timers import DueTimer, TimerKind
from households_service.access import POLICY, Action
from households_service.benefits import domain
from households_service.benefits.domain import (
    BenefitReduction,
    BenefitReductionProposed,
    ReductionState,
    ReductionWaiting,
)
from households_service.ledger.domain import IncomeFact, LedgerEntry, past_source
from households_service.ledger.kinds import EntryStatus
from households_service.registry.service import load_for_change
from households_service.statements.service import announce_statements
from households_service.uow import HouseholdsUnitOfWork

BEGINS = "benefit-reduction-begins"


async def propose_reduction(
    uow: HouseholdsUnitOfWork,
    actor: Actor,
    *,
    entry_id: UUID,
    monthly_cents: int,
    effective_from: date,
    reason: str,
    expected_version: int,
) -> BenefitReduction:
    """Changes nothing that is paid. Raises NotRecurringAid, NoReduction, ReductionNotAhead, ReductionWaiting."""
    entry = await uow.ledger.get(entry_id)
    household = await load_for_change(uow, actor, Action.REDUCE_AID, entry.household_id)
    entry.expect(expected_version)
    reduction = domain.proposed(
        id=new_id(),
        entry=entry,
        monthly_cents=monthly_cents,
        effective_from=effective_from,
        reason=reason,
        today=await uow.today_in(household.area_path),
        at=uow.now,
        by=actor.subject,
    )
    if await uow.benefit_reductions.waits(entry.id):
        raise ReductionWaiting("A reduction of this aid waits already.", field="entryId")
    await uow.benefit_reductions.add(reduction)
    await uow.audit(action="proposeBenefitReduction", subject_id=str(household.id), purpose=str(reduction.id))
    uow.emit(BenefitReductionProposed(reduction=reduction, benefit=entry.fact.kind))
    return reduction


async def aid_of_household(uow: HouseholdsUnitOfWork, actor: Actor, *, member_id: UUID) -> Sequence[IncomeFact]:
    """What a member's household is paid today, for the member who looks at an offer of work.

    No audit row: it would tell whoever reads the log here that this person was offered work.
    """
    POLICY.require(actor, Action.READ_AID_FOR_WORK)
    member = await uow.members.get(member_id)
    today = await uow.today_in(member.area_path)
    entries = (await uow.ledger.of_households([member.household_id])).get(member.household_id, ())
    return [
        entry.fact
        for entry in entries
        if entry.status is EntryStatus.COUNTED and domain.is_recurring_aid(entry.fact) and entry.fact.runs_on(today)
    ]


async def withdraw_reduction(
    uow: HouseholdsUnitOfWork, actor: Actor, *, reduction_id: UUID, expected_version: int
) -> BenefitReduction:
    """Whoever may enter one may take it back, for as long as it is not in effect."""
    reduction = await uow.benefit_reductions.get(reduction_id)
    await load_for_change(uow, actor, Action.REDUCE_AID, reduction.household_id)
    reduction = await uow.benefit_reductions.get(reduction_id, lock=True)
    if reduction.version != expected_version or not reduction.waiting:
        raise Conflict("The reduction was changed meanwhile. Read it again.", field="expectedVersion")
    withdrawn = reduction.next(ReductionState.WITHDRAWN, at=uow.now)
    await uow.benefit_reductions.save(withdrawn)
    return withdrawn


async def take_word(uow: HouseholdsUnitOfWork, *, reduction_id: UUID, state: ReductionState) -> None:
    """The guard's: UNDER_REVIEW, PASSED or KEPT_BACK. What was withdrawn meanwhile stays so."""
    reduction = await uow.benefit_reductions.get(reduction_id, lock=True)
    if not reduction.waiting or reduction.state is state:
        return
    changed = reduction.next(state, at=uow.now)
    if state is ReductionState.PASSED:
        begins = domain.begins_on(reduction, today=await uow.today_in(reduction.area_path))
        changed = replace(changed, effective_from=begins)
        await uow.schedule(BEGINS, str(reduction.id), await _morning(uow, reduction.area_path, begins))
    await uow.benefit_reductions.save(changed)


async def begin(uow: HouseholdsUnitOfWork, due: DueTimer) -> None:
    """On its day, and only if it passed."""
    reduction = await uow.benefit_reductions.get(UUID(due.key))
    household = await load_for_change(uow, SYSTEM_ACTOR, Action.REDUCE_AID, reduction.household_id)
    reduction = await uow.benefit_reductions.get(reduction.id, lock=True)
    if reduction.state is not ReductionState.PASSED:
        return
    entry = await uow.ledger.get(reduction.entry_id)
    parts = domain.cut_in_two(entry, reduction.monthly_cents, on=reduction.effective_from, until=reduction.paid_until)
    if parts is None:
        await uow.benefit_reductions.save(reduction.next(ReductionState.LAPSED, at=uow.now))
        return
    changed = entry.next(at=uow.now, by=reduction.entered_by, reason=reduction.reason)
    if reduction.drops or parts == (None, None):
        await uow.ledger.supersede(replace(changed, status=EntryStatus.DROPPED))
    else:
        await _split(uow, reduction, changed, *parts)
    await uow.benefit_reductions.save(reduction.next(ReductionState.IN_EFFECT, at=uow.now))
    await announce_statements(uow, household)


async def _split(
    uow: HouseholdsUnitOfWork,
    reduction: BenefitReduction,
    changed: LedgerEntry,
    before: IncomeFact | None,
    after: IncomeFact | None,
) -> None:
    """What is paid from now on goes on as the department's record, so that its next version finds it."""
    stays, rest = (after, before) if changed.source is not None and after is not None else (before, after)
    if stays is None:
        stays, rest = rest, None
    if stays is None:
        raise AssertionError("One of the two parts is there.")
    await uow.ledger.supersede(replace(changed, fact=stays))
    if rest is not None:
        await uow.ledger.add(_rest(uow, reduction, changed, rest))


def _rest(uow: HouseholdsUnitOfWork, reduction: BenefitReduction, entry: LedgerEntry, fact: IncomeFact) -> LedgerEntry:
    return LedgerEntry(
        id=new_id(),
        version=1,
        household_id=entry.household_id,
        area_path=entry.area_path,
        fact=fact,
        status=entry.status,
        duplicate_of=entry.duplicate_of,
        recorded_at=uow.now,
        recorded_by=reduction.entered_by,
        reason=reduction.reason,
        source=None if entry.source is None else past_source(entry.source, fact.period_to),
    )


async def _morning(uow: HouseholdsUnitOfWork, area_path: str, day: date) -> datetime:
    zones = await uow.areas.zones_of([area_path])
    return end_of_day(day - timedelta(days=1), zones[area_path])


KINDS = (TimerKind(name=BEGINS, handle=begin),)
