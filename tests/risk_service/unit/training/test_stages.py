from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from risk_service.scoring.engine import Engine
from risk_service.scoring.features import Effect, Floats
from risk_service.scoring.points import Lookup, PointsTable
from risk_service.training.asof import make_table
from risk_service.training.binning import Bins, bins_of
from risk_service.training.boosting import fit_boosted
from risk_service.training.measures import measure
from risk_service.training.panel import Panel, panel_of
from risk_service.training.stages import NoWelfareColumn, Stage, TooFewLabels, folds_of, stage_for
from tests.risk_service.panels import declared, frame, panel


def _everything(found: Panel) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.ones(found.rows, dtype=np.bool_)


def _auc(found: Panel, table: PointsTable) -> float:
    rows = found.labelled
    return measure(found.label[rows], Engine(Lookup(table)).likelihoods(found.values[rows])).auc or 0.0


def test_the_number_of_labels_decides_the_stage() -> None:
    few, many, most = panel(500), panel(3_000), panel(14_000)
    assert [stage_for(one, _everything(one)) for one in (few, many, most)] == [Stage.PRIOR, Stage.RIDGE, Stage.ADDITIVE]


def test_without_labels_and_without_an_income_column_nothing_can_be_told() -> None:
    found = panel(200)
    plain = replace(found, declared=replace(found.declared, welfare=None), label=np.full(200, np.nan))
    with pytest.raises(TooFewLabels):
        stage_for(plain, _everything(plain))
    with pytest.raises(NoWelfareColumn):
        make_table(plain, _everything(plain), Stage.PRIOR, seed=1)


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_orders_households_better_than_chance_and_keeps_every_sign(stage: Stage) -> None:
    found = panel(4_000)
    table = make_table(found, _everything(found), stage, seed=1)
    assert _auc(panel(4_000, seed=9), table) > 0.66
    for feature in table.features:
        steps = np.diff(feature.points) * int(feature.effect)
        assert (steps >= 0).all()


def test_same_rows_and_seed_give_the_same_bytes_and_another_seed_others() -> None:
    found = panel(2_000)
    first, again, other = (
        make_table(found, _everything(found), Stage.ADDITIVE, seed=seed).to_json() for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_the_prior_uses_no_label() -> None:
    found = panel(1_000)
    turned = replace(found, label=1.0 - found.label)
    tables = [make_table(one, _everything(one), Stage.PRIOR, seed=1) for one in (found, turned)]
    assert tables[0] == tables[1]
    assert tables[0].labels == 0


def test_columns_that_are_not_declared_change_nothing() -> None:
    table = frame(2_000)
    with_more = table.with_columns(resigned=table["earners"] % 2, complaints=table["head_age"] % 3)
    made = [
        make_table(one, _everything(one), Stage.RIDGE, seed=1).to_json()
        for one in (panel_of(table, declared()), panel_of(with_more, declared()))
    ]
    assert made[0] == made[1]


def test_the_level_is_that_of_the_last_year() -> None:
    found = panel(6_000)
    last = found.labelled & (found.year == 2018)
    told = Engine(Lookup(make_table(found, _everything(found), Stage.RIDGE, seed=1))).likelihoods(found.values[last])
    assert float(told.mean()) == pytest.approx(float(found.label[last].mean()), abs=0.02)


def test_constants_gaps_infinities_and_duplicates_do_no_harm() -> None:
    found = panel(2_000)
    values = found.values.copy(order="F")
    values[:, 1] = 3.0
    values[:, 2] = np.nan
    values[::7, 0] = np.inf
    values[::11, 0] = -np.inf
    odd = replace(
        found, values=np.asfortranarray(np.repeat(values[:1_000], 2, axis=0)), label=np.repeat(found.label[:1_000], 2)
    )
    for stage in Stage:
        table = make_table(odd, _everything(odd), stage, seed=1)
        told = Engine(Lookup(table)).likelihoods(odd.values)
        assert np.isfinite(told).all()
        assert len(table.features[1].points) == 1
        assert table.features[2].typical is None


@pytest.mark.parametrize("rate", [0.03, 0.6])
def test_rare_and_common_events_are_told_at_their_rate(rate: float) -> None:
    found = panel(5_000)
    rng = np.random.default_rng(1)
    label = (rng.random(found.rows) < rate * np.exp(-0.2 * found.values[:, 0])).astype(np.float64)
    moved = replace(found, label=label)
    told = Engine(Lookup(make_table(moved, _everything(moved), Stage.RIDGE, seed=1))).likelihoods(moved.values)
    assert float(told[moved.labelled].mean()) == pytest.approx(float(label[moved.labelled].mean()), rel=0.2)


def test_rows_of_a_household_stay_in_one_fold() -> None:
    household = np.random.default_rng(1).integers(0, 50, 400)
    folds = folds_of(household, 1)
    assert all(len(np.unique(folds[household == one])) == 1 for one in range(50))
    assert set(folds.tolist()) == {0, 1, 2, 3}


def test_what_is_read_off_the_trees_is_what_the_trees_say() -> None:
    found = panel(1_500)
    rows = found.labelled
    bins = bins_of(found.values[rows], found.declared)
    codes = bins.codes(found.values[rows])
    label: Floats = found.label[rows]
    kept = np.ones(len(label), dtype=np.bool_)
    with threadpool_limits(limits=1):
        _same_as_the_trees(found, bins, codes, label, kept)


def _same_as_the_trees(
    found: Panel,
    bins: Bins,
    codes: tuple[np.ndarray[tuple[int], np.dtype[np.uint8]], ...],
    label: Floats,
    kept: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> None:
    from sklearn.ensemble import HistGradientBoostingClassifier

    sheet = fit_boosted(found.declared, bins, codes, label, kept, seed=1)
    matrix = np.column_stack([np.where(code == bins.missing(j), np.nan, code) for j, code in enumerate(codes)])
    model = HistGradientBoostingClassifier(
        learning_rate=0.05,
        max_iter=500,
        max_leaf_nodes=4,
        min_samples_leaf=int(min(60, len(label) // 20)),
        l2_regularization=5.0,
        max_features=0.3,
        monotonic_cst=[int(one.effect) for one in found.declared.features],
        interaction_cst="no_interactions",
        early_stopping=False,
        random_state=1,
    ).fit(matrix, label.astype(int))
    assert float(np.abs(sheet.logits(codes) - model.decision_function(matrix)).max()) < 1e-9


def test_a_group_has_its_own_level_within_the_feature_that_tells_it() -> None:
    found = panel(6_000)
    plain = replace(found, declared=replace(found.declared, groups=()))
    own, without = (make_table(one, _everything(one), Stage.RIDGE, seed=1) for one in (found, plain))
    rows = found.labelled & found.reported["head 65+"]
    errors = [
        abs(float(Engine(Lookup(table)).likelihoods(found.values[rows]).mean() - found.label[rows].mean()))
        for table in (own, without)
    ]
    assert errors[0] < errors[1]
    assert own.features[2].effect is Effect.FREE
    assert 64.9 < min(edge for edge in own.features[2].upper if edge > 64.5) < 65.0
