"""Scores as whole numbers of a unit, so that sums and the certificate are exact.

Money with two decimals is counted in hundredths; whatever a file writes with a finite number of digits has such a
unit, as long as the numbers do not become too long. Others are rounded to the finest unit there is room for, and the
answer tells by how much that can move the sum.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

import numpy as np

from employment_service.matching.assignment.domain import LARGEST_SCORE, Numbers, Scores

LONGEST = 2**53
"""Up to here a whole number has a floating one of its own."""
LARGEST_SUM = 2**61
ROUNDED_TO = 10**12
"""How many units the largest score has at most where scores have to be rounded."""
MOST_DIGITS = 22
"""Powers of ten up to this are exact as floating numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A score is so many times ten to the minus `digits`. `rounded`: some score is that only nearly."""

    digits: int
    rounded: bool

    def told(self, units: int) -> str:
        if self.digits <= 0:
            return f"{units * 10**-self.digits:,}"
        return f"{Decimal(units).scaleb(-self.digits):,.{self.digits}f}"

    @property
    def size(self) -> str:
        return f"1e{-self.digits}" if self.digits > 6 or self.digits < 0 else self.told(1)


WHOLE = Unit(digits=0, rounded=False)


def counted(blocks: Sequence[Numbers], workers: int) -> tuple[list[Scores], Unit]:
    """Each block in units, and which. At most `workers` scores are ever added up."""
    top = max((_largest(block) for block in blocks), default=0.0)
    most = min(LONGEST, LARGEST_SUM // max(workers, 1))
    exact = _digits(blocks, top, most)
    if exact is None:
        fits = min(most, ROUNDED_TO)
        digits = min(300, math.floor(math.log10(fits) - math.log10(top))) if top > 0 else 0
        unit = Unit(digits=digits, rounded=True)
    else:
        unit = Unit(digits=exact, rounded=False)
    small = top * 10.0**unit.digits <= LARGEST_SCORE
    return [_units(block, unit.digits, small=small) for block in blocks], unit


def _largest(block: Numbers) -> float:
    return float(np.abs(block).max()) if len(block) else 0.0


def _digits(blocks: Sequence[Numbers], top: float, most: int) -> int | None:
    """How many decimals all scores have: a floating number is the one nearest to its decimals."""
    digits = 0
    for block in blocks:
        while not _has(block, digits):
            digits += 1
            if digits > MOST_DIGITS or top * 10.0**digits > most:
                return None
    return digits if top * 10.0**digits <= most else None


def _has(block: Numbers, digits: int) -> bool:
    if block.dtype.kind == "i":
        return True
    power = 10.0**digits
    for first in range(0, len(block), 2**16):
        part = block[first : first + 2**16]
        if not np.array_equal(np.rint(part * power) / power, part):
            return False
    return True


def _units(block: Numbers, digits: int, *, small: bool) -> Scores:
    if block.dtype.kind == "i" and digits >= 0:
        units = block.astype(np.int64) * 10**digits
    else:
        units = np.rint(block.astype(np.float64) * 10.0**digits).astype(np.int64)
    return units.astype(np.int32) if small else cast("Scores", units)
