"""The call list of the employment staff. It orders by need; nothing in it counts, compares or drives anybody."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.errors import Refusal
from chassis.graph import AreaPath, Connection, PageRequest, Refused, refusals
from chassis.ids import parse_id
from employment_service.calls import domain, outcomes, service
from employment_service.calls.words import text_of
from employment_service.context import EmploymentContext
from employment_service.placements.graph import Placement
from employment_service.vacancies import domain as vacancies
from employment_service.vacancies.graph import Vacancy
from employment_service.workers.graph import Worker

strawberry.enum(domain.CallReason, description="Why to call, in the order of urgency.")
strawberry.enum(domain.CallOutcome)
strawberry.enum(domain.ContactSource)


@strawberry.type(description="One reason to call, without amounts and without any answer of the worker.")
class WhyCall:
    reason: domain.CallReason
    text: str = strawberry.field(description="In the reader's language.")
    since: datetime
    why: strawberry.Private[domain.WhyCall]
    work: strawberry.Private[vacancies.Vacancy | None]

    @strawberry.field
    def vacancy(self) -> Vacancy | None:
        return Vacancy.perhaps(self.work)

    @strawberry.field
    async def placement(self, info: Info[EmploymentContext, None]) -> Placement | None:
        key = self.why.placement_id
        return None if key is None else Placement.perhaps(await info.context.loaders.placements.load(key))

    @staticmethod
    def of(why: domain.WhyCall, listed: service.Listed, locale: str) -> "WhyCall":
        work = None if why.vacancy_id is None else listed.vacancies.get(why.vacancy_id)
        return WhyCall(reason=why.reason, text=text_of(why.reason, locale), since=why.since, why=why, work=work)


@strawberry.type(description="A worker who asked to be called, with every reason, the most urgent first.")
class CallEntry:
    worker_id: strawberry.ID
    whys: list[WhyCall]
    listed: strawberry.Private[service.Listed]

    @strawberry.field
    def worker(self) -> Worker | None:
        return Worker.perhaps(self.listed.worker)

    @staticmethod
    def of(listed: service.Listed, locale: str) -> "CallEntry":
        return CallEntry(
            worker_id=strawberry.ID(str(listed.entry.worker_id)),
            whys=[WhyCall.of(why, listed, locale) for why in listed.entry.whys],
            listed=listed,
        )


@strawberry.type(description="The caller has this worker until `until`; no colleague can call meanwhile.")
class CallClaim:
    id: strawberry.ID
    worker_id: strawberry.ID
    reasons: list[domain.CallReason]
    claimed_at: datetime
    until: datetime
    claim: strawberry.Private[domain.CallClaim]

    @strawberry.field(description="The number is shown by revealWorkerPhone with this claim's id.")
    async def worker(self, info: Info[EmploymentContext, None]) -> Worker | None:
        return Worker.perhaps(await info.context.loaders.workers.load(self.claim.worker_id))

    @staticmethod
    def of(claim: domain.CallClaim) -> "CallClaim":
        return CallClaim(
            id=strawberry.ID(str(claim.id)),
            worker_id=strawberry.ID(str(claim.worker_id)),
            reasons=list(claim.reasons),
            claimed_at=claim.claimed_at,
            until=claim.until,
            claim=claim,
        )


@strawberry.type(description="A call, or a number shown outside one. The worker sees each of them.")
class Contact:
    id: strawberry.ID
    worker_id: strawberry.ID
    claim_id: strawberry.ID | None
    source: domain.ContactSource
    happened_at: datetime
    outcome: domain.CallOutcome | None
    about_work: bool | None = strawberry.field(description="Null: nobody knows.")
    requested: bool = strawberry.field(description="The worker had asked to hear of it.")

    @staticmethod
    def of(contact: domain.Contact) -> "Contact":
        return Contact(
            id=strawberry.ID(str(contact.id)),
            worker_id=strawberry.ID(str(contact.worker_id)),
            claim_id=None if contact.claim_id is None else strawberry.ID(str(contact.claim_id)),
            source=contact.source,
            happened_at=contact.happened_at,
            outcome=contact.outcome,
            about_work=contact.about_work,
            requested=contact.requested,
        )


@strawberry.type
class CallRefused:
    claim_id: strawberry.ID
    code: str
    message: str

    @staticmethod
    def of(claim_id: object, refusal: Refusal) -> "CallRefused":
        return CallRefused(claim_id=strawberry.ID(str(claim_id)), code=refusal.code, message=refusal.message)


@strawberry.type(description="`notHeld`: claims that have ended, or are a colleague's.")
class CallClaims:
    claims: list[CallClaim]
    not_held: list[strawberry.ID]


@strawberry.type(description="Each call stands alone: what is refused leaves the others recorded.")
class CallsRecorded:
    contacts: list[Contact]
    refused: list[CallRefused]


@strawberry.input
class ClaimNextCallInput:
    area: AreaPath
    reasons: list[domain.CallReason] = strawberry.field(default_factory=list, description="Empty: all.")
    idempotency_key: str


@strawberry.input
class ClaimCallInput:
    worker_id: strawberry.ID
    idempotency_key: str


@strawberry.input(description="The claim is the key: the same again changes nothing.")
class RecordCallInput:
    claim_id: strawberry.ID
    outcome: domain.CallOutcome
    call_back_at: datetime | None = strawberry.field(default=None, description="With CALL_BACK, within 30 days.")
    spoke_of_work: bool = strawberry.field(
        default=False, description="Also about work, though the call was about something else."
    )

    def asked(self) -> outcomes.Called:
        return outcomes.Called(
            claim_id=parse_id(self.claim_id, field="claimId"),
            outcome=self.outcome,
            call_back_at=self.call_back_at,
            spoke_of_work=self.spoke_of_work,
        )


ClaimCallResult = Annotated[CallClaim | Refused, strawberry.union("ClaimCallResult")]
CallClaimsResult = Annotated[CallClaims | Refused, strawberry.union("CallClaimsResult")]
RecordCallsResult = Annotated[CallsRecorded | Refused, strawberry.union("RecordCallsResult")]


@strawberry.type
class CallQuery:
    @strawberry.field(
        description="Whom to call next and why, of workers who asked to be called, the most urgent first. Whom a "
        "colleague has now is left out. No answer to an offer shows in it."
    )
    async def call_list(
        self,
        info: Info[EmploymentContext, None],
        area: AreaPath,
        reasons: list[domain.CallReason] | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[CallEntry]:
        request, locale = PageRequest.of(first, after), info.context.locale
        async with info.context.begin() as uow:
            page = await service.list_calls(uow, area_path=area, reasons=reasons or [], request=request)

        async def count() -> int:
            async with info.context.begin() as uow:
                return await service.count_calls(uow, area_path=area, reasons=reasons or [])

        return Connection.of(page, lambda listed: CallEntry.of(listed, locale), after=after, count=count)

    @strawberry.field(description="Workers whom the caller has now.")
    async def my_calls(self, info: Info[EmploymentContext, None]) -> list[CallClaim]:
        async with info.context.begin() as uow:
            return [CallClaim.of(claim) for claim in await service.my_claims(uow)]


@strawberry.type
class CallMutation:
    @strawberry.mutation(description="The most urgent worker whom nobody has.")
    @refusals
    async def claim_next_call(self, info: Info[EmploymentContext, None], input: ClaimNextCallInput) -> ClaimCallResult:
        async with info.context.begin() as uow:
            claim = await service.claim_next(
                uow, area_path=input.area, reasons=input.reasons, idempotency_key=input.idempotency_key
            )
        return CallClaim.of(claim)

    @strawberry.mutation(description="A worker on the list, unless a colleague has them.")
    @refusals
    async def claim_call(self, info: Info[EmploymentContext, None], input: ClaimCallInput) -> ClaimCallResult:
        async with info.context.begin() as uow:
            claim = await service.claim_worker(
                uow, worker_id=parse_id(input.worker_id, field="workerId"), idempotency_key=input.idempotency_key
            )
        return CallClaim.of(claim)

    @strawberry.mutation(description="A long call: the claims run from now on again.")
    @refusals
    async def renew_calls(
        self, info: Info[EmploymentContext, None], claim_ids: list[strawberry.ID]
    ) -> CallClaimsResult:
        ids = [parse_id(each, field="claimIds") for each in claim_ids]
        async with info.context.begin() as uow:
            claims, gone = await service.renew_claims(uow, claim_ids=ids)
        return CallClaims(
            claims=[CallClaim.of(each) for each in claims], not_held=[strawberry.ID(str(each)) for each in gone]
        )

    @strawberry.mutation(description="Not called after all: back on the list.")
    @refusals
    async def release_calls(
        self, info: Info[EmploymentContext, None], claim_ids: list[strawberry.ID]
    ) -> CallClaimsResult:
        ids = [parse_id(each, field="claimIds") for each in claim_ids]
        async with info.context.begin() as uow:
            claims, gone = await service.release_claims(uow, claim_ids=ids)
        return CallClaims(
            claims=[CallClaim.of(each) for each in claims], not_held=[strawberry.ID(str(each)) for each in gone]
        )

    @strawberry.mutation(description="What came of one call or of several. Who asks not to be called is off at once.")
    @refusals
    async def record_calls(
        self, info: Info[EmploymentContext, None], calls: list[RecordCallInput]
    ) -> RecordCallsResult:
        given = [call.asked() for call in calls]
        async with info.context.begin() as uow:
            done, refused = await outcomes.record_calls(uow, calls=given)
        return CallsRecorded(
            contacts=[Contact.of(each) for each in done],
            refused=[CallRefused.of(claim_id, refusal) for claim_id, refusal in refused],
        )
