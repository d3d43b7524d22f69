"""Department feeds: submit a batch, see what became of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.errors import InvalidInput
from chassis.graph import (
    AreaPath,
    Connection,
    JsonRecord,
    PageRequest,
    Refused,
    decode_cursor,
    described_enum,
    encode_cursor,
    page_of,
    refusals,
)
from chassis.ids import parse_id
from households_service.context import HouseholdsContext
from households_service.feeds import domain, service
from households_service.feeds.departments import Department
from households_service.files.graph import IssueCount, JobProgress, RowIssue

described_enum(
    domain.BatchState,
    description="How far a batch has come.",
    values={
        domain.BatchState.QUEUED: "Its file was received; its rows wait to be read.",
        domain.BatchState.RUNNING: "Its rows are being taken.",
        domain.BatchState.DONE: "Every row ended in one place: the account is final.",
        domain.BatchState.REFUSED: "The whole file was refused: `refusalCode` says why. No row was taken.",
    },
)


@strawberry.type(description="As received: read = linked + review + rejected + unchanged.")
class BatchAccount:
    read: int
    linked: int
    review: int = strawberry.field(description="Put before a person, see `reviewRows`.")
    rejected: int = strawberry.field(description="Refused with a coded error, see `issues`.")
    unchanged: int = strawberry.field(description="Received before with the same content.")
    banned_columns_dropped: int


@strawberry.type(description="What a sector department sent at once.")
class DepartmentBatch:
    id: strawberry.ID
    department: Department
    batch_id: str
    area_path: AreaPath
    state: domain.BatchState
    account: BatchAccount
    received_at: datetime
    finished_at: datetime | None
    refusal_code: str | None = strawberry.field(description="Why the whole file was refused.")
    refusal_message: str | None
    header_row: int | None = strawberry.field(description="Of a file, once read: the row taken for its header.")
    record: strawberry.Private[domain.DepartmentBatch]

    @strawberry.field(description="Of a file; null for a batch sent here.")
    async def progress(self, info: Info[HouseholdsContext, None]) -> JobProgress | None:
        async with info.context.begin() as uow:
            return await JobProgress.of(uow, self.record.job_id)

    @strawberry.field(description="Most frequent first.")
    async def issue_counts(self, info: Info[HouseholdsContext, None]) -> list[IssueCount]:
        async with info.context.begin() as uow:
            return IssueCount.all_of(await uow.batches.issue_counts(self.record.id))

    @strawberry.field(
        description="Why rows were rejected, and (WARNING) what to mend in rows that were taken; in the batch's order."
    )
    async def issues(
        self, info: Info[HouseholdsContext, None], first: int | None = None, after: str | None = None
    ) -> Connection[RowIssue]:
        request = PageRequest.of(first, after)
        behind = int(str(decode_cursor(after, int)[0])) if after is not None else 0
        async with info.context.begin() as uow:
            found = await uow.batches.issues(self.record.id, after=behind, limit=request.first + 1)

        async def count() -> int:
            async with info.context.begin() as uow:
                return sum(count.count for count in await uow.batches.issue_counts(self.record.id))

        page = page_of(found, request, lambda numbered: encode_cursor(numbered[0]))
        return Connection.of(page, lambda numbered: RowIssue.of(numbered[1]), after=after, count=count)

    @staticmethod
    def of(batch: domain.DepartmentBatch) -> "DepartmentBatch":
        account = batch.account
        return DepartmentBatch(
            id=strawberry.ID(str(batch.id)),
            department=batch.department,
            batch_id=batch.batch_id,
            area_path=AreaPath(batch.area_path),
            state=batch.state,
            account=BatchAccount(
                read=account.read,
                linked=account.linked,
                review=account.review,
                rejected=account.rejected,
                unchanged=account.unchanged,
                banned_columns_dropped=account.banned_columns_dropped,
            ),
            received_at=batch.received_at,
            finished_at=batch.finished_at,
            refusal_code=batch.refusal_code,
            refusal_message=batch.refusal_message,
            header_row=batch.header_row,
            record=batch,
        )


@strawberry.input
class SubmitDepartmentBatchInput:
    department: str
    batch_id: str = strawberry.field(description="The department's own number; the same one again does nothing.")
    area_path: AreaPath | None = strawberry.field(default=None, description="By default the one of your token.")
    purpose_code: str | None = strawberry.field(default=None, description="For records that name none.")
    records: list[JsonRecord] = strawberry.field(
        description=(
            "At most 1,000 of: recordId, person {idNumber, name, dateOfBirth, villageCode, householdCode}, eventType,"
            " eventDate, purposeCode, sentAt, corrects, and the feed's own fields, see `feedDeclarations`. Any other"
            " field refuses the batch."
        )
    )


SubmitDepartmentBatchResult = Annotated[DepartmentBatch | Refused, strawberry.union("SubmitDepartmentBatchResult")]


@strawberry.type
class FeedQuery:
    @strawberry.field
    async def department_batch(self, info: Info[HouseholdsContext, None], id: strawberry.ID) -> DepartmentBatch:
        async with info.context.begin() as uow:
            return DepartmentBatch.of(await service.find_batch(uow, info.context.actor, parse_id(id)))

    @strawberry.field(description="By the department's own number.")
    async def department_batch_by_number(
        self, info: Info[HouseholdsContext, None], department: str, batch_id: str
    ) -> DepartmentBatch:
        async with info.context.begin() as uow:
            return DepartmentBatch.of(
                await service.find_batch_by_number(uow, info.context.actor, department=department, batch_id=batch_id)
            )


@strawberry.type
class FeedMutation:
    @strawberry.mutation(description="Takes a department's records, each linked, put to review or rejected.")
    @refusals
    async def submit_department_batch(
        self, info: Info[HouseholdsContext, None], input: SubmitDepartmentBatchInput
    ) -> SubmitDepartmentBatchResult:
        envelope = service.Envelope(
            department=input.department,
            batch_id=input.batch_id,
            area_path=input.area_path,
            purpose_code=input.purpose_code,
        )
        records = [_record(record) for record in input.records]
        async with info.context.begin() as uow:
            batch = await service.submit_batch(uow, info.context.actor, envelope=envelope, records=records)
        return DepartmentBatch.of(batch)


def _record(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise InvalidInput("A record is a JSON object.", field="records")
    return value
