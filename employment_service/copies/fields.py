"""Reads the fields of a message that are texts on the wire. An unreadable one parks the event."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from chassis.errors import InvalidInput


class UnreadableFact(InvalidInput):
    code = "UNREADABLE_FACT"


def id_of(text: str, field: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise UnreadableFact("Not an id.", field=field) from None


def day_of(text: str, field: str) -> date:
    day = day_or_none(text, field)
    if day is None:
        raise UnreadableFact("A day is missing.", field=field)
    return day


def day_or_none(text: str, field: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UnreadableFact("Not a date.", field=field) from None
