"""Names in Han characters beside names in letters: what spelling tells apart, sounds may bring together.

Stands between the engine's comparison of names and its weights: a level is only ever raised, and only between scripts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from households_service.linkage.arrays import Flags, Int8, Int32, Int64, distinct_pairs
from households_service.linkage.comparing_names import ALIKE, NEAR, NameComparison
from households_service.linkage.comparison import Comparison
from households_service.linkage.measures import Feature, Measured
from households_service.linkage.names import TokenBook
from households_service.linkage.normal.bridge import bridge_similarities
from households_service.linkage.normal.script import Script, script_of

_RENDERED = 0.80
"""Usual renderings of clerks reach it; of any two names hardly one pair in two hundred does."""
_SIMILAR = 0.65


@dataclass(frozen=True, slots=True)
class BridgedNames:
    """Two features, as `NameComparison` has them."""

    names: NameComparison
    han: Flags
    """Per part of a name."""
    latin: Flags

    @staticmethod
    def of(names: NameComparison) -> BridgedNames:
        scripts = [script_of(str(text)) for text in names.names.tokens.text]
        roman = [script_of(str(text)) for text in names.names.tokens.roman]
        han = np.array([script is Script.HAN for script in scripts], dtype=np.bool_)
        return BridgedNames(names, han, ~han & np.array([one is Script.LATIN for one in roman], dtype=np.bool_))

    @property
    def features(self) -> tuple[Feature, ...]:
        return self.names.features

    def measure(self, left: Int32 | Int64, right: Int32 | Int64) -> tuple[Measured, ...]:
        first, last = self.names.measure(left, right)
        parts = self.names.names
        for measured, codes in ((first, parts.first), (last, parts.last)):
            self._raise(measured.levels, parts.tokens, codes[left], codes[right])
        return (first, last)

    def _raise(self, levels: Int8, book: TokenBook, one: Int32, other: Int32) -> None:
        known = (one >= 0) & (other >= 0) & (levels > 0) & (levels < NEAR)
        across = self.han[one] & self.latin[other] | self.latin[one] & self.han[other]
        rows = np.flatnonzero(known & across)
        if not len(rows):
            return
        pairs = distinct_pairs(one[rows], other[rows])
        turned = self.han[pairs.right]
        han = np.where(turned, pairs.right, pairs.left)
        latin = np.where(turned, pairs.left, pairs.right)
        alike = bridge_similarities([str(text) for text in book.text[han]], [str(text) for text in book.roman[latin]])
        raised = np.where(alike >= _RENDERED, NEAR, np.where(alike >= _SIMILAR, ALIKE, 0)).astype(np.int8)
        levels[rows] = np.maximum(levels[rows], pairs.spread(raised, 0))


def bridged(using: tuple[Comparison, ...]) -> tuple[Comparison, ...]:
    return tuple(BridgedNames.of(one) if isinstance(one, NameComparison) else one for one in using)
