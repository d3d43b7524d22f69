"""Everything a copy is built from, as it is at one moment, whole and with the numbers of the events it includes."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from chassis.clock import civil_date
from chassis.identity import Actor
from households_service.access import POLICY, Action
from households_service.areas.domain import Area, AreaChanged, level_of
from households_service.feeds.domain import AreaConditionReported, DepartmentRecordLinked, StoredRecord
from households_service.feeds.reports import reports_of
from households_service.officers.domain import Officer, OfficerChanged
from households_service.registry.assembly import states_of
from households_service.registry.domain import Household
from households_service.registry.state import HouseholdChanged
from households_service.statements.domain import IncomeStatement
from households_service.statements.service import statements_of
from households_service.uow import Begin, HouseholdsUnitOfWork

AT_ONCE = 200


class Part(StrEnum):
    AREAS = "AREAS"
    OFFICERS = "OFFICERS"
    HOUSEHOLDS = "HOUSEHOLDS"
    STATEMENTS = "STATEMENTS"
    RECORDS = "RECORDS"
    CONDITIONS = "CONDITIONS"
    POINTS = "POINTS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """`outbox_position`: number of the newest outbox row of this moment, 0 without one."""

    taken_at: datetime
    outbox_position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaSnapshot:
    event: AreaChanged
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerSnapshot:
    event: OfficerChanged
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdSnapshot:
    """`statements` and `records` are empty where they were not asked for."""

    event: HouseholdChanged
    statements: Sequence[IncomeStatement]
    records: Sequence[DepartmentRecordLinked]
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionSnapshot:
    """`sequence`: of the point or area that it is about."""

    event: AreaConditionReported
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PointSnapshot:
    point_id: UUID
    sequence: int


Snapshot: TypeAlias = Begun | AreaSnapshot | OfficerSnapshot | HouseholdSnapshot | ConditionSnapshot | PointSnapshot


async def take_snapshots(
    begin: Begin, actor: Actor, *, area_path: str, after: UUID | None, parts: frozenset[Part]
) -> AsyncGenerator[Snapshot, None]:
    """In one transaction that sees one moment: no row is older or newer than the number beside it.

    `area_path` empty: everything. Raises Forbidden or MalformedAreaPath.
    """
    POLICY.require(actor, Action.STREAM_SNAPSHOTS)
    if area_path:
        level_of(area_path)
    async with begin(actor).of_one_moment() as uow:
        yield Begun(taken_at=uow.now, outbox_position=await uow.households.outbox_position())
        if Part.AREAS in parts:
            async for area in _areas(uow, area_path):
                yield area
        if Part.OFFICERS in parts:
            async for officer in _officers(uow, area_path):
                yield officer
        if Part.HOUSEHOLDS in parts:
            async for household in _households(uow, area_path, after, parts):
                yield household
        if Part.CONDITIONS in parts:
            async for condition in _conditions(uow, area_path):
                yield condition
        if Part.POINTS in parts:
            async for point in _points(uow, area_path):
                yield point


async def _areas(uow: HouseholdsUnitOfWork, area_path: str) -> AsyncIterator[AreaSnapshot]:
    last = ""
    while areas := await uow.areas.under(area_path, None, after_path=last, limit=AT_ONCE):
        numbers = await uow.households.last_sequences(area.id for area in areas)
        for area in areas:
            yield AreaSnapshot(event=_of_today(uow, area), sequence=numbers.get(area.id, 0))
        last = areas[-1].path


async def _conditions(uow: HouseholdsUnitOfWork, area_path: str) -> AsyncIterator[ConditionSnapshot]:
    last: UUID | None = None
    while records := await uow.records.about_places(area_path, after=last, limit=AT_ONCE):
        reports = await reports_of(uow, records)
        numbers = await uow.households.last_sequences(sorted({report.subject_id for report in reports}))
        for report in reports:
            yield ConditionSnapshot(event=report, sequence=numbers.get(report.subject_id, 0))
        last = records[-1].id


async def _points(uow: HouseholdsUnitOfWork, area_path: str) -> AsyncIterator[PointSnapshot]:
    """Those of which anything was told."""
    last: UUID | None = None
    while points := await uow.points.page(None, area_path or None, after=last, limit=AT_ONCE):
        numbers = await uow.households.last_sequences(point.id for point in points)
        for point in points:
            if point.id in numbers:
                yield PointSnapshot(point_id=point.id, sequence=numbers[point.id])
        last = points[-1].id


async def _officers(uow: HouseholdsUnitOfWork, area_path: str) -> AsyncIterator[OfficerSnapshot]:
    last: UUID | None = None
    while officers := await _officer_page(uow, area_path, last):
        numbers = await uow.households.last_sequences(officer.id for officer in officers)
        for officer in officers:
            yield OfficerSnapshot(event=OfficerChanged(officer=officer), sequence=numbers.get(officer.id, 0))
        last = officers[-1].id


async def _officer_page(uow: HouseholdsUnitOfWork, area_path: str, after: UUID | None) -> Sequence[Officer]:
    return await uow.officers.page(None, area_path or None, after=after, limit=AT_ONCE)


async def _households(
    uow: HouseholdsUnitOfWork, area_path: str, after: UUID | None, parts: frozenset[Part]
) -> AsyncIterator[HouseholdSnapshot]:
    while households := await uow.households.in_id_order(area_path, after=after, limit=AT_ONCE):
        for snapshot in await _whole(uow, households, parts):
            yield snapshot
        after = households[-1].id


async def _whole(
    uow: HouseholdsUnitOfWork, households: Sequence[Household], parts: frozenset[Part]
) -> Sequence[HouseholdSnapshot]:
    """In a fixed number of queries for any number of households."""
    ids = [household.id for household in households]
    numbers = await uow.households.last_sequences(ids)
    states = await states_of(uow, households)
    statements: Mapping[UUID, Sequence[IncomeStatement]] = {}
    records: Mapping[UUID, Sequence[StoredRecord]] = {}
    if Part.STATEMENTS in parts:
        statements = await statements_of(uow, households)
    if Part.RECORDS in parts:
        records = await uow.records.linked_to(ids)
    return [
        HouseholdSnapshot(
            event=HouseholdChanged(state=states[key]),
            statements=statements.get(key, ()),
            records=[_linked(record) for record in records.get(key, ())],
            sequence=numbers.get(key, 0),
        )
        for key in ids
    ]


def _of_today(uow: HouseholdsUnitOfWork, area: Area) -> AreaChanged:
    return AreaChanged(area=area, code=area.code_on(civil_date(uow.now, area.zone)))


def _linked(record: StoredRecord) -> DepartmentRecordLinked:
    """As it was told when it found its member."""
    if record.household_id is None or record.member_id is None:
        raise AssertionError("A linked record names its household and member.")
    return DepartmentRecordLinked(
        record=record, household_id=record.household_id, member_id=record.member_id, area_path=record.area_path
    )
