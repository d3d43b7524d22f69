"""Somebody independent asks a worker, in confidence, whether a yes was theirs: everybody who was assisted, and a share
of the others. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from chassis.errors import Conflict, InvalidInput, NotFound


class CallBackNotFound(NotFound):
    code = "CALL_BACK_NOT_FOUND"


class CallBackOpen(Conflict):
    """An assisted yes carries nobody away before the independent monitor has asked."""

    code = "CALL_BACK_OPEN"


class WitnessNotOutside(InvalidInput):
    code = "WITNESS_NOT_OUTSIDE"


class CallBackReason(StrEnum):
    ASSISTED = "ASSISTED"
    SAMPLE = "SAMPLE"


class CallBackOutcome(StrEnum):
    FREELY_GIVEN = "FREELY_GIVEN"
    NOT_FREELY_GIVEN = "NOT_FREELY_GIVEN"
    NOT_REACHED = "NOT_REACHED"
    """Stays open: it is tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBack:
    """For the independent monitor alone."""

    id: UUID
    offer_id: UUID
    worker_id: UUID
    area_path: str
    why: CallBackReason
    due_on: date
    outcome: CallBackOutcome | None = None
    done_at: datetime | None = None
    done_by: str | None = None


def is_sampled(token: bytes, percent: int) -> bool:
    """`token`: a keyed digest of the offer, so that nobody can tell beforehand whose yes is asked about."""
    return int.from_bytes(token[:4]) % 100 < percent


def require_outside(witness: str, *, chain: frozenset[str]) -> None:
    """`chain`: token subjects of whoever takes part in the recruitment, and the worker."""
    if not 1 <= len(witness) <= 200:
        raise InvalidInput("A witness is named by the subject of their token.", field="assistedBy")
    if witness in chain:
        raise WitnessNotOutside("A witness stands outside the recruitment.", field="assistedBy")


def done(call_back: CallBack, outcome: CallBackOutcome, *, at: datetime, by: str) -> CallBack:
    if call_back.outcome is not None:
        raise CallBackNotFound("This was asked before.", field="callBackId")
    if outcome is CallBackOutcome.NOT_REACHED:
        return replace(call_back, done_at=at, done_by=by)
    return replace(call_back, outcome=outcome, done_at=at, done_by=by)
