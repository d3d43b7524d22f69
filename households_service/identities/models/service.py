from __future__ import annotations

from uuid import UUID

from chassis.identity import Actor
from households_service.access import POLICY, Action
from households_service.identities.models.domain import LinkModel
from households_service.uow import HouseholdsUnitOfWork

FIT_JOB = "link-fit"
INDEX_JOB = "link-index"


async def model_in_force(uow: HouseholdsUnitOfWork, actor: Actor) -> LinkModel:
    POLICY.require(actor, Action.SEE_LINKS)
    return await uow.link_models.in_force()


async def ask_for_fit(uow: HouseholdsUnitOfWork, actor: Actor, *, key: str) -> UUID:
    """The job's id; the same for the same key."""
    return await _ask(uow, actor, FIT_JOB, mutation="fitLinkModel", key=key)


async def ask_for_index(uow: HouseholdsUnitOfWork, actor: Actor, *, key: str) -> UUID:
    """The job's id; the same for the same key. Everybody's keys are made anew; who has some is found meanwhile."""
    return await _ask(uow, actor, INDEX_JOB, mutation="indexPersons", key=key)


async def _ask(uow: HouseholdsUnitOfWork, actor: Actor, job: str, *, mutation: str, key: str) -> UUID:
    POLICY.require(actor, Action.FIT_LINK_MODEL)
    before = await uow.recall(mutation, key, b"")
    if before is not None:
        return UUID(before)
    job_id = await uow.enqueue_job(job, {})
    await uow.remember(mutation, key, b"", str(job_id))
    await uow.audit(action=Action.FIT_LINK_MODEL, subject_id=str(job_id), purpose=job, fields=())
    return job_id
