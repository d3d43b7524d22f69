"""Pairs drawn for the fit."""

from __future__ import annotations

import numpy as np
import pytest

from households_service.linkage.candidates import Pairs
from households_service.linkage.drawing import drawn_pairs, not_among
from households_service.linkage.schema import parse_schema
from households_service.linkage.table import PersonTable, person_table


def _table(rows: int, places: int, *, right: int = 0) -> PersonTable:
    schema = parse_schema({"columns": {"name": "full name", "place": "place"}})
    sides = [
        {
            "name": [f"Person{row} Invented{row % 97}" for row in range(size)],
            "place": [f"place {row % places}" for row in range(size)],
        }
        for size in (rows, right)
    ]
    return person_table(schema, sides[0], sides[1] if right else None)


def _of_one_place(table: PersonTable) -> float:
    drawn = drawn_pairs(table, np.random.default_rng(1))
    codes = table.texts["place"].codes
    return float(drawn.stands_for[codes[drawn.left] == codes[drawn.right]].sum())


def test_pairs_of_one_place_are_counted_right_though_they_are_rare() -> None:
    assert _of_one_place(_table(4_000, 1_000)) == pytest.approx(1_000 * 4 * 3 / 2, rel=0.05)


def test_pairs_of_two_files_are_counted_across_them() -> None:
    assert _of_one_place(_table(1_000, 500, right=2_000)) == pytest.approx(1_000 * 4, rel=0.05)


def test_all_drawn_pairs_together_stand_for_all_pairs() -> None:
    drawn = drawn_pairs(_table(4_000, 1_000), np.random.default_rng(2))
    assert drawn.stands_for.sum() == pytest.approx(4_000 * 3_999 / 2, rel=0.02)


def test_of_a_small_file_every_pair_is_drawn_once() -> None:
    drawn = drawn_pairs(_table(20, 5), np.random.default_rng(3))
    assert len(drawn.left) == 190
    assert drawn.stands_for.tolist() == [1.0] * 190


def test_candidates_are_left_out_whichever_row_comes_first() -> None:
    table = _table(20, 5)
    drawn = drawn_pairs(table, np.random.default_rng(4))
    known = Pairs(left=np.array([0, 3], dtype=np.int32), right=np.array([1, 9], dtype=np.int32))
    assert len(not_among(drawn, known)) == 188
