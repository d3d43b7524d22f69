"""Which households a caller may see: the same answer for one, for a list and for a count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.access import Scope
from chassis.identity import ScopeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """The union of what it names. `day`: pairings that hold on this day count."""

    everything: bool = False
    prefixes: tuple[str, ...] = ()
    paired_subject: str | None = None
    member_id: UUID | None = None
    day: date

    @staticmethod
    def of(scope: Scope, *, day: date) -> Sight:
        kinds, actor = scope.kinds, scope.actor
        return Sight(
            everything=ScopeKind.SYSTEM in kinds,
            prefixes=actor.areas if ScopeKind.AREA in kinds else (),
            paired_subject=actor.subject if ScopeKind.PAIRED in kinds else None,
            member_id=actor.member_id if ScopeKind.SELF in kinds else None,
            day=day,
        )
