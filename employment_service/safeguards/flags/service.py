"""Raising a flag with everything it does at once, and what the independent monitor does with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from chassis.ids import new_id
from employment_service.employers.domain import critical_finding_opened
from employment_service.guarding import guarding
from employment_service.placements.domain import Placement
from employment_service.safeguards.flags import domain
from employment_service.safeguards.flags.domain import (
    FindingStillOpen,
    Flag,
    FlagCode,
    FlagNotFound,
    FlagNotOpen,
    Hold,
    MonitorTask,
    PlacementOnHold,
    TaskKind,
    TaskNotFound,
    TaskOutcome,
)
from employment_service.safeguards.flags.repository import FlagFilter
from employment_service.safeguards.flags.rules import RULES
from employment_service.safeguards.independence import (
    require_monitor,
    require_named_monitor,
    require_watching_monitor,
)
from employment_service.uow import EmploymentUnitOfWork

PAUSING = frozenset(code for code, rule in RULES.items() if rule.pauses_employer)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a flag speaks of; each part only where it is known and needed."""

    area_path: str
    employer_id: UUID | None = None
    vacancy_id: UUID | None = None
    placement_id: UUID | None = None
    worker_id: UUID | None = None
    household_id: UUID | None = None
    staff_subject: str | None = None

    @staticmethod
    def of(placement: Placement) -> About:
        return About(
            area_path=placement.area_path,
            employer_id=placement.employer_id,
            vacancy_id=placement.vacancy_id,
            placement_id=placement.id,
            worker_id=placement.worker_id,
        )


async def raise_flag(
    uow: EmploymentUnitOfWork,
    code: FlagCode,
    about: About,
    *,
    key: str,
    figure: int | None = None,
    cents: int | None = None,
    hold: Collection[tuple[UUID, str]] = (),
) -> Flag:
    """Everything the rule says happens in this transaction: the holds, the monitor's task, the employer's pause.

    `hold`: (placement, village). The same sign about the same thing, while it is open, grows and is not doubled.
    """
    rule = RULES[code]
    policy = await uow.policy(about.area_path)
    async with guarding(uow.connection):
        flag = await uow.flags.open_of(code, key)
        if flag is None:
            flag = Flag(
                id=new_id(),
                code=code,
                area_path=about.area_path,
                key=key,
                raised_at=uow.now,
                employer_id=about.employer_id,
                vacancy_id=about.vacancy_id,
                placement_id=about.placement_id,
                worker_id=about.worker_id,
                household_id=about.household_id,
                staff_subject=about.staff_subject,
                figure=figure,
                due_at=uow.now + timedelta(hours=policy.critical_hours) if rule.critical else None,
            )
            await uow.flags.add(flag)
            if rule.task is not None:
                await uow.monitor_tasks.add(
                    MonitorTask(
                        id=new_id(),
                        kind=rule.task,
                        area_path=about.area_path,
                        made_at=uow.now,
                        due_at=flag.due_at or uow.now + timedelta(days=policy.monitor_task_days),
                        flag_id=flag.id,
                        placement_id=about.placement_id,
                        worker_id=about.worker_id,
                        employer_id=about.employer_id,
                        cents=cents,
                    )
                )
        elif figure is not None and figure != flag.figure:
            flag = replace(flag, figure=figure)
            await uow.flags.save(flag)
        await uow.flags.add_holds(
            [
                Hold(placement_id=placement_id, flag_id=flag.id, area_path=area_path, placed_at=uow.now)
                for placement_id, area_path in hold
            ]
        )
    if rule.pauses_employer and about.employer_id is not None:
        await pause_employer(uow, about.employer_id)
    return flag


async def pause_employer(uow: EmploymentUnitOfWork, employer_id: UUID) -> None:
    """No new offer and no new vacancy of this employer; others see UNDER_REVIEW and no reason."""
    # Locked: two workers may tell of the same employer at once, and neither is sent away.
    employer = await uow.employers.get(employer_id, lock=True)
    if employer is not None:
        paused = critical_finding_opened(employer, at=uow.now)
        if paused is not employer:
            await uow.employers.save(paused)


async def require_pause_settled(uow: EmploymentUnitOfWork, employer_id: UUID) -> None:
    """Raises FindingStillOpen: what a worker told is settled first, and then the employer goes on."""
    async with guarding(uow.connection):
        still_open = await uow.flags.open_of_employer(employer_id, PAUSING)
    if still_open:
        raise FindingStillOpen("Settle what workers told of this employer first.", field="employerId")


async def held_placements(uow: EmploymentUnitOfWork, placement_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those that wait for the monitor. For whoever plans travel or groups: leave them out, say nothing of why."""
    async with guarding(uow.connection):
        return await uow.flags.held(placement_ids)


async def require_not_held(uow: EmploymentUnitOfWork, placement_id: UUID) -> None:
    if await held_placements(uow, [placement_id]):
        raise PlacementOnHold("The independent monitor has to release this first.")


async def add_call_back(uow: EmploymentUnitOfWork, placement: Placement) -> None:
    """The monitor asks the worker, in confidence, whether the yes was free."""
    policy = await uow.policy(placement.area_path)
    async with guarding(uow.connection):
        await uow.monitor_tasks.add(
            MonitorTask(
                id=new_id(),
                kind=TaskKind.CALL_BACK,
                area_path=placement.area_path,
                made_at=uow.now,
                due_at=uow.now + timedelta(days=policy.monitor_task_days),
                placement_id=placement.id,
                worker_id=placement.worker_id,
                employer_id=placement.employer_id,
            )
        )


async def lift_holds(uow: EmploymentUnitOfWork, *, flag_id: UUID, placement_ids: Sequence[UUID], reason: str) -> Flag:
    """`placement_ids` empty: all of the flag. When none is left the flag is settled with the same reason."""
    flag = await _locked(uow, flag_id)
    await require_named_monitor(uow, flag.area_path)
    said = domain.said_reason(reason)
    if not flag.open:
        raise FlagNotOpen("This flag is settled already.", field="flagId")
    holds = (await uow.flags.holds_of([flag.id])).get(flag.id, [])
    if set(placement_ids) - {hold.placement_id for hold in holds}:
        raise FlagNotFound("This flag does not hold all of these placements.", field="placementIds")
    left = 0
    for hold in holds:
        if hold.lifted_at is not None:
            continue
        if placement_ids and hold.placement_id not in placement_ids:
            left += 1
            continue
        await uow.flags.save_hold(replace(hold, lifted_at=uow.now, lifted_by=uow.actor.subject, lifted_reason=said))
    if not left:
        flag = domain.settled(flag, by=uow.actor.subject, at=uow.now, reason=said)
        await uow.flags.save(flag)
    await uow.audit(action="liftHold", subject_id=str(flag.id), purpose=said)
    return flag


async def settle_flag(uow: EmploymentUnitOfWork, *, flag_id: UUID, reason: str) -> Flag:
    """Only a flag that holds nothing: holds are lifted, which settles it too."""
    flag = await _locked(uow, flag_id)
    await require_named_monitor(uow, flag.area_path)
    holds = (await uow.flags.holds_of([flag.id])).get(flag.id, [])
    if any(hold.lifted_at is None for hold in holds):
        raise FlagNotOpen("This flag holds placements: lift the holds.", field="flagId")
    flag = domain.settled(flag, by=uow.actor.subject, at=uow.now, reason=reason)
    await uow.flags.save(flag)
    await uow.audit(action="settleFlag", subject_id=str(flag.id), purpose=flag.settled_reason or "")
    return flag


async def finish_task(uow: EmploymentUnitOfWork, *, task_id: UUID, outcome: TaskOutcome) -> MonitorTask:
    """A call-back that leaves doubt holds the placement."""
    require_monitor(uow)
    task = await uow.monitor_tasks.get(task_id)
    if task is None:
        raise TaskNotFound("There is no such task.", field="taskId")
    await require_named_monitor(uow, task.area_path)
    finished = domain.done(task, outcome=outcome, by=uow.actor.subject, at=uow.now)
    await uow.monitor_tasks.save(finished)
    if outcome is TaskOutcome.DOUBTED and task.placement_id is not None:
        about = About(area_path=task.area_path, placement_id=task.placement_id, worker_id=task.worker_id)
        key = f"placement {task.placement_id}"
        await raise_flag(uow, FlagCode.DOUBTED, about, key=key, hold=[(task.placement_id, task.area_path)])
    await uow.audit(action="finishMonitorTask", subject_id=str(task.id), purpose=outcome)
    return finished


async def flag_page(uow: EmploymentUnitOfWork, wanted: FlagFilter, *, after: UUID | None, count: int) -> Sequence[Flag]:
    await require_watching_monitor(uow, wanted.area_path)
    return await uow.flags.page(wanted, after=after, count=count)


async def task_page(
    uow: EmploymentUnitOfWork, area_path: str, *, open_only: bool, after: UUID | None, count: int
) -> Sequence[MonitorTask]:
    await require_watching_monitor(uow, area_path)
    return await uow.monitor_tasks.page(area_path, open_only=open_only, after=after, count=count)


async def _locked(uow: EmploymentUnitOfWork, flag_id: UUID) -> Flag:
    require_monitor(uow)
    flag = await uow.flags.get(flag_id, lock=True)
    if flag is None:
        raise FlagNotFound("There is no such flag.", field="flagId")
    return flag
