"""Opening a place that gives care, and the work that becomes possible by it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

import numpy as np

from chassis.errors import Conflict
from chassis.idempotency import once
from chassis.ids import new_id
from employment_service.access import POLICY
from employment_service.care.domain import (
    CareFacility,
    CareFacilityClosed,
    CareFacilityNotFound,
    FreedWork,
    shown_count,
)
from employment_service.copies.domain import CareKind
from employment_service.notices.domain import Notice, NoticeKind
from employment_service.pairing import CARE_BITS, Flags, Pairs, pairs_of
from employment_service.uow import EmploymentUnitOfWork
from employment_service.workers.domain import Worker


async def open_facility(
    uow: EmploymentUnitOfWork,
    *,
    area_path: str,
    kind: CareKind,
    name: str,
    places: int,
    opens_on: date,
    from_minutes: int,
    to_minutes: int,
    idempotency_key: str,
) -> CareFacility:
    """Workers who give such care in the village are told in their own view; their limits stay as they are until the
    registry says that the duty has ended.
    """
    scope = POLICY.require(uow.actor, "openCareFacility")
    scope.require(area_path=area_path)
    request = repr((area_path, kind, name, places, opens_on, from_minutes, to_minutes)).encode()

    async def make() -> UUID:
        await uow.require_area(area_path, field="area")
        facility = CareFacility(
            id=new_id(),
            area_path=area_path,
            kind=kind,
            name=name,
            places=places,
            opens_on=opens_on,
            from_minutes=from_minutes,
            to_minutes=to_minutes,
            recorded_by=uow.actor.subject,
            recorded_at=uow.now,
        )
        await uow.care.add(facility)
        await _tell_carers(uow, facility)
        await uow.audit(action="openCareFacility", subject_id=str(facility.id), purpose=area_path)
        return facility.id

    return await get_facility(uow, await once(uow, "openCareFacility", idempotency_key, request, make))


async def close_facility(
    uow: EmploymentUnitOfWork, *, facility_id: UUID, closes_on: date, expected_version: int
) -> CareFacility:
    scope = POLICY.require(uow.actor, "openCareFacility")
    facility = await get_facility(uow, facility_id)
    scope.require(area_path=facility.area_path)
    if facility.version != expected_version:
        raise Conflict("The facility was changed meanwhile. Read it again.", field="expectedVersion")
    changed = replace(facility, closes_on=closes_on, version=facility.version + 1)
    await uow.care.save(changed)
    if closes_on <= await uow.today(facility.area_path):
        await uow.notices.close_about([facility.id], at=uow.now)
    return changed


async def withdraw_facility(uow: EmploymentUnitOfWork, *, facility_id: UUID, expected_version: int) -> CareFacility:
    """Recorded by mistake: it is shown no more, and whoever was told of it finds the notice gone."""
    scope = POLICY.require(uow.actor, "openCareFacility")
    facility = await get_facility(uow, facility_id)
    scope.require(area_path=facility.area_path)
    if facility.version != expected_version:
        raise Conflict("The facility was changed meanwhile. Read it again.", field="expectedVersion")
    withdrawn = replace(facility, withdrawn_at=uow.now, version=facility.version + 1)
    await uow.care.save(withdrawn)
    await uow.notices.close_about([facility.id], at=uow.now)
    await uow.audit(action="withdrawCareFacility", subject_id=str(facility.id), purpose=facility.area_path)
    return withdrawn


async def get_facility(uow: EmploymentUnitOfWork, facility_id: UUID) -> CareFacility:
    facility = await uow.care.get(facility_id)
    if facility is None:
        raise CareFacilityNotFound("There is no such facility.", field="facilityId")
    return facility


async def list_facilities(
    uow: EmploymentUnitOfWork, *, area_path: str, after: UUID | None, count: int
) -> Sequence[CareFacility]:
    POLICY.require(uow.actor, "readFreedWork").require(area_path=area_path)
    return await uow.care.page(area_path, after=after, count=count)


async def count_facilities(uow: EmploymentUnitOfWork, *, area_path: str) -> int:
    POLICY.require(uow.actor, "readFreedWork").require(area_path=area_path)
    return await uow.care.count(area_path)


async def freed_work(uow: EmploymentUnitOfWork, *, facility_id: UUID) -> Sequence[FreedWork]:
    """Vacancies that only the care stands against, for carers who look for work: the worker's name only of those who
    asked for work nearby. The most useful first. At most as many workers are freed as the facility has places, but
    who takes one is each family's affair, so all pairs are shown.
    """
    POLICY.require(uow.actor, "readFreedWork")
    facility = await get_facility(uow, facility_id)
    POLICY.require(uow.actor, "readFreedWork").require(area_path=facility.area_path)
    today = await uow.today(facility.area_path)
    day = max(today, facility.opens_on)
    if facility.closes_on is not None and day >= facility.closes_on:
        raise CareFacilityClosed("This facility is closed.", field="facilityId")
    ids = await uow.care.carers_at(facility.area_path, facility.kind, on=day)
    workers = [worker for worker in (await uow.workers.by_id(ids)).values() if worker.seeking]
    workers.sort(key=lambda worker: worker.id)
    vacancies = await uow.vacancies.open_ones()
    if not workers or not vacancies:
        return []
    pairs = await pairs_of(uow, workers, vacancies)
    area = (await uow.areas.by_path([facility.area_path]))[facility.area_path]
    others = await _with_other_care(uow, workers, facility, today)
    place = (area.centre.lat, area.centre.lon)
    places = {str(worker.id): () if worker.id in others else (place,) for worker in workers}
    freed = await asyncio.to_thread(_freed, pairs, pairs.without_care_at(places), facility)
    asked = np.array([worker.asked_nearby_at is not None for worker in workers])
    found = [
        FreedWork(
            vacancy_id=vacancies[column].id,
            worker_ids=tuple(workers[row].id for row in np.flatnonzero(freed[:, column] & asked).tolist()),
            others=shown_count(int((freed[:, column] & ~asked).sum())),
        )
        for column in np.flatnonzero(freed.any(axis=0)).tolist()
    ]
    # What would only say "one to nine people" is left out.
    shown = [each for each in found if each.worker_ids or each.others is not None]
    return sorted(shown, key=lambda each: (-len(each.worker_ids), -(each.others or 0), each.vacancy_id))


def _freed(with_care: Pairs, without: Pairs, facility: CareFacility) -> Flags:
    """(workers, vacancies): nothing but care stood against it, nothing does without it, and whoever is cared for is
    looked after from leaving home until coming back.
    """
    before, after = with_care.matches(), without.matches()
    only_care = (before.why_not != 0) & (before.why_not & ~np.uint32(CARE_BITS) == 0)
    starts = np.array([vacancy.shift_from_minutes for vacancy in without.vacancies])[None, :]
    ends = np.array([vacancy.shift_to_minutes for vacancy in without.vacancies])[None, :]
    away = np.array([vacancy.housed or vacancy.at_night for vacancy in without.vacancies])[None, :]
    covered = (starts - after.commute_minutes >= facility.from_minutes) & (
        ends + after.commute_minutes <= facility.to_minutes
    )
    return np.asarray(only_care & (after.why_not == 0) & covered & ~away)


async def _with_other_care(
    uow: EmploymentUnitOfWork, workers: Sequence[Worker], facility: CareFacility, today: date
) -> set[UUID]:
    """Who also looks after somebody in the same village whom the facility does not take."""
    members = await uow.households.members([worker.member_id for worker in workers])
    return {
        worker.id
        for worker in workers
        if worker.member_id in members
        and any(
            duty.kind is not facility.kind and duty.area_path == facility.area_path
            for duty in members[worker.member_id].duties_on(today)
        )
    }


async def _tell_carers(uow: EmploymentUnitOfWork, facility: CareFacility) -> None:
    day = max(facility.opens_on, await uow.today(facility.area_path))
    carers = await uow.care.carers_at(facility.area_path, facility.kind, on=day)
    workers = await uow.workers.by_id(carers)
    await uow.notices.add(
        *(
            Notice(
                id=new_id(),
                worker_id=worker.id,
                area_path=worker.area_path,
                kind=NoticeKind.CARE_PLACE_OPENS,
                about_id=facility.id,
                noted_at=uow.now,
                since=facility.opens_on,
                care_kind=facility.kind,
                own_duty=True,
            )
            for worker in workers.values()
        )
    )
