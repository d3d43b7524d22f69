"""Which rows of one file are the same person: chains of likely pairs, cut where the whole does not hold together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import linkage
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from households_service.linkage.arrays import Float64, Int32, Int64
from households_service.linkage.candidates import Pairs

LARGEST_GROUP = 400
"""Above it a chain is first cut at its weakest links: one person does not have so many records."""
_MOST_BITS = 30.0
_TEMPER = 2.0
_WHOLE_GROUPS_BITS = 2.4
"""Found on invented registers of several kinds: worn ones would have more, ones full of families less."""
_REACH = 6.0
"""So far below the cut pairs are still laid together to be judged as a group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustering:
    """Every pair of rows within a cluster, with the bits by which the weakest merge that holds it was for it."""

    pairs: Pairs
    bits: Float64


def components(rows: int, left: Int32, right: Int32) -> Int32:
    """Number of the connected group per row."""
    graph = coo_matrix((np.ones(len(left), dtype=np.int8), (left, right)), shape=(rows, rows))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int32)


def clustered(
    pairs: Pairs,
    bits: Float64,
    *,
    cut_bits: float,
    score: Callable[[Int32, Int32], Float64],
) -> Clustering:
    """Average linkage inside each chain of pairs above `cut_bits` - 3; `score` gives bits of pairs never compared."""
    likely = bits >= cut_bits - _REACH
    left, right, kept = pairs.left[likely], pairs.right[likely], bits[likely]
    groups = _groups(left, right, kept)
    inside = [_every_pair(group) for group in groups]
    if not inside:
        nothing = np.empty(0, dtype=np.int32)
        return Clustering(pairs=Pairs(left=nothing, right=nothing), bits=np.empty(0))
    one, two = (np.concatenate([pair[side] for pair in inside]) for side in (0, 1))
    known = _looked_up(one, two, pairs, bits)
    unknown = np.flatnonzero(np.isnan(known))
    known[unknown] = score(one[unknown], two[unknown])
    merged = np.empty(len(one))
    start = 0
    for group, (first, _) in zip(groups, inside, strict=True):
        part = slice(start, start + len(first))
        merged[part] = _merge_bits(len(group), known[part])
        start += len(first)
    return Clustering(pairs=Pairs(left=one, right=two), bits=merged)


def _groups(left: Int32, right: Int32, bits: Float64) -> list[Int32]:
    """Connected groups of two and more; one that is too large is taken apart by leaving out its weakest pairs."""
    found: list[Int32] = []
    waiting = [(left, right, bits)]
    while waiting:
        left, right, bits = waiting.pop()
        nodes, position = np.unique(np.concatenate([left, right]), return_inverse=True)
        labels = components(len(nodes), position[: len(left)].astype(np.int32), position[len(left) :].astype(np.int32))
        order = np.argsort(labels, kind="stable")
        starts = np.flatnonzero(np.r_[True, np.diff(labels[order]) > 0]) if len(order) else np.empty(0, np.int64)
        large = []
        for members in np.split(order, starts[1:]) if len(order) else []:
            if len(members) <= LARGEST_GROUP:
                found.append(nodes[members].astype(np.int32))
            else:
                large.append(labels[members[0]])
        if large:
            of_pair = labels[position[: len(left)]]
            for label in large:
                mine = of_pair == label
                floor = float(np.quantile(bits[mine], 0.2))
                stronger = mine & (bits > floor)
                if stronger.any():
                    waiting.append((left[stronger], right[stronger], bits[stronger]))
    return found


def _every_pair(group: Int32) -> tuple[Int32, Int32]:
    members = np.sort(group)
    one, two = np.triu_indices(len(members), k=1)
    return members[one], members[two]


def _looked_up(one: Int32, two: Int32, pairs: Pairs, bits: Float64) -> Float64:
    """Bits of pairs that were compared, NaN of others. `pairs` are in order of rows."""
    keys: Int64 = (pairs.left.astype(np.int64) << 32) | pairs.right
    wanted: Int64 = (one.astype(np.int64) << 32) | two
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, bits[at], np.nan)


def _merge_bits(size: int, bits: Float64) -> Float64:
    """Per pair the bits by which average linkage joined its two rows; condensed form, as given.

    Averaged are tempered chances, not bits: one surely different spelling must not outweigh several sure likenesses.
    Groups are joined whole or not at all, so where one record meets many of a person a third of likely pairs is
    enough; two large groups have so many pairs that the average speaks for itself.
    """
    if size == 2:
        return bits
    distance = 1.0 - 1.0 / (1.0 + np.exp2(-np.clip(bits, -_MOST_BITS, _MOST_BITS) / _TEMPER))
    joined = np.empty((size, size))
    members: list[Int64] = [np.array([row]) for row in range(size)]
    for first, second, height, _ in linkage(distance, method="average"):
        one, two = members[int(first)], members[int(second)]
        few, many = sorted((len(one), len(two)))
        together = _WHOLE_GROUPS_BITS * (1.0 - 1.0 / many) / few
        level = _TEMPER * np.log2((1.0 - height) / height) + together
        joined[np.ix_(one, two)] = level
        joined[np.ix_(two, one)] = level
        members.append(np.concatenate([one, two]))
    return np.asarray(joined[np.triu_indices(size, k=1)])
