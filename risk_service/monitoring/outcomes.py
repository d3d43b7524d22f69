"""What was told some months ago, and what was seen of it since. An event: at or below the line when the months are
over, or confirmed as a monitoring case in between. Of households that were above the line when they were told.
"""

from __future__ import annotations

import calendar
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import numpy as np

from chassis.errors import InvalidInput
from risk_service.assessments.domain import Assessment
from risk_service.likelihood.declared import declared
from risk_service.monitoring.domain import LEAST_REPORTED
from risk_service.publishing.domain import ModelUnknown
from risk_service.scoring.features import Floats
from risk_service.scoring.points import PointsTable
from risk_service.scoring.reasons import by_month
from risk_service.uow import RiskUnitOfWork

STEP = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """Row by row: `values` in the order of the declaration, what the table of that day `expected`, what was `seen`."""

    told_on: date
    months: int
    households: tuple[UUID, ...]
    area_paths: tuple[str, ...]
    values: Floats
    expected: Floats
    seen: np.ndarray[tuple[int], np.dtype[np.bool_]]


def horizons() -> tuple[int, ...]:
    """Longest first."""
    own = declared()
    return tuple(sorted({own.horizon_months, *(one.months for one in own.horizons)}, reverse=True))


async def outcomes(uow: RiskUnitOfWork, *, months: int, area_path: str = "") -> Outcomes:
    """Of what was told `months` ago."""
    told_on = months_before(uow.now.date(), months)
    at = datetime.combine(told_on + timedelta(days=1), time(), UTC) - timedelta(microseconds=1)
    confirmed = await uow.watch.confirmed(since=told_on, until=uow.now.date())
    tables = Tables(uow)
    rows: list[_Row] = []
    after: UUID | None = None
    while found := await uow.assessments.vintage(at, after=after, limit=STEP, area_path=area_path):
        now = await uow.assessments.many([one.household_id for one in found])
        for one in found:
            later = now.get(one.household_id)
            if later is None:
                continue
            row = await _row(one, later, tables, confirmed=one.household_id in confirmed, months=months)
            rows += () if row is None else (row,)
        after = found[-1].household_id
    width = len(declared().features)
    return Outcomes(
        told_on=told_on,
        months=months,
        households=tuple(row.household_id for row in rows),
        area_paths=tuple(row.area_path for row in rows),
        values=np.array([row.values for row in rows], dtype=np.float64).reshape(len(rows), width),
        expected=np.array([row.expected for row in rows], dtype=np.float64),
        seen=np.array([row.seen for row in rows], dtype=np.bool_),
    )


async def longest_outcomes(uow: RiskUnitOfWork, *, area_path: str) -> Outcomes | None:
    """Over the longest horizon of which enough is seen; None where none is."""
    for months in horizons():
        found = await outcomes(uow, months=months, area_path=area_path)
        if len(found.households) >= LEAST_REPORTED:
            return found
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    household_id: UUID
    area_path: str
    values: tuple[float, ...]
    expected: float
    seen: bool


class Tables:
    """The tables by which households were told, each read once: assessments keep values in their table's order."""

    def __init__(self, uow: RiskUnitOfWork) -> None:
        self._uow = uow
        self._known: dict[str, PointsTable] = {}

    async def of(self, version: str) -> PointsTable:
        if version not in self._known:
            self._known[version] = await _table(self._uow, version)
        return self._known[version]

    async def values_of(self, one: Assessment) -> tuple[float, ...]:
        """In the order of the declaration."""
        return in_declared_order(one.inputs, (await self.of(one.model_version)).names)

    async def income_of(self, one: Assessment) -> float:
        """Logarithm against the line of that day; NaN where it was not known."""
        names = (await self.of(one.model_version)).names
        return one.inputs[names.index("log_income")] if "log_income" in names else math.nan


def became(ended: float, *, confirmed: bool) -> bool | None:
    """Whether a household fell back, by its income against the line in the end; None where nobody knows."""
    if math.isnan(ended) and not confirmed:
        return None
    return confirmed or ended <= 0.0


async def _row(one: Assessment, later: Assessment, tables: Tables, *, confirmed: bool, months: int) -> _Row | None:
    values = await tables.values_of(one)
    if values[declared().place_of("log_income")] <= 0.0:
        return None
    seen = became(await tables.income_of(later), confirmed=confirmed)
    chances = dict(by_month(await tables.of(one.model_version), np.array([one.likelihood])))
    if seen is None or months not in chances:
        return None
    return _Row(
        household_id=one.household_id,
        area_path=one.area_path,
        values=values,
        expected=float(chances[months][0]),
        seen=seen,
    )


def in_declared_order(inputs: Sequence[float], names: Sequence[str]) -> tuple[float, ...]:
    held = dict(zip(names, inputs, strict=True))
    return tuple(held.get(name, math.nan) for name in declared().names)


async def _table(uow: RiskUnitOfWork, version: str) -> PointsTable:
    found = await uow.models.find(version)
    if found is None:
        raise ModelUnknown("An assessment names a table that is not there.")
    return found.table


def months_before(day: date, months: int) -> date:
    """The same day of the month, or the last one."""
    if months < 0:
        raise InvalidInput("Months go backwards.", field="months")
    number = day.year * 12 + day.month - 1 - months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
