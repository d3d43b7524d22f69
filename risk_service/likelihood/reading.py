"""What the likelihood looks at beside the copies, for many households at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Date, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from risk_service.alerts.tables import alerts
from risk_service.cases.tables import case_measures, cases
from risk_service.copies.tables import households
from risk_service.copies.visible import within
from risk_service.likelihood.facts import RECENTLY, TOLD_BY_ALERTS, YEAR, Cost, Warned
from risk_service.metadata import one_of
from risk_service.policy.domain import RiskFactor
from risk_service.signals.tables import signals

_TOLD = tuple(one.value for one in TOLD_BY_ALERTS)


@dataclass(frozen=True, slots=True)
class SourceRepository:
    connection: AsyncConnection

    async def count(self, *, area_path: str) -> int:
        """Households at or below an area."""
        query = select(func.count()).select_from(households)
        if area_path:
            query = query.where(within(households.c.area_path, area_path))
        return int(await self.connection.scalar(query) or 0)

    async def costs(self, ids: Sequence[UUID], *, day: date) -> dict[UUID, list[Cost]]:
        """Of the year up to `day`; every version, so that what was known on an earlier day can be told apart."""
        query = select(
            signals.c.household_id,
            signals.c.department,
            signals.c.record_id,
            signals.c.version,
            signals.c.factor,
            signals.c.occurred_on,
            cast(signals.c.received_at, Date).label("known_on"),
            signals.c.amount,
        ).where(one_of(signals.c.household_id, ids), signals.c.occurred_on > day - YEAR)
        found: dict[UUID, list[Cost]] = defaultdict(list)
        for row in await self.connection.execute(query):
            found[row.household_id].append(
                Cost(
                    record=f"{row.department} {row.record_id}",
                    version=row.version,
                    factor=RiskFactor(row.factor),
                    occurred_on=row.occurred_on,
                    known_on=row.known_on,
                    amount=row.amount,
                )
            )
        return found

    async def warned(self, ids: Sequence[UUID]) -> dict[UUID, list[Warned]]:
        query = select(
            alerts.c.household_id,
            alerts.c.factor,
            alerts.c.raised_on,
            cast(alerts.c.cleared_at, Date).label("ends"),
        ).where(one_of(alerts.c.household_id, ids), alerts.c.factor.in_(_TOLD))
        found: dict[UUID, list[Warned]] = defaultdict(list)
        for row in await self.connection.execute(query):
            found[row.household_id].append(Warned(factor=RiskFactor(row.factor), begins=row.raised_on, ends=row.ends))
        return found

    async def resolved(self, ids: Sequence[UUID], *, day: date) -> dict[UUID, list[date]]:
        """Days on which monitoring ended."""
        query = select(cases.c.household_id, cases.c.resolved_on).where(
            one_of(cases.c.household_id, ids), cases.c.resolved_on > day - RECENTLY
        )
        found: dict[UUID, list[date]] = defaultdict(list)
        for row in await self.connection.execute(query):
            found[row.household_id].append(row.resolved_on)
        return found

    async def measures(self, ids: Sequence[UUID], *, day: date) -> dict[UUID, list[date]]:
        """Days on which support was delivered."""
        query = select(case_measures.c.household_id, case_measures.c.delivered_on).where(
            one_of(case_measures.c.household_id, ids), case_measures.c.delivered_on > day - YEAR
        )
        found: dict[UUID, list[date]] = defaultdict(list)
        for row in await self.connection.execute(query):
            found[row.household_id].append(row.delivered_on)
        return found
