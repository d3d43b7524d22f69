from __future__ import annotations

import numpy as np
import pytest

from households_service.linkage.candidates import Pairs
from households_service.linkage.decision import competing


def pairs(*rows: tuple[int, int]) -> Pairs:
    left, right = (np.array([row[side] for row in rows], dtype=np.int32) for side in (0, 1))
    return Pairs(left=left, right=right)


def test_what_speaks_for_a_rows_other_candidate_speaks_against_this_one() -> None:
    found = competing(pairs((0, 1000), (0, 1001)), np.array([3.0, 3.0]), (1000, 1000))
    assert found == pytest.approx([3.0 - np.log2(9.0)] * 2, abs=0.01)


def test_the_fewer_rows_are_without_a_partner_the_likelier_is_the_only_candidate_of_one() -> None:
    """Three rows of four are surely linked: the fourth's candidate has fourfold odds, and who has none gets none."""
    sure = [(row, 1000 + row) for row in range(75)]
    odds = np.array([30.0] * 75 + [-2.0])
    found = competing(pairs(*sure, (99, 1099)), odds, (100, 10**6))
    assert found[-1] == pytest.approx(-2.0 + 2.0, abs=0.05)


def test_a_side_that_names_a_person_several_times_has_no_rivals() -> None:
    found = competing(pairs((0, 1000), (0, 1001)), np.array([3.0, 3.0]), (1000, 1000), left=False, right=True)
    assert found == pytest.approx([3.0, 3.0], abs=0.01)


def test_where_every_row_is_linked_no_pair_is_sure_without_end() -> None:
    found = competing(pairs((0, 2), (1, 3)), np.array([20.0, 20.0]), (2, 2))
    assert (found <= 32.0).all()
