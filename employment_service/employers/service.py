"""Registering employers and recording what inspections found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from chassis.errors import Conflict, InvalidInput
from chassis.idempotency import once
from chassis.ids import new_id
from employment_service.access import POLICY
from employment_service.employers import domain
from employment_service.employers.domain import Employer, EmployerAlreadyRegistered, EmployerNotFound, Inspection
from employment_service.safeguards.flags.service import require_pause_settled
from employment_service.safeguards.independence import require_named_monitor
from employment_service.uow import EmploymentUnitOfWork


async def register_employer(
    uow: EmploymentUnitOfWork,
    *,
    area_path: str,
    name: str,
    registration_number: str,
    inspected_on: Mapping[Inspection, date],
    forbidden_practice: bool,
    idempotency_key: str,
) -> Employer:
    scope = POLICY.require(uow.actor, "registerEmployer")
    scope.require(area_path=area_path)
    inspections = sorted(inspected_on.items())
    request = repr((area_path, name, registration_number, inspections, forbidden_practice)).encode()

    async def make() -> UUID:
        await uow.require_area(area_path, field="area")
        today = await uow.today(area_path)
        if any(day > today for day in inspected_on.values()):
            raise InvalidInput("An inspection lies in the past.", field="inspections")
        if registration_number.strip() and await uow.employers.is_registered(registration_number):
            raise EmployerAlreadyRegistered("This company is registered already.", field="registrationNumber")
        employer = Employer(
            id=new_id(),
            area_path=area_path,
            name=name,
            registration_number=registration_number,
            inspected_on=dict(inspected_on),
            forbidden_practice=forbidden_practice,
        )
        await uow.employers.add(employer)
        return employer.id

    return await get_employer(uow, await once(uow, "registerEmployer", idempotency_key, request, make))


async def record_inspection(
    uow: EmploymentUnitOfWork, *, employer_id: UUID, inspection: Inspection, on: date, expected_version: int
) -> Employer:
    scope = POLICY.require(uow.actor, "inspectEmployer")
    employer = await get_employer(uow, employer_id)
    scope.require(area_path=employer.area_path)
    _require_version(employer, expected_version)
    changed = domain.inspected(employer, inspection, on=on, today=await uow.today(employer.area_path))
    await uow.employers.save(changed)
    return changed


async def close_critical_finding(uow: EmploymentUnitOfWork, *, employer_id: UUID, expected_version: int) -> Employer:
    """The independent monitor alone finds that it was put right."""
    POLICY.require(uow.actor, "closeCriticalFinding")
    employer = await get_employer(uow, employer_id)
    await require_named_monitor(uow, employer.area_path)
    _require_version(employer, expected_version)
    await require_pause_settled(uow, employer.id)
    changed = domain.critical_finding_closed(employer)
    await uow.employers.save(changed)
    await uow.audit(action="closeCriticalFinding", subject_id=str(employer_id), purpose="PUT_RIGHT")
    return changed


async def get_employer(uow: EmploymentUnitOfWork, employer_id: UUID) -> Employer:
    POLICY.require(uow.actor, "readBoard")
    employer = await uow.employers.get(employer_id)
    if employer is None:
        raise EmployerNotFound("There is no such employer.", field="employerId")
    return employer


def _require_version(employer: Employer, expected: int) -> None:
    if employer.version != expected:
        raise Conflict("The employer was changed meanwhile. Read it again.", field="expectedVersion")
