"""The households of an area as a plan sees them: one statement, so that all are of one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, Select, and_, case, distinct, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from risk_service.alerts.domain import AlertStatus
from risk_service.alerts.tables import alerts
from risk_service.assessments.tables import assessments
from risk_service.copies.domain import LabourCapacity
from risk_service.copies.tables import households, members, statements
from risk_service.copies.visible import within
from risk_service.likelihood.facts import CHILD_BELOW, ELDER_FROM
from risk_service.planning.plans.declaration import HouseholdFact
from risk_service.planning.plans.domain import Candidate
from risk_service.policy.domain import AlertLevel, IncomeBasis, RiskFactor

_FACTS: dict[str, HouseholdFact] = {
    "able": HouseholdFact.ABLE_TO_WORK,
    "partly_able": HouseholdFact.PARTLY_ABLE_TO_WORK,
    "children": HouseholdFact.CHILDREN,
    "elders": HouseholdFact.ELDERS,
    "head_65": HouseholdFact.HEAD_65,
    "elder_head": HouseholdFact.ELDER_HEAD,
    "disabled": HouseholdFact.DISABLED_MEMBER,
    "carers": HouseholdFact.CARE_DUTY,
    "students": HouseholdFact.STUDENT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """`not_assessed`: households left out because nothing is known of their likelihood and no red alert is open."""

    candidates: list[Candidate]
    not_assessed: int
    models: tuple[str, ...]


async def gather(connection: AsyncConnection, *, area_path: str, today: date, elders_from_age: int) -> Gathered:
    """Households with counted members, in the order of the register."""
    rows = (await connection.execute(_statement(area_path, today, elders_from_age))).all()
    planned = [row for row in rows if row.likelihood is not None or (row.level or 0) >= AlertLevel.RED]
    return Gathered(
        candidates=[_candidate(row) for row in planned],
        not_assessed=len(rows) - len(planned),
        models=tuple(sorted({row.model_version for row in planned if row.model_version is not None})),
    )


def _statement(area_path: str, today: date, elders_from_age: int) -> Select[tuple[object, ...]]:
    people, warned = _people(area_path, today, elders_from_age).subquery(), _warned(area_path).subquery()
    income = and_(statements.c.household_id == households.c.id, statements.c.basis == IncomeBasis.RECEIVED_12M.value)
    recorded = (
        (statements.c.wage_cents != 0)
        | (statements.c.production_cents != 0)
        | (statements.c.property_cents != 0)
        | (statements.c.transfer_cents != 0)
        | (statements.c.production_cost_cents != 0)
    ) & (statements.c.member_count > 0)
    a_head = (statements.c.net_cents - statements.c.rigid_expenses_cents) / statements.c.member_count
    return (
        select(
            households.c.id,
            households.c.area_path,
            households.c.safe_housing,
            households.c.safe_water,
            households.c.registration_history,
            assessments.c.likelihood,
            assessments.c.model_version,
            people,
            warned.c.level,
            warned.c.factors,
            case(
                (recorded, func.greatest(literal(0), func.round(assessments.c.line * 100 - a_head))), else_=None
            ).label("shortfall"),
        )
        .select_from(
            households.join(people, people.c.household_id == households.c.id)
            .outerjoin(assessments, assessments.c.household_id == households.c.id)
            .outerjoin(warned, warned.c.household_id == households.c.id)
            .outerjoin(statements, income)
        )
        .where(within(households.c.area_path, area_path))
        .order_by(households.c.id)
    )


def _people(area_path: str, today: date, elders_from_age: int) -> Select[tuple[object, ...]]:
    """Only who counts; of unknown age is neither child nor elder."""
    child_since, elder_since = _years_before(today, CHILD_BELOW), _years_before(today, ELDER_FROM)
    child = members.c.date_of_birth > child_since
    elder = members.c.date_of_birth <= elder_since
    return (
        select(
            members.c.household_id,
            func.count().label("members"),
            func.bool_or(members.c.labour_capacity == LabourCapacity.FULL.value).label("able"),
            func.bool_or(members.c.labour_capacity == LabourCapacity.PARTIAL.value).label("partly_able"),
            func.bool_or(child).label("children"),
            func.bool_or(elder).label("elders"),
            func.bool_or(elder & members.c.head).label("head_65"),
            func.bool_or(members.c.head & (members.c.date_of_birth <= _years_before(today, elders_from_age))).label(
                "elder_head"
            ),
            func.bool_or(members.c.disabled).label("disabled"),
            func.bool_or(members.c.care_duties > 0).label("carers"),
            func.bool_or(members.c.in_school & (members.c.date_of_birth <= child_since)).label("students"),
        )
        .where(members.c.counted, within(members.c.area_path, area_path))
        .group_by(members.c.household_id)
    )


def _warned(area_path: str) -> Select[tuple[object, ...]]:
    return (
        select(
            alerts.c.household_id,
            func.max(alerts.c.level).label("level"),
            func.array_agg(distinct(alerts.c.factor)).label("factors"),
        )
        .where(alerts.c.status != AlertStatus.CLEARED.value, within(alerts.c.area_path, area_path))
        .group_by(alerts.c.household_id)
    )


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _candidate(row: Row[tuple[object, ...]]) -> Candidate:
    facts = {fact for name, fact in _FACTS.items() if getattr(row, name)}
    if not row.safe_housing:
        facts.add(HouseholdFact.UNSAFE_HOUSING)
    if not row.safe_water:
        facts.add(HouseholdFact.UNSAFE_WATER)
    if row.registration_history in {"REGISTERED", "GRADUATED"}:
        facts.add(HouseholdFact.REGISTERED_BEFORE)
    return Candidate(
        household_id=row.id,
        area_path=row.area_path,
        likelihood=row.likelihood,
        members=row.members,
        red=(row.level or 0) >= AlertLevel.RED,
        factors=frozenset(RiskFactor(factor) for factor in row.factors or ()),
        facts=frozenset(facts),
        shortfall=None if row.shortfall is None else int(row.shortfall),
    )
