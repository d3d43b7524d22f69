"""An offer of work and the worker's own decision on it.

Declining is free and quiet. What the county's staff can see must be the same for a no, for silence and for an
offer that was withheld: so a place stays held until the offer runs out, whatever the worker said, and an offer
that must not reach the worker is made all the same and simply never shown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.errors import Conflict, Forbidden, NotFound
from employment_service.policies.domain import EmploymentPolicy


class OfferNotFound(NotFound):
    code = "OFFER_NOT_FOUND"


class OfferAlreadyMade(Conflict):
    code = "OFFER_ALREADY_MADE"


class OfferNotOpen(Conflict):
    code = "OFFER_NOT_OPEN"


class TermsNotShown(Conflict):
    code = "TERMS_NOT_SHOWN"


class CoolingPeriodNotOver(Conflict):
    code = "COOLING_PERIOD_NOT_OVER"


class TermsChanged(Conflict):
    code = "TERMS_CHANGED"


class QuestionsOpen(Conflict):
    """Three questions come before a yes. Wrong answers show the terms again and are kept nowhere."""

    code = "QUESTIONS_OPEN"


class NotYourDecision(Forbidden):
    """Nobody decides for another: the same answer for an officer, a head of household and an employer."""

    def __init__(self) -> None:
        super().__init__("Only the worker decides, with their own credential.")


class OutsideTheWorkersLimits(Conflict):
    code = "OUTSIDE_THE_WORKERS_LIMITS"


class OfferState(StrEnum):
    MADE = "MADE"
    TERMS_SHOWN = "TERMS_SHOWN"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"
    """The worker took an acceptance back."""
    EXPIRED = "EXPIRED"
    """No answer, which is an answer; also what is left of a decline once its details are deleted."""


OPEN = frozenset({OfferState.MADE, OfferState.TERMS_SHOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """`withheld`: never shown to the worker, because of an earlier no; staff cannot tell.

    `place_held`: the vacancy keeps a place for this offer. `understood_at`: when the three questions on these terms
    were answered; how often that took is kept nowhere.
    """

    id: UUID
    vacancy_id: UUID
    worker_id: UUID
    area_path: str
    terms_version: int
    terms_hash: str
    made_by: str
    made_at: datetime
    expires_at: datetime
    state: OfferState = OfferState.MADE
    terms_shown_at: datetime | None = None
    shown_language: str | None = None
    understood_at: datetime | None = None
    decided_at: datetime | None = None
    withheld: bool = False
    place_held: bool = True
    version: int = 1

    def may_be_accepted_from(self, policy: EmploymentPolicy) -> datetime | None:
        """`None`: the terms were not shown yet."""
        return None if self.terms_shown_at is None else self.terms_shown_at + policy.cooling


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What the worker agreed to, when, and in which language the terms were shown."""

    offer_id: UUID
    worker_id: UUID
    terms_version: int
    terms_hash: str
    shown_at: datetime
    accepted_at: datetime
    language: str | None
    understood_at: datetime


def made(
    *,
    id: UUID,  # noqa: A002 - the field's own name
    vacancy_id: UUID,
    worker_id: UUID,
    area_path: str,
    terms_version: int,
    terms_hash: str,
    by: str,
    at: datetime,
    withheld: bool,
    policy: EmploymentPolicy,
) -> Offer:
    return Offer(
        id=id,
        vacancy_id=vacancy_id,
        worker_id=worker_id,
        area_path=area_path,
        terms_version=terms_version,
        terms_hash=terms_hash,
        made_by=by,
        made_at=at,
        expires_at=at + timedelta(days=policy.offer_days),
        withheld=withheld,
    )


def terms_shown(offer: Offer, *, at: datetime, policy: EmploymentPolicy, language: str | None = None) -> Offer:
    """Starts the cooling period, once: opening the terms again changes nothing, unless in another language."""
    _require_open(offer, at)
    if offer.state is OfferState.TERMS_SHOWN and offer.shown_language == language:
        return offer
    decision_until = at + policy.cooling + timedelta(hours=policy.decision_hours)
    return replace(
        offer,
        state=OfferState.TERMS_SHOWN,
        terms_shown_at=at,
        shown_language=language,
        understood_at=None,
        expires_at=max(offer.expires_at, decision_until),
        version=offer.version + 1,
    )


def understood(offer: Offer, *, at: datetime) -> Offer:
    """The three questions were answered rightly."""
    _require_open(offer, at)
    if offer.terms_shown_at is None:
        raise TermsNotShown("Open the terms first.")
    if offer.understood_at is not None:
        return offer
    return replace(offer, understood_at=at, version=offer.version + 1)


def accepted(
    offer: Offer,
    *,
    terms_hash: str,
    current_hash: str,
    at: datetime,
    policy: EmploymentPolicy,
) -> tuple[Offer, Consent]:
    """`terms_hash`: the terms the worker has before them; `current_hash`: those in force for this offer now."""
    _require_open(offer, at)
    if offer.terms_shown_at is None:
        raise TermsNotShown("Open the terms first; the time to think begins then.")
    if not terms_hash == offer.terms_hash == current_hash:
        raise TermsChanged("The terms are no longer these. Open the new ones.", field="termsHash")
    earliest = offer.terms_shown_at + policy.cooling
    if at < earliest:
        raise CoolingPeriodNotOver(
            f"An offer can be accepted {policy.cooling_hours} hours after its terms were shown, "
            f"from {earliest.isoformat(timespec='seconds')}."
        )
    if offer.understood_at is None:
        raise QuestionsOpen("Answer the three questions on these terms first.")
    consent = Consent(
        offer_id=offer.id,
        worker_id=offer.worker_id,
        terms_version=offer.terms_version,
        terms_hash=offer.terms_hash,
        shown_at=offer.terms_shown_at,
        accepted_at=at,
        language=offer.shown_language,
        understood_at=offer.understood_at,
    )
    decided = replace(offer, state=OfferState.ACCEPTED, decided_at=at, place_held=False, version=offer.version + 1)
    return decided, consent


def declined(offer: Offer, *, at: datetime) -> Offer:
    """At any time, without a reason. The place stays held until the offer runs out, so that nobody can tell."""
    if offer.state is OfferState.DECLINED:
        return offer
    _require_open(offer, at)
    return replace(offer, state=OfferState.DECLINED, decided_at=at, version=offer.version + 1)


def withdrawn(offer: Offer, *, at: datetime) -> Offer:
    if offer.state is not OfferState.ACCEPTED:
        raise OfferNotOpen("There is no acceptance to take back.")
    return replace(offer, state=OfferState.WITHDRAWN, decided_at=at, version=offer.version + 1)


def resumed(offer: Offer, *, at: datetime) -> Offer:
    """A withdrawal taken back: the yes stands again, with the consent given for it."""
    if offer.state is not OfferState.WITHDRAWN:
        return offer
    return replace(offer, state=OfferState.ACCEPTED, decided_at=at, version=offer.version + 1)


def put_anew(offer: Offer, *, terms_version: int, terms_hash: str, at: datetime, policy: EmploymentPolicy) -> Offer:
    """Other terms: whatever was said to the old ones is void, and the whole time to think begins again."""
    return replace(
        offer,
        state=OfferState.MADE,
        terms_version=terms_version,
        terms_hash=terms_hash,
        terms_shown_at=None,
        shown_language=None,
        understood_at=None,
        decided_at=None,
        place_held=True,
        expires_at=max(offer.expires_at, at + timedelta(days=policy.offer_days)),
        version=offer.version + 1,
    )


def kept_waiting(offer: Offer, *, revised_at: datetime, at: datetime, policy: EmploymentPolicy) -> Offer:
    """A no to terms that are revised stays a no; but its place is held as long as those of the offers put anew, so that
    the day on which it comes back tells nobody who said no.
    """
    runs = timedelta(days=policy.offer_days)
    if offer.expires_at >= revised_at + runs:
        return offer
    return replace(offer, expires_at=at + runs, version=offer.version + 1)


def run_out(offer: Offer, *, at: datetime) -> Offer:
    """Gives the held place back. A decline stays a decline for its worker until its details are deleted."""
    if offer.expires_at > at or not offer.place_held:
        return offer
    state = OfferState.EXPIRED if offer.state in OPEN else offer.state
    return replace(offer, state=state, place_held=False, version=offer.version + 1)


def details_deleted(offer: Offer) -> Offer:
    if offer.state is not OfferState.DECLINED:
        return offer
    return replace(offer, state=OfferState.EXPIRED, decided_at=None, version=offer.version + 1)


def _require_open(offer: Offer, at: datetime) -> None:
    if offer.withheld:
        raise OfferNotFound("There is no such offer.")
    if offer.state not in OPEN or at >= offer.expires_at:
        raise OfferNotOpen("This offer is no longer open.")
