from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from households_service.linkage.arrays import Float32, Float64, Int32, Int64
from households_service.linkage.candidates import Pairs
from households_service.linkage.clusters import Clustering, clustered


@dataclass(frozen=True, slots=True)
class MeanBits:
    """Two groups are as alike as their pairs of rows on average."""

    known: dict[tuple[int, int], float]
    otherwise: float

    def measured(self, left: Int32 | Int64, right: Int32 | Int64) -> Float32:
        bits = [self.known.get(pair, self.otherwise) for pair in zip(left.tolist(), right.tolist(), strict=True)]
        return np.column_stack([np.array(bits, dtype=np.float32), np.ones(len(bits), dtype=np.float32)])

    def bits(self, sums: Float32, few: Int64, many: Int64) -> Float64:
        assert (few <= many).all()
        return np.asarray(sums[:, 0] / sums[:, -1], dtype=np.float64)


def clustering(known: dict[tuple[int, int], float], otherwise: float, rows: int = 8) -> Clustering:
    pairs = sorted(known)
    left, right = (np.array([pair[side] for pair in pairs], dtype=np.int32) for side in (0, 1))
    bits = np.array([known[pair] for pair in pairs])
    return clustered(Pairs(left=left, right=right), bits, rows=rows, evidence=MeanBits(known, otherwise))


def cluster(known: dict[tuple[int, int], float], otherwise: float, cut: float = 0.0) -> set[tuple[int, int]]:
    found = clustering(known, otherwise)
    pairs = zip(found.pairs.left.tolist(), found.pairs.right.tolist(), strict=True)
    return {pair for pair, bits in zip(pairs, found.bits.tolist(), strict=True) if bits >= cut}


def test_a_record_is_taken_in_by_most_of_a_group_though_one_pair_was_never_compared() -> None:
    known = {(0, 1): 9.0, (0, 2): 9.0, (1, 2): 9.0, (0, 3): 5.0, (1, 3): 4.0}
    assert cluster(known, otherwise=-2.0) == {(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)}


def test_one_pair_does_not_chain_two_groups() -> None:
    known = {(a, b): 10.0 for group in ((0, 1, 2), (3, 4, 5)) for a in group for b in group if a < b}
    known[2, 3] = 6.0
    groups = {(0, 1), (0, 2), (1, 2), (3, 4), (3, 5), (4, 5)}
    assert cluster(known, otherwise=-12.0) == groups


def test_nothing_likely_is_no_cluster() -> None:
    assert len(clustering({}, otherwise=-9.0).bits) == 0
    assert len(clustering({(0, 1): -20.0}, otherwise=-9.0).bits) == 0


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] < pair[1]),
        st.integers(-10, 12).map(float),
    ),
    st.integers(-6, 8),
)
def test_what_lies_above_any_threshold_is_whole_groups_and_no_pair_comes_twice(
    known: dict[tuple[int, int], float], cut: int
) -> None:
    found = clustering(known, otherwise=-5.0)
    pairs = list(zip(found.pairs.left.tolist(), found.pairs.right.tolist(), strict=True))
    assert len(pairs) == len(set(pairs))
    assert all(left < right for left, right in pairs)
    linked = cluster(known, otherwise=-5.0, cut=cut)
    for one, two in linked:
        for three in range(8):
            if tuple(sorted((two, three))) in linked and three not in {one, two}:
                assert tuple(sorted((one, three))) in linked
