"""Why a placement took a step: closed lists, so that a log can be read and nobody writes a judgement into it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class StepReason(StrEnum):
    """NOT_RECORDED: of a time before reasons were kept."""

    NOT_RECORDED = "NOT_RECORDED"
    DECIDED_BY_WORKER = "DECIDED_BY_WORKER"
    CONTRACT_MATCHES = "CONTRACT_MATCHES"
    OWN_TRAVEL = "OWN_TRAVEL"
    GROUP_TRAVEL = "GROUP_TRAVEL"
    SAID_BY_WORKER = "SAID_BY_WORKER"
    SAID_BY_EMPLOYER = "SAID_BY_EMPLOYER"
    WAGES_CONFIRMED = "WAGES_CONFIRMED"
    TAKEN_BACK_BY_WORKER = "TAKEN_BACK_BY_WORKER"
    TERMS_REVISED = "TERMS_REVISED"
    START_MOVED = "START_MOVED"
    CONTRACT_DIFFERS = "CONTRACT_DIFFERS"
    ANOTHER_POST_STARTED = "ANOTHER_POST_STARTED"
    NOT_SAID = "NOT_SAID"
    ANOTHER_POST = "ANOTHER_POST"
    GOES_HOME = "GOES_HOME"
    WAGE = "WAGE"
    HOURS = "HOURS"
    WORKING_CONDITIONS = "WORKING_CONDITIONS"
    CARE_AT_HOME = "CARE_AT_HOME"
    HEALTH = "HEALTH"
    CONTRACT_RAN_OUT = "CONTRACT_RAN_OUT"
    SEASON_OVER = "SEASON_OVER"
    NO_WORK_LEFT = "NO_WORK_LEFT"
    WORKPLACE_CLOSED = "WORKPLACE_CLOSED"
    NOT_SUITED = "NOT_SUITED"


R = StepReason
LEAVING = frozenset(
    {R.NOT_SAID, R.ANOTHER_POST, R.GOES_HOME, R.WAGE, R.HOURS, R.WORKING_CONDITIONS, R.CARE_AT_HOME, R.HEALTH}
)
"""Why a worker leaves: said only if they want to, and shown to them and the independent monitor alone."""
RAN_OUT = frozenset({R.NOT_SAID, R.CONTRACT_RAN_OUT, R.SEASON_OVER})
LET_GO = frozenset({R.NOT_SAID, R.NO_WORK_LEFT, R.WORKPLACE_CLOSED, R.NOT_SUITED})
TERMS_CHANGED = frozenset({R.TERMS_REVISED, R.START_MOVED, R.CONTRACT_DIFFERS})
SEEN_BY = frozenset({R.SAID_BY_WORKER, R.SAID_BY_EMPLOYER})

REASONS: Mapping[str, frozenset[StepReason]] = {
    "ACCEPTED": frozenset({R.DECIDED_BY_WORKER}),
    "CONTRACTED": frozenset({R.CONTRACT_MATCHES}),
    "TRAVEL_BOOKED": frozenset({R.OWN_TRAVEL, R.GROUP_TRAVEL}),
    "ARRIVED": SEEN_BY,
    "STARTED": SEEN_BY,
    "STABLE": frozenset({R.WAGES_CONFIRMED}),
    "TRANSFERRED": frozenset({R.ANOTHER_POST_STARTED}),
    "WITHDRAWN": LEAVING,
    "VOIDED": TERMS_CHANGED,
    "RESIGNED": LEAVING,
    "RETURNED": frozenset({R.SAID_BY_WORKER}),
    "ENDED": RAN_OUT,
    "EMPLOYER_TERMINATED": LET_GO,
}
"""By the state that the step leads to. A step taken back leads to an earlier state, with its own reason."""


def fits(state: str, reason: StepReason) -> bool:
    return reason is R.TAKEN_BACK_BY_WORKER or reason in REASONS[state]
