"""The firewall's pure rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from employment_service.benefit_reviews.domain import (
    BenefitReview,
    BenefitReviewDecided,
    BenefitReviewState,
    Verdict,
    decided,
    is_reviewed,
    period_of,
    tells_from,
    told,
)
from tests.employment_service.factories import MORNING, POLICY, VILLAGE, id_of

HALF = 1 << 63


def review(state: BenefitReviewState = BenefitReviewState.UNDER_REVIEW) -> BenefitReview:
    return BenefitReview(
        proposal_id=id_of(901),
        household_id=id_of(501),
        area_path=VILLAGE,
        benefit="SUBSISTENCE_ALLOWANCE",
        current_cents=50_000,
        proposed_cents=0,
        effective_from=date(2020, 10, 1),
        entered_at=MORNING,
        matched=True,
        state=state,
    )


@pytest.mark.parametrize(
    ("matched", "chance", "reviewed"), [(True, HALF, True), (False, HALF, False), (False, 0, True), (True, 0, True)]
)
def test_a_match_or_the_draw_leads_to_a_review(matched: bool, chance: int, reviewed: bool) -> None:
    assert is_reviewed(matched=matched, chance=chance, policy=POLICY) is reviewed


def test_a_period_has_180_days_and_begins_where_the_key_says() -> None:
    at = datetime(2020, 9, 18, tzinfo=UTC)
    for phase in (0, 1, 179, -5, 10**18):
        periods = [period_of(at + timedelta(days=day), phase=phase, days=180) for day in range(360)]
        assert max(periods) - min(periods) in {1, 2}
        assert max(periods.count(period) for period in set(periods)) == 180
    assert len({period_of(at, phase=phase, days=180) for phase in range(180)}) == 2


@pytest.mark.parametrize(("let_through", "verdict"), [(True, Verdict.PASSED), (False, Verdict.KEPT_BACK)])
def test_what_is_told_is_a_word_without_a_ground(let_through: bool, verdict: Verdict) -> None:
    done = decided(review(), let_through=let_through, reason="Looked at the papers.", by="monitor-1", at=MORNING)
    settled, word = told(done, at=MORNING + timedelta(days=15))

    assert (word.verdict, settled.told_at) == (verdict, MORNING + timedelta(days=15))
    assert tells_from(done, POLICY) == MORNING + timedelta(days=15)
    with pytest.raises(BenefitReviewDecided):
        decided(done, let_through=True, reason="Once more.", by="monitor-1", at=MORNING)


def test_one_that_passed_is_not_decided_over() -> None:
    with pytest.raises(BenefitReviewDecided):
        decided(review(BenefitReviewState.PASSED), let_through=True, reason="Nothing.", by="monitor-1", at=MORNING)
