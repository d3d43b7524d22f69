"""Whether a placement was stable at six months. Nothing about offers that were not taken is known here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from employment_service.placements.calendar import add_months
from employment_service.placements.domain import BEFORE_ARRIVAL, Placement, PlacementState

SIX_MONTHS = 6
PATIENCE_MONTHS = 1
"""How much longer wages may be confirmed that make a placement stable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """`points`: hundredths of a logit behind the chance, as they stood when the worker accepted."""

    placement_id: UUID
    area_path: str
    points: int
    accepted_on: date


def never_began(placement: Placement) -> bool:
    """Left before work began, for whatever reason: nothing about staying can be learnt, and a no leaves no trace."""
    return placement.day_of(PlacementState.STARTED) is None and not (
        placement.state in BEFORE_ARRIVAL or placement.state is PlacementState.ARRIVED
    )


def outcome(placement: Placement, *, today: date) -> bool | None:
    """Stable, and still there six months after work began; `None`: nobody can say yet.

    Who left earlier, by whatever way, was not stable there: why they left is theirs and is not asked.
    """
    started = placement.day_of(PlacementState.STARTED)
    if started is None:
        return None
    half_a_year = add_months(started, SIX_MONTHS)
    if placement.left_on is not None and placement.left_on < half_a_year:
        return False if today >= half_a_year else None
    if today < half_a_year:
        return None
    if placement.day_of(PlacementState.STABLE) is not None:
        return True
    return False if today >= add_months(half_a_year, PATIENCE_MONTHS) else None
