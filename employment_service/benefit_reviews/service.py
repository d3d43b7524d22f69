"""Weighing a cut of aid, and the monitor's decision over those under review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from chassis.timers import DueTimer, TimerKind
from employment_service.benefit_reviews import domain
from employment_service.benefit_reviews.domain import (
    BenefitReview,
    BenefitReviewNotFound,
    BenefitReviewState,
    Verdict,
)
from employment_service.placements.calendar import add_months
from employment_service.safeguards.flags.domain import FlagCode
from employment_service.safeguards.flags.service import About, raise_flag
from employment_service.safeguards.flags.watch import own_noes
from employment_service.safeguards.independence import require_monitor, require_named_monitor, require_watching_monitor
from employment_service.uow import EmploymentUnitOfWork

TELL = "benefit-review-told"


async def weigh(uow: EmploymentUnitOfWork, proposed: BenefitReview) -> None:
    """For the event of a cut that was entered; `proposed` comes as PASSED and unmatched. Emits the guard's word."""
    policy = await uow.policy(proposed.area_path)
    matched = await _follows_an_answer(uow, proposed)
    key = str(proposed.household_id)
    phase = uow.vault.number(key, kind="benefit-review.phase")
    period = domain.period_of(proposed.entered_at, phase=phase, days=policy.firewall_days)
    chance = uow.vault.number(f"{key} {period}", kind="benefit-review")
    reviewed = domain.is_reviewed(matched=matched, chance=chance, policy=policy)
    state = BenefitReviewState.UNDER_REVIEW if reviewed else BenefitReviewState.PASSED
    review = replace(proposed, matched=matched, state=state)
    if not await uow.benefit_reviews.add(review):
        return
    if matched:
        about = About(area_path=review.area_path, household_id=review.household_id)
        await raise_flag(uow, FlagCode.CF7, about, key=f"proposal {review.proposal_id}")
    uow.emit(domain.word_on(review, Verdict.UNDER_REVIEW if reviewed else Verdict.PASSED))


async def _follows_an_answer(uow: EmploymentUnitOfWork, proposed: BenefitReview) -> bool:
    """A no, a resignation or a grievance; or work that began, as the terms promise that no wage changes aid sooner."""
    policy = await uow.policy(proposed.area_path)
    zone = await uow.zone_of(proposed.area_path)
    since = (proposed.entered_at - timedelta(days=policy.firewall_days)).astimezone(zone).date()
    promised = add_months(proposed.entered_at.astimezone(zone).date(), -policy.benefit_taper_months)
    workers = [worker.id for worker in await uow.workers.of_household(proposed.household_id)]
    return (
        await own_noes(uow, workers, since=since)
        or await uow.traces.began_since(workers, promised)
        or await uow.grievances.watched(household_id=proposed.household_id, at=proposed.entered_at)
    )


async def decide(uow: EmploymentUnitOfWork, *, proposal_id: UUID, let_through: bool, reason: str) -> BenefitReview:
    """By the named monitor. It is told when the fixed day has come, whatever was decided and however soon."""
    require_monitor(uow)
    review = await uow.benefit_reviews.get(proposal_id)
    if review is None:
        raise BenefitReviewNotFound("There is no such review.", field="proposalId")
    await require_named_monitor(uow, review.area_path)
    policy = await uow.policy(review.area_path)
    done = domain.decided(review, let_through=let_through, reason=reason, by=uow.actor.subject, at=uow.now)
    await uow.benefit_reviews.save(done)
    await uow.schedule(TELL, str(proposal_id), max(uow.now, domain.tells_from(review, policy)))
    await uow.audit(action="decideBenefitReview", subject_id=str(proposal_id), purpose=done.state)
    return done


async def tell(uow: EmploymentUnitOfWork, due: DueTimer) -> None:
    review = await uow.benefit_reviews.get(UUID(due.key))
    if review is None or review.decided_at is None or review.told_at is not None:
        return
    done, word = domain.told(review, at=uow.now)
    await uow.benefit_reviews.save(done)
    uow.emit(word)


async def review_page(
    uow: EmploymentUnitOfWork, area_path: str, *, open_only: bool, after: UUID | None, count: int
) -> Sequence[BenefitReview]:
    await require_watching_monitor(uow, area_path)
    return await uow.benefit_reviews.page(area_path, open_only=open_only, after=after, count=count)


KINDS = (TimerKind(name=TELL, handle=tell),)
