"""Ids: UUID version 7 (RFC 9562), made by the owner of the thing, sortable by the time they were made."""

from __future__ import annotations

from uuid import UUID

import uuid_utils

from chassis.errors import InvalidInput


def new_id() -> UUID:
    return UUID(bytes=uuid_utils.uuid7().bytes)


def parse_id(text: str, *, field: str = "id") -> UUID:
    """The id in its text form. InvalidInput names the field, not the text."""
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInput("This is not an id.", field=field) from None
