"""How far the likelihood can be trusted: drift, late feeds, told against seen, overrides, the challenger. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from chassis.errors import InvalidInput
from risk_service.scoring.features import Floats

LEAST_REPORTED = 10
"""Households of a group below which nothing is told of it."""
DRIFT_WATCHED, DRIFT_ALARM = 0.10, 0.25
"""Population stability index: from the first on worth a look, from the second on the feature is another one."""
LOWEST_RATIO, HIGHEST_RATIO = 0.8, 1.25
_LEAST_SHARE = 1e-4
LONGEST_NOTE = 2_000


class OverrideNoteMissing(InvalidInput):
    code = "OVERRIDE_NOTE_MISSING"


class Concern(StrEnum):
    """What a figure of the watch calls for. UNTOLD: too few households stand behind it."""

    NONE = "NONE"
    WATCH = "WATCH"
    ALARM = "ALARM"
    UNTOLD = "UNTOLD"


class OverrideDirection(StrEnum):
    """What the person thinks of the household against what the model tells."""

    MORE_LIKELY = "MORE_LIKELY"
    LESS_LIKELY = "LESS_LIKELY"


class OverrideReason(StrEnum):
    WRONG_DATA = "WRONG_DATA"
    DATA_TOO_OLD = "DATA_TOO_OLD"
    NOT_IN_ANY_RECORD = "NOT_IN_ANY_RECORD"
    HELP_ALREADY_WORKS = "HELP_ALREADY_WORKS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A named person disagrees. It stands beside the likelihood and changes neither it nor an alert nor any list."""

    id: UUID
    household_id: UUID
    area_path: str
    direction: OverrideDirection
    reason: OverrideReason
    note: str
    model_version: str
    likelihood: float
    noted_by: str
    noted_at: datetime

    def __post_init__(self) -> None:
        if not self.note.strip() or len(self.note) > LONGEST_NOTE:
            raise OverrideNoteMissing(f"Say why in 1 to {LONGEST_NOTE} characters.", field="note")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowScore:
    household_id: UUID
    area_path: str
    model_version: str
    likelihood: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """`index` None: nothing to hold it against yet. `missing`: share of households of whom it is not known."""

    feature: str
    label: str
    label_zh: str
    index: float | None
    missing: float
    missing_then: float | None
    concern: Concern


def stability_index(now: Sequence[float], then: Sequence[float]) -> float:
    """Population stability index of shares by bin: sum of (p - q) ln(p / q), empty bins as one in ten thousand."""
    p, q = (np.maximum(np.asarray(one, dtype=np.float64), _LEAST_SHARE) for one in (now, then))
    return float(((p - q) * np.log(p / q)).sum())


def drift_concern(index: float | None) -> Concern:
    if index is None:
        return Concern.UNTOLD
    if index >= DRIFT_ALARM:
        return Concern.ALARM
    return Concern.WATCH if index >= DRIFT_WATCHED else Concern.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """A department's records of the last 90 days: days from the event until it was known here."""

    department: str
    records: int
    median_days: float
    slowest_tenth_days: float
    newest_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldAndSeen:
    """Of a group: `expected` and `observed` events. Both None where fewer than ten households stand behind it."""

    group: str
    households: int | None
    expected: float | None
    observed: int | None
    concern: Concern

    @property
    def ratio(self) -> float | None:
        if self.expected is None or self.observed is None or self.expected <= 0:
            return None
        return self.observed / self.expected


def told_and_seen(group: str, expected: Floats, observed: NDArray[np.bool_], *, hidden: bool = False) -> ToldAndSeen:
    """`expected` likelihoods and whether each household's event was seen. `hidden`: it would give a small one away."""
    if hidden or len(expected) < LEAST_REPORTED:
        return ToldAndSeen(group=group, households=None, expected=None, observed=None, concern=Concern.UNTOLD)
    total, seen = float(expected.sum()), int(observed.sum())
    ratio = round(seen / total, 9) if total > 0 else math.inf
    # Alone by chance few events leave the corridor easily: an alarm needs what chance would seldom bring.
    outside = not LOWEST_RATIO <= ratio <= HIGHEST_RATIO
    spread = float(np.sqrt((expected * (1.0 - expected)).sum()))
    surely = abs(seen - total) > 1.96 * spread
    concern = Concern.NONE
    if outside:
        concern = Concern.ALARM if surely else Concern.WATCH
    return ToldAndSeen(group=group, households=len(expected), expected=total, observed=seen, concern=concern)


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """The shadow beside what serves, on the same households. `shared_visits`: of the first fifth of visits."""

    version: str
    households: int
    mean_served: float
    mean_shadow: float
    correlation: float | None
    shared_visits: float


def challenge(version: str, served: Floats, shadow: Floats) -> Challenge | None:
    """None where fewer than ten households were told by both."""
    rows = len(served)
    if rows < LEAST_REPORTED:
        return None
    first = max(rows // 5, 1)
    mine, theirs = (set(np.argsort(-one, kind="stable")[:first].tolist()) for one in (served, shadow))
    varies = served.std() > 0 and shadow.std() > 0
    return Challenge(
        version=version,
        households=rows,
        mean_served=float(served.mean()),
        mean_shadow=float(shadow.mean()),
        correlation=float(np.corrcoef(served, shadow)[0, 1]) if varies else None,
        shared_visits=len(mine & theirs) / first,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideCount:
    """`households` None: fewer than ten."""

    direction: OverrideDirection
    reason: OverrideReason
    households: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What `modelMonitoring` tells. `since` and `until`: of the likelihoods told and the events seen."""

    model_version: str
    households: int
    taken_at: datetime | None
    drift: tuple[Drift, ...]
    feeds: tuple[Lateness, ...]
    since: date | None
    horizon_months: int | None
    told_and_seen: tuple[ToldAndSeen, ...]
    overrides: tuple[OverrideCount, ...]
    challenger: Challenge | None

    @property
    def alarms(self) -> tuple[str, ...]:
        return tuple(_alarms(self))


def _alarms(watch: Watch) -> Iterator[str]:
    for drift in watch.drift:
        if drift.concern is Concern.ALARM:
            yield f"drift: {drift.feature}"
    for group in watch.told_and_seen:
        if group.concern is Concern.ALARM:
            yield f"told and seen: {group.group}"
