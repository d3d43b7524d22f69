"""Telling likelihoods: of households as their facts arrive, and who reads what was told."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter
from uuid import UUID

from chassis.clock import civil_date
from chassis.errors import Forbidden
from chassis.graph import Page, PageRequest
from chassis.identity import SYSTEM_ACTOR, Actor, ScopeKind
from risk_service.access import LIST_ASSESSMENTS, READ_ASSESSMENT, policy, require_area
from risk_service.assessments.domain import (
    Assessment,
    AssessmentDayInvalid,
    AssessmentFilter,
    OpenRisk,
    Reading,
    RecommendedMeasure,
    recommend,
)
from risk_service.assessments.weighing import in_table_order, matrix_of, told, weigh
from risk_service.copies.domain import Reach
from risk_service.copies.reach import zone_of
from risk_service.monitoring.domain import ShadowScore
from risk_service.policy.domain import AlertLevel
from risk_service.policy.service import in_force_today
from risk_service.publishing.domain import ModelState
from risk_service.publishing.service import engine_of, serving
from risk_service.sight import covers
from risk_service.uow import Begin, RiskUnitOfWork

# Few at once, so that whoever takes in a record of the same household does not wait for long.
STEP = 40
# Of the pause after them to the time they took: warnings go first.
REST = 3.0
# How long a changed household waits at most before somebody looks.
LOOK_SECONDS = 1.0
MOST_READINGS = 100


async def rescore(uow: RiskUnitOfWork, household_ids: Sequence[UUID]) -> int:
    """Assesses the named households with the table that serves, and beside it with the shadow; how many could be.

    A household without counted members, or under no policy, has no assessment: an old one is taken away.
    """
    weighed, gone = await weigh(uow, household_ids)
    for household_id in gone:
        await uow.assessments.remove(household_id)
    if not weighed:
        return 0
    active = await serving(uow)
    await uow.assessments.put(told(engine_of(active.table), weighed, at=uow.now))
    shadow = await uow.models.in_state(ModelState.SHADOW)
    if shadow is not None:
        values = in_table_order(matrix_of(weighed), shadow.table)
        likelihoods = engine_of(shadow.table).likelihoods(values).tolist()
        version = shadow.version
        await uow.watch.put_shadow(
            [
                ShadowScore(
                    household_id=one.household.id,
                    area_path=one.household.area_path,
                    model_version=version,
                    likelihood=likelihood,
                )
                for one, likelihood in zip(weighed, likelihoods, strict=True)
            ],
            at=uow.now,
        )
    return len(weighed)


async def assess_due(uow: RiskUnitOfWork, *, limit: int = STEP) -> int:
    """Assesses those whose facts changed, longest waiting first; how many."""
    ids = await uow.assessments.take_due(limit)
    if ids:
        await rescore(uow, ids)
    return len(ids)


async def keep_assessed(begin: Begin, stop: asyncio.Event) -> None:
    """Works off what is due, over and over, until told to stop."""
    while not stop.is_set():
        begun = perf_counter()
        async with begin(SYSTEM_ACTOR) as uow:
            done = await assess_due(uow)
        pause = LOOK_SECONDS if done < STEP else min(REST * (perf_counter() - begun), LOOK_SECONDS)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)


async def recommended(uow: RiskUnitOfWork, household_ids: Sequence[UUID]) -> dict[UUID, tuple[RecommendedMeasure, ...]]:
    """What the policy in force lists for the open alerts and the likelihood of each household."""
    homes = await uow.copies.areas_of(household_ids)
    risks = await uow.alerts.open_by_household(household_ids)
    assessed = await uow.assessments.many(household_ids)
    packs = await in_force_today(uow, sorted(set(homes.values())))
    found: dict[UUID, tuple[RecommendedMeasure, ...]] = {}
    for household_id, area_path in homes.items():
        pack = packs.get(area_path)
        if pack is None:
            continue
        band = assessed[household_id].band if household_id in assessed else None
        open_risks = [OpenRisk(factor=one.factor, level=one.level) for one in risks.get(household_id, ())]
        found[household_id] = recommend(pack, risks=open_risks, band=band)
    return found


async def read_assessments(
    uow: RiskUnitOfWork, actor: Actor, *, household_ids: Sequence[UUID]
) -> list[tuple[Assessment, AlertLevel]]:
    """Each with the highest level of its open alerts, in the order asked for; what is unknown is left out."""
    scope = policy.require(actor, READ_ASSESSMENT)
    reaches = await uow.copies.reaches(household_ids)
    assessed = await uow.assessments.many(household_ids)
    risks = await uow.alerts.open_by_household(household_ids)
    found: list[tuple[Assessment, AlertLevel]] = []
    seen: dict[UUID, str] = {}
    for household_id in dict.fromkeys(household_ids):
        reach, assessment = reaches.get(household_id), assessed.get(household_id)
        if reach is not None and assessment is not None and covers(actor, scope, reach):
            level = max((one.level for one in risks.get(household_id, ())), default=AlertLevel.NONE)
            found.append((assessment, level))
            seen[household_id] = assessment.area_path
    await note_readings(uow, actor, seen)
    return found


async def list_assessments(
    uow: RiskUnitOfWork, actor: Actor, *, wanted: AssessmentFilter, request: PageRequest
) -> Page[Assessment]:
    """For whom to visit and to offer something to; of an area, for its offices. Raises Forbidden."""
    _require_list(actor, wanted)
    return await uow.assessments.page(wanted, request)


async def count_assessments(uow: RiskUnitOfWork, actor: Actor, *, wanted: AssessmentFilter) -> int:
    _require_list(actor, wanted)
    return await uow.assessments.count(wanted)


def _require_list(actor: Actor, wanted: AssessmentFilter) -> None:
    scope = policy.require(actor, LIST_ASSESSMENTS)
    require_area(actor, scope, wanted.area_path)
    inside = any(wanted.area_path.startswith(own) for own in actor.areas)
    if ScopeKind.SYSTEM not in scope.kinds and not inside:
        raise Forbidden("This area is not yours to see.", field="area")


async def told_on(uow: RiskUnitOfWork, household_id: UUID, day: date) -> Assessment | None:
    """What was told at the end of a civil day where the household lives; today: what is told now.

    Raises AssessmentDayInvalid.
    """
    area_path = (await uow.copies.areas_of([household_id])).get(household_id)
    if area_path is None:
        return None
    zone = await zone_of(uow, area_path)
    today = civil_date(uow.now, zone)
    if day > today:
        raise AssessmentDayInvalid("Of a day to come nothing was told yet.", field="asOf")
    if day == today:
        return (await uow.assessments.many([household_id])).get(household_id)
    end = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC) - timedelta(microseconds=1)
    return (await uow.assessments.told_at([household_id], end)).get(household_id)


async def note_readings(uow: RiskUnitOfWork, actor: Actor, places: Mapping[UUID, str]) -> None:
    """Whoever looks at likelihoods is written down, once a day and household; programs are not persons."""
    if places and actor.subject != SYSTEM_ACTOR.subject:
        on = uow.now.date()
        await uow.assessments.note_readings(places, reader=actor.subject, roles=sorted(actor.roles), at=uow.now, on=on)


async def read_readings(uow: RiskUnitOfWork, actor: Actor, reach: Reach) -> list[Reading]:
    """Who looked at the household's likelihood, newest first: for itself, and for the county's administration."""
    if not covers(actor, policy.require(actor, READ_ASSESSMENT), reach):
        raise Forbidden("Whose likelihood was read is told to the household.")
    return await uow.assessments.readings(reach.household_id, limit=MOST_READINGS)
