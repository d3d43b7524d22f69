"""Standing by a worker who is helped to answer: only somebody who gains nothing from the answer.

The yes is still the worker's own, with their own credential. Every helped one is called back by the monitor.
"""

from __future__ import annotations

from uuid import UUID

from chassis.errors import InvalidInput
from chassis.identity import Actor, Role
from employment_service.access import POLICY
from employment_service.guarding import guarding
from employment_service.offers.domain import OPEN, OfferNotFound
from employment_service.safeguards.flags.domain import ConflictedWitness, FlagCode
from employment_service.safeguards.flags.service import About, raise_flag
from employment_service.uow import Begin, EmploymentUnitOfWork
from employment_service.workers.domain import Worker
from employment_service.workers.service import is_self

FREE_OF_INTEREST = frozenset({Role.WORKER, Role.HOUSEHOLD, Role.INDEPENDENT_MONITOR})


async def witness_consent(begin: Begin, actor: Actor, *, offer_id: UUID) -> None:
    """CF2: an officer, recruiter, employer or relative is refused, and the monitor is told of it.

    Answers the same whatever became of the offer: a neighbour learns nothing of it.
    """
    try:
        async with begin(actor) as uow:
            POLICY.require(actor, "witnessConsent")
            offer = await uow.offers.get(offer_id)
            worker = None if offer is None else await uow.workers.get(offer.worker_id)
            if offer is None or worker is None:
                raise OfferNotFound("There is no such offer.", field="offerId")
            await _require_outsider(uow, worker)
            if offer.state in OPEN and not offer.withheld:
                async with guarding(uow.connection):
                    await uow.witnesses.add(offer.id, actor.subject, offer.area_path, at=uow.now)
    except ConflictedWitness:
        async with begin(actor) as uow:
            offer = await uow.offers.get(offer_id)
            if offer is not None:
                about = About(
                    area_path=offer.area_path,
                    vacancy_id=offer.vacancy_id,
                    worker_id=offer.worker_id,
                    staff_subject=actor.subject,
                )
                await raise_flag(uow, FlagCode.CF2, about, key=f"offer {offer.id} {actor.subject}")
        raise


async def _require_outsider(uow: EmploymentUnitOfWork, worker: Worker) -> None:
    actor = uow.actor
    if is_self(actor, worker):
        raise InvalidInput("A witness is somebody else.", field="offerId")
    if actor.roles - FREE_OF_INTEREST:
        raise ConflictedWitness("Who holds an office, recruits or employs cannot be the witness.")
    own = await uow.workers.of_subject(actor.subject)
    household = None if own is None else own.household_id
    if household is None and actor.member_id is not None:
        household = await uow.households.household_of(actor.member_id)
    if household == worker.household_id:
        raise ConflictedWitness("Somebody of the same household cannot be the witness.")
