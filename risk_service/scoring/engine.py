"""Scores households with a points table: look-ups and whole-number sums, feature by feature, block by block. Pure.

Contributions are exact: base and contributions of a row add up to its logit in whole points. They are told against
the typical value of each feature: a household that is typical in something has no reason there. Where a cell is
missing that seldom is, what is known speaks for it too (`standins`), and those contributions add up as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from chassis.errors import InvalidInput
from risk_service.scoring.features import Floats
from risk_service.scoring.points import UNIT, Lookup
from risk_service.scoring.standins import StandIns

Points: TypeAlias = NDArray[np.int32]

BLOCK = 8_192
"""Rows at a time: one feature's codes, points and the running best stay in the processor's cache."""
_PLACES = 512
"""A pick is points * 512 + place of the feature: one number to compare and to carry."""
FEW_EDGES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Row by row: `contributions` (features, rows) and `base` (rows,) in points, whose sum is `total`; `likelihood` of
    it. `raising` (3, rows) and `lowering` (2, rows) are places of features, strongest first, -1 for none.
    """

    contributions: Points
    base: Points
    total: NDArray[np.int64]
    likelihood: Floats
    raising: NDArray[np.int16]
    lowering: NDArray[np.int16]


def likelihood_of(points: NDArray[np.int64] | Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-UNIT * points)), dtype=np.float64)


def codes_of(upper: Floats, values: Floats) -> NDArray[np.intp]:
    """Bin of each value; a NaN falls into the last, one beyond the bins of values. An infinite value is a value."""
    if len(upper) <= FEW_EDGES:
        codes: NDArray[np.intp] = np.where(np.isnan(values), len(upper) + 1, 0)
        for edge in upper:
            codes += values > edge
        return codes
    found = np.searchsorted(upper, values, side="left")
    gaps = np.isnan(values)
    if gaps.any():
        found[gaps] = len(upper) + 1
    return found


class Engine:
    """A points table made ready. `score` may be called from several threads."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self.table = lookup.table
        self.width = len(self.table.features)
        self._typical = _typical_points(lookup)
        self._points = tuple(
            np.append(points[:-1] - usual, points[-1] - (0 if late > 0 else usual))
            for points, usual, late in zip(lookup.points, self._typical, lookup.late, strict=True)
        )
        self._own_base = self.table.base + self.table.scenario.central
        self.base = self._own_base + int(self._typical.sum())
        self._steps = tuple(np.diff(points[:-1]) for points in self._points)
        self._closed = tuple(np.append(upper, np.inf) for upper in lookup.upper)
        self._standins = StandIns(lookup.kinship, lookup.late)

    def score(self, values: Floats) -> Scores:
        """`values` (rows, features) in the table's order, NaN for missing; column-major is fastest."""
        if values.ndim != 2 or values.shape[1] != self.width:
            raise InvalidInput(f"Values must have {self.width} columns, one a feature.")
        rows = len(values)
        contributions = np.empty((self.width, rows), dtype=np.int32)
        base = np.full(rows, self.base, dtype=np.int32)
        raising, lowering = np.empty((3, rows), dtype=np.int16), np.empty((2, rows), dtype=np.int16)
        total = np.empty(rows, dtype=np.int64)
        for start in range(0, rows, BLOCK):
            part = slice(start, min(start + BLOCK, rows))
            block = contributions[:, part]
            self._look_up(values[part], block, base[part])
            _pick(block, raising[:, part], lowering[:, part])
            np.add(block.sum(axis=0, dtype=np.int64), base[part], out=total[part])
        return Scores(
            contributions=contributions,
            base=base,
            total=total,
            likelihood=likelihood_of(total),
            raising=raising,
            lowering=lowering,
        )

    def likelihoods(self, values: Floats) -> Floats:
        return self.score(values).likelihood

    def _look_up(self, values: Floats, block: Points, base: Points) -> None:
        waiting = np.zeros(len(values), dtype=np.bool_)
        for place, (upper, points) in enumerate(zip(self.lookup.upper, self._points, strict=True)):
            column, out = values[:, place], block[place]
            if len(upper) <= FEW_EDGES:
                gaps = _climbed(upper, points, self._steps[place], column, out)
            else:
                # Behind an endless last edge a NaN is alone in its bin.
                codes = np.searchsorted(self._closed[place], column, side="left")
                np.take(points, codes, out=out, mode="clip")
                gaps = codes > len(upper)
            if self.lookup.late[place] > 0:
                waiting |= gaps
        if waiting.any():
            rows = np.flatnonzero(waiting)
            block[:, rows], base[rows] = self._standins.applied(
                block[:, rows], np.isnan(values[rows]), self._own_base, self._typical
            )


def _typical_points(lookup: Lookup) -> Points:
    """(features,) points of each typical value; 0, the average, where none is told."""
    found = np.zeros(len(lookup.table.features), dtype=np.int32)
    for place, feature in enumerate(lookup.table.features):
        if feature.typical is not None:
            found[place] = lookup.points[place][int(np.searchsorted(lookup.upper[place], feature.typical))]
    return found


def _climbed(upper: Floats, points: Points, steps: Points, column: Floats, out: Points) -> NDArray[np.bool_]:
    """Points of a feature with few bins, a step at each edge: cheaper than looking each value up. Tells the gaps."""
    out[:] = points[0]
    for edge, step in zip(upper, steps, strict=True):
        out += (column > edge) * step
    gaps = np.isnan(column)
    if gaps.any():
        out[gaps] = points[-1]
    return gaps


def _pick(block: Points, raising: NDArray[np.int16], lowering: NDArray[np.int16]) -> None:
    """The three greatest and two least by insertion into sorted columns: whole rows of the block at once."""
    rows = block.shape[1]
    high = [np.zeros(rows, dtype=np.int32) for _ in range(len(raising))]
    low = [np.zeros(rows, dtype=np.int32) for _ in range(len(lowering))]
    pick, carried, moved = (np.empty(rows, dtype=np.int32) for _ in range(3))
    for place in range(len(block)):
        np.left_shift(block[place], 9, out=pick)
        np.bitwise_or(pick, place, out=pick)
        falling = pick
        for kept in high[:-1]:
            np.minimum(falling, kept, out=moved)
            np.maximum(falling, kept, out=kept)
            falling, carried, moved = moved, moved, carried
        np.maximum(falling, high[-1], out=high[-1])
        rising = pick
        for kept in low[:-1]:
            np.maximum(rising, kept, out=moved)
            np.minimum(rising, kept, out=kept)
            rising, carried, moved = moved, moved, carried
        np.minimum(rising, low[-1], out=low[-1])
    for out, kept in zip((*raising, *lowering), (*high, *low), strict=True):
        # Zero points are no reason. `>>` rounds down, which takes the place off negative points as well.
        out[:] = np.where(np.abs(kept >> 9) > 0, kept & (_PLACES - 1), -1)
