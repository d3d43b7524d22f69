"""How like each code a title is, seen from several sides: what the mixture weighs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from employment_service.occupations.coding.postings import Floats, Ints

FAINTEST = 0.08
"""Likenesses below this are left out: they are single characters in common."""
COMMON = 0.03
MOST_COMMON = 800
"""Exemplars that a gram may lead to; so a hundred thousand labels are not slower to look through than ten."""
SAME = 0.985

NAMES = (
    "label", "label_squared", "label_same", "label_share", "inside", "inside_squared", "inside_minor", "around",
    "confirmed", "confirmed_squared", "confirmed_same", "vote", "vote_log",
    "linear", "linear_root", "linear_log", "linear_major", "linear_sub", "linear_minor",
    "own", "own_root", "own_log", "own_sub",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Exemplars:
    """Titles whose code is known: rows x grams, and the code of each row."""

    rows: sparse.csr_matrix
    codes: Ints
    common: NDArray[np.bool_] | None = None
    """Grams left out of the rows; they are left out of what is compared with them too."""

    def without_common_grams(self) -> Exemplars:
        """Single characters that every tenth title has cost the most to compare and tell the least."""
        count = self.rows.shape[0]
        seen = np.bincount(self.rows.indices, minlength=self.rows.shape[1])
        common = seen > min(max(count * COMMON, 50), MOST_COMMON)
        kept = ~common[self.rows.indices]
        pointers = np.concatenate([[0], np.cumsum(kept)])[self.rows.indptr]
        rows = sparse.csr_matrix((self.rows.data[kept], self.rows.indices[kept], pointers), shape=self.rows.shape)
        rows.data = rows.data / np.repeat(_lengths(rows), np.diff(rows.indptr))
        return Exemplars(rows=rows, codes=self.codes, common=common)

    def of(self, titles: sparse.csr_matrix, *, own: Ints | None = None) -> sparse.csr_matrix:
        """titles x exemplars, cosine; `own`: the exemplar that each title itself is, left out."""
        found = (_wide(titles, self.rows.shape[1]) @ self._turned).tocsr()
        if self.common is not None:
            news = np.zeros(max(titles.shape[1] - len(self.common), 0), dtype=bool)
            left_out = np.append(self.common, news)[titles.indices]
            row = np.repeat(np.arange(titles.shape[0]), np.diff(titles.indptr))
            mass = np.bincount(row, weights=titles.data**2 * left_out, minlength=titles.shape[0])
            scale = 1 / np.sqrt(np.maximum(1 - mass, 1e-3))
            found.data = (found.data * np.repeat(scale, np.diff(found.indptr))).astype(np.float32)
        return self._kept(found, own)

    def inside(self, titles: sparse.csr_matrix, *, own: Ints | None = None) -> sparse.csr_matrix:
        """titles x exemplars: how much of the exemplar's weight stands in the title, whatever else does."""
        plain = sparse.csr_matrix((np.ones_like(titles.data), titles.indices, titles.indptr), shape=titles.shape)
        return self._kept((_wide(plain, self.rows.shape[1]) @ self._squared).tocsr(), own)

    def around(self, titles: sparse.csr_matrix) -> sparse.csr_matrix:
        """titles x exemplars: how much of the title's weight stands in the exemplar, whatever else does."""
        weights = sparse.csr_matrix((titles.data**2, titles.indices, titles.indptr), shape=titles.shape)
        return self._kept((_wide(weights, self.rows.shape[1]) @ self._plain).tocsr(), None)

    # Turned once and kept: to turn them for every batch costs more than to compare.
    @cached_property
    def _turned(self) -> sparse.csr_matrix:
        """grams x exemplars."""
        return self.rows.T.tocsr()

    @cached_property
    def _squared(self) -> sparse.csr_matrix:
        turned = self._turned
        return sparse.csr_matrix((turned.data**2, turned.indices, turned.indptr), shape=turned.shape)

    @cached_property
    def _plain(self) -> sparse.csr_matrix:
        turned = self._turned
        return sparse.csr_matrix((np.ones_like(turned.data), turned.indices, turned.indptr), shape=turned.shape)

    def _kept(self, found: sparse.csr_matrix, own: Ints | None) -> sparse.csr_matrix:
        found.data[found.data < FAINTEST] = 0
        if own is not None:
            row = np.repeat(np.arange(found.shape[0]), np.diff(found.indptr))
            found.data[found.indices == own[row]] = 0
        found.eliminate_zeros()
        return found


def best(found: sparse.csr_matrix, codes: Ints, classes: int) -> Floats:
    """titles x codes: the greatest likeness to an exemplar of the code."""
    out = np.zeros((found.shape[0], classes), dtype=np.float32)
    row = np.repeat(np.arange(found.shape[0]), np.diff(found.indptr))
    np.maximum.at(out.reshape(-1), row * classes + codes[found.indices], found.data)
    return out


def share(found: sparse.csr_matrix, codes: Ints, classes: int) -> Floats:
    """titles x codes: of all exemplars' squared likenesses, those of the code."""
    row = np.repeat(np.arange(found.shape[0]), np.diff(found.indptr))
    flat = np.bincount(
        row * classes + codes[found.indices],
        weights=found.data.astype(np.float64) ** 2,
        minlength=found.shape[0] * classes,
    )
    votes = flat.reshape(found.shape[0], classes).astype(np.float32)
    votes /= votes.sum(axis=1, keepdims=True) + 1e-6
    return votes


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """For each code the number of its major, sub-major and minor group; codes of a group stand side by side."""

    of: Ints
    """3 x codes."""
    starts: tuple[Ints, Ints, Ints]

    @staticmethod
    def by(names: list[tuple[str, str, str]]) -> Groups:
        numbers = np.zeros((3, len(names)), dtype=np.int64)
        starts = []
        for level in range(3):
            changed = [at == 0 or names[at][: level + 1] != names[at - 1][: level + 1] for at in range(len(names))]
            numbers[level] = np.cumsum(changed) - 1
            starts.append(np.flatnonzero(changed))
        return Groups(of=numbers, starts=(starts[0], starts[1], starts[2]))

    def sums(self, scores: Floats, level: int) -> Floats:
        """titles x groups."""
        summed = np.cumsum(scores, axis=1, dtype=np.float64)
        ends = np.append(self.starts[level][1:], scores.shape[1]) - 1
        sums: Floats = np.diff(summed[:, ends], axis=1, prepend=0).astype(np.float32)
        return sums

    def most(self, scores: Floats, level: int) -> Floats:
        most: Floats = np.maximum.reduceat(scores, self.starts[level], axis=1)
        return most


@dataclass(frozen=True, slots=True, kw_only=True)
class Views:
    """Everything known of a batch of titles, each titles x codes.

    How many confirmed titles a code has is no view of its own: seen as if it were not there, an exemplar would be told
    by the one that its own code lacks.
    """

    label: Floats
    label_share: Floats
    confirmed: Floats
    vote: Floats
    linear: Floats
    inside: Floats
    around: Floats
    own: Floats
    """The linear model of the confirmed titles alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Pairs of a title and a code worth weighing."""

    row: Ints
    code: Ints
    values: Floats
    """pairs x NAMES."""


def candidates(views: Views, groups: Groups) -> Candidates:
    wanted = np.zeros(views.label.shape, dtype=bool)
    for scores, most in (
        (views.linear, 15),
        (views.own, 12),
        (views.vote, 10),
        (views.label, 8),
        (views.inside, 5),
        (views.around, 4),
    ):
        taken = min(most, scores.shape[1])
        top = np.argpartition(-scores, taken - 1, axis=1)[:, :taken]
        np.put_along_axis(wanted, top, values=True, axis=1)
    row, code = np.divmod(np.flatnonzero(wanted), len(groups.of[2]))
    at = (row, code)
    label, confirmed, linear, vote = views.label[at], views.confirmed[at], views.linear[at], views.vote[at]
    own = np.maximum(views.own[at], 0)
    positive = np.maximum(linear, 0)

    def summed(scores: Floats, level: int) -> Floats:
        found: Floats = groups.sums(scores, level)[row, groups.of[level, code]]
        return found

    inside = views.inside[at]
    columns = [
        label, label**2, label >= SAME, views.label_share[at],
        inside, inside**2, groups.most(views.inside, 2)[row, groups.of[2, code]], views.around[at],
        confirmed, confirmed**2, confirmed >= SAME, vote, np.log(vote + 1e-3),
        linear, np.sqrt(positive), np.log(positive + 1e-3),
        summed(views.linear, 0), summed(views.linear, 1), summed(views.linear, 2),
        views.own[at], np.sqrt(own), np.log(own + 1e-3), summed(views.own, 1),
    ]  # fmt: skip
    return Candidates(row=row, code=code, values=np.stack(columns, axis=1).astype(np.float32))


def _lengths(rows: sparse.csr_matrix) -> NDArray[np.float32]:
    """Of each row; one for an empty row."""
    row = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    lengths = np.sqrt(np.bincount(row, weights=rows.data**2, minlength=rows.shape[0])).astype(np.float32)
    return np.where(lengths > 0, lengths, 1).astype(np.float32)


def _wide(rows: sparse.csr_matrix, width: int) -> sparse.csr_matrix:
    """Of so many grams: those that came later fall away."""
    if rows.shape[1] <= width:
        return sparse.csr_matrix((rows.data, rows.indices, rows.indptr), shape=(rows.shape[0], width))
    known = rows.indices < width
    pointers = np.concatenate([[0], np.cumsum(known)])[rows.indptr]
    return sparse.csr_matrix((rows.data[known], rows.indices[known], pointers), shape=(rows.shape[0], width))
