from __future__ import annotations

import numpy as np

from households_service.linkage.candidates import Pairs
from households_service.linkage.household import household_bits


def gained(pairs: list[tuple[int, int, float]], household: list[int], agree: list[bool] | None = None) -> list[float]:
    made = Pairs(
        left=np.array([left for left, _, _ in pairs], dtype=np.int32),
        right=np.array([right for _, right, _ in pairs], dtype=np.int32),
    )
    bits = np.array([bits for _, _, bits in pairs])
    same = np.array(agree or [False] * len(pairs))
    found = household_bits(made, bits, np.array(household, dtype=np.int32), numbers_agree=same)
    return [round(float(bit), 1) for bit in found]


def test_a_doubtful_member_is_helped_by_a_sure_one_of_the_same_home() -> None:
    # feed rows 0 and 1 are one family; registered rows 2 and 3 live together, row 4 elsewhere
    assert gained([(0, 2, 12.0), (1, 3, -1.0), (1, 4, -1.0)], [0, 0, 7, 7, 8])[1:] == [4.0, -2.0]


def test_rows_without_a_household_and_numbers_that_agree_gain_nothing() -> None:
    assert gained([(0, 2, 12.0), (1, 3, -1.0)], [-1, -1, 7, 7]) == [0.0, 0.0]
    assert gained([(0, 2, 12.0), (1, 3, -1.0)], [7, 7, 7, 7], [True, True]) == [0.0, 0.0]


def test_one_registered_person_does_not_vouch_for_two_rows() -> None:
    assert gained([(0, 2, 12.0), (1, 2, 3.0)], [0, 0, 7]) == [0.0, 0.0]
