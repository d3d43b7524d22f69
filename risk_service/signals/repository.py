from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from risk_service.policy.domain import RiskFactor
from risk_service.signals.domain import ClearedSum, Signal, Subject
from risk_service.signals.tables import cleared_sums, signals


@dataclass(frozen=True, slots=True)
class SignalRepository:
    connection: AsyncConnection

    async def newest(self, *, department: str, record_id: str) -> Signal | None:
        query = (
            select(signals)
            .where(signals.c.department == department, signals.c.record_id == record_id)
            .order_by(signals.c.version.desc())
            .limit(1)
        )
        row = (await self.connection.execute(query)).first()
        return None if row is None else _signal(row)

    async def add(self, signal: Signal, *, superseded: bool, at: datetime) -> bool:
        """False when this very version of the record is known already."""
        fresh = upsert(signals).values(
            id=signal.id,
            department=signal.department,
            record_id=signal.record_id,
            version=signal.version,
            household_id=signal.household_id,
            member_id=signal.member_id,
            area_path=signal.area_path,
            factor=signal.factor.value,
            kind=signal.kind,
            occurred_on=signal.occurred_on,
            amount=signal.amount,
            currency=signal.currency,
            corrects=signal.corrects,
            superseded=superseded,
            received_at=at,
        )
        outcome = await self.connection.execute(
            fresh.on_conflict_do_nothing(index_elements=["department", "record_id", "version"])
        )
        return bool(outcome.rowcount)

    async def supersede(self, signal: Signal) -> None:
        """Takes every older version of the record out of the sums."""
        await self.connection.execute(
            update(signals)
            .where(
                signals.c.department == signal.department,
                signals.c.record_id == signal.record_id,
                signals.c.version < signal.version,
            )
            .values(superseded=True)
        )

    async def current(self, household_id: UUID, factor: RiskFactor) -> list[Signal]:
        query = select(signals).where(
            signals.c.household_id == household_id,
            signals.c.factor == factor.value,
            signals.c.superseded.is_(False),
        )
        return [_signal(row) for row in await self.connection.execute(query)]

    async def cleared(self, household_id: UUID, factor: RiskFactor) -> list[ClearedSum]:
        query = select(cleared_sums).where(
            cleared_sums.c.household_id == household_id, cleared_sums.c.factor == factor.value
        )
        return [
            ClearedSum(subject=Subject(member_id=row.member_id, period_from=row.period_from), amount=row.amount)
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
        factor=RiskFactor(row.factor),
        kind=row.kind,
        occurred_on=row.occurred_on,
        amount=row.amount,
        currency=row.currency,
        corrects=row.corrects,
    )
