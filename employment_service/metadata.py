"""The one metadata object of this service's tables, and a condition they share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import ColumnElement, MetaData, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY

metadata = MetaData()

Value = TypeVar("Value")


def one_of(column: ColumnElement[Value], values: Iterable[Value]) -> ColumnElement[bool]:
    """One array parameter, so that the statement stays the same for any number of values."""
    return column == any_(literal(list(set(values)), ARRAY(column.type)))
