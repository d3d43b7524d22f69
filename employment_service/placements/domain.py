"""A placement: from the worker's yes to steady work, and out again at once whenever the worker wants.

    ACCEPTED -> CONTRACTED -> TRAVEL_BOOKED -> ARRIVED -> STARTED -> STABLE
                    └── lives near: no travel ──┘
    any of them -> WITHDRAWN (before arrival) | RESIGNED | ENDED | EMPLOYER_TERMINATED | TRANSFERRED
    before arrival, when the terms change -> VOIDED;  RESIGNED | ENDED | EMPLOYER_TERMINATED -> RETURNED

What the worker may take back, step by step, stands in `reversal.py`. Arrival says nothing of wages or of the wish to
stay: STABLE needs three months' wages that the worker confirmed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from chassis.errors import Conflict, InvalidInput, NotFound
from employment_service.placements.calendar import add_months
from employment_service.placements.reasons import TERMS_CHANGED, StepReason, fits


class PlacementNotFound(NotFound):
    code = "PLACEMENT_NOT_FOUND"


class StepNotPossible(Conflict):
    code = "PLACEMENT_STEP_NOT_POSSIBLE"


class MonthNotWorked(InvalidInput):
    code = "MONTH_NOT_WORKED"


class WageAlreadyConfirmed(Conflict):
    code = "WAGE_ALREADY_CONFIRMED"


class PlacementState(StrEnum):
    ACCEPTED = "ACCEPTED"
    CONTRACTED = "CONTRACTED"
    TRAVEL_BOOKED = "TRAVEL_BOOKED"
    ARRIVED = "ARRIVED"
    STARTED = "STARTED"
    STABLE = "STABLE"
    TRANSFERRED = "TRANSFERRED"
    WITHDRAWN = "WITHDRAWN"
    VOIDED = "VOIDED"
    RESIGNED = "RESIGNED"
    RETURNED = "RETURNED"
    ENDED = "ENDED"
    EMPLOYER_TERMINATED = "EMPLOYER_TERMINATED"


P = PlacementState
BEFORE_ARRIVAL = frozenset({P.ACCEPTED, P.CONTRACTED, P.TRAVEL_BOOKED})
AT_WORK = frozenset({P.STARTED, P.STABLE})
CURRENT = BEFORE_ARRIVAL | {P.ARRIVED} | AT_WORK
# What waits while the monitor looks. Leaving, taking a step back and confirming wages never wait.
STOPPED_BY_HOLD = frozenset({P.CONTRACTED, P.TRAVEL_BOOKED, P.ARRIVED, P.STARTED})

STEPS: dict[PlacementState, frozenset[PlacementState]] = {
    P.ACCEPTED: frozenset({P.CONTRACTED, P.VOIDED}),
    P.CONTRACTED: frozenset({P.TRAVEL_BOOKED, P.ARRIVED, P.VOIDED}),
    P.TRAVEL_BOOKED: frozenset({P.ARRIVED, P.VOIDED}),
    P.ARRIVED: frozenset({P.STARTED}),
    P.STARTED: frozenset({P.STABLE}),
    P.STABLE: frozenset(),
    P.RESIGNED: frozenset({P.RETURNED}),
    P.ENDED: frozenset({P.RETURNED}),
    P.EMPLOYER_TERMINATED: frozenset({P.RETURNED}),
}
ENDINGS = frozenset({P.RESIGNED, P.ENDED, P.EMPLOYER_TERMINATED, P.TRANSFERRED})
NOT_VOLUNTARY = frozenset({P.ENDED, P.EMPLOYER_TERMINATED})


def possible_steps(state: PlacementState) -> frozenset[PlacementState]:
    steps = STEPS.get(state, frozenset())
    if state not in CURRENT:
        return steps
    return steps | ENDINGS | (frozenset({P.WITHDRAWN}) if state in BEFORE_ARRIVAL else frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row of the transition log: since which civil day, recorded when and by whom (token subject), and why."""

    state: PlacementState
    on: date
    recorded_at: datetime
    by: str
    reason: StepReason = StepReason.NOT_RECORDED


@dataclass(frozen=True, slots=True, kw_only=True)
class WageConfirmation:
    """The worker says: the wage of this month (its first day) came in."""

    month: date
    cents: int | None
    confirmed_at: datetime


class TravelWay(StrEnum):
    """OWN: as the worker likes, always possible. GROUP: with others, on a trip that was arranged."""

    OWN = "OWN"
    GROUP = "GROUP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """`follows_id`: the placement this one took over from by a transfer; `worked_since`: the day since which work has
    gone on without a gap, through transfers. `None`: its own start.
    """

    id: UUID
    offer_id: UUID
    vacancy_id: UUID
    employer_id: UUID
    worker_id: UUID
    area_path: str
    """The worker's village."""
    terms_version: int
    terms_hash: str
    log: tuple[Step, ...]
    wages: tuple[WageConfirmation, ...] = ()
    return_trip_wanted: bool = False
    follows_id: UUID | None = None
    worked_since: date | None = None
    another_post_asked_at: datetime | None = None
    travel_choice: TravelWay | None = None
    """Said by the worker; `None`: nothing said."""
    version: int = 1

    @property
    def state(self) -> PlacementState:
        return self.log[-1].state

    @property
    def since(self) -> date:
        return self.log[-1].on

    @property
    def current(self) -> bool:
        return self.state in CURRENT

    def day_of(self, state: PlacementState) -> date | None:
        """The day on which the placement last reached a state it still stands behind."""
        return next((step.on for step in reversed(self.standing_log()) if step.state is state), None)

    @property
    def left_on(self) -> date | None:
        """The day of the step that ended it; `None` while it is current."""
        return next((step.on for step in self.standing_log() if step.state not in CURRENT), None)

    def standing_log(self) -> tuple[Step, ...]:
        """The log without the steps that the worker took back."""
        standing: list[Step] = []
        for step in self.log:
            known = next((index for index, other in enumerate(standing) if other.state is step.state), None)
            if known is None:
                standing.append(step)
            else:
                standing = standing[: known + 1]
        return tuple(standing)


def begun(
    *,
    id: UUID,  # noqa: A002 - the field's own name
    offer_id: UUID,
    vacancy_id: UUID,
    employer_id: UUID,
    worker_id: UUID,
    area_path: str,
    terms_version: int,
    terms_hash: str,
    on: date,
    at: datetime,
    by: str,
) -> Placement:
    return Placement(
        id=id,
        offer_id=offer_id,
        vacancy_id=vacancy_id,
        employer_id=employer_id,
        worker_id=worker_id,
        area_path=area_path,
        terms_version=terms_version,
        terms_hash=terms_hash,
        log=(Step(state=P.ACCEPTED, on=on, recorded_at=at, by=by, reason=StepReason.DECIDED_BY_WORKER),),
    )


def stepped(
    placement: Placement,
    to: PlacementState,
    *,
    on: date,
    today: date,
    at: datetime,
    by: str,
    reason: StepReason,
) -> Placement:
    if to not in possible_steps(placement.state):
        raise StepNotPossible(f"A placement that is {state_to_all(placement)} cannot become {to}.")
    if not fits(to, reason):
        raise InvalidInput(f"{reason} is no reason for {to}.", field="reason")
    if on > today:
        raise InvalidInput("A step is recorded when it has happened, not before.", field="on")
    if on < placement.since:
        raise InvalidInput("A step cannot lie before the one it follows.", field="on")
    step = Step(state=to, on=on, recorded_at=at, by=by, reason=reason)
    return replace(placement, log=(*placement.log, step), version=placement.version + 1)


def worked_months(placement: Placement, *, today: date) -> tuple[date, date] | None:
    """First days of the first and the last month worked here; `None`: work has not begun.

    Wages of months worked are owed, and confirmed, after the end too.
    """
    started = placement.day_of(P.STARTED)
    if started is None:
        return None
    last = today if placement.state in AT_WORK else min(placement.left_on or today, today)
    return started.replace(day=1), last.replace(day=1)


def wage_confirmed(placement: Placement, month: date, *, cents: int | None, today: date, at: datetime) -> Placement:
    worked = worked_months(placement, today=today)
    if worked is None:
        raise StepNotPossible("Wages are confirmed from the start of work on.")
    if not worked[0] <= month <= worked[1]:
        raise MonthNotWorked("This month was not worked here yet.", field="month")
    if any(wage.month == month for wage in placement.wages):
        raise WageAlreadyConfirmed("This month's wage is confirmed already.", field="month")
    if cents is not None and cents <= 0:
        raise InvalidInput("A wage is above zero.", field="amount")
    wage = WageConfirmation(month=month, cents=cents, confirmed_at=at)
    wages = tuple(sorted((*placement.wages, wage), key=lambda each: each.month))
    return replace(placement, wages=wages, version=placement.version + 1)


def stable_from(placement: Placement, *, months: int) -> date | None:
    """The earliest day on which this placement can be stable, wages permitting: start + `months`."""
    started = placement.day_of(P.STARTED)
    return None if started is None else add_months(started, months)


def is_stable(placement: Placement, *, today: date, months: int) -> bool:
    """At least `months` since the start, and as many months' wages confirmed by the worker."""
    earliest = stable_from(placement, months=months)
    if placement.state not in AT_WORK or earliest is None or today < earliest:
        return False
    worked = worked_months(placement, today=today)
    # A wage confirmed under a start that was taken back since is of no month worked here.
    return worked is not None and sum(wage.month >= worked[0] for wage in placement.wages) >= months


def settled(placement: Placement, *, today: date, at: datetime, by: str, months: int) -> Placement:
    """The placement as STABLE once it is; unchanged before."""
    if placement.state is P.STABLE or not is_stable(placement, today=today, months=months):
        return placement
    return stepped(placement, P.STABLE, on=today, today=today, at=at, by=by, reason=StepReason.WAGES_CONFIRMED)


def shown_state(placement: Placement, *, to_worker_or_monitor: bool) -> PlacementState:
    return shown_step(placement.log[-1], to_worker_or_monitor=to_worker_or_monitor).state


def state_to_all(placement: Placement) -> PlacementState:
    """As everybody may read it: a step that is not possible tells nobody how a placement ended."""
    return shown_state(placement, to_worker_or_monitor=False)


def shown_step(step: Step, *, to_worker_or_monitor: bool) -> Step:
    """How a placement ended is the worker's own; to employers and staff it has ended, for no reason they are told.

    VOIDED is shown: it is nobody's answer but follows from terms that changed.
    """
    if to_worker_or_monitor or step.state in CURRENT:
        return step
    if step.state is P.VOIDED and step.reason in TERMS_CHANGED:
        return step
    return replace(step, state=P.ENDED, reason=StepReason.NOT_SAID)
