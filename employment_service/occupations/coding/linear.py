"""A linear model of titles: ridge regression on tf-idf rows, one target a code.

Solved in the dual (Saunders et al. 1998), since there are far fewer exemplars than grams; what each exemplar would
have been given without itself comes from the diagonal of the inverse, so that nothing is fitted twice.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.linalg import lapack

from employment_service.compiled import compiled
from employment_service.occupations.coding.grams import Floats, Ids, Ints
from employment_service.occupations.coding.postings import Postings, Rows, count_of, postings_of

WEIGHTS_A_GRAM = 96
"""On average; the greatest are kept. More changes no answer."""
_SAMPLED = 2048
_ROWS = 256


def fitted(rows: Rows, codes: Ids, ridge: Floats, *, classes: int, grams: int) -> tuple[Postings, Floats]:
    """Of each gram the codes it speaks for and how strongly; and for each exemplar the scores that it would get had it
    not been there (exemplars x codes).

    `ridge`: how little each exemplar is trusted; above zero.
    """
    count = count_of(rows)
    gram = _likenesses(rows, grams)
    gram[np.diag_indices(count)] += ridge
    # Both in place: the one square matrix is what the fit needs of memory.
    factor, failed = lapack.spotrf(gram, lower=1, clean=0, overwrite_a=1)
    inverse, failed_too = lapack.spotri(factor, lower=1, overwrite_c=1)
    if failed or failed_too:
        raise ArithmeticError("The ridge is too small for these titles.")
    dual = np.zeros((count, classes), dtype=np.float32)
    _by_code(inverse, codes, dual)
    diagonal = np.diag(inverse).copy()
    del inverse, factor, gram
    model = _greatest(postings_of(rows, grams), dual)
    dual /= -diagonal[:, None]
    dual[np.arange(count), codes] += 1
    return model, dual


@compiled
def _by_code(inverse: Floats, codes: Ids, out: Floats) -> None:
    """The inverse's columns (its lower half is what there is, column by column) summed over each code's exemplars."""
    for column in range(len(codes)):
        out[column, codes[column]] += inverse[column, column]
        for row in range(column + 1, len(codes)):
            value = inverse[row, column]
            out[row, codes[column]] += value
            out[column, codes[row]] += value


def _likenesses(rows: Rows, grams: int) -> Floats:
    """exemplars x exemplars; the lower half, the other is not looked at."""
    count = count_of(rows)
    whole = sparse.csr_matrix((rows.weights, rows.grams, rows.starts), shape=(count, grams))
    found = np.zeros((count, count), dtype=np.float32, order="F")
    turned = whole.T.tocsr()
    for start in range(0, count, _ROWS):
        end = min(start + _ROWS, count)
        # Symmetric: a block of columns is written where it stands in memory, from the diagonal on.
        found[start:, start:end] = (whole[start:end] @ turned[:, start:]).toarray().T
    return found


def _greatest(by_gram: Postings, dual: Floats) -> Postings:
    """Without the many weights that are next to nothing."""
    grams, codes = len(by_gram.starts) - 1, dual.shape[1]
    # Grams of other titles alone have no weight at all.
    used = np.flatnonzero(np.diff(by_gram.starts))
    sample = np.sort(np.random.default_rng(0).permutation(used)[:_SAMPLED])
    strength = np.zeros((len(sample), codes), dtype=np.float32)
    _strengths(by_gram, sample, dual, strength)
    share_kept = min(WEIGHTS_A_GRAM / codes, 1.0)
    least = float(np.quantile(np.abs(strength), 1 - share_kept))
    starts = np.zeros(grams + 1, dtype=np.int64)
    room = np.zeros(codes, dtype=np.float32)
    most = len(used) * codes if share_kept == 1 else int(len(used) * WEIGHTS_A_GRAM * 1.5) + 1024
    places, weights = np.empty(most, dtype=np.int32), np.empty(most, dtype=np.float32)
    made = _kept(by_gram, dual, least, room, Postings(starts, places, weights))
    return Postings(starts, places[:made].copy(), weights[:made].copy())


@compiled
def _strengths(by_gram: Postings, wanted: Ints, dual: Floats, out: Floats) -> None:
    for number in range(len(wanted)):
        for at in range(by_gram.starts[wanted[number]], by_gram.starts[wanted[number] + 1]):
            row, weight = by_gram.places[at], by_gram.weights[at]
            for code in range(dual.shape[1]):
                out[number, code] += weight * dual[row, code]


@compiled
def _kept(by_gram: Postings, dual: Floats, least: float, room: Floats, out: Postings) -> int:
    starts, places, weights = out
    made = 0
    for gram in range(len(by_gram.starts) - 1):
        if by_gram.starts[gram] < by_gram.starts[gram + 1]:
            for code in range(len(room)):
                room[code] = 0
            for at in range(by_gram.starts[gram], by_gram.starts[gram + 1]):
                row, weight = by_gram.places[at], by_gram.weights[at]
                for code in range(len(room)):
                    room[code] += weight * dual[row, code]
            for code in range(len(room)):
                if abs(room[code]) >= least and room[code] != 0 and made < len(places):
                    places[made] = code
                    weights[made] = room[code]
                    made += 1
        starts[gram + 1] = made
    return made
