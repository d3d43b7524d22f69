from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, false, func, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.many_rows import insert_rows
from households_service.feeds.catalogue.declaration import Subject
from households_service.feeds.catalogue.known import feed_of
from households_service.feeds.departments import Department, EventType
from households_service.feeds.domain import LinkRule, ReviewReason, RowStatus, StoredRecord
from households_service.feeds.field_cells import stored_details
from households_service.feeds.refusals import UnknownReviewRow
from households_service.feeds.tables import department_records
from households_service.metadata import one_of


class RecordRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, records: Sequence[StoredRecord]) -> None:
        await insert_rows(self._connection, department_records, [_record_row(record) for record in records])

    async def save(self, record: StoredRecord) -> None:
        await self._connection.execute(
            update(department_records).where(department_records.c.id == record.id).values(_record_row(record))
        )

    async def supersede(self, ids: Sequence[UUID]) -> None:
        if ids:
            await self._connection.execute(
                update(department_records)
                .where(one_of(department_records.c.id, ids))
                .values(status=RowStatus.SUPERSEDED)
            )

    async def withdraw(self, ids: Sequence[UUID]) -> None:
        """Their department took them back while they waited."""
        if ids:
            await self._connection.execute(
                update(department_records)
                .where(one_of(department_records.c.id, ids))
                .values(status=RowStatus.WITHDRAWN)
            )

    async def unlink(self, ids: Sequence[UUID]) -> None:
        """A person undid these links: whom they had found stays on record, and counts no more."""
        await self._connection.execute(
            update(department_records).where(one_of(department_records.c.id, ids)).values(status=RowStatus.UNLINKED)
        )

    async def linked_to_member(self, member_id: UUID) -> Sequence[StoredRecord]:
        """Versions that count for the member, in the order received."""
        query = (
            select(department_records)
            .where(department_records.c.member_id == member_id, department_records.c.status == RowStatus.LINKED)
            .order_by(department_records.c.id)
        )
        return [_record(row) for row in await self._connection.execute(query)]

    async def versions(self, department: Department, record_ids: Iterable[str]) -> Sequence[StoredRecord]:
        """Every version of the records, and of those that correct them; oldest first."""
        wanted = list(record_ids)
        named, correcting = department_records.c.record_id, department_records.c.corrects
        query = (
            select(department_records)
            .where(
                department_records.c.department == department, or_(one_of(named, wanted), one_of(correcting, wanted))
            )
            .order_by(department_records.c.version, department_records.c.id)
        )
        return [_record(row) for row in await self._connection.execute(query)]

    async def linked_to(self, household_ids: Iterable[UUID]) -> Mapping[UUID, Sequence[StoredRecord]]:
        """By household every version that ever found it and was not undone, in the order received."""
        query = (
            select(department_records)
            .where(
                one_of(department_records.c.household_id, household_ids),
                department_records.c.status != RowStatus.UNLINKED,
            )
            .order_by(department_records.c.id)
        )
        found: dict[UUID, list[StoredRecord]] = defaultdict(list)
        for row in await self._connection.execute(query):
            found[row.household_id].append(_record(row))
        return found

    async def about_places(self, area_path: str, *, after: UUID | None, limit: int) -> Sequence[StoredRecord]:
        """Every version that found its supply point or area, in the order received. `area_path` empty: everywhere."""
        query = (
            select(department_records)
            .where(
                department_records.c.subject != Subject.PERSON,
                department_records.c.link_rule.is_not(None),
                _under(area_path) if area_path else true(),
            )
            .order_by(department_records.c.id)
            .limit(limit)
        )
        if after is not None:
            query = query.where(department_records.c.id > after)
        return [_record(row) for row in await self._connection.execute(query)]

    async def review_row(self, row_id: UUID, *, lock: bool = False) -> StoredRecord:
        """Raises UnknownReviewRow, also for records that never waited for a person."""
        query = select(department_records).where(
            department_records.c.id == row_id, department_records.c.review_reason.is_not(None)
        )
        row = (await self._connection.execute(query.with_for_update() if lock else query)).first()
        if row is None:
            raise UnknownReviewRow("There is no such row, or not for you.", field="rowId")
        return _record(row)

    async def by_key(self, key: UUID) -> StoredRecord | None:
        row = (await self._connection.execute(select(department_records).where(department_records.c.id == key))).first()
        return None if row is None else _record(row)

    async def by_keys(self, keys: Iterable[UUID]) -> Mapping[UUID, StoredRecord]:
        query = select(department_records).where(one_of(department_records.c.id, keys))
        return {row.id: _record(row) for row in await self._connection.execute(query)}

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
        "subject": record.feed.subject,
        "status": record.status,
        "content_token": record.content_token,
        "person_token": record.person_token,
        "event_type": record.event_type,
        "event_date": record.event_date,
        "purpose_code": record.purpose_code,
        "sent_at": record.sent_at,
        "corrects": record.corrects,
        "details": record.details.as_json(),
        "received_at": record.received_at,
        "household_id": record.household_id,
        "member_id": record.member_id,
        "point_id": record.point_id,
        "link_rule": record.link_rule,
        "review_reason": record.review_reason,
        "candidate_ids": list(record.candidate_ids),
        "resolved_by": record.resolved_by,
        "resolved_at": record.resolved_at,
        "reject_reason": record.reject_reason,
    }


def _record(row: Row[tuple[object, ...]]) -> StoredRecord:
    department = Department(row.department)
    return StoredRecord(
        id=row.id,
        department=department,
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
        details=stored_details(feed_of(department).fields, row.details),
        received_at=row.received_at,
        household_id=row.household_id,
        member_id=row.member_id,
        point_id=row.point_id,
        link_rule=LinkRule(row.link_rule) if row.link_rule else None,
        review_reason=ReviewReason(row.review_reason) if row.review_reason else None,
        candidate_ids=tuple(row.candidate_ids),
        resolved_by=row.resolved_by,
        resolved_at=row.resolved_at,
        reject_reason=row.reject_reason,
    )
