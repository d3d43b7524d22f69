from __future__ import annotations

import polars as pl
import pytest

from benchmarks.population.feed import feed
from benchmarks.population.historical import DIFFICULTIES, historical, true_pairs
from benchmarks.population.registry import invent, table
from households_service.linkage.identity_number import is_valid, repair_candidates
from households_service.linkage.normal.dates import read_dates
from households_service.linkage.normal.names import NameReader

PEOPLE = invent(20_000, 500, seed=3)
REGISTRY = table(PEOPLE)
FEED = feed(PEOPLE, 2_000, seed=3)
TOLD = FEED.join(REGISTRY, on="person", how="inner", suffix="_true")


def test_the_registry_has_exactly_the_persons_asked_for_and_no_number_twice() -> None:
    assert len(REGISTRY) == 20_000
    assert REGISTRY["id_number"].n_unique() == 20_000
    assert REGISTRY["name"].null_count() == 0


def test_every_id_number_is_valid_and_belongs_to_nobody() -> None:
    assert all(is_valid(number) and number.startswith("9901") for number in REGISTRY["id_number"])
    assert (REGISTRY["id_number"].str.slice(6, 8) == REGISTRY["date_of_birth"].dt.strftime("%Y%m%d")).all()


def test_members_of_a_household_live_in_its_village() -> None:
    assert (REGISTRY["household_code"].str.slice(0, 12) == REGISTRY["village_code"]).all()
    assert REGISTRY["village_code"].str.len_chars().unique().to_list() == [12]


def test_the_same_seed_gives_the_same_people_and_another_seed_others() -> None:
    again = invent(20_000, 500, seed=3)
    assert table(again).equals(REGISTRY)
    assert feed(again, 2_000, seed=3).equals(FEED)
    assert not table(invent(20_000, 500, seed=4)).equals(REGISTRY)


def test_a_quarter_of_the_feed_is_about_strangers() -> None:
    assert len(FEED) == 2_000
    assert FEED["person"].null_count() == 500
    assert TOLD["person"].len() == 1_500


def test_half_of_the_rows_have_no_id_number_and_a_fifth_of_the_others_a_wrong_one_that_can_be_repaired() -> None:
    given = TOLD.filter(pl.col("id_number").is_not_null())
    assert 0.45 <= 1 - len(given) / len(TOLD) <= 0.50
    wrong = given.filter(pl.col("id_number") != pl.col("id_number_true"))
    assert 0.16 <= len(wrong) / len(given) <= 0.24
    for typed, true in zip(wrong["id_number"], wrong["id_number_true"], strict=True):
        assert true in repair_candidates(typed)


def test_a_twentieth_to_a_tenth_of_the_villages_is_wrong() -> None:
    given = TOLD.filter(pl.col("village_code").is_not_null())
    assert 0.04 <= (given["village_code"] != given["village_code_true"]).mean() <= 0.10  # type: ignore[operator]  # polars types a figure widely


def test_feed_dates_are_readable() -> None:
    dates = read_dates(FEED["date_of_birth"].fill_null("").to_list())
    assert int((dates.year == 0).sum()) == FEED["date_of_birth"].null_count()


def test_many_names_are_written_differently() -> None:
    reader = NameReader()
    written = reader.read(TOLD["name"].fill_null("").to_list())
    registered = reader.read(TOLD["name_true"].to_list())
    same = (written.codes == registered.codes).all(axis=1)
    assert 0.2 <= float(same.mean()) <= 0.5


@pytest.mark.parametrize("difficulty", sorted(DIFFICULTIES))
def test_historical_persons_have_between_one_and_the_most_records(difficulty: str) -> None:
    setting = DIFFICULTIES[difficulty]
    records = historical(300, seed=5, difficulty=setting, spoken=("english", "dutch", "spanish"))
    sizes = records["person"].value_counts()["count"]
    assert len(sizes) == 300
    assert int(sizes.min()) == 1  # type: ignore[arg-type]  # polars types a figure widely
    assert 1 < int(sizes.max()) <= setting.most_records  # type: ignore[arg-type]  # polars types a figure widely
    pairs = true_pairs(records)
    assert len(pairs) == int((sizes.cast(pl.Int64) * (sizes.cast(pl.Int64) - 1) // 2).sum())
    assert (pairs["left"] < pairs["right"]).all()
