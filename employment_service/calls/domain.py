"""Whom to call next and why, who is calling, and what came of it.

Only workers who asked to be called are ever on the list. Nothing in it depends on what a worker said to an offer: a
reason that has to do with a job stands or falls with what the staff know anyway (that an offer was made, that a
placement began or ended, that the worker asked), so a no and silence look the same. See `rests_after`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from employment_service.calls.refusals import CallBackTime, TooManyCallsAtOnce
from employment_service.policies.domain import EmploymentPolicy
from employment_service.workers.domain import Worker

LONGEST_CALL_BACK = timedelta(days=30)
MOST_AT_ONCE = 100


class CallReason(StrEnum):
    """In the order of urgency."""

    CALL_BACK_DUE = "CALL_BACK_DUE"
    CALL_ASKED = "CALL_ASKED"
    WAGE_BELOW_TERMS = "WAGE_BELOW_TERMS"
    OFFER_EXPIRING = "OFFER_EXPIRING"
    SILENT = "SILENT"
    FOLLOW_UP_OVERDUE = "FOLLOW_UP_OVERDUE"
    NEW_MATCH = "NEW_MATCH"


ABOUT_WORK = frozenset({CallReason.OFFER_EXPIRING, CallReason.NEW_MATCH})
"""Reasons that exist only because the worker asked to hear of it."""
REQUESTED = frozenset({CallReason.CALL_BACK_DUE, CallReason.CALL_ASKED})
"""The worker asked for this very call, whatever is then spoken of."""


class CallOutcome(StrEnum):
    REACHED = "REACHED"
    NO_ANSWER = "NO_ANSWER"
    CALL_BACK = "CALL_BACK"
    WRONG_NUMBER = "WRONG_NUMBER"
    ASKED_NOT_TO_BE_CALLED = "ASKED_NOT_TO_BE_CALLED"


TALKED = frozenset({CallOutcome.REACHED, CallOutcome.CALL_BACK, CallOutcome.ASKED_NOT_TO_BE_CALLED})


class RequestAbout(StrEnum):
    """What a worker asked to be called about, or when they said to call again."""

    CALL = "CALL"
    OFFER = "OFFER"
    CALL_BACK = "CALL_BACK"


class ContactSource(StrEnum):
    CALL_LIST = "CALL_LIST"
    PHONE_REVEALED = "PHONE_REVEALED"
    """Somebody had the number shown without a place on the list to call from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyCall:
    """One reason, since when, and what it is about. No amount and no answer of the worker is in it."""

    reason: CallReason
    since: datetime
    vacancy_id: UUID | None = None
    placement_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEntry:
    """A worker on the list with every reason, the most urgent first."""

    worker_id: UUID
    area_path: str
    whys: tuple[WhyCall, ...]

    @property
    def reasons(self) -> tuple[CallReason, ...]:
        return tuple(dict.fromkeys(why.reason for why in self.whys))


@dataclass(frozen=True, slots=True, kw_only=True)
class CallClaim:
    """One person of the staff has this worker until `until`; nobody else does meanwhile."""

    id: UUID
    worker_id: UUID
    area_path: str
    claimed_by: str
    claimed_at: datetime
    until: datetime
    reasons: tuple[CallReason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRequest:
    id: UUID
    worker_id: UUID
    area_path: str
    about: RequestAbout
    offer_id: UUID | None
    asked_at: datetime
    call_from: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A call, or a number that was shown outside one. Kept for the worker to see and for the sign of repeated,
    unrequested contact about work (CF5).

    `about_work`: None where nobody knows.
    """

    id: UUID
    worker_id: UUID
    area_path: str
    claim_id: UUID | None
    source: ContactSource
    happened_at: datetime
    made_by: str
    outcome: CallOutcome | None
    reasons: tuple[CallReason, ...]
    about_work: bool | None
    requested: bool

    @property
    def is_unrequested_job_contact(self) -> bool:
        return not self.requested and self.about_work is not False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRest:
    """No job-related reason until `until`, whatever came of the offer, unless the worker asks for work after
    `decidable_until`: from then on no answer to this offer can come any more.
    """

    offer_id: UUID
    worker_id: UUID
    area_path: str
    made_at: datetime
    decidable_until: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A reason does not lead to a call before `until`."""

    reason: CallReason
    until: datetime
    talked: bool


def rests_after(
    *, offer_id: UUID, worker_id: UUID, area_path: str, made_at: datetime, policy: EmploymentPolicy
) -> CallRest:
    """The longest time in which any answer could have begun quiet days, for every offer alike.

    An offer opened in its last minute can be answered for the cooling period and the time to decide after that.
    """
    decidable = made_at + timedelta(days=policy.offer_days) + policy.cooling + timedelta(hours=policy.decision_hours)
    return CallRest(
        offer_id=offer_id,
        worker_id=worker_id,
        area_path=area_path,
        made_at=made_at,
        decidable_until=decidable,
        until=decidable + timedelta(days=policy.quiet_days),
    )


def urgency_of(reason: CallReason) -> int:
    """1 comes first."""
    return list(CallReason).index(reason) + 1


def lease_until(at: datetime, policy: EmploymentPolicy) -> datetime:
    return at + timedelta(minutes=policy.call_lease_minutes)


def require_call_back_time(outcome: CallOutcome, call_back_at: datetime | None, *, now: datetime) -> None:
    if (outcome is CallOutcome.CALL_BACK) != (call_back_at is not None):
        raise CallBackTime("A time goes with CALL_BACK and with nothing else.", field="callBackAt")
    if call_back_at is not None and (call_back_at.tzinfo is None or not now < call_back_at <= now + LONGEST_CALL_BACK):
        raise CallBackTime("The time to call back lies in the next 30 days.", field="callBackAt")


def require_few(count: int, *, field: str) -> None:
    if not 1 <= count <= MOST_AT_ONCE:
        raise TooManyCallsAtOnce(f"Name 1 to {MOST_AT_ONCE} at a time.", field=field)


def pauses_after(
    outcome: CallOutcome,
    reasons: Sequence[CallReason],
    *,
    at: datetime,
    call_back_at: datetime | None,
    misses: int,
    policy: EmploymentPolicy,
) -> tuple[Pause, ...]:
    """Nobody is rung twice in a row: every reason waits a while, those spoken of longer.

    `misses`: calls without an answer in a row, this one included.
    """
    soon = at + timedelta(hours=policy.call_again_hours)
    if outcome is CallOutcome.NO_ANSWER:
        until = soon if misses < policy.call_tries else at + timedelta(days=policy.call_tries_rest_days)
        return tuple(Pause(reason=reason, until=until, talked=False) for reason in CallReason)
    if outcome is CallOutcome.CALL_BACK and call_back_at is not None:
        others = [reason for reason in CallReason if reason is not CallReason.CALL_BACK_DUE]
        return tuple(Pause(reason=reason, until=call_back_at, talked=False) for reason in others)
    if outcome is CallOutcome.REACHED:
        later = at + timedelta(days=policy.call_rest_days)
        return tuple(
            Pause(reason=reason, until=later if reason in reasons else soon, talked=reason in reasons)
            for reason in CallReason
        )
    return ()


def contact_of(
    claim: CallClaim,
    outcome: CallOutcome,
    *,
    id: UUID,  # noqa: A002 - the field's own name
    at: datetime,
    spoke_of_work: bool,
    still_asked: bool,
) -> Contact:
    """`still_asked`: the worker has not taken back, since the claim, the wish to be called.

    Where nobody was talked to, nothing was said about work, and where the call was the worker's own wish, it was
    requested whatever came up. A call of care that turned to work unasked was not.
    """
    about_work = outcome in TALKED and (spoke_of_work or bool(ABOUT_WORK & set(claim.reasons)))
    asked = bool((ABOUT_WORK | REQUESTED) & set(claim.reasons))
    return Contact(
        id=id,
        worker_id=claim.worker_id,
        area_path=claim.area_path,
        claim_id=claim.id,
        source=ContactSource.CALL_LIST,
        happened_at=at,
        made_by=claim.claimed_by,
        outcome=outcome,
        reasons=claim.reasons,
        about_work=about_work,
        requested=asked and still_asked,
    )


def number_shown(
    worker: Worker,
    *,
    id: UUID,  # noqa: A002 - the field's own name
    at: datetime,
    by: str,
) -> Contact:
    """Somebody had the number shown for no call on the list: nobody knows what was spoken of."""
    return Contact(
        id=id,
        worker_id=worker.id,
        area_path=worker.area_path,
        claim_id=None,
        source=ContactSource.PHONE_REVEALED,
        happened_at=at,
        made_by=by,
        outcome=None,
        reasons=(),
        about_work=None,
        requested=False,
    )
