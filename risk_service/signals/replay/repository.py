"""Reads history back from what is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from risk_service.alerts.tables import alerts
from risk_service.clearances.tables import clearances
from risk_service.policy.factors import RiskFactor
from risk_service.signals.factors.facts import AccidentLoss, CareCost, Detail, DisasterLoss, Fact, Schooling
from risk_service.signals.replay.history import Decision, DecisionKind
from risk_service.signals.tables import signals
from risk_service.verification.domain import VisitOutcome
from risk_service.verification.tables import visits


@dataclass(frozen=True, slots=True)
class HistoryRepository:
    connection: AsyncConnection

    async def facts(self, *, area_path: str, since: date, until: date) -> list[Fact]:
        """Every version of every cost that is stored, of costs of these days (both belong to it)."""
        query = (
            select(signals)
            .where(
                signals.c.area_path.startswith(area_path, autoescape=True),
                signals.c.occurred_on >= since,
                signals.c.occurred_on <= until,
            )
            .order_by(signals.c.received_at, signals.c.department, signals.c.record_id, signals.c.version)
        )
        return [_fact(row) for row in await self.connection.execute(query)]

    async def decisions(self, *, area_path: str) -> list[Decision]:
        """Who was cleared, and what visits found to be a lasting risk."""
        cleared = (
            select(
                clearances.c.household_id, clearances.c.area_path, alerts.c.factor, clearances.c.decided_at.label("at")
            )
            .join(alerts, alerts.c.id == clearances.c.alert_id)
            .where(clearances.c.area_path.startswith(area_path, autoescape=True))
        )
        confirmed = (
            select(visits.c.household_id, visits.c.area_path, alerts.c.factor, visits.c.reported_at.label("at"))
            .join(alerts, alerts.c.id == visits.c.alert_id)
            .where(
                visits.c.area_path.startswith(area_path, autoescape=True),
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


def _fact(row: Row[tuple[object, ...]]) -> Fact:
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
