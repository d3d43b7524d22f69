from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import InvalidInput
from risk_service.scoring.features import (
    FEATURES,
    NAMES,
    Effect,
    Floats,
    HouseholdFacts,
    feature_matrix,
    feature_row,
    welfare_vector,
)
from risk_service.scoring.fitting import LEAST_HOUSEHOLDS, TooFewHouseholds, VulnerabilityModel, fit, log_welfare
from risk_service.scoring.likelihood import Asked, explain, explain_all, normal_cdf, top

LINE = 5000.0


def households(count: int) -> Iterator[HouseholdFacts]:
    """Deterministic; children, disability and unsafe homes go with lower welfare, able members with higher."""
    random = np.random.default_rng(20200918)
    for _ in range(count):
        members = int(random.integers(1, 7))
        able = int(random.integers(0, members + 1))
        children = int(random.integers(0, members - able + 1))
        disabled = int(random.random() < 0.15)
        safe = bool(random.random() > 0.1)
        level = 8.9 + 0.7 * able / members - 0.4 * children / members - 0.3 * disabled / members - 0.2 * (not safe)
        yield HouseholdFacts(
            members=members,
            children=children,
            elders=int(random.integers(0, members - able - children + 1)),
            adult_students=0,
            disabled=disabled,
            carers=0,
            fully_able=able,
            partly_able=0,
            safe_housing=safe,
            safe_water=True,
            registered_before=bool(random.random() < 0.2),
            welfare_per_head=float(np.exp(level + random.normal(0, 0.35 + 0.05 * members))),
        )


REGISTRY = list(households(800))
FEATURE_ROWS = feature_matrix(REGISTRY)
MODEL = fit(FEATURE_ROWS, log_welfare(welfare_vector(REGISTRY), LINE))
LOG_LINES = np.full(len(REGISTRY), math.log(LINE))


def likelihoods(model: VulnerabilityModel, features: Floats, log_welfare: Floats, log_lines: Floats) -> Floats:
    """Of all rows at once; NaN is a welfare that was not recorded."""
    rows = zip(features.tolist(), log_welfare.tolist(), log_lines.tolist(), strict=True)
    asked = [
        Asked(features=tuple(row), log_welfare=None if math.isnan(own) else own, log_line=line)
        for row, own, line in rows
    ]
    return np.array([one.likelihood for one in explain_all(model, asked)])


def score(row: Floats, welfare: float | None, line: float = LINE, model: VulnerabilityModel = MODEL) -> float:
    own = math.nan if welfare is None else math.log(welfare)
    return float(likelihoods(model, row[None, :], np.array([own]), np.array([math.log(line)]))[0])


def test_the_feature_list_is_closed_and_names_nothing_forbidden() -> None:
    assert NAMES == (
        "ln_members",
        "students_share",
        "children_share",
        "elders_share",
        "disabled_share",
        "care_share",
        "able_share",
        "partly_able_share",
        "unsafe_housing",
        "unsafe_water",
        "registered_before",
    )


def test_fitting_finds_the_direction_of_what_was_put_in() -> None:
    slope = dict(zip(NAMES, MODEL.coefficients, strict=True))
    assert slope["able_share"] == pytest.approx(0.7, abs=0.15)
    assert slope["children_share"] == pytest.approx(-0.4, abs=0.2)
    assert slope["care_share"] == 0.0


def test_coefficients_keep_their_sign_even_against_the_data() -> None:
    perverse = log_welfare(welfare_vector(REGISTRY), LINE) + 2.0 * FEATURE_ROWS[:, NAMES.index("disabled_share")]
    model = fit(FEATURE_ROWS, perverse)
    for feature, slope in zip(FEATURES, model.coefficients, strict=True):
        assert slope * feature.effect <= 0.0


def test_fitting_twice_gives_the_same_version() -> None:
    again = fit(FEATURE_ROWS, log_welfare(welfare_vector(REGISTRY), LINE))
    assert again.version == MODEL.version
    assert VulnerabilityModel.from_json(MODEL.to_json()) == MODEL


def test_too_few_households_are_refused() -> None:
    with pytest.raises(TooFewHouseholds):
        fit(FEATURE_ROWS[: LEAST_HOUSEHOLDS - 1], np.zeros(LEAST_HOUSEHOLDS - 1))


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_number_that_is_none_is_refused_everywhere(bad: float) -> None:
    broken = FEATURE_ROWS.copy()
    broken[3, 2] = bad
    with pytest.raises(InvalidInput):
        fit(broken, np.zeros(len(broken)))
    with pytest.raises(InvalidInput):
        likelihoods(MODEL, broken, np.zeros(len(broken)), LOG_LINES)
    with pytest.raises(InvalidInput):
        likelihoods(MODEL, FEATURE_ROWS, np.full(len(broken), math.inf), LOG_LINES)
    with pytest.raises(InvalidInput):
        likelihoods(MODEL, FEATURE_ROWS, np.zeros(len(broken)), np.full(len(broken), bad))
    with pytest.raises(InvalidInput):
        welfare_vector([replace(REGISTRY[0], welfare_per_head=bad)])


def test_the_share_below_the_line_is_near_the_mean_likelihood() -> None:
    welfare = log_welfare(welfare_vector(REGISTRY), LINE)
    without_income = likelihoods(MODEL, FEATURE_ROWS, np.full(len(REGISTRY), math.nan), LOG_LINES)
    below = float((welfare <= math.log(LINE)).mean())
    assert float(without_income.mean()) == pytest.approx(below, abs=0.03)


ROWS = st.integers(0, len(REGISTRY) - 1)
MONEY = st.floats(300.0, 60_000.0)


@given(place=ROWS, low=MONEY, high=MONEY)
def test_more_income_never_raises_the_likelihood(place: int, low: float, high: float) -> None:
    low, high = sorted((low, high))
    poorer, richer = score(FEATURE_ROWS[place], low), score(FEATURE_ROWS[place], high)
    assert 0.0 <= richer <= poorer <= 1.0


@given(place=ROWS, welfare=st.none() | MONEY, feature=st.integers(0, len(FEATURES) - 1), step=st.floats(0.01, 1.0))
def test_a_signed_feature_moves_the_likelihood_its_own_way(
    place: int, welfare: float | None, feature: int, step: float
) -> None:
    moved = FEATURE_ROWS[place].copy()
    moved[feature] += step
    change = score(moved, welfare) - score(FEATURE_ROWS[place], welfare)
    if FEATURES[feature].effect is not Effect.FREE:
        assert change * FEATURES[feature].effect >= 0.0


@given(place=ROWS, welfare=st.none() | MONEY, line=st.floats(1000.0, 20_000.0))
def test_contributions_add_up_to_the_index(place: int, welfare: float | None, line: float) -> None:
    row = feature_row(REGISTRY[place])
    found = explain(MODEL, row, None if welfare is None else math.log(welfare), math.log(line))
    total = found.typical_index + sum(one.amount for one in found.contributions)
    assert total == pytest.approx(found.index, abs=1e-9)
    assert found.likelihood == pytest.approx(float(normal_cdf(np.array([found.index]))[0]), abs=0.0)
    assert found.likelihood == pytest.approx(score(FEATURE_ROWS[place], welfare, line), abs=1e-12)


def test_the_top_reasons_are_few_and_point_their_way() -> None:
    up, down = top(explain(MODEL, feature_row(REGISTRY[0]), math.log(1500.0), math.log(LINE)))
    assert up[0].name == "welfare_now"
    assert up[0].value == pytest.approx(1500.0)
    assert (len(up) <= 3, len(down) <= 2) == (True, True)
    assert all(one.amount > 0 for one in up)
    assert all(one.amount < 0 for one in down)


def test_one_household_scores_as_in_the_batch_bit_for_bit() -> None:
    welfare = log_welfare(welfare_vector(REGISTRY), LINE)
    batch = likelihoods(MODEL, FEATURE_ROWS, welfare, LOG_LINES)
    for place in (0, 17, 799):
        single = explain(MODEL, feature_row(REGISTRY[place]), float(welfare[place]), math.log(LINE))
        assert single.likelihood == pytest.approx(float(batch[place]), abs=1e-12)
