"""The department records behind an alert, so that the household can be told why. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedCost:
    """One record of a cost.

    `in_amount`: part of the shown amount. The others are the household's further costs of the same kind and years
    (another member's, say); who decides on the alert decides on them too.
    """

    department: str
    record_id: str
    occurred_on: date
    amount: Decimal
    in_amount: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedCondition:
    """One report of what was found at a place. `outage_days`: without water so far; `quality_ok`: of a test."""

    department: str
    record_id: str
    version: int
    kind: str
    occurred_on: date
    outage_days: int | None
    quality_ok: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordBehind:
    """A record that an alert rests on, by the department's own key."""

    department: str
    record_id: str
