"""What the records of one group say of another one's: are both the same person?

Field by field the mean of the likelihood ratios between their records: each record of a person shows one of several
ways in which that person is written, so one good likeness among five is five times as weak, not nothing. Half of the
weight is the mean chance of the pairs as wholes, or a group that holds one stranger would draw in the stranger's kin.
Nobody is born in several ways: where the records contradict each other in the birth, the mean of the bits speaks too,
or two vague dates among thirty that meet by chance would make up for two births. An occupation is told anew by each
record, whatever the way its name is written: where no record of a group shares one with any of the other's, each
further record of the smaller one says so again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from households_service.linkage.arrays import Float32, Float64, Int32, Int64
from households_service.linkage.comparison import Compared, Comparison, compare
from households_service.linkage.evidence import Model
from households_service.linkage.schema import FieldKind

_TEMPER = 2.0
"""Records of one pair of persons are not independent of each other: chances are averaged at half their bits."""
_MOST_BITS = 30.0
_HIGHEST = 200.0
_CHUNK = 100_000
_MANY_BITS = 1.0
"""A group of many records is the likelier owner of one more, in proportion to its size."""
_LEAST_MANY = 2.0
_MANY_POWER = 1.5
_FEW_BITS = -2.0
"""Two groups of one person would have met before they grew."""
_BIRTH_WEIGHT = 0.4
"""Of the mean bits of a birth that differs. These three found on invented registers of many kinds."""
_MOST_TOLD = 4
"""Records that tell another occupation each for itself."""
_BIRTH = frozenset({FieldKind.DATE_OF_BIRTH, FieldKind.YEAR})


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupEvidence:
    """`partners`: records that a record's person has besides it, in the mean over records.

    A group larger than such persons go says no more by its size: what has grown by mistake must not grow faster.
    """

    model: Model
    using: tuple[Comparison, ...]
    partners: float

    @property
    def most_many(self) -> float:
        return float(max(_LEAST_MANY, self.partners**_MANY_POWER))

    def measured(self, left: Int32 | Int64, right: Int32 | Int64) -> Float32:
        """(pairs, columns) to be summed over the pairs between two groups; the last column counts them.

        Likelihood ratios, 0 where a field is blank; whether it is known; bits of the birth; the tempered chance.
        """
        width = len(self._feature_of_column()) + len(self.model.features) + len(self._births()) + 2
        found = np.empty((len(left), width), dtype=np.float32)
        for start in range(0, len(left), _CHUNK):
            part = slice(start, start + _CHUNK)
            found[part] = self._measured(left[part], right[part])
        return found

    def _measured(self, left: Int32 | Int64, right: Int32 | Int64) -> Float32:
        compared = compare(self.using, left, right)
        bits = self._bits(compared)
        known = (compared.levels > 0).astype(np.float32)
        ratios = np.exp2(bits) * known[:, self._feature_of_column()]
        total = np.clip(self._total(bits.astype(np.float64)), -_MOST_BITS, _MOST_BITS)
        chance = (1.0 / (1.0 + np.exp2(-total / _TEMPER))).astype(np.float32)
        return np.column_stack([ratios, known, bits[:, self._births()], chance, np.ones(len(bits), dtype=np.float32)])

    def bits(self, sums: Float32, few: Int64, many: Int64) -> Float64:
        """Log odds per pair of groups; `few` and `many`: records of the smaller and of the larger one."""
        found = np.empty(len(sums))
        for start in range(0, len(sums), _CHUNK):
            part = slice(start, start + _CHUNK)
            found[part] = self._group_bits(sums[part], few[part], many[part])
        return found

    def _group_bits(self, sums: Float32, few: Int64, many: Int64) -> Float64:
        columns = self._feature_of_column()
        features = len(columns) + len(self.model.features)
        of_feature = sums[:, len(columns) : features].astype(np.float64)
        known = of_feature[:, columns]
        means = np.ones((len(sums), len(columns)))
        np.divide(sums[:, : len(columns)], known, out=means, where=known > 0)
        bits = np.log2(np.maximum(means, 1e-30))
        fields = self._total(bits)
        chance = np.clip(sums[:, -2].astype(np.float64) / sums[:, -1], 1e-9, 1 - 1e-9)
        whole = _TEMPER * np.log2(chance / (1.0 - chance))
        births = self._births()
        birth = sums[:, features : features + len(births)] / np.maximum(of_feature[:, births], 1.0)
        anew = self._told_anew()
        again = np.clip(of_feature[:, anew] / many[:, None], 1.0, _MOST_TOLD) - 1.0
        return np.asarray(
            0.5 * (fields + whole)
            + _BIRTH_WEIGHT * np.minimum(birth, 0.0).sum(axis=1)
            + (np.minimum(bits[:, anew], 0.0) * again).sum(axis=1)
            + _MANY_BITS * np.log2(np.minimum(many, self.most_many))
            + _FEW_BITS * np.log2(few)
        )

    def _bits(self, compared: Compared) -> Float32:
        own = self.model.field_bits(compared)
        kin = [
            self.model.agreement_bits(compared, kinship.agree)[:, columns]
            for kinship, columns in zip(self.model.kin, self._kin_columns(), strict=True)
        ]
        return np.concatenate([own, *kin], axis=1)

    def _total(self, bits: Float64) -> Float64:
        at = len(self.model.features)
        own = bits[:, :at]
        others: Float64 = np.ones(len(bits))
        for kinship, columns in zip(self.model.kin, self._kin_columns(), strict=True):
            shared = bits[:, at : at + len(columns)].sum(axis=1)
            others += kinship.prior * np.exp2(np.minimum(shared, _HIGHEST))
            at += len(columns)
        moved = self.model.moved_bits(own.astype(np.float32))
        return np.asarray(own.sum(axis=1) + moved - np.log2(others) + self.model.prior_bits)

    def _births(self) -> list[int]:
        return [at for at, feature in enumerate(self.model.features) if feature.kind in _BIRTH]

    def _told_anew(self) -> list[int]:
        return [at for at, feature in enumerate(self.model.features) if feature.kind is FieldKind.OCCUPATION]

    def _kin_columns(self) -> list[list[int]]:
        return [[at for at, levels in enumerate(kinship.agree) if levels is not None] for kinship in self.model.kin]

    def _feature_of_column(self) -> list[int]:
        own = range(len(self.model.features))
        return [*own, *(at for columns in self._kin_columns() for at in columns)]
