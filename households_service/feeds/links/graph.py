"""How a record found its person, field by field; links looked at again and undone."""

from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.types import Info

from chassis.graph import (
    AreaPath,
    Connection,
    PageRequest,
    Refused,
    decode_cursor,
    encode_cursor,
    page_of,
    refusals,
)
from chassis.ids import parse_id
from households_service.context import HouseholdsContext
from households_service.feeds.departments import Department
from households_service.feeds.links import service
from households_service.feeds.review_rows.graph import LinkWeighing, ReviewRow
from households_service.idempotency import once
from households_service.identities import decisions


@strawberry.type(description="A department's record and how it found its person. Names nobody unmasked.")
class DepartmentRecord:
    row: ReviewRow
    link: LinkWeighing | None = strawberry.field(
        description="Null where an exact rule or a person linked it: `row.linkRule` says which."
    )
    decided_by: str | None = strawberry.field(
        description="RULE, MODEL or the subject of the person who decided. Null while it waits."
    )

    @staticmethod
    def of(found: service.RecordLink) -> "DepartmentRecord":
        return DepartmentRecord(
            row=ReviewRow.of(found.record),
            link=None if found.decision is None else LinkWeighing.of(found.decision),
            decided_by=found.decided_by,
        )


@strawberry.type(description="Of the automatic links drawn for a second look: one in a hundred.")
class LinkSampleCounts:
    drawn: int
    right: int
    wrong: int
    unsure: int
    precision: float | None = strawberry.field(description="Right ones of those decided; null before any was.")


_ROW = "The version of the record that stands, as in `departmentRecord { row { id } }`: an older one is refused."
_KEY = "Your own: the same call sent again does nothing and gets the same answer."


@strawberry.input
class UndoLinkInput:
    row_id: strawberry.ID = strawberry.field(description=_ROW)
    reason: str
    idempotency_key: str = strawberry.field(description=_KEY)


@strawberry.input
class ConfirmLinkInput:
    row_id: strawberry.ID = strawberry.field(description=_ROW)
    finding: decisions.Finding
    reason: str
    idempotency_key: str = strawberry.field(description=_KEY)


UndoLinkResult = Annotated[ReviewRow | Refused, strawberry.union("UndoLinkResult")]
ConfirmLinkResult = Annotated[DepartmentRecord | Refused, strawberry.union("ConfirmLinkResult")]


@strawberry.type
class LinkQuery:
    @strawberry.field(description="By its row id.")
    async def department_record(self, info: Info[HouseholdsContext, None], id: strawberry.ID) -> DepartmentRecord:
        async with info.context.begin() as uow:
            return DepartmentRecord.of(await service.find_link(uow, info.context.actor, parse_id(id)))

    @strawberry.field(
        description=(
            "By the department's own number, which an alert names for each record it is made of. The version that"
            " counts, or the newest one where none does."
        )
    )
    async def department_record_by_number(
        self, info: Info[HouseholdsContext, None], department: Department, record_id: str
    ) -> DepartmentRecord:
        async with info.context.begin() as uow:
            return DepartmentRecord.of(
                await service.find_link_by_number(uow, info.context.actor, department=department, record_id=record_id)
            )

    @strawberry.field(description="Automatic links that wait for a second look, oldest first.")
    async def sampled_links(
        self, info: Info[HouseholdsContext, None], area: AreaPath, first: int | None = None, after: str | None = None
    ) -> Connection[ReviewRow]:
        request = PageRequest.of(first, after)
        behind = parse_id(str(decode_cursor(after, str)[0]), field="after") if after is not None else None
        async with info.context.begin() as uow:
            found = await service.sampled_links(
                uow, info.context.actor, area_path=area, after=behind, limit=request.first + 1
            )

        async def count() -> int:
            async with info.context.begin() as uow:
                counts = await service.sample_counts(uow, info.context.actor, area_path=area)
                return counts.drawn - counts.right - counts.wrong - counts.unsure

        page = page_of(found, request, lambda record: encode_cursor(str(record.id)))
        return Connection.of(page, ReviewRow.of, after=after, count=count)

    @strawberry.field(description="How many automatic links were right, as far as people looked.")
    async def link_sample_counts(self, info: Info[HouseholdsContext, None], area: AreaPath) -> LinkSampleCounts:
        async with info.context.begin() as uow:
            counts = await service.sample_counts(uow, info.context.actor, area_path=area)
        decided = counts.right + counts.wrong
        return LinkSampleCounts(
            drawn=counts.drawn,
            right=counts.right,
            wrong=counts.wrong,
            unsure=counts.unsure,
            precision=counts.right / decided if decided else None,
        )


@strawberry.type
class LinkMutation:
    @strawberry.mutation(description="Somebody else was meant: the record waits again, what it did is taken back.")
    @refusals
    async def undo_link(self, info: Info[HouseholdsContext, None], input: UndoLinkInput) -> UndoLinkResult:
        async with info.context.begin() as uow:

            async def undo() -> UUID:
                row_id = parse_id(input.row_id, field="rowId")
                waiting = await service.undo_link(uow, info.context.actor, row_id=row_id, reason=input.reason)
                return waiting.id

            waiting_id = await once(uow, "undoLink", input.idempotency_key, input, undo)
            waiting = await service.find_link(uow, info.context.actor, waiting_id)
        return ReviewRow.of(waiting.record)

    @strawberry.mutation(description="What a person found of an automatic link; a wrong one is undone.")
    @refusals
    async def confirm_link(self, info: Info[HouseholdsContext, None], input: ConfirmLinkInput) -> ConfirmLinkResult:
        async with info.context.begin() as uow:

            async def confirm() -> UUID:
                found = await service.confirm_link(
                    uow,
                    info.context.actor,
                    row_id=parse_id(input.row_id, field="rowId"),
                    finding=input.finding,
                    reason=input.reason,
                )
                return found.record.id

            row_id = await once(uow, "confirmLink", input.idempotency_key, input, confirm)
            found = await service.find_link(uow, info.context.actor, row_id)
        return DepartmentRecord.of(found)
