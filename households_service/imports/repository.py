from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

import polars as pl
from sqlalchemy import (
    Integer,
    LargeBinary,
    Row,
    Text,
    Uuid,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from households_service.files.columns import HeaderChoice
from households_service.files.domain import FileEncoding
from households_service.files.issues import CodeCount, RowIssue, Severity
from households_service.imports.domain import (
    ImportAccount,
    ImportMode,
    ImportState,
    ImportUnknown,
    RegistryImport,
)
from households_service.imports.tables import (
    imported_households,
    registry_changes,
    registry_import_issues,
    registry_imports,
    registry_staged_blocks,
)

_ADD_ISSUES = text("""
    insert into registry_import_issues
        (import_id, number, area_path, row_number, column_name, code, message, value_masked, severity)
    select :import_id, :last + found.number, :area_path, found.row, found.column_name, found.code, found.message,
        found.value, found.severity
    from unnest(:row, :column, :code, :message, :value, :severity) with ordinality
        as found (row, column_name, code, message, value, severity, number)
    """).bindparams(
    bindparam("last", type_=Integer),
    bindparam("row", type_=ARRAY(Integer)),
    *(bindparam(name, type_=ARRAY(Text)) for name in ("column", "code", "message", "value", "severity")),
)


_KEEP = text("""
    insert into imported_households (code, household_id, area_path, content_token, import_id)
    select * from unnest(:code, :household, :path, :token, :import)
    on conflict (code) do update set household_id = excluded.household_id, area_path = excluded.area_path,
        content_token = excluded.content_token, import_id = excluded.import_id
    """).bindparams(
    *(bindparam(name, type_=ARRAY(Text)) for name in ("code", "path")),
    *(bindparam(name, type_=ARRAY(Uuid)) for name in ("household", "import")),
    bindparam("token", type_=ARRAY(LargeBinary)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedHousehold:
    code: str
    household_id: UUID
    area_path: str
    content_token: bytes
    import_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptChange:
    """One version of a household or a member: which fields an import changed, and what stood there before."""

    id: UUID
    household_id: UUID
    member_id: UUID | None
    area_path: str
    version: int
    import_id: UUID
    fields: tuple[str, ...]
    before_sealed: bytes
    changed_by: str
    changed_at: datetime


class ImportRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, new: RegistryImport) -> None:
        await self._connection.execute(insert(registry_imports).values(_row(new)))

    async def save(self, changed: RegistryImport) -> None:
        await self._connection.execute(
            update(registry_imports).where(registry_imports.c.id == changed.id).values(_row(changed))
        )

    async def get(self, import_id: UUID) -> RegistryImport:
        """Raises ImportUnknown."""
        query = select(registry_imports).where(registry_imports.c.id == import_id)
        row = (await self._connection.execute(query)).first()
        if row is None:
            raise ImportUnknown("There is no such import, or not for you.", field="id")
        return _import(row)

    async def unfinished_before(self, instant: datetime) -> Sequence[RegistryImport]:
        table = registry_imports
        query = select(table).where(table.c.finished_at.is_(None), table.c.requested_at < instant)
        return [_import(row) for row in await self._connection.execute(query)]

    async def ended_with_rows(self, instant: datetime, *, limit: int) -> Sequence[UUID]:
        """Imports that ended before, and of which rows or issues are still there."""
        table = registry_imports
        left = [
            select(other.c.import_id).where(other.c.import_id == table.c.id).exists()
            for other in (registry_staged_blocks, registry_import_issues)
        ]
        query = select(table.c.id).where(table.c.finished_at < instant, or_(*left)).limit(limit)
        return list((await self._connection.execute(query)).scalars())

    async def imported(self, codes: Sequence[str]) -> Mapping[str, ImportedHousehold]:
        query = select(imported_households).where(imported_households.c.code.in_(codes))
        return {
            row.code: ImportedHousehold(
                code=row.code,
                household_id=row.household_id,
                area_path=row.area_path,
                content_token=row.content_token,
                import_id=row.import_id,
            )
            for row in await self._connection.execute(query)
        }

    async def keep_imported(self, new: Sequence[ImportedHousehold]) -> None:
        """The newest content of each household that an import brought."""
        if not new:
            return
        await self._connection.execute(
            _KEEP,
            {
                "code": [one.code for one in new],
                "household": [one.household_id for one in new],
                "path": [one.area_path for one in new],
                "token": [one.content_token for one in new],
                "import": [one.import_id for one in new],
            },
        )

    async def clear_issues(self, import_id: UUID) -> None:
        await self._connection.execute(
            delete(registry_import_issues).where(registry_import_issues.c.import_id == import_id)
        )

    async def add_issues(self, owner: RegistryImport, found: pl.DataFrame) -> None:
        """Behind those that are there. Many at once: one statement with an array a column."""
        if not found.height:
            return
        mine = registry_import_issues.c.import_id == owner.id
        last = await self._connection.scalar(select(func.max(registry_import_issues.c.number)).where(mine))
        await self._connection.execute(
            _ADD_ISSUES,
            {
                "import_id": owner.id,
                "area_path": owner.area_path,
                "last": last or 0,
                **{name: found[name].to_list() for name in ("row", "column", "code", "message", "value", "severity")},
            },
        )

    async def issues(
        self, import_id: UUID, *, after: tuple[int, int] = (0, 0), limit: int | None = None
    ) -> Sequence[tuple[int, RowIssue]]:
        """With their numbers, in the order of the file's rows. `after`: row and number of the last one before."""
        table = registry_import_issues
        query = (
            select(table)
            .where(table.c.import_id == import_id, tuple_(table.c.row_number, table.c.number) > after)
            .order_by(table.c.row_number, table.c.number)
            .limit(limit)
        )
        return [
            (
                row.number,
                RowIssue(
                    row=row.row_number,
                    column=row.column_name,
                    code=row.code,
                    message=row.message,
                    value=row.value_masked,
                    severity=Severity(row.severity),
                ),
            )
            for row in await self._connection.execute(query)
        ]

    async def add_changes(self, changes: Sequence[KeptChange]) -> None:
        if changes:
            await self._connection.execute(insert(registry_changes), [asdict(change) for change in changes])

    async def issue_counts(self, import_id: UUID) -> Sequence[CodeCount]:
        """Most frequent first."""
        count = func.count()
        query = (
            select(registry_import_issues.c.code, count)
            .where(registry_import_issues.c.import_id == import_id)
            .group_by(registry_import_issues.c.code)
            .order_by(count.desc(), registry_import_issues.c.code)
        )
        return [CodeCount(code=row[0], count=row[1]) for row in await self._connection.execute(query)]


def _row(value: RegistryImport) -> dict[str, object]:
    return {
        "id": value.id,
        "file_id": value.file_id,
        "file_sha256": value.file_sha256,
        "area_path": value.area_path,
        "mode": value.mode,
        "mapped": [list(pair) for pair in value.choice.mapped],
        "ignored": list(value.choice.ignored),
        "encoding": value.encoding,
        "headers": dict(value.headers),
        "header_row": value.header_row,
        "state": value.state,
        "account": asdict(value.account),
        "job_id": value.job_id,
        "requested_by": value.requested_by,
        "requested_at": value.requested_at,
        "finished_at": value.finished_at,
        "refusal_code": value.refusal_code,
        "refusal_message": value.refusal_message,
        "report_file_id": value.report_file_id,
    }


def _import(row: Row[tuple[object, ...]]) -> RegistryImport:
    return RegistryImport(
        id=row.id,
        file_id=row.file_id,
        file_sha256=row.file_sha256,
        area_path=row.area_path,
        mode=ImportMode(row.mode),
        choice=HeaderChoice(mapped=tuple((pair[0], pair[1]) for pair in row.mapped), ignored=tuple(row.ignored)),
        encoding=None if row.encoding is None else FileEncoding(row.encoding),
        headers=tuple(row.headers.items()),
        header_row=row.header_row,
        state=ImportState(row.state),
        account=ImportAccount(**row.account),
        job_id=row.job_id,
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        finished_at=row.finished_at,
        refusal_code=row.refusal_code,
        refusal_message=row.refusal_message,
        report_file_id=row.report_file_id,
    )
