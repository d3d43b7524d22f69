"""An offer of help that came out of an approved plan, and what the household answers. Pure.

An answer changes nothing but this offer: no likelihood, no alert, no later plan and no help that runs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.errors import Conflict, Forbidden, InvalidInput, NotFound
from risk_service.planning.plans.declaration import Declared
from risk_service.planning.plans.domain import Allocation, AssistancePlan, Candidate
from risk_service.policy.domain import MeasureType

LONGEST_REASON = 2000
ANSWER_WITHIN_DAYS = 30
MOST_DAYS_TO_ANSWER = 365


class SecondPersonNeeded(Forbidden):
    """Four eyes: who asks does not approve."""

    code = "SECOND_PERSON_NEEDED"


class AssistancePlanChanged(Conflict):
    code = "ASSISTANCE_PLAN_CHANGED"


class AssistancePlanApproved(Conflict):
    code = "ASSISTANCE_PLAN_APPROVED"


class AssistancePlanSuperseded(Conflict):
    code = "ASSISTANCE_PLAN_SUPERSEDED"


class AssistanceOfferNotFound(NotFound):
    code = "ASSISTANCE_OFFER_NOT_FOUND"


class AssistanceOfferDeclined(Conflict):
    code = "ASSISTANCE_OFFER_DECLINED"


class AssistanceOfferLapsed(Conflict):
    code = "ASSISTANCE_OFFER_LAPSED"


class AssistanceNotAccepted(Conflict):
    code = "ASSISTANCE_NOT_ACCEPTED"


class AssistanceAlreadyGiven(Conflict):
    code = "ASSISTANCE_ALREADY_GIVEN"


class OfferAnswer(StrEnum):
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"


class OfferState(StrEnum):
    OFFERED = "OFFERED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    LAPSED = "LAPSED"
    """Nobody answered in time; no more than a decline is it counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistanceOffer:
    """`measure` is its code in the plan, `root_id` the plan that the budget belongs to. `answer_by`: the last civil
    day for an answer. `given_on`: when what was accepted was given.
    """

    id: UUID
    plan_id: UUID
    root_id: UUID
    household_id: UUID
    area_path: str
    measure: str
    type: MeasureType
    label: str
    cost: int
    currency: str
    offered_at: datetime
    answer_by: date
    state: OfferState = OfferState.OFFERED
    answered_at: datetime | None = None
    given_on: date | None = None

    @property
    def stands(self) -> bool:
        return self.state in {OfferState.OFFERED, OfferState.ACCEPTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistanceOffered:
    offer: AssistanceOffer


def require_approvable(plan: AssistancePlan, *, approver: str, content_hash: str, reason: str, newest: UUID) -> None:
    """Raises SecondPersonNeeded, InvalidInput, AssistancePlanApproved, AssistancePlanChanged or -Superseded."""
    if approver == plan.requested_by:
        raise SecondPersonNeeded("Who asked for a plan may not approve it: a second person decides.")
    if not 1 <= len(reason.strip()) <= LONGEST_REASON:
        raise InvalidInput(f"A reason of 1 to {LONGEST_REASON} characters is needed.", field="reason")
    if plan.approval is not None:
        raise AssistancePlanApproved("This plan was approved before.")
    if content_hash != plan.content_hash:
        raise AssistancePlanChanged("This is not the plan you read; read it again.", field="contentHash")
    if newest != plan.id:
        raise AssistancePlanSuperseded("A newer supplement of this plan has been made; read that one.")


def last_day(today: date, days: int) -> date:
    """Of an answer. Raises InvalidInput."""
    if not 1 <= days <= MOST_DAYS_TO_ANSWER:
        raise InvalidInput(f"From 1 to {MOST_DAYS_TO_ANSWER} days to answer.", field="answerWithinDays")
    return today + timedelta(days=days)


def require_affordable(root: Declared, offers: Sequence[AssistanceOffer]) -> None:
    """What stands and what is offered anew, within money and places. Raises AssistancePlanSuperseded."""
    places = Counter(offer.measure for offer in offers)
    homes = {offer.household_id for offer in offers}
    dear = sum(offer.cost for offer in offers) > root.budget
    full = any(one.capacity is not None and places[one.code] > one.capacity for one in root.measures)
    if dear or full or len(homes) < len(offers):
        raise AssistancePlanSuperseded("Meanwhile less is left than this plan was made for; plan again.")


def offer(
    plan: AssistancePlan,
    allocation: Allocation,
    *,
    id: UUID,  # noqa: A002 - the field's own name
    area_path: str,
    at: datetime,
    answer_by: date,
) -> tuple[AssistanceOffer, AssistanceOffered]:
    """`area_path` is where the household lives now."""
    measure = next(one for one in plan.declared.measures if one.code == allocation.measure)
    made = AssistanceOffer(
        id=id,
        plan_id=plan.id,
        root_id=plan.root_id,
        household_id=allocation.candidate.household_id,
        area_path=area_path,
        measure=measure.code,
        type=measure.type,
        label=measure.label,
        cost=allocation.cost,
        currency=plan.currency,
        offered_at=at,
        answer_by=answer_by,
    )
    return made, AssistanceOffered(offer=made)


def answer(offered: AssistanceOffer, given: OfferAnswer, *, at: datetime) -> AssistanceOffer:
    """The same answer again is no change; an accepted offer may be declined until it was given.

    Raises AssistanceOfferDeclined or AssistanceOfferLapsed: its money may be another's by now; AssistanceAlreadyGiven.
    """
    state = OfferState(given.value)
    if state is offered.state:
        return offered
    if offered.given_on is not None:
        raise AssistanceAlreadyGiven("This help was given; nothing has to be answered any more.")
    if offered.state is OfferState.LAPSED:
        raise AssistanceOfferLapsed("Its time is over; ask for what is needed, or wait for a new one.")
    if offered.state is OfferState.DECLINED:
        raise AssistanceOfferDeclined("This offer was declined before; ask for what is needed, or wait for a new one.")
    return replace(offered, state=state, answered_at=at)


def lapse(offered: AssistanceOffer, *, at: datetime) -> AssistanceOffer:
    return replace(offered, state=OfferState.LAPSED, answered_at=at)


def give(offered: AssistanceOffer, *, on: date, today: date) -> AssistanceOffer:
    """The same day again is no change. Raises AssistanceNotAccepted, AssistanceAlreadyGiven or InvalidInput."""
    if offered.given_on == on:
        return offered
    if offered.given_on is not None:
        raise AssistanceAlreadyGiven("This help was given on another day.", field="on")
    if offered.state is not OfferState.ACCEPTED:
        raise AssistanceNotAccepted("The household has not accepted this offer.", field="offerId")
    if not offered.offered_at.date() <= on <= today:
        raise InvalidInput("A day from the offer on, not after today.", field="on")
    return replace(offered, given_on=on)


def what_is_left(root: Declared, offers: Collection[AssistanceOffer]) -> Declared:
    """The declaration with the money and the places that no standing offer holds."""
    standing = [one for one in offers if one.stands]
    taken = Counter(one.measure for one in standing)
    return replace(
        root,
        budget=max(0, root.budget - sum(one.cost for one in standing)),
        measures=tuple(
            replace(one, capacity=None if one.capacity is None else max(0, one.capacity - taken[one.code]))
            for one in root.measures
        ),
    )


def who_is_left(candidates: Sequence[Candidate], offers: Collection[AssistanceOffer]) -> list[Candidate]:
    """Those who hold no offer, as they were; each is not asked again about what it declined in this plan."""
    holding = {one.household_id for one in offers if one.stands}
    declined: dict[UUID, set[str]] = {}
    for one in offers:
        if not one.stands:
            declined.setdefault(one.household_id, set()).add(one.measure)
    return [
        replace(one, declined=frozenset(declined.get(one.household_id, ())))
        for one in candidates
        if one.household_id not in holding
    ]
