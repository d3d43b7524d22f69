from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.many_rows import put_rows
from risk_service.alerts.domain import AlertStatus
from risk_service.alerts.tables import alerts
from risk_service.copies.tables import statements
from risk_service.copies.visible import within
from risk_service.metadata import one_of
from risk_service.policy.factors import IncomeBasis, RiskFactor
from risk_service.signals.factors.facts import Fact, Income, RecordVersion
from risk_service.signals.facts.rows import NAMES, fact_of, values_of
from risk_service.signals.tables import cleared_facts, facts, weighings_due


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """`on`: the day from which the rules may say more of a household, if nothing else comes."""

    household_id: UUID
    factor: RiskFactor
    area_path: str
    on: date


@dataclass(frozen=True, slots=True)
class FactRepository:
    """A fact of the household NOBODY speaks of everybody at or below its area."""

    connection: AsyncConnection

    async def newest(self, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], Fact]:
        """By department and record id the version that counts."""
        query = select(facts).where(
            one_of(facts.c.record_id, {record_id for _, record_id in keys}),
            one_of(facts.c.department, {department for department, _ in keys}),
            facts.c.superseded.is_(False),
        )
        found = [fact_of(row) for row in await self.connection.execute(query)]
        return {fact.record: fact for fact in found if fact.record in keys}

    async def known(self, ids: Collection[UUID]) -> set[RecordVersion]:
        """Department, record and version of what was ever told of these households."""
        query = select(facts.c.department, facts.c.record_id, facts.c.version).where(one_of(facts.c.household_id, ids))
        return {(row.department, row.record_id, row.version) for row in await self.connection.execute(query)}

    async def add(self, fresh: Sequence[tuple[Fact, bool]], *, at: datetime) -> None:
        """Each with whether a newer version of its record is known; a version that is there stays as it is."""
        rows = [values_of(fact, superseded=superseded, at=at) for fact, superseded in fresh]
        await put_rows(self.connection, facts, rows, key=("department", "record_id", "version"), keep=True)

    async def supersede(self, gone: Collection[tuple[str, str]]) -> None:
        """The versions of these records that count now count no more."""
        for department in sorted({one for one, _ in gone}):
            mine = one_of(facts.c.record_id, {record_id for one, record_id in gone if one == department})
            counting = mine & (facts.c.department == department) & facts.c.superseded.is_(False)
            await self.connection.execute(update(facts).where(counting).values(superseded=True))

    async def remove(self, void: Sequence[RecordVersion]) -> None:
        """What only kept the place of an undone link."""
        for department, record_id, version in void:
            mine = (facts.c.department == department) & (facts.c.record_id == record_id)
            await self.connection.execute(delete(facts).where(mine, facts.c.version == version))

    async def current_of(self, ids: Collection[UUID]) -> list[Fact]:
        query = select(facts).where(one_of(facts.c.household_id, ids), facts.c.superseded.is_(False))
        return [fact_of(row) for row in await self.connection.execute(query)]

    async def incomes_of(self, ids: Collection[UUID]) -> list[Fact]:
        query = select(facts).where(
            one_of(facts.c.household_id, ids),
            facts.c.superseded.is_(False),
            facts.c.factor == RiskFactor.INCOME_DROP.value,
            facts.c.detail["type"].astext == NAMES[Income],
        )
        return [fact_of(row) for row in await self.connection.execute(query)]

    async def of_areas(self, area_paths: Collection[str]) -> list[Fact]:
        """What was told of areas at or above these, in its newest versions."""
        above = {path[:end] for path in area_paths for end in range(1, len(path) + 1) if path[end - 1] == "/"}
        query = select(facts).where(
            facts.c.household_id.is_(None), facts.c.superseded.is_(False), one_of(facts.c.area_path, above)
        )
        return [fact_of(row) for row in await self.connection.execute(query)]

    async def cleared_of(self, ids: Collection[UUID]) -> dict[UUID, set[RecordVersion]]:
        query = select(cleared_facts).where(one_of(cleared_facts.c.household_id, ids))
        found: dict[UUID, set[RecordVersion]] = {}
        for row in await self.connection.execute(query):
            found.setdefault(row.household_id, set()).add((row.department, row.record_id, row.version))
        return found

    async def put_cleared(self, household_id: UUID, area_path: str, decided: Iterable[Fact]) -> None:
        rows = [
            {
                "household_id": household_id,
                "department": fact.department,
                "record_id": fact.record_id,
                "version": fact.version,
                "area_path": area_path,
            }
            for fact in decided
        ]
        key = ("household_id", "department", "record_id", "version")
        await put_rows(self.connection, cleared_facts, rows, key=key, keep=True)

    async def growers(self, area_path: str) -> list[UUID]:
        """Households at or below an area that live of what they grow, and those warned of its price, in id order."""
        growing = select(statements.c.household_id).where(
            within(statements.c.area_path, area_path),
            statements.c.basis == IncomeBasis.RECEIVED_12M.value,
            statements.c.production_cents > 0,
        )
        warned = select(alerts.c.household_id).where(
            within(alerts.c.area_path, area_path),
            alerts.c.factor == RiskFactor.LIVELIHOOD_FAILURE.value,
            alerts.c.status != AlertStatus.CLEARED.value,
        )
        return sorted(set((await self.connection.execute(growing.union(warned))).scalars()))

    async def put_due(self, weighed: Collection[tuple[UUID, RiskFactor]], due: Sequence[Due]) -> None:
        """`weighed`: whose earlier days are over; `due`: the new ones."""
        for factor in sorted({one for _, one in weighed}):
            mine = one_of(
                weighings_due.c.household_id, {household_id for household_id, one in weighed if one is factor}
            )
            await self.connection.execute(delete(weighings_due).where(mine, weighings_due.c.factor == factor.value))
        rows = [
            {
                "household_id": one.household_id,
                "factor": one.factor.value,
                "area_path": one.area_path,
                "due_on": one.on,
            }
            for one in due
        ]
        await put_rows(self.connection, weighings_due, rows, key=("household_id", "factor"))

    async def due(self, day: date, *, limit: int) -> list[Due]:
        """Up to a day, the longest due first."""
        query = (
            select(weighings_due)
            .where(weighings_due.c.due_on <= day)
            .order_by(weighings_due.c.due_on, weighings_due.c.household_id)
            .limit(limit)
        )
        return [
            Due(
                household_id=row.household_id,
                factor=RiskFactor(row.factor),
                area_path=row.area_path,
                on=row.due_on,
            )
            for row in await self.connection.execute(query)
        ]

    async def put_due_in(self, area_path: str, on: date) -> None:
        """Everybody of whom anything is known at or below an area: another policy begins on that day."""
        told = select(facts.c.household_id, facts.c.factor, facts.c.area_path).where(
            within(facts.c.area_path, area_path), facts.c.household_id.is_not(None), facts.c.superseded.is_(False)
        )
        grow = select(
            statements.c.household_id, literal(RiskFactor.LIVELIHOOD_FAILURE.value), statements.c.area_path
        ).where(within(statements.c.area_path, area_path), statements.c.production_cents > 0)
        wanted = told.union(grow).subquery()
        # A household that is moving has rows of two places.
        one_each = select(
            wanted.c.household_id, wanted.c.factor, func.max(wanted.c.area_path), literal(on, Date)
        ).group_by(wanted.c.household_id, wanted.c.factor)
        fresh = upsert(weighings_due).from_select(["household_id", "factor", "area_path", "due_on"], one_each)
        earlier = func.least(weighings_due.c.due_on, fresh.excluded.due_on)
        await self.connection.execute(
            fresh.on_conflict_do_update(index_elements=["household_id", "factor"], set_={"due_on": earlier})
        )

    async def move(self, household_id: UUID, area_path: str) -> None:
        for table in (facts, cleared_facts, weighings_due):
            moved = (table.c.household_id == household_id) & (table.c.area_path != area_path)
            await self.connection.execute(update(table).where(moved).values(area_path=area_path))


def of_household(fact: Fact, household_id: UUID) -> Fact:
    """What was told of its area, as told of one household."""
    return replace(fact, household_id=household_id)
