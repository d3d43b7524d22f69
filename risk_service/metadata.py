"""The one collection of this service's tables, and the column kinds they share. Migrations are written by hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import ColumnElement, DateTime, MetaData, Numeric, Text, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY

metadata = MetaData()

Value = TypeVar("Value")

Instant = DateTime(timezone=True)
Path = Text(collation="C")
Amount = Numeric(14, 2)


def one_of(column: ColumnElement[Value], values: Iterable[Value]) -> ColumnElement[bool]:
    """`column = any(array)`: one parameter however many values, and one prepared statement for every length."""
    return column == any_(literal(list(values), ARRAY(column.type)))
