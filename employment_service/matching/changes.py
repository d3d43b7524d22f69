"""The smallest change that would open a closed pair: what the worker could move, and by how little.

Nothing here is advice to accept less; it answers "why not" with a figure. Age, health, school and the employer's
standing are no wishes: where one of them stands against a pair, nothing is offered.
"""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from employment_service.matching.engine import Limits, MatchVacancy, MatchWorker
from employment_service.matching.market.builder import months_touched
from employment_service.matching.why_not import WhyNot

LATEST_START_DAYS = 365
LAST_DAY = date.max.toordinal()


class ChangeKind(StrEnum):
    FARTHER = "FARTHER"
    """Kilometres more than the greatest distance the worker named."""
    LONGER_WAY = "LONGER_WAY"
    """Minutes more each way than the longest commute."""
    LOWER_FLOOR = "LOWER_FLOOR"
    """Cents a month less than the least wage."""
    LATER_START = "LATER_START"
    """Days by which the work would have to begin later."""
    FARM_LEAVE = "FARM_LEAVE"
    """Leave in these months; `codes` are their numbers."""
    CARE_COVERED = "CARE_COVERED"
    """Somebody else looks after whoever needs care during these hours."""
    QUALIFICATION = "QUALIFICATION"
    """`codes` are missing."""
    LANGUAGE = "LANGUAGE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """`amount`: in the unit of its kind, 0 where there is nothing to count. `km`: the way that comes with it."""

    kind: ChangeKind
    amount: float = 0.0
    km: float | None = None
    codes: tuple[str, ...] = ()


OPENABLE = (
    WhyNot.TOO_FAR
    | WhyNot.COMMUTE_TOO_LONG
    | WhyNot.WAGE_BELOW_FLOOR
    | WhyNot.NOT_FREE_YET
    | WhyNot.SEASON_CLASH
    | WhyNot.CARE_TOO_FAR
    | WhyNot.CARE_HOURS
    | WhyNot.QUALIFICATION_MISSING
    | WhyNot.LANGUAGE_NEEDED
)


_SHUT = ~int(OPENABLE)
# As plain numbers: an operation on a flag makes a flag, which takes longer than the whole rule.
_TOO_FAR = int(WhyNot.TOO_FAR)
_COMMUTE_TOO_LONG = int(WhyNot.COMMUTE_TOO_LONG)
_WAGE_BELOW_FLOOR = int(WhyNot.WAGE_BELOW_FLOOR)
_NOT_FREE_YET = int(WhyNot.NOT_FREE_YET)
_SEASON_CLASH = int(WhyNot.SEASON_CLASH)
_CARE = int(WhyNot.CARE_TOO_FAR | WhyNot.CARE_HOURS)
_QUALIFICATION_MISSING = int(WhyNot.QUALIFICATION_MISSING)
_LANGUAGE_NEEDED = int(WhyNot.LANGUAGE_NEEDED)


def smallest_changes(
    worker: MatchWorker, vacancy: MatchVacancy, *, broken: int, km: float, minutes: float, limits: Limits
) -> tuple[Change, ...] | None:
    """All of them together open the pair; `None`: nothing that could be moved does. Empty: it is open.

    `broken`: bits of `WhyNot`.
    """
    bits = int(broken)  # of a flag, its plain number
    if bits & _SHUT:
        return None
    if not bits:
        return ()
    found: list[Change] = []
    if bits & _TOO_FAR and worker.max_distance_km is not None:
        more = _more_km(km, worker.max_distance_km)
        found.append(Change(kind=ChangeKind.FARTHER, amount=more, km=_tenths_up(km)))
    if bits & _COMMUTE_TOO_LONG:
        named = worker.max_commute_minutes
        patience = limits.longest_commute_minutes if named is None else named
        found.append(Change(kind=ChangeKind.LONGER_WAY, amount=float(math.ceil(minutes) - patience), km=_tenths_up(km)))
    if bits & _WAGE_BELOW_FLOOR:
        found.append(
            Change(kind=ChangeKind.LOWER_FLOOR, amount=float(worker.wage_floor_cents - vacancy.monthly_wage_cents))
        )
    found.extend(_season(worker, vacancy, bits))
    if bits & _CARE:
        found.append(Change(kind=ChangeKind.CARE_COVERED))
    if bits & _QUALIFICATION_MISSING:
        missing = tuple(sorted(vacancy.qualifications - worker.qualifications))
        found.append(Change(kind=ChangeKind.QUALIFICATION, codes=missing))
    if bits & _LANGUAGE_NEEDED:
        found.append(Change(kind=ChangeKind.LANGUAGE, codes=tuple(sorted(vacancy.languages - worker.languages))))
    return tuple(found)


def changed(
    worker: MatchWorker, vacancy: MatchVacancy, changes: tuple[Change, ...], *, limits: Limits
) -> tuple[MatchWorker, MatchVacancy]:
    """Both as they would be after the changes."""
    for change in changes:
        match change.kind:
            case ChangeKind.FARTHER:
                worker = replace(worker, max_distance_km=(worker.max_distance_km or 0.0) + change.amount)
            case ChangeKind.LONGER_WAY:
                named = worker.max_commute_minutes
                patience = limits.longest_commute_minutes if named is None else named
                worker = replace(worker, max_commute_minutes=patience + int(change.amount))
            case ChangeKind.LOWER_FLOOR:
                worker = replace(worker, wage_floor_cents=worker.wage_floor_cents - int(change.amount))
            case ChangeKind.LATER_START:
                vacancy = replace(vacancy, starts_on=vacancy.starts_on + timedelta(days=int(change.amount)))
            case ChangeKind.FARM_LEAVE:
                vacancy = replace(vacancy, farm_leave=True)
            case ChangeKind.CARE_COVERED:
                worker = replace(worker, care_places=())
            case ChangeKind.QUALIFICATION:
                worker = replace(worker, qualifications=worker.qualifications | set(change.codes))
            case ChangeKind.LANGUAGE:
                worker = replace(worker, languages=worker.languages | set(change.codes))
    return worker, vacancy


def _season(worker: MatchWorker, vacancy: MatchVacancy, bits: int) -> list[Change]:
    """A later start where one helps; else leave in the months that clash, and the start only as late as need be."""
    if not bits & (_NOT_FREE_YET | _SEASON_CLASH):
        return []
    ready = 0
    if bits & _NOT_FREE_YET and worker.free_from is not None:
        ready = (worker.free_from - vacancy.starts_on).days
    for days in _first_days(vacancy.starts_on, ready):
        if not _clash(worker, vacancy, days):
            return [_later(days)]
    clash = tuple(str(month) for month in sorted(_clash(worker, vacancy, ready)))
    leave = Change(kind=ChangeKind.FARM_LEAVE, codes=clash)
    return [_later(ready), leave] if ready else [leave]


def _first_days(starts_on: date, ready: int) -> Iterator[int]:
    """Days from `starts_on` that are worth a look: `ready`, then each first of a month within a year.

    Work that begins later in a month touches whatever work from its first day does.
    """
    start = starts_on.toordinal()
    if ready > LATEST_START_DAYS:
        return
    yield ready
    last = min(start + LATEST_START_DAYS, LAST_DAY)
    day = min(start + ready, LAST_DAY)
    while (day := _next_month(day)) <= last:
        yield day - start


def _next_month(day: int) -> int:
    """The day number of the first day of the next month."""
    known = date.fromordinal(day)
    return day + monthrange(known.year, known.month)[1] - known.day + 1


def _later(days: int) -> Change:
    return Change(kind=ChangeKind.LATER_START, amount=float(days))


def _clash(worker: MatchWorker, vacancy: MatchVacancy, days: int) -> frozenset[int]:
    if vacancy.farm_leave:
        return frozenset()
    start = min(vacancy.starts_on.toordinal() + days, LAST_DAY)
    months = months_touched(start, vacancy.contract_months)
    return worker.farm_months & {month for month in range(1, 13) if months >> (month - 1) & 1}


def _more_km(km: float, named: float) -> float:
    """In tenths of a kilometre, enough although neither figure is one of tenths."""
    more = math.ceil((km - named) * 10) / 10
    return more if named + more >= km else round(more + 0.1, 1)


def _tenths_up(km: float) -> float:
    return math.ceil(km * 10) / 10
