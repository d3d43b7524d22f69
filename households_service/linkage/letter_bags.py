"""The letters of many names as bits, so that most pairs of unlike names need no comparing letter by letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from households_service.linkage.arrays import Flags, Int32, Int64, UInt64

_LETTERS = 26
_FIRST = ord("a")
_MOST = 24
"""Letters looked at; those after them count as any letter."""
_ROUNDING = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterBags:
    """Per name a bit for each small Latin letter and one for its coming again; `others` are all further letters."""

    held: UInt64
    others: Int64
    length: Int64

    @staticmethod
    def of(names: Sequence[str], length: Int64) -> LetterBags:
        signs = np.frombuffer("".join(names).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        bits = np.zeros(len(signs), dtype=np.uint64)
        small = np.flatnonzero((signs >= _FIRST) & (signs < _FIRST + _LETTERS))
        bits[small] = np.uint64(1) << (signs[small] - np.uint32(_FIRST)).astype(np.uint64)
        starts = np.cumsum(length) - length
        once, again = np.zeros(len(names), dtype=np.uint64), np.zeros(len(names), dtype=np.uint64)
        long_enough = np.arange(len(names))
        for place in range(min(_MOST, int(length.max(initial=0)))):
            long_enough = long_enough[length[long_enough] > place]
            letter = bits[starts[long_enough] + place]
            seen = once[long_enough]
            again[long_enough] |= seen & letter
            once[long_enough] = seen | letter
        held = once | (again << np.uint64(_LETTERS))
        return LetterBags(held=held, others=length - np.bitwise_count(held), length=length)

    def can_be_alike(self, left: Int32, right: Int32, least: float) -> Flags:
        """False where the Jaro similarity is below `least` whatever the order of the letters."""
        common = np.bitwise_count(self.held[left] & self.held[right]).astype(np.int64)
        common += np.minimum(self.others[left], self.others[right])
        one, two = self.length[left], self.length[right]
        return np.asarray(common * (one + two) >= (3.0 * (least - _ROUNDING) - 1.0) * (one * two))
