from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from households_service.files.columns import HeaderChoice
from households_service.files.issues import CodeCount, RowIssue, Severity
from households_service.imports.domain import (
    ImportAccount,
    ImportMode,
    ImportState,
    ImportUnknown,
    RegistryImport,
)
from households_service.imports.tables import imported_households, registry_import_issues, registry_imports

ROWS_PER_INSERT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedHousehold:
    code: str
    household_id: UUID
    area_path: str
    content_token: bytes
    import_id: UUID


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

    async def add_imported(self, new: Sequence[ImportedHousehold]) -> None:
        if new:
            await self._connection.execute(insert(imported_households), [asdict(household) for household in new])

    async def replace_issues(self, owner: RegistryImport, issues: Sequence[RowIssue]) -> None:
        await self._connection.execute(
            delete(registry_import_issues).where(registry_import_issues.c.import_id == owner.id)
        )
        rows = [
            {
                "import_id": owner.id,
                "number": number,
                "area_path": owner.area_path,
                "row_number": issue.row,
                "column_name": issue.column,
                "code": issue.code,
                "message": issue.message,
                "value_masked": issue.value,
                "severity": issue.severity,
            }
            for number, issue in enumerate(issues, start=1)
        ]
        for start in range(0, len(rows), ROWS_PER_INSERT):
            await self._connection.execute(insert(registry_import_issues), rows[start : start + ROWS_PER_INSERT])

    async def issues(
        self, import_id: UUID, *, after: int = 0, limit: int | None = None
    ) -> Sequence[tuple[int, RowIssue]]:
        """Numbered from 1, in the order of the file's rows."""
        query = (
            select(registry_import_issues)
            .where(registry_import_issues.c.import_id == import_id, registry_import_issues.c.number > after)
            .order_by(registry_import_issues.c.number)
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
