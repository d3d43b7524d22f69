"""What two files of full names tell beyond a first and a last part: in which order each writes them, what stands
between, and which spellings of a sound they use.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from households_service.linkage.arrays import Float32, Float64, Int8, Int32, Int64
from households_service.linkage.comparing_names import SAME, VARIANT, WORTH, Levels, NameComparison, levels_between
from households_service.linkage.comparison import Comparison, comparisons
from households_service.linkage.measures import Feature, Measured, share_of
from households_service.linkage.names import NameParts
from households_service.linkage.normal.loose import loose_spellings
from households_service.linkage.schema import FieldKind
from households_service.linkage.table import PersonTable

_LEAST_MIDDLES = 0.05
"""Of the rows: where fewer have a middle part it says nothing worth the comparing."""
_MUCH_MORE_ALIKE = 1.5
_LEAST_ALIKE = 0.2
_LEAST_NAMES = 50
_NAMES_LOOKED_AT = 20_000
"""Of either file, evenly over it: more do not tell its order better."""


def fuller_comparisons(table: PersonTable) -> tuple[Comparison, ...]:
    """As `comparisons`, for whole files."""
    using = comparisons(table)
    if table.names is None:
        return using
    names = _spelled_alike(_ordered_alike(table.names, table.left_rows))
    rest = tuple(one for one in using if not isinstance(one, NameComparison))
    if np.count_nonzero(names.middle >= 0) <= _LEAST_MIDDLES * table.rows:
        return (NameComparison.of(names), *rest)
    return (NameComparison.of(names), MiddleComparison.of(names), *rest)


@dataclass(frozen=True, slots=True)
class MiddleComparison:
    """What stands between the first and the last part: a father's name, a second given name, a first surname."""

    names: NameParts
    shares: Float32

    @staticmethod
    def of(names: NameParts) -> MiddleComparison:
        counts = np.bincount(names.middle[names.middle >= 0], minlength=len(names.tokens.text))
        return MiddleComparison(names, (counts / max(1, counts.sum())).astype(np.float32))

    @property
    def features(self) -> tuple[Feature, ...]:
        return (
            Feature(
                name="middle name",
                kind=FieldKind.GIVEN_NAME,
                prior_m=(0.06, 0.02, 0.04, 0.13, 0.05, 0.70),
                prior_u=(0.91, 0.02, 0.005, 0.025, 0.01, 0.03),
            ),
        )

    def measure(self, left: Int32 | Int64, right: Int32 | Int64) -> tuple[Measured, ...]:
        found = np.zeros(len(left), dtype=np.int8)
        share = np.zeros(len(left), dtype=np.float32)
        rows = np.flatnonzero((self.names.middle[left] >= 0) & (self.names.middle[right] >= 0))
        if len(rows):
            levels = self._levels(left[rows], right[rows])
            found[rows] = levels
            share[rows] = share_of(self.shares, self.names.middle[left[rows]], exact=levels == SAME)
        return (Measured(levels=found, share=share),)

    def _levels(self, left: Int32 | Int64, right: Int32 | Int64) -> Int8:
        """In the order in which all three parts agree best: as they stand, or begun at another part."""
        names = self.names
        levels = levels_between(names, left, right)
        one = [slot[left] for slot in (names.first, names.middle, names.last)]
        two = [slot[right] for slot in (names.first, names.middle, names.last)]
        middle = levels(one[1], two[1])
        unsure = np.flatnonzero(middle < VARIANT)
        one, two = [codes[unsure] for codes in one], [codes[unsure] for codes in two]
        best, worth = middle[unsure], _worth(levels, one, two)
        for turned in (1, 2):
            other = two[turned:] + two[:turned]
            better = _worth(levels, one, other) > worth + 0.5
            best = np.where(better, np.minimum(levels(one[1], other[1]), VARIANT), best)
        middle[unsure] = best
        return middle


def _worth(levels: Levels, one: list[Int32], two: list[Int32]) -> Float32:
    return np.asarray(sum(WORTH[levels(a, b)] for a, b in zip(one, two, strict=True)), dtype=np.float32)


def _spelled_alike(names: NameParts) -> NameParts:
    _, one_of_each, sound = np.unique(names.tokens.sound, return_index=True, return_inverse=True)
    loose = loose_spellings(names.tokens.roman[one_of_each].tolist())
    codes: dict[str, int] = {}
    spelling = np.array([codes.setdefault(text, len(codes)) for text in loose], dtype=np.int32)[sound]
    return replace(names, tokens=replace(names.tokens, spelling=spelling))


def _ordered_alike(names: NameParts, left_rows: int) -> NameParts:
    """The right file's full names begun at the part the left file's begin with, if it plainly writes them otherwise."""
    several = np.flatnonzero((names.first >= 0) & (names.last >= 0))
    left, right = several[several < left_rows], several[several >= left_rows]
    if names.in_two_columns or min(len(left), len(right)) < _LEAST_NAMES:
        return names
    _, bones = np.unique(names.tokens.skeleton, return_inverse=True)
    left, right = _spread_over(left), _spread_over(right)
    straight, *turned = (_alike(names, bones, left, right, by) for by in (0, 1, 2))
    by = 1 + int(np.argmax(turned))
    if max(turned) <= max(_LEAST_ALIKE, _MUCH_MORE_ALIKE * straight):
        return names
    first, middle, last = (slot.copy() for slot in (names.first, names.middle, names.last))
    rows = several[several >= left_rows]
    first[rows], middle[rows], last[rows] = _turned(names, rows, by)
    return replace(names, first=first, middle=middle, last=last)


def _spread_over(rows: Int64) -> Int64:
    return rows[:: max(1, len(rows) // _NAMES_LOOKED_AT)]


def _turned(names: NameParts, rows: Int64, by: int) -> Int32:
    """The three parts of these names, begun at another one; those of two parts are just swapped."""
    slots = np.stack([names.first[rows], names.middle[rows], names.last[rows]])
    if by == 0:
        return slots
    three = slots[1] >= 0
    return np.where(three, np.roll(slots, -by, axis=0), slots[::-1])


def _alike(names: NameParts, bones: Int64, left: Int64, right: Int64, by: int) -> float:
    """Cosines between what the two files hold in their first and in their last parts."""
    first, _, last = _turned(names, right, by)
    sides = ((names.first[left], first), (names.last[left], last))
    return sum(_cosine(_held(one, bones), _held(two, bones)) for one, two in sides)


def _held(codes: Int32, bones: Int64) -> Float64:
    return np.bincount(bones[codes], minlength=int(bones.max()) + 1).astype(np.float64)


def _cosine(one: Float64, two: Float64) -> float:
    return float(one @ two) / max(1e-9, float(np.linalg.norm(one)) * float(np.linalg.norm(two)))
