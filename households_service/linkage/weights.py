"""How much each agreement is worth, in bits: Fellegi & Sunter 1969, fitted by expectation and maximisation.

u (chance of a level between two people) comes from random pairs, m (between records of one person) and the share of
true pairs from the candidates; pairs that are no candidates count as pairs of two people. The worth of an exact
agreement follows how common the agreed value is (Winkler 1988). What is missing is no evidence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from households_service.linkage.arrays import Float32, Float64, Int8
from households_service.linkage.comparison import Compared
from households_service.linkage.measures import Feature

_PRIOR_PAIRS = 25.0
"""How many true pairs the prior of m is worth."""
_PRIOR_RANDOM = 200.0
_ROUNDS = 40
_SHARE_PSEUDO = 50.0
_LEAST_CHANCE = 1e-7
_MOST_BITS = 24.0
"""No field alone may outweigh this: a value that is unique in the file may still be a mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """`match[f]` and `chance[f]`: chance of each level of feature f (level 1 first) for one person and for two."""

    features: tuple[Feature, ...]
    match: tuple[Float64, ...]
    chance: tuple[Float64, ...]
    known: Float64
    """Rows per feature in which it is known: how far its shares can be trusted."""
    prior: float
    """Share of true pairs among all pairs of rows."""

    @property
    def prior_bits(self) -> float:
        return float(np.log2(self.prior / (1 - self.prior)))

    def field_bits(self, compared: Compared) -> Float32:
        """(pairs, features): what each feature adds to the odds."""
        bits = np.zeros(compared.levels.shape, dtype=np.float32)
        for at, (match, chance) in enumerate(zip(self.match, self.chance, strict=True)):
            table = np.concatenate([[0.0], np.log2(match / chance)]).astype(np.float32)
            bits[:, at] = table[compared.levels[:, at]]
            agreed = np.flatnonzero(compared.shares[:, at] > 0)
            bits[agreed, at] = self._exact_bits(at, compared.shares[agreed, at])
        return bits

    def _exact_bits(self, at: int, shares: Float32) -> Float32:
        known = self.known[at]
        chance = float(self.chance[at][-1])
        # one of the rows that hold the value is the pair's own
        held = np.maximum(shares.astype(np.float64) * known - 1.0, 0.5)
        smoothed = (held + _SHARE_PSEUDO * chance) / (known + _SHARE_PSEUDO)
        bits = np.log2(self.match[at][-1] / smoothed)
        return np.clip(bits, 0.0, _MOST_BITS).astype(np.float32)

    def total_bits(self, compared: Compared) -> Float64:
        return self.field_bits(compared).sum(axis=1, dtype=np.float64) + self.prior_bits


def probability(bits: Float64) -> Float64:
    return np.asarray(1.0 / (1.0 + np.exp2(-np.clip(bits, -60.0, 60.0))), dtype=np.float64)


def level_counts(levels: Int8, features: tuple[Feature, ...], weights: Float64 | None = None) -> list[Float64]:
    """Per feature the (weighted) number of pairs at each level from 1; blanks are left out."""
    return [
        np.bincount(levels[:, at], weights=weights, minlength=feature.levels + 1)[1:].astype(np.float64)
        for at, feature in enumerate(features)
    ]


def chances(features: tuple[Feature, ...], random_levels: Int8) -> tuple[Float64, ...]:
    """u from random pairs, held by its prior where hardly any were drawn."""
    found = []
    for feature, counts in zip(features, level_counts(random_levels, features), strict=True):
        prior = _PRIOR_RANDOM * np.array(feature.prior_u)
        found.append((counts + prior) / (counts.sum() + _PRIOR_RANDOM))
    return tuple(found)


def fitted(
    features: tuple[Feature, ...],
    compared: Compared,
    random_levels: Int8,
    *,
    known: Float64,
    all_pairs: float,
    expected_matches: float,
    represents: float = 1.0,
) -> Model:
    """`all_pairs`: of the two files, candidates or not. `represents`: candidates that each compared pair stands for."""
    drawn = chances(features, random_levels)
    prior_m = [np.array(feature.prior_m) for feature in features]
    model = Model(
        features=features,
        match=tuple(prior_m),
        chance=drawn,
        known=known,
        prior=float(np.clip(expected_matches / all_pairs, 1e-12, 0.5)),
    )
    for _ in range(_ROUNDS):
        posterior = probability(model.total_bits(compared))
        matches = float(posterior.sum()) * represents
        prior = float(np.clip((matches + 0.5) / (all_pairs + 1.0), 1e-12, 0.5))
        match = []
        for counts, start in zip(level_counts(compared.levels, features, posterior), prior_m, strict=True):
            counted = counts * represents
            match.append((counted + _PRIOR_PAIRS * start) / (counted.sum() + _PRIOR_PAIRS))
        change = max(float(np.abs(new - old).max()) for new, old in zip(match, model.match, strict=True))
        model = Model(
            features=features,
            match=tuple(match),
            chance=_without_matches(drawn, match, prior),
            known=known,
            prior=prior,
        )
        if change < 1e-4:
            break
    return model


def _without_matches(drawn: tuple[Float64, ...], match: list[Float64], prior: float) -> tuple[Float64, ...]:
    """Random pairs hold true pairs too: with ten records a person enough of them to hide how telling a field is."""
    cleaned = []
    for seen, true in zip(drawn, match, strict=True):
        others = np.maximum((seen - prior * true) / (1.0 - prior), 0.05 * seen)
        cleaned.append(np.maximum(others / others.sum(), _LEAST_CHANCE))
    return tuple(cleaned)
