"""Offers: the worker's own matter."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.errors import DependencyDown
from chassis.graph import Connection, PageRequest, Refused, encode_cursor, page_of, refusals
from chassis.ids import parse_id
from employment_service.context import EmploymentContext
from employment_service.employers.graph import id_behind
from employment_service.offers import domain, making, service
from employment_service.placements.graph import Placement
from employment_service.terms.aid import AidOutlook as Outlook
from employment_service.terms.aid import outlook
from employment_service.terms.graph import VacancyTerms
from employment_service.terms.questions import QuestionCode, questions
from employment_service.terms.rendering import rendered
from employment_service.terms.shown import AidOutlook, RenderedTerms, TermsQuestion
from employment_service.vacancies.domain import TermsVersion
from employment_service.vacancies.graph import Vacancy
from employment_service.vacancies.words import spoken
from employment_service.workers.graph import Worker
from employment_service.workers.service import is_self, require_own_worker

strawberry.enum(domain.OfferState)


@strawberry.federation.type(keys=["id"], description="For its worker and the independent monitor alone.")
class Offer:
    id: strawberry.ID
    state: domain.OfferState
    terms_version: int
    terms_hash: str
    made_at: datetime
    expires_at: datetime
    terms_shown_at: datetime | None
    decided_at: datetime | None
    version: int
    record: strawberry.Private[domain.Offer]

    @strawberry.field
    async def vacancy(self, info: Info[EmploymentContext, None]) -> Vacancy | None:
        return Vacancy.perhaps(await info.context.loaders.vacancies.load(self.record.vacancy_id))

    @strawberry.field
    async def worker(self, info: Info[EmploymentContext, None]) -> Worker | None:
        return Worker.perhaps(await info.context.loaders.workers.load(self.record.worker_id))

    @strawberry.field(description="The terms this offer is made on.")
    async def terms(self, info: Info[EmploymentContext, None]) -> VacancyTerms | None:
        version = await info.context.loaders.terms.load((self.record.vacancy_id, self.record.terms_version))
        return None if version is None else VacancyTerms.of(version)

    @strawberry.field(description="In the worker's own language, ready to be read out; for the worker.")
    async def rendered_terms(self, info: Info[EmploymentContext, None]) -> RenderedTerms | None:
        found = await self._own_version(info)
        if found is None:
            return None
        policy = await info.context.loaders.policies.load(self.record.area_path)
        aid = await self._aid(info, found[0])
        return RenderedTerms.of(rendered(*found, taper_months=policy.benefit_taper_months, aid=aid))

    @strawberry.field(
        description="What this wage may change in the aid of the worker's household, before they decide. For the "
        "worker alone; null while it cannot be asked."
    )
    async def aid_outlook(self, info: Info[EmploymentContext, None]) -> list[AidOutlook] | None:
        found = await self._own_version(info)
        aid = None if found is None else await self._aid(info, found[0])
        return None if aid is None else [AidOutlook.of(one) for one in aid]

    async def _aid(self, info: Info[EmploymentContext, None], version: TermsVersion) -> tuple[Outlook, ...] | None:
        reader, worker = info.context.aid, await info.context.loaders.workers.load(self.record.worker_id)
        if reader is None or worker is None:
            return None
        policy = await info.context.loaders.policies.load(self.record.area_path)
        try:
            aid = await reader.aid_of(worker.member_id)
        except DependencyDown:
            return None
        return outlook(aid, starts_on=version.terms.starts_on, policy=policy)

    @strawberry.field(description="Three, on these terms, to be answered before a yes; null before the terms are open.")
    async def questions(self, info: Info[EmploymentContext, None]) -> list[TermsQuestion] | None:
        found = await self._own_version(info)
        if found is None or self.record.shown_language is None:
            return None
        return [TermsQuestion.of(question) for question in questions(*found)]

    @strawberry.field(description="When the questions were answered rightly. For the worker and the monitor.")
    def understood_at(self) -> datetime | None:
        return self.record.understood_at

    async def _own_version(self, info: Info[EmploymentContext, None]) -> tuple[TermsVersion, str] | None:
        """The terms and the language they are shown in, to their worker alone."""
        worker = await info.context.loaders.workers.load(self.record.worker_id)
        version = await info.context.loaders.terms.load((self.record.vacancy_id, self.record.terms_version))
        if worker is None or version is None or not is_self(info.context.actor, worker):
            return None
        preferred = spoken(worker.contact.language) or info.context.locale
        return version, self.record.shown_language or preferred

    @strawberry.field(description="72 hours after the terms were shown; null before that.")
    async def may_be_accepted_from(self, info: Info[EmploymentContext, None]) -> datetime | None:
        return self.record.may_be_accepted_from(await info.context.loaders.policies.load(self.record.area_path))

    @strawberry.field
    async def placement(self, info: Info[EmploymentContext, None]) -> Placement | None:
        return Placement.perhaps(await info.context.loaders.placements_of_offers.load(self.record.id))

    @classmethod
    async def resolve_reference(cls, info: Info[EmploymentContext, None], id: str) -> "Offer | None":
        return cls.perhaps(await info.context.loaders.offers.load(parse_id(id)))

    @staticmethod
    def of(offer: domain.Offer) -> "Offer":
        return Offer(
            id=strawberry.ID(str(offer.id)),
            state=offer.state,
            terms_version=offer.terms_version,
            terms_hash=offer.terms_hash,
            made_at=offer.made_at,
            expires_at=offer.expires_at,
            terms_shown_at=offer.terms_shown_at,
            decided_at=offer.decided_at,
            version=offer.version,
            record=offer,
        )

    @staticmethod
    def perhaps(offer: domain.Offer | None) -> "Offer | None":
        return None if offer is None else Offer.of(offer)


@strawberry.type(description="UNDERSTOOD: a yes is possible. Otherwise read the terms again; nobody counts.")
class TermsQuestionsAnswered:
    understood: bool
    offer: Offer


@strawberry.type(description="What the staff who made an offer gets back: no answer ever appears in it.")
class OfferReceipt:
    id: strawberry.ID
    vacancy_id: strawberry.ID
    worker_id: strawberry.ID
    terms_version: int
    made_at: datetime


@strawberry.input
class MakeOfferInput:
    worker_id: strawberry.ID
    vacancy_id: strawberry.ID
    idempotency_key: str


@strawberry.input
class OfferInput:
    offer_id: strawberry.ID


@strawberry.input
class AcceptOfferInput:
    offer_id: strawberry.ID
    terms_hash: str = strawberry.field(description="Of the terms the worker has before them.")
    expected_version: int


@strawberry.input
class TermsAnswerInput:
    question: QuestionCode
    choice: str = strawberry.field(description='The key, as "A".')


@strawberry.input
class AnswerTermsQuestionsInput:
    offer_id: strawberry.ID
    answers: list[TermsAnswerInput]


MakeOfferResult = Annotated[OfferReceipt | Refused, strawberry.union("MakeOfferResult")]
ShowOfferTermsResult = Annotated[Offer | Refused, strawberry.union("ShowOfferTermsResult")]
AnswerTermsQuestionsResult = Annotated[TermsQuestionsAnswered | Refused, strawberry.union("AnswerTermsQuestionsResult")]
CloseOfferTermsResult = Annotated[Offer | Refused, strawberry.union("CloseOfferTermsResult")]
AcceptOfferResult = Annotated[Offer | Refused, strawberry.union("AcceptOfferResult")]
DeclineOfferResult = Annotated[Offer | Refused, strawberry.union("DeclineOfferResult")]
WithdrawAcceptanceResult = Annotated[Offer | Refused, strawberry.union("WithdrawAcceptanceResult")]


@strawberry.type
class OfferQuery:
    @strawberry.field
    async def offer(self, info: Info[EmploymentContext, None], id: strawberry.ID) -> Offer | None:
        return Offer.perhaps(await info.context.loaders.offers.load(parse_id(id)))

    @strawberry.field(description="The caller's own, newest first.")
    async def my_offers(
        self, info: Info[EmploymentContext, None], first: int | None = None, after: str | None = None
    ) -> Connection[Offer]:
        request = PageRequest.of(first, after)
        async with info.context.begin() as uow:
            worker = await require_own_worker(uow, "changeWorker")
            found = await uow.offers.of_worker(worker.id, after=id_behind(after), count=request.first + 1)

        async def count() -> int:
            async with info.context.begin() as uow:
                return await uow.offers.count_of_worker(worker.id)

        page = page_of(found, request, lambda offer: encode_cursor(str(offer.id)))
        return Connection.of(page, Offer.of, after=after, count=count)


@strawberry.type
class OfferMutation:
    @strawberry.mutation(description="Holds a place for a worker. By the employment staff, with active safeguards.")
    @refusals
    async def make_offer(self, info: Info[EmploymentContext, None], input: MakeOfferInput) -> MakeOfferResult:
        async with info.context.begin() as uow:
            offer = await making.make_offer(
                uow,
                worker_id=parse_id(input.worker_id, field="workerId"),
                vacancy_id=parse_id(input.vacancy_id, field="vacancyId"),
                idempotency_key=input.idempotency_key,
            )
            # As it was made: a repeated request does not tell whether new terms have reached the offer since.
            number = await uow.vacancies.terms_number_at(offer.vacancy_id, offer.made_at)
        return OfferReceipt(
            id=strawberry.ID(str(offer.id)),
            vacancy_id=strawberry.ID(str(offer.vacancy_id)),
            worker_id=strawberry.ID(str(offer.worker_id)),
            terms_version=number or offer.terms_version,
            made_at=offer.made_at,
        )

    @strawberry.mutation(description="The worker opens the terms: 72 hours to think begin.")
    @refusals
    async def show_offer_terms(self, info: Info[EmploymentContext, None], input: OfferInput) -> ShowOfferTermsResult:
        return Offer.of(
            await service.show_terms(
                info.context.begin_as,
                info.context.actor,
                offer_id=parse_id(input.offer_id, field="offerId"),
                locale=info.context.locale,
            )
        )

    @strawberry.mutation(description="The worker puts the terms away, so that it is known how long they were open.")
    @refusals
    async def close_offer_terms(self, info: Info[EmploymentContext, None], input: OfferInput) -> CloseOfferTermsResult:
        return Offer.of(
            await service.close_terms(
                info.context.begin_as, info.context.actor, offer_id=parse_id(input.offer_id, field="offerId")
            )
        )

    @strawberry.mutation(description="By the worker. A wrong answer is kept nowhere; the terms are shown again.")
    @refusals
    async def answer_terms_questions(
        self, info: Info[EmploymentContext, None], input: AnswerTermsQuestionsInput
    ) -> AnswerTermsQuestionsResult:
        offer, understood = await service.answer_questions(
            info.context.begin_as,
            info.context.actor,
            offer_id=parse_id(input.offer_id, field="offerId"),
            answers={answer.question: answer.choice for answer in input.answers},
        )
        return TermsQuestionsAnswered(understood=understood, offer=Offer.of(offer))

    @strawberry.mutation(description="The worker's own yes, with their own credential. Nobody else can give it.")
    @refusals
    async def accept_offer(self, info: Info[EmploymentContext, None], input: AcceptOfferInput) -> AcceptOfferResult:
        offer, _ = await service.accept(
            info.context.begin_as,
            info.context.actor,
            offer_id=parse_id(input.offer_id, field="offerId"),
            terms_hash=input.terms_hash,
            expected_version=input.expected_version,
        )
        return Offer.of(offer)

    @strawberry.mutation(description="Free and quiet: no reason, and nobody is told.")
    @refusals
    async def decline_offer(self, info: Info[EmploymentContext, None], input: OfferInput) -> DeclineOfferResult:
        return Offer.of(
            await service.decline(
                info.context.begin_as, info.context.actor, offer_id=parse_id(input.offer_id, field="offerId")
            )
        )

    @strawberry.mutation(description="Takes a yes back, at any time, at no cost.")
    @refusals
    async def withdraw_acceptance(
        self, info: Info[EmploymentContext, None], input: OfferInput
    ) -> WithdrawAcceptanceResult:
        return Offer.of(
            await service.withdraw(
                info.context.begin_as, info.context.actor, offer_id=parse_id(input.offer_id, field="offerId")
            )
        )
