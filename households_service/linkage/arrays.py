"""Arrays that the engine passes around, and the two operations every room needs: coding values and pairing codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

Int8 = NDArray[np.int8]
Int16 = NDArray[np.int16]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
UInt32 = NDArray[np.uint32]
UInt64 = NDArray[np.uint64]
Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.object_]

BLANK = -1
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


FEW = 600
"""Up to so many values plain Python is faster than starting an engine for columns: a query is such a column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A column as codes into its distinct values; BLANK where nothing is known."""

    codes: Int32
    values: pl.Series | list[str]
    """Many are kept in Arrow's form, a quarter of what a million Python strings need."""

    def take(self, codes: Int32 | Int64) -> list[str]:
        if isinstance(self.values, list):
            return [self.values[code] for code in codes.tolist()]
        if len(codes) <= 1:
            return [self.values[int(code)] for code in codes]
        return list(self.values.gather(codes).to_list())

    def texts(self) -> list[str]:
        return self.values if isinstance(self.values, list) else self.values.to_list()

    def counts(self) -> Int32:
        """Rows per distinct value."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.values)).astype(np.int32)


def coded(values: Sequence[str | None] | pl.Series) -> Coded:
    """Distinct values; "" and None are blank. Many are told apart by their 64-bit hash (two of a million collide with
    odds of 1 : 10^7).
    """
    if len(values) <= FEW:
        return _few_coded(values.to_list() if isinstance(values, pl.Series) else values)
    series = values if isinstance(values, pl.Series) else pl.Series(values=list(values), dtype=pl.String)
    present = (series.is_not_null() & (series != "")).fill_null(value=False)
    filled = (series if present.all() else series.filter(present)).rechunk()
    if not len(filled):
        return Coded(codes=np.full(len(series), BLANK, dtype=np.int32), values=[])
    first = first_equal(filled.hash().to_numpy())
    # in the order they are met: what is read again from end to end should lie in memory like that
    is_first = first == np.arange(len(first), dtype=np.int32)
    place = np.cumsum(is_first, dtype=np.int32)
    place -= np.int32(1)
    codes = place[first]
    if len(filled) < len(series):
        whole = np.full(len(series), BLANK, dtype=np.int32)
        whole[present.to_numpy()] = codes
        codes = whole
    return Coded(codes=codes, values=filled if is_first.all() else filled.filter(pl.Series(values=is_first)))


def first_equal(hashes: UInt64) -> Int32:
    """For each hash where the first one stands that equals it.

    A table of as many slots as there are hashes, in which the first comer of a slot stays; who finds another hash in
    its slot asks again by other bits. A third of the work of putting a million in order.
    """
    bits = max(8, len(hashes).bit_length())
    mask = np.uint64((1 << bits) - 1)
    slots = np.empty(1 << bits, dtype=np.int32)
    rest = np.arange(len(hashes), dtype=np.int32)
    first, some = rest, hashes
    for shift in range(0, 65 - bits, bits):
        at = ((some >> np.uint64(shift)) & mask).view(np.int64)
        # of several values for a slot the last one written stays
        slots[at[::-1]] = rest[::-1]
        found = slots.take(at)
        if shift:
            first[rest] = found
        else:
            first = found
        other = np.flatnonzero(hashes.take(found) != some)
        if not len(other):
            return first
        rest, some = rest.take(other), some.take(other)
    _, begins, inverse = np.unique(some, return_index=True, return_inverse=True)
    first[rest] = rest[begins[inverse]]
    return first


def _few_coded(values: Sequence[str | None]) -> Coded:
    index: dict[str, int] = {}
    codes = [index.setdefault(value, len(index)) if value else BLANK for value in values]
    return Coded(codes=np.array(codes, dtype=np.int32), values=list(index))


def recoded(column: Coded, texts: Sequence[str] | pl.Series) -> Coded:
    """The column after each distinct value became its text of `texts` ("" for none)."""
    inner = coded(texts)
    codes = np.full(len(column.codes), BLANK, dtype=np.int32)
    present = column.codes >= 0
    codes[present] = inner.codes[column.codes[present]]
    return Coded(codes=codes, values=inner.values)


def recoded_some(column: Coded, changed: Int64, texts: Sequence[str]) -> Coded:
    """The column after the values at `changed` became `texts` ("" for none); the others stay as they are.

    What it held before stays among the values, without a row.
    """
    values = pl.Series(values=column.values, dtype=pl.String)
    added = pl.Series(values=list(texts), dtype=pl.String)
    hashes, sought = values.hash().to_numpy(), added.hash().to_numpy()
    # one of the changed may become what another of them was
    known = np.flatnonzero(sieve(sought, hashes))
    place = dict(zip(hashes[known].tolist(), known.tolist(), strict=True))
    of_value = np.arange(len(values), dtype=np.int32)
    fresh: list[int] = []
    for at, (code, text, text_hash) in enumerate(zip(changed.tolist(), texts, sought.tolist(), strict=True)):
        if text and text_hash not in place:
            place[text_hash] = len(values) + len(fresh)
            fresh.append(at)
        of_value[code] = place[text_hash] if text else BLANK
    codes = np.append(of_value, np.int32(BLANK))[column.codes]
    return Coded(codes=codes, values=pl.concat([values, added.gather(fresh)]))


_FNV_START = 0xCBF29CE484222325
_FNV_PRIME = 0x100000001B3
_HASHED_AT_ONCE = 50_000


def hash_texts(texts: Sequence[str], *, salt: str = "") -> UInt64:
    """FNV-1a of 64 bits, the same in every process; 0 for "" only."""
    start = _fnv(salt, _FNV_START)
    if len(texts) <= FEW:
        return np.array([(_fnv(text, start) or 1) if text else 0 for text in texts], dtype=np.uint64)
    out = np.zeros(len(texts), dtype=np.uint64)
    for first in range(0, len(texts), _HASHED_AT_ONCE):
        some = _bytes(texts[first : first + _HASHED_AT_ONCE])
        out[first : first + len(some)] = _hash_some(some, start)
    return out


def hash_bytes(texts: NDArray[np.bytes_]) -> UInt64:
    """`hash_texts` of what is bytes already."""
    return _hash_some(texts, _FNV_START)


def _hash_some(some: NDArray[np.bytes_], start: int) -> UInt64:
    letters = some.view(np.uint8).reshape(len(some), -1) if some.itemsize else np.zeros((len(some), 1), np.uint8)
    state = np.full(len(some), start, dtype=np.uint64)
    for place in range(letters.shape[1]):
        column = letters[:, place]
        state = np.where(column > 0, (state ^ column) * np.uint64(_FNV_PRIME), state)
    return np.where(letters[:, 0] > 0, np.maximum(state, np.uint64(1)), np.uint64(0))


def _bytes(texts: Sequence[str]) -> NDArray[np.bytes_]:
    try:
        return np.array(texts, dtype=np.bytes_)
    except UnicodeEncodeError:
        return np.array([text.encode() for text in texts], dtype=np.bytes_)


@lru_cache(maxsize=16_384)
def _fnv(text: str, state: int) -> int:
    for byte in text.encode():
        state = ((state ^ byte) * _FNV_PRIME) & 0xFFFF_FFFF_FFFF_FFFF
    return state


def mixed(values: NDArray[np.integer]) -> UInt64:
    """Numbers spread over 64 bits (a multiplicative hash), so that they can be combined into keys."""
    spread = (values.astype(np.int64).view(np.uint64) + np.uint64(1)) * _GOLDEN
    return spread ^ (spread >> _SHIFT)


def joined_key(first: UInt64, second: UInt64) -> UInt64:
    """One key of two, in which the order counts."""
    mingled = (first * np.uint64(0xBF58476D1CE4E5B9)) ^ (second + _GOLDEN + (first << np.uint64(6)))
    return mingled ^ (mingled >> _SHIFT)


def ranked(values: NDArray[np.integer]) -> tuple[NDArray[np.integer], Int64]:
    """Distinct values in order, and which of them each one is: `np.unique`, of many a third of its work."""
    if len(values) <= FEW:
        return np.unique(values, return_inverse=True)
    first = first_equal(mixed(values))
    fresh = np.flatnonzero(first == np.arange(len(first), dtype=np.int32))
    number = np.empty(len(first), dtype=np.int64)
    held, number[fresh] = np.unique(values[fresh], return_inverse=True)
    return held, number.take(first)


SIEVE_BITS = 22
_SIEVE_MASK = np.uint64((1 << SIEVE_BITS) - 1)


def sieve(wanted: UInt64, offered: UInt64) -> Flags:
    """Which offered hashes can be among the wanted ones: a Bloom filter of one hash, so that few are sorted."""
    bits = np.zeros(1 << SIEVE_BITS, dtype=np.bool_)
    bits[(wanted & _SIEVE_MASK).view(np.int64)] = True
    return np.asarray(bits[(offered & _SIEVE_MASK).view(np.int64)])


@dataclass(frozen=True, slots=True, kw_only=True)
class DistinctPairs:
    """Pairs of codes, each once, and where each row's pair is among them; pairs with a BLANK are left out."""

    left: Int32
    right: Int32
    rows: Int64
    inverse: Int64
    size: int

    def spread(self, figures: NDArray[np.generic], blank: float) -> NDArray[np.generic]:
        """A figure per distinct pair as one per row; `blank` for the rows left out."""
        out = np.full(self.size, blank, dtype=figures.dtype)
        out[self.rows] = figures[self.inverse]
        return out


def distinct_pairs(left: Int32, right: Int32) -> DistinctPairs:
    """The order inside a pair does not count: comparisons are symmetric."""
    rows = np.flatnonzero((left >= 0) & (right >= 0))
    one, two = left[rows], right[rows]
    low, high = np.minimum(one, two), np.maximum(one, two)
    keys = (low.astype(np.int64) << 32) | high
    if len(keys) <= FEW:
        held, inverse = np.unique(keys, return_inverse=True)
        low, high = (held >> 32).astype(np.int32), (held & 0xFFFFFFFF).astype(np.int32)
    else:
        first = first_equal(mixed(keys))
        fresh = np.flatnonzero(first == np.arange(len(first), dtype=np.int32))
        number = np.empty(len(first), dtype=np.int64)
        number[fresh] = np.arange(len(fresh))
        low, high, inverse = low[fresh], high[fresh], number.take(first)
    return DistinctPairs(left=low, right=high, rows=rows, inverse=inverse, size=len(left))
