"""Asking after a worker on the days that the policy names: by phone or app, in the worker's language."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.errors import Conflict, InvalidInput

HOURS_OF_A_WEEK = 168


class FollowUpNotDue(Conflict):
    code = "FOLLOW_UP_NOT_DUE"


class FollowUpState(StrEnum):
    PLANNED = "PLANNED"
    DUE = "DUE"
    ANSWERED = "ANSWERED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpAnswer:
    """Asked by phone or app in the worker's language, the employer not present."""

    wages_on_time: bool
    documents_with_me: bool
    free_to_leave: bool
    paid_a_fee: bool
    wants_contact: bool = False
    weekly_hours: int | None = None
    """Worked last week, if the worker says so."""
    fee_cents: int | None = None
    """What was paid, where `paid_a_fee` and the worker says how much."""

    def __post_init__(self) -> None:
        if self.fee_cents is not None and not (self.paid_a_fee and self.fee_cents > 0):
            raise InvalidInput("An amount is named only where a fee was paid, and is above zero.", field="feeAmount")
        if self.weekly_hours is not None and not 0 <= self.weekly_hours <= HOURS_OF_A_WEEK:
            raise InvalidInput("A week has between 0 and 168 hours.", field="weeklyHours")

    @property
    def critical(self) -> bool:
        """Papers kept by others, or a door that does not open: one suffices (ILO indicators of forced labour)."""
        return not self.documents_with_me or not self.free_to_leave


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    id: UUID
    placement_id: UUID
    worker_id: UUID
    area_path: str
    day: int
    due_on: date
    state: FollowUpState = FollowUpState.PLANNED
    answer: FollowUpAnswer | None = None
    answered_at: datetime | None = None


def follow_up_days(started_on: date, days: tuple[int, ...]) -> tuple[tuple[int, date], ...]:
    return tuple((day, started_on + timedelta(days=day)) for day in days)


def fallen_due(follow_up: FollowUp) -> FollowUp:
    return replace(follow_up, state=FollowUpState.DUE)


def answered(follow_up: FollowUp, answer: FollowUpAnswer, *, at: datetime) -> FollowUp:
    if follow_up.state is not FollowUpState.DUE:
        raise FollowUpNotDue(f"This follow-up is {follow_up.state}.")
    return replace(follow_up, state=FollowUpState.ANSWERED, answer=answer, answered_at=at)
