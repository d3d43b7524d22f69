"""The firewall between what a worker answers and the aid of their household.

Whoever enters a cut of aid, or reports it from a department, waits for the guard's word. A cut that follows a no, a
resignation or a grievance, or comes sooner after work began than the terms promise, is looked at by the independent
monitor before it may take effect; so are at least a fifth of all others, drawn by a keyed digest of the household and
a period whose beginning nobody knows. So being reviewed tells nothing, entering the same cut again tells nothing, and
no answer of a review comes sooner than on a fixed day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.errors import Conflict, NotFound
from employment_service.policies.domain import EmploymentPolicy
from employment_service.safeguards.flags.domain import drawn, said_reason


class BenefitReviewNotFound(NotFound):
    code = "BENEFIT_REVIEW_NOT_FOUND"


class BenefitReviewDecided(Conflict):
    code = "BENEFIT_REVIEW_DECIDED"


class BenefitReviewState(StrEnum):
    """PASSED: never reviewed. The others were."""

    PASSED = "PASSED"
    UNDER_REVIEW = "UNDER_REVIEW"
    LET_THROUGH = "LET_THROUGH"
    KEPT_BACK = "KEPT_BACK"


class Verdict(StrEnum):
    """All that leaves this service: no ground, and no word of how it was found."""

    PASSED = "PASSED"
    UNDER_REVIEW = "UNDER_REVIEW"
    KEPT_BACK = "KEPT_BACK"


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitReview:
    """`matched`: it follows a no, a resignation, a grievance or the beginning of work. For the monitor alone."""

    proposal_id: UUID
    household_id: UUID
    area_path: str
    benefit: str
    current_cents: int
    proposed_cents: int
    effective_from: date
    entered_at: datetime
    matched: bool
    state: BenefitReviewState
    decided_at: datetime | None = None
    decided_by: str | None = None
    reason: str | None = None
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitReductionGuarded:
    """The guard's word to whoever keeps the ledger."""

    proposal_id: UUID
    household_id: UUID
    area_path: str
    verdict: Verdict


def period_of(entered_at: datetime, *, phase: int, days: int) -> int:
    """The household's period of `days` that an instant falls into; `phase` (keyed) shifts where periods begin."""
    return (int(entered_at.timestamp()) // 86_400 + phase % days) // days


def is_reviewed(*, matched: bool, chance: int, policy: EmploymentPolicy) -> bool:
    """`chance`: a keyed number of household and period. The draw is made for every cut, matched or not."""
    return drawn(chance, percent=policy.benefit_review_share_percent) or matched


def tells_from(review: BenefitReview, policy: EmploymentPolicy) -> datetime:
    """The first instant at which an answer is told."""
    return review.entered_at + timedelta(days=policy.benefit_review_days)


def decided(review: BenefitReview, *, let_through: bool, reason: str, by: str, at: datetime) -> BenefitReview:
    if review.state is not BenefitReviewState.UNDER_REVIEW:
        raise BenefitReviewDecided("This cut is not under review.", field="proposalId")
    state = BenefitReviewState.LET_THROUGH if let_through else BenefitReviewState.KEPT_BACK
    return replace(review, state=state, decided_at=at, decided_by=by, reason=said_reason(reason))


def told(review: BenefitReview, *, at: datetime) -> tuple[BenefitReview, BenefitReductionGuarded]:
    verdict = Verdict.KEPT_BACK if review.state is BenefitReviewState.KEPT_BACK else Verdict.PASSED
    return replace(review, told_at=at), word_on(review, verdict)


def word_on(review: BenefitReview, verdict: Verdict) -> BenefitReductionGuarded:
    return BenefitReductionGuarded(
        proposal_id=review.proposal_id,
        household_id=review.household_id,
        area_path=review.area_path,
        verdict=verdict,
    )
