from __future__ import annotations

import pytest

from benchmarks.linkage_scores import best_f1, best_f1_in_groups, one_to_one

TRUTH = {(0, 1), (0, 2), (1, 2), (3, 4)}


def test_the_best_threshold_is_taken_and_none_lies_between_pairs_of_one_score() -> None:
    assert best_f1([(0, 1, 9.0), (3, 4, 8.0), (0, 3, 1.0)], TRUTH) == pytest.approx(2 * 2 / (2 + 4))
    assert best_f1([(0, 1, 9.0), (0, 3, 9.0)], TRUTH) == pytest.approx(2 * 1 / (2 + 4))


def test_whoever_is_connected_is_one_person() -> None:
    scored = [(0, 1, 9.0), (1, 2, 8.0), (3, 4, 7.0), (2, 3, 1.0)]
    assert best_f1(scored, TRUTH) == pytest.approx(2 * 3 / (3 + 4))
    assert best_f1_in_groups(scored, TRUTH) == 1.0


def test_a_wrong_bridge_joins_two_persons_pairs() -> None:
    assert best_f1_in_groups([(0, 1, 9.0), (1, 2, 9.0), (2, 3, 9.0), (3, 4, 9.0)], TRUTH) == pytest.approx(
        2 * 4 / (10 + 4)
    )


def test_one_to_one_keeps_the_best_of_each_row() -> None:
    assert one_to_one([(0, 0, 5.0), (0, 1, 9.0), (1, 1, 8.0), (1, 0, 1.0)]) == [(0, 1, 9.0), (1, 0, 1.0)]


def test_no_pairs_are_worth_nothing() -> None:
    assert best_f1([], TRUTH) == best_f1_in_groups([], TRUTH) == 0.0
