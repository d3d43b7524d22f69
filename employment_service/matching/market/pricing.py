"""Passes over all feasible pairs at given prices: the best of each worker, and what all of them prove together.

Importing this loads numba.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from employment_service.compiled import compiled
from employment_service.matching.assignment import Edges
from employment_service.matching.market.kernel import Feasible
from employment_service.matching.market.scan import Columns, Scores

Ints = NDArray[np.int64]
Int32s = NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """For each worker the pairs worth most at the prices, as edges; `surplus` (workers,): the best of each, at least 0,
    over *all* pairs.
    """

    edges: Edges
    surplus: Ints


def best_at(pairs: Feasible, prices: Ints, *, most: int, above: Ints | None = None) -> Offer:
    """Up to `most` pairs a worker, by score minus price. `above`: only pairs worth more than this to their worker."""
    workers = len(pairs.first)
    found = np.minimum(pairs.options, most)
    starts = np.concatenate(([0], np.cumsum(found))).astype(np.int64)
    vacancy, score = np.empty(starts[-1], dtype=np.int32), np.empty(starts[-1], dtype=np.int32)
    counts, surplus = np.zeros(workers, dtype=np.int64), np.zeros(workers, dtype=np.int64)
    floor = np.full(workers, np.iinfo(np.int64).min) if above is None else above
    listed = _Listed(pairs.first, pairs.last, pairs.vacancy, pairs.score)
    _best(listed, prices, floor, most, _Found(starts, vacancy, score, counts, surplus))
    return Offer(edges=_packed(starts, counts, vacancy, score), surplus=surplus)


def joined(one: Edges, other: Edges) -> Edges:
    """Two lists of the same workers that share no pair."""
    counts = np.diff(one.starts) + np.diff(other.starts)
    starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    vacancy, score = np.empty(starts[-1], dtype=np.int32), np.empty(starts[-1], dtype=np.int32)
    at_one = np.arange(len(one.vacancy)) + np.repeat(starts[:-1] - one.starts[:-1], np.diff(one.starts))
    shift = starts[:-1] + np.diff(one.starts) - other.starts[:-1]
    at_other = np.arange(len(other.vacancy)) + np.repeat(shift, np.diff(other.starts))
    vacancy[at_one], score[at_one] = one.vacancy, one.score
    vacancy[at_other], score[at_other] = other.vacancy, other.score
    return Edges(starts=starts, vacancy=vacancy, score=score)


def of_workers(pairs: Feasible, chosen: Ints, *, most: int) -> Edges:
    """All pairs of some workers, at most their `most` best by score."""
    part = Feasible(first=pairs.first[chosen], last=pairs.last[chosen], vacancy=pairs.vacancy, score=pairs.score)
    return best_at(part, np.zeros(int(pairs.vacancy.max(initial=0)) + 1, dtype=np.int64), most=most).edges


def edge_surplus(edges: Edges, prices: Ints) -> Ints:
    """The best of each worker among the edges, at least 0."""
    surplus = np.zeros(edges.workers, dtype=np.int64)
    _edge_surplus(edges.starts, edges.vacancy, edges.score, prices, surplus)
    return surplus


def wanted_at(edges: Edges, surplus: Ints, vacancies: int) -> Ints:
    """By vacancy the price from which on no worker of the edges prefers it: what a first place there is worth."""
    prices = np.zeros(vacancies, dtype=np.int64)
    _wanted(edges.starts, edges.vacancy, edges.score, surplus, prices)
    return prices


def _packed(starts: Ints, counts: Ints, vacancy: Int32s, score: Int32s) -> Edges:
    if int(counts.sum()) == len(vacancy):
        return Edges(starts=starts, vacancy=vacancy, score=score)
    kept = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    at = np.arange(kept[-1]) + np.repeat(starts[:-1] - kept[:-1], counts)
    return Edges(starts=kept, vacancy=vacancy[at], score=score[at])


class _Listed(NamedTuple):
    first: Ints
    last: Ints
    vacancy: Columns
    score: Scores


class _Found(NamedTuple):
    """What is filled: edges from `starts` on, how many, and the best of each worker."""

    starts: Ints
    vacancy: Int32s
    score: Int32s
    counts: Ints
    surplus: Ints


@compiled
def _best(pairs: _Listed, prices: Ints, above: Ints, most: int, found: _Found) -> None:
    """A small heap a worker, the worst kept pair on top; ties go to the pair met first."""
    worth = np.empty(most, np.int64)
    place = np.empty(most, np.int64)
    for w in range(len(pairs.first)):
        size = 0
        best = np.int64(0)
        floor = above[w]
        for at in range(pairs.first[w], pairs.last[w]):
            value = np.int64(pairs.score[at]) - prices[pairs.vacancy[at]]
            if value <= floor:
                continue
            best = max(best, value)
            if size < most:
                node = size
                size += 1
                while node > 0 and worth[(node - 1) >> 1] > value:
                    worth[node], place[node] = worth[(node - 1) >> 1], place[(node - 1) >> 1]
                    node = (node - 1) >> 1
                worth[node], place[node] = value, at
                if size == most:
                    floor = max(floor, worth[0])
            else:
                node = 0
                while True:
                    child = 2 * node + 1
                    if child >= size:
                        break
                    if child + 1 < size and worth[child + 1] < worth[child]:
                        child += 1
                    if worth[child] >= value:
                        break
                    worth[node], place[node] = worth[child], place[child]
                    node = child
                worth[node], place[node] = value, at
                floor = max(floor, worth[0])
        for kept in range(size):
            found.vacancy[found.starts[w] + kept] = pairs.vacancy[place[kept]]
            found.score[found.starts[w] + kept] = pairs.score[place[kept]]
        found.counts[w] = size
        found.surplus[w] = best


@compiled
def _edge_surplus(starts: Ints, columns: Int32s, scores: Int32s, prices: Ints, surplus: Ints) -> None:
    for w in range(len(starts) - 1):
        best = np.int64(0)
        for at in range(starts[w], starts[w + 1]):
            best = max(best, np.int64(scores[at]) - prices[columns[at]])
        surplus[w] = best


@compiled
def _wanted(starts: Ints, columns: Int32s, scores: Int32s, surplus: Ints, prices: Ints) -> None:
    for w in range(len(starts) - 1):
        for at in range(starts[w], starts[w + 1]):
            prices[columns[at]] = max(prices[columns[at]], np.int64(scores[at]) - surplus[w])
