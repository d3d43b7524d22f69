"""Loads an invented county's workers, employers and vacancies, by the same rules as the mutations, in bulk.

Everybody in a sample is invented. Each sample worker counts as registered by their own act: the verification
that `registerWorker` does is replaced by the member id the sample itself made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.errors import InvalidInput
from chassis.identity import SYSTEM_ACTOR
from employment_service.employers.domain import Employer, Inspection, require_standing
from employment_service.safeguards.domain import Checklist, activate
from employment_service.uow import Begin
from employment_service.vacancies.domain import (
    Requirements,
    Terms,
    TermsVersion,
    Vacancy,
    VacancyChanged,
)
from employment_service.vacancies.places import require_publishable
from employment_service.workers.domain import Contact, Wishes, Worker, require_working_age

NO_REQUIREMENTS = Requirements()


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleWorker:
    """`subject`: the `sub` of the worker's token. `member_id`: as the households service knows the person."""

    id: UUID
    subject: str
    member_id: UUID
    household_id: UUID
    area_path: str
    date_of_birth: date
    contact: Contact
    wishes: Wishes
    shares_work_state: bool = False
    seeking: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleEmployer:
    """`inspected_on`: the day of all five inspections."""

    id: UUID
    area_path: str
    name: str
    registration_number: str
    inspected_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleVacancy:
    id: UUID
    employer_id: UUID
    area_path: str
    terms: Terms
    places: int
    requirements: Requirements = NO_REQUIREMENTS


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSafeguards:
    id: UUID
    area_path: str
    checklist: Checklist
    activated_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """How many were new; what was there already is left as it is."""

    safeguards: int
    employers: int
    vacancies: int
    workers: int


async def load_sample(
    begin: Begin,
    *,
    workers: Sequence[SampleWorker],
    employers: Sequence[SampleEmployer],
    vacancies: Sequence[SampleVacancy],
    safeguards: Sequence[SampleSafeguards],
) -> Loaded:
    """All or nothing, in one commit with the vacancies' events. Running it again adds nothing.

    Raises the rules' own refusals: an age below 16, an employer without standing, a checklist with a gap.
    """
    async with begin(SYSTEM_ACTOR) as uow:
        made_safeguards = 0
        for record in safeguards:
            if await uow.safeguards.get(record.id) is None:
                policy = await uow.policy(record.area_path)
                await uow.safeguards.add(
                    activate(
                        id=record.id,
                        area_path=record.area_path,
                        checklist=record.checklist,
                        previous=await uow.safeguards.newest_of(record.area_path),
                        by=record.activated_by,
                        on=await uow.today(record.area_path),
                        longest_months=policy.safeguards_months,
                    )
                )
                made_safeguards += 1
        known_employers = await uow.employers.by_id([employer.id for employer in employers])
        fresh_employers = [_employer(each) for each in employers if each.id not in known_employers]
        await uow.employers.add(*fresh_employers)

        standing = known_employers | {employer.id: employer for employer in fresh_employers}
        known_vacancies = await uow.vacancies.by_id([vacancy.id for vacancy in vacancies])
        fresh_vacancies: list[Vacancy] = []
        policy = await uow.policy("")
        today = await uow.today("")
        for number, sample in enumerate(vacancies):
            if sample.id in known_vacancies:
                continue
            employer = standing.get(sample.employer_id)
            if employer is None:
                raise InvalidInput(f"Vacancy {number}: its employer is not in the sample.", field="employer_id")
            require_standing(employer, on=today, inspection_months=policy.inspection_months)
            require_publishable(places=sample.places, costs=())
            fresh_vacancies.append(
                Vacancy(
                    id=sample.id,
                    employer_id=sample.employer_id,
                    area_path=sample.area_path,
                    terms=TermsVersion.of(sample.terms, number=1, at=uow.now),
                    requirements=sample.requirements,
                    places=sample.places,
                    published_at=uow.now,
                )
            )
        await uow.vacancies.add(*fresh_vacancies)
        uow.emit(*(VacancyChanged(vacancy=vacancy) for vacancy in fresh_vacancies))

        known_workers = await uow.workers.by_id([worker.id for worker in workers])
        fresh_workers: list[Worker] = []
        for person in workers:
            if person.id in known_workers:
                continue
            require_working_age(person.date_of_birth, on=today, least_age=policy.least_age)
            fresh_workers.append(
                Worker(
                    id=person.id,
                    subject=person.subject,
                    member_id=person.member_id,
                    household_id=person.household_id,
                    area_path=person.area_path,
                    date_of_birth=person.date_of_birth,
                    contact=person.contact,
                    wishes=person.wishes,
                    registered_at=uow.now,
                    seeking=person.seeking,
                    shares_work_state=person.shares_work_state,
                )
            )
        await uow.workers.add(*fresh_workers)
    return Loaded(
        safeguards=made_safeguards,
        employers=len(fresh_employers),
        vacancies=len(fresh_vacancies),
        workers=len(fresh_workers),
    )


def _employer(sample: SampleEmployer) -> Employer:
    return Employer(
        id=sample.id,
        area_path=sample.area_path,
        name=sample.name,
        registration_number=sample.registration_number,
        inspected_on=dict.fromkeys(Inspection, sample.inspected_on),
    )
