"""The clock of a placement's wages: looks when the next one can become late, whoever forgot to say anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from chassis.clock import end_of_day
from chassis.timers import DueTimer, TimerKind
from employment_service.placements.calendar import add_months
from employment_service.placements.domain import AT_WORK, Placement, worked_months
from employment_service.safeguards.flags.watch import after_wages_late
from employment_service.uow import EmploymentUnitOfWork
from employment_service.wages.domain import ArrearsLevel, Clock, WageArrears, due_on, months_between, risen

WAGE_CLOCK = "wage-clock"


async def look_at_wages(uow: EmploymentUnitOfWork, placement: Placement) -> None:
    """Raises what has become late, settles what was confirmed, and plans the next look. The same for any repetition."""
    today, policy = await uow.today(placement.area_path), await uow.policy(placement.area_path)
    clock = Clock(yellow_days=policy.wages_yellow_days, red_days=policy.wages_red_days)
    terms = await uow.vacancies.terms_version(placement.vacancy_id, placement.terms_version)
    known = {each.month: each for each in (await uow.wages.of_placements([placement.id])).get(placement.id, [])}
    worked = worked_months(placement, today=today)
    if worked is None or terms is None:
        for arrears in known.values():
            await _settle(uow, arrears, today)
        return
    confirmed = {wage.month for wage in placement.wages}
    changes: list[date] = []
    for month in months_between(*worked):
        due = due_on(month, terms.terms.pay_day)
        if month in confirmed:
            if month in known:
                await _settle(uow, known[month], today)
            continue
        late = clock.level_on(today, due)
        if late is not None:
            arrears = known.get(month) or arrears_of(placement, month, due, *late)
            if await _raise(uow, arrears, late, is_new=month not in known):
                await after_wages_late(uow, placement, days_late=(today - due).days)
        change = clock.next_change(today, due)
        if change is not None:
            changes.append(change)
    if placement.state in AT_WORK:
        # Whoever has confirmed everything so far is looked after next month too.
        changes.append(clock.yellow_from(due_on(add_months(worked[1], 1), terms.terms.pay_day)))
    if changes:
        begins = end_of_day(min(changes) - timedelta(days=1), await uow.zone_of(placement.area_path))
        await uow.schedule(WAGE_CLOCK, str(placement.id), begins)


async def _raise(
    uow: EmploymentUnitOfWork, arrears: WageArrears, late: tuple[ArrearsLevel, date], *, is_new: bool
) -> bool:
    """Whether it is new, or worse than it was."""
    changed = replace(risen(arrears, *late), settled_on=None)
    if is_new or changed != arrears:
        await uow.wages.put(changed)
        return True
    return False


def arrears_of(placement: Placement, month: date, due: date, level: ArrearsLevel, since: date) -> WageArrears:
    return WageArrears(
        placement_id=placement.id,
        month=month,
        worker_id=placement.worker_id,
        employer_id=placement.employer_id,
        area_path=placement.area_path,
        due_on=due,
        level=level,
        raised_on=since,
    )


async def _settle(uow: EmploymentUnitOfWork, arrears: WageArrears, today: date) -> None:
    if arrears.settled_on is None:
        await uow.wages.put(replace(arrears, settled_on=today))


async def wages_due(uow: EmploymentUnitOfWork, due: DueTimer) -> None:
    placement = await uow.placements.get(UUID(due.key), lock=True)
    if placement is not None:
        await look_at_wages(uow, placement)


KINDS = (TimerKind(name=WAGE_CLOCK, handle=wages_due),)
