"""The tables of this service, all on one metadata; each slice adds its own in its `tables.py`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import ColumnElement, DateTime, MetaData, Text, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY

metadata = MetaData()

Value = TypeVar("Value")

Instant = DateTime(timezone=True)
# Area paths sort by byte, so that a prefix is a range: path >= '99/01/' and path < '99/01/~'.
Path = Text(collation="C")


def one_of(column: ColumnElement[Value], values: Iterable[Value]) -> ColumnElement[bool]:
    """`column = any(array)`: one parameter however many values, and one prepared statement for every length."""
    return column == any_(literal(list(values), ARRAY(column.type)))
