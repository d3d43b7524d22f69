"""The steps of a placement on its way to steady work, each by whom it concerns."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from chassis.identity import Role
from employment_service.follow_ups.planning import plan
from employment_service.placements import domain
from employment_service.placements.access import changeable
from employment_service.placements.care import plan_stability
from employment_service.placements.domain import AT_WORK, Placement, PlacementState, stepped
from employment_service.placements.ending import close, tell
from employment_service.placements.mismatches import note_short_wage
from employment_service.placements.reasons import StepReason
from employment_service.safeguards.flags.service import require_not_held
from employment_service.trips.arriving import arrived, owe_subsidy
from employment_service.uow import EmploymentUnitOfWork
from employment_service.wages.clock import look_at_wages
from employment_service.workers.domain import Worker

P = PlacementState


async def confirm_arrival(
    uow: EmploymentUnitOfWork, *, placement_id: UUID, on: date | None, expected_version: int
) -> Placement:
    placement, worker = await changeable(uow, "confirmArrival", placement_id, expected_version)
    changed = await step(uow, placement, worker, P.ARRIVED, on=on, reason=seen_by(uow))
    await arrived(uow, changed)
    return changed


async def confirm_start(
    uow: EmploymentUnitOfWork, *, placement_id: UUID, on: date | None, expected_version: int
) -> Placement:
    """Work has begun: follow-ups are planned and wages looked after. An earlier post ends as a transfer on the same
    day, so that work, as others are told of it, goes on without a gap.
    """
    placement, worker = await changeable(uow, "confirmStart", placement_id, expected_version, with_others=True)
    await require_not_held(uow, placement.id)
    today = await uow.today(worker.area_path)
    started = stepped(
        placement, P.STARTED, on=on or today, today=today, at=uow.now, by=uow.actor.subject, reason=seen_by(uow)
    )
    before = await uow.placements.current_of_worker(worker.id)
    left = [each for each in before if each.id != placement.id and each.day_of(P.ARRIVED) is not None]
    worked = [each for each in left if each.state in AT_WORK]
    if worked:
        earlier = min(worked, key=_worked_since)
        started = replace(started, follows_id=earlier.id, worked_since=_worked_since(earlier))
    await uow.placements.save(started)
    for other in left:
        await close(
            uow,
            other,
            worker,
            P.TRANSFERRED,
            on=max(started.since, other.since),
            reason=StepReason.ANOTHER_POST_STARTED,
        )
    gone = {each.id for each in left}
    after = [started if each.id == started.id else each for each in before if each.id not in gone]
    await tell(uow, worker, before=before, after=after, today=today)
    await plan(uow, started, worker)
    await plan_stability(uow, started)
    await look_at_wages(uow, started)
    await owe_subsidy(uow, started, worker)
    return started


async def confirm_wage(
    uow: EmploymentUnitOfWork, *, placement_id: UUID, month: date, cents: int | None, expected_version: int
) -> Placement:
    """The third month's wage makes the placement stable, once three months have passed since the start."""
    placement, worker = await changeable(uow, "confirmWage", placement_id, expected_version)
    today = await uow.today(worker.area_path)
    changed = domain.wage_confirmed(placement, month, cents=cents, today=today, at=uow.now)
    settled = await settle(uow, placement, changed, worker)
    await look_at_wages(uow, settled)
    await note_short_wage(uow, settled, month, cents)
    return settled


async def settle(uow: EmploymentUnitOfWork, placement: Placement, changed: Placement, worker: Worker) -> Placement:
    """Saves `changed`, as STABLE if it is; `placement` is what the database holds."""
    policy, today = await uow.policy(worker.area_path), await uow.today(worker.area_path)
    steady = domain.settled(changed, today=today, at=uow.now, by=uow.actor.subject, months=policy.stable_months)
    if steady is placement:
        return placement
    if changed is not placement:
        await uow.placements.save(changed)
    if steady is not changed:
        await uow.placements.save(steady)
        await tell_step(uow, placement, steady, worker)
    return steady


async def step(
    uow: EmploymentUnitOfWork,
    placement: Placement,
    worker: Worker,
    to: PlacementState,
    *,
    on: date | None,
    reason: StepReason,
) -> Placement:
    if to in domain.STOPPED_BY_HOLD:
        await require_not_held(uow, placement.id)
    today = await uow.today(worker.area_path)
    changed = stepped(placement, to, on=on or today, today=today, at=uow.now, by=uow.actor.subject, reason=reason)
    await uow.placements.save(changed)
    await tell_step(uow, placement, changed, worker)
    return changed


async def tell_step(uow: EmploymentUnitOfWork, before: Placement, after: Placement, worker: Worker) -> None:
    others = [each for each in await uow.placements.current_of_worker(worker.id) if each.id != after.id]
    today = await uow.today(worker.area_path)
    await tell(uow, worker, before=[before, *others], after=[after, *others], today=today)


def seen_by(uow: EmploymentUnitOfWork) -> StepReason:
    if Role.EMPLOYER in uow.actor.roles and Role.WORKER not in uow.actor.roles:
        return StepReason.SAID_BY_EMPLOYER
    return StepReason.SAID_BY_WORKER


def _worked_since(placement: Placement) -> date:
    return placement.worked_since or placement.day_of(P.STARTED) or placement.since
