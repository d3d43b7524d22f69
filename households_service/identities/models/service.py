from __future__ import annotations

from uuid import UUID

from chassis.identity import Actor
from households_service.access import POLICY, Action
from households_service.identities.models.domain import LinkModel
from households_service.uow import HouseholdsUnitOfWork

FIT_JOB = "link-fit"


async def model_in_force(uow: HouseholdsUnitOfWork, actor: Actor) -> LinkModel:
    POLICY.require(actor, Action.SEE_LINKS)
    return await uow.link_models.in_force()


async def ask_for_fit(uow: HouseholdsUnitOfWork, actor: Actor, *, key: str) -> UUID:
    """The job's id; the same for the same key."""
    POLICY.require(actor, Action.FIT_LINK_MODEL)
    before = await uow.recall("fitLinkModel", key, b"")
    if before is not None:
        return UUID(before)
    job_id = await uow.enqueue_job(FIT_JOB, {})
    await uow.remember("fitLinkModel", key, b"", str(job_id))
    await uow.audit(action=Action.FIT_LINK_MODEL, subject_id=str(job_id), purpose="fit", fields=())
    return job_id
