from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from households_service.linkage.arrays import Int32, Int64
from households_service.linkage.evidence import Model
from households_service.linkage.group_evidence import GroupEvidence
from households_service.linkage.measures import Feature, Measured
from households_service.linkage.schema import FieldKind

MATCH, CHANCE = np.array([0.2, 0.8]), np.array([0.9, 0.1])


@dataclass(frozen=True, slots=True)
class Values:
    """Level 2 the same value, 1 another one, 0 nothing known."""

    kind: FieldKind
    values: tuple[int, ...]

    @property
    def features(self) -> tuple[Feature, ...]:
        return (Feature(name=self.kind.value, kind=self.kind, prior_m=(0.2, 0.8), prior_u=(0.9, 0.1)),)

    def measure(self, left: Int32 | Int64, right: Int32 | Int64) -> tuple[Measured, ...]:
        value = np.array(self.values)
        levels = np.where(value[left] == value[right], 2, 1)
        levels[(value[left] == 0) | (value[right] == 0)] = 0
        return (Measured(levels=levels.astype(np.int8), share=np.zeros(len(left), dtype=np.float32)),)


def odds(kind: FieldKind, values: tuple[int, ...], groups: tuple[tuple[int, ...], tuple[int, ...]]) -> float:
    using = (Values(kind, values),)
    model = Model(
        features=using[0].features, match=(MATCH,), chance=(CHANCE,), kin=(), known=np.array([100.0]), prior=0.5
    )
    evidence = GroupEvidence(model=model, using=using, partners=2.0)
    left, right = (
        np.array(side, dtype=np.int64) for side in zip(*[(a, b) for a in groups[0] for b in groups[1]], strict=True)
    )
    sums = evidence.measured(left, right).sum(axis=0, keepdims=True)
    sizes = sorted(len(group) for group in groups)
    return float(evidence.bits(sums, np.array(sizes[:1]), np.array(sizes[1:]))[0])


def test_a_birth_that_differs_throughout_weighs_more_than_another_field_that_does() -> None:
    values = (1, 1, 2, 2)
    groups = ((0, 1), (2, 3))
    gap = odds(FieldKind.PLACE, values, groups) - odds(FieldKind.DATE_OF_BIRTH, values, groups)
    assert round(gap, 4) == round(0.4 * np.log2(0.9 / 0.2), 4)


def test_an_occupation_that_no_record_shares_says_so_once_for_each_record() -> None:
    values = (1, 1, 1, 2, 2, 2)
    groups = ((0, 1, 2), (3, 4, 5))
    gap = odds(FieldKind.PLACE, values, groups) - odds(FieldKind.OCCUPATION, values, groups)
    assert round(gap, 4) == round(2 * np.log2(0.9 / 0.2), 4)


def test_records_without_an_occupation_say_nothing_of_it() -> None:
    values = (1, 0, 0, 2, 0, 0)
    groups = ((0, 1, 2), (3, 4, 5))
    assert odds(FieldKind.PLACE, values, groups) == odds(FieldKind.OCCUPATION, values, groups)
