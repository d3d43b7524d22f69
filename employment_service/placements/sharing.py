"""What of a worker's placements others may see: nothing, unless the worker lets it be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from employment_service.placements.domain import Placement, PlacementState
from employment_service.workers.domain import Worker

SHOWN = (PlacementState.STABLE, PlacementState.STARTED)
NONE = "NONE"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkStateChanged:
    """STARTED, STABLE or NONE since a day, and no reason."""

    member_id: UUID
    household_id: UUID
    area_path: str
    state: str
    since: date


def shown_work(placements: Sequence[Placement]) -> Placement | None:
    """The steadiest placement at work; `None`: nothing to show."""
    for state in SHOWN:
        for placement in placements:
            if placement.state is state:
                return placement
    return None


def since_of(placement: Placement) -> date:
    """Since when this person works so: through a transfer work has gone on, and no day of it is counted as a gap."""
    if placement.state is PlacementState.STARTED and placement.worked_since is not None:
        return placement.worked_since
    return placement.since


def change_of(
    worker: Worker,
    *,
    before: Sequence[Placement],
    after: Sequence[Placement],
    today: date,
    shared_before: bool | None = None,
) -> WorkStateChanged | None:
    """What to tell after a step, or after the worker began or ceased to share; `None`: nothing changed to others.

    `shared_before`: only when the sharing itself changed.
    """
    was_shared = worker.shares_work_state if shared_before is None else shared_before
    old = shown_work(before) if was_shared else None
    new = shown_work(after) if worker.shares_work_state else None
    if new is None:
        return None if old is None else _told(worker, NONE, today)
    if old is not None and (old.state, since_of(old)) == (new.state, since_of(new)):
        return None
    return _told(worker, new.state, since_of(new))


def _told(worker: Worker, state: str, since: date) -> WorkStateChanged:
    return WorkStateChanged(
        member_id=worker.member_id,
        household_id=worker.household_id,
        area_path=worker.area_path,
        state=state,
        since=since,
    )
