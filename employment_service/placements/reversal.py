"""What a worker may take back: every step after the offer, whoever recorded it.

Two are undone elsewhere. ACCEPTED: by withdrawing the acceptance. VOIDED: the terms changed, so the offer stands open
anew and is decided anew. A transfer is undone with the start that caused it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from chassis.errors import InvalidInput
from employment_service.placements.domain import (
    CURRENT,
    NOT_VOLUNTARY,
    Placement,
    PlacementState,
    Step,
    StepNotPossible,
    is_stable,
)
from employment_service.placements.reasons import StepReason


class WageNotConfirmed(InvalidInput):
    code = "WAGE_NOT_CONFIRMED"


P = PlacementState
STEPS = frozenset({P.CONTRACTED, P.TRAVEL_BOOKED, P.ARRIVED, P.STARTED, P.STABLE, P.RETURNED})
OWN_ENDINGS = frozenset({P.WITHDRAWN, P.RESIGNED})
REVERSIBLE = STEPS | OWN_ENDINGS | NOT_VOLUNTARY


def taken_back(placement: Placement, *, today: date, at: datetime, by: str, regret_days: int) -> Placement:
    """The worker says that the last step did not happen, or that they stay after all. The log keeps both.

    An end that the worker chose can be taken back for `regret_days`; one that others recorded at any time.
    """
    if placement.state not in REVERSIBLE:
        raise StepNotPossible(_remedy(placement.state))
    if placement.state in OWN_ENDINGS and today > placement.since + timedelta(days=regret_days):
        raise StepNotPossible(f"Leaving can be taken back for {regret_days} days. Ask for the work anew.")
    before = placement.standing_log()[-2]
    step = Step(state=before.state, on=before.on, recorded_at=at, by=by, reason=StepReason.TAKEN_BACK_BY_WORKER)
    ended_no_more = before.state in CURRENT and placement.state not in CURRENT
    return replace(
        placement,
        log=(*placement.log, step),
        return_trip_wanted=placement.return_trip_wanted and not ended_no_more,
        version=placement.version + 1,
    )


def transfer_undone(placement: Placement, *, at: datetime, by: str) -> Placement:
    """The earlier post goes on, since the start that ended it did not happen."""
    before = placement.standing_log()[-2]
    step = Step(state=before.state, on=before.on, recorded_at=at, by=by, reason=StepReason.TAKEN_BACK_BY_WORKER)
    return replace(placement, log=(*placement.log, step), version=placement.version + 1)


def wage_taken_back(placement: Placement, month: date, *, today: date, at: datetime, by: str, months: int) -> Placement:
    """The worker says that a wage they confirmed did not come; work that was steady by it is not steady any more."""
    left = tuple(wage for wage in placement.wages if wage.month != month)
    if len(left) == len(placement.wages):
        raise WageNotConfirmed("You did not confirm this month's wage.", field="month")
    changed = replace(placement, wages=left, version=placement.version + 1)
    if placement.state is not P.STABLE or is_stable(changed, today=today, months=months):
        return changed
    started = placement.standing_log()[-2]
    step = Step(state=P.STARTED, on=started.on, recorded_at=at, by=by, reason=StepReason.TAKEN_BACK_BY_WORKER)
    return replace(changed, log=(*placement.log, step))


def _remedy(state: PlacementState) -> str:
    if state is P.ACCEPTED:
        return "Take the acceptance itself back: withdrawAcceptance."
    if state is P.VOIDED:
        return "The terms changed: open the offer again and decide anew."
    if state is P.TRANSFERRED:
        return "Take back the start of the other post; this one then goes on."
    return f"A placement that is {state} has no step to take back."
