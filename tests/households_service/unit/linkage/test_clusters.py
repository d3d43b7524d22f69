from __future__ import annotations

import numpy as np

from households_service.linkage.arrays import Float64, Int32
from households_service.linkage.candidates import Pairs
from households_service.linkage.clusters import clustered


def cluster(known: dict[tuple[int, int], float], otherwise: float) -> set[tuple[int, int]]:
    pairs = sorted(known)
    found = clustered(
        Pairs(
            left=np.array([a for a, _ in pairs], dtype=np.int32), right=np.array([b for _, b in pairs], dtype=np.int32)
        ),
        np.array([known[pair] for pair in pairs]),
        cut_bits=0.0,
        score=lambda left, right: np.full(len(left), otherwise),
    )
    return {
        (a, b)
        for a, b, bits in zip(found.pairs.left.tolist(), found.pairs.right.tolist(), found.bits.tolist(), strict=True)
        if bits >= 0
    }


def test_a_record_is_taken_in_by_most_of_a_group_though_one_pair_was_never_compared() -> None:
    known = {(0, 1): 9.0, (0, 2): 9.0, (1, 2): 9.0, (0, 3): 5.0, (1, 3): 4.0}
    assert cluster(known, otherwise=-2.0) == {(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)}


def test_one_pair_does_not_chain_two_groups() -> None:
    known = {(a, b): 10.0 for group in ((0, 1, 2), (3, 4, 5)) for a in group for b in group if a < b}
    known[2, 3] = 6.0
    groups = {(0, 1), (0, 2), (1, 2), (3, 4), (3, 5), (4, 5)}
    assert cluster(known, otherwise=-12.0) == groups


def test_nothing_likely_is_no_cluster() -> None:
    def never(left: Int32, right: Int32) -> Float64:
        raise AssertionError

    empty = np.empty(0, dtype=np.int32)
    found = clustered(Pairs(left=empty, right=empty), np.empty(0), cut_bits=0.0, score=never)
    assert len(found.bits) == 0
