"""A change in a family, seen from the work of its members: they are told, and nothing else happens.

Whether to come nearer is the worker's alone (`askForNearbyWork`); until they ask, no list and no person of the staff
knows of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from chassis.ids import new_id
from employment_service.copies.domain import CareDuty, HouseholdCopy
from employment_service.notices.domain import Notice, care_needed
from employment_service.uow import EmploymentUnitOfWork


async def duties_before(uow: EmploymentUnitOfWork, household: HouseholdCopy) -> frozenset[UUID] | None:
    """The care duties known of a household before an event of it; None where nothing was known: a first copy tells of
    no change.
    """
    return await uow.care.duty_ids(household.id)


async def tell_of_care(uow: EmploymentUnitOfWork, household: HouseholdCopy, before: frozenset[UUID] | None) -> None:
    """Tells members who work or look for work, once for each duty; one that is over is told of no more."""
    duties = _duties(household)
    if before is None:
        return
    await uow.notices.close_about(before - set(duties), at=uow.now)
    if not set(duties) - before:
        return
    today = await uow.today(household.area_path)
    fresh = {
        key: (carer, duty)
        for key, (carer, duty) in duties.items()
        if key not in before and (duty.valid_to is None or duty.valid_to > today)
    }
    if not fresh:
        return
    notices: list[Notice] = []
    for worker in await uow.workers.of_household(household.id):
        if not worker.seeking and not await uow.placements.current_of_worker(worker.id):
            continue
        notices += (
            care_needed(worker, duty, id=new_id(), own=carer == worker.member_id, at=uow.now)
            for carer, duty in fresh.values()
        )
    await uow.notices.add(*notices)


def _duties(household: HouseholdCopy) -> Mapping[UUID, tuple[UUID, CareDuty]]:
    """By id, with who gives the care."""
    if household.removed:
        return {}
    return {duty.id: (member.id, duty) for member in household.members for duty in member.care_duties}
