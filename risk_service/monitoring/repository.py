from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Date, cast, distinct, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.many_rows import put_rows
from risk_service.assessments.tables import assessments
from risk_service.cases.returns import confirmed_return
from risk_service.cases.tables import case_steps, cases
from risk_service.copies.visible import within
from risk_service.metadata import one_of
from risk_service.monitoring.domain import (
    LEAST_REPORTED,
    Lateness,
    Override,
    OverrideCount,
    OverrideDirection,
    OverrideReason,
    ShadowScore,
)
from risk_service.monitoring.tables import assessment_overrides, model_stocks, shadow_scores
from risk_service.signals.tables import signals

FEED_WINDOW = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    taken_at: datetime
    households: int
    shares: dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class WatchRepository:
    connection: AsyncConnection

    async def put_shadow(self, scores: Iterable[ShadowScore], *, at: datetime) -> None:
        rows = [
            {
                "household_id": one.household_id,
                "area_path": one.area_path,
                "model_version": one.model_version,
                "likelihood": one.likelihood,
                "scored_at": at,
            }
            for one in scores
        ]
        await put_rows(self.connection, shadow_scores, rows, key=("household_id",))

    async def pairs(self, version: str, *, area_path: str) -> list[tuple[float, float]]:
        """Served and shadow likelihood of each household told by both."""
        query = (
            select(assessments.c.likelihood, shadow_scores.c.likelihood.label("shadow"))
            .join(shadow_scores, shadow_scores.c.household_id == assessments.c.household_id)
            .where(shadow_scores.c.model_version == version)
            .order_by(assessments.c.household_id)
        )
        if area_path:
            query = query.where(within(assessments.c.area_path, area_path))
        return [(row.likelihood, row.shadow) for row in await self.connection.execute(query)]

    async def inputs(
        self, version: str, *, after: UUID | None, limit: int
    ) -> tuple[list[tuple[float, ...]], UUID | None]:
        """In steps by household id; the id to go on behind, None at the end."""
        query = (
            select(assessments.c.household_id, assessments.c.inputs)
            .where(assessments.c.model_version == version)
            .order_by(assessments.c.household_id)
            .limit(limit)
        )
        if after is not None:
            query = query.where(assessments.c.household_id > after)
        rows = (await self.connection.execute(query)).all()
        values = [tuple(math.nan if one is None else one for one in row.inputs) for row in rows]
        return values, rows[-1].household_id if rows else None

    async def add_stock(self, version: str, *, at: datetime, households: int, shares: dict[str, list[float]]) -> None:
        await self.connection.execute(
            insert(model_stocks).values(model_version=version, taken_at=at, households=households, shares=shares)
        )

    async def newest_stock(self, version: str) -> Stock | None:
        query = select(model_stocks).where(model_stocks.c.model_version == version).order_by(model_stocks.c.n.desc())
        row = (await self.connection.execute(query.limit(1))).first()
        return None if row is None else Stock(taken_at=row.taken_at, households=row.households, shares=row.shares)

    async def feeds(self, *, until: date, area_path: str) -> list[Lateness]:
        """By department, of at least ten records; the first version of each says how long it took."""
        late = cast(signals.c.received_at, Date) - signals.c.occurred_on
        query = (
            select(
                signals.c.department,
                func.count().label("records"),
                func.percentile_cont(0.5).within_group(late).label("median"),
                func.percentile_cont(0.9).within_group(late).label("slow"),
                func.max(cast(signals.c.received_at, Date)).label("newest"),
            )
            .where(cast(signals.c.received_at, Date) > until - FEED_WINDOW, signals.c.version == 1)
            .group_by(signals.c.department)
            .having(func.count() >= LEAST_REPORTED)
            .order_by(signals.c.department)
        )
        if area_path:
            query = query.where(within(signals.c.area_path, area_path))
        return [
            Lateness(
                department=row.department,
                records=row.records,
                median_days=float(row.median),
                slowest_tenth_days=float(row.slow),
                newest_on=row.newest,
            )
            for row in await self.connection.execute(query)
        ]

    async def confirmed(self, *, since: date, until: date) -> set[UUID]:
        """Households whose case was opened, or reopened by a person, after `since` and not after `until`."""
        query = (
            select(cases.c.household_id)
            .join(case_steps, case_steps.c.case_id == cases.c.id)
            .where(confirmed_return(), case_steps.c.on > since, case_steps.c.on <= until)
            .distinct()
        )
        return set((await self.connection.scalars(query)).all())

    async def confirmations(self, *, since: date, until: date) -> dict[UUID, list[date]]:
        """By household the days on which a case was opened, or reopened by a person, as `confirmed`."""
        query = (
            select(cases.c.household_id, case_steps.c.on)
            .join(case_steps, case_steps.c.case_id == cases.c.id)
            .where(confirmed_return(), case_steps.c.on > since, case_steps.c.on <= until)
        )
        found: dict[UUID, list[date]] = {}
        for row in await self.connection.execute(query):
            found.setdefault(row.household_id, []).append(row.on)
        return found

    async def add_override(self, override: Override) -> None:
        await self.connection.execute(
            insert(assessment_overrides).values(
                id=override.id,
                household_id=override.household_id,
                area_path=override.area_path,
                direction=override.direction.value,
                reason=override.reason.value,
                note=override.note,
                model_version=override.model_version,
                likelihood=override.likelihood,
                noted_by=override.noted_by,
                noted_at=override.noted_at,
            )
        )

    async def overrides(self, ids: Sequence[UUID]) -> dict[UUID, list[Override]]:
        """Newest first."""
        query = (
            select(assessment_overrides)
            .where(one_of(assessment_overrides.c.household_id, ids))
            .order_by(assessment_overrides.c.noted_at.desc(), assessment_overrides.c.id.desc())
        )
        found: dict[UUID, list[Override]] = {}
        for row in await self.connection.execute(query):
            found.setdefault(row.household_id, []).append(
                Override(
                    id=row.id,
                    household_id=row.household_id,
                    area_path=row.area_path,
                    direction=OverrideDirection(row.direction),
                    reason=OverrideReason(row.reason),
                    note=row.note,
                    model_version=row.model_version,
                    likelihood=row.likelihood,
                    noted_by=row.noted_by,
                    noted_at=row.noted_at,
                )
            )
        return found

    async def override_counts(self, version: str, *, area_path: str) -> list[OverrideCount]:
        own = assessment_overrides.c
        query = (
            select(own.direction, own.reason, func.count(distinct(own.household_id)).label("households"))
            .where(own.model_version == version)
            .group_by(own.direction, own.reason)
            .order_by(own.direction, own.reason)
        )
        if area_path:
            query = query.where(within(own.area_path, area_path))
        return [
            OverrideCount(
                direction=OverrideDirection(row.direction),
                reason=OverrideReason(row.reason),
                households=row.households if row.households >= LEAST_REPORTED else None,
            )
            for row in await self.connection.execute(query)
        ]

    async def remove(self, household_id: UUID) -> None:
        for table in (shadow_scores, assessment_overrides):
            await self.connection.execute(table.delete().where(table.c.household_id == household_id))

    async def move(self, household_id: UUID, area_path: str) -> None:
        for table in (shadow_scores, assessment_overrides):
            moved = (table.c.household_id == household_id) & (table.c.area_path != area_path)
            await self.connection.execute(update(table).where(moved).values(area_path=area_path))
