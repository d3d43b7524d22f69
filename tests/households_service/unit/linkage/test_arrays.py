from __future__ import annotations

import numpy as np
import polars as pl

from households_service.linkage.arrays import BLANK, coded, distinct_pairs, first_equal, ranked


def test_a_long_column_is_numbered_in_the_order_its_values_are_met() -> None:
    values = [None, "", *(f"value {number % 700}" for number in range(2_000))]

    column = coded(pl.concat([pl.Series(values=values[:900]), pl.Series(values=values[900:])]))

    assert column.codes.tolist() == [BLANK, BLANK, *(number % 700 for number in range(2_000))]
    assert column.texts() == [f"value {number}" for number in range(700)]


def test_a_long_column_of_nothing_has_no_values() -> None:
    column = coded(pl.Series(values=["", None] * 400, dtype=pl.String))

    assert (column.codes.tolist(), column.texts()) == ([BLANK] * 800, [])


def test_the_first_of_equal_hashes_is_found_where_all_others_share_its_slots() -> None:
    # 11 bits of a thousand hashes are looked at five times; these differ in none of those 55
    hashes = (np.arange(1_500, dtype=np.uint64) % np.uint64(400)) << np.uint64(55)

    assert first_equal(hashes).tolist() == [number % 400 for number in range(1_500)]


def test_ranks_of_many_numbers_are_those_of_numpy() -> None:
    values = np.random.default_rng(4).integers(-50, 4_000, 5_000).astype(np.int32)

    held, rank = ranked(values)

    expected, inverse = np.unique(values, return_inverse=True)
    assert (held.tolist(), rank.tolist()) == (expected.tolist(), inverse.tolist())


def test_each_pair_of_many_stands_once_whichever_of_it_came_first() -> None:
    chance = np.random.default_rng(5)
    left, right = (chance.integers(-1, 40, 3_000).astype(np.int32) for _ in range(2))

    pairs = distinct_pairs(left, right)

    known = (left >= 0) & (right >= 0)
    low, high = np.minimum(left, right)[known], np.maximum(left, right)[known]
    assert np.flatnonzero(known).tolist() == pairs.rows.tolist()
    assert (pairs.left[pairs.inverse].tolist(), pairs.right[pairs.inverse].tolist()) == (low.tolist(), high.tolist())
    assert len(pairs.left) == len({*zip(low.tolist(), high.tolist(), strict=True)})
