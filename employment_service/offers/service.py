"""The worker's decision on an offer: opening the terms, understanding them, yes, no, and taking a yes back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from chassis.caller import LOCALES
from chassis.errors import Conflict, Forbidden
from chassis.identity import Actor
from chassis.ids import new_id
from employment_service.access import POLICY
from employment_service.employers.domain import require_standing
from employment_service.employers.service import get_employer
from employment_service.matching.outcomes.collecting import note_accepted
from employment_service.offers import domain, timers
from employment_service.offers.domain import (
    NotYourDecision,
    Offer,
    OfferNotFound,
    OutsideTheWorkersLimits,
    TermsNotShown,
)
from employment_service.offers.silence import Silence
from employment_service.placements import domain as placing
from employment_service.placements.domain import BEFORE_ARRIVAL, Placement, PlacementState
from employment_service.placements.ending import end
from employment_service.placements.reasons import StepReason
from employment_service.safeguards.attempts.service import note_attempt
from employment_service.safeguards.domain import require_active
from employment_service.safeguards.flags import watch
from employment_service.safeguards.flags.domain import ConsentLanguageDiffers
from employment_service.safeguards.independence import watched_areas
from employment_service.terms.questions import QuestionCode, all_right, questions
from employment_service.uow import Begin, EmploymentUnitOfWork
from employment_service.vacancies.domain import Vacancy, VacancyClosed, VacancyNotFound
from employment_service.vacancies.places import with_place_taken
from employment_service.vacancies.words import spoken
from employment_service.workers.domain import Worker, WorkerNotFound, age_on
from employment_service.workers.service import is_self

Answer = TypeVar("Answer")


async def show_terms(begin: Begin, actor: Actor, *, offer_id: UUID, locale: str = LOCALES[0]) -> Offer:
    """The worker opens the terms, in the language they prefer; from this instant the time to think runs.

    `locale`: of the request, for whoever has not said which language they prefer.
    """

    async def act(uow: EmploymentUnitOfWork) -> Offer:
        offer, worker = await _own_offer(uow, "showOfferTerms", offer_id)
        policy = await uow.policy(worker.area_path)
        language = spoken(worker.contact.language) or locale
        shown = domain.terms_shown(offer, at=uow.now, policy=policy, language=language)
        await watch.after_terms_opened(uow, shown, language=language)
        if shown is not offer:
            await uow.offers.save(shown)
            await timers.plan(uow, shown, policy)
        return shown

    return await _decided_alone(begin, actor, "showOfferTerms", offer_id, act)


async def answer_questions(
    begin: Begin, actor: Actor, *, offer_id: UUID, answers: Mapping[QuestionCode, str]
) -> tuple[Offer, bool]:
    """Whether all three were right. A wrong answer is kept nowhere, and neither is how often it took."""

    async def act(uow: EmploymentUnitOfWork) -> tuple[Offer, bool]:
        offer, _ = await _own_offer(uow, "answerTermsQuestions", offer_id)
        version = await uow.vacancies.terms_version(offer.vacancy_id, offer.terms_version)
        if version is None or offer.shown_language is None:
            raise TermsNotShown("Open the terms first.")
        if not all_right(questions(version, offer.shown_language), answers):
            return offer, False
        clear = domain.understood(offer, at=uow.now)
        if clear is not offer:
            await uow.offers.save(clear)
        return clear, True

    return await _decided_alone(begin, actor, "answerTermsQuestions", offer_id, act)


async def accept(
    begin: Begin,
    actor: Actor,
    *,
    offer_id: UUID,
    terms_hash: str,
    expected_version: int,
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
            current_hash=await _hash_in_force(uow, offer, vacancy),
            at=uow.now,
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
        await uow.offers.put_consent(consent)
        await uow.placements.add(placement)
        await note_accepted(uow, placement, worker, await _as_offered(uow, offer, vacancy))
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
            today = await uow.today(worker.area_path)
            await end(uow, placement, worker, how, on=today, reason=StepReason.NOT_SAID)
        await _keep_silence(uow, worker, offer.vacancy_id)
        return withdrawn

    return await _decided_alone(begin, actor, "withdrawAcceptance", offer_id, act)


async def readable_offers(uow: EmploymentUnitOfWork, offers: Sequence[Offer]) -> dict[UUID, Offer]:
    """By id: for their worker and the independent monitor. To everybody else no offer exists."""
    if not POLICY.allows(uow.actor, "readOffer"):
        return {}
    watched = await watched_areas(uow, {offer.area_path for offer in offers})
    workers = await uow.workers.by_id({offer.worker_id for offer in offers})
    found: dict[UUID, Offer] = {}
    for offer in offers:
        worker = workers.get(offer.worker_id)
        own = worker is not None and not offer.withheld and is_self(uow.actor, worker)
        if own or offer.area_path in watched:
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
        await note_attempt(begin, actor, action=action, offer_id=offer_id)
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


async def _locked_vacancy(uow: EmploymentUnitOfWork, vacancy_id: UUID) -> Vacancy:
    vacancy = await uow.vacancies.locked(vacancy_id)
    if vacancy is None:
        raise VacancyNotFound("There is no such vacancy.", field="vacancyId")
    return vacancy


async def _as_offered(uow: EmploymentUnitOfWork, offer: Offer, vacancy: Vacancy) -> Vacancy:
    """With the terms of this offer."""
    version = await uow.vacancies.terms_version(offer.vacancy_id, offer.terms_version)
    return vacancy if version is None else replace(vacancy, terms=version)


async def _hash_in_force(uow: EmploymentUnitOfWork, offer: Offer, vacancy: Vacancy) -> str:
    """Of the vacancy, unless this offer stands on terms of its own since a contract said something else."""
    version = await uow.vacancies.terms_version(offer.vacancy_id, offer.terms_version)
    return version.hash if version is not None and version.offer_id == offer.id else vacancy.terms.hash


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
