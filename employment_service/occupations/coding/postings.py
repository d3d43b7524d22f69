"""Titles as rows of a sparse tf-idf matrix over character n-grams."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from employment_service.occupations.words import grams_of, words_of

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


class Vocabulary:
    """Grams seen so far and what each is worth; a gram first met later counts as the rarest."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}
        self._weights = np.empty(0, dtype=np.float32)
        self._rarest = np.float32(1)

    def __len__(self) -> int:
        return len(self.ids)

    def fit(self, titles: Iterable[str]) -> sparse.csr_matrix:
        """Takes in every gram of these titles and weighs all by the inverse of how many have them (natural logs)."""
        raw, _ = self._counted(titles, grow=True)
        rows = raw.shape[0]
        documents = np.bincount(raw.indices, minlength=len(self.ids))
        self._weights = (np.log((1 + rows) / (1 + documents)) + 1).astype(np.float32)
        self._rarest = np.float32(np.log((1 + rows) / 2) + 1)
        return self._weighed(raw, np.zeros(rows, dtype=np.float32))

    def rows(self, titles: Sequence[str], *, grow: bool = False, known_only: bool = False) -> sparse.csr_matrix:
        """titles x grams. A row is of length one with the grams nobody knows yet, and so shorter without them: a title
        that is mostly news is like nothing. One without any known gram is zero. `known_only`: length one without them.
        """
        counted, unknown = self._counted(titles, grow=grow)
        return self._weighed(counted, np.zeros_like(unknown) if known_only else unknown)

    def _counted(self, titles: Iterable[str], *, grow: bool) -> tuple[sparse.csr_matrix, Floats]:
        """How often each title has each gram, damped by a logarithm; and the same of its unknown grams, squared."""
        ids, pointers, indices, counts, unknown = self.ids, [0], [], [], []
        for title in titles:
            found = Counter(grams_of(words_of(title)))
            if grow:
                for gram in found:
                    ids.setdefault(gram, len(ids))
            news = 0.0
            for gram, count in found.items():
                at = ids.get(gram, -1)
                if at >= 0:
                    indices.append(at)
                    counts.append(count)
                else:
                    news += (1 + math.log(count)) ** 2
            pointers.append(len(indices))
            unknown.append(news)
        data = 1 + np.log(np.array(counts, dtype=np.float32)) if counts else np.empty(0, dtype=np.float32)
        shape = (len(pointers) - 1, max(len(ids), 1))
        rows = sparse.csr_matrix((data, np.array(indices, dtype=np.int32), np.array(pointers)), shape=shape)
        return rows, np.array(unknown, dtype=np.float32)

    def _weighed(self, raw: sparse.csr_matrix, unknown: Floats) -> sparse.csr_matrix:
        later = max(len(self.ids) - len(self._weights), 0)
        if later:
            self._weights = np.concatenate([self._weights, np.full(later, self._rarest, dtype=np.float32)])
        raw.data = raw.data * self._weights[raw.indices]
        row = np.repeat(np.arange(raw.shape[0]), np.diff(raw.indptr))
        squared = np.bincount(row, weights=raw.data.astype(np.float64) ** 2, minlength=raw.shape[0])
        lengths = np.sqrt(squared + unknown * self._rarest**2)
        lengths[lengths == 0] = 1
        raw.data = (raw.data / lengths[row]).astype(np.float32)
        return raw
