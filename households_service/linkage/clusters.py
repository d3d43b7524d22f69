"""Which rows of one file are the same person: groups grow from the surest pair on, and are judged as wholes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from households_service.linkage.arrays import Float32, Float64, Int32, Int64
from households_service.linkage.candidates import Pairs

_HOPELESS_BITS = -14.0
"""Groups that are so unlike are never laid together again."""
_LEAST_BITS = -6.0
"""Down to here groups are joined, so that a threshold can be chosen above it."""
_MOST_READ = 15
"""Records of a large group that speak for all of them."""
_ENDLESS = 1_000


class Evidence(Protocol):
    def measured(self, left: Int32 | Int64, right: Int32 | Int64) -> Float32:
        """Per pair of rows what can be summed; the last column counts the pairs."""
        ...

    def bits(self, sums: Float32, few: Int64, many: Int64) -> Float64:
        """Log odds that two groups of `few` and `many` rows are one person."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustering:
    """Every pair of rows within a cluster, with the bits by which its two groups were joined.

    No pair has more bits than one that was joined before it: whatever the threshold, what is linked is whole groups.
    """

    pairs: Pairs
    bits: Float64


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edges:
    """Pairs of groups, each named by one of its rows, the lower first."""

    one: Int64
    two: Int64
    sums: Float32

    def kept(self, rows: Int64) -> _Edges:
        return _Edges(one=self.one[rows], two=self.two[rows], sums=self.sums[rows])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Members:
    """Rows by group: those of group g are `rows[start[g] : start[g] + size[g]]`."""

    rows: Int64
    start: Int64
    size: Int64

    @staticmethod
    def of(owner: Int64) -> _Members:
        size = np.bincount(owner, minlength=len(owner))
        return _Members(rows=np.argsort(owner, kind="stable"), start=np.cumsum(size) - size, size=size)

    def across(self, one: Int64, two: Int64, *, most: int = _ENDLESS**2) -> tuple[Int64, Int64, Int64]:
        """Every pair of rows between the groups one[i] and two[i], and i; of each group at most `most` rows."""
        first, second = np.minimum(self.size[one], most), np.minimum(self.size[two], most)
        count = first * second
        ends = np.cumsum(count)
        which = np.repeat(np.arange(len(one)), count)
        within = np.arange(len(which)) - (ends - count)[which]
        left = self.rows[self.start[one][which] + within // second[which]]
        right = self.rows[self.start[two][which] + within % second[which]]
        return np.minimum(left, right), np.maximum(left, right), which


def clustered(pairs: Pairs, bits: Float64, *, rows: int, evidence: Evidence) -> Clustering:
    """Agglomeration over the candidates: pairs of groups that are each other's best are joined, round by round."""
    likely = np.flatnonzero(bits >= _HOPELESS_BITS)
    one, two = pairs.left[likely].astype(np.int64), pairs.right[likely].astype(np.int64)
    edges = _Edges(one=one, two=two, sums=evidence.measured(one, two))
    owner: Int64 = np.arange(rows)
    level = np.full(rows, np.inf)
    found: list[tuple[Int64, Int64, Float64]] = []
    for _ in range(_ENDLESS):
        members = _Members.of(owner)
        score = _score(edges, members.size, evidence)
        joined = _each_others_best(edges, score, rows)
        if not len(joined):
            break
        into, gone = edges.one[joined], edges.two[joined]
        level[into] = np.minimum(score[joined], np.minimum(level[into], level[gone]))
        left, right, which = members.across(into, gone)
        found.append((left, right, level[into][which]))
        edges = edges.kept(np.flatnonzero(score >= _HOPELESS_BITS))
        edges, owner = _after(edges, members, owner, (into, gone), evidence)
    return _collected(found)


def _score(edges: _Edges, size: Int64, evidence: Evidence) -> Float64:
    first, second = size[edges.one], size[edges.two]
    return evidence.bits(edges.sums, np.minimum(first, second), np.maximum(first, second))


def _each_others_best(edges: _Edges, score: Float64, rows: int) -> Int64:
    best = np.full(rows, -np.inf)
    np.maximum.at(best, edges.one, score)
    np.maximum.at(best, edges.two, score)
    mutual = np.flatnonzero((score >= _LEAST_BITS) & (score >= best[edges.one]) & (score >= best[edges.two]))
    taken: set[int] = set()
    kept = []
    for at, one, two in zip(mutual.tolist(), edges.one[mutual].tolist(), edges.two[mutual].tolist(), strict=True):
        if one not in taken and two not in taken:
            taken.update((one, two))
            kept.append(at)
    return np.array(kept, dtype=np.int64)


def _after(
    edges: _Edges, members: _Members, owner: Int64, joined: tuple[Int64, Int64], evidence: Evidence
) -> tuple[_Edges, Int64]:
    """The edges between the groups that there are now; pairs of rows between them that nobody compared are measured."""
    into, gone = joined
    rows = len(owner)
    now: Int64 = np.arange(rows)
    now[gone] = into
    other = np.full(rows, -1, dtype=np.int64)
    other[into] = gone
    one, two = now[edges.one], now[edges.two]
    apart = np.flatnonzero(one != two)
    keys = np.minimum(one, two)[apart] * rows + np.maximum(one, two)[apart]
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    starts = np.flatnonzero(np.r_[True, np.diff(keys) > 0]) if len(order) else np.empty(0, np.int64)
    # the sums of many edges are most of the memory: they are copied no more often than needed
    sums = np.add.reduceat(edges.sums[apart[order]], starts, axis=0) if len(order) else edges.sums[:0]
    known = keys[starts]
    new = _Edges(one=known // rows, two=known % rows, sums=sums)
    size = np.bincount(now[owner], minlength=rows)
    pairs = size[new.one] * size[new.two]
    unlike = _score(new, size, evidence) < _HOPELESS_BITS
    lacking = np.flatnonzero((sums[:, -1] < pairs - 0.5) & ~unlike)
    before = np.sort(np.minimum(edges.one, edges.two) * rows + np.maximum(edges.one, edges.two))
    for first in (new.one[lacking], other[new.one[lacking]]):
        for second in (new.two[lacking], other[new.two[lacking]]):
            there = np.flatnonzero((first >= 0) & (second >= 0))
            key = np.minimum(first, second)[there] * rows + np.maximum(first, second)[there]
            at = np.minimum(np.searchsorted(before, key), len(before) - 1)
            there = there[before[at] != key]
            _measure(new, lacking[there], (first[there], second[there]), members, evidence)
    return new.kept(np.flatnonzero(~unlike)), now[owner]


def _measure(edges: _Edges, which: Int64, groups: tuple[Int64, Int64], members: _Members, evidence: Evidence) -> None:
    """Adds what the rows of `groups` say to the sums of the edges `which`, in place."""
    if not len(which):
        return
    left, right, pair = members.across(*groups, most=_MOST_READ)
    found = evidence.measured(left, right)
    starts = np.flatnonzero(np.r_[True, np.diff(pair) > 0])
    added = np.add.reduceat(found, starts, axis=0)
    whole = (members.size[groups[0]] * members.size[groups[1]]).astype(np.float32)
    edges.sums[which] += added * (whole / added[:, -1])[:, None]


def _collected(found: list[tuple[Int64, Int64, Float64]]) -> Clustering:
    if not found:
        nothing = np.empty(0, dtype=np.int32)
        return Clustering(pairs=Pairs(left=nothing, right=nothing), bits=np.empty(0))
    left, right = (np.concatenate([part[side] for part in found]).astype(np.int32) for side in (0, 1))
    return Clustering(pairs=Pairs(left=left, right=right), bits=np.concatenate([part[2] for part in found]))
