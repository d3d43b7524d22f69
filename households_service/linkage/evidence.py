"""What a comparison is worth as evidence, in bits: the fitted model and what it says of pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from households_service.linkage.arrays import Float32, Float64
from households_service.linkage.comparison import Compared
from households_service.linkage.measures import Feature
from households_service.linkage.schema import FieldKind

HOME = frozenset(
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
"""What tells of a home: it changes all at once when somebody moves."""
SHARE_PSEUDO = 50.0
MOST_BITS = 24.0
"""No field alone may outweigh this: a value that is unique in the file may still be a mistake."""
HIGHEST = 200.0


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
        return self.agreement_bits(compared, self.match)

    def moved_bits(self, field_bits: Float32) -> Float64:
        """What is given back because people move: a change of home speaks against a pair once, not once per field."""
        if self.moved <= 0.0:
            return np.zeros(len(field_bits))
        return np.log2((1.0 - self.moved) + self.moved * np.exp2(np.minimum(-self._home_bits(field_bits), HIGHEST)))

    def moved_share(self, field_bits: Float32) -> Float64:
        """Chance per pair, if it is a true one, that its records name two homes."""
        moved = self.moved * np.exp2(np.minimum(-self._home_bits(field_bits), HIGHEST))
        return np.asarray(moved / (moved + 1.0 - self.moved))

    def _home_bits(self, field_bits: Float32) -> Float64:
        home = [at for at, feature in enumerate(self.features) if feature.kind in HOME]
        return np.asarray(field_bits[:, home].sum(axis=1, dtype=np.float64))

    def kin_bits(self, compared: Compared) -> Float64:
        """What is taken off again because relatives and neighbours agree too; 0 or less."""
        total: Float64 = np.ones(len(compared.levels))
        for kinship in self.kin:
            bits = self.agreement_bits(compared, kinship.agree).sum(axis=1, dtype=np.float64)
            total += kinship.prior * np.exp2(np.minimum(bits, HIGHEST))
        return np.asarray(-np.log2(total))

    def bits_of(self, field_bits: Float32, compared: Compared) -> Float64:
        own = field_bits.sum(axis=1, dtype=np.float64) + self.moved_bits(field_bits)
        return np.asarray(own + self.kin_bits(compared) + self.prior_bits)

    def agreement_bits(self, compared: Compared, agree: tuple[Float64 | None, ...]) -> Float32:
        """(pairs, features): as `field_bits`, for people who agree as `agree` says."""
        bits = np.zeros(compared.levels.shape, dtype=np.float32, order="F")
        for at, (true, chance) in enumerate(zip(agree, self.chance, strict=True)):
            if true is None:
                continue
            table = np.concatenate([[0.0], np.log2(true / chance)]).astype(np.float32)
            bits[:, at] = table[compared.levels[:, at]]
            agreed = np.flatnonzero(compared.shares[:, at] > 0)
            if len(agreed):
                bits[agreed, at] = self._exact_bits(at, float(true[-1]), compared.shares[agreed, at])
        return bits

    def _exact_bits(self, at: int, agree: float, shares: Float32) -> Float32:
        known = self.known[at]
        chance = float(self.chance[at][-1])
        # one of the rows that hold the value is the pair's own
        held = np.maximum(shares.astype(np.float64) * known - 1.0, 0.5)
        smoothed = (held + SHARE_PSEUDO * chance) / (known + SHARE_PSEUDO)
        return np.asarray(np.clip(np.log2(agree / smoothed), -MOST_BITS, MOST_BITS), dtype=np.float32)


def probability(bits: Float64) -> Float64:
    return np.asarray(1.0 / (1.0 + np.exp2(-np.clip(bits, -60.0, 60.0))), dtype=np.float64)
