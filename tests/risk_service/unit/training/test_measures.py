from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from risk_service.scoring.declaration import Condition, DeclaredGroup, DeclaredHorizon
from risk_service.scoring.promotion import compare
from risk_service.training.calibration import group_shifts, horizon_shares, level_of, scenario_rates, visit_lead
from risk_service.training.measures import at_rate, calibration_error, measure, recall_at, shift_to, sigmoid, visited

LABEL = np.array([1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
TOLD = np.array([0.9, 0.8, 0.3, 0.2, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1])


def test_figures_of_a_small_list_are_exact() -> None:
    found = measure(LABEL, TOLD)
    assert (found.rows, found.events) == (10, 2)
    assert found.auc == pytest.approx(15 / 16)
    assert found.recall_10 == 0.5
    assert found.recall_20 == 0.5
    assert found.quota_error == 0.5
    assert found.observed_over_expected == pytest.approx(2 / 2.9)
    assert found.brier == pytest.approx(float(np.mean((LABEL - TOLD) ** 2)))


def test_one_outcome_only_has_no_order() -> None:
    found = measure(np.zeros(5), TOLD[:5])
    assert (found.auc, found.recall_20, found.quota_error) == (None, None, None)


def test_of_equal_rows_the_earlier_is_visited_first() -> None:
    assert visited(np.array([1.0, 2.0, 2.0, 2.0]), 0.5).tolist() == [False, True, True, False]
    assert recall_at(LABEL, TOLD, 0.3) == 1.0


def test_a_level_that_is_off_by_a_tenth_is_an_error_of_a_tenth() -> None:
    label = np.tile([1.0, 0.0, 0.0, 0.0, 0.0], 200)
    assert calibration_error(label, np.full(1_000, 0.3)) == pytest.approx(0.1)
    assert measure(label, np.full(1_000, 0.3)).level_error == pytest.approx(0.0, abs=1e-9)


@given(rate=st.floats(0.01, 0.99), spread=st.floats(0, 3))
def test_shifted_logits_have_the_rate(rate: float, spread: float) -> None:
    logits = np.linspace(-spread, spread, 50) - 1
    assert float(sigmoid(logits + shift_to(logits, rate)).mean()) == pytest.approx(rate, abs=1e-6)
    assert float(at_rate(sigmoid(logits), rate).mean()) == pytest.approx(rate, abs=1e-6)


def _events(seed: int, rows: int = 4_000) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    logits = rng.normal(-1.5, 1.2, rows)
    return logits, (rng.random(rows) < sigmoid(logits)).astype(np.float64)


def test_slope_and_level_are_learnt_back() -> None:
    logits, label = _events(1, 20_000)
    latest = np.ones(len(label), dtype=np.bool_)
    level = level_of(1.3 * logits + 0.4, label, latest)
    assert level.slope == pytest.approx(1 / 1.3, abs=0.03)
    assert float(sigmoid(level.slope * (1.3 * logits + 0.4) + level.shift).mean()) == pytest.approx(
        label.mean(), abs=1e-6
    )


def test_few_events_teach_the_level_only() -> None:
    logits, label = _events(2, 800)
    assert level_of(1.5 * logits, label, np.ones(800, dtype=np.bool_)).slope == 1.0


def test_a_small_group_stays_near_all_and_a_large_one_finds_its_own_level() -> None:
    logits, label = _events(3, 20_000)
    group = DeclaredGroup(name="g", label_zh="g", condition=Condition(column="x", at_least=1), own_intercept=True)
    wrong = logits - 0.8
    small, large = (np.arange(20_000) < size for size in (20, 15_000))
    (few,) = group_shifts([group], [small], wrong, label)
    (many,) = group_shifts([group], [large], wrong, label)
    assert abs(few) < 0.75
    assert many == pytest.approx(0.8, abs=0.1)


def test_likelihoods_by_month_are_measured_and_rise() -> None:
    rng = np.random.default_rng(4)
    chance = rng.uniform(0.02, 0.6, 20_000)
    label = (rng.random(20_000) < 1 - (1 - chance) ** 0.4).astype(np.float64)
    label[::3] = np.nan
    found = horizon_shares([DeclaredHorizon(months=3, label="y")], [label], chance, 12)
    assert [one.months for one in found] == [3, 6, 12]
    assert found[0].share == pytest.approx(0.4, abs=0.03)
    assert found[1].share == pytest.approx(found[0].share + (1 - found[0].share) / 3, abs=1e-5)
    assert found[2].share == 1.0
    assert [one.months for one in horizon_shares([], [], chance, 12)] == [12]


def test_the_band_is_that_of_the_last_three_years() -> None:
    year = np.repeat([2014, 2015, 2016, 2017], 200)
    label = np.concatenate([np.arange(200) < 200 * rate for rate in (0.5, 0.1, 0.2, 0.15)]).astype(np.float64)
    assert scenario_rates(year, label, year == 2017) == pytest.approx((0.1, 0.15, 0.2))


def test_a_floor_leads_a_group_up_as_far_as_the_total_may_fall() -> None:
    logits, label = _events(5, 20_000)
    member = np.arange(20_000) % 10 == 0
    low = np.where(member, logits - 1.5, logits)
    group = DeclaredGroup(name="g", label_zh="g", condition=Condition(column="x", at_least=1), recall_floor=0.4)
    lead = visit_lead(group, member, low, label, share=0.2, total_may_fall=0.01)
    assert lead > 0.5
    first = visited(low + lead * member, 0.2)
    assert label[first & member].sum() / label[member].sum() >= 0.4
    assert visit_lead(group, member, logits - 9.0 * member, label, share=0.2, total_may_fall=0.0) >= 0.0


def test_only_what_is_surely_better_is_promoted() -> None:
    logits, label = _events(6, 6_000)
    household = np.arange(6_000) // 2
    good, same = sigmoid(logits), sigmoid(logits + np.random.default_rng(1).normal(0, 0.02, 6_000))
    poor = sigmoid(logits + np.random.default_rng(2).normal(0, 1.5, 6_000))
    better = compare(("good", good), ("poor", poor), label, household, seed=1)
    assert better.promoted
    assert better.auc_gain == pytest.approx(roc_auc_score(label, good) - roc_auc_score(label, poor))
    assert better == compare(("good", good), ("poor", poor), label, household, seed=1)
    assert not compare(("same", same), ("good", good), label, household, seed=1).promoted
    assert not compare(("poor", poor), ("good", good), label, household, seed=1).promoted
