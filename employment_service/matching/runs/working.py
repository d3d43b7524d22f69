"""The job behind a run: from the plan that is kept alive where that can follow the event, and else anew."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from uuid import UUID

import structlog

from chassis.jobs import RunningJob
from employment_service.matching.repository import Change
from employment_service.matching.runs.domain import AuditScenario, Cause, MatchingRun, Rule, Totals
from employment_service.matching.runs.kept import KeptPlan, Stamps, followed_by
from employment_service.matching.runs.noticing import buckets_of, left_out_of, news_since, postings_of, stamps_of
from employment_service.matching.runs.service import STEPS, gather
from employment_service.safeguards.audit_facts.service import sexes_for_audit
from employment_service.uow import EmploymentUnitOfWork

logger = structlog.get_logger(__name__)
Job = RunningJob[EmploymentUnitOfWork]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    run_id: UUID
    follows: UUID | None
    cause: Cause | None
    rule: Rule

    @staticmethod
    def of(job: Job) -> Asked:
        follows = None if "follows" not in job.payload else UUID(str(job.payload["follows"]))
        return Asked(
            run_id=UUID(str(job.payload["run_id"])),
            follows=follows,
            cause=None if follows is None else Cause(str(job.payload.get("cause", Cause.ASKED))),
            rule=Rule(str(job.payload.get("rule", Rule.BY_SURPLUS))),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Read beside what a run is made from, so that its plan can be kept."""

    stamps: Stamps
    postings: dict[UUID, Change]
    buckets: dict[UUID, int]


async def work_run(job: Job) -> dict[str, object]:
    """Nothing is kept before all is; a killed job begins anew."""
    asked = Asked.of(job)
    async with job.begin() as uow:
        if await uow.runs.one(asked.run_id) is not None:
            return {"run_id": str(asked.run_id)}
    totals = await _lived_on(job, asked) or await _anew(job, asked)
    logger.info(
        "matching.run",
        run_id=str(asked.run_id),
        workers=totals.workers,
        placed=totals.placed,
        gap=totals.gap,
        lived_on=totals.lived_on,
    )
    return {"run_id": str(asked.run_id)}


async def _lived_on(job: Job, asked: Asked) -> Totals | None:
    """An event alone: whoever asks for a run to follow wants everything looked at, and told, anew."""
    if asked.follows is None or asked.cause is Cause.ASKED or asked.rule is not Rule.BY_SURPLUS:
        return None
    async with job.begin() as uow:
        kept = uow.plans.take(job.area_path, asked.follows)
        news = None if kept is None else await news_since(uow, kept)
    if kept is None or news is None:
        return None
    # Compiled loops: loaded by whoever runs a job, not by a service that starts.
    from employment_service.matching.living.over_pairs import PlanAnew  # noqa: PLC0415 - compiled loops
    from employment_service.matching.runs import living_on  # noqa: PLC0415 - compiled loops

    try:
        followed = await asyncio.to_thread(living_on.lived_on, kept, news)
    except PlanAnew as reason:
        logger.info("matching.plan_anew", run_id=str(asked.run_id), reason=str(reason))
        return None
    async with job.begin() as uow:
        await uow.runs.add_following(
            await _run(uow, job, asked, followed.totals, followed.audit),
            followed.prices,
            followed.proposals,
            numbers=followed.numbers,
            options=followed.options,
            paid=followed.paid,
        )
        await job.advance(uow, done=STEPS, total=STEPS)
        plans = uow.plans
    plans.put(followed_by(kept, news, run_id=asked.run_id, totals=followed.totals))
    return followed.totals


async def _anew(job: Job, asked: Asked) -> Totals:
    from employment_service.matching.runs import living_on, solving  # noqa: PLC0415 - compiled loops

    async with job.begin() as uow:
        known = Known(
            stamps=await stamps_of(uow, job.area_path),
            postings=await postings_of(uow),
            buckets=await buckets_of(uow, job.area_path),
        )
        gathered = await gather(uow, job.area_path, follows=asked.follows, rule=asked.rule)
        await job.advance(uow, done=1, total=STEPS)
    solved = await asyncio.to_thread(solving.solved, gathered)
    await _step(job, 2)
    outcome = await asyncio.to_thread(solving.outcome_of, solved)
    await _step(job, 3)
    async with job.begin() as uow:
        # Only now that nothing it could change is left to be made.
        sexes = await sexes_for_audit(uow, [UUID(person.key) for person in gathered.people])
    audit = await asyncio.to_thread(solving.audit_of, solved, sexes)
    await _step(job, 4)
    alive = await asyncio.to_thread(living_on.alive_of, solved)
    async with job.begin() as uow:
        run = await _run(uow, job, asked, outcome.totals, audit)
        await uow.runs.add(run, outcome.prices, outcome.proposals)
        await job.advance(uow, done=STEPS, total=STEPS)
        plans = uow.plans
    if alive is not None:
        plans.put(
            KeptPlan(
                run_id=asked.run_id,
                area_path=job.area_path,
                stamps=known.stamps,
                postings=known.postings,
                board=gathered.board,
                buckets=known.buckets,
                people={UUID(person.key): person for person in gathered.people},
                areas={UUID(person.key): area for person, area in zip(gathered.people, gathered.areas, strict=True)},
                bound=gathered.bound,
                left_out=left_out_of(gathered),
                companions=gathered.companions,
                totals=outcome.totals,
                alive=alive,
            )
        )
    return outcome.totals


async def _run(
    uow: EmploymentUnitOfWork, job: Job, asked: Asked, totals: Totals, audit: tuple[AuditScenario, ...]
) -> MatchingRun:
    policy = await uow.policy(job.area_path)
    return MatchingRun(
        id=asked.run_id,
        area_path=job.area_path,
        as_of=await uow.today(job.area_path),
        requested_by=job.created_by,
        made_at=uow.now,
        follows=asked.follows,
        cause=asked.cause,
        keep_bonus=0 if asked.follows is None else policy.keep_bonus_points,
        policy_version=policy.version,
        totals=totals,
        audit=audit,
    )


async def _step(job: Job, done: int) -> None:
    async with job.begin() as uow:
        await job.advance(uow, done=done, total=STEPS)
