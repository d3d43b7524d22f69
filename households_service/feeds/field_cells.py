"""One cell to the value of a declared field, or a refusal that says what the field should hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from chassis.errors import InvalidInput
from households_service.feeds.catalogue.declaration import FeedField, FieldKind, choices_of
from households_service.feeds.details import Details, FieldValue, JsonScalar, details_of
from households_service.feeds.refusals import EventDateInFuture
from households_service.files.domain import Cell
from households_service.imports.cells import (
    CellNotADate,
    CellNotANumber,
    amount_of,
    choice_of,
    code_of,
    date_of,
    flag_of,
    text_of,
    whole_number_of,
)

LARGEST_INDEX = Decimal(1000)
_MONTH = re.compile(r"(\d{4})(?:[-/.年])?(\d{1,2})月?")
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._\-]{0,39}")


class FieldNotACode(InvalidInput):
    code = "NOT_A_CODE"


def value_of(cell: Cell, *, own: FeedField, today: date) -> FieldValue | None:  # noqa: PLR0911 - one return per kind
    match own.kind:
        case FieldKind.AMOUNT:
            return amount_of(cell)
        case FieldKind.DAY:
            return _day(cell, today)
        case FieldKind.MONTH:
            return month_of(cell)
        case FieldKind.FLAG:
            return flag_of(cell)
        case FieldKind.WHOLE:
            return whole_number_of(cell, least=own.least, most=own.most)
        case FieldKind.CHOICE:
            return choice_of(cell, choices_of(own))
        case FieldKind.CODE:
            return _code(cell)
        case FieldKind.INDEX:
            return _index(cell)


def month_of(cell: Cell) -> date | None:
    """2020-09, 2020年9月, 202009, or any day of the month."""
    text = text_of(cell)
    if not text:
        return None
    found = _MONTH.fullmatch(text) if not isinstance(cell, int | float) or len(text) == 6 else None
    if found is not None and 1 <= int(found[2]) <= 12 and int(found[1]) >= 1900:
        return date(int(found[1]), int(found[2]), 1)
    try:
        day = date_of(cell)
    except CellNotADate:
        day = None
    if day is None:
        raise CellNotADate("Write a month as 2020-09.")
    return day.replace(day=1)


def stored_value(own: FeedField, value: JsonScalar) -> FieldValue:
    """As kept, back to what it was."""
    match own.kind:
        case FieldKind.AMOUNT | FieldKind.INDEX:
            return Decimal(str(value))
        case FieldKind.DAY | FieldKind.MONTH:
            return date.fromisoformat(str(value))
        case FieldKind.FLAG:
            return bool(value)
        case FieldKind.WHOLE:
            return int(value)
        case FieldKind.CHOICE | FieldKind.CODE:
            return str(value)


def stored_details(fields: tuple[FeedField, ...], kept: Mapping[str, JsonScalar]) -> Details:
    return details_of({own.name: stored_value(own, kept[own.name]) for own in fields if own.name in kept})


def _day(cell: Cell, today: date) -> date | None:
    day = date_of(cell)
    if day is not None and day > today:
        raise EventDateInFuture("The day lies in the future.")
    return day


def _code(cell: Cell) -> str | None:
    text = code_of(cell)
    if not text:
        return None
    # An ID number as a code would travel in events.
    if not _CODE.fullmatch(text) or re.fullmatch(r"\d{17}[\dXx]", text):
        raise FieldNotACode("A code has at most 40 letters, digits and . _ -")
    return text


def _index(cell: Cell) -> Decimal | None:
    try:
        value = amount_of(cell)
    except CellNotANumber:
        value = Decimal(-1)
    if value is not None and not 0 <= value <= LARGEST_INDEX:
        raise CellNotANumber(
            f"An index such as 79.5 is needed here, between 0 and {LARGEST_INDEX}, with two decimals at most."
        )
    return value
