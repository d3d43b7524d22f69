from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from risk_service.scoring.points import read_points
from risk_service.training.asof import SERVED, run_split, splits_of
from risk_service.training.making import Made, NotBetter, make
from risk_service.training.panel import panel_of
from risk_service.training.stages import Stage
from tests.risk_service.panels import declared, frame, panel


@pytest.fixture(scope="module")
def made() -> Made:
    return make(panel(3_000), seed=1, every_year=True)


def test_a_year_is_told_by_outcomes_that_were_known_before_it_began() -> None:
    found = panel(3_000)
    splits = splits_of(found)
    assert [split.year for split in splits] == [2017, 2018]
    for split in splits:
        assert int((found.year[split.seen]).max()) == split.year - 2
        assert set(found.year[split.tested].tolist()) == {split.year}


def test_two_waves_a_year_apart_are_tested_at_the_second() -> None:
    found = panel_of(frame(2_000, years=2), declared())
    (split,) = splits_of(found)
    assert (split.year, int(found.year[split.seen].max())) == (2016, 2015)


def test_one_wave_is_tested_on_other_households() -> None:
    found = panel_of(frame(2_000, years=1), declared())
    (split,) = splits_of(found)
    assert split.year == 0
    assert not set(found.household[split.seen].tolist()) & set(found.household[split.tested].tolist())


def test_outcomes_of_later_years_leave_an_earlier_test_as_it_is() -> None:
    found = panel(3_000)
    split = splits_of(found)[0]
    later = replace(found, label=np.where(found.year > split.year, 1.0 - found.label, found.label))
    first, again = (run_split(one, split, stage=None, seed=1) for one in (found, later))
    assert first.version == again.version
    assert np.array_equal(first.likelihood, again.likelihood)


def test_the_papers_of_a_model_say_what_it_is(made: Made) -> None:
    table = read_points(made.files["points.json"].decode())
    assert table == made.table
    card = json.loads(made.files["model-card.json"])
    assert card["model"] == table.version
    assert card["data"]["rows"] == 3_000
    assert [test["year"] for test in card["tests"]] == [2017, 2018]
    assert card["tests"][0]["measures"][SERVED]["auc"] > 0.66
    told = made.files["model-card.md"].decode()
    for words in (table.version, "not the cause", "never ends help", "head 65+", "Read this before use"):
        assert words in told
    assert made.files["calibration.png"].startswith(b"\x89PNG")


def test_making_again_gives_the_same_papers(made: Made) -> None:
    assert make(panel(3_000), seed=1, every_year=True).files == made.files


def test_groups_under_ten_are_not_reported() -> None:
    table = frame(3_000)
    rare = table.with_columns(town=np.where(np.arange(3_000) < 20, "rare", "common"))
    found = panel_of(rare, declared())
    tests = [run_split(found, split, stage=None, seed=1) for split in splits_of(found)]
    assert all("town = common" in test.groups for test in tests)
    assert all("town = rare" not in test.groups for test in tests)
    assert all(one.rows >= 10 for test in tests for one in test.groups.values())


def test_a_candidate_that_is_not_better_takes_nobodys_place(made: Made) -> None:
    with pytest.raises(NotBetter) as refused:
        make(panel(3_000), seed=1, every_year=False, incumbent=made.table)
    assert refused.value.code == "MODEL_NOT_BETTER"


def test_a_candidate_that_is_better_says_what_it_replaced() -> None:
    found = panel(3_000)
    blind = make(
        replace(found, values=np.asfortranarray(np.zeros_like(found.values))),
        seed=1,
        every_year=False,
        stage=Stage.RIDGE,
    )
    better = make(found, seed=1, every_year=False, incumbent=blind.table)
    assert f"takes the place of {blind.table.version}" in better.decision


def test_without_any_label_the_prior_is_made_and_says_so() -> None:
    found = panel(400)
    unlabelled = make(replace(found, label=np.full(found.rows, np.nan)), seed=1, every_year=True)
    assert unlabelled.table.stage == "prior"
    assert unlabelled.tests == ()
    assert "No outcome was used" in unlabelled.files["model-card.md"].decode()
