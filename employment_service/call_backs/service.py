"""Which yes is asked about, and what comes of the answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from chassis.ids import new_id
from employment_service.access import POLICY
from employment_service.call_backs import domain
from employment_service.call_backs.domain import (
    CallBack,
    CallBackNotFound,
    CallBackOpen,
    CallBackOutcome,
    CallBackReason,
)
from employment_service.offers.domain import Offer, withdrawn
from employment_service.placements.domain import BEFORE_ARRIVAL, Placement, PlacementState
from employment_service.placements.ending import end
from employment_service.placements.reasons import StepReason
from employment_service.uow import EmploymentUnitOfWork


async def plan_call_back(uow: EmploymentUnitOfWork, offer: Offer, *, assisted: bool) -> None:
    policy, today = await uow.policy(offer.area_path), await uow.today(offer.area_path)
    token = uow.vault.index(f"{offer.id} {offer.terms_version}", kind="call-back.sample")
    if not assisted and not domain.is_sampled(token, policy.call_back_percent):
        return
    await uow.call_backs.add(
        CallBack(
            id=new_id(),
            offer_id=offer.id,
            worker_id=offer.worker_id,
            area_path=offer.area_path,
            why=CallBackReason.ASSISTED if assisted else CallBackReason.SAMPLE,
            due_on=today + timedelta(days=policy.call_back_days),
        )
    )


async def require_called_back(uow: EmploymentUnitOfWork, placement: Placement) -> None:
    """Before a journey. Raises CallBackOpen while an assisted yes was not asked about."""
    if await uow.call_backs.open_assisted(placement.offer_id):
        raise CallBackOpen("The independent monitor asks the worker first whether the yes was theirs.")


async def open_call_backs(uow: EmploymentUnitOfWork, area_path: str) -> Sequence[CallBack]:
    POLICY.require(uow.actor, "callBack").require(area_path=area_path)
    return await uow.call_backs.open_under(area_path)


async def record_call_back(uow: EmploymentUnitOfWork, *, call_back_id: UUID, outcome: CallBackOutcome) -> CallBack:
    """A yes that was not free is void: the placement ends before arrival, and the place goes back."""
    scope = POLICY.require(uow.actor, "callBack")
    call_back = await uow.call_backs.locked(call_back_id)
    if call_back is None or not scope.covers(area_path=call_back.area_path):
        raise CallBackNotFound("There is no such call-back.", field="callBackId")
    answered = domain.done(call_back, outcome, at=uow.now, by=uow.actor.subject)
    await uow.call_backs.save(answered)
    if outcome is CallBackOutcome.NOT_FREELY_GIVEN:
        await _void(uow, call_back)
    return answered


async def _void(uow: EmploymentUnitOfWork, call_back: CallBack) -> None:
    offer = await uow.offers.get(call_back.offer_id)
    worker = await uow.workers.get(call_back.worker_id)
    if offer is None or worker is None:
        return
    await uow.vacancies.locked(offer.vacancy_id)
    placement = await uow.placements.of_offer(offer.id)
    offer = await uow.offers.get(offer.id, lock=True)
    if offer is None or placement is None or placement.state not in BEFORE_ARRIVAL:
        return
    await uow.offers.save(withdrawn(offer, at=uow.now))
    today = await uow.today(worker.area_path)
    await end(uow, placement, worker, PlacementState.VOIDED, on=today, reason=StepReason.NOT_FREELY_GIVEN)
