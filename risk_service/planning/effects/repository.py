from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, func, insert, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Float, Text

from risk_service.alerts.domain import ChangeKind
from risk_service.alerts.tables import alert_changes, alerts
from risk_service.cases.returns import confirmed_return
from risk_service.cases.tables import case_steps, cases
from risk_service.copies.tables import households
from risk_service.copies.visible import within
from risk_service.planning.effects.domain import LIKELIHOOD_EDGES, Given, Stratum
from risk_service.planning.effects.tables import assistance_given
from risk_service.planning.plans.declaration import Declared, DeclaredMeasure
from risk_service.planning.plans.stored import declared_of
from risk_service.planning.plans.tables import assistance_plans, plan_approvals, planned_households
from risk_service.policy.domain import AlertLevel
from risk_service.verification.domain import VisitOutcome
from risk_service.verification.tables import visits

REFUTED = (VisitOutcome.NO_LASTING_RISK.value, VisitOutcome.WRONG_DATA.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The same for all households of a plan, helped or not: from its approval for some months."""

    root_id: UUID
    declared: Declared
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class EffectRepository:
    connection: AsyncConnection

    async def add_given(self, given: Given, *, offer_id: UUID, area_path: str, by: str, at: datetime) -> None:
        await self.connection.execute(
            insert(assistance_given).values(
                offer_id=offer_id,
                root_id=given.root_id,
                household_id=given.household_id,
                area_path=area_path,
                measure=given.measure,
                given_on=given.on,
                recorded_by=by,
                recorded_at=at,
            )
        )

    async def move(self, household_id: UUID, area_path: str) -> None:
        own = (assistance_given.c.household_id == household_id) & (assistance_given.c.area_path != area_path)
        await self.connection.execute(update(assistance_given).where(own).values(area_path=area_path))

    async def periods(
        self, *, areas: Sequence[str] | None, area_path: str, months: int, now: datetime
    ) -> Mapping[UUID, Period]:
        """Of approved plans, not their supplements, whose months are over; oldest first."""
        ends = (plan_approvals.c.approved_at + func.make_interval(0, months)).label("ends")
        inside = within(assistance_plans.c.area_path, area_path)
        if areas is not None:
            inside &= or_(false(), *(within(assistance_plans.c.area_path, own) for own in areas))
        query = (
            select(assistance_plans.c.id, assistance_plans.c.declared, plan_approvals.c.approved_at, ends)
            .join(plan_approvals, plan_approvals.c.plan_id == assistance_plans.c.id)
            .where(assistance_plans.c.root_id == assistance_plans.c.id, inside, ends <= now)
            .order_by(assistance_plans.c.n)
        )
        return {
            row.id: Period(root_id=row.id, declared=declared_of(row.declared), begins=row.approved_at, ends=row.ends)
            for row in await self.connection.execute(query)
        }

    async def strata(self, period: Period, measure: DeclaredMeasure) -> list[Stratum]:
        """Who is still registered and fits the measure; who got other help meanwhile stands on neither side."""
        planned = planned_households
        helped = exists().where(
            assistance_given.c.root_id == period.root_id,
            assistance_given.c.household_id == planned.c.household_id,
            assistance_given.c.measure == measure.code,
            assistance_given.c.given_on <= period.ends.date(),
        )
        others = exists().where(
            assistance_given.c.household_id == planned.c.household_id,
            assistance_given.c.given_on.between(period.begins.date(), period.ends.date()),
        )
        fit = planned.c.facts.contains(_words([one.value for one in measure.needs]))
        if measure.factors:
            fit &= planned.c.factors.overlap(_words([one.value for one in measure.factors]))
        each = (
            select(
                planned.c.red,
                func.width_bucket(planned.c.used_likelihood, literal(list(LIKELIHOOD_EDGES), ARRAY(Float(53)))).label(
                    "band"
                ),
                helped.label("helped"),
                others.label("others"),
                _fell_back(period).label("fell"),
            )
            .join(households, households.c.id == planned.c.household_id)
            .where(planned.c.plan_id == period.root_id, fit)
            .subquery()
        )
        ours, theirs = each.c.helped, ~each.c.helped & ~each.c.others
        query = select(
            func.count().filter(ours).label("helped"),
            func.count().filter(and_(ours, each.c.fell)).label("helped_fell"),
            func.count().filter(theirs).label("compared"),
            func.count().filter(and_(theirs, each.c.fell)).label("compared_fell"),
        ).group_by(each.c.red, each.c.band)
        return [
            Stratum(
                helped=row.helped,
                helped_fell=row.helped_fell,
                compared=row.compared,
                compared_fell=row.compared_fell,
            )
            for row in await self.connection.execute(query.order_by(each.c.red, each.c.band))
        ]


def _fell_back(period: Period) -> ColumnElement[bool]:
    return or_(_turned_red(period), _confirmed(period))


def _turned_red(period: Period) -> ColumnElement[bool]:
    """A warning became red in the period, and no visit found it to be passing or wrong."""
    return exists().where(
        alerts.c.household_id == planned_households.c.household_id,
        alert_changes.c.alert_id == alerts.c.id,
        alert_changes.c.kind.in_([ChangeKind.RAISED.value, ChangeKind.ESCALATED.value]),
        alert_changes.c.level == AlertLevel.RED.value,
        alert_changes.c.at > period.begins,
        alert_changes.c.at <= period.ends,
        ~exists().where(visits.c.alert_id == alerts.c.id, visits.c.outcome.in_(REFUTED)),
    )


def _confirmed(period: Period) -> ColumnElement[bool]:
    """Whatever warned of it, or nothing did: a self-report, a yellow warning, a visit."""
    return exists().where(
        cases.c.household_id == planned_households.c.household_id,
        case_steps.c.case_id == cases.c.id,
        confirmed_return(),
        case_steps.c.at > period.begins,
        case_steps.c.at <= period.ends,
    )


def _words(values: Sequence[str]) -> ColumnElement[Sequence[str]]:
    return literal(list(values), ARRAY(Text))
