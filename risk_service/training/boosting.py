"""The additive monotone boosted trees, read off as a sheet: no feature meets another, so bins say all there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from risk_service.scoring.declaration import FeatureSet
from risk_service.scoring.features import Floats
from risk_service.training.binning import Bins, Sheet, along

ROUNDS = 500
RATE = 0.05
LEAVES = 4
LEAST_IN_LEAF = 60
L2 = 5.0
FEATURE_SHARE = 0.3
EVERY = 25
"""Rounds between two looks at the rows held back."""
MOST_CHECKED = 20_000


def fit_boosted(
    declared: FeatureSet,
    bins: Bins,
    codes: Sequence[NDArray[np.uint8]],
    label: Floats,
    rows: NDArray[np.bool_],
    *,
    seed: int,
    told: Callable[[float], None] = lambda _: None,
) -> Sheet:
    """Fitted on `rows`, stopped where the others are told best."""
    matrix = _matrix(bins, codes)
    model = HistGradientBoostingClassifier(
        learning_rate=RATE,
        max_iter=ROUNDS,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=int(min(LEAST_IN_LEAF, max(5, rows.sum() // 20))),
        l2_regularization=L2,
        max_features=FEATURE_SHARE,
        monotonic_cst=[int(feature.effect) for feature in declared.features],
        interaction_cst="no_interactions",
        early_stopping=False,
        random_state=seed,
    )
    learnt = matrix[rows]
    # A feature of which these rows know nothing cannot be binned; as a constant it is never asked.
    learnt[:, np.isnan(learnt).all(axis=0)] = 0.0
    model.fit(learnt, label[rows].astype(np.int64))
    told(0.7)
    best = _best_round(model, matrix, label, ~rows, seed)
    told(0.9)
    return _read_off(model, declared, bins, best)


def _matrix(bins: Bins, codes: Sequence[NDArray[np.uint8]]) -> Floats:
    found = np.empty((len(codes[0]), len(codes)), order="F")
    for j, code in enumerate(codes):
        found[:, j] = np.where(code == bins.missing(j), np.nan, code)
    return found


def _best_round(
    model: HistGradientBoostingClassifier, matrix: Floats, label: Floats, held: NDArray[np.bool_], seed: int
) -> int:
    places = np.flatnonzero(held)
    if len(places) > MOST_CHECKED:
        places = np.sort(np.random.default_rng(seed).choice(places, MOST_CHECKED, replace=False))
    if not len(places):
        return ROUNDS
    checked, truth = matrix[places], label[places]
    best, least = ROUNDS, np.inf
    for number, logits in enumerate(model.staged_decision_function(checked), start=1):
        if number % EVERY == 0:
            loss = float(np.logaddexp(0.0, logits).mean() - (truth * logits).mean())
            if loss < least - 1e-6:
                best, least = number, loss
    return best


def _read_off(model: HistGradientBoostingClassifier, declared: FeatureSet, bins: Bins, rounds: int) -> Sheet:
    """One probe per bin, all else at bin 0: the difference to the first probe is the bin's part."""
    sizes = [bins.missing(j) + 1 for j in range(len(bins.upper))]
    starts = np.concatenate([[1], 1 + np.cumsum(sizes)])
    probes = np.zeros((int(starts[-1]), len(sizes)), order="F")
    for j, size in enumerate(sizes):
        probes[starts[j] : starts[j + 1], j] = [*range(size - 1), np.nan]
    logits = np.zeros(len(probes))
    for number, staged in enumerate(model.staged_decision_function(probes), start=1):
        logits = np.asarray(staged, dtype=np.float64)
        if number == rounds:
            break
    base = float(logits[0])
    parts = [
        along(feature.effect, logits[starts[j] : starts[j + 1]] - base) for j, feature in enumerate(declared.features)
    ]
    return Sheet(base=base, parts=tuple(parts))
