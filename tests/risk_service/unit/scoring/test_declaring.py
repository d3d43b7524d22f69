from __future__ import annotations

from pathlib import Path

import pytest

from chassis.errors import InvalidInput
from risk_service.scoring.bans import FeatureBanned, SourceNotAllowed, banned_word
from risk_service.scoring.declaration import FeatureSetInvalid, GroupColumnAsInput
from risk_service.scoring.declaring import load_features, parse_features
from risk_service.scoring.features import Effect
from tests.risk_service.panels import features_content

EXAMPLE = Path(__file__).resolve().parents[4] / "examples" / "risk" / "features.toml"


def _with_feature(**feature: object) -> dict[str, object]:
    return features_content(
        group=[],
        feature=[
            {"name": "log_income", "source": "income"},
            {"name": "aid", "source": "register"},
            {"source": "register", **feature},
        ],
    )


@pytest.mark.parametrize(
    "name",
    [
        *("head_female", "sex", "HeadSex", "ethnicity", "n_minority", "religion", "party_member", "region", "village"),
        *("gps_x", "n_refused", "offers_declined", "resigned", "complaints", "appeals", "police_record", "attitude"),
        *("户主性别", "民族", "政治面貌", "上访次数", "name", "phone", "id", "women_share", "male2"),
    ],
)
def test_who_where_and_what_somebody_dared_is_refused_whatever_the_table(name: str) -> None:
    with pytest.raises(FeatureBanned) as refused:
        parse_features(_with_feature(name=name))
    assert refused.value.code == "FEATURE_BANNED"
    assert name in refused.value.message


@pytest.mark.parametrize(
    "name",
    [
        "trace_metal",
        "rooms",
        "owns_mobile_phone",
        "income_decline",
        "land_area",
        "n_emp",
        "price_movement",
        "sextile_9",
    ],
)
def test_a_word_inside_another_word_and_words_of_money_are_let_through(name: str) -> None:
    assert banned_word(name) is None
    assert parse_features(_with_feature(name=name)).names[-1] == name


def test_a_plain_name_whose_column_or_label_tells_of_a_banned_kind_is_refused() -> None:
    for place in ({"column": "head_female"}, {"en": "Sex of the head"}, {"zh": "民族"}):
        with pytest.raises(FeatureBanned):
            parse_features(_with_feature(name="x7", **place))


def test_a_source_outside_the_closed_list_is_refused() -> None:
    with pytest.raises(SourceNotAllowed) as refused:
        parse_features(_with_feature(name="x7", source="social_media"))
    assert refused.value.field == "x7"


@pytest.mark.parametrize("column", ["town", "later_poor", "year", "household", "poor"])
def test_label_time_household_and_group_columns_are_never_inputs(column: str) -> None:
    with pytest.raises(GroupColumnAsInput):
        parse_features(_with_feature(name="x7", column=column))


def test_a_group_with_an_own_intercept_must_be_told_by_an_input() -> None:
    with pytest.raises(GroupColumnAsInput):
        parse_features(features_content(group=[{"name": "A", "column": "town", "equals": "A", "own_intercept": True}]))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"schema": 2}, "schema"),
        ({"feature": []}, "feature"),
        ({"feature": [{"name": "a", "source": "income", "sign": "up"}]}, "sign"),
        ({"feature": [{"name": "a", "source": "income", "kown_at": "row"}]}, "kown_at"),
        ({"feature": [{"name": "a", "source": "income", "known_at": "later"}]}, "known_at"),
        ({"feature": [{"name": "a", "source": "income"}] * 2}, "a"),
        ({"welfare": {"feature": "nothing"}}, "nothing"),
        ({"horizon": [{"months": 12, "label": "y"}]}, "horizon"),
        ({"visits": {"share": 2}}, "visits"),
        ({"group": [{"name": "g", "column": "head_age"}]}, "head_age"),
        ({"group": [{"name": "g", "column": "head_age", "below": 3, "recall_floor": 2}]}, "recall_floor"),
        ({"colour": "red"}, "colour"),
        ({"table": {"label": "y", "time": "t", "horizon_months": 1.5}}, "horizon_months"),
        ({"table": {"label": "y"}}, "time"),
    ],
)
def test_a_fault_of_the_file_is_told_with_its_key(change: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_features(features_content(**change))
    assert refused.value.field == field


def test_a_mistyped_key_is_answered_with_the_nearest_known_one() -> None:
    with pytest.raises(FeatureSetInvalid, match="did you mean 'known_at'"):
        parse_features(features_content(feature=[{"name": "a", "source": "income", "kown_at": "row"}]))


def test_the_example_declares_no_group_column_and_signs_income() -> None:
    example = load_features(EXAMPLE)
    assert len(example.features) == 74
    assert not {"head_female", "region", "aglo"} & {feature.column for feature in example.features}
    assert example.features[0].effect is Effect.LOWERS


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "features.toml"
    broken.write_text("[table", encoding="utf-8")
    with pytest.raises(FeatureSetInvalid, match="no TOML"):
        load_features(broken)
