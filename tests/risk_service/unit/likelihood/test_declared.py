"""What the likelihood may look at: the file and the code say the same, and a table cannot widen it."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import numpy as np
import pytest

from risk_service.likelihood.declared import ALLOWED, FeatureNotAllowed, declared, require_servable
from risk_service.likelihood.starting import starting_table
from risk_service.scoring.bans import FeatureBanned
from risk_service.scoring.declaration import DeclaredFeature
from risk_service.scoring.engine import Engine
from risk_service.scoring.features import Effect
from risk_service.scoring.points import Lookup, VisitRule, read_points
from risk_service.scoring.reasons import WORDS, tell

TYPICAL = {one.name: one.typical if one.typical is not None else nan for one in starting_table().features}


def row(**changes: float) -> list[float]:
    return list((TYPICAL | changes).values())


def test_the_declared_features_are_the_closed_list() -> None:
    assert set(declared().names) == ALLOWED
    assert len(declared().names) == len(ALLOWED)


def test_every_feature_has_a_source_a_unit_and_words_in_both_languages() -> None:
    for feature in declared().features:
        assert feature.unit not in {"", "number"}
        assert feature.label != feature.label_zh


@pytest.mark.parametrize("name", ["offers_declined", "resigned_recently", "complaints", "refused_visits", "attitude"])
def test_what_somebody_dared_to_do_cannot_even_be_declared(name: str) -> None:
    with pytest.raises(FeatureBanned):
        DeclaredFeature(
            name=name, column="c", source="employment", unit="1", effect=Effect.FREE, label="x", label_zh="某"
        )


def test_a_table_that_asks_for_anything_else_cannot_be_served() -> None:
    table = starting_table()
    other = replace(table.features[0], name="household_score", column="household_score")
    with pytest.raises(FeatureNotAllowed) as refused:
        require_servable(replace(table, features=(other, *table.features[1:])))
    assert refused.value.field == "household_score"
    assert "risk_service/likelihood/features.toml" in refused.value.message
    assert "holdfast risk outcomes" in refused.value.message
    assert all(name in refused.value.message for name in ALLOWED)


def test_a_table_with_another_sign_than_declared_cannot_be_served() -> None:
    table = starting_table()
    turned = replace(table.features[0], effect=Effect.FREE)
    with pytest.raises(FeatureNotAllowed):
        require_servable(replace(table, features=(turned, *table.features[1:])))


def test_a_table_cannot_lead_a_group_that_no_policy_declared() -> None:
    with pytest.raises(FeatureNotAllowed):
        require_servable(replace(starting_table(), visits=(VisitRule(group="favourites", lead=1),)))


def test_the_starting_table_can_be_served_is_read_back_and_says_that_it_is_assumed() -> None:
    table = starting_table()
    require_servable(table)
    assert read_points(table.to_json()) == table
    assert (table.stage, table.labels, table.declared) == ("prior", 0, "county-1, assumed")
    assert [(one.months, one.share) for one in table.horizons] == [(3, 0.25), (6, 0.5), (12, 1.0)]


def test_the_starting_table_tells_the_poor_and_the_burdened_more_likely() -> None:
    engine = Engine(Lookup(starting_table()))
    rows = [
        row(),
        row(log_income=1.5),
        row(log_income=0.1),
        row(log_income=0.1, illness_costs=0.7),
        row(log_income=0.1, illness_costs=0.7, disabled_share=0.5),
    ]
    typical, rich, poor, ill, disabled = engine.likelihoods(np.array(rows)).tolist()
    assert rich < typical < poor < ill < disabled
    assert 0.001 < rich < 0.05
    assert 0.05 < typical < 0.2
    assert 0.15 < poor < 0.3


def test_reasons_add_up_and_what_help_can_move_is_told_with_what_it_would_change() -> None:
    told = tell(Engine(Lookup(starting_table())), row(log_income=0.1, illness_costs=0.7, children_share=0.5))
    assert abs(told.base + sum(one.logit for one in told.reasons) - told.logit) < 1e-9
    assert [one.name for one in told.raising] == ["log_income", "illness_costs", "children_share"]
    assert [one.name for one in told.changes] == ["log_income", "illness_costs"]
    assert all(one.likelihood < told.likelihood for one in told.changes)
    assert [month for month, _ in told.by_month] == [3, 6, 12]
    assert told.low < told.likelihood < told.high
    assert WORDS[0] == "the model's reason, not the cause"


def test_without_present_support_nobody_is_told_less_likely() -> None:
    engine = Engine(Lookup(starting_table()))
    supported = tell(engine, row(log_income=0.5, transfer_share=0.6, support_measures=2.0))
    assert supported.without_support > supported.likelihood
    alone = tell(engine, row(log_income=0.5, transfer_share=0.0, support_measures=0.0))
    assert alone.without_support == alone.likelihood
