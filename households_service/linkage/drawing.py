"""Pairs drawn so that they tell what all pairs of two files are like, the rare and telling ones among them too.

Drawn evenly, hardly any pair shares a home or a name; so some are drawn among those that share a value of each column,
and every pair says for how many it stands (importance sampling, all ways of being drawn counted together).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from households_service.linkage.arrays import Flags, Float64, Int32, Int64, ranked
from households_service.linkage.candidates import Pairs
from households_service.linkage.table import PersonTable

_EVENLY = 60_000
_OF_A_COLUMN = 6_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    left: Int64
    right: Int64
    stands_for: Float64
    """Pairs of the files that each one stands for."""
    evenly: Flags
    """Drawn from all pairs alike."""


def drawn_pairs(table: PersonTable, chance: np.random.Generator) -> Drawn:
    left, right = random_pairs(table, chance)
    even = len(left)
    every = _all_pairs(table)
    if even >= every:
        ones = np.ones(even)
        return Drawn(left=left, right=right, stands_for=ones, evenly=ones > 0)
    columns = []
    found = [(left, right)]
    for codes in _columns(table):
        shared = _sharing(codes, table, chance)
        if shared is not None:
            one, two, total = shared
            columns.append((codes, len(one) / total))
            found.append((one, two))
    left, right = (np.concatenate([part[side] for part in found]) for side in (0, 1))
    rate = np.full(len(left), even / every)
    for codes, density in columns:
        first = codes[left]
        rate += np.where((first >= 0) & (first == codes[right]), density, 0.0)
    return Drawn(left=left, right=right, stands_for=1.0 / rate, evenly=np.arange(len(left)) < even)


def not_among(drawn: Drawn, pairs: Pairs) -> Int64:
    """Which of the drawn pairs are not among `pairs`, which are in order of rows."""
    known = (pairs.left.astype(np.int64) << 32) | pairs.right
    low, high = np.minimum(drawn.left, drawn.right), np.maximum(drawn.left, drawn.right)
    keys = (low << 32) | high
    if not len(known):
        return np.arange(len(keys))
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.flatnonzero(known[at] != keys)


def random_pairs(table: PersonTable, chance: np.random.Generator) -> tuple[Int64, Int64]:
    """Rows taken at random, mostly of two people. Of a small table every pair once."""
    if table.is_one_file:
        if _all_pairs(table) <= _EVENLY:
            one, two = np.triu_indices(table.rows, k=1)
            return one.astype(np.int64), two.astype(np.int64)
        left = chance.integers(0, table.rows, _EVENLY)
        right = chance.integers(0, table.rows, _EVENLY)
        return left[left != right], right[left != right]
    if table.left_rows * table.right_rows <= _EVENLY:
        left = np.repeat(np.arange(table.left_rows), table.right_rows)
        return left, np.tile(np.arange(table.left_rows, table.rows), table.left_rows)
    left = chance.integers(0, table.left_rows, _EVENLY)
    return left, chance.integers(table.left_rows, table.rows, _EVENLY)


def _all_pairs(table: PersonTable) -> float:
    if table.is_one_file:
        return table.rows * (table.rows - 1) / 2
    return float(table.left_rows) * table.right_rows


def _columns(table: PersonTable) -> Iterator[Int32]:
    if table.names is not None:
        yield table.names.first
        yield table.names.last
    for dates in table.dates.values():
        yield _numbered(dates.codes)
        yield np.where(dates.codes > 0, dates.year.astype(np.int32), np.int32(-1))
    for column in table.texts.values():
        yield column.codes


def _numbered(codes: Int32) -> Int32:
    """Days stand far apart as numbers; here only which are the same counts."""
    inside = np.flatnonzero(codes >= 0)
    numbers = np.full(len(codes), -1, dtype=np.int32)
    numbers[inside] = ranked(codes[inside])[1]
    return numbers


def _sharing(codes: Int32, table: PersonTable, chance: np.random.Generator) -> tuple[Int64, Int64, float] | None:
    """Pairs drawn evenly from those that share a value of a column, and how many of those there are."""
    rows = np.flatnonzero(codes >= 0)
    sides = (rows, rows) if table.is_one_file else (rows[rows < table.left_rows], rows[rows >= table.left_rows])
    values = int(codes.max(initial=-1)) + 1
    one_size, two_size = (np.bincount(codes[side], minlength=values) for side in sides)
    ends = np.cumsum(one_size * (two_size - 1 if table.is_one_file else two_size))
    total = float(ends[-1]) if len(ends) else 0.0
    if total < 1.0:
        return None
    value = np.searchsorted(ends, chance.integers(0, int(total), _OF_A_COLUMN), side="right")
    at = (chance.integers(0, one_size[value]), chance.integers(0, two_size[value]))
    left, right = (_nth_with(codes, side, value, nth) for side, nth in zip(sides, at, strict=True))
    apart = left != right
    return left[apart], right[apart], total / (2.0 if table.is_one_file else 1.0)


def _nth_with(codes: Int32, rows: Int64, value: Int64, nth: Int64) -> Int64:
    """The nth of the rows with each value. Only rows with one of these few values are put in order."""
    wanted, place = ranked(value)
    rank = np.full(int(codes.max()) + 1, -1, dtype=np.int16)
    rank[wanted] = np.arange(len(wanted))
    ranks = rank[codes[rows]]
    kept = ranks >= 0
    order = rows[kept][np.argsort(ranks[kept], kind="stable")]
    size = np.bincount(ranks[kept], minlength=len(wanted))
    return np.asarray(order[(np.cumsum(size) - size)[place] + nth])
