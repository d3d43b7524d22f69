"""Places in lists that are ordered by an instant and an id, with a whole number before them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, literal, tuple_
from sqlalchemy.sql.elements import Tuple

from chassis.graph import decode_cursor, encode_cursor
from chassis.graph.pages import InvalidCursor


def place_cursor(at: datetime, id: UUID, *, before: int = 0) -> str:  # noqa: A002 - named like the column
    return encode_cursor(before, at.isoformat(), str(id))


def read_place(cursor: str) -> tuple[int, datetime, UUID]:
    """Raises InvalidCursor."""
    before, at, id_text = decode_cursor(cursor, int, str, str)
    try:
        return int(before or 0), datetime.fromisoformat(str(at)), UUID(str(id_text))
    except ValueError:
        raise InvalidCursor("This is not a cursor of this list.", field="after") from None


def place(at: ColumnElement[datetime], id: ColumnElement[UUID]) -> Tuple:  # noqa: A002 - named like the column
    return tuple_(at, id)


def literal_place(at: ColumnElement[datetime], id: ColumnElement[UUID], cursor: str) -> Tuple:  # noqa: A002 - named like the column
    _, instant, key = read_place(cursor)
    return tuple_(literal(instant, at.type), literal(key, id.type))
