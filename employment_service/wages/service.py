"""What a worker says of wages, and the help that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from chassis.errors import Forbidden
from employment_service.access import POLICY
from employment_service.placements.domain import MonthNotWorked, Placement, PlacementNotFound, worked_months
from employment_service.placements.reading import covers
from employment_service.uow import EmploymentUnitOfWork
from employment_service.wages.clock import arrears_of
from employment_service.wages.domain import (
    ArrearsLevel,
    WageArrears,
    WageClaimNotFound,
    WageNotDue,
    due_on,
)


async def report_missing_wage(
    uow: EmploymentUnitOfWork, *, placement_id: UUID, month: date, ask_for_help: bool
) -> WageArrears:
    """The worker says that a wage which was due has not come; with `ask_for_help` the claim goes to the staff."""
    placement = await _own(uow, "reportWage", placement_id)
    today = await uow.today(placement.area_path)
    worked = worked_months(placement, today=today)
    if worked is None or not worked[0] <= month <= worked[1]:
        raise MonthNotWorked("This month was not worked here.", field="month")
    if any(wage.month == month for wage in placement.wages):
        raise WageNotDue("You confirmed this month's wage.", field="month")
    terms = await uow.vacancies.terms_version(placement.vacancy_id, placement.terms_version)
    if terms is None:
        raise PlacementNotFound("The terms of this placement are not known.")
    due = due_on(month, terms.terms.pay_day)
    if today <= due:
        raise WageNotDue(f"This wage is due on {due}.", field="month")
    known = (await uow.wages.of_placements([placement.id])).get(placement.id, [])
    arrears = next(
        (each for each in known if each.month == month),
        arrears_of(placement, month, due, ArrearsLevel.REPORTED, today),
    )
    changed = replace(
        arrears,
        said_by_worker=True,
        settled_on=None,
        help_asked_at=arrears.help_asked_at or (uow.now if ask_for_help else None),
    )
    await uow.wages.put(changed)
    return changed


async def give_wage_help(uow: EmploymentUnitOfWork, *, placement_id: UUID, month: date) -> WageArrears:
    """The staff has helped to claim it. The claim stays open until the worker confirms the wage."""
    scope = POLICY.require(uow.actor, "helpWithWages")
    # Locked, as by whoever confirms the wage meanwhile: neither writes over the other.
    await uow.placements.get(placement_id, lock=True)
    known = (await uow.wages.of_placements([placement_id])).get(placement_id, [])
    arrears = next((each for each in known if each.month == month and each.help_asked_at is not None), None)
    if arrears is None or not scope.covers(area_path=arrears.area_path):
        raise WageClaimNotFound("Nobody asked for help with this wage.", field="month")
    given = replace(arrears, help_given_at=arrears.help_given_at or uow.now, help_given_by=uow.actor.subject)
    await uow.wages.put(given)
    await uow.audit(action="giveWageHelp", subject_id=str(arrears.worker_id), purpose="ASKED_BY_WORKER")
    return given


async def wage_claims(
    uow: EmploymentUnitOfWork, area_path: str, *, after: tuple[date, UUID] | None, count: int
) -> Sequence[WageArrears]:
    """Only of workers who asked for help."""
    POLICY.require(uow.actor, "helpWithWages").require(area_path=area_path)
    return await uow.wages.claims_under(area_path, after=after, count=count)


async def _own(uow: EmploymentUnitOfWork, action: str, placement_id: UUID) -> Placement:
    """The placement, locked, of the worker who asks."""
    scope = POLICY.require(uow.actor, action)
    placement = await uow.placements.get(placement_id, lock=True)
    worker = None if placement is None else await uow.workers.get(placement.worker_id)
    if placement is None or worker is None:
        raise PlacementNotFound("There is no such placement.", field="placementId")
    if not covers(scope, placement, worker):
        raise Forbidden("Only the worker says this, with their own credential.")
    return placement
