from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.many_rows import insert_rows
from risk_service.metadata import one_of
from risk_service.policy.domain import RiskFactor
from risk_service.signals.domain import ClearedSum, Signal, Subject
from risk_service.signals.tables import cleared_sums, signals

_FACTORS: Mapping[str, RiskFactor] = {one: one for one in RiskFactor}


@dataclass(frozen=True, slots=True)
class SignalRepository:
    connection: AsyncConnection

    async def versions(self, keys: Collection[tuple[str, str]]) -> list[Signal]:
        """Every version of the records, by department and record id."""
        query = select(signals).where(
            one_of(signals.c.record_id, {record_id for _, record_id in keys}),
            one_of(signals.c.department, {department for department, _ in keys}),
        )
        found = [_signal(row) for row in await self.connection.execute(query)]
        return [signal for signal in found if (signal.department, signal.record_id) in keys]

    async def add(self, fresh: Sequence[tuple[Signal, bool]], *, at: datetime) -> None:
        """Each with whether a newer version of its record is known."""
        rows = [
            {
                "id": signal.id,
                "department": signal.department,
                "record_id": signal.record_id,
                "version": signal.version,
                "household_id": signal.household_id,
                "member_id": signal.member_id,
                "area_path": signal.area_path,
                "factor": signal.factor.value,
                "kind": signal.kind,
                "occurred_on": signal.occurred_on,
                "amount": signal.amount,
                "currency": signal.currency,
                "corrects": signal.corrects,
                "superseded": superseded,
                "received_at": at,
            }
            for signal, superseded in fresh
        ]
        await insert_rows(self.connection, signals, rows)

    async def supersede(self, ids: Collection[UUID]) -> None:
        """Takes these versions out of the sums."""
        if ids:
            await self.connection.execute(update(signals).where(one_of(signals.c.id, ids)).values(superseded=True))

    async def remove(self, ids: Collection[UUID]) -> None:
        """What only kept the place of an undone link."""
        if ids:
            await self.connection.execute(delete(signals).where(one_of(signals.c.id, ids)))

    async def current_of(self, ids: Collection[UUID], factor: RiskFactor) -> list[Signal]:
        query = select(signals).where(
            one_of(signals.c.household_id, ids), signals.c.factor == factor.value, signals.c.superseded.is_(False)
        )
        return [_signal(row) for row in await self.connection.execute(query)]

    async def current(self, household_id: UUID, factor: RiskFactor) -> list[Signal]:
        return await self.current_of([household_id], factor)

    async def cleared_of(self, ids: Collection[UUID], factor: RiskFactor) -> list[tuple[UUID, ClearedSum]]:
        """Each with its household."""
        query = select(cleared_sums).where(
            one_of(cleared_sums.c.household_id, ids), cleared_sums.c.factor == factor.value
        )
        return [
            (
                row.household_id,
                ClearedSum(subject=Subject(member_id=row.member_id, period_from=row.period_from), amount=row.amount),
            )
            for row in await self.connection.execute(query)
        ]

    async def put_cleared(
        self, household_id: UUID, factor: RiskFactor, area_path: str, entries: Iterable[ClearedSum]
    ) -> None:
        for entry in entries:
            statement = upsert(cleared_sums).values(
                household_id=household_id,
                factor=factor.value,
                member_id=entry.subject.member_id,
                period_from=entry.subject.period_from,
                area_path=area_path,
                amount=entry.amount,
            )
            await self.connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["household_id", "factor", "member_id", "period_from"],
                    set_={"amount": statement.excluded.amount},
                )
            )

    async def move(self, household_id: UUID, area_path: str) -> None:
        for table in (signals, cleared_sums):
            moved = (table.c.household_id == household_id) & (table.c.area_path != area_path)
            await self.connection.execute(update(table).where(moved).values(area_path=area_path))


def _signal(row: Row[tuple[object, ...]]) -> Signal:
    return Signal(
        id=row.id,
        department=row.department,
        record_id=row.record_id,
        version=row.version,
        household_id=row.household_id,
        member_id=row.member_id,
        area_path=row.area_path,
        factor=_FACTORS[row.factor],
        kind=row.kind,
        occurred_on=row.occurred_on,
        amount=row.amount,
        currency=row.currency,
        corrects=row.corrects,
    )
