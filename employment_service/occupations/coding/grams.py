"""Character n-grams of titles as numbers, counted by compiled loops. Importing this loads numba."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from employment_service.compiled import compiled
from employment_service.occupations.words import telling

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Ids = NDArray[np.int32]
Hashes = NDArray[np.uint64]
_BREAK, _SPACE = 10, 32
_BATCH = 4096
_MOST_NEWS = 512
"""Unknown grams of one title told apart; any further one counts anew."""


def encoded(titles: Sequence[str]) -> NDArray[np.uint32]:
    """The telling words of each title, parted by spaces; every title ends in a line break."""
    text = "".join(" ".join(telling(title)) + "\n" for title in titles)
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)


@compiled
def _mixed(value: np.uint64) -> np.uint64:
    value ^= value >> np.uint64(31)
    value *= np.uint64(0x9E3779B97F4A7C15)
    value ^= value >> np.uint64(29)
    return value


@compiled
def _is_spaceless(letter: int) -> bool:
    return (
        0x3040 <= letter <= 0x30FF
        or 0x3400 <= letter <= 0x4DBF
        or 0x4E00 <= letter <= 0x9FFF
        or 0xF900 <= letter <= 0xFAFF
    )


@compiled
def hashed(text: NDArray[np.uint32], out: Hashes, ends: Ints) -> int:
    """Every gram of every title, and where each title's end. What they are is told in `words.grams_of`.

    A script without spaces is told apart by 1 to 4 characters, an alphabet by 3 to 5, the whole word and each pair of
    neighbours whatever their order.
    """
    prime = np.uint64(0x100000001B3)
    at, made, title, before = 0, 0, 0, np.uint64(0)
    size = len(text)
    while at < size:
        if text[at] == _BREAK:
            ends[title] = made
            title, before, at = title + 1, np.uint64(0), at + 1
            continue
        if text[at] == _SPACE:
            at += 1
            continue
        end = at
        while text[end] != _SPACE and text[end] != _BREAK:
            end += 1
        spaceless = _is_spaceless(text[at])
        shortest, longest = (1, 4) if spaceless else (3, 5)
        # One place before and one behind the word are its marks.
        for start in range(at - 1, end + 1):
            value = np.uint64(1469598103934665603)
            for length in range(1, longest + 1):
                last = start + length - 1
                if last > end:
                    break
                letter = np.uint64(1) if last < at else np.uint64(2) if last == end else np.uint64(text[last])
                value = (value ^ letter) * prime
                if length >= shortest:
                    out[made] = _mixed(value ^ np.uint64(length))
                    made += 1
        if spaceless:
            before = np.uint64(0)
        else:
            value = np.uint64(7809847782465536322)
            for place in range(at, end):
                value = (value ^ np.uint64(text[place])) * prime
            value = _mixed(value)
            out[made] = value
            made += 1
            if before:
                out[made] = _mixed(value + before)
                made += 1
            before = value
        at = end
    return made


class Places(NamedTuple):
    """An open table, its size a power of two; 0 is an empty place. `ids`: the number of each gram."""

    hashes: Hashes
    ids: Ids
    seen: Ids
    """By number, zeros before: where a gram stands in what was found, counted from one."""


class Found(NamedTuple):
    ids: Ids
    counts: Ids
    ends: Ints
    news: Floats


class Strangers(NamedTuple):
    hashes: Hashes
    counts: Ids


@compiled
def looked_up(hashes: Hashes, known: int, places: Places, strangers: Strangers, out: Found) -> int:
    """Each title's distinct grams by number and count; of those without a number the damped counts, squared and
    summed. `known`: how many grams have a number, below zero (-1 - known) where no further one shall get any; returns
    how many have one now. `out.ends`: each title's end among the hashes, and then among what is found.
    """
    table, ids, seen = places
    grow = known >= 0
    known = known if grow else -1 - known
    mask = np.uint64(len(table) - 1)
    begin, made = 0, 0
    for title in range(len(out.ends)):
        first, strange = made, 0
        for at in range(begin, out.ends[title]):
            value = hashes[at] | np.uint64(1)
            place = np.int64(value >> np.uint64(1) & mask)
            while table[place] != np.uint64(0) and table[place] != value:
                place = np.int64((np.uint64(place) + np.uint64(1)) & mask)
            if table[place] == np.uint64(0) and grow:
                table[place] = value
                ids[place] = known
                known += 1
            if table[place] == value:
                number = ids[place]
                if seen[number] > first:
                    out.counts[seen[number] - 1] += 1
                else:
                    out.ids[made] = number
                    out.counts[made] = 1
                    made += 1
                    seen[number] = made
            else:
                strange = _met(strangers, strange, value)
        total = 0.0
        for other in range(strange):
            total += (1 + np.log(strangers.counts[other])) ** 2
        out.news[title] = total
        begin = out.ends[title]
        out.ends[title] = made
    return known


@compiled
def _met(strangers: Strangers, strange: int, value: np.uint64) -> int:
    """How many unknown grams the title has now."""
    other = 0
    while other < strange and strangers.hashes[other] != value:
        other += 1
    if other < strange:
        strangers.counts[other] += 1
    elif strange < len(strangers.hashes):
        strangers.hashes[strange] = value
        strangers.counts[strange] = 1
        return strange + 1
    return strange


class Table:
    """Grams seen so far, each with its number."""

    def __init__(self) -> None:
        self.known = 0
        self._hashes: Hashes = np.zeros(1 << 12, dtype=np.uint64)
        self._ids: Ids = np.zeros(1 << 12, dtype=np.int32)
        self._seen: Ids = np.zeros(1 << 12, dtype=np.int32)

    def counted(self, titles: Sequence[str], *, grow: bool) -> tuple[Ints, Ids, Ids, Floats]:
        """Of each title where its grams end, all their numbers and counts, and its unknown ones squared."""
        if len(titles) <= _BATCH:
            return self._counted(titles, grow=grow)
        parts = [self._counted(titles[at : at + _BATCH], grow=grow) for at in range(0, len(titles), _BATCH)]
        before = np.cumsum([0, *(int(ends[-1]) for ends, _, _, _ in parts[:-1])])
        return (
            np.concatenate([ends + more for (ends, _, _, _), more in zip(parts, before, strict=True)]),
            np.concatenate([ids for _, ids, _, _ in parts]),
            np.concatenate([counts for _, _, counts, _ in parts]),
            np.concatenate([news for _, _, _, news in parts]),
        )

    def _counted(self, titles: Sequence[str], *, grow: bool) -> tuple[Ints, Ids, Ids, Floats]:
        text = encoded(titles)
        hashes = np.empty(5 * len(text) + 16, dtype=np.uint64)
        ends = np.empty(len(titles), dtype=np.int64)
        made = hashed(text, hashes, ends)
        if grow:
            self._make_room(made)
        out = Found(
            np.empty(made, dtype=np.int32),
            np.empty(made, dtype=np.int32),
            ends,
            np.empty(len(titles), dtype=np.float32),
        )
        strangers = Strangers(np.empty(_MOST_NEWS, dtype=np.uint64), np.empty(_MOST_NEWS, dtype=np.int32))
        self._seen[:] = 0
        places = Places(self._hashes, self._ids, self._seen)
        self.known = looked_up(hashes, self.known if grow else -1 - self.known, places, strangers, out)
        last = int(ends[-1]) if len(titles) else 0
        return ends, out.ids[:last].copy(), out.counts[:last].copy(), out.news

    def _make_room(self, more: int) -> None:
        """For at most so many new grams, with a quarter of the table left empty."""
        wanted = len(self._hashes)
        while (self.known + more) * 4 > wanted * 3:
            wanted *= 2
        if wanted == len(self._hashes):
            return
        old, numbers = self._hashes, self._ids
        self._hashes, self._ids = np.zeros(wanted, dtype=np.uint64), np.zeros(wanted, dtype=np.int32)
        self._seen = np.zeros(wanted, dtype=np.int32)
        _moved(old, numbers, self._hashes, self._ids)


@compiled
def _moved(old: Hashes, numbers: Ids, table: Hashes, ids: Ids) -> None:
    mask = np.uint64(len(table) - 1)
    for at in range(len(old)):
        if old[at]:
            place = np.int64(old[at] >> np.uint64(1) & mask)
            while table[place]:
                place = np.int64((np.uint64(place) + np.uint64(1)) & mask)
            table[place] = old[at]
            ids[place] = numbers[at]
