"""Asking for plans, making them as a job, and reading them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID

import structlog

from chassis.access import Scope
from chassis.errors import NotFound
from chassis.graph import Page, PageRequest
from chassis.identity import Actor, ScopeKind
from chassis.ids import new_id
from chassis.jobs import JobRecord, RunningJob
from risk_service import jobs
from risk_service.access import PLAN, READ_PLANS, policy, require_area
from risk_service.copies.reach import today_in
from risk_service.jobs import job_within
from risk_service.planning.catalogues.domain import measures_for
from risk_service.planning.offers.domain import what_is_left, who_is_left
from risk_service.planning.plans.declaration import Declared, require_sound
from risk_service.planning.plans.domain import (
    Allocation,
    AssistancePlan,
    AssistancePlanNotFound,
    Change,
    Draft,
    NobodyToPlanFor,
    WhatIf,
    WhatIfTooLarge,
)
from risk_service.planning.plans.gathering import gather
from risk_service.planning.plans.repository import AllocationFilter
from risk_service.planning.plans.solving import content_hash, solve, what_if
from risk_service.planning.plans.stored import as_object, declared_json, declared_of
from risk_service.planning.plans.weights import OwnWeights, weighed
from risk_service.policy.service import in_force
from risk_service.uow import Begin, RiskUnitOfWork

JOB = "plan-assistance"
LARGEST_WHAT_IF = 20_000
logger = structlog.get_logger(__name__)


class PlanningJobNotFound(NotFound):
    code = "PLANNING_JOB_NOT_FOUND"


async def start_plan(uow: RiskUnitOfWork, actor: Actor, *, declared: Declared, own: OwnWeights) -> UUID:
    """As a job, by the weights of the policy in force today but for `own`.

    Raises NoPolicyInForce, AssistancePlanInvalid, MeasureNotPlannable, CatalogueNotFound and CatalogueNotApproved.
    """
    policy.require(actor, PLAN).require(area_path=declared.area_path)
    if declared.catalogue_id is not None:
        listed = await uow.catalogues.one(declared.catalogue_id)
        declared = replace(declared, measures=measures_for(listed, declared.area_path))
    today = await today_in(uow, declared.area_path)
    declared = weighed(declared, own, await in_force(uow, area_path=declared.area_path, day=today))
    require_sound(declared)
    payload: dict[str, object] = {"plan_id": str(new_id()), "declared": declared_json(declared)}
    job_id = await uow.enqueue_job(JOB, payload, area_path=declared.area_path)
    await uow.audit(action="PLAN_REQUESTED", subject_id=declared.area_path, purpose="PLANNING")
    return job_id


async def start_supplement(uow: RiskUnitOfWork, root_id: UUID, area_path: str) -> None:
    """Plans again what a decline has freed; one job for all declines that come before it begins."""
    if not await uow.offers.is_supplement_queued(JOB, root_id):
        payload: dict[str, object] = {"plan_id": str(new_id()), "root_id": str(root_id)}
        await uow.enqueue_job(JOB, payload, area_path=area_path)


async def work_plan(job: RunningJob[RiskUnitOfWork]) -> dict[str, object]:
    """The job: gather, solve, write. Nothing is kept before all is; a killed one begins anew."""
    plan_id = UUID(str(job.payload["plan_id"]))
    async with job.begin() as uow:
        if await uow.plans.one(plan_id) is not None:
            return {"plan_id": str(plan_id)}
        if "root_id" in job.payload:
            draft = await _what_is_left(uow, UUID(str(job.payload["root_id"])), plan_id)
        else:
            draft = await _gathered(uow, declared_of(as_object(job.payload["declared"])), plan_id, job.created_by)
        await job.advance(uow, done=0, total=len(draft.candidates))
    found, allocations = await asyncio.to_thread(solve, draft.declared, draft.candidates)
    if draft.is_supplement and found.helped == 0:
        return {"plan_id": None}
    digest = content_hash(draft.declared, found, allocations)
    async with job.begin() as uow:
        await uow.plans.add(draft.made(found, digest, at=uow.now), allocations)
        await job.advance(uow, done=len(allocations), total=len(allocations))
    logger.info("plan.made", plan_id=str(plan_id), households=len(allocations), helped=found.helped, gap=found.gap)
    return {"plan_id": str(plan_id)}


async def _gathered(uow: RiskUnitOfWork, declared: Declared, plan_id: UUID, asked_by: str) -> Draft:
    today = await today_in(uow, declared.area_path)
    pack = await in_force(uow, area_path=declared.area_path, day=today)
    gathered = await gather(
        uow.connection, area_path=declared.area_path, today=today, elders_from_age=declared.elders_from_age
    )
    if not gathered.candidates:
        raise NobodyToPlanFor("No household of this area has a likelihood or a red warning.", field="area")
    return Draft(
        id=plan_id,
        root_id=plan_id,
        declared=declared,
        candidates=tuple(gathered.candidates),
        currency=pack.currency,
        as_of=today,
        requested_by=asked_by,
        not_assessed=gathered.not_assessed,
        models=gathered.models,
        policy_version=pack.label,
    )


async def _what_is_left(uow: RiskUnitOfWork, root_id: UUID, plan_id: UUID) -> Draft:
    """The root's own households and day: what changed since is for the next plan."""
    await lock_plan(uow, root_id)
    root = await found_plan(uow, root_id)
    offers = await uow.offers.of_root(root_id)
    candidates = [one.candidate for one in await uow.plans.allocations(root_id)]
    return Draft(
        id=plan_id,
        root_id=root_id,
        declared=what_is_left(root.declared, offers),
        candidates=tuple(who_is_left(candidates, offers)),
        currency=root.currency,
        as_of=root.as_of,
        requested_by=root.requested_by,
        not_assessed=root.not_assessed,
        models=root.models,
        policy_version=root.policy_version,
    )


async def lock_plan(uow: RiskUnitOfWork, root_id: UUID) -> None:
    """Offers, answers and supplements of one plan come one after the other."""
    await uow.lock(f"assistance-plan {root_id}")


async def found_plan(uow: RiskUnitOfWork, plan_id: UUID) -> AssistancePlan:
    """Raises AssistancePlanNotFound."""
    plan = await uow.plans.one(plan_id)
    if plan is None:
        raise AssistancePlanNotFound("There is no such plan, or not for you.")
    return plan


async def read_plan(uow: RiskUnitOfWork, actor: Actor, *, plan_id: UUID) -> AssistancePlan | None:
    """None for a plan that is not there, or not for this caller."""
    scope = policy.require(actor, READ_PLANS)
    plan = await uow.plans.one(plan_id)
    return plan if plan is not None and scope.covers(area_path=plan.declared.area_path) else None


async def seen_plan(uow: RiskUnitOfWork, actor: Actor, *, plan_id: UUID) -> AssistancePlan:
    """Raises AssistancePlanNotFound."""
    plan = await read_plan(uow, actor, plan_id=plan_id)
    if plan is None:
        raise AssistancePlanNotFound("There is no such plan, or not for you.")
    return plan


async def list_plans(
    uow: RiskUnitOfWork, actor: Actor, *, area_path: str, request: PageRequest
) -> Page[AssistancePlan]:
    scope = policy.require(actor, READ_PLANS)
    require_area(actor, scope, area_path)
    return await uow.plans.page(areas=_areas(scope), area_path=area_path, request=request)


async def count_plans(uow: RiskUnitOfWork, actor: Actor, *, area_path: str) -> int:
    scope = policy.require(actor, READ_PLANS)
    require_area(actor, scope, area_path)
    return await uow.plans.count(areas=_areas(scope), area_path=area_path)


async def list_allocations(
    uow: RiskUnitOfWork, actor: Actor, *, plan_id: UUID, wanted: AllocationFilter, request: PageRequest
) -> Page[Allocation]:
    """Likelihoods of many households are read, so it is noted who did and why."""
    plan = await seen_plan(uow, actor, plan_id=plan_id)
    await uow.audit(action="PLAN_READ", subject_id=str(plan.id), purpose="PLANNING", fields=["allocations"])
    return await uow.plans.page_of_allocations(plan_id, wanted, request)


async def count_allocations(uow: RiskUnitOfWork, actor: Actor, *, plan_id: UUID, wanted: AllocationFilter) -> int:
    await seen_plan(uow, actor, plan_id=plan_id)
    return await uow.plans.count_allocations(plan_id, wanted)


async def ask_what_if(begin: Begin, actor: Actor, *, plan_id: UUID, change: Change) -> tuple[AssistancePlan, WhatIf]:
    """Planned anew over the plan's own frozen households; nothing is stored. Raises WhatIfTooLarge.

    No transaction is open while it is planned.
    """
    policy.require(actor, PLAN)
    async with begin(actor) as uow:
        plan = await seen_plan(uow, actor, plan_id=plan_id)
        change.require_known(one.code for one in plan.declared.measures)
        if plan.households > LARGEST_WHAT_IF:
            raise WhatIfTooLarge(f"Beyond {LARGEST_WHAT_IF} households, ask for a plan instead.", field="planId")
        allocations = await uow.plans.allocations(plan_id)
    return plan, await asyncio.to_thread(what_if, plan.declared, allocations, change)


async def read_job(uow: RiskUnitOfWork, actor: Actor, *, job_id: UUID) -> JobRecord | None:
    """None for a job that is not there, or not for this caller."""
    return await job_within(uow, policy.require(actor, PLAN), kind=JOB, job_id=job_id)


async def own_job(uow: RiskUnitOfWork, job_id: UUID) -> JobRecord:
    """For whoever has just asked for it."""
    return await jobs.own_job(uow, job_id, missing=PlanningJobNotFound)


def _areas(scope: Scope) -> tuple[str, ...] | None:
    return None if ScopeKind.SYSTEM in scope.kinds else scope.actor.areas
