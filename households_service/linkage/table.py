"""Persons as columns: normalised once per distinct value, then numbers only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from households_service.linkage.arrays import BLANK, FEW, Coded, Int8, Int16, Int32, Int64, coded, recoded, recoded_some
from households_service.linkage.names import NameParts, name_parts
from households_service.linkage.normal.date_order import CertainDates, DateOrder, date_order
from households_service.linkage.normal.dates import read_dates
from households_service.linkage.schema import NAME_KINDS, FieldKind, LinkField, LinkSchema
from households_service.linkage.values import NORMALISERS, WELL_WRITTEN_NUMBER, identity

Values = Sequence[str | None] | pl.Series


@dataclass(frozen=True, slots=True, kw_only=True)
class DateColumn:
    """Parts are 0 where unknown; `codes` is year * 10000 + month * 100 + day, BLANK when there is no year."""

    year: Int16
    month: Int8
    day: Int8
    codes: Int32
    orders: tuple[DateOrder, ...] = ()
    """How the dates of each file were read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonTable:
    """Left rows first, then the right ones; both share every vocabulary. Without right rows it is de-duplication."""

    left_rows: int
    right_rows: int
    schema: LinkSchema
    texts: dict[str, Coded]
    dates: dict[str, DateColumn]
    names: NameParts | None

    @property
    def rows(self) -> int:
        return self.left_rows + self.right_rows

    @property
    def is_one_file(self) -> bool:
        return self.right_rows == 0


def person_table(
    schema: LinkSchema,
    left: Mapping[str, Values],
    right: Mapping[str, Values] | None = None,
    *,
    release: Callable[[LinkField], None] | None = None,
) -> PersonTable:
    """`left` and `right` by column name as the schema has them; every column of a side is of one length.

    `release` is told of each field that was read, so that a caller short of memory can let its text go.
    """
    texts: dict[str, Coded] = {}
    dates: dict[str, DateColumn] = {}
    sizes = [len(next(iter(side.values()))) if side else 0 for side in (left, right or {})]
    names: dict[FieldKind, Coded] = {}
    for field in schema.fields:
        column = coded(_stacked(field, left, right))
        if release:
            release(field)
        if field.kind in NAME_KINDS:
            names[field.kind] = column
        elif field.kind is FieldKind.DATE_OF_BIRTH:
            dates[field.name] = _date_column(column, sizes[0], field)
        else:
            texts[field.name] = _normalised(column, NORMALISERS[field.kind])
    return PersonTable(
        left_rows=sizes[0],
        right_rows=sizes[1],
        schema=schema,
        texts=texts,
        dates=dates,
        names=name_parts(names) if names else None,
    )


def _stacked(field: LinkField, left: Mapping[str, Values], right: Mapping[str, Values] | None) -> Values:
    one, two = left[field.left], None if right is None else right[field.right]
    if two is None:
        return one
    if len(one) + len(two) <= FEW:
        return [*one, *two]
    return pl.concat([_series(one), _series(two)])


def _series(values: Values) -> pl.Series:
    return values if isinstance(values, pl.Series) else pl.Series(values=list(values), dtype=pl.String)


def _normalised(column: Coded, normalise: Callable[[str], str]) -> Coded:
    """Numbers that are written as they should be (most of a million) do not pass through Python one by one."""
    if normalise is not identity or isinstance(column.values, list):
        return recoded(column, [normalise(value) for value in column.texts()])
    plain = column.values.str.contains(WELL_WRITTEN_NUMBER)
    if plain.all():
        return column
    odd = np.flatnonzero(~plain.to_numpy())
    return recoded_some(column, odd, [identity(value) for value in column.values.gather(odd).to_list()])


def _held(codes: Int32, values: int) -> Int64:
    """Which of so many values there are, in order."""
    seen = np.zeros(values + 1, dtype=np.bool_)
    seen[codes] = True
    return np.flatnonzero(seen[:-1])


def _date_column(column: Coded, left_rows: int, field: LinkField) -> DateColumn:
    """Each file by itself: one may write the day first and the other the month."""
    size = len(column.codes)
    sides = [slice(0, left_rows)] if left_rows == size else [slice(0, left_rows), slice(left_rows, size)]
    held = [_held(column.codes[side], len(column.values)) for side in sides]
    texts = [column.take(values) for values in held]
    certain = CertainDates(texts)
    orders = tuple(
        date_order(some, certain, stated=stated)
        for some, stated in zip(texts, (field.order, field.right_order), strict=False)
    )
    year, month, day = np.zeros(size, np.int16), np.zeros(size, np.int8), np.zeros(size, np.int8)
    for side, values, some, order in zip(sides, held, texts, orders, strict=True):
        parsed = read_dates(some, day_first=order.day_first)
        for whole, part in ((year, parsed.year), (month, parsed.month), (day, parsed.day)):
            # the last one is what BLANK, which is -1, finds
            of_value = np.zeros(len(column.values) + 1, dtype=part.dtype)
            of_value[values] = part
            whole[side] = of_value[column.codes[side]]
    codes = year.astype(np.int32) * 10_000 + month.astype(np.int32) * 100 + day
    return DateColumn(
        year=year, month=month, day=day, codes=np.where(year > 0, codes, BLANK).astype(np.int32), orders=orders
    )
