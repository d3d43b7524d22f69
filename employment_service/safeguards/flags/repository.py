"""Every query on flags and holds. Answers only inside `guarding`, to the monitor, or to timers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from employment_service.metadata import one_of
from employment_service.safeguards.flags.domain import (
    Flag,
    FlagCode,
    Hold,
)
from employment_service.safeguards.flags.tables import coercion_flags, holds

Values = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagFilter:
    area_path: str
    codes: frozenset[FlagCode] = frozenset()
    open_only: bool = True


@dataclass(frozen=True, slots=True)
class FlagRepository:
    connection: AsyncConnection

    async def add(self, flag: Flag) -> None:
        await self.connection.execute(insert(coercion_flags).values(**_flag_values(flag)))

    async def save(self, flag: Flag) -> None:
        await self.connection.execute(
            update(coercion_flags).where(coercion_flags.c.id == flag.id).values(**_flag_values(flag))
        )

    async def get(self, flag_id: UUID, *, lock: bool = False) -> Flag | None:
        query = select(coercion_flags).where(coercion_flags.c.id == flag_id)
        row = (await self.connection.execute(query.with_for_update() if lock else query)).first()
        return None if row is None else _flag(row)

    async def open_of(self, code: FlagCode, key: str) -> Flag | None:
        row = (
            await self.connection.execute(
                select(coercion_flags)
                .where(
                    coercion_flags.c.code == code,
                    coercion_flags.c.key == key,
                    coercion_flags.c.settled_at.is_(None),
                )
                .with_for_update()
            )
        ).first()
        return None if row is None else _flag(row)

    async def raised_since(self, code: FlagCode, key: str, since: datetime) -> bool:
        """Whether this sign was told of before, open or settled."""
        found = await self.connection.scalar(
            select(func.count())
            .select_from(coercion_flags)
            .where(coercion_flags.c.code == code, coercion_flags.c.key == key, coercion_flags.c.raised_at > since)
        )
        return bool(found)

    async def open_of_employer(self, employer_id: UUID, codes: Collection[FlagCode]) -> int:
        return int(
            await self.connection.scalar(
                select(func.count())
                .select_from(coercion_flags)
                .where(
                    coercion_flags.c.employer_id == employer_id,
                    one_of(coercion_flags.c.code, codes),
                    coercion_flags.c.settled_at.is_(None),
                )
            )
            or 0
        )

    async def escalate(self, *, at: datetime) -> None:
        """Marks what is critical, open and past its clock."""
        await self.connection.execute(
            update(coercion_flags)
            .where(
                coercion_flags.c.due_at <= at,
                coercion_flags.c.settled_at.is_(None),
                coercion_flags.c.escalated_at.is_(None),
            )
            .values(escalated_at=at)
        )

    async def page(self, wanted: FlagFilter, *, after: UUID | None, count: int) -> Sequence[Flag]:
        query = select(coercion_flags).where(*_flag_conditions(wanted))
        if after is not None:
            query = query.where(coercion_flags.c.id < after)
        rows = await self.connection.execute(query.order_by(coercion_flags.c.id.desc()).limit(count))
        return [_flag(row) for row in rows]

    async def count(self, wanted: FlagFilter) -> int:
        query = select(func.count()).select_from(coercion_flags).where(*_flag_conditions(wanted))
        return int(await self.connection.scalar(query) or 0)

    async def add_holds(self, fresh: Sequence[Hold]) -> None:
        """One that was lifted under the same flag stays lifted."""
        if fresh:
            await self.connection.execute(
                upsert(holds).on_conflict_do_nothing(), [_hold_values(hold) for hold in fresh]
            )

    async def save_hold(self, hold: Hold) -> None:
        await self.connection.execute(
            update(holds)
            .where(holds.c.placement_id == hold.placement_id, holds.c.flag_id == hold.flag_id)
            .values(**_hold_values(hold))
        )

    async def holds_of(self, flag_ids: Collection[UUID]) -> dict[UUID, list[Hold]]:
        found: dict[UUID, list[Hold]] = {}
        for row in await self.connection.execute(
            select(holds).where(one_of(holds.c.flag_id, flag_ids)).order_by(holds.c.placement_id)
        ):
            found.setdefault(row.flag_id, []).append(_hold(row))
        return found

    async def held(self, placement_ids: Collection[UUID]) -> frozenset[UUID]:
        """Those that wait for the monitor."""
        rows = await self.connection.execute(
            select(holds.c.placement_id).where(one_of(holds.c.placement_id, placement_ids), holds.c.lifted_at.is_(None))
        )
        return frozenset(row.placement_id for row in rows)

    async def lifted(self, code: FlagCode, placement_ids: Collection[UUID]) -> frozenset[UUID]:
        """Those that the monitor has let go on after the same sign."""
        rows = await self.connection.execute(
            select(holds.c.placement_id)
            .join(coercion_flags, coercion_flags.c.id == holds.c.flag_id)
            .where(
                one_of(holds.c.placement_id, placement_ids),
                holds.c.lifted_at.is_not(None),
                coercion_flags.c.code == code,
            )
        )
        return frozenset(row.placement_id for row in rows)


def _flag_conditions(wanted: FlagFilter) -> list[ColumnElement[bool]]:
    table = coercion_flags
    found = [table.c.area_path >= wanted.area_path, table.c.area_path < wanted.area_path + "~"]
    if wanted.codes:
        found.append(one_of(table.c.code, wanted.codes))
    if wanted.open_only:
        found.append(table.c.settled_at.is_(None))
    return found


def _flag_values(flag: Flag) -> Values:
    return {
        "id": flag.id,
        "code": flag.code,
        "area_path": flag.area_path,
        "key": flag.key,
        "raised_at": flag.raised_at,
        "employer_id": flag.employer_id,
        "vacancy_id": flag.vacancy_id,
        "placement_id": flag.placement_id,
        "worker_id": flag.worker_id,
        "household_id": flag.household_id,
        "staff_subject": flag.staff_subject,
        "figure": flag.figure,
        "due_at": flag.due_at,
        "escalated_at": flag.escalated_at,
        "settled_at": flag.settled_at,
        "settled_by": flag.settled_by,
        "settled_reason": flag.settled_reason,
    }


def _flag(row: Row[tuple[object, ...]]) -> Flag:
    return Flag(
        id=row.id,
        code=FlagCode(row.code),
        area_path=row.area_path,
        key=row.key,
        raised_at=row.raised_at,
        employer_id=row.employer_id,
        vacancy_id=row.vacancy_id,
        placement_id=row.placement_id,
        worker_id=row.worker_id,
        household_id=row.household_id,
        staff_subject=row.staff_subject,
        figure=row.figure,
        due_at=row.due_at,
        escalated_at=row.escalated_at,
        settled_at=row.settled_at,
        settled_by=row.settled_by,
        settled_reason=row.settled_reason,
    )


def _hold_values(hold: Hold) -> Values:
    return {
        "placement_id": hold.placement_id,
        "flag_id": hold.flag_id,
        "area_path": hold.area_path,
        "placed_at": hold.placed_at,
        "lifted_at": hold.lifted_at,
        "lifted_by": hold.lifted_by,
        "lifted_reason": hold.lifted_reason,
    }


def _hold(row: Row[tuple[object, ...]]) -> Hold:
    return Hold(
        placement_id=row.placement_id,
        flag_id=row.flag_id,
        area_path=row.area_path,
        placed_at=row.placed_at,
        lifted_at=row.lifted_at,
        lifted_by=row.lifted_by,
        lifted_reason=row.lifted_reason,
    )
