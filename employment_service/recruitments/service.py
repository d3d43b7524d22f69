"""The platform asks a group; the office learns who confirmed, and nothing of the others."""

from __future__ import annotations

from uuid import UUID

from employment_service.access import POLICY
from employment_service.employers.domain import require_standing
from employment_service.employers.service import get_employer
from employment_service.matching.service import suitable_workers
from employment_service.offers.making import offer_to
from employment_service.placements.repository import PlacementFilter
from employment_service.recruitments.domain import GroupRecruitment
from employment_service.safeguards.domain import require_active
from employment_service.uow import EmploymentUnitOfWork
from employment_service.vacancies.domain import VacancyClosed, VacancyNotFound


async def open_group_recruitment(
    uow: EmploymentUnitOfWork, *, vacancy_id: UUID, area_path: str
) -> tuple[GroupRecruitment, int]:
    """Offers, best pairs first, to everybody of the area who seeks work that this suits, as far as places last.

    Asking again asks whoever came since. Nothing that is given back depends on whom it reached.
    """
    scope = POLICY.require(uow.actor, "openGroupRecruitment")
    scope.require(area_path=area_path)
    await uow.require_area(area_path, field="area")
    policy, today = await uow.policy(area_path), await uow.today(area_path)
    require_active(await uow.safeguards.at_or_above(area_path), on=today)
    vacancy = await uow.vacancies.locked(vacancy_id)
    if vacancy is None:
        raise VacancyNotFound("There is no such vacancy.", field="vacancyId")
    if not vacancy.open:
        raise VacancyClosed("The vacancy is closed.", field="vacancyId")
    employer = await get_employer(uow, vacancy.employer_id)
    require_standing(employer, on=today, inspection_months=policy.inspection_months)
    asked = await uow.offers.asked_by(vacancy.id, at=uow.now) | await uow.placements.placed_at(vacancy.id)
    for worker in await suitable_workers(uow, vacancy, area_path):
        if vacancy.reserved + vacancy.taken >= vacancy.places:
            break
        if worker.id not in asked:
            vacancy, _ = await offer_to(uow, worker, vacancy, policy)
    await uow.vacancies.save_places(vacancy)
    fresh = GroupRecruitment(vacancy_id=vacancy.id, area_path=area_path, opened_by=uow.actor.subject, opened_at=uow.now)
    await uow.recruitments.open(fresh)
    await uow.audit(action="openGroupRecruitment", subject_id=str(vacancy.id), purpose=area_path)
    return await group_recruitment(uow, vacancy.id, area_path) or (fresh, 0)


async def group_recruitment(
    uow: EmploymentUnitOfWork, vacancy_id: UUID, area_path: str
) -> tuple[GroupRecruitment, int] | None:
    """With how many have confirmed."""
    POLICY.require(uow.actor, "openGroupRecruitment").require(area_path=area_path)
    found = await uow.recruitments.of(vacancy_id, area_path)
    if found is None:
        return None
    wanted = PlacementFilter(area_path=area_path, vacancy_id=vacancy_id, current_only=True)
    return found, await uow.placements.count(wanted)
