"""What happens to a plan after it was made, and what that changes for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from chassis.errors import InvalidInput
from employment_service.matching.assignment.domain import Int32s, Int64s

KEEP_POINTS = 500
"""What staying counts for beside the score: nobody is moved for less."""


class UnknownInPlan(InvalidInput):
    """A worker or a vacancy that the plan does not have."""

    code = "MATCH_UNKNOWN_ENTRY"


class OptionsUnsound(InvalidInput):
    code = "MATCH_EVENT_UNSOUND"


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyClosed:
    vacancy: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesChanged:
    """`by` places more, or fewer."""

    vacancy: int
    by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionsChanged:
    """The whole new list of one worker, who asked for it: a duty of care, a new skill, another wish."""

    worker: int
    vacancy: Int32s
    score: Int32s


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """An offer is out, or was accepted: this worker stays, and the place is taken out of the market."""

    worker: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Thawed:
    worker: int


Event: TypeAlias = VacancyClosed | PlacesChanged | OptionsChanged | Frozen | Thawed


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one answer did. Workers by number.

    `displaced` lost their place by the event itself, frozen ones among them; `moved`: others whose place is another
    now; `gained`: had none and have one. `value` in points, without what staying counts for; `certified`: nothing is
    better, with what staying counts for.
    """

    vacancy: Int32s
    prices: Int64s
    value: int
    certified: bool
    displaced: Int32s
    moved: Int32s
    gained: Int32s
    concerned: int
    """People and places that the event is about: as many others may be moved, not more."""
