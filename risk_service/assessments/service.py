"""Scoring households: one by one as facts arrive, all together as a job, and fitting the model."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import structlog

from chassis.clock import civil_date
from chassis.errors import NotFound
from chassis.identity import SYSTEM_ACTOR, Actor
from chassis.jobs import JobRecord, RunningJob, find_job
from chassis.timers import DueTimer
from risk_service.access import READ_ASSESSMENT, SCORE, policy
from risk_service.assessments.domain import Assessment, OpenRisk, RecommendedMeasure, recommend
from risk_service.copies.domain import BasisCopy, HouseholdCopy, facts_of
from risk_service.copies.reach import zone_of
from risk_service.policy.domain import AlertLevel, NoMonitoringLine, NoPolicyInForce, PolicyPack, pack_in_force
from risk_service.policy.service import in_force, in_force_today
from risk_service.scoring.features import HouseholdFacts, feature_matrix, feature_row, welfare_vector
from risk_service.scoring.fitting import LEAST_HOUSEHOLDS, TooFewHouseholds, VulnerabilityModel, fit, log_welfare
from risk_service.scoring.likelihood import Asked, Scored, explain_all
from risk_service.sight import covers
from risk_service.uow import Begin, RiskUnitOfWork

JOB = "assess-households"
STEP = 250
# How long a changed household waits at most before somebody looks.
LOOK_SECONDS = 1.0
READ_AT_ONCE = 2000
# The model is fitted anew once this many times as many households are known, and when it has grown this old.
GROWTH = 2
OLDEST_MODEL = timedelta(days=90)
logger = structlog.get_logger(__name__)


class ScoringJobNotFound(NotFound):
    code = "SCORING_JOB_NOT_FOUND"


class Shelf:
    """Day, pack and line by area path, looked up once in a run over many households."""

    def __init__(self, uow: RiskUnitOfWork) -> None:
        self._uow = uow
        self._known: dict[str, tuple[date, PolicyPack | None]] = {}

    async def stock(self, area_paths: Iterable[str]) -> None:
        """Of all these places in two queries, as far as zone and pack are known; `at` looks for the others."""
        wanted = set(area_paths) - self._known.keys()
        if not wanted:
            return
        zones, packs = await self._uow.copies.time_zones_at(wanted), await self._uow.policies.all()
        for area_path, zone in zones.items():
            today = civil_date(self._uow.now, ZoneInfo(zone))
            with suppress(NoPolicyInForce):
                self._put(area_path, today, pack_in_force(packs, area_path=area_path, day=today))

    async def at(self, area_path: str) -> tuple[date, PolicyPack | None]:
        """The civil day there, and the pack in force; None where the policy gives no line today."""
        if area_path not in self._known:
            today = civil_date(self._uow.now, await zone_of(self._uow, area_path))
            self._put(area_path, today, await in_force(self._uow, area_path=area_path, day=today))
        return self._known[area_path]

    def _put(self, area_path: str, today: date, pack: PolicyPack) -> None:
        try:
            pack.line_on(today)
        except NoMonitoringLine:
            self._known[area_path] = (today, None)
        else:
            self._known[area_path] = (today, pack)


async def rescore(uow: RiskUnitOfWork, household_ids: Sequence[UUID]) -> int:
    """Assesses the named households with the newest model; how many could be. Without a model, none.

    A household without counted members, or under no policy, has no assessment: an old one is taken away.
    """
    model = await uow.assessments.model()
    if model is None:
        return 0
    homes = await uow.copies.households(household_ids)
    received = await uow.copies.received(household_ids)
    shelf = Shelf(uow)
    await shelf.stock(household.area_path for household in homes.values())
    weighed: list[_Weighed] = []
    for household in homes.values():
        one = await _weighed(shelf, household, received.get(household.id))
        if one is None:
            await uow.assessments.remove(household.id)
        else:
            weighed.append(one)
    scored = explain_all(model, [one.asked for one in weighed])
    found = zip(weighed, scored, strict=True)
    await uow.assessments.put([_assessment(uow, model, one, each) for one, each in found])
    return len(weighed)


async def assess_due(uow: RiskUnitOfWork, *, limit: int = STEP) -> int:
    """Assesses those whose facts changed, longest waiting first; how many. Without a model they wait for one."""
    if await uow.assessments.model() is None:
        return 0
    ids = await uow.assessments.take_due(limit)
    if ids:
        await rescore(uow, ids)
    return len(ids)


async def keep_assessed(begin: Begin, stop: asyncio.Event) -> None:
    """Works off what is due, over and over, until told to stop."""
    while not stop.is_set():
        async with begin(SYSTEM_ACTOR) as uow:
            done = await assess_due(uow)
        if done < STEP:
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weighed:
    """A household that can be assessed today, by which pack."""

    household: HouseholdCopy
    today: date
    pack: PolicyPack
    asked: Asked


async def _weighed(shelf: Shelf, household: HouseholdCopy, received: BasisCopy | None) -> _Weighed | None:
    try:
        today, pack = await shelf.at(household.area_path)
    except NoPolicyInForce:
        return None
    facts = facts_of(household, received, today=today)
    if facts is None or pack is None:
        return None
    line = pack.line_on(today)
    welfare = facts.welfare_per_head
    own = None if welfare is None else float(log_welfare(np.array([welfare]), float(line))[0])
    asked = Asked(features=feature_row(facts), log_welfare=own, log_line=math.log(line))
    return _Weighed(household=household, today=today, pack=pack, asked=asked)


def _assessment(uow: RiskUnitOfWork, model: VulnerabilityModel, one: _Weighed, scored: Scored) -> Assessment:
    return Assessment(
        household_id=one.household.id,
        area_path=one.household.area_path,
        scored=scored,
        band=one.pack.bands.band_of(scored.likelihood),
        horizon_months=model.horizon_months,
        line=one.pack.line_on(one.today),
        currency=one.pack.currency,
        policy_version=one.pack.label,
        model_version=model.version,
        as_of=one.today,
        scored_at=uow.now,
    )


async def start_scoring(uow: RiskUnitOfWork, actor: Actor, *, area_path: str) -> UUID:
    """Fits the model anew over all households and assesses those at or below an area, as a job."""
    policy.require(actor, SCORE).require(area_path=area_path)
    return await uow.enqueue_job(JOB, {"area_path": area_path}, area_path=area_path)


async def keep_model_fresh(uow: RiskUnitOfWork, due: DueTimer) -> None:
    """Asks for the job when there is no model yet, when far more households are known, or when it is old."""
    del due
    recorded = await uow.assessments.count_recorded()
    newest = await uow.assessments.newest_model()
    stale = newest is None or recorded >= GROWTH * newest.households or uow.now - newest.fitted_at >= OLDEST_MODEL
    if stale and recorded >= LEAST_HOUSEHOLDS and not await uow.assessments.is_job_waiting(JOB):
        await start_scoring(uow, SYSTEM_ACTOR, area_path="")


async def work_scoring(job: RunningJob[RiskUnitOfWork]) -> dict[str, object]:
    """The job: fit, then assess in steps, each of which survives a killed process."""
    area_path = str(job.payload.get("area_path", ""))
    after = UUID(str(job.cursor["after"])) if job.cursor else None
    if after is None:
        async with job.begin() as uow:
            await refit(uow)
    done = job.done
    while True:
        async with job.begin() as uow:
            ids = await uow.copies.household_ids(area_path=area_path, after=after, limit=STEP)
            if not ids:
                return {"households": done}
            await rescore(uow, ids)
            after, done = ids[-1], done + len(ids)
            await job.advance(uow, done=done, cursor={"after": str(after)})


async def refit(uow: RiskUnitOfWork) -> VulnerabilityModel:
    """Fits over every household with a recorded income. Raises TooFewHouseholds; then the old model stays."""
    facts: list[HouseholdFacts] = []
    lines: list[float] = []
    shelf = Shelf(uow)
    after: UUID | None = None
    while ids := await uow.copies.household_ids(area_path="", after=after, limit=READ_AT_ONCE):
        homes, received = await uow.copies.households(ids), await uow.copies.received(ids)
        await shelf.stock(household.area_path for household in homes.values())
        for household_id in ids:
            household = homes[household_id]
            today, pack = await shelf.at(household.area_path)
            known = facts_of(household, received.get(household_id), today=today)
            if known is not None and known.welfare_per_head is not None and pack is not None:
                facts.append(known)
                lines.append(float(pack.line_on(today)))
        after = ids[-1]
    if len(facts) < LEAST_HOUSEHOLDS:
        raise TooFewHouseholds(f"At least {LEAST_HOUSEHOLDS} households with a recorded income are needed.")
    welfare = log_welfare(welfare_vector(facts), np.array(lines))
    model = await asyncio.to_thread(fit, feature_matrix(facts), welfare)
    await uow.assessments.add_model(model, at=uow.now)
    logger.info("model.fitted", version=model.version, households=model.households)
    return model


async def read_job(uow: RiskUnitOfWork, actor: Actor, *, job_id: UUID) -> JobRecord | None:
    """None for a job that is not there, or not for this caller."""
    scope = policy.require(actor, SCORE)
    found = await find_job(uow.connection, job_id)
    if found is None or found.kind != JOB or not scope.covers(area_path=found.area_path):
        return None
    return found


async def own_job(uow: RiskUnitOfWork, job_id: UUID) -> JobRecord:
    """For whoever has just asked for it."""
    found = await find_job(uow.connection, job_id)
    if found is None:
        raise ScoringJobNotFound("There is no such job.")
    return found


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
    for household_id in dict.fromkeys(household_ids):
        reach, assessment = reaches.get(household_id), assessed.get(household_id)
        if reach is not None and assessment is not None and covers(actor, scope, reach):
            level = max((one.level for one in risks.get(household_id, ())), default=AlertLevel.NONE)
            found.append((assessment, level))
    return found
