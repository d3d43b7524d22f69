"""Pairs and short lists of a plan over all pairs, changed for some people. Loading it loads numba."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from employment_service.compiled import compiled
from employment_service.matching.assignment.domain import Edges, Flags, Int32s, Int64s
from employment_service.matching.market.kernel import Feasible
from employment_service.matching.market.scan import Columns, Scores


def patched(pairs: Feasible, rows: Int64s, lists: Feasible) -> Feasible:
    """With other pairs of some rows, or of new ones behind; they lie at the end, and what they had is left unused."""
    if not len(rows):
        return pairs
    count = max(len(pairs.first), int(rows.max()) + 1)
    first, last = longer(pairs.first, count, 0), longer(pairs.last, count, 0)
    first[rows], last[rows] = lists.first + len(pairs.vacancy), lists.last + len(pairs.vacancy)
    columns: Columns = np.concatenate([pairs.vacancy, lists.vacancy.astype(pairs.vacancy.dtype)])
    return Feasible(first=first, last=last, vacancy=columns, score=np.concatenate([pairs.score, lists.score]))


def options_at(pairs: Feasible, open_now: Flags) -> Int64s:
    """By worker how many of their vacancies have a place."""
    found = np.zeros(len(pairs.first), dtype=np.int64)
    _count(pairs.first, pairs.last, pairs.vacancy, open_now, found)
    return found


def scores_at(pairs: Feasible, vacancy: Int32s) -> Int32s:
    """By worker the score of the pair with this vacancy, 0 where there is none."""
    found = np.zeros(len(vacancy), dtype=np.int32)
    _held(pairs.first, pairs.last, pairs.vacancy, pairs.score, vacancy, found)
    return found


def surplus_at(pairs: Feasible, prices: Int64s) -> Int64s:
    """By worker the most that any of their pairs is worth at the prices, at least 0."""
    found = np.zeros(len(pairs.first), dtype=np.int64)
    _surplus(pairs.first, pairs.last, pairs.vacancy, pairs.score, prices.astype(np.int32), found)
    return found


@compiled
def _surplus(  # noqa: PLR0917 - one loop, with its arrays
    first: Int64s, last: Int64s, columns: Columns, score: Scores, prices: Int32s, found: Int64s
) -> None:
    for who in range(len(first)):
        best = np.int32(0)
        for at in range(first[who], last[who]):
            best = max(best, np.int32(score[at]) - prices[columns[at]])
        found[who] = best


@compiled
def _held(  # noqa: PLR0917 - one loop, with its arrays
    first: Int64s, last: Int64s, columns: Columns, score: Scores, vacancy: Int32s, found: Int32s
) -> None:
    for who in range(len(vacancy)):
        if vacancy[who] >= 0:
            for at in range(first[who], last[who]):
                if columns[at] == vacancy[who]:
                    found[who] = score[at]


@compiled
def _count(first: Int64s, last: Int64s, vacancy: Columns, open_now: Flags, found: Int64s) -> None:
    for who in range(len(first)):
        for at in range(first[who], last[who]):
            found[who] += open_now[vacancy[at]]


def edges_of_column(edges: Edges, column: int) -> Int64s:
    """Workers who list it."""
    return np.searchsorted(edges.starts, np.flatnonzero(edges.vacancy == column), side="right") - 1


def usable(edges: Edges) -> Edges:
    who = np.repeat(np.arange(edges.workers), np.diff(edges.starts))[edges.score >= 0]
    kept = edges.score >= 0
    return _sorted(who, edges.vacancy[kept], edges.score[kept], edges.workers)


def with_more(edges: Edges, who: Int64s, vacancy: Int32s, score: Int32s, count: int) -> Edges:
    owner = np.repeat(np.arange(edges.workers), np.diff(edges.starts))
    return _sorted(
        np.concatenate([owner, who]),
        np.concatenate([edges.vacancy, vacancy]),
        np.concatenate([edges.score, score]),
        count,
    )


def _sorted(worker: Int64s, vacancy: Int32s, score: Int32s, count: int) -> Edges:
    order = np.argsort(worker, kind="stable")
    return Edges(
        starts=np.concatenate(([0], np.cumsum(np.bincount(worker, minlength=count)))).astype(np.int64),
        vacancy=vacancy[order].astype(np.int32),
        score=score[order].astype(np.int32),
    )


def part(pairs: Feasible, rows: Int64s) -> Feasible:
    return replace(pairs, first=pairs.first[rows], last=pairs.last[rows])


def longer(array: np.ndarray, count: int, fill: int) -> np.ndarray:
    return np.concatenate([array, np.full(count - len(array), fill, dtype=array.dtype)])


def slices(starts: Int64s) -> list[slice]:
    return [slice(int(start), int(end)) for start, end in pairwise(starts)]


def with_held(edges: Edges, pairs: Feasible, vacancy: Int32s) -> Edges:
    """Whoever goes to a vacancy has it listed: couples and batches are where no price alone would put them."""
    who = np.repeat(np.arange(edges.workers), np.diff(edges.starts))
    listed = np.zeros(edges.workers, dtype=np.bool_)
    listed[who[edges.vacancy == vacancy[who]]] = True
    missing = np.flatnonzero((vacancy >= 0) & ~listed)
    if not len(missing):
        return edges
    at = edges.starts[missing + 1]
    scores = scores_at(part(pairs, missing), vacancy[missing])
    more = np.zeros(edges.workers, dtype=np.int64)
    more[missing] = 1
    return Edges(
        starts=edges.starts + np.concatenate(([0], np.cumsum(more))),
        vacancy=np.insert(edges.vacancy, at, vacancy[missing]).astype(np.int32),
        score=np.insert(edges.score, at, scores).astype(np.int32),
    )


def with_rows(edges: Edges, rows: Int64s, lists: Edges, vacancy: Int32s, count: int) -> Edges:
    """Edges that may be used, and for these rows room for their lists, worth nothing yet, beside where they are."""
    barred = np.unique(np.searchsorted(edges.starts, np.flatnonzero(edges.score < 0), side="right") - 1)
    lengths = longer(np.diff(edges.starts), count, 0)
    columns, scores, done = [], [], 0
    fresh = dict(zip(rows.tolist(), slices(lists.starts), strict=True))
    for row in np.union1d(rows, barred).tolist():
        own = slice(*edges.starts[[row, row + 1]].tolist()) if row < edges.workers else slice(len(edges.vacancy), None)
        usable = edges.score[own] >= 0
        if row in fresh:
            usable &= edges.vacancy[own] == vacancy[row]
        new = lists.vacancy[fresh[row]] if row in fresh else edges.vacancy[:0]
        new = new[new != vacancy[row]]
        columns += [edges.vacancy[done : own.start], edges.vacancy[own][usable], new]
        scores += [edges.score[done : own.start], edges.score[own][usable], np.zeros(len(new), dtype=np.int32)]
        lengths[row] = usable.sum() + len(new)
        done = own.start if own.stop is None else own.stop
    return Edges(
        starts=np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
        vacancy=np.concatenate([*columns, edges.vacancy[done:]]).astype(np.int32),
        score=np.concatenate([*scores, edges.score[done:]]).astype(np.int32),
    )
