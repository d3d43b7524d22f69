"""Bins of each feature, and what a model says in them: a sheet of numbers per bin, which sums of sheets stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_service.scoring.declaration import Condition, FeatureSet
from risk_service.scoring.engine import codes_of
from risk_service.scoring.features import Effect, Floats

MOST_BINS = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Bins:
    """`upper[j]`: greatest value of each bin of feature j but the last. `middle[j]`: mean of the values in each bin,
    rising, made from the rows the bins were made of.
    """

    upper: tuple[Floats, ...]
    middle: tuple[Floats, ...]

    def codes(self, values: Floats) -> tuple[NDArray[np.uint8], ...]:
        """By feature; the code after the last bin is "missing"."""
        return tuple(codes_of(upper, values[:, j]).astype(np.uint8) for j, upper in enumerate(self.upper))

    def missing(self, feature: int) -> int:
        return len(self.upper[feature]) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """An additive model on bins: logit = base + sum over features of `parts[j][code]`; the last part is "missing"."""

    base: float
    parts: tuple[Floats, ...]

    def logits(self, codes: Sequence[NDArray[np.uint8]]) -> Floats:
        total = np.full(len(codes[0]), self.base)
        for part, code in zip(self.parts, codes, strict=True):
            total += part[code]
        return total


def mix(sheets: Sequence[Sheet], weights: Sequence[float]) -> Sheet:
    base = sum(weight * sheet.base for weight, sheet in zip(weights, sheets, strict=True))
    parts = []
    for j in range(len(sheets[0].parts)):
        part = np.zeros_like(sheets[0].parts[j])
        for weight, sheet in zip(weights, sheets, strict=True):
            part += weight * sheet.parts[j]
        parts.append(part)
    return Sheet(base=base, parts=tuple(parts))


def rows_of(codes: Sequence[NDArray[np.uint8]], rows: NDArray[np.bool_] | NDArray[np.int64]) -> list[NDArray[np.uint8]]:
    return [code[rows] for code in codes]


def bins_of(values: Floats, declared: FeatureSet, most: int = MOST_BINS) -> Bins:
    """Each value a bin where there are few, else quantiles; and an edge wherever a group that has its own intercept
    begins or ends.
    """
    uppers, middles = [], []
    for j, feature in enumerate(declared.features):
        column = values[:, j]
        finite = column[np.isfinite(column)]
        forced = [
            edge
            for group in declared.groups
            if group.own_intercept and group.condition.column == feature.column
            for edge in _edges_at(group.condition)
        ]
        upper = _edges(finite, most, forced)
        uppers.append(upper)
        middles.append(_middle(finite, upper))
    return Bins(upper=tuple(uppers), middle=tuple(middles))


def _edges_at(condition: Condition) -> tuple[float, ...]:
    below = float("-inf")
    if condition.at_least is not None:
        return (float(np.nextafter(condition.at_least, below)),)
    if condition.below is not None:
        return (float(np.nextafter(condition.below, below)),)
    value = float(condition.equals or 0.0)
    return float(np.nextafter(value, below)), value


def _edges(finite: Floats, most: int, forced: list[float]) -> Floats:
    distinct = np.unique(finite)
    if len(distinct) <= most:
        edges = (distinct[1:] + distinct[:-1]) / 2.0
    else:
        edges = np.unique(np.quantile(finite, np.arange(1, most) / most, method="inverted_cdf"))
        edges = edges[edges < distinct[-1]]
    if forced:
        edges = np.unique(np.concatenate([edges, forced]))
    # Neighbours so near that their mean is one of them would make no bin.
    return np.asarray(np.unique(edges[np.isfinite(edges)]), dtype=np.float64)


def _middle(finite: Floats, upper: Floats) -> Floats:
    """Mean value per bin; an empty bin lies between its edges. Without any value all are 0."""
    if not len(finite):
        return np.zeros(len(upper) + 1)
    codes = np.searchsorted(upper, finite, side="left")
    count = np.bincount(codes, minlength=len(upper) + 1)
    total = np.bincount(codes, weights=finite, minlength=len(upper) + 1)
    low, high = float(finite.min()), float(finite.max())
    padded = np.concatenate(
        [[min(low, upper[0]) if len(upper) else low], upper, [max(high, upper[-1]) if len(upper) else high]]
    )
    between = (padded[1:] + padded[:-1]) / 2.0
    middle = np.where(count > 0, total / np.maximum(count, 1), between)
    return np.maximum.accumulate(middle)


def along(effect: Effect, part: Floats) -> Floats:
    """The bins' values made to follow the sign; the missing bin, last, stays."""
    if effect is Effect.FREE:
        return part
    signed = int(effect) * part[:-1]
    return np.concatenate([int(effect) * np.maximum.accumulate(signed), part[-1:]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """Every feature's bins on one scale: mean 0 and spread 1 over the rows, at most 4; 0 in the missing bin."""

    parts: tuple[Floats, ...]

    def matrix(self, codes: Sequence[NDArray[np.uint8]]) -> Floats:
        found = np.empty((len(codes[0]), len(self.parts)), order="F")
        for j, (part, code) in enumerate(zip(self.parts, codes, strict=True)):
            found[:, j] = part[code]
        return found


def standard_of(bins: Bins, codes: Sequence[NDArray[np.uint8]]) -> Standard:
    parts = []
    for j, middle in enumerate(bins.middle):
        count = np.bincount(codes[j], minlength=len(middle) + 1)[: len(middle)].astype(np.float64)
        total = max(count.sum(), 1.0)
        mean = float(count @ middle) / total
        spread = float(np.sqrt(max(count @ (middle - mean) ** 2 / total, 0.0)))
        scaled = (middle - mean) / spread if spread > 1e-9 * max(1.0, abs(mean)) else np.zeros_like(middle)
        parts.append(np.append(np.clip(scaled, -4.0, 4.0), 0.0))
    return Standard(parts=tuple(parts))
