from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, false, func, insert, or_, select, true, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from households_service.feeds.domain import (
    CareSetting,
    Department,
    EventType,
    LinkRule,
    ReviewReason,
    RowStatus,
    StoredRecord,
)
from households_service.feeds.refusals import UnknownReviewRow
from households_service.feeds.tables import department_records
from households_service.metadata import one_of
from households_service.registry.tables import households


class RecordRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, record: StoredRecord) -> None:
        await self._connection.execute(insert(department_records).values(_record_row(record)))

    async def save(self, record: StoredRecord) -> None:
        await self._connection.execute(
            update(department_records).where(department_records.c.id == record.id).values(_record_row(record))
        )

    async def newest(self, department: Department, record_ids: Iterable[str]) -> Mapping[str, StoredRecord]:
        """The newest version of each record, whatever became of it."""
        query = (
            select(department_records)
            .ext(distinct_on(department_records.c.record_id))
            .where(department_records.c.department == department, department_records.c.record_id.in_(list(record_ids)))
            .order_by(department_records.c.record_id, department_records.c.version.desc())
        )
        return {row.record_id: _record(row) for row in await self._connection.execute(query)}

    async def linked_version(self, department: Department, record_id: str) -> StoredRecord | None:
        """The newest version that was linked: whose money is in the ledger."""
        query = (
            select(department_records)
            .where(
                department_records.c.department == department,
                department_records.c.record_id == record_id,
                department_records.c.member_id.is_not(None),
            )
            .order_by(department_records.c.version.desc())
            .limit(1)
        )
        row = (await self._connection.execute(query)).first()
        return None if row is None else _record(row)

    async def corrections_of(self, department: Department, record_id: str) -> Sequence[StoredRecord]:
        """Linked corrections that are in force."""
        query = (
            select(department_records)
            .where(
                department_records.c.department == department,
                department_records.c.corrects == record_id,
                department_records.c.status == RowStatus.LINKED,
            )
            .order_by(department_records.c.id)
        )
        return [_record(row) for row in await self._connection.execute(query)]

    async def linked_to(self, household_ids: Iterable[UUID]) -> Mapping[UUID, Sequence[StoredRecord]]:
        """By household every version that ever found it, in the order received."""
        query = (
            select(department_records)
            .where(one_of(department_records.c.household_id, household_ids))
            .order_by(department_records.c.id)
        )
        found: dict[UUID, list[StoredRecord]] = defaultdict(list)
        for row in await self._connection.execute(query):
            found[row.household_id].append(_record(row))
        return found

    async def lock_households(self, household_ids: Iterable[UUID]) -> None:
        """Whose statements will be told: one writer at a time, in one order."""
        query = (
            select(households.c.id)
            .where(households.c.id.in_(sorted(set(household_ids))))
            .order_by(households.c.id)
            .with_for_update()
        )
        await self._connection.execute(query)

    async def review_row(self, row_id: UUID, *, lock: bool = False) -> StoredRecord:
        """Raises UnknownReviewRow, also for records that never waited for a person."""
        query = select(department_records).where(
            department_records.c.id == row_id, department_records.c.review_reason.is_not(None)
        )
        row = (await self._connection.execute(query.with_for_update() if lock else query)).first()
        if row is None:
            raise UnknownReviewRow("There is no such row, or not for you.", field="rowId")
        return _record(row)

    async def review_page(
        self,
        prefixes: Sequence[str] | None,
        area_path: str | None,
        department: Department | None,
        *,
        after: UUID | None,
        limit: int,
    ) -> Sequence[StoredRecord]:
        """Oldest first. `prefixes`: what the caller may see; None: everything."""
        query = (
            select(department_records)
            .where(*_waiting(prefixes, area_path, department))
            .order_by(department_records.c.id)
            .limit(limit)
        )
        if after is not None:
            query = query.where(department_records.c.id > after)
        return [_record(row) for row in await self._connection.execute(query)]

    async def review_count(
        self, prefixes: Sequence[str] | None, area_path: str | None, department: Department | None
    ) -> int:
        query = select(func.count()).select_from(department_records).where(*_waiting(prefixes, area_path, department))
        return int(await self._connection.scalar(query) or 0)


def _waiting(
    prefixes: Sequence[str] | None, area_path: str | None, department: Department | None
) -> Sequence[ColumnElement[bool]]:
    seen = true() if prefixes is None else or_(false(), *(_under(prefix) for prefix in prefixes))
    conditions = [department_records.c.status == RowStatus.IN_REVIEW, seen]
    if area_path is not None:
        conditions.append(_under(area_path))
    if department is not None:
        conditions.append(department_records.c.department == department)
    return conditions


def _under(path: str) -> ColumnElement[bool]:
    return and_(department_records.c.area_path >= path, department_records.c.area_path < path + "~")


def _record_row(record: StoredRecord) -> dict[str, object]:
    return {
        "id": record.id,
        "department": record.department,
        "record_id": record.record_id,
        "version": record.version,
        "batch_key": record.batch_key,
        "row_number": record.row,
        "area_path": record.area_path,
        "status": record.status,
        "content_token": record.content_token,
        "person_token": record.person_token,
        "event_type": record.event_type,
        "event_date": record.event_date,
        "purpose_code": record.purpose_code,
        "sent_at": record.sent_at,
        "corrects": record.corrects,
        "cents": record.cents,
        "settlement_date": record.settlement_date,
        "care_setting": record.care_setting,
        "received_at": record.received_at,
        "household_id": record.household_id,
        "member_id": record.member_id,
        "link_rule": record.link_rule,
        "review_reason": record.review_reason,
        "candidate_ids": list(record.candidate_ids),
        "resolved_by": record.resolved_by,
        "resolved_at": record.resolved_at,
        "reject_reason": record.reject_reason,
    }


def _record(row: Row[tuple[object, ...]]) -> StoredRecord:
    return StoredRecord(
        id=row.id,
        department=Department(row.department),
        record_id=row.record_id,
        version=row.version,
        batch_key=row.batch_key,
        row=row.row_number,
        area_path=row.area_path,
        status=RowStatus(row.status),
        content_token=row.content_token,
        person_token=row.person_token,
        event_type=EventType(row.event_type),
        event_date=row.event_date,
        purpose_code=row.purpose_code,
        sent_at=row.sent_at,
        corrects=row.corrects,
        cents=row.cents,
        settlement_date=row.settlement_date,
        care_setting=CareSetting(row.care_setting) if row.care_setting else None,
        received_at=row.received_at,
        household_id=row.household_id,
        member_id=row.member_id,
        link_rule=LinkRule(row.link_rule) if row.link_rule else None,
        review_reason=ReviewReason(row.review_reason) if row.review_reason else None,
        candidate_ids=tuple(row.candidate_ids),
        resolved_by=row.resolved_by,
        resolved_at=row.resolved_at,
        reject_reason=row.reject_reason,
    )
