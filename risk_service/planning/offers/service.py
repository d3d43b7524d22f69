"""From proposals to offers, by a second person; and what households answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from chassis.errors import Forbidden
from chassis.graph import Page, PageRequest
from chassis.identity import Actor
from chassis.ids import new_id
from chassis.timers import DueTimer, TimerKind
from risk_service.access import ANSWER_OFFER, APPROVE_PLAN, READ_OFFERS, RECORD_GIVEN, policy, visibility
from risk_service.copies.reach import reach_of, today_in, zone_of
from risk_service.notifications.domain import NotificationKind
from risk_service.planning.effects.domain import Given
from risk_service.planning.offers.domain import (
    AssistanceOffer,
    AssistanceOfferNotFound,
    OfferAnswer,
    OfferState,
    answer,
    give,
    lapse,
    last_day,
    offer,
    require_affordable,
    require_approvable,
)
from risk_service.planning.offers.telling import tell_of_offers
from risk_service.planning.plans.domain import Approval, AssistancePlan, AssistancePlanNotFound
from risk_service.planning.plans.service import found_plan, lock_plan, start_supplement
from risk_service.sight import require_sight
from risk_service.uow import RiskUnitOfWork

LAPSE = "assistance-offers-lapse"
BY_NOBODY = "system"


async def approve_plan(
    uow: RiskUnitOfWork, actor: Actor, *, plan_id: UUID, content_hash: str, reason: str, answer_within_days: int
) -> AssistancePlan:
    """Every proposal becomes an offer; who is no longer registered in the plan's area is passed over.

    The households, their support officers and their village's specialist are told. Raises AssistancePlanNotFound and
    what `require_approvable`, `require_affordable` and `last_day` do.
    """
    scope = policy.require(actor, APPROVE_PLAN)
    seen = await found_plan(uow, plan_id)
    if not scope.covers(area_path=seen.declared.area_path):
        raise AssistancePlanNotFound("There is no such plan, or not for you.")
    await lock_plan(uow, seen.root_id)
    plan = await found_plan(uow, plan_id)
    newest = await uow.plans.newest_of(plan.root_id) or plan.id
    require_approvable(plan, approver=actor.subject, content_hash=content_hash, reason=reason, newest=newest)
    answer_by = last_day(await today_in(uow, plan.declared.area_path), answer_within_days)
    proposed = [one for one in await uow.plans.allocations(plan_id) if one.measure is not None]
    homes = await uow.copies.areas_of([one.candidate.household_id for one in proposed])
    made = [
        offer(plan, one, id=new_id(), area_path=homes[one.candidate.household_id], at=uow.now, answer_by=answer_by)
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
    if offers:
        await tell_of_offers(uow, offers, NotificationKind.ASSISTANCE_OFFERED)
        await uow.schedule(LAPSE, str(plan.id), await _day_after(uow, plan.declared.area_path, answer_by))
    await uow.audit(action="PLAN_APPROVED", subject_id=str(plan.id), purpose="PLANNING", fields=[plan.content_hash])
    return approved


async def answer_offer(uow: RiskUnitOfWork, actor: Actor, *, offer_id: UUID, given: OfferAnswer) -> AssistanceOffer:
    """By the household, or by the officer it tells. What it declines is planned again for others.

    Raises AssistanceOfferNotFound and what `answer` does.
    """
    before = await _locked(uow, actor, ANSWER_OFFER, offer_id)
    after = answer(before, given, at=uow.now)
    if after is before:
        return before
    await uow.offers.add_answer(after, by=actor.subject)
    await uow.audit(action="OFFER_ANSWERED", subject_id=str(offer_id), purpose="ASSISTANCE")
    if not after.stands:
        await start_supplement(uow, after.root_id, after.area_path)
    return after


async def record_given(uow: RiskUnitOfWork, actor: Actor, *, offer_id: UUID, on: date) -> AssistanceOffer:
    """That the household has got what it accepted. Raises AssistanceOfferNotFound and what `give` does."""
    before = await _locked(uow, actor, RECORD_GIVEN, offer_id)
    after = give(before, on=on, today=await today_in(uow, before.area_path))
    if after is not before:
        given = Given(root_id=after.root_id, household_id=after.household_id, measure=after.measure, on=on)
        await uow.effects.add_given(given, offer_id=offer_id, area_path=after.area_path, by=actor.subject, at=uow.now)
        await uow.audit(action="ASSISTANCE_GIVEN", subject_id=str(offer_id), purpose="ASSISTANCE")
    return after


async def lapse_offers(uow: RiskUnitOfWork, timer: DueTimer) -> None:
    """What nobody has answered by the last day is planned again for others, as if it had been declined."""
    plan = await uow.plans.one(UUID(timer.key))
    if plan is None:
        return
    await lock_plan(uow, plan.root_id)
    waiting = [one for one in await uow.offers.of_plan(plan.id) if one.state is OfferState.OFFERED]
    for one in waiting:
        await uow.offers.add_answer(lapse(one, at=uow.now), by=BY_NOBODY)
    if waiting:
        await tell_of_offers(uow, waiting, NotificationKind.ASSISTANCE_OFFER_LAPSED)
        await start_supplement(uow, plan.root_id, plan.declared.area_path)


OFFERS_LAPSE = TimerKind(name=LAPSE, handle=lapse_offers)


async def list_offers(
    uow: RiskUnitOfWork, actor: Actor, *, state: OfferState | None, request: PageRequest
) -> Page[AssistanceOffer]:
    """A household's own; of officers, those of the households they are paired with or in charge of."""
    seen = visibility(actor, policy.require(actor, READ_OFFERS))
    return await uow.offers.page(seen, state=state, request=request)


async def count_offers(uow: RiskUnitOfWork, actor: Actor, *, state: OfferState | None) -> int:
    return await uow.offers.count(visibility(actor, policy.require(actor, READ_OFFERS)), state=state)


async def find_offer(uow: RiskUnitOfWork, actor: Actor, *, offer_id: UUID) -> AssistanceOffer | None:
    """None: there is none, or not for the caller any more."""
    found = await uow.offers.one(offer_id) if policy.allows(actor, READ_OFFERS) else None
    try:
        if found is not None:
            require_sight(actor, READ_OFFERS, await reach_of(uow, found.household_id))
    except Forbidden:
        return None
    return found


async def _locked(uow: RiskUnitOfWork, actor: Actor, action: str, offer_id: UUID) -> AssistanceOffer:
    """As it is while nobody else works on the plan's offers. Raises AssistanceOfferNotFound or Forbidden."""
    policy.require(actor, action)
    seen = await uow.offers.one(offer_id)
    if seen is None:
        raise AssistanceOfferNotFound("There is no such offer, or not for you.", field="offerId")
    require_sight(actor, action, await reach_of(uow, seen.household_id))
    await lock_plan(uow, seen.root_id)
    return await uow.offers.one(offer_id) or seen


async def _day_after(uow: RiskUnitOfWork, area_path: str, day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), await zone_of(uow, area_path))


async def offers_by_household(uow: RiskUnitOfWork, ids: Sequence[UUID]) -> dict[UUID, list[AssistanceOffer]]:
    """Whoever asks has been seen to may (`require_sight`)."""
    return await uow.offers.by_household(ids)
