"""Whether a caller may see a household. Deciding it looks past the area wall; what is then read does not."""

from __future__ import annotations

from chassis.access import Scope
from chassis.identity import Actor
from risk_service.access import policy
from risk_service.copies.domain import Reach


def covers(actor: Actor, scope: Scope, reach: Reach) -> bool:
    return scope.covers(
        area_path=reach.area_path,
        paired=actor.subject in reach.paired_subjects,
        own=actor.member_id is not None and actor.member_id in reach.member_ids,
    )


def require_sight(actor: Actor, action: str, reach: Reach) -> None:
    """Raises Forbidden."""
    scope = policy.require(actor, action)
    scope.require(
        area_path=reach.area_path,
        paired=actor.subject in reach.paired_subjects,
        own=actor.member_id is not None and actor.member_id in reach.member_ids,
    )
