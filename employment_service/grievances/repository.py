"""Every query on grievances. Answers only inside `guarding`, to the monitor, or to timers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.errors import Conflict
from chassis.vault import Vault
from employment_service.grievances.domain import (
    WAITING,
    Grievance,
    GrievanceChannel,
    GrievanceKind,
    GrievanceState,
    GrievanceStep,
    Hearing,
)
from employment_service.grievances.tables import grievance_steps, grievances
from employment_service.metadata import one_of

Values = dict[str, object]


@dataclass(frozen=True, slots=True)
class GrievanceRepository:
    connection: AsyncConnection
    vault: Vault

    def filer_token(self, subject: str) -> bytes:
        return self.vault.index(subject, kind="grievance.filer")

    def receipt_token(self, receipt: str) -> bytes:
        return self.vault.index(receipt, kind="grievance.receipt")

    async def add(self, grievance: Grievance) -> None:
        await self.connection.execute(insert(grievances).values(**self._values(grievance)))
        await self._put_steps(grievance)

    async def save(self, grievance: Grievance) -> None:
        saved = await self.connection.execute(
            update(grievances)
            .where(grievances.c.id == grievance.id, grievances.c.version == grievance.version - 1)
            .values(**self._values(grievance))
        )
        if saved.rowcount != 1:
            raise Conflict("The grievance was changed meanwhile. Read it again.", field="expectedVersion")
        await self._put_steps(grievance)

    async def get(self, grievance_id: UUID) -> Grievance | None:
        found = await self._read(select(grievances).where(grievances.c.id == grievance_id))
        return found[0] if found else None

    async def of_receipt(self, receipt: str) -> Grievance | None:
        found = await self._read(select(grievances).where(grievances.c.receipt == self.receipt_token(receipt)))
        return found[0] if found else None

    async def of_filer(self, subject: str) -> Sequence[Grievance]:
        query = select(grievances).where(grievances.c.filer == self.filer_token(subject))
        return await self._read(query.order_by(grievances.c.id.desc()))

    async def page(
        self, area_path: str, *, waiting_only: bool, hearing: Hearing, after: UUID | None, count: int
    ) -> Sequence[Grievance]:
        query = select(grievances).where(*_conditions(area_path, waiting_only=waiting_only, hearing=hearing))
        if after is not None:
            query = query.where(grievances.c.id > after)
        return await self._read(query.order_by(grievances.c.id).limit(count))

    async def count(self, area_path: str, *, waiting_only: bool, hearing: Hearing) -> int:
        conditions = _conditions(area_path, waiting_only=waiting_only, hearing=hearing)
        query = select(func.count()).select_from(grievances).where(*conditions)
        return int(await self.connection.scalar(query) or 0)

    async def watched(self, *, at: datetime, worker_id: UUID | None = None, household_id: UUID | None = None) -> bool:
        """Whether somebody complained and is watched over still: the worker, or anybody of the household."""
        who = grievances.c.worker_id == worker_id if household_id is None else grievances.c.household_id == household_id
        found = await self.connection.scalar(
            select(func.count()).select_from(grievances).where(who, grievances.c.watch_until > at)
        )
        return bool(found)

    async def escalate(self, *, at: datetime) -> None:
        await self.connection.execute(
            update(grievances)
            .where(grievances.c.due_at <= at, grievances.c.state.in_(WAITING), grievances.c.escalated_at.is_(None))
            .values(escalated_at=at)
        )

    async def _put_steps(self, grievance: Grievance) -> None:
        await self.connection.execute(
            upsert(grievance_steps).on_conflict_do_nothing(),
            [
                {
                    "grievance_id": grievance.id,
                    "number": number,
                    "area_path": grievance.area_path,
                    "state": step.state,
                    "at": step.at,
                    "by": step.by,
                    "said_sealed": (
                        None if step.said is None else self.vault.seal(step.said, place=_said(grievance.id, number))
                    ),
                }
                for number, step in enumerate(grievance.log, start=1)
            ],
        )

    async def _read(self, query: Select[tuple[object, ...]]) -> list[Grievance]:
        rows = (await self.connection.execute(query)).all()
        if not rows:
            return []
        logs: dict[UUID, list[GrievanceStep]] = {}
        steps = await self.connection.execute(
            select(grievance_steps)
            .where(one_of(grievance_steps.c.grievance_id, [row.id for row in rows]))
            .order_by(grievance_steps.c.grievance_id, grievance_steps.c.number)
        )
        for row in steps:
            sealed = row.said_sealed
            said = None if sealed is None else self.vault.open(sealed, place=_said(row.grievance_id, row.number))
            step = GrievanceStep(state=GrievanceState(row.state), at=row.at, by=row.by, said=said)
            logs.setdefault(row.grievance_id, []).append(step)
        return [self._grievance(row, tuple(logs[row.id])) for row in rows]

    def _values(self, grievance: Grievance) -> Values:
        return {
            "id": grievance.id,
            "area_path": grievance.area_path,
            "kind": grievance.kind,
            "channel": grievance.channel,
            "text_sealed": self.vault.seal(grievance.text, place=_text(grievance.id)),
            "filed_at": grievance.filed_at,
            "due_at": grievance.due_at,
            "state": grievance.state,
            "filer": grievance.filer,
            "receipt": grievance.receipt,
            "worker_id": grievance.worker_id,
            "household_id": grievance.household_id,
            "watch_until": grievance.watch_until,
            "about_subject": grievance.about_subject,
            "about_employer_id": grievance.about_employer_id,
            "about_placement_id": grievance.about_placement_id,
            "escalated_at": grievance.escalated_at,
            "version": grievance.version,
        }

    def _grievance(self, row: Row[tuple[object, ...]], log: tuple[GrievanceStep, ...]) -> Grievance:
        return Grievance(
            id=row.id,
            area_path=row.area_path,
            kind=GrievanceKind(row.kind),
            channel=GrievanceChannel(row.channel),
            text=self.vault.open(row.text_sealed, place=_text(row.id)),
            filed_at=row.filed_at,
            due_at=row.due_at,
            log=log,
            filer=row.filer,
            receipt=row.receipt,
            worker_id=row.worker_id,
            household_id=row.household_id,
            watch_until=row.watch_until,
            about_subject=row.about_subject,
            about_employer_id=row.about_employer_id,
            about_placement_id=row.about_placement_id,
            escalated_at=row.escalated_at,
            version=row.version,
        )


def _conditions(area_path: str, *, waiting_only: bool, hearing: Hearing) -> list[ColumnElement[bool]]:
    found = [
        grievances.c.area_path >= area_path,
        grievances.c.area_path < area_path + "~",
        grievances.c.about_subject.is_distinct_from(hearing.by),
    ]
    if hearing.only_about:
        found.append(one_of(grievances.c.about_subject, sorted(hearing.only_about)))
    return [*found, grievances.c.state.in_(WAITING)] if waiting_only else found


def _text(grievance_id: UUID) -> str:
    return f"grievances.text:{grievance_id}"


def _said(grievance_id: UUID, number: int) -> str:
    return f"grievance_steps.said:{grievance_id}:{number}"
