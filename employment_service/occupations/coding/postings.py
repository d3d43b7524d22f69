"""Titles as rows of a sparse tf-idf matrix over character n-grams, and which titles or codes each gram leads to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from employment_service.compiled import compiled
from employment_service.occupations.coding.grams import Floats, Ids, Ints, Table

COMMON = 0.03
MOST_COMMON = 800
"""Exemplars that a gram may lead to; so a hundred thousand labels are not slower to look through than ten."""


class Rows(NamedTuple):
    """`starts` has one place more than there are rows."""

    starts: Ints
    grams: Ids
    weights: Floats


class Postings(NamedTuple):
    """Of each gram the exemplars or codes it leads to, and how strongly."""

    starts: Ints
    places: Ids
    weights: Floats


def count_of(rows: Rows) -> int:
    return len(rows.starts) - 1


def only(rows: Rows, first: int, last: int) -> Rows:
    begin, end = rows.starts[first], rows.starts[last]
    return Rows(rows.starts[first : last + 1] - begin, rows.grams[begin:end], rows.weights[begin:end])


def chosen(rows: Rows, wanted: Ints) -> Rows:
    """These rows, in this order."""
    lengths = np.diff(rows.starts)[wanted]
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    at = np.arange(starts[-1]) + np.repeat(rows.starts[wanted] - starts[:-1], lengths)
    return Rows(starts, rows.grams[at], rows.weights[at])


def joined(*parts: Rows) -> Rows:
    starts, end = [np.zeros(1, dtype=np.int64)], 0
    for part in parts:
        starts.append(part.starts[1:] + end)
        end += int(part.starts[-1])
    return Rows(
        np.concatenate(starts),
        np.concatenate([part.grams for part in parts]),
        np.concatenate([part.weights for part in parts]),
    )


def nothing() -> Rows:
    return Rows(np.zeros(1, dtype=np.int64), np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32))


@compiled
def turned(rows: Rows, left_out: NDArray[np.bool_], starts: Ints, places: Ids, weights: Floats) -> None:
    """From rows to postings, each row brought to length one without the grams left out. `starts`: zeros, two more than
    there are grams; the last is of no use afterwards.
    """
    for at in range(len(rows.grams)):
        if not left_out[rows.grams[at]]:
            starts[rows.grams[at] + 2] += 1
    for gram in range(2, len(starts)):
        starts[gram] += starts[gram - 1]
    for row in range(len(rows.starts) - 1):
        squared = 0.0
        for at in range(rows.starts[row], rows.starts[row + 1]):
            if not left_out[rows.grams[at]]:
                squared += rows.weights[at] * rows.weights[at]
        scale = 1 / np.sqrt(squared) if squared > 0 else 1.0
        for at in range(rows.starts[row], rows.starts[row + 1]):
            gram = rows.grams[at]
            if not left_out[gram]:
                places[starts[gram + 1]] = row
                weights[starts[gram + 1]] = rows.weights[at] * scale
                starts[gram + 1] += 1


def postings_of(rows: Rows, grams: int, left_out: NDArray[np.bool_] | None = None) -> Postings:
    """Rows are of length one, also without the grams left out."""
    out = np.zeros(grams, dtype=np.bool_) if left_out is None else left_out
    starts, held = np.zeros(grams + 2, dtype=np.int64), len(rows.grams)
    if left_out is not None:
        held -= int(np.count_nonzero(left_out[rows.grams]))
    places, weights = np.empty(held, dtype=np.int32), np.empty(held, dtype=np.float32)
    turned(rows, out, starts, places, weights)
    return Postings(starts[:-1], places, weights)


class Exemplars(NamedTuple):
    """Titles whose code is known, looked up by gram."""

    postings: Postings
    codes: Ids
    common: NDArray[np.bool_]
    """Grams left out of the postings; they are left out of what is compared with them too."""


def exemplars(rows: Rows, codes: Ids, grams: int) -> Exemplars:
    """Single characters that every tenth title has cost the most to compare and tell the least: they are left out."""
    seen = np.bincount(rows.grams, minlength=grams)
    common = seen > min(max(count_of(rows) * COMMON, 50), MOST_COMMON)
    return Exemplars(postings_of(rows, grams, common), codes.astype(np.int32), common)


class Vocabulary:
    """Grams seen so far and what each is worth; a gram first met later counts as the rarest."""

    def __init__(self) -> None:
        self._table = Table()
        self._weights = np.empty(0, dtype=np.float32)
        self._rarest = np.float32(1)

    def __len__(self) -> int:
        return max(self._table.known, 1)

    def fit(self, titles: Sequence[str]) -> Rows:
        """Takes in every gram of these titles and weighs all by the inverse of how many have them (natural logs)."""
        ends, ids, counts, news = self._table.counted(titles, grow=True)
        documents = np.bincount(ids, minlength=len(self))
        self._weights = (np.log((1 + len(titles)) / (1 + documents)) + 1).astype(np.float32)
        self._rarest = np.float32(np.log((1 + len(titles)) / 2) + 1)
        return self._weighed(ends, ids, counts, news)

    def rows(self, titles: Sequence[str], *, grow: bool = False, known_only: bool = False) -> Rows:
        """A row is of length one with the grams nobody knows yet, and so shorter without them: a title that is mostly
        news is like nothing. One without any known gram is empty. `known_only`: length one without them.
        """
        ends, ids, counts, news = self._table.counted(titles, grow=grow)
        later = max(len(self) - len(self._weights), 0)
        if later:
            self._weights = np.concatenate([self._weights, np.full(later, self._rarest, dtype=np.float32)])
        return self._weighed(ends, ids, counts, np.zeros_like(news) if known_only else news)

    def _weighed(self, ends: Ints, ids: Ids, counts: Ids, news: Floats) -> Rows:
        starts = np.concatenate([np.zeros(1, dtype=np.int64), ends])
        weights = (1 + np.log(counts.astype(np.float32))) * self._weights[ids]
        row = np.repeat(np.arange(len(ends)), np.diff(starts))
        squared = np.bincount(row, weights=weights.astype(np.float64) ** 2, minlength=len(ends))
        lengths = np.sqrt(squared + news * self._rarest**2).astype(np.float32)
        lengths[lengths == 0] = 1
        return Rows(starts, ids, (weights / lengths[row]).astype(np.float32))
