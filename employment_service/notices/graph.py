"""Notices in a worker's own view."""

from datetime import date, datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import Connection, PageRequest, Refused, encode_cursor, page_of, refusals
from chassis.ids import parse_id
from employment_service.context import EmploymentContext
from employment_service.copies.domain import CareKind
from employment_service.employers.graph import id_behind
from employment_service.notices import domain, service

strawberry.enum(domain.NoticeKind)
strawberry.enum(CareKind)


@strawberry.type(description="For the worker alone. Nothing follows from it unless the worker acts.")
class Notice:
    id: strawberry.ID
    kind: domain.NoticeKind
    text: str = strawberry.field(description="In the worker's language.")
    noted_at: datetime
    since: date | None
    care_kind: CareKind | None
    own_duty: bool = strawberry.field(description="The registry has the care as the worker's own duty.")
    closed_at: datetime | None

    @staticmethod
    def of(notice: domain.Notice, locale: str) -> "Notice":
        return Notice(
            id=strawberry.ID(str(notice.id)),
            kind=notice.kind,
            text=domain.text_of(notice.kind, locale),
            noted_at=notice.noted_at,
            since=notice.since,
            care_kind=notice.care_kind,
            own_duty=notice.own_duty,
            closed_at=notice.closed_at,
        )


CloseNoticeResult = Annotated[Notice | Refused, strawberry.union("CloseNoticeResult")]


@strawberry.type
class NoticeQuery:
    @strawberry.field(description="Open ones, newest first.")
    async def my_notices(
        self, info: Info[EmploymentContext, None], first: int | None = None, after: str | None = None
    ) -> Connection[Notice]:
        request = PageRequest.of(first, after)
        async with info.context.begin() as uow:
            found, language = await service.own_notices(uow, after=id_behind(after), count=request.first + 1)

        async def count() -> int:
            async with info.context.begin() as uow:
                return await service.count_own_notices(uow)

        locale = language or info.context.locale
        page = page_of(found, request, lambda notice: encode_cursor(str(notice.id)))
        return Connection.of(page, lambda notice: Notice.of(notice, locale), after=after, count=count)


@strawberry.type
class NoticeMutation:
    @strawberry.mutation(description="Read, and put away.")
    @refusals
    async def close_notice(self, info: Info[EmploymentContext, None], id: strawberry.ID) -> CloseNoticeResult:
        async with info.context.begin() as uow:
            closed, language = await service.close_notice(uow, notice_id=parse_id(id))
        return Notice.of(closed, language or info.context.locale)
