"""Writes down where what was written or paid is not what the worker accepted, and tells the monitor (CF10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chassis.ids import new_id
from employment_service.placements.differences import Difference, TermsMismatch, short_wage
from employment_service.placements.domain import Placement, worked_months
from employment_service.safeguards.flags.watch import after_terms_differ
from employment_service.uow import EmploymentUnitOfWork


async def note_mismatches(uow: EmploymentUnitOfWork, placement: Placement, found: Sequence[Difference]) -> None:
    if not found:
        return
    await uow.mismatches.add(
        *(
            TermsMismatch(
                id=new_id(),
                placement_id=placement.id,
                offer_id=placement.offer_id,
                vacancy_id=placement.vacancy_id,
                employer_id=placement.employer_id,
                worker_id=placement.worker_id,
                area_path=placement.area_path,
                figure=each.figure,
                accepted=each.accepted,
                written=each.written,
                found_at=uow.now,
                found_by=uow.actor.subject,
            )
            for each in found
        )
    )
    await after_terms_differ(uow, placement)


async def note_short_wage(uow: EmploymentUnitOfWork, placement: Placement, month: date, cents: int | None) -> None:
    """Only of whole months: the first and the last one are paid in part."""
    worked = worked_months(placement, today=await uow.today(placement.area_path))
    terms = await uow.vacancies.terms_version(placement.vacancy_id, placement.terms_version)
    if worked is None or terms is None or not worked[0] < month < worked[1]:
        return
    found = short_wage(cents, terms.terms)
    if found is not None:
        await note_mismatches(uow, placement, [found])
