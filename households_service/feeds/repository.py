from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.many_rows import insert_rows
from households_service.feeds.departments import Department
from households_service.feeds.domain import BatchAccount, BatchState, DepartmentBatch
from households_service.feeds.refusals import RecordRepeated, UnknownBatch
from households_service.feeds.tables import (
    department_batch_issues,
    department_batches,
    department_raw_rows,
)
from households_service.files.issues import CodeCount, RowIssue, Severity
from households_service.imports.refusals import VillageUnknown

WARNINGS = frozenset({VillageUnknown.code, RecordRepeated.code})
"""Said of rows that were taken all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    id: UUID
    batch_key: UUID
    record_key: UUID | None
    area_path: str
    row: int
    sealed: bytes
    delete_at: datetime


class BatchRepository:
    """Batches, their row errors and the raw rows."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def lock_department(self, department: Department) -> None:
        """One batch of a department at a time: replays and corrections depend on the order of records."""
        await self._connection.execute(
            text("select pg_advisory_xact_lock(hashtext(:name))"), {"name": f"feed {department}"}
        )

    async def put(self, batch: DepartmentBatch) -> None:
        """A new one, or one that was refused and comes again."""
        row = _batch_row(batch)
        changed = {name: value for name, value in row.items() if name != "id"}
        await self._connection.execute(
            upsert(department_batches)
            .values(row)
            .on_conflict_do_update(index_elements=[department_batches.c.id], set_=changed)
        )

    async def save(self, batch: DepartmentBatch) -> None:
        await self._connection.execute(
            update(department_batches).where(department_batches.c.id == batch.id).values(_batch_row(batch))
        )

    async def get(self, batch_key: UUID) -> DepartmentBatch:
        """Raises UnknownBatch."""
        query = select(department_batches).where(department_batches.c.id == batch_key)
        row = (await self._connection.execute(query)).first()
        if row is None:
            raise UnknownBatch("There is no such batch, or not for you.", field="id")
        return _batch(row)

    async def by_number(self, department: Department, batch_id: str) -> DepartmentBatch | None:
        query = select(department_batches).where(
            department_batches.c.department == department, department_batches.c.batch_id == batch_id
        )
        row = (await self._connection.execute(query)).first()
        return None if row is None else _batch(row)

    async def add_issues(self, batch: DepartmentBatch, issues: Sequence[RowIssue]) -> None:
        if not issues:
            return
        query = select(func.coalesce(func.max(department_batch_issues.c.number), 0)).where(
            department_batch_issues.c.batch_key == batch.id
        )
        last = int(await self._connection.scalar(query) or 0)
        await self._connection.execute(
            insert(department_batch_issues),
            [
                {
                    "batch_key": batch.id,
                    "number": number,
                    "area_path": batch.area_path,
                    "row_number": issue.row,
                    "column_name": issue.column,
                    "code": issue.code,
                    "message": issue.message,
                    "value_masked": issue.value,
                }
                for number, issue in enumerate(issues, start=last + 1)
            ],
        )

    async def issues(
        self, batch_key: UUID, *, after: int = 0, limit: int | None = None
    ) -> Sequence[tuple[int, RowIssue]]:
        query = (
            select(department_batch_issues)
            .where(department_batch_issues.c.batch_key == batch_key, department_batch_issues.c.number > after)
            .order_by(department_batch_issues.c.number)
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
                    severity=Severity.WARNING if row.code in WARNINGS else Severity.ERROR,
                ),
            )
            for row in await self._connection.execute(query)
        ]

    async def issue_counts(self, batch_key: UUID) -> Sequence[CodeCount]:
        count = func.count()
        query = (
            select(department_batch_issues.c.code, count)
            .where(department_batch_issues.c.batch_key == batch_key)
            .group_by(department_batch_issues.c.code)
            .order_by(count.desc(), department_batch_issues.c.code)
        )
        return [CodeCount(code=row[0], count=row[1]) for row in await self._connection.execute(query)]

    async def add_raw(self, rows: Sequence[RawRow]) -> None:
        await insert_rows(
            self._connection,
            department_raw_rows,
            [
                {
                    "id": row.id,
                    "batch_key": row.batch_key,
                    "record_key": row.record_key,
                    "area_path": row.area_path,
                    "row_number": row.row,
                    "row_sealed": row.sealed,
                    "delete_at": row.delete_at,
                }
                for row in rows
            ],
        )

    async def raw_of(self, record_keys: Iterable[UUID]) -> Mapping[UUID, RawRow]:
        """By record; a record whose raw row was deleted has none."""
        query = select(department_raw_rows).where(department_raw_rows.c.record_key.in_(list(record_keys)))
        return {row.record_key: _raw(row) for row in await self._connection.execute(query)}

    async def newest_raw(self, *, limit: int) -> Sequence[RawRow]:
        """Of rows that became records."""
        query = (
            select(department_raw_rows)
            .where(department_raw_rows.c.record_key.is_not(None))
            .order_by(department_raw_rows.c.id.desc())
            .limit(limit)
        )
        return [_raw(row) for row in await self._connection.execute(query)]

    async def hand_raw(self, from_record: UUID, to_record: UUID) -> None:
        """The row as received goes with the version that waits for a person."""
        await self._connection.execute(
            update(department_raw_rows)
            .where(department_raw_rows.c.record_key == from_record)
            .values(record_key=to_record)
        )

    async def delete_raw_due(self, instant: datetime) -> int:
        result = await self._connection.execute(
            delete(department_raw_rows).where(department_raw_rows.c.delete_at <= instant)
        )
        return int(result.rowcount)


def _raw(row: Row[tuple[object, ...]]) -> RawRow:
    return RawRow(
        id=row.id,
        batch_key=row.batch_key,
        record_key=row.record_key,
        area_path=row.area_path,
        row=row.row_number,
        sealed=row.row_sealed,
        delete_at=row.delete_at,
    )


def _batch_row(batch: DepartmentBatch) -> dict[str, object]:
    return {
        "id": batch.id,
        "department": batch.department,
        "batch_id": batch.batch_id,
        "area_path": batch.area_path,
        "state": batch.state,
        "rows_read": batch.account.read,
        "rows_linked": batch.account.linked,
        "rows_review": batch.account.review,
        "rows_rejected": batch.account.rejected,
        "rows_unchanged": batch.account.unchanged,
        "banned_columns_dropped": batch.account.banned_columns_dropped,
        "content_token": batch.content_token,
        "submitted_by": batch.submitted_by,
        "received_at": batch.received_at,
        "finished_at": batch.finished_at,
        "file_id": batch.file_id,
        "job_id": batch.job_id,
        "refusal_code": batch.refusal_code,
        "refusal_message": batch.refusal_message,
        "header_row": batch.header_row,
    }


def _batch(row: Row[tuple[object, ...]]) -> DepartmentBatch:
    return DepartmentBatch(
        id=row.id,
        department=Department(row.department),
        batch_id=row.batch_id,
        area_path=row.area_path,
        state=BatchState(row.state),
        account=BatchAccount(
            read=row.rows_read,
            linked=row.rows_linked,
            review=row.rows_review,
            rejected=row.rows_rejected,
            unchanged=row.rows_unchanged,
            banned_columns_dropped=row.banned_columns_dropped,
        ),
        content_token=row.content_token,
        submitted_by=row.submitted_by,
        received_at=row.received_at,
        finished_at=row.finished_at,
        file_id=row.file_id,
        job_id=row.job_id,
        refusal_code=row.refusal_code,
        refusal_message=row.refusal_message,
        header_row=row.header_row,
    )
