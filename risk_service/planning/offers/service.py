"""From proposals to offers, by a second person; and what households answer."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from chassis.identity import Actor
from chassis.ids import new_id
from risk_service.access import ANSWER_OFFER, APPROVE_PLAN, policy
from risk_service.copies.reach import reach_of
from risk_service.planning.offers.domain import (
    AssistanceOffer,
    AssistanceOfferNotFound,
    OfferAnswer,
    answer,
    offer,
    require_affordable,
    require_approvable,
)
from risk_service.planning.plans.domain import Approval, AssistancePlan, AssistancePlanNotFound
from risk_service.planning.plans.service import found_plan, lock_plan, start_supplement
from risk_service.sight import require_sight
from risk_service.uow import RiskUnitOfWork


async def approve_plan(
    uow: RiskUnitOfWork, actor: Actor, *, plan_id: UUID, content_hash: str, reason: str
) -> AssistancePlan:
    """Every proposal becomes an offer; who is no longer registered in the plan's area is passed over.

    Raises AssistancePlanNotFound and what `require_approvable` and `require_affordable` do.
    """
    scope = policy.require(actor, APPROVE_PLAN)
    seen = await found_plan(uow, plan_id)
    if not scope.covers(area_path=seen.declared.area_path):
        raise AssistancePlanNotFound("There is no such plan, or not for you.")
    await lock_plan(uow, seen.root_id)
    plan = await found_plan(uow, plan_id)
    newest = await uow.plans.newest_of(plan.root_id) or plan.id
    require_approvable(plan, approver=actor.subject, content_hash=content_hash, reason=reason, newest=newest)
    proposed = [one for one in await uow.plans.allocations(plan_id) if one.measure is not None]
    homes = await uow.copies.areas_of([one.candidate.household_id for one in proposed])
    made = [
        offer(plan, one, id=new_id(), area_path=homes[one.candidate.household_id], at=uow.now)
        for one in proposed
        if homes.get(one.candidate.household_id, "").startswith(plan.declared.area_path)
    ]
    offers = [one for one, _ in made]
    standing = [one for one in await uow.offers.of_root(plan.root_id) if one.stands]
    root = plan if plan.root_id == plan.id else await found_plan(uow, plan.root_id)
    require_affordable(root.declared, [*standing, *offers])
    approval = Approval(
        by=actor.subject, at=uow.now, reason=reason.strip(), offers=len(offers), gone=len(proposed) - len(offers)
    )
    approved = await uow.plans.add_approval(plan, approval)
    await uow.offers.add(offers)
    uow.emit(*(event for _, event in made))
    await uow.audit(action="PLAN_APPROVED", subject_id=str(plan.id), purpose="PLANNING", fields=[plan.content_hash])
    return approved


async def answer_offer(uow: RiskUnitOfWork, actor: Actor, *, offer_id: UUID, given: OfferAnswer) -> AssistanceOffer:
    """By the household, or by the officer it tells. What it declines is planned again for others.

    Raises AssistanceOfferNotFound and AssistanceOfferDeclined.
    """
    policy.require(actor, ANSWER_OFFER)
    seen = await uow.offers.one(offer_id)
    if seen is None:
        raise AssistanceOfferNotFound("There is no such offer, or not for you.", field="offerId")
    require_sight(actor, ANSWER_OFFER, await reach_of(uow, seen.household_id))
    await lock_plan(uow, seen.root_id)
    before = await uow.offers.one(offer_id)
    if before is None:
        raise AssistanceOfferNotFound("There is no such offer, or not for you.", field="offerId")
    after = answer(before, given, at=uow.now)
    if after is before:
        return before
    await uow.offers.add_answer(after, by=actor.subject)
    await uow.audit(action="OFFER_ANSWERED", subject_id=str(offer_id), purpose="ASSISTANCE")
    if not after.stands:
        await start_supplement(uow, after.root_id, after.area_path)
    return after


async def offers_by_household(uow: RiskUnitOfWork, ids: Sequence[UUID]) -> dict[UUID, list[AssistanceOffer]]:
    """Whoever asks has been seen to may (`require_sight`)."""
    return await uow.offers.by_household(ids)
