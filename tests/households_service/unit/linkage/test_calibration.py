from __future__ import annotations

import numpy as np
import pytest

from households_service.linkage.calibration import chosen_threshold


def test_the_best_expected_balance_lies_between_likely_and_unlikely_pairs() -> None:
    found = chosen_threshold(np.array([9.0, 8.0, 3.0, -3.0, -9.0]), target_precision=None)
    assert found.bits == 0.0
    assert found.probability == 0.5
    assert found.expected_precision == pytest.approx(0.962, abs=1e-3)


@pytest.mark.parametrize("bits", [[-2.1], [-6.0, -7.0, -30.0]], ids=["hardly likely", "strangers"])
def test_nothing_is_linked_where_no_pair_is_likely(bits: list[float]) -> None:
    found = chosen_threshold(np.array(bits), target_precision=None)
    assert found.bits == np.inf
    assert found.expected_recall == 0.0


def test_pairs_beyond_doubt_are_linked_and_strangers_beside_them_are_not() -> None:
    found = chosen_threshold(np.array([20.0, 7.0, -12.0]), target_precision=None)
    assert -12.0 < found.bits <= 7.0


def test_a_target_of_precision_is_held_by_the_lowest_threshold_or_by_none() -> None:
    bits = np.array([10.0, 6.0, 0.0, -4.0])
    held = chosen_threshold(bits, target_precision=0.99)
    assert 0.0 < held.bits <= 6.0
    assert held.expected_precision >= 0.99
    assert chosen_threshold(np.array([1.0, 0.0]), target_precision=0.99).bits == np.inf


def test_without_pairs_nothing_is_linked() -> None:
    assert chosen_threshold(np.empty(0), target_precision=None).bits == np.inf
