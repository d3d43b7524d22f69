from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from chassis.errors import InvalidInput
from risk_service.scoring.engine import Engine, codes_of
from risk_service.scoring.features import Effect
from risk_service.scoring.points import (
    FeaturePoints,
    HorizonShare,
    Lookup,
    PointsTable,
    PointsTableDamaged,
    Scenario,
    VisitRule,
    read_points,
)
from risk_service.scoring.reasons import by_month, scenario_band, tell, visit_order
from risk_service.scoring.standins import StandIns


def _feature(
    name: str, effect: Effect, upper: tuple[float, ...], points: tuple[int, ...], **more: object
) -> FeaturePoints:
    plain = FeaturePoints(
        name=name,
        column=name,
        source="register",
        unit="persons",
        effect=effect,
        label=name,
        label_zh=name,
        helpable=False,
        upper=upper,
        points=points,
        missing=0,
        late=1.0,
        typical=1.0,
    )
    return replace(plain, **more)  # type: ignore[arg-type]  # fields by name, for tables that are wrong on purpose


def _table() -> PointsTable:
    return PointsTable(
        stage="additive",
        declared="invented",
        horizon_months=12,
        base=-20_000,
        features=(
            _feature(
                "income", Effect.LOWERS, (-1.0, 0.0, 0.5, 1.0), (15_000, 9_000, 2_000, -3_000, -9_000), helpable=True
            ),
            _feature("children", Effect.RAISES, (0.5, 1.5), (-2_000, 0, 4_000), late=0.5, missing=500),
            _feature("aid", Effect.RAISES, (0.5,), (-400, 1_600), support_none=0.0),
            _feature("season", Effect.FREE, (), (0,), late=0.0, missing=70),
        ),
        kinship=((0.5, 0.15, 0.02, 0.0), (0.15, 0.08, -0.01, 0.0), (0.02, -0.01, 0.01, 0.0), (0.0, 0.0, 0.0, 0.0)),
        horizons=(
            HorizonShare(months=3, share=0.4),
            HorizonShare(months=6, share=0.6),
            HorizonShare(months=12, share=1.0),
        ),
        scenario=Scenario(low=-3_000, central=0, high=2_500),
        visits=(VisitRule(group="head 65+", lead=5_000),),
        welfare="income",
        welfare_share=None,
        labels=9_000,
        data_from="2015-01",
        data_to="2018-12",
    )


ROWS: NDArray[np.float64] = np.array([[0.2, 2.0, 1.0, 3.0], [2.0, 0.0, 0.0, 0.0], [-5.0, 1.0, 0.0, math.nan]])


def test_a_table_is_read_as_it_was_written_and_carries_the_hash_of_its_content() -> None:
    table = _table()
    assert read_points(table.to_json()) == table
    assert table.version.startswith("additive-")
    assert table.version != replace(table, base=-20_001).version


def test_a_table_that_was_changed_by_hand_is_refused() -> None:
    text = _table().to_json()
    for broken in (text.replace("-20000", "-10000"), text[:-9], "[]", text.replace("9000", "16000"), "{}"):
        with pytest.raises(PointsTableDamaged):
            read_points(broken)


def test_points_against_the_declared_sign_are_no_table() -> None:
    with pytest.raises(PointsTableDamaged, match="sign"):
        _feature("children", Effect.RAISES, (0.5,), (10, 9))


def test_points_of_base_and_features_add_up_to_the_logit() -> None:
    scores = Engine(Lookup(_table())).score(ROWS[:2])
    assert scores.total.tolist() == [-20_000 + 2_000 + 4_000 + 1_600, -20_000 - 9_000 - 2_000 - 400]
    assert scores.likelihood[0] == pytest.approx(1 / (1 + math.exp(1.24)))
    # Against the typical values, 1.0 each: income -3,000, children 0, aid 1,600 points.
    assert scores.contributions.T.tolist() == [[5_000, 4_000, 0, 0], [-6_000, -2_000, -2_000, 0]]
    assert scores.base.tolist() == [-21_400, -21_400]
    assert scores.raising[:, 0].tolist() == [0, 1, -1]
    assert scores.lowering[:, 0].tolist() == [-1, -1]
    assert scores.raising[:, 1].tolist() == [-1, -1, -1]
    assert scores.lowering[:, 1].tolist() == [0, 1]


def test_who_is_typical_in_something_has_no_reason_there_whatever_is_missing() -> None:
    engine = Engine(Lookup(_table()))
    rows = np.array([[1.0, 1.0, 1.0, 1.0], [math.nan, 1.0, 1.0, 1.0], [1.0, math.nan, 1.0, math.nan]])
    scores = engine.score(rows)
    known = ~np.isnan(rows.T)
    assert not scores.contributions[known].any()
    assert scores.contributions[3, 2] == 70
    assert (scores.contributions.sum(axis=0) + scores.base == scores.total).all()


def test_where_nothing_typical_is_told_points_are_against_the_average() -> None:
    table = replace(_table(), features=tuple(replace(one, typical=None) for one in _table().features))
    scores = Engine(Lookup(table)).score(ROWS[:2])
    assert scores.contributions.T.tolist() == [[2_000, 4_000, 1_600, 0], [-9_000, -2_000, -400, 0]]
    assert scores.total.tolist() == Engine(Lookup(_table())).score(ROWS[:2]).total.tolist()


def test_a_gap_that_is_the_rule_has_a_bin_of_its_own() -> None:
    scores = Engine(Lookup(_table())).score(ROWS[2:])
    assert scores.contributions[:, 0].tolist() == [18_000, 0, -2_000, 70]


def test_an_edge_belongs_to_the_bin_below_it_and_nothing_is_beyond_the_bins() -> None:
    upper = np.array([0.0, 1.0])
    values = np.array([-math.inf, 0.0, 0.5, 1.0, 1.5, math.inf, math.nan])
    assert codes_of(upper, values).tolist() == [0, 0, 1, 1, 2, 2, 3]
    many = np.arange(20.0)
    assert codes_of(many, np.array([-math.inf, 7.0, 7.5, math.inf, math.nan])).tolist() == [0, 7, 8, 20, 21]


def test_a_row_of_another_width_is_refused() -> None:
    with pytest.raises(InvalidInput):
        Engine(Lookup(_table())).score(ROWS[:, :2])


def test_what_is_known_speaks_for_what_is_missing_and_still_adds_up() -> None:
    engine = Engine(Lookup(_table()))
    rows = np.array([[math.nan, 2.0, 1.0, 1.0], [math.nan, 0.0, 0.0, 1.0], [math.nan] * 4])
    scores = engine.score(rows)
    # Children go with low income here: with income unknown they count for more than their own points.
    assert scores.contributions[1, 0] > 4_000
    assert scores.contributions[1, 1] < -2_000
    assert (scores.contributions.sum(axis=0) + scores.base == scores.total).all()
    # And less is known: nearer to even odds than the base.
    assert scores.base[0] > -20_000
    assert scores.contributions[0].tolist() == [0, 0, 0]


def test_stand_ins_of_a_complete_row_change_nothing() -> None:
    lookup = Lookup(_table())
    factors, shrink = StandIns(lookup.kinship, lookup.late).factors(np.zeros(4, dtype=np.bool_))
    assert shrink == 1.0
    assert factors.tolist() == [1.0] * 4


CELL = st.one_of(st.floats(-3, 4), st.just(math.nan), st.sampled_from([math.inf, -math.inf, 0.0, 0.5, 1.0]))


@settings(max_examples=300, deadline=None)
@given(row=st.lists(CELL, min_size=4, max_size=4), place=st.integers(0, 2), other=st.floats(-4, 5))
def test_whatever_is_missing_the_likelihood_follows_every_sign(row: list[float], place: int, other: float) -> None:
    engine = Engine(Lookup(_table()))
    if math.isnan(row[place]):
        row[place] = 0.0
    low, high = [*row], [*row]
    low[place], high[place] = min(row[place], other), max(row[place], other)
    totals = engine.score(np.array([low, high])).total
    sign = int(engine.table.features[place].effect)
    assert sign * (int(totals[1]) - int(totals[0])) >= 0


@settings(max_examples=100, deadline=None)
@given(row=st.lists(CELL, min_size=4, max_size=4))
def test_the_reasons_add_up_to_the_logit_within_a_millionth(row: list[float]) -> None:
    told = tell(Engine(Lookup(_table())), row)
    assert abs(told.base + sum(one.logit for one in told.reasons) - told.logit) < 1e-6
    assert told.likelihood == pytest.approx(1 / (1 + math.exp(-told.logit)))
    assert told.low <= told.likelihood <= told.high
    assert told.without_support >= told.likelihood
    chances = [chance for _, chance in told.by_month]
    assert chances == sorted(chances)
    assert chances[-1] == pytest.approx(told.likelihood)


def test_support_taken_away_never_makes_anybody_safer() -> None:
    engine = Engine(Lookup(_table()))
    # Receiving aid marks need here; the mark's own points do not fall with it.
    told = tell(engine, [0.2, 2.0, 1.0, 3.0])
    assert told.without_support == told.likelihood
    share = replace(
        _table(), features=(*_table().features[:3], replace(_table().features[3], name="share")), welfare_share="share"
    )
    paid = tell(Engine(Lookup(share)), [0.6, 2.0, 1.0, 0.4])
    # ln(1 - 0.4) = -0.51 takes income from the bin up to 1.0 into the one up to 0.5.
    assert paid.without_support == pytest.approx(1 / (1 + math.exp(-(paid.logit + 0.5))))


def test_only_what_help_can_move_is_told_as_a_change() -> None:
    told = tell(Engine(Lookup(_table())), [-0.5, 2.0, 1.0, 3.0])
    assert [(one.name, one.value, one.to) for one in told.changes] == [("income", -0.5, 1.0)]
    assert told.changes[0].likelihood < told.likelihood
    assert tell(Engine(Lookup(_table())), [2.0, 2.0, 1.0, 3.0]).changes == ()


def test_bands_and_horizons_of_many_rows_are_those_of_each() -> None:
    table = _table()
    engine = Engine(Lookup(table))
    scores = engine.score(ROWS)
    low, high = scenario_band(table, scores)
    told = [tell(engine, row.tolist()) for row in ROWS]
    assert low.tolist() == [one.low for one in told]
    assert high.tolist() == [one.high for one in told]
    assert by_month(table, scores.likelihood)[0][1].tolist() == pytest.approx([one.by_month[0][1] for one in told])


def test_a_lead_moves_a_group_up_the_list_and_leaves_its_likelihood() -> None:
    table = _table()
    scores = Engine(Lookup(table)).score(ROWS)
    order = visit_order(table, scores, {"head 65+": np.array([False, True, False])})
    assert (order - scores.total).tolist() == [0, 5_000, 0]


def test_the_picks_are_the_greatest_and_least_of_every_row() -> None:
    rng = np.random.default_rng(5)
    features = tuple(
        _feature(
            f"f{j}",
            Effect.FREE,
            tuple(range(9)),
            tuple(int(one) for one in rng.integers(-20_000, 20_000, 10)),
            late=0.0,
        )
        for j in range(40)
    )
    empty = tuple((0.0,) * 40 for _ in range(40))
    table = replace(_table(), features=features, kinship=empty, welfare=None)
    scores = Engine(Lookup(table)).score(rng.uniform(-1, 10, (500, 40)))
    for row in range(500):
        ordered = np.sort(scores.contributions[:, row])
        assert scores.contributions[scores.raising[:, row], row].tolist() == ordered[::-1][:3].tolist()
        assert scores.contributions[scores.lowering[:, row], row].tolist() == ordered[:2].tolist()
