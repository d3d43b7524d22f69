"""A worker's own wishes about being called, and every call there was."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import Connection, PageRequest, Refused, encode_cursor, page_of, refusals
from chassis.ids import parse_id
from employment_service.call_requests import service
from employment_service.calls import domain
from employment_service.calls.graph import Contact
from employment_service.context import EmploymentContext
from employment_service.employers.graph import id_behind

strawberry.enum(domain.RequestAbout, name="CallRequestAbout")


@strawberry.type(description="Stands until it was answered, has lapsed or is taken back; no decision ends it.")
class CallRequest:
    id: strawberry.ID
    about: domain.RequestAbout
    offer_id: strawberry.ID | None
    asked_at: datetime
    call_from: datetime

    @staticmethod
    def of(request: domain.CallRequest) -> "CallRequest":
        return CallRequest(
            id=strawberry.ID(str(request.id)),
            about=request.about,
            offer_id=None if request.offer_id is None else strawberry.ID(str(request.offer_id)),
            asked_at=request.asked_at,
            call_from=request.call_from,
        )


@strawberry.type
class CallRequests:
    requests: list[CallRequest]


@strawberry.input
class AskForCallInput:
    offer_id: strawberry.ID | None = strawberry.field(
        default=None, description="Call before this offer runs out; left out: call soon."
    )
    idempotency_key: str


AskForCallResult = Annotated[CallRequest | Refused, strawberry.union("AskForCallResult")]
TakeBackCallRequestResult = Annotated[CallRequests | Refused, strawberry.union("TakeBackCallRequestResult")]


@strawberry.type(description="Somebody opened the caller's phone number.")
class PhoneOpening:
    at: datetime
    by: str = strawberry.field(description="The token subject of the staff member.")
    reason: str


@strawberry.type
class CallRequestQuery:
    @strawberry.field(description="Who opened the caller's own phone number, newest first.")
    async def my_phone_openings(self, info: Info[EmploymentContext, None]) -> list[PhoneOpening]:
        async with info.context.begin() as uow:
            found = await service.own_openings(uow)
        return [PhoneOpening(at=at, by=by, reason=reason) for at, by, reason in found]

    @strawberry.field(description="The worker's own.")
    async def my_call_requests(self, info: Info[EmploymentContext, None]) -> list[CallRequest]:
        async with info.context.begin() as uow:
            return [CallRequest.of(each) for each in await service.own_requests(uow)]

    @strawberry.field(description="Calls to a worker, newest first. For the worker and the independent monitor.")
    async def contacts(
        self,
        info: Info[EmploymentContext, None],
        worker_id: strawberry.ID,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Contact]:
        request, key = PageRequest.of(first, after), parse_id(worker_id, field="workerId")
        async with info.context.begin() as uow:
            found = await service.contacts_with(uow, worker_id=key, after=id_behind(after), count=request.first + 1)

        async def count() -> int:
            async with info.context.begin() as uow:
                return await service.count_contacts_with(uow, worker_id=key)

        page = page_of(found, request, lambda contact: encode_cursor(str(contact.id)))
        return Connection.of(page, Contact.of, after=after, count=count)


@strawberry.type
class CallRequestMutation:
    @strawberry.mutation(description="By the worker, who said before that they want to be called.")
    @refusals
    async def ask_for_call(self, info: Info[EmploymentContext, None], input: AskForCallInput) -> AskForCallResult:
        async with info.context.begin() as uow:
            request = await service.ask_for_call(
                uow,
                offer_id=None if input.offer_id is None else parse_id(input.offer_id, field="offerId"),
                idempotency_key=input.idempotency_key,
            )
        return CallRequest.of(request)

    @strawberry.mutation
    @refusals
    async def take_back_call_request(
        self, info: Info[EmploymentContext, None], id: strawberry.ID
    ) -> TakeBackCallRequestResult:
        async with info.context.begin() as uow:
            left = await service.take_back_call_request(uow, request_id=parse_id(id))
        return CallRequests(requests=[CallRequest.of(each) for each in left])
