"""Making offers. Nothing that comes back tells, to the eye, of an earlier no."""

from __future__ import annotations

from uuid import UUID

from chassis.idempotency import once
from chassis.ids import new_id
from employment_service.access import POLICY
from employment_service.employers.domain import require_standing
from employment_service.employers.service import get_employer
from employment_service.matching.service import suitability
from employment_service.offers import domain
from employment_service.offers.asking import begin_asking
from employment_service.offers.domain import Offer, OfferAlreadyMade, OfferNotFound, OutsideTheWorkersLimits
from employment_service.offers.silence import keeps_quiet
from employment_service.policies.domain import EmploymentPolicy
from employment_service.recruitments.domain import RecruitedAsAGroup
from employment_service.safeguards.domain import require_active
from employment_service.uow import EmploymentUnitOfWork
from employment_service.vacancies.domain import Vacancy, VacancyNotFound
from employment_service.vacancies.places import with_place_reserved
from employment_service.workers.domain import NotSeekingWork, Worker
from employment_service.workers.service import get_worker


async def make_offer(uow: EmploymentUnitOfWork, *, worker_id: UUID, vacancy_id: UUID, idempotency_key: str) -> Offer:
    """Nothing here depends, to the eye, on an earlier no: neither what is refused nor what is given back."""
    scope = POLICY.require(uow.actor, "makeOffer")
    worker = await get_worker(uow, worker_id)
    scope.require(area_path=worker.area_path)
    request = f"{worker_id} {vacancy_id}".encode()

    async def make() -> UUID:
        return (await _made(uow, worker, vacancy_id)).id

    return await stored_offer(uow, await once(uow, "makeOffer", idempotency_key, request, make))


async def _made(uow: EmploymentUnitOfWork, worker: Worker, vacancy_id: UUID) -> Offer:
    policy, today = await uow.policy(worker.area_path), await uow.today(worker.area_path)
    require_active(await uow.safeguards.at_or_above(worker.area_path), on=today)
    vacancy = await _locked_vacancy(uow, vacancy_id)
    employer = await get_employer(uow, vacancy.employer_id)
    require_standing(employer, on=today, inspection_months=policy.inspection_months)
    if not worker.seeking:
        raise NotSeekingWork("This worker does not look for work at present.")
    if await uow.recruitments.is_open(vacancy.id):
        raise RecruitedAsAGroup("The platform asks everybody whom this work suits; each decides alone.")
    await _require_no_offer(uow, worker, vacancy)
    pair = await suitability(uow, worker, vacancy)
    if not pair.possible:
        codes = ", ".join(reason.code for reason in pair.why_not)
        raise OutsideTheWorkersLimits(f"This work does not suit this worker: {codes}.")
    vacancy, offer = await offer_to(uow, worker, vacancy, policy)
    await uow.vacancies.save_places(vacancy)
    await uow.audit(action="makeOffer", subject_id=str(worker.id), purpose=str(vacancy.id))
    return offer


async def offer_to(
    uow: EmploymentUnitOfWork, worker: Worker, vacancy: Vacancy, policy: EmploymentPolicy
) -> tuple[Vacancy, Offer]:
    """One offer that holds a place. The vacancy's counters are the caller's to save."""
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
    await begin_asking(uow, offer, policy)
    return vacancy, offer


async def stored_offer(uow: EmploymentUnitOfWork, offer_id: UUID) -> Offer:
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
