"""Every query on safeguards records."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.errors import Conflict
from employment_service.safeguards.domain import Checklist, RecruitmentSafeguards
from employment_service.safeguards.tables import recruitment_safeguards as table

Values = dict[str, object]


@dataclass(frozen=True, slots=True)
class SafeguardsRepository:
    connection: AsyncConnection

    async def add(self, record: RecruitmentSafeguards) -> None:
        await self.connection.execute(insert(table).values(**_values(record)))

    async def save(self, record: RecruitmentSafeguards) -> None:
        saved = await self.connection.execute(
            update(table)
            .where(table.c.id == record.id, table.c.version == record.version - 1)
            .values(**_values(record))
        )
        if saved.rowcount != 1:
            raise Conflict("The record was changed meanwhile. Read it again.", field="expectedVersion")

    async def get(self, record_id: UUID) -> RecruitmentSafeguards | None:
        row = (await self.connection.execute(select(table).where(table.c.id == record_id))).first()
        return None if row is None else _record(row)

    async def at_or_above(self, area_path: str) -> tuple[RecruitmentSafeguards, ...]:
        """Records whose area holds `area_path`, newest first."""
        rows = await self.connection.execute(
            select(table)
            .where(literal(area_path).startswith(table.c.area_path), table.c.superseded_at.is_(None))
            .order_by(table.c.activated_on.desc(), table.c.id.desc())
        )
        return tuple(_record(row) for row in rows)

    async def overlapping(self, area_path: str) -> tuple[RecruitmentSafeguards, ...]:
        """Records of the areas above and below this one, and of itself."""
        rows = await self.connection.execute(
            select(table).where(
                literal(area_path).startswith(table.c.area_path) | table.c.area_path.startswith(area_path),
                table.c.superseded_at.is_(None),
            )
        )
        return tuple(_record(row) for row in rows)

    async def newest_of(self, area_path: str) -> RecruitmentSafeguards | None:
        """Of exactly this area; locked, so that two renewals take turns."""
        row = (
            await self.connection.execute(
                select(table)
                .where(table.c.area_path == area_path, table.c.superseded_at.is_(None))
                .order_by(table.c.id.desc())
                .limit(1)
                .with_for_update()
            )
        ).first()
        return None if row is None else _record(row)


def _values(record: RecruitmentSafeguards) -> Values:
    checklist = record.checklist
    return {
        "id": record.id,
        "area_path": record.area_path,
        "monitor_subject": checklist.monitor_subject,
        "monitor_organisation": checklist.monitor_organisation,
        "monitor_contact": checklist.monitor_contact,
        "grievance_line": checklist.grievance_line,
        "languages": list(checklist.languages),
        "refusal_rule_published_on": checklist.refusal_rule_published_on,
        "next_audit_on": checklist.next_audit_on,
        "valid_until": checklist.valid_until,
        "activated_on": record.activated_on,
        "activated_by": record.activated_by,
        "monitor_stepped_down_at": record.monitor_stepped_down_at,
        "suspended_at": record.suspended_at,
        "superseded_at": record.superseded_at,
        "version": record.version,
    }


def _record(row: Row[tuple[object, ...]]) -> RecruitmentSafeguards:
    return RecruitmentSafeguards(
        id=row.id,
        area_path=row.area_path,
        checklist=Checklist(
            monitor_subject=row.monitor_subject,
            monitor_organisation=row.monitor_organisation,
            monitor_contact=row.monitor_contact,
            grievance_line=row.grievance_line,
            languages=tuple(row.languages),
            refusal_rule_published_on=row.refusal_rule_published_on,
            next_audit_on=row.next_audit_on,
            valid_until=row.valid_until,
        ),
        activated_on=row.activated_on,
        activated_by=row.activated_by,
        monitor_stepped_down_at=row.monitor_stepped_down_at,
        suspended_at=row.suspended_at,
        superseded_at=row.superseded_at,
        version=row.version,
    )
