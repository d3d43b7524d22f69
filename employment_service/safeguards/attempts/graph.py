"""Refused answers in a worker's place, as the independent monitor reads them."""

from datetime import datetime

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Connection, PageRequest, encode_cursor, page_of
from employment_service.context import EmploymentContext
from employment_service.employers.graph import id_behind
from employment_service.safeguards.attempts import domain, service


@strawberry.type(description="Somebody tried to answer in a worker's place, and was refused. For the monitor alone.")
class ConsentAttempt:
    id: strawberry.ID
    action: str = strawberry.field(description="What was tried, such as acceptOffer.")
    offer_id: strawberry.ID
    worker_id: strawberry.ID = strawberry.field(description="In whose place.")
    area_path: AreaPath
    attempted_by: str = strawberry.field(description="The token subject.")
    roles: list[str]
    first_at: datetime
    last_at: datetime
    times: int = strawberry.field(description="On that day.")

    @staticmethod
    def of(attempt: domain.ConsentAttempt) -> "ConsentAttempt":
        return ConsentAttempt(
            id=strawberry.ID(str(attempt.id)),
            action=attempt.action,
            offer_id=strawberry.ID(str(attempt.offer_id)),
            worker_id=strawberry.ID(str(attempt.worker_id)),
            area_path=AreaPath(attempt.area_path),
            attempted_by=attempt.attempted_by,
            roles=list(attempt.roles),
            first_at=attempt.first_at,
            last_at=attempt.last_at,
            times=attempt.times,
        )


@strawberry.type
class ConsentAttemptQuery:
    @strawberry.field(description="For the independent monitor alone, newest first.")
    async def consent_attempts(
        self, info: Info[EmploymentContext, None], area: AreaPath, first: int | None = None, after: str | None = None
    ) -> Connection[ConsentAttempt]:
        request = PageRequest.of(first, after)
        async with info.context.begin() as uow:
            found = await service.attempt_page(uow, area, after=id_behind(after), count=request.first + 1)

        async def count() -> int:
            async with info.context.begin() as uow:
                return await uow.consent_attempts.count(area)

        page = page_of(found, request, lambda attempt: encode_cursor(str(attempt.id)))
        return Connection.of(page, ConsentAttempt.of, after=after, count=count)
