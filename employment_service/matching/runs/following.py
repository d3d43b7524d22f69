"""Events after which an area's last run no longer holds: it is followed by another that moves few people."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from chassis.timers import DueTimer, TimerKind
from employment_service.copies.domain import HouseholdCopy
from employment_service.matching.runs.domain import Cause
from employment_service.matching.runs.service import follow_up
from employment_service.uow import EmploymentUnitOfWork

FOLLOWED = "matching-run-followed"
PLACES = "matching-run-places"
WISHES = "matching-run-wishes"
OFFERS = "matching-run-offers"


async def vacancy_gone(uow: EmploymentUnitOfWork, vacancy_id: UUID) -> None:
    """By a timer that is due at once: whoever closes a vacancy need not see the runs that propose it."""
    await uow.schedule(FOLLOWED, str(vacancy_id), uow.now)


async def places_changed(uow: EmploymentUnitOfWork, vacancy_id: UUID) -> None:
    """Published, revised, or with more places. One timer for all that changes within the same instant."""
    await uow.schedule(PLACES, str(vacancy_id), uow.now)


async def worker_changed(uow: EmploymentUnitOfWork, worker_id: UUID) -> None:
    """Other wishes, looking for work or no longer, with whom: by the worker's own act."""
    await uow.schedule(WISHES, str(worker_id), uow.now)


async def offer_ended(uow: EmploymentUnitOfWork, worker_id: UUID) -> None:
    """Its place is there again and the worker is free again, or not; nobody asks which."""
    await uow.schedule(OFFERS, str(worker_id), uow.now)


async def care_changed(
    uow: EmploymentUnitOfWork, before: Collection[tuple[UUID, object]], household: HouseholdCopy
) -> None:
    """`before`: member and care duties as they were. Nobody is moved by it: a list changes, and the worker may ask."""
    known = dict(before)
    changed = [member.id for member in household.members if known.get(member.id, ()) != member.care_duties]
    workers = await uow.workers.by_member(changed) if changed else {}
    if workers:
        await follow_up(uow, Cause.CARE_CHANGED, worker_ids=[worker.id for worker in workers.values()])


async def _follow(uow: EmploymentUnitOfWork, due: DueTimer) -> None:
    await follow_up(uow, Cause.VACANCY_CLOSED, vacancy_id=UUID(due.key))


async def _follow_places(uow: EmploymentUnitOfWork, due: DueTimer) -> None:
    vacancy = await uow.vacancies.get(UUID(due.key))
    if vacancy is not None and vacancy.open:
        await follow_up(uow, Cause.PLACES_CHANGED, office=vacancy.area_path)


async def _follow_wishes(uow: EmploymentUnitOfWork, due: DueTimer) -> None:
    await _follow_worker(uow, UUID(due.key), Cause.WISHES_CHANGED)


async def _follow_offer(uow: EmploymentUnitOfWork, due: DueTimer) -> None:
    await _follow_worker(uow, UUID(due.key), Cause.OFFER_ENDED)


async def _follow_worker(uow: EmploymentUnitOfWork, worker_id: UUID, cause: Cause) -> None:
    worker = await uow.workers.get(worker_id)
    if worker is not None:
        await follow_up(uow, cause, office=worker.area_path)


KINDS = (
    TimerKind(name=FOLLOWED, handle=_follow),
    TimerKind(name=PLACES, handle=_follow_places),
    TimerKind(name=WISHES, handle=_follow_wishes),
    TimerKind(name=OFFERS, handle=_follow_offer),
)
