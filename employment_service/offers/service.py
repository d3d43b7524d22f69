"""Making an offer, and the worker's decision on it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar
from uuid import UUID

from chassis.errors import Conflict, Forbidden
from chassis.idempotency import once
from chassis.identity import Actor
from chassis.ids import new_id
from employment_service.access import POLICY
from employment_service.employers.domain import require_standing
from employment_service.employers.service import get_employer
from employment_service.matching.service import suitability
from employment_service.offers import domain, timers
from employment_service.offers.domain import (
    NotYourDecision,
    Offer,
    OfferAlreadyMade,
    OfferNotFound,
    OutsideTheWorkersLimits,
    Silence,
    keeps_quiet,
)
from employment_service.placements import domain as placing
from employment_service.placements.domain import BEFORE_ARRIVAL, Placement, PlacementState
from employment_service.placements.ending import end
from employment_service.policies.domain import EmploymentPolicy
from employment_service.safeguards.domain import require_active
from employment_service.safeguards.flags import watch
from employment_service.safeguards.flags.domain import ConsentLanguageDiffers
from employment_service.uow import Begin, EmploymentUnitOfWork
from employment_service.vacancies.domain import (
    Vacancy,
    VacancyClosed,
    VacancyNotFound,
    with_place_reserved,
    with_place_taken,
)
from employment_service.workers.domain import NotSeekingWork, Worker, WorkerNotFound, age_on
from employment_service.workers.service import get_worker, is_self

Answer = TypeVar("Answer")


async def make_offer(uow: EmploymentUnitOfWork, *, worker_id: UUID, vacancy_id: UUID, idempotency_key: str) -> Offer:
    """Nothing here depends, to the eye, on an earlier no: neither what is refused nor what is given back."""
    scope = POLICY.require(uow.actor, "makeOffer")
    worker = await get_worker(uow, worker_id)
    scope.require(area_path=worker.area_path)
    request = f"{worker_id} {vacancy_id}".encode()

    async def make() -> UUID:
        return (await _made(uow, worker, vacancy_id)).id

    return await _stored(uow, await once(uow, "makeOffer", idempotency_key, request, make))


async def _made(uow: EmploymentUnitOfWork, worker: Worker, vacancy_id: UUID) -> Offer:
    policy, today = await uow.policy(worker.area_path), await uow.today(worker.area_path)
    require_active(await uow.safeguards.at_or_above(worker.area_path), on=today)
    vacancy = await _locked_vacancy(uow, vacancy_id)
    employer = await get_employer(uow, vacancy.employer_id)
    require_standing(employer, on=today, inspection_months=policy.inspection_months)
    if not worker.seeking:
        raise NotSeekingWork("This worker does not look for work at present.")
    await _require_no_offer(uow, worker, vacancy)
    pair = await suitability(uow, worker, vacancy)
    if not pair.possible:
        codes = ", ".join(reason.code for reason in pair.why_not)
        raise OutsideTheWorkersLimits(f"This work does not suit this worker: {codes}.")
    vacancy = with_place_reserved(vacancy)
    offer = domain.made(
        id=new_id(),
        vacancy_id=vacancy.id,
        worker_id=worker.id,
        area_path=worker.area_path,
        terms_version=vacancy.terms.number,
        terms_hash=vacancy.terms.hash,
        by=uow.actor.subject,
        at=uow.now,
        withheld=await _is_withheld(uow, worker, vacancy, policy),
        policy=policy,
    )
    await uow.offers.add(offer)
    await uow.vacancies.save_places(vacancy)
    await timers.plan(uow, offer, policy)
    await uow.audit(action="makeOffer", subject_id=str(worker.id), purpose=str(vacancy.id))
    return offer


async def show_terms(begin: Begin, actor: Actor, *, offer_id: UUID, language: str | None = None) -> Offer:
    """The worker opens the terms; from this instant the time to think runs. `language`: in which they are shown."""

    async def act(uow: EmploymentUnitOfWork) -> Offer:
        offer, worker = await _own_offer(uow, "showOfferTerms", offer_id)
        policy = await uow.policy(worker.area_path)
        shown = domain.terms_shown(offer, at=uow.now, policy=policy)
        await watch.after_terms_opened(uow, shown, language=language)
        if shown is not offer:
            await uow.offers.save(shown)
            await timers.plan(uow, shown, policy)
        return shown

    return await _decided_alone(begin, actor, "showOfferTerms", offer_id, act)


async def accept(
    begin: Begin, actor: Actor, *, offer_id: UUID, terms_hash: str, expected_version: int
) -> tuple[Offer, Placement]:
    """The worker's own yes. Anyone else is refused, and the attempt is written down."""

    async def act(uow: EmploymentUnitOfWork) -> tuple[Offer, Placement]:
        offer, worker = await _own_offer(uow, "acceptOffer", offer_id)
        _require_version(offer, expected_version)
        policy, today = await uow.policy(worker.area_path), await uow.today(worker.area_path)
        vacancy = await _locked_vacancy(uow, offer.vacancy_id)
        decided, consent = domain.accepted(
            offer,
            terms_hash=terms_hash,
            current_hash=vacancy.terms.hash,
            at=uow.now,
            language=worker.contact.language,
            policy=policy,
        )
        await watch.require_understood(uow, offer, worker)
        if not vacancy.open:
            raise VacancyClosed("The vacancy was closed.")
        require_active(await uow.safeguards.at_or_above(worker.area_path), on=today)
        employer = await get_employer(uow, vacancy.employer_id)
        require_standing(employer, on=today, inspection_months=policy.inspection_months)
        if age_on(worker.date_of_birth, today) < vacancy.requirements.least_age:
            raise OutsideTheWorkersLimits("This work is not open to your age.")
        placement = placing.begun(
            id=new_id(),
            offer_id=offer.id,
            vacancy_id=vacancy.id,
            employer_id=vacancy.employer_id,
            worker_id=worker.id,
            area_path=worker.area_path,
            terms_version=offer.terms_version,
            terms_hash=offer.terms_hash,
            on=today,
            at=uow.now,
            by=actor.subject,
        )
        await uow.offers.save(decided)
        await uow.offers.add_consent(consent)
        await uow.placements.add(placement)
        await uow.vacancies.save_places(with_place_taken(vacancy))
        await watch.after_acceptance(uow, decided, placement, worker)
        return decided, placement

    try:
        return await _decided_alone(begin, actor, "acceptOffer", offer_id, act)
    except ConsentLanguageDiffers:
        await watch.after_void_consent(begin, actor, offer_id)
        raise


async def close_terms(begin: Begin, actor: Actor, *, offer_id: UUID) -> Offer:
    async def act(uow: EmploymentUnitOfWork) -> Offer:
        offer, _ = await _own_offer(uow, "showOfferTerms", offer_id)
        await watch.after_terms_closed(uow, offer)
        return offer

    return await _decided_alone(begin, actor, "closeOfferTerms", offer_id, act)


async def decline(begin: Begin, actor: Actor, *, offer_id: UUID) -> Offer:
    """No reason, no event, no audit row, no place given back before the offer runs out."""

    async def act(uow: EmploymentUnitOfWork) -> Offer:
        offer, worker = await _own_offer(uow, "declineOffer", offer_id)
        decided = domain.declined(offer, at=uow.now)
        if decided is not offer:
            policy = await uow.policy(worker.area_path)
            await uow.offers.save(decided)
            await _keep_silence(uow, worker, offer.vacancy_id)
            await timers.plan_deletion_of_details(uow, decided, policy)
        return decided

    return await _decided_alone(begin, actor, "declineOffer", offer_id, act)


async def withdraw(begin: Begin, actor: Actor, *, offer_id: UUID) -> Offer:
    """Takes an acceptance back at any time; after arrival that is a resignation, which nobody approves either."""

    async def act(uow: EmploymentUnitOfWork) -> Offer:
        offer, worker = await _own_offer(uow, "withdrawAcceptance", offer_id)
        withdrawn = domain.withdrawn(offer, at=uow.now)
        await uow.offers.save(withdrawn)
        placement = await uow.placements.of_offer(offer.id)
        if placement is not None and placement.current:
            how = PlacementState.WITHDRAWN if placement.state in BEFORE_ARRIVAL else PlacementState.RESIGNED
            await end(uow, placement, worker, how, on=await uow.today(worker.area_path))
        await _keep_silence(uow, worker, offer.vacancy_id)
        return withdrawn

    return await _decided_alone(begin, actor, "withdrawAcceptance", offer_id, act)


async def readable_offers(uow: EmploymentUnitOfWork, offers: Sequence[Offer]) -> dict[UUID, Offer]:
    """By id: for their worker and the independent monitor. To everybody else no offer exists."""
    if not POLICY.allows(uow.actor, "readOffer"):
        return {}
    scope = POLICY.require(uow.actor, "readOffer")
    workers = await uow.workers.by_id({offer.worker_id for offer in offers})
    found: dict[UUID, Offer] = {}
    for offer in offers:
        worker = workers.get(offer.worker_id)
        own = worker is not None and not offer.withheld and is_self(uow.actor, worker)
        if scope.covers(area_path=offer.area_path, own=own):
            found[offer.id] = offer
    return found


async def _decided_alone(
    begin: Begin, actor: Actor, action: str, offer_id: UUID, act: Callable[[EmploymentUnitOfWork], Awaitable[Answer]]
) -> Answer:
    try:
        async with begin(actor) as uow:
            return await act(uow)
    except Forbidden:
        async with begin(actor) as uow:
            await uow.audit(action=f"{action}.refused", subject_id=str(offer_id), purpose="NOT_THE_WORKER")
        raise


async def _own_offer(uow: EmploymentUnitOfWork, action: str, offer_id: UUID) -> tuple[Offer, Worker]:
    """Raises NotYourDecision unless the caller is the worker, by role and by token subject."""
    scope = POLICY.require(uow.actor, action)
    offer = await uow.offers.get(offer_id)
    if offer is None:
        raise OfferNotFound("There is no such offer.", field="offerId")
    worker = await uow.workers.get(offer.worker_id)
    if worker is None:
        raise WorkerNotFound("There is no such worker.")
    if not scope.covers(own=is_self(uow.actor, worker)):
        raise NotYourDecision
    # The vacancy's counters are locked before the offer, here as everywhere, so that no two wait for each other.
    await uow.vacancies.locked(offer.vacancy_id)
    locked = await uow.offers.get(offer_id, lock=True)
    if locked is None:
        raise OfferNotFound("There is no such offer.", field="offerId")
    return locked, worker


async def _stored(uow: EmploymentUnitOfWork, offer_id: UUID) -> Offer:
    offer = await uow.offers.get(offer_id)
    if offer is None:
        raise OfferNotFound("This offer is past and deleted.")
    return offer


async def _locked_vacancy(uow: EmploymentUnitOfWork, vacancy_id: UUID) -> Vacancy:
    vacancy = await uow.vacancies.locked(vacancy_id)
    if vacancy is None:
        raise VacancyNotFound("There is no such vacancy.", field="vacancyId")
    return vacancy


async def _require_no_offer(uow: EmploymentUnitOfWork, worker: Worker, vacancy: Vacancy) -> None:
    """The same answer while an offer is open, accepted, declined or withheld."""
    working = await uow.placements.current_of_worker(worker.id)
    if any(offer.expires_at > uow.now for offer in await uow.offers.of_pair(worker.id, vacancy.id)) or any(
        placement.vacancy_id == vacancy.id for placement in working
    ):
        raise OfferAlreadyMade("This vacancy was offered to this worker already.")


async def _is_withheld(uow: EmploymentUnitOfWork, worker: Worker, vacancy: Vacancy, policy: EmploymentPolicy) -> bool:
    asked_on = None
    if worker.asked_nearby_at is not None:
        asked_on = worker.asked_nearby_at.astimezone(await uow.zone_of(worker.area_path)).date()
    return keeps_quiet(
        await uow.offers.silences_of(worker.id),
        vacancy_token=uow.offers.vacancy_token(vacancy.id),
        on=await uow.today(worker.area_path),
        asked_on=asked_on,
        policy=policy,
    )


async def _keep_silence(uow: EmploymentUnitOfWork, worker: Worker, vacancy_id: UUID) -> None:
    await uow.offers.add_silence(
        Silence(
            worker_token=uow.offers.worker_token(worker.id),
            vacancy_token=uow.offers.vacancy_token(vacancy_id),
            declined_on=await uow.today(worker.area_path),
        )
    )


def _require_version(offer: Offer, expected: int) -> None:
    if offer.version != expected:
        raise Conflict("The offer was changed meanwhile. Read it again.", field="expectedVersion")
