"""How much each agreement is worth, in bits: Fellegi & Sunter 1969, fitted by expectation and maximisation.

u (chance of a level between two people) comes from random pairs, m (between records of one person) and the share of
true pairs from the candidates; pairs that are no candidates count as pairs of two people. Two people may be relatives
or neighbours: classes of their own, else every family of one home looks like one person. The worth of an exact
agreement follows how common the agreed value is (Winkler 1988). What is missing is no evidence.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from households_service.linkage.arrays import Float32, Float64, Int8
from households_service.linkage.comparison import Compared
from households_service.linkage.measures import Feature
from households_service.linkage.schema import FieldKind

_PRIOR_PAIRS = 25.0
"""How many true pairs the prior of m is worth."""
_PRIOR_RANDOM = 200.0
_ROUNDS = 40
_SETTLED = 2e-4
_KIN_EXPECTED = {"relatives": 4.0, "neighbours": 100.0, "namesakes": 1.0}
_MOVED = 0.05
_MOST_MOVED = 0.5
_MOST_DIFFER = {
    FieldKind.GIVEN_NAME: 0.25,
    FieldKind.FAMILY_NAME: 0.35,
    FieldKind.DATE_OF_BIRTH: 0.25,
    FieldKind.YEAR: 0.25,
    FieldKind.SEX: 0.08,
    FieldKind.ID: 0.35,
}
_HOME = frozenset(
    {
        FieldKind.PLACE,
        FieldKind.POSTCODE,
        FieldKind.PHONE,
        FieldKind.HOUSEHOLD,
        FieldKind.FREE_TEXT,
        FieldKind.NUMBER,
        FieldKind.CATEGORY,
    }
)
_SHARED = {
    "relatives": _HOME | {FieldKind.FAMILY_NAME, FieldKind.OCCUPATION},
    "neighbours": _HOME,
    "namesakes": frozenset({FieldKind.GIVEN_NAME, FieldKind.FAMILY_NAME, FieldKind.SEX}),
}
"""What people may share who are not one person; birth and number are shared by chance only."""
_SHARE_PSEUDO = 50.0
_LEAST_CHANCE = 1e-7
_MOST_BITS = 24.0
"""No field alone may outweigh this: a value that is unique in the file may still be a mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinship:
    """A way in which two people agree without being one: they share a home or a name, never who they are."""

    name: str
    agree: tuple[Float64 | None, ...]
    """Chance of each level per feature; None where such people agree no more than any two do."""
    prior: float
    """Their share among all pairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """`match[f]` and `chance[f]`: chance of each level of feature f (level 1 first) for one person and for two."""

    features: tuple[Feature, ...]
    match: tuple[Float64, ...]
    chance: tuple[Float64, ...]
    kin: tuple[Kinship, ...]
    known: Float64
    """Rows per feature in which it is known: how far its shares can be trusted."""
    prior: float
    """Share of true pairs among all pairs of rows."""
    moved: float = 0.0
    """Share of true pairs whose records name two homes: all that tells of a home then differs at once."""
    matches_seen: float = 0.0
    """True pairs expected among those it was fitted on."""

    @property
    def prior_bits(self) -> float:
        return float(np.log2(self.prior / (1 - self.prior)))

    def field_bits(self, compared: Compared) -> Float32:
        """(pairs, features): what each feature adds to the odds against two people who have nothing in common."""
        return self._bits(compared, self.match)

    def moved_bits(self, field_bits: Float32) -> Float64:
        """What is given back because people move: a change of home speaks against a pair once, not once per field."""
        if self.moved <= 0.0:
            return np.zeros(len(field_bits))
        return np.log2((1.0 - self.moved) + self.moved * np.exp2(np.minimum(-self._home_bits(field_bits), 200.0)))

    def moved_share(self, field_bits: Float32) -> Float64:
        """Chance per pair, if it is a true one, that its records name two homes."""
        moved = self.moved * np.exp2(np.minimum(-self._home_bits(field_bits), 200.0))
        return np.asarray(moved / (moved + 1.0 - self.moved))

    def _home_bits(self, field_bits: Float32) -> Float64:
        home = [at for at, feature in enumerate(self.features) if feature.kind in _HOME]
        return field_bits[:, home].sum(axis=1, dtype=np.float64)

    def kin_bits(self, compared: Compared) -> Float64:
        """What is taken off again because relatives and neighbours agree too; 0 or less."""
        total = np.ones(len(compared.levels))
        for kinship in self.kin:
            bits = self._bits(compared, kinship.agree).sum(axis=1, dtype=np.float64)
            total += kinship.prior * np.exp2(np.minimum(bits, 200.0))
        return np.asarray(-np.log2(total))

    def total_bits(self, compared: Compared) -> Float64:
        return self.bits_of(self.field_bits(compared), compared)

    def bits_of(self, field_bits: Float32, compared: Compared) -> Float64:
        own = field_bits.sum(axis=1, dtype=np.float64) + self.moved_bits(field_bits)
        return np.asarray(own + self.kin_bits(compared) + self.prior_bits)

    def _bits(self, compared: Compared, agree: tuple[Float64 | None, ...]) -> Float32:
        bits = np.zeros(compared.levels.shape, dtype=np.float32)
        for at, (true, chance) in enumerate(zip(agree, self.chance, strict=True)):
            if true is None:
                continue
            table = np.concatenate([[0.0], np.log2(true / chance)]).astype(np.float32)
            bits[:, at] = table[compared.levels[:, at]]
            agreed = np.flatnonzero(compared.shares[:, at] > 0)
            bits[agreed, at] = self._exact_bits(at, float(true[-1]), compared.shares[agreed, at])
        return bits

    def _exact_bits(self, at: int, agree: float, shares: Float32) -> Float32:
        known = self.known[at]
        chance = float(self.chance[at][-1])
        # one of the rows that hold the value is the pair's own
        held = np.maximum(shares.astype(np.float64) * known - 1.0, 0.5)
        smoothed = (held + _SHARE_PSEUDO * chance) / (known + _SHARE_PSEUDO)
        return np.clip(np.log2(agree / smoothed), -_MOST_BITS, _MOST_BITS).astype(np.float32)


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


def expected_model(features: tuple[Feature, ...], random_levels: Int8, *, known: Float64, prior: float) -> Model:
    """A model before any pair was judged: m as generally expected, u as between random rows.

    `prior`: chance that two rows are one person. Of a million people some share a home with each one.
    """
    prior_m = tuple(np.array(feature.prior_m) for feature in features)
    kin = [
        replace(kinship, prior=min(0.2, prior * _KIN_EXPECTED[kinship.name]))
        for kinship in _kinships(features, prior_m, prior)
    ]
    return Model(
        features=features,
        match=prior_m,
        chance=chances(features, random_levels),
        kin=tuple(kin),
        known=known,
        prior=prior,
        moved=_MOVED if sum(feature.kind in _HOME for feature in features) > 1 else 0.0,
    )


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
    prior_m = tuple(np.array(feature.prior_m) for feature in features)
    start = float(np.clip(expected_matches / all_pairs, 1e-12, 0.5))
    model = Model(
        features=features,
        match=prior_m,
        chance=drawn,
        kin=_kinships(features, prior_m, start),
        known=known,
        prior=start,
        moved=_MOVED if sum(feature.kind in _HOME for feature in features) > 1 else 0.0,
    )
    return improved(model, compared, drawn=drawn, all_pairs=all_pairs, represents=represents)


def improved(
    model: Model,
    compared: Compared,
    *,
    drawn: tuple[Float64, ...],
    all_pairs: float,
    represents: float = 1.0,
    kin_fixed: bool = False,
) -> Model:
    """The model after expectation and maximisation, starting from (and held by) its own m."""
    prior_m, kin = model.match, model.kin
    for _ in range(_ROUNDS):
        previous, model = model, _improved(model, compared, drawn, prior_m, all_pairs, represents)
        if kin_fixed:
            model = replace(model, kin=kin)
        change = max(float(np.abs(new - old).max()) for new, old in zip(model.match, previous.match, strict=True))
        if change < _SETTLED:
            break
    return model


def _kinships(features: tuple[Feature, ...], prior_m: tuple[Float64, ...], prior: float) -> tuple[Kinship, ...]:
    found = []
    for name, shared in _SHARED.items():
        agree = tuple(m if feature.kind in shared else None for feature, m in zip(features, prior_m, strict=True))
        if sum(levels is not None for levels in agree) > 1:
            found.append(Kinship(name=name, agree=agree, prior=prior))
    return tuple(found)


def _improved(
    model: Model,
    compared: Compared,
    drawn: tuple[Float64, ...],
    prior_m: tuple[Float64, ...],
    all_pairs: float,
    represents: float,
) -> Model:
    field_bits = model.field_bits(compared)
    own_bits = field_bits.sum(axis=1, dtype=np.float64) + model.moved_bits(field_bits)
    same = model.prior * np.exp2(np.minimum(own_bits, 200.0))
    near = [
        kinship.prior * np.exp2(np.minimum(model._bits(compared, kinship.agree).sum(axis=1, dtype=np.float64), 200.0))  # noqa: SLF001
        for kinship in model.kin
    ]
    everything = same + sum(near) + max(1e-6, 1.0 - model.prior - sum(kinship.prior for kinship in model.kin))
    posterior = same / everything
    match, prior, moved = _matches(model, compared, field_bits, posterior, prior_m, all_pairs, represents)
    kin = []
    for kinship, weight in zip(model.kin, near, strict=True):
        agree, share = _estimated(model, compared, weight / everything, prior_m, all_pairs, represents)
        kept = tuple(new if old is not None else None for new, old in zip(agree, kinship.agree, strict=True))
        kin.append(Kinship(name=kinship.name, agree=kept, prior=share))
    return Model(
        features=model.features,
        match=match,
        chance=_without_matches(drawn, match, prior),
        kin=tuple(kin),
        known=model.known,
        prior=prior,
        moved=moved,
        matches_seen=prior * all_pairs,
    )


def _matches(
    model: Model,
    compared: Compared,
    field_bits: Float32,
    posterior: Float64,
    prior_m: tuple[Float64, ...],
    all_pairs: float,
    represents: float,
) -> tuple[tuple[Float64, ...], float, float]:
    """m, the share of true pairs, and the share of movers; what tells of a home is counted on those who stayed."""
    match, prior = _estimated(model, compared, posterior, prior_m, all_pairs, represents)
    moved = model.moved
    if moved > 0.0:
        left_home = model.moved_share(field_bits)
        stayed, _ = _estimated(model, compared, posterior * (1.0 - left_home), prior_m, all_pairs, represents)
        match = tuple(
            home if feature.kind in _HOME else whole
            for feature, home, whole in zip(model.features, stayed, match, strict=True)
        )
        matches = float(posterior.sum()) * represents
        counted = float((posterior * left_home).sum()) * represents + _PRIOR_PAIRS * _MOVED
        moved = min(_MOST_MOVED, counted / (matches + _PRIOR_PAIRS))
    return _believable(model.features, match), prior, moved


def _estimated(
    model: Model,
    compared: Compared,
    posterior: Float64,
    prior_m: tuple[Float64, ...],
    all_pairs: float,
    represents: float,
) -> tuple[tuple[Float64, ...], float]:
    levels = []
    for counts, start in zip(level_counts(compared.levels, model.features, posterior), prior_m, strict=True):
        counted = counts * represents
        levels.append((counted + _PRIOR_PAIRS * start) / (counted.sum() + _PRIOR_PAIRS))
    share = (float(posterior.sum()) * represents + 0.5) / (all_pairs + 1.0)
    return tuple(levels), float(np.clip(share, 1e-12, 0.5))


def _believable(features: tuple[Feature, ...], match: tuple[Float64, ...]) -> tuple[Float64, ...]:
    """One person's records differ in who the person is only so often; a class in which they differ more is no person.

    Without this bound the class of true pairs can drift to neighbours, of whom there are many more.
    """
    held = []
    for feature, levels in zip(features, match, strict=True):
        most = _MOST_DIFFER.get(feature.kind, 1.0)
        if levels[0] > most:
            levels = np.concatenate([[most], levels[1:] * (1.0 - most) / levels[1:].sum()])  # noqa: PLW2901
        held.append(levels)
    return tuple(held)


def _without_matches(drawn: tuple[Float64, ...], match: tuple[Float64, ...], prior: float) -> tuple[Float64, ...]:
    """Random pairs hold true pairs too: with ten records a person enough of them to hide how telling a field is."""
    cleaned = []
    for seen, true in zip(drawn, match, strict=True):
        others = np.maximum((seen - prior * true) / (1.0 - prior), 0.05 * seen)
        cleaned.append(np.maximum(others / others.sum(), _LEAST_CHANCE))
    return tuple(cleaned)
