"""Publishing work, changing its terms, and closing it."""

from __future__ import annotations

from uuid import UUID

from chassis.errors import Conflict
from chassis.idempotency import once
from chassis.ids import new_id
from employment_service.access import POLICY
from employment_service.employers.domain import require_standing
from employment_service.employers.service import get_employer
from employment_service.matching.runs.following import places_changed, vacancy_gone
from employment_service.occupations.sources import isco
from employment_service.offers.renewal import put_offers_anew
from employment_service.placements.reasons import StepReason
from employment_service.uow import EmploymentUnitOfWork
from employment_service.vacancies import domain
from employment_service.vacancies.domain import (
    Cost,
    Requirements,
    Terms,
    TermsVersion,
    Vacancy,
    VacancyChanged,
    VacancyNotFound,
)
from employment_service.vacancies.places import require_publishable, with_minimum_batch, with_places
from employment_service.vacancies.words import TermsText


async def publish_vacancy(
    uow: EmploymentUnitOfWork,
    *,
    employer_id: UUID,
    area_path: str,
    terms: Terms,
    requirements: Requirements,
    places: int,
    costs: tuple[Cost, ...],
    occupation: str | None = None,
    minimum_batch: int = 1,
    idempotency_key: str,
    texts: tuple[TermsText, ...] = (),
) -> Vacancy:
    """`costs`: what the employer says workers would pay; anything at all keeps it off the board."""
    scope = POLICY.require(uow.actor, "writeVacancy")
    scope.require(area_path=area_path, employer_id=str(employer_id))
    if occupation is not None:
        isco().get(occupation)
    asked = (employer_id, area_path, terms.digest(), texts, _of(requirements), places, costs, occupation, minimum_batch)
    request = repr(asked).encode()

    async def make() -> UUID:
        await uow.require_area(area_path, field="officeArea")
        employer = await get_employer(uow, employer_id)
        require_publishable(places=places, costs=costs, minimum_batch=minimum_batch)
        policy = await uow.policy(area_path)
        require_standing(employer, on=await uow.today(area_path), inspection_months=policy.inspection_months)
        vacancy = Vacancy(
            id=new_id(),
            employer_id=employer_id,
            area_path=area_path,
            terms=TermsVersion.of(terms, number=1, at=uow.now, texts=texts),
            requirements=requirements,
            places=places,
            published_at=uow.now,
            occupation=occupation,
            minimum_batch=minimum_batch,
        )
        await uow.vacancies.add(vacancy)
        await places_changed(uow, vacancy.id)
        uow.emit(VacancyChanged(vacancy=vacancy))
        return vacancy.id

    return await get_vacancy(uow, await once(uow, "publishVacancy", idempotency_key, request, make))


async def revise_terms(
    uow: EmploymentUnitOfWork,
    *,
    vacancy_id: UUID,
    terms: Terms,
    expected_version: int,
    texts: tuple[TermsText, ...] = (),
) -> Vacancy:
    """New terms void every acceptance of the old ones before arrival; each worker decides anew, at no cost."""
    vacancy = await _to_write(uow, vacancy_id, expected_version)
    number = await uow.vacancies.next_terms_number(vacancy.id)
    changed = domain.revised(vacancy, terms, number=number, at=uow.now, texts=texts)
    await uow.vacancies.save(changed)
    reason = StepReason.START_MOVED if domain.only_start_moved(vacancy.terms.terms, terms) else StepReason.TERMS_REVISED
    changed = await put_offers_anew(uow, changed, reason=reason)
    await places_changed(uow, changed.id)
    uow.emit(VacancyChanged(vacancy=changed))
    return changed


async def add_places(uow: EmploymentUnitOfWork, *, vacancy_id: UUID, places: int, expected_version: int) -> Vacancy:
    """`places`: how many there are then in all. Nobody is asked anew: the terms stay."""
    changed = with_places(await _to_write(uow, vacancy_id, expected_version), places)
    await uow.vacancies.save(changed)
    await places_changed(uow, changed.id)
    uow.emit(VacancyChanged(vacancy=changed))
    return changed


async def set_minimum_batch(
    uow: EmploymentUnitOfWork, *, vacancy_id: UUID, minimum: int, expected_version: int
) -> Vacancy:
    """Asks nobody anew: it says only whom runs propose the work to."""
    changed = with_minimum_batch(await _to_write(uow, vacancy_id, expected_version), minimum)
    await uow.vacancies.save(changed)
    await places_changed(uow, changed.id)
    uow.emit(VacancyChanged(vacancy=changed))
    return changed


async def close_vacancy(uow: EmploymentUnitOfWork, *, vacancy_id: UUID, expected_version: int) -> Vacancy:
    vacancy = await _to_write(uow, vacancy_id, expected_version)
    changed = domain.closed(vacancy)
    await uow.vacancies.save(changed)
    await vacancy_gone(uow, vacancy.id)
    uow.emit(VacancyChanged(vacancy=changed))
    return changed


async def get_vacancy(uow: EmploymentUnitOfWork, vacancy_id: UUID) -> Vacancy:
    POLICY.require(uow.actor, "readBoard")
    vacancy = await uow.vacancies.get(vacancy_id)
    if vacancy is None:
        raise VacancyNotFound("There is no such vacancy.", field="vacancyId")
    return vacancy


async def _to_write(uow: EmploymentUnitOfWork, vacancy_id: UUID, expected_version: int) -> Vacancy:
    scope = POLICY.require(uow.actor, "writeVacancy")
    vacancy = await uow.vacancies.locked(vacancy_id)
    if vacancy is None:
        raise VacancyNotFound("There is no such vacancy.", field="vacancyId")
    scope.require(area_path=vacancy.area_path, employer_id=str(vacancy.employer_id))
    if vacancy.version != expected_version:
        raise Conflict("The vacancy was changed meanwhile. Read it again.", field="expectedVersion")
    return vacancy


def _of(requirements: Requirements) -> tuple[object, ...]:
    return (
        sorted(requirements.qualifications),
        sorted(requirements.demands),
        requirements.least_age,
        requirements.group,
        sorted(requirements.languages),
        requirements.farm_leave,
    )
