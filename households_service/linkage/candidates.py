"""Pairs worth comparing: rows that share a key, the rarest keys first, at most a few hundred for a row.

A posting list longer than the bound is skipped, never cut: a cut list would lose people by where they stand in a file.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from households_service.linkage.arrays import SIEVE_BITS, Int32, Int64, UInt64, sieve
from households_service.linkage.keys import LARGE_TABLE, Key, keys_of
from households_service.linkage.table import PersonTable

MOST_PER_ROW = 300
LONGEST_LIST = 150
_MOST_RAW = 1200
_LEAST_RAW = 120
_RAW_PAIRS = 6_000_000
"""Pairs expanded in all before repeats are dropped; a bound on time and memory."""
_CHUNK = 32_768
_NONE = np.uint64(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Row numbers of the table; in one file left < right."""

    left: Int32
    right: Int32

    def __len__(self) -> int:
        return len(self.left)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Postings:
    """Lists of one key: for `rows` of the left side, `order[start : start + size]` are the right rows."""

    rows: Int32
    start: Int32
    size: Int32
    order: Int32


def candidate_pairs(table: PersonTable, *, most_per_row: int = MOST_PER_ROW, longest_list: int = LONGEST_LIST) -> Pairs:
    left = slice(0, table.left_rows)
    right = left if table.is_one_file else slice(table.left_rows, table.rows)
    postings = [_postings(key, left, right, longest_list) for key in keys_of(table)]
    raw = int(np.clip(_RAW_PAIRS // max(1, table.left_rows), _LEAST_RAW, _MOST_RAW))
    if table.rows > LARGE_TABLE:
        raw = _LEAST_RAW
    return union(_rarest_first(postings, raw), right.start, one_file=table.is_one_file, most_per_row=most_per_row)


def merged_pairs(one: Pairs, two: Pairs) -> Pairs:
    """Each pair once, in order of rows."""
    keys = np.unique(np.concatenate([(pairs.left.astype(np.int64) << 32) | pairs.right for pairs in (one, two)]))
    return Pairs(left=(keys >> 32).astype(np.int32), right=(keys & 0xFFFFFFFF).astype(np.int32))


def _postings(key: Key, left: slice, right: slice, longest: int) -> _Postings:
    left_keys = key.of(left, right=False)
    rows = np.flatnonzero(left_keys != _NONE).astype(np.int32)
    left_keys = left_keys[rows]
    if left == right and key.swapped is None:
        right_rows, right_keys = rows, left_keys
    else:
        right_rows, right_keys = _offered(key, rows, right)
        short = _short_enough(left_keys, right_keys, longest)
        right_rows, right_keys = right_rows[short], right_keys[short]
    by_key = np.argsort(right_keys, kind="stable")
    right_keys, order = right_keys[by_key], right_rows[by_key]
    start = np.searchsorted(right_keys, left_keys, side="left")
    size = np.searchsorted(right_keys, left_keys, side="right") - start
    kept = (size > (1 if left == right and key.swapped is None else 0)) & (size <= longest)
    return _Postings(rows=rows[kept], start=start[kept].astype(np.int32), size=size[kept].astype(np.int32), order=order)


def _offered(key: Key, wanted: Int32, right: slice) -> tuple[Int32, UInt64]:
    """Right rows, counted from the first of them, whose keys may be those of the wanted left rows.

    A Bloom filter of one short hash, a chunk at a time, which stays in the processor's cache.
    """
    bits = np.zeros(1 << SIEVE_BITS, dtype=np.bool_)
    bits[key.short(right=False)(slice(0, right.start or right.stop))[wanted]] = True
    short = key.short(right=True)
    starts = range(right.start, right.stop, _CHUNK)
    chunks = (slice(start, min(start + _CHUNK, right.stop)) for start in starts)
    rows = [np.flatnonzero(bits.take(short(chunk))) + chunk.start for chunk in chunks]
    found = np.concatenate(rows) if rows else np.empty(0, dtype=np.int64)
    keys = key.of(found, right=True)
    known = keys != _NONE
    return (found[known] - right.start).astype(np.int32), keys[known]


def _short_enough(wanted: UInt64, keys: UInt64, longest: int) -> Int64:
    """Where a key is wanted and held by at most `longest` rows: long lists are dropped before any sorting."""
    distinct = np.unique(wanted)
    if not len(distinct) or not len(keys):
        return np.empty(0, dtype=np.int64)
    at = np.minimum(np.searchsorted(distinct, keys), len(distinct) - 1)
    found = distinct[at] == keys
    held = np.bincount(at[found], minlength=len(distinct))
    return np.flatnonzero(found & (held[at] <= longest))


def short_lists_only(left: UInt64, right: UInt64, longest: int) -> tuple[UInt64, UInt64]:
    """Keys of both sides with 0 where the engine would not use them: what another engine needs to compare the same."""
    kept = np.zeros_like(right)
    wanted = left[left != _NONE]
    rows = np.flatnonzero(sieve(wanted, right) & (right != _NONE))
    rows = rows[_short_enough(wanted, right[rows], longest)]
    kept[rows] = right[rows]
    return np.where(np.isin(left, kept[rows]), left, _NONE), kept


def _rarest_first(postings: list[_Postings], most: int) -> list[tuple[Int32, Int32]]:
    """Per row the shortest lists, as long as together they hold no more than `most`; the first is always taken."""
    rows = np.concatenate([one.rows for one in postings])
    size = np.concatenate([one.size for one in postings])
    source = np.repeat(np.arange(len(postings), dtype=np.int16), [len(one.rows) for one in postings])
    place = np.concatenate([np.arange(len(one.rows), dtype=np.int32) for one in postings])
    order = np.lexsort((size, rows))
    rows, size, source, place = rows[order], size[order], source[order], place[order]
    running = np.cumsum(size, dtype=np.int64)
    first = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]]) if len(rows) else np.empty(0, np.int64)
    before = np.repeat(running[first] - size[first], np.diff(np.r_[first, len(rows)]))
    taken = (running - before <= most) | np.isin(np.arange(len(rows)), first)
    chosen = []
    for number, one in enumerate(postings):
        mine = place[taken & (source == number)]
        if len(mine):
            chosen.append(_expanded(one, mine))
    return chosen


def _expanded(postings: _Postings, mine: Int32) -> tuple[Int32, Int32]:
    size, start = postings.size[mine].astype(np.int64), postings.start[mine].astype(np.int64)
    ends = np.cumsum(size)
    within = np.arange(ends[-1]) - np.repeat(ends - size, size)
    return np.repeat(postings.rows[mine], size), postings.order[np.repeat(start, size) + within]


def union(found: list[tuple[Int32, Int32]], right_start: int, *, one_file: bool, most_per_row: int) -> Pairs:
    """Each pair once, in order of rows; `right_start` is added to the right ones.

    A row that has more than `most_per_row` keeps those that share most keys with it.
    """
    merged, times = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int32)
    waiting: list[Int64] = []
    held = 0
    for number, (left, right) in enumerate(found):
        one, two = left.astype(np.int64), right.astype(np.int64)
        if one_file:
            apart = one != two
            one, two = np.minimum(one, two)[apart], np.maximum(one, two)[apart]
        waiting.append((one << 32) | two)
        held += len(one)
        if held > 8_000_000 or number == len(found) - 1:
            merged, times = _counted(merged, times, waiting)
            waiting, held = [], 0
    left_rows = (merged >> 32).astype(np.int32)
    kept = _most_shared(left_rows, times, most_per_row)
    merged = merged[kept]
    return Pairs(left=(merged >> 32).astype(np.int32), right=((merged & 0xFFFFFFFF) + right_start).astype(np.int32))


def _counted(merged: Int64, times: Int32, waiting: list[Int64]) -> tuple[Int64, Int32]:
    keys = np.concatenate(waiting)
    keys.sort()
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.empty(0, np.int64)
    counts = np.diff(np.r_[starts, len(keys)]).astype(np.int32)
    keys = keys[starts]
    if not len(merged):
        return keys, counts
    both, inverse = np.unique(np.concatenate([merged, keys]), return_inverse=True)
    return both, np.bincount(inverse, weights=np.concatenate([times, counts])).astype(np.int32)


def _most_shared(rows: Int32, times: Int32, most: int) -> NDArray[np.bool_]:
    sizes = np.bincount(rows) if len(rows) else np.zeros(1, np.int64)
    if sizes.max() <= most:
        return np.ones(len(rows), dtype=np.bool_)
    order = np.lexsort((-times, rows))
    starts = np.cumsum(sizes) - sizes
    rank = np.empty(len(rows), dtype=np.int64)
    rank[order] = np.arange(len(rows)) - starts[rows[order]]
    return np.asarray(rank < most)
