"""Reads history back from what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from risk_service.alerts.tables import alerts
from risk_service.clearances.tables import clearances
from risk_service.conditions.tables import conditions
from risk_service.copies.visible import within
from risk_service.policy.factors import RiskFactor
from risk_service.signals.factors.costs import NOBODY
from risk_service.signals.factors.facts import (
    AccidentLoss,
    CareCost,
    Detail,
    DisasterLoss,
    Fact,
    Income,
    Schooling,
    WaterReport,
)
from risk_service.signals.facts.repository import of_household
from risk_service.signals.facts.rows import fact_of
from risk_service.signals.replay.history import Decision, DecisionKind
from risk_service.signals.tables import facts, signals
from risk_service.verification.domain import VisitOutcome
from risk_service.verification.tables import visits


@dataclass(frozen=True, slots=True)
class HistoryRepository:
    connection: AsyncConnection

    async def facts(self, *, area_path: str, since: date, until: date) -> list[Fact]:
        """Every version of whatever is stored of these days (both belong to it), in the order in which it came.

        What is a cost and more is stored in both tables; it is told once. What was told of an area or of a supply
        point is told to each household it concerned.
        """
        told = await self._told(area_path, since, until)
        costs = await self._costs(area_path, since, until)
        water = await self._water(area_path, since, until)
        both = {fact.key for fact in told}
        found = [*_by_household(told), *(fact for fact in costs if fact.key not in both), *water]
        return sorted(found, key=lambda fact: (fact.received_at, *fact.key, fact.household_id))

    async def _told(self, area_path: str, since: date, until: date) -> list[Fact]:
        above = [area_path[:end] for end in range(1, len(area_path)) if area_path[end - 1] == "/"]
        of_areas = facts.c.household_id.is_(None) & facts.c.area_path.in_(above)
        query = select(facts).where(
            within(facts.c.area_path, area_path) | of_areas, _between(facts.c.occurred_on, since, until)
        )
        return [fact_of(row) for row in await self.connection.execute(query)]

    async def _costs(self, area_path: str, since: date, until: date) -> list[Fact]:
        query = select(signals).where(
            within(signals.c.area_path, area_path), _between(signals.c.occurred_on, since, until)
        )
        return [_cost(row) for row in await self.connection.execute(query)]

    async def _water(self, area_path: str, since: date, until: date) -> list[Fact]:
        query = select(conditions).where(
            within(conditions.c.area_path, area_path), _between(conditions.c.occurred_on, since, until)
        )
        return [fact for row in await self.connection.execute(query) for fact in _reports(row)]

    async def decisions(self, *, area_path: str) -> list[Decision]:
        """Who was cleared, and what visits found to be a lasting risk."""
        cleared = (
            select(
                clearances.c.household_id, clearances.c.area_path, alerts.c.factor, clearances.c.decided_at.label("at")
            )
            .join(alerts, alerts.c.id == clearances.c.alert_id)
            .where(within(clearances.c.area_path, area_path))
        )
        confirmed = (
            select(visits.c.household_id, visits.c.area_path, alerts.c.factor, visits.c.reported_at.label("at"))
            .join(alerts, alerts.c.id == visits.c.alert_id)
            .where(
                within(visits.c.area_path, area_path),
                visits.c.outcome == VisitOutcome.LASTING_RISK.value,
            )
        )
        return [
            Decision(
                household_id=row.household_id,
                area_path=row.area_path,
                factor=RiskFactor(row.factor),
                kind=kind,
                decided_at=row.at,
            )
            for query, kind in ((cleared, DecisionKind.CLEARED), (confirmed, DecisionKind.CONFIRMED))
            for row in await self.connection.execute(query)
        ]


def _between(column: ColumnElement[date], since: date, until: date) -> ColumnElement[bool]:
    return (column >= since) & (column <= until)


def _by_household(told: list[Fact]) -> Iterator[Fact]:
    """A price is told to whoever lives in the area and has an income from production."""
    places = {
        fact.household_id: fact.area_path
        for fact in told
        if isinstance(fact.detail, Income) and fact.detail.production > 0
    }
    for fact in told:
        if fact.household_id != NOBODY:
            yield fact
            continue
        for household_id, path in places.items():
            if path.startswith(fact.area_path):
                yield replace(of_household(fact, household_id), area_path=path)


def _reports(row: Row[tuple[object, ...]]) -> Iterator[Fact]:
    for household_id in row.served:
        yield Fact(
            department=row.department,
            record_id=row.record_id,
            version=row.version,
            household_id=household_id,
            member_id=None,
            area_path=row.area_path,
            kind=row.kind,
            occurred_on=row.occurred_on,
            received_at=row.received_at,
            corrects=row.corrects,
            detail=WaterReport(point_id=row.point_id, outage_days=row.outage_days, quality_ok=row.quality_ok),
        )


def _cost(row: Row[tuple[object, ...]]) -> Fact:
    return Fact(
        department=row.department,
        record_id=row.record_id,
        version=row.version,
        household_id=row.household_id,
        member_id=row.member_id,
        area_path=row.area_path,
        kind=row.kind,
        occurred_on=row.occurred_on,
        received_at=row.received_at,
        corrects=row.corrects,
        detail=_detail(row),
    )


def _detail(row: Row[tuple[object, ...]]) -> Detail:
    match RiskFactor(row.factor):
        case RiskFactor.EDUCATION:
            return Schooling(enrolled=None, cost=row.amount)
        case RiskFactor.DISASTER:
            return DisasterLoss(amount=row.amount, home_usable=None)
        case RiskFactor.ACCIDENT:
            return AccidentLoss(amount=row.amount, severe=None, home_usable=None)
        case _:
            return CareCost(amount=row.amount)
