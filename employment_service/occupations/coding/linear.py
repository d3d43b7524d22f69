"""A linear model of titles: ridge regression on tf-idf rows, one target a code.

Solved in the dual (Saunders et al. 1998), since there are far fewer exemplars than grams; what each exemplar would
have been given without itself comes from the diagonal of the inverse, so that nothing is fitted twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import blas, lapack

from employment_service.occupations.coding.postings import Floats, Ints

WEIGHTS_A_GRAM = 96
"""On average; the greatest are kept. More changes no answer."""
_BLOCK = 2048
_ROWS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearModel:
    weights: sparse.csr_matrix
    """grams x codes."""

    def scores(self, rows: sparse.csr_matrix) -> Floats:
        """titles x codes; about the share of exemplars like this one that have the code."""
        grams = self.weights.shape[0]
        if rows.shape[1] != grams:
            known = rows.indices < grams
            pointers = np.concatenate([[0], np.cumsum(known)])[rows.indptr]
            rows = sparse.csr_matrix((rows.data[known], rows.indices[known], pointers), shape=(rows.shape[0], grams))
        scores: Floats = (rows @ self.weights).toarray()
        return scores


def fitted(
    rows: sparse.csr_matrix, codes: Ints, ridge: NDArray[np.float32], *, classes: int
) -> tuple[LinearModel, Floats]:
    """The model, and for each exemplar the scores it would get had it not been there (exemplars x codes).

    `ridge`: how little each exemplar is trusted; above zero.
    """
    count = rows.shape[0]
    gram = _likenesses(rows)
    gram[np.diag_indices(count)] += ridge
    # Both in place: the one square matrix is what the fit needs of memory.
    factor, failed = lapack.spotrf(gram, lower=1, clean=0, overwrite_a=1)
    inverse, failed_too = lapack.spotri(factor, lower=1, overwrite_c=1)
    if failed or failed_too:
        raise ArithmeticError("The ridge is too small for these titles.")
    targets = np.zeros((count, classes), dtype=np.float32, order="F")
    targets[np.arange(count), codes] = 1
    dual: Floats = np.asarray(blas.ssymm(1.0, inverse, targets, lower=1), dtype=np.float32)
    diagonal = np.diag(inverse).copy()
    del inverse, factor, gram
    model = LinearModel(weights=_greatest(rows, dual))
    dual /= diagonal[:, None]
    without: Floats = np.subtract(targets, dual, out=targets)
    return model, without


def _likenesses(rows: sparse.csr_matrix) -> Floats:
    """exemplars x exemplars; the lower half, the other is not looked at."""
    count = rows.shape[0]
    found = np.zeros((count, count), dtype=np.float32, order="F")
    turned = rows.T.tocsr()
    for start in range(0, count, _ROWS):
        end = min(start + _ROWS, count)
        # Symmetric: a block of columns is written where it stands in memory, from the diagonal on.
        found[start:, start:end] = (rows[start:end] @ turned[:, start:]).toarray().T
    return found


def _greatest(rows: sparse.csr_matrix, dual: Floats) -> sparse.csr_matrix:
    """grams x codes, without the many weights that are next to nothing. Made in blocks: whole, it would not fit."""
    turned = rows.T.tocsr()
    grams, codes = turned.shape[0], dual.shape[1]
    plain = np.ascontiguousarray(dual)
    sample = np.random.default_rng(0).permutation(grams)[:_BLOCK]
    share_kept = min(WEIGHTS_A_GRAM / codes, 1.0)
    least = float(np.quantile(np.abs(turned[sample] @ plain), 1 - share_kept))
    blocks = []
    for start in range(0, grams, _BLOCK):
        block = turned[start : start + _BLOCK] @ plain
        block[np.abs(block) < least] = 0
        blocks.append(sparse.csr_matrix(block))
    weights: sparse.csr_matrix = sparse.vstack(blocks, format="csr")
    return weights
