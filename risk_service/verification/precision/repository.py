from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Row, Select, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from risk_service.access import Visibility
from risk_service.copies.visible import visible_rows, within
from risk_service.policy.domain import AlertLevel, RiskFactor
from risk_service.verification.domain import VisitOutcome
from risk_service.verification.precision.domain import PrecisionBy, Subject, Tally
from risk_service.verification.tables import visits


@dataclass(frozen=True, slots=True)
class PrecisionRepository:
    connection: AsyncConnection

    async def tallies(
        self, seen: Visibility, *, by: PrecisionBy, area_path: str, since: date, until: date
    ) -> list[Tally]:
        """One query. By AREA: the areas next below `area_path`."""
        query = _counted(seen, by=by, area_path=area_path, since=since, until=until)
        return [
            Tally(
                subject=_subject(by, row),
                households=row.households,
                true_risk=row.lasting_risk,
                no_lasting_risk=row.no_lasting_risk,
                wrong_data=row.wrong_data,
            )
            for row in await self.connection.execute(query)
        ]


def _counted(
    seen: Visibility, *, by: PrecisionBy, area_path: str, since: date, until: date
) -> Select[*tuple[object, ...]]:
    keys = _keys(by, area_path)
    inside = visible_rows(seen, area_path=visits.c.area_path, household_id=visits.c.household_id)
    if area_path:
        inside &= within(visits.c.area_path, area_path)
    columns: list[ColumnElement[str] | ColumnElement[int]] = [
        *keys,
        func.count(visits.c.household_id.distinct()).label("households"),
    ]
    columns += [
        func.count().filter(visits.c.outcome == outcome.value).label(outcome.value.lower()) for outcome in VisitOutcome
    ]
    return (
        select(visits)
        .with_only_columns(*columns)
        .where(inside, visits.c.visited_on >= since, visits.c.visited_on < until, visits.c.factor.is_not(None))
        .group_by(*keys)
        .order_by(*keys)
    )


def _keys(by: PrecisionBy, area_path: str) -> tuple[ColumnElement[str], ...]:
    match by:
        case PrecisionBy.RULE:
            return (
                visits.c.factor.label("key_factor"),
                visits.c.level.label("key_level"),
                visits.c.policy_version.label("key_version"),
            )
        case PrecisionBy.FEED:
            return (func.unnest(visits.c.departments).label("key_department"),)
        case PrecisionBy.AREA:
            rest = func.substr(visits.c.area_path, len(area_path) + 1)
            return ((literal(area_path) + func.substr(rest, 1, func.strpos(rest, "/"))).label("key_area"),)


def _subject(by: PrecisionBy, row: Row[*tuple[object, ...]]) -> Subject:
    match by:
        case PrecisionBy.RULE:
            return Subject(
                factor=RiskFactor(row.key_factor), level=AlertLevel(row.key_level), policy_version=row.key_version
            )
        case PrecisionBy.FEED:
            return Subject(department=row.key_department)
        case PrecisionBy.AREA:
            return Subject(area_path=row.key_area)
