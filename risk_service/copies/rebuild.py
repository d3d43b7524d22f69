"""Dropping the copies and building them anew from snapshots, in one transaction: the new ones show all at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from uuid import UUID

import structlog

from chassis.copies import hold_events, includes, place_events
from chassis.errors import Refusal
from chassis.identity import SYSTEM_ACTOR
from risk_service.conditions.domain import RecordVersion
from risk_service.conditions.service import receive_condition
from risk_service.copies.arrivals import StatementCopy
from risk_service.copies.domain import HouseholdCopy, OfficerCopy
from risk_service.copies.dropping import CopyDropping
from risk_service.copies.service import follow
from risk_service.copies.streams import (
    AreaSnapshot,
    Begun,
    ConditionSnapshot,
    HouseholdSnapshot,
    OfficerSnapshot,
    PriceSnapshot,
    Snapshot,
    SnapshotSource,
    Unheard,
)
from risk_service.signals.domain import Signal
from risk_service.signals.factors.facts import Fact
from risk_service.signals.facts.service import receive_of_area, take_in
from risk_service.signals.facts.weighing import Telling
from risk_service.signals.service import receive_signal
from risk_service.uow import Begin, RiskUnitOfWork
from risk_service.verification.service import take_over

SOURCE = "households"
STEP = 200
logger = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Rebuilt:
    """What came. `signals`, `facts`, `conditions`: reported records that had not been taken in, those of a cost and
    others; `refused`: of them, those that could not be.

    `outbox_position`: events behind this number of the source's outbox follow as events.
    """

    areas: int = 0
    officers: int = 0
    households: int = 0
    signals: int = 0
    facts: int = 0
    conditions: int = 0
    refused: int = 0
    outbox_position: int = 0


@dataclass(slots=True, kw_only=True)
class _Work:
    """`officers` and `places`: as the dropped copies had them, by id."""

    uow: RiskUnitOfWork
    copies: CopyDropping
    area_path: str
    officers: dict[UUID, OfficerCopy]
    places: dict[UUID, str]
    rebuilt: Rebuilt = field(default_factory=Rebuilt)
    sequences: dict[str, int] = field(default_factory=dict)
    step: list[HouseholdSnapshot] = field(default_factory=list)
    # Done when all copies are there: who has what, and what follows from it.
    present: set[UUID] = field(default_factory=set)
    changed_officers: list[OfficerCopy] = field(default_factory=list)
    moved: list[HouseholdCopy] = field(default_factory=list)
    news: list[Signal] = field(default_factory=list)
    tellings: list[Telling] = field(default_factory=list)
    prices: list[Fact] = field(default_factory=list)
    heard: set[RecordVersion] = field(default_factory=set)
    reports: list[ConditionSnapshot] = field(default_factory=list)


async def rebuild(begin: Begin, source: SnapshotSource, *, area_path: str = "") -> Rebuilt:
    """At or below an area, or everything. Nothing is changed when it fails. Raises DependencyDown.

    What people decided, and what departments reported, stays; a report that never came is taken in now.
    """
    async with begin(SYSTEM_ACTOR) as uow:
        await hold_events(uow.connection)
        copies = CopyDropping(uow.connection)
        work = _Work(
            uow=uow,
            copies=copies,
            area_path=area_path,
            officers=await copies.officers(area_path),
            places=await copies.places(area_path),
            heard=await uow.conditions.keys(),
        )
        await copies.drop(area_path)
        async for snapshot in source.snapshots(area_path=area_path):
            await _keep(work, snapshot)
        await _write(work)
        await place_events(uow.connection, source=SOURCE, sequences=work.sequences)
        await _follow_up(work)
    rebuilt = work.rebuilt
    logger.info(
        "copies.rebuilt",
        areas=rebuilt.areas,
        officers=rebuilt.officers,
        households=rebuilt.households,
        signals=rebuilt.signals,
        facts=rebuilt.facts,
        conditions=rebuilt.conditions,
        refused=rebuilt.refused,
        outbox_position=rebuilt.outbox_position,
    )
    return rebuilt


async def _keep(work: _Work, snapshot: Snapshot) -> None:
    match snapshot:
        case Begun():
            work.rebuilt.outbox_position = snapshot.outbox_position
        case AreaSnapshot():
            await work.uow.copies.put_area(snapshot.area)
            work.sequences[str(snapshot.area.id)] = snapshot.sequence
            work.rebuilt.areas += 1
        case OfficerSnapshot():
            await _keep_officer(work, snapshot)
        case HouseholdSnapshot():
            work.step.append(snapshot)
            if len(work.step) >= STEP:
                await _write(work)
        case ConditionSnapshot():
            work.sequences[str(snapshot.condition.point_id)] = snapshot.sequence
            if not await _is_heard(work, snapshot):
                work.reports.append(snapshot)
        case PriceSnapshot():
            work.prices.append(snapshot.price)
        case Unheard():
            pass


async def _keep_officer(work: _Work, snapshot: OfficerSnapshot) -> None:
    officer = snapshot.officer
    await work.uow.copies.put_officer(officer)
    work.sequences[str(officer.id)] = snapshot.sequence
    work.rebuilt.officers += 1
    if work.officers.pop(officer.id, None) != officer:
        work.changed_officers.append(officer)


async def _write(work: _Work) -> None:
    """The step's households in a few statements."""
    step, work.step = work.step, []
    work.sequences |= {str(one.household.id): one.sequence for one in step}
    here = [one for one in step if not one.removed]
    if work.area_path:
        await work.copies.drop_households([one.household.id for one in step])
    await work.uow.copies.put_households([one.household for one in here], {})
    await work.uow.copies.put_statements(
        [
            StatementCopy(household_id=one.household.id, area_path=one.household.area_path, bases=one.bases)
            for one in here
        ]
    )
    known = await work.copies.known_signals([one.household.id for one in step])
    told = await work.uow.facts.known([one.household.id for one in step])
    for one in here:
        work.tellings += [(fact,) for fact in one.facts if fact.key not in told]
        work.tellings += [one.income] if one.income else []
        work.rebuilt.facts += sum(1 for fact in one.facts if fact.key not in told)
    for one in step:
        work.news += [each for each in one.signals if (each.department, each.record_id, each.version) not in known]
    for one in here:
        before = work.places.pop(one.household.id, None)
        work.present.add(one.household.id)
        if before is not None and before != one.household.area_path:
            work.moved.append(one.household)
    work.rebuilt.households += len(here)


async def _follow_up(work: _Work) -> None:
    """As the events do: tasks find who is in charge now, records that never came are weighed, all are assessed."""
    uow = work.uow
    for officer in (*_gone(work), *work.changed_officers):
        await take_over(uow, officer)
    for household in work.moved:
        await follow(uow, household)
    for household_id in sorted(work.places):
        await uow.assessments.remove(household_id)
    for signal in work.news:
        try:
            await receive_signal(uow, signal)
            work.rebuilt.signals += 1
        except Refusal as refusal:
            # Refused before anything was written. The next rebuild tries it again.
            work.rebuilt.refused += 1
            logger.warning(
                "copies.record_refused",
                department=signal.department,
                record_id=signal.record_id,
                household_id=str(signal.household_id),
                code=refusal.code,
            )
    for begin in range(0, len(work.tellings), STEP):
        await take_in(uow, (), work.tellings[begin : begin + STEP])
    for price in work.prices:
        await receive_of_area(uow, price)
    await _hear(work)
    await uow.assessments.ask_for(sorted(work.present), at=uow.now)


async def _is_heard(work: _Work, report: ConditionSnapshot) -> bool:
    """Also every part of it, where it came in parts."""
    if report.condition.key not in work.heard:
        return False
    subject_id, connection = str(report.condition.point_id), work.uow.connection
    return report.parts <= 1 or await includes(
        connection, source=SOURCE, subject_id=subject_id, sequence=report.sequence
    )


async def _hear(work: _Work) -> None:
    """Reports about places that never came warn now, in their order."""
    for report in work.reports:
        condition = report.condition
        try:
            await receive_condition(work.uow, condition, served=report.served)
            work.rebuilt.conditions += 1
        except Refusal as refusal:
            work.rebuilt.refused += 1
            logger.warning(
                "copies.report_refused",
                department=condition.department,
                record_id=condition.record_id,
                point_id=str(condition.point_id),
                code=refusal.code,
            )


def _gone(work: _Work) -> Iterator[OfficerCopy]:
    """Officers that the dropped copy had and the source does not know: in charge of nothing."""
    return (replace(officer, active=False) for officer in work.officers.values())
