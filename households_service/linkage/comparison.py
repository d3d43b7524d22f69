"""How much two persons agree, field by field, as small numbers: 0 nothing to compare, 1 they differ, more is closer.

Every string similarity is computed once per distinct pair of values, by rapidfuzz in one call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from households_service.linkage.arrays import Coded, Float32, Int8, Int32, Int64
from households_service.linkage.closeness import code_levels, postcode_levels, text_levels
from households_service.linkage.comparing_dates import DateComparison, YearComparison
from households_service.linkage.comparing_names import NameComparison
from households_service.linkage.measures import Feature, Measured, blank_where, share_of
from households_service.linkage.schema import FieldKind, LinkField
from households_service.linkage.table import PersonTable


class Comparison(Protocol):
    @property
    def features(self) -> tuple[Feature, ...]: ...

    def measure(self, left: Int32 | Int64, right: Int32 | Int64) -> tuple[Measured, ...]:
        """Levels of the pairs of rows (left[i], right[i]), one `Measured` per feature."""
        ...


_CODES = frozenset({FieldKind.ID, FieldKind.PHONE, FieldKind.HOUSEHOLD})
_TEXTS = frozenset({FieldKind.PLACE, FieldKind.FREE_TEXT, FieldKind.OCCUPATION})
_SMALL = frozenset({FieldKind.SEX, FieldKind.CATEGORY})
_PRIORS: dict[FieldKind, tuple[tuple[float, ...], tuple[float, ...]]] = {
    FieldKind.ID: ((0.05, 0.03, 0.12, 0.80), (0.9979, 0.0010, 0.0010, 0.0001)),
    FieldKind.PHONE: ((0.25, 0.02, 0.08, 0.65), (0.9979, 0.0010, 0.0010, 0.0001)),
    FieldKind.HOUSEHOLD: ((0.15, 0.02, 0.03, 0.80), (0.9840, 0.0050, 0.0100, 0.0010)),
    FieldKind.POSTCODE: ((0.20, 0.08, 0.07, 0.65), (0.90, 0.06, 0.02, 0.02)),
    FieldKind.PLACE: ((0.15, 0.05, 0.10, 0.70), (0.91, 0.04, 0.02, 0.03)),
    FieldKind.FREE_TEXT: ((0.25, 0.10, 0.15, 0.50), (0.95, 0.03, 0.01, 0.01)),
    FieldKind.OCCUPATION: ((0.35, 0.05, 0.05, 0.55), (0.90, 0.03, 0.02, 0.05)),
    FieldKind.NUMBER: ((0.15, 0.02, 0.08, 0.75), (0.89, 0.03, 0.05, 0.03)),
    FieldKind.SEX: ((0.03, 0.97), (0.5, 0.5)),
    FieldKind.CATEGORY: ((0.15, 0.85), (0.7, 0.3)),
}


@dataclass(frozen=True, slots=True)
class TextComparison:
    """One column of words or of a code."""

    field: LinkField
    column: Coded
    shares: Float32

    @property
    def features(self) -> tuple[Feature, ...]:
        match, chance = _PRIORS[self.field.kind]
        return (Feature(name=self.field.name, kind=self.field.kind, prior_m=match, prior_u=chance),)

    def measure(self, left: Int32 | Int64, right: Int32 | Int64) -> tuple[Measured, ...]:
        kind = self.field.kind
        first, second = self.column.codes[left], self.column.codes[right]
        if kind in _SMALL:
            levels = np.where(first == second, 2, 1).astype(np.int8)
        elif kind in _TEXTS:
            levels = text_levels(self.column, first, second)
        elif kind is FieldKind.POSTCODE:
            levels = postcode_levels(self.column, first, second)
        elif kind is FieldKind.HOUSEHOLD:
            # neighbours have the next number, and a number may hold the village's: only the same one tells anything
            levels = np.where(first == second, 4, 1).astype(np.int8)
        else:
            levels = code_levels(self.column, first, second)
        levels = blank_where(levels, (first < 0) | (second < 0))
        return (Measured(levels=levels, share=share_of(self.shares, first, exact=first == second)),)


def comparisons(table: PersonTable) -> tuple[Comparison, ...]:
    """In the order of the schema, names first. A year is not compared beside a date of birth: it would count twice."""
    found: list[Comparison] = []
    if table.names is not None:
        found.append(NameComparison.of(table.names))
    has_date = bool(table.dates)
    for field in table.schema.fields:
        if field.kind is FieldKind.DATE_OF_BIRTH:
            found.append(DateComparison.of(field.name, table.dates[field.name]))
        elif field.kind is FieldKind.YEAR:
            if not has_date:
                found.append(YearComparison.of(field.name, table.texts[field.name]))
        elif field.name in table.texts:
            column = table.texts[field.name]
            counts = column.counts()
            found.append(TextComparison(field, column, (counts / max(1, counts.sum())).astype(np.float32)))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Levels and shares of many pairs, one column per feature; each column lies together, as it is read."""

    levels: Int8
    """(pairs, features)"""
    shares: Float32
    """(pairs, features): share of all rows that hold the value both agree on; 0 where they do not agree exactly."""

    def rows(self, taken: Int64) -> Compared:
        return Compared(levels=_taken(self.levels, taken), shares=_taken(self.shares, taken))

    def and_also(self, others: Compared) -> Compared:
        return Compared(
            levels=np.concatenate([self.levels, others.levels]), shares=np.concatenate([self.shares, others.shares])
        )


_Figure = TypeVar("_Figure", bound=np.generic)


def _taken(columns: NDArray[_Figure], rows: Int64) -> NDArray[_Figure]:
    found = np.empty((len(rows), columns.shape[1]), dtype=columns.dtype, order="F")
    for at in range(columns.shape[1]):
        found[:, at] = columns[:, at].take(rows)
    return found


def compare(
    using: tuple[Comparison, ...], left: Int32 | Int64, right: Int32 | Int64, *, chunk: int = 200_000
) -> Compared:
    """Chunked, so that memory stays flat however many pairs there are."""
    features = sum(len(one.features) for one in using)
    levels = np.zeros((len(left), features), dtype=np.int8, order="F")
    shares = np.zeros((len(left), features), dtype=np.float32, order="F")
    for start in range(0, len(left), chunk):
        part = slice(start, start + chunk)
        column = 0
        for one in using:
            for measured in one.measure(left[part], right[part]):
                levels[part, column] = measured.levels
                shares[part, column] = measured.share
                column += 1
    return Compared(levels=levels, shares=shares)
