"""All households of an area as a job, with the county's own prior fitted before where that is due."""

from __future__ import annotations

import asyncio
import gc
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import structlog

from chassis.clock import civil_date
from chassis.errors import Conflict, NotFound
from chassis.identity import SYSTEM_ACTOR, Actor
from chassis.jobs import JobRecord, RunningJob
from chassis.timers import DueTimer
from risk_service import jobs
from risk_service.access import SCORE, policy
from risk_service.assessments.service import rescore
from risk_service.assessments.weighing import matrix_of, weigh
from risk_service.jobs import job_within
from risk_service.likelihood.declared import declared
from risk_service.monitoring.service import take_stock
from risk_service.publishing.service import serving, take_over
from risk_service.scoring.features import Floats
from risk_service.uow import RiskUnitOfWork

JOB = "assess-households"
STEP = 4_000
LANES = 2
"""Halves of a step, side by side: while one waits for the database the other computes."""
# The prior is fitted anew once this many times as many households are known, and when it has grown this old.
GROWTH = 2
OLDEST_PRIOR = timedelta(days=90)
LEAST_HOUSEHOLDS = 60
logger = structlog.get_logger(__name__)


class ScoringJobNotFound(NotFound):
    code = "SCORING_JOB_NOT_FOUND"


class NobodyToAssess(Conflict):
    code = "NOBODY_TO_ASSESS"


async def start_scoring(uow: RiskUnitOfWork, actor: Actor, *, area_path: str, refit: bool = False) -> UUID:
    """Assesses those at or below an area, as a job; with `refit` after fitting the label-free prior anew.

    Raises NobodyToAssess: a mistyped area is not a job that ends at once.
    """
    policy.require(actor, SCORE).require(area_path=area_path)
    if area_path and not await uow.copies.household_ids(area_path=area_path, after=None, limit=1):
        raise NobodyToAssess("There is no household at or below this area.", field="area")
    return await uow.enqueue_job(JOB, {"area_path": area_path, "refit": refit}, area_path=area_path)


async def keep_model_fresh(uow: RiskUnitOfWork, due: DueTimer) -> None:
    """Asks for the job when the own prior is the assumed one, when far more households are known, or when it is old.

    A table that persons decided for is never replaced by this.
    """
    del due
    active = await serving(uow)
    if not active.is_own_prior:
        return
    recorded = await uow.assessments.count_recorded()
    old = uow.now - active.published_at >= OLDEST_PRIOR
    stale = recorded >= GROWTH * active.households or old
    if stale and recorded >= LEAST_HOUSEHOLDS and not await uow.assessments.is_job_waiting(JOB):
        await start_scoring(uow, SYSTEM_ACTOR, area_path="", refit=True)


async def keep_scores_fresh(uow: RiskUnitOfWork, due: DueTimer) -> None:
    """Every day: costs leave the year, people grow older."""
    del due
    if not await uow.assessments.is_job_waiting(JOB):
        await start_scoring(uow, SYSTEM_ACTOR, area_path="")


async def work_scoring(job: RunningJob[RiskUnitOfWork]) -> dict[str, object]:
    """The job: fit where asked to, then assess in steps, each of which survives a killed process.

    Meanwhile no cycles are looked for: a batch makes millions of short-lived objects and none of them is in one, and
    looking takes as long as all the rest.
    """
    gc.disable()
    try:
        return await _work(job)
    finally:
        gc.enable()


async def _work(job: RunningJob[RiskUnitOfWork]) -> dict[str, object]:
    area_path = str(job.payload.get("area_path", ""))
    after = UUID(str(job.cursor["after"])) if job.cursor else None
    total = job.total
    if after is None:
        if job.payload.get("refit"):
            async with job.begin() as uow:
                await refit(uow)
        async with job.begin() as uow:
            total = await uow.sources.count(area_path=area_path)
            await job.advance(uow, done=0, total=total, cursor=None)
    done = job.done
    while True:
        async with job.begin() as uow:
            ids = await uow.copies.household_ids(area_path=area_path, after=after, limit=STEP)
        if not ids:
            async with job.begin() as uow:
                await take_stock(uow)
            return {"households": done}
        await asyncio.gather(*(_assess(job, ids[lane::LANES]) for lane in range(LANES)))
        after, done = ids[-1], done + len(ids)
        async with job.begin() as uow:
            await job.advance(uow, done=done, total=total, cursor={"after": str(after)})


async def _assess(job: RunningJob[RiskUnitOfWork], ids: list[UUID]) -> None:
    if ids:
        async with job.begin() as uow:
            await rescore(uow, ids)


async def refit(uow: RiskUnitOfWork) -> str:
    """The county's own prior over every household with a recorded income, in force at once; its version.

    Raises TooFewHouseholds; then what serves stays.
    """
    from risk_service.training.county import county_prior  # noqa: PLC0415 - fitting is loaded where it is used

    parts: list[Floats] = []
    after: UUID | None = None
    day = civil_date(uow.now, ZoneInfo("UTC"))
    while ids := await uow.copies.household_ids(area_path="", after=after, limit=STEP):
        weighed, _ = await weigh(uow, ids)
        if weighed:
            parts.append(matrix_of(weighed))
            day = weighed[-1].today
        after = ids[-1]
    values = np.concatenate(parts) if parts else np.empty((0, 0))
    if not len(values):
        values = matrix_of([])
    table = await asyncio.to_thread(county_prior, values, month=f"{day:%Y-%m}")
    recorded = int((~np.isnan(values[:, declared().place_of("log_income")])).sum())
    await uow.lock("model versions")
    await take_over(uow, table, households=recorded, why=f"Label-free, of {recorded} recorded incomes.")
    logger.info("model.fitted", version=table.version, households=recorded)
    return table.version


async def read_job(uow: RiskUnitOfWork, actor: Actor, *, job_id: UUID) -> JobRecord | None:
    """None for a job that is not there, or not for this caller."""
    return await job_within(uow, policy.require(actor, SCORE), kind=JOB, job_id=job_id)


async def own_job(uow: RiskUnitOfWork, job_id: UUID) -> JobRecord:
    """For whoever has just asked for it."""
    return await jobs.own_job(uow, job_id, missing=ScoringJobNotFound)
