from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner, Result

from holdfast.cli import build
from tests.risk_service.panels import frame

FEATURES = """
name = "invented"
[table]
label = "later_poor"
time = "year"
household = "household"
group = ["town"]
at_risk = { column = "poor", equals = 0 }
[welfare]
feature = "log_income"
[[group]]
name = "head 65+"
column = "head_age"
at_least = 65
own_intercept = true
recall_floor = 0.3
[[support]]
feature = "aid"
[[feature]]
name = "log_income"
source = "income"
sign = "lowers"
helpable = true
en = "Income against the line"
zh = "收入"
[[feature]]
name = "children"
source = "register"
sign = "raises"
[[feature]]
name = "head_age"
source = "register"
[[feature]]
name = "earners"
source = "employment"
sign = "lowers"
[[feature]]
name = "aid"
source = "civil_affairs"
sign = "raises"
"""
FILES = ["calibration.png", "model-card.json", "model-card.md", "points.json"]


def _call(*words: object) -> Result:
    return CliRunner().invoke(build("risk"), ["risk", *(str(word) for word in words)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("risk")
    frame(2_000).write_csv(place / "table.csv")
    (place / "features.toml").write_text(FEATURES, encoding="utf-8")
    trained = _call("train", *_asked(place), "--out", place / "model")
    assert trained.exit_code == 0, trained.output
    return place


def _asked(place: Path) -> tuple[object, ...]:
    return "--table", place / "table.csv", "--features", place / "features.toml"


def _files(place: Path) -> list[str]:
    return sorted(one.name for one in place.iterdir())


def test_training_writes_the_model_and_its_papers(folder: Path) -> None:
    assert _files(folder / "model") == FILES


def test_evaluating_tells_every_year_and_every_model(folder: Path, tmp_path: Path) -> None:
    told = _call("evaluate", *_asked(folder), "--out", tmp_path / "evaluation")
    assert told.exit_code == 0, told.output
    assert _files(tmp_path / "evaluation") == FILES
    for words in ("2017  points table", "2018  points table", "income proximity", "recall@20%", "error at quota"):
        assert words in told.stdout


def test_scores_add_up_and_are_in_the_order_of_the_table(folder: Path, tmp_path: Path) -> None:
    told = _call("score", *_asked(folder), "--model", folder / "model" / "points.json", "--out", tmp_path / "s.csv")
    assert told.exit_code == 0, told.output
    scores = pl.read_csv(tmp_path / "s.csv")
    assert scores["row"].to_list() == list(range(1, 2_001))
    at_risk = scores.filter("at_risk")
    assert sorted(at_risk["visit"].to_list()) == list(range(1, len(at_risk) + 1))
    assert scores.filter(~pl.col("at_risk"))["visit"].null_count() == 2_000 - len(at_risk) > 0
    chance = 1 / (1 + np.exp(-scores["logit"].to_numpy()))
    assert float(np.abs(chance - scores["likelihood"].to_numpy()).max()) < 1e-6
    assert (scores["low"] <= scores["high"]).all()
    assert (scores["without_support"] >= scores["likelihood"]).all()
    assert scores["model"].unique().to_list() == [json.loads((folder / "model" / "points.json").read_text())["version"]]


def test_scoring_needs_no_label(folder: Path, tmp_path: Path) -> None:
    pl.read_csv(folder / "table.csv").drop("later_poor", "year").write_csv(tmp_path / "new.csv")
    told = _call(
        "score",
        "--table",
        tmp_path / "new.csv",
        "--features",
        folder / "features.toml",
        "--model",
        folder / "model" / "points.json",
        "--out",
        tmp_path / "s.csv",
    )
    assert told.exit_code == 0, told.output


def test_an_explanation_says_whose_reason_it_is(folder: Path) -> None:
    model = folder / "model" / "points.json"
    told = _call("explain", *_asked(folder), "--model", model, "--row", 1, "--row", 7, "--all")
    assert told.exit_code == 0, told.output
    assert told.stdout.count("the model's reason, not the cause") == 2
    assert "Income against the line" in told.stdout
    chinese = _call("explain", *_asked(folder), "--model", model, "--row", 1, "--zh")
    assert "模型依据,并非真实原因" in chinese.stdout


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("train", "--table", "none.csv", "--features", "F", "--out", "O"), "RISK_TABLE_UNREADABLE"),
        (("train", "--table", "T", "--features", "none.toml", "--out", "O"), "FEATURE_SET_INVALID"),
        (("train", "--table", "T", "--features", "F", "--out", "O", "--stage", "best"), "STAGE_UNKNOWN"),
        (("score", "--table", "T", "--features", "F", "--model", "none.json", "--out", "O"), "RISK_MODEL_UNREADABLE"),
        (("score", "--table", "T", "--features", "F", "--model", "F", "--out", "O"), "POINTS_TABLE_DAMAGED"),
        (("score", "--table", "T", "--features", "F", "--model", "M", "--out", "T"), "RISK_OUTPUT_UNWRITABLE"),
        (("explain", "--table", "T", "--features", "F", "--model", "M", "--row", "9999"), "ROW_OUTSIDE_TABLE"),
        (("score", "--table", "T", "--features", "F2", "--model", "M", "--out", "O"), "MODEL_OF_OTHER_FEATURES"),
        (("train", "--table", "T", "--features", "F", "--out", "O", "--incumbent", "M"), "MODEL_NOT_BETTER"),
    ],
)
def test_what_cannot_be_done_is_refused_by_its_code_and_nothing_is_written(
    folder: Path, tmp_path: Path, words: tuple[str, ...], code: str
) -> None:
    other = FEATURES.replace('name = "children"', 'name = "kids"\ncolumn = "children"')
    (tmp_path / "other.toml").write_text(other, encoding="utf-8")
    places = {
        "T": folder / "table.csv",
        "F": folder / "features.toml",
        "F2": tmp_path / "other.toml",
        "M": folder / "model" / "points.json",
        "O": tmp_path / "out",
    }
    told = _call(*(places.get(word, word) for word in words))
    assert told.exit_code == 1
    assert told.stderr.startswith(f"{code}: ")
    assert _files(tmp_path) == ["other.toml"]


def test_help_teaches_the_features_file() -> None:
    told = _call("--help")
    for words in ("[table]", "[[feature]]", "known_at", "recall_floor", "horizon_months"):
        assert words in told.stdout
