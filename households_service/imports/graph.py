"""Registry imports: start one, follow it, read what is wrong."""

from datetime import datetime
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
from households_service.files.domain import FileEncoding
from households_service.files.graph import HeaderMapping, IssueCount, JobProgress, RowIssue, header_choice
from households_service.idempotency import once
from households_service.imports import domain, service

strawberry.enum(
    domain.ImportMode,
    description="VALIDATE reports only; COMMIT_VALID registers sound households; COMMIT_ALL all or nothing.",
)
strawberry.enum(domain.ImportState)
strawberry.enum(FileEncoding, description="What a CSV's bytes do not tell themselves.")


@strawberry.type(description="Rows and households read = registered + updated + unchanged + rejected + valid.")
class ImportAccount:
    rows_read: int
    rows_registered: int
    rows_updated: int = strawberry.field(description="Members that got a new version or joined a known household.")
    rows_unchanged: int
    rows_rejected: int
    rows_valid: int = strawberry.field(description="Sound, but the mode or another row kept them out.")
    households_read: int
    households_registered: int
    households_updated: int
    households_unchanged: int
    households_rejected: int
    households_valid: int
    banned_columns_dropped: int = strawberry.field(description="Columns that are never read, such as 民族.")
    banned_values_refused: int
    households_missing: int = strawberry.field(
        description="Registered in the villages of the sheet and not in it; nobody was taken out."
    )
    members_missing: int

    @staticmethod
    def of(account: domain.ImportAccount) -> "ImportAccount":
        return ImportAccount(
            rows_read=account.rows_read,
            rows_registered=account.rows_registered,
            rows_updated=account.rows_updated,
            rows_unchanged=account.rows_unchanged,
            rows_rejected=account.rows_rejected,
            rows_valid=account.rows_valid,
            households_read=account.households_read,
            households_registered=account.households_registered,
            households_updated=account.households_updated,
            households_unchanged=account.households_unchanged,
            households_rejected=account.households_rejected,
            households_valid=account.households_valid,
            banned_columns_dropped=account.banned_columns_dropped,
            banned_values_refused=account.banned_values_refused,
            households_missing=account.households_missing,
            members_missing=account.members_missing,
        )


@strawberry.type(description="One reading of one registry file.")
class ImportJob:
    id: strawberry.ID
    file_id: strawberry.ID
    area_path: AreaPath
    mode: domain.ImportMode
    state: domain.ImportState
    account: ImportAccount
    requested_at: datetime
    finished_at: datetime | None
    refusal_code: str | None = strawberry.field(description="Why the whole file was refused.")
    refusal_message: str | None
    header_row: int | None = strawberry.field(description="Once the file is read: the row taken for its header.")
    record: strawberry.Private[domain.RegistryImport]

    @strawberry.field
    async def progress(self, info: Info[HouseholdsContext, None]) -> JobProgress | None:
        async with info.context.begin() as uow:
            return await JobProgress.of(uow, self.record.job_id)

    @strawberry.field(description="Most frequent first.")
    async def issue_counts(self, info: Info[HouseholdsContext, None]) -> list[IssueCount]:
        async with info.context.begin() as uow:
            return IssueCount.all_of(await uow.imports.issue_counts(self.record.id))

    @strawberry.field(description="In the order of the file's rows.")
    async def issues(
        self, info: Info[HouseholdsContext, None], first: int | None = None, after: str | None = None
    ) -> Connection[RowIssue]:
        request = PageRequest.of(first, after)
        row, number = decode_cursor(after, int, int) if after is not None else (0, 0)
        async with info.context.begin() as uow:
            found = await uow.imports.issues(
                self.record.id, after=(int(str(row)), int(str(number))), limit=request.first + 1
            )

        async def count() -> int:
            async with info.context.begin() as uow:
                return sum(count.count for count in await uow.imports.issue_counts(self.record.id))

        page = page_of(found, request, lambda numbered: encode_cursor(numbered[1].row, numbered[0]))
        return Connection.of(page, lambda numbered: RowIssue.of(numbered[1]), after=after, count=count)

    @strawberry.field(
        description="Codes of households of the sheet's villages that it does not name; the first hundred."
    )
    async def missing_households(self, info: Info[HouseholdsContext, None]) -> list[str]:
        async with info.context.begin() as uow:
            return list((await uow.staging.missing_households(self.record.id, limit=100))[1]) if self._done else []

    @strawberry.field(description="Where the report is fetched, once the import is done.")
    def report_path(self) -> str | None:
        return f"/files/registry-imports/{self.id}/errors.json" if self._done else None

    @strawberry.field(description="Where the faulty rows with `_errors` columns are fetched; null: nothing was wrong.")
    def error_sheet_path(self) -> str | None:
        return f"/files/registry-imports/{self.id}/errors" if self.record.report_file_id is not None else None

    @property
    def _done(self) -> bool:
        return self.state is domain.ImportState.DONE

    @staticmethod
    def of(record: domain.RegistryImport) -> "ImportJob":
        return ImportJob(
            id=strawberry.ID(str(record.id)),
            file_id=strawberry.ID(str(record.file_id)),
            area_path=AreaPath(record.area_path),
            mode=record.mode,
            state=record.state,
            account=ImportAccount.of(record.account),
            requested_at=record.requested_at,
            finished_at=record.finished_at,
            refusal_code=record.refusal_code,
            refusal_message=record.refusal_message,
            header_row=record.header_row,
            record=record,
        )


@strawberry.input
class StartRegistryImportInput:
    file_id: strawberry.ID = strawberry.field(description="As answered by POST /files/registry-imports.")
    mode: domain.ImportMode = domain.ImportMode.VALIDATE
    mapped_headers: list[HeaderMapping] | None = None
    ignored_headers: list[str] | None = strawberry.field(default=None, description="Unknown headers to leave out.")
    encoding: FileEncoding | None = strawberry.field(
        default=None, description="Of a CSV that was refused with FILE_ENCODING_UNKNOWN."
    )
    idempotency_key: str


StartRegistryImportResult = Annotated[ImportJob | Refused, strawberry.union("StartRegistryImportResult")]


@strawberry.type
class ImportQuery:
    @strawberry.field
    async def import_job(self, info: Info[HouseholdsContext, None], id: strawberry.ID) -> ImportJob:
        async with info.context.begin() as uow:
            return ImportJob.of(await service.find_import(uow, info.context.actor, parse_id(id)))


@strawberry.type
class ImportMutation:
    @strawberry.mutation(description="Reads an uploaded registry sheet; follow it by `importJob`.")
    @refusals
    async def start_registry_import(
        self, info: Info[HouseholdsContext, None], input: StartRegistryImportInput
    ) -> StartRegistryImportResult:
        actor = info.context.actor
        async with info.context.begin() as uow:

            async def make() -> UUID:
                started = await service.start_registry_import(
                    uow,
                    actor,
                    file_id=parse_id(input.file_id, field="fileId"),
                    mode=input.mode,
                    choice=header_choice(input.mapped_headers, input.ignored_headers),
                    encoding=input.encoding,
                )
                return started.id

            import_id = await once(uow, "startRegistryImport", input.idempotency_key, input, make)
            return ImportJob.of(await service.find_import(uow, actor, import_id))
