"""What was known of households on former days, and what became of them: the table a county trains on.

Each row is a household as it was told on a day, with the inputs stored then: whatever came to be known later is in none
of them. Nobody is named; households are numbered, and townships with few of them are not told.
"""

from __future__ import annotations

import calendar
import hashlib
import math
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import numpy as np

from chassis.errors import Conflict, InvalidInput
from chassis.identity import Actor
from risk_service.access import EXPORT_OUTCOMES, policy
from risk_service.assessments.domain import Assessment
from risk_service.likelihood.declared import declared
from risk_service.monitoring.domain import LEAST_REPORTED
from risk_service.monitoring.outcomes import Tables, became, horizons
from risk_service.scoring.features import Floats
from risk_service.uow import RiskUnitOfWork

STEP = 4_000
MOST_MONTHS_APART = 12
LONGEST_REASON = 500


class NothingTold(Conflict):
    code = "NOTHING_TOLD_YET"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """Row by row within some months: 1, 0, or NaN where it is not over or cannot be known. `below`: at or below the
    line when the months were over; `confirmed`: as a case in between; `fell`: either.
    """

    below: Floats
    confirmed: Floats
    fell: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Vintage:
    """`values` in the order of the declaration, as they were known at the end of `day`; `fates` by months."""

    day: date
    households: tuple[UUID, ...]
    area_paths: tuple[str, ...]
    values: Floats
    above_line: Floats
    fates: Mapping[int, Fate]


async def start_export(
    uow: RiskUnitOfWork, actor: Actor, *, area_path: str, reason: str, every_months: int, since: date | None
) -> list[date]:
    """The days to tell of, oldest first; it is written down who takes them and why. Raises NothingTold."""
    policy.require(actor, EXPORT_OUTCOMES).require(area_path=area_path)
    if not 1 <= len(reason.strip()) <= LONGEST_REASON:
        raise InvalidInput(f"A reason of 1 to {LONGEST_REASON} characters is needed.", field="reason")
    if not 1 <= every_months <= MOST_MONTHS_APART:
        raise InvalidInput(f"From every month to every {MOST_MONTHS_APART}.", field="every")
    begun = await uow.assessments.first_told()
    days = [] if begun is None else month_ends(max(begun.date(), since or date.min), uow.now.date(), every_months)
    if not days:
        raise NothingTold("No month has ended yet of which something was told.", field="since")
    await uow.audit(
        action="OUTCOMES_EXPORTED", subject_id=area_path or "everywhere", purpose=f"TRAINING: {reason.strip()}"
    )
    return days


async def vintages(uow: RiskUnitOfWork, days: Sequence[date], *, area_path: str) -> AsyncIterator[Vintage]:
    """One after the other, so that only one is held."""
    confirmed = await uow.watch.confirmations(since=min(days), until=uow.now.date())
    tables = Tables(uow)
    for day in days:
        yield await _vintage(uow, day, area_path, confirmed, tables)


async def _vintage(
    uow: RiskUnitOfWork, day: date, area_path: str, confirmed: Mapping[UUID, Sequence[date]], tables: Tables
) -> Vintage:
    months = horizons()
    ends = {one: month_end_after(day, one) for one in months}
    told: list[Assessment] = []
    values: list[tuple[float, ...]] = []
    seen: dict[int, list[tuple[float, float, float]]] = {one: [] for one in months}
    after: UUID | None = None
    while found := await uow.assessments.vintage(end_of(day), after=after, limit=STEP, area_path=area_path):
        after = found[-1].household_id
        ids = [one.household_id for one in found]
        then = {
            one: await uow.assessments.told_at(ids, end_of(ends[one])) for one in months if ends[one] < uow.now.date()
        }
        for one in found:
            told.append(one)
            values.append(await tables.values_of(one))
            dates = confirmed.get(one.household_id, ())
            for ahead in months:
                own = await _fate(one, then.get(ahead), tables, confirmed=dates, day=day, end=ends[ahead])
                seen[ahead].append(own)
    matrix = np.array(values, dtype=np.float64).reshape(len(values), len(declared().features))
    income = matrix[:, declared().place_of("log_income")]
    return Vintage(
        day=day,
        households=tuple(one.household_id for one in told),
        area_paths=tuple(one.area_path for one in told),
        values=matrix,
        # Of an unknown income nobody can say that it is below.
        above_line=np.where(income <= 0.0, 0.0, 1.0),
        fates={one: _fates(rows) for one, rows in seen.items()},
    )


async def _fate(
    one: Assessment,
    then: Mapping[UUID, Assessment] | None,
    tables: Tables,
    *,
    confirmed: Iterable[date],
    day: date,
    end: date,
) -> tuple[float, float, float]:
    """`then` None: the months are not over. Who is not known any more may have fallen back or not."""
    if then is None:
        return math.nan, math.nan, math.nan
    is_confirmed = any(day < on <= end for on in confirmed)
    later = then.get(one.household_id)
    ended = math.nan if later is None else await tables.income_of(later)
    below = math.nan if math.isnan(ended) else float(ended <= 0.0)
    fell = became(ended, confirmed=is_confirmed)
    return below, float(is_confirmed), math.nan if fell is None else float(fell)


def _fates(rows: Sequence[tuple[float, float, float]]) -> Fate:
    below, confirmed, fell = np.array(rows, dtype=np.float64).reshape(len(rows), 3).T
    return Fate(below=below, confirmed=confirmed, fell=fell)


def numbered(ids: Iterable[UUID]) -> dict[UUID, int]:
    """From 1, in an order that says nothing of who was registered when."""
    mixed = sorted(set(ids), key=lambda one: hashlib.sha256(one.bytes).digest())
    return {one: number for number, one in enumerate(mixed, start=1)}


def townships(found: Iterable[tuple[UUID, str]]) -> dict[str, str | None]:
    """By area path the township a row is grouped by; None where it has too few households to be told."""
    of = dict(found)
    count = Counter(township_of(path) for path in of.values())
    return {path: one if count[one := township_of(path)] >= LEAST_REPORTED else None for path in set(of.values())}


def township_of(area_path: str) -> str:
    return "/".join(area_path.split("/")[:4]) + "/"


def month_ends(begun: date, today: date, every_months: int) -> list[date]:
    """Last days of months from `begun` on and before `today`; of quarters with 3, of years with 12."""
    found = []
    for number in range(begun.year * 12 + begun.month - 1, today.year * 12 + today.month):
        day = _month_end(number)
        if (number + 1) % every_months == 0 and begun <= day < today:
            found.append(day)
    return found


def month_end_after(day: date, months: int) -> date:
    return _month_end(day.year * 12 + day.month - 1 + months)


def _month_end(number: int) -> date:
    year, month = divmod(number, 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), UTC) - timedelta(microseconds=1)
