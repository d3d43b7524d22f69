from __future__ import annotations

import polars as pl

from benchmarks import linkage_blocking
from benchmarks.linkage_blocking import Rule, blocking
from benchmarks.linkage_files import LinkSet


def _set(left: dict[str, list[str | None]], kinds: dict[str, str], right: pl.DataFrame | None = None) -> LinkSet:
    return LinkSet(name="", kinds=kinds, left=pl.DataFrame(left), right=right, truth=set())


def test_a_column_that_makes_few_pairs_is_a_rule_by_its_beginning() -> None:
    names: list[str | None] = ["anna", "annika", "bert", None]
    found = blocking(_set({"name": names}, {"name": "given name"}))
    assert found.rules == [Rule(left=("name__3",), right=("name__3",), pairs=1)]
    assert found.frames[0]["name__3"].to_list() == ["ann", "ann", "ber", None]


def test_a_column_that_makes_too_many_pairs_is_joined_to_another() -> None:
    rows = 2_100
    assert rows * (rows - 1) // 2 > linkage_blocking.MOST_PAIRS
    places: list[str | None] = ["here"] * rows
    jobs: list[str | None] = [f"job {number // 3}" for number in range(rows)]
    found = blocking(_set({"place": places, "job": jobs}, {"place": "place", "job": "occupation"}))
    assert found.rules == [Rule(left=("place", "job"), right=("place", "job"), pairs=rows)]


def test_names_are_also_looked_for_exchanged_and_pairs_of_two_files_are_counted_across_them() -> None:
    kinds = {"given": "given name", "family": "family name"}
    right = pl.DataFrame({"given": ["mora", "anna"], "family": ["anna", "lund"]})
    found = blocking(_set({"given": ["anna", "anna"], "family": ["mora", "lund"]}, kinds, right))
    assert found.rules == [
        Rule(left=("family__4",), right=("family__4",), pairs=1),
        Rule(left=("given__3",), right=("given__3",), pairs=2),
        Rule(left=("given", "family"), right=("family", "given")),
    ]
