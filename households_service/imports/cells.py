"""One cell to one value, or a refusal that says what the cell should hold and never what it holds.

Shared by the registry sheet and the feed files. Full-width digits and letters, ideographic blanks and invisible
characters are folded first: they come from input methods, not from people's meaning.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

from chassis.errors import InvalidInput
from households_service.files.domain import Cell
from households_service.members.characters import can_be_shown

Value = TypeVar("Value")

_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_MIDDLE_DOTS = re.compile("[\u2022\u2027\u30fb\uff65\u16eb\u22c5\u0387]")
_DATE_FORMS = (
    re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?$"),
    re.compile(r"^(\d{4})/(\d{1,2})/(\d{1,2})$"),
    re.compile(r"^(\d{4})\.(\d{1,2})\.(\d{1,2})$"),
    re.compile(r"^(\d{4})年(\d{1,2})月(\d{1,2})日$"),
    re.compile(r"^(\d{4})(\d{2})(\d{2})$"),
)
_SPREADSHEET_EPOCH = date(1899, 12, 30)
_AMOUNT = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
# Rounded to the digits of a narrow cell: what is lost is not guessed.
_ROUNDED = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]+")
YES = frozenset({"是", "y", "yes", "true", "1", "有", "√"})
NO = frozenset({"否", "n", "no", "false", "0", "无", "×"})


class CellMissing(InvalidInput):
    code = "VALUE_MISSING"


class CellNotADate(InvalidInput):
    code = "NOT_A_DATE"


class CellNotANumber(InvalidInput):
    code = "NOT_A_NUMBER"


MOST_NAMED = 12
"""Choices that a message names; of more it would be a page."""


class CellNotInList(InvalidInput):
    code = "NOT_IN_LIST"


class CellTooLong(InvalidInput):
    code = "VALUE_TOO_LONG"


def text_of(cell: Cell) -> str:
    """Folded text; empty for an empty cell. The leading apostrophe by which exports defuse formulas is taken off."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    text = str(cell)
    if not text.isascii():
        text = _folded(text)
    text = text.strip()
    if len(text) > 1 and text[0] == "'" and text[1] in "=+-@":
        text = text[1:]
    return text


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    """Cached: most cells of a sheet are one of a few dozen words."""
    return _MIDDLE_DOTS.sub("·", _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)))


def optional_text(cell: Cell, *, longest: int = 100) -> str | None:
    text = text_of(cell)
    return _short(text, longest) if text else None


def _short(text: str, longest: int) -> str:
    if len(text) > longest:
        raise CellTooLong(f"At most {longest} characters.")
    if not can_be_shown(text):
        raise CellNotInList("The text holds control characters.")
    return text


def code_of(cell: Cell) -> str:
    """Codes are text even where a spreadsheet made them numbers."""
    if isinstance(cell, float):
        raise CellNotInList("A spreadsheet turned this code into a rounded number: format the column as text.")
    return text_of(cell)


def date_of(cell: Cell) -> date | None:
    if isinstance(cell, bool):
        raise CellNotADate("Write a date as 2020-09-18.")
    if isinstance(cell, int) and 1 <= cell <= 73_050:
        return _SPREADSHEET_EPOCH + timedelta(days=cell)
    text = text_of(cell)
    if not text:
        return None
    for form in _DATE_FORMS:
        if match := form.match(text):
            try:
                return date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                break
    raise CellNotADate("Write a date as 2020-09-18.")


def instant_of(cell: Cell) -> datetime | None:
    """ISO 8601 with an offset, or a plain date or time taken as UTC by the caller's rule (returned naive)."""
    text = text_of(cell)
    if not text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise CellNotADate("Write an instant as 2020-09-18T08:30:00+08:00.") from None


def whole_number_of(cell: Cell, *, least: int, most: int) -> int | None:
    text = text_of(cell)
    if not text:
        return None
    if not re.fullmatch(r"-?\d{1,9}", text):
        raise CellNotANumber("A whole number is needed here.")
    if not least <= int(text) <= most:
        raise CellNotANumber(f"The number must lie between {least} and {most}.")
    return int(text)


def amount_of(cell: Cell) -> Decimal | None:
    """Yuan with at most two decimals; a float of a spreadsheet is taken by its shortest text, as it is shown."""
    if isinstance(cell, bool):
        raise CellNotANumber("An amount such as 1234.56 is needed here.")
    text = text_of(repr(cell) if isinstance(cell, float) else cell).replace("\u00a0", "")
    if not text:
        return None
    text = text.removeprefix("¥").removesuffix("元").strip()
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    if not isinstance(cell, float):
        if _ROUNDED.fullmatch(text):
            raise CellNotANumber(
                "A spreadsheet turned this amount into a rounded number: format the column as text and type it again."
            )
        if not _AMOUNT.fullmatch(text):
            raise CellNotANumber("An amount such as 1234.56 is needed here.")
    amount = Decimal(text)
    if not amount.is_finite() or abs(amount) >= Decimal(10) ** 12:
        raise CellNotANumber("The amount is no number or too large.")
    cents = amount.quantize(Decimal("0.01"))
    # A computed cell carries binary noise in its last digits; typed text does not.
    if cents != amount and not (isinstance(cell, float) and abs(cents - amount) < Decimal("0.000001")):
        raise CellNotANumber("An amount has at most two decimals.")
    return cents


def flag_of(cell: Cell) -> bool | None:
    text = text_of(cell).casefold()
    if not text:
        return None
    if text in YES:
        return True
    if text in NO:
        return False
    raise CellNotInList("Write 是 or 否 (yes or no).")


def choice_of(cell: Cell, choices: Mapping[str, Value]) -> Value | None:
    """`choices`: case-folded spelling -> value."""
    text = text_of(cell).casefold()
    if not text:
        return None
    if text not in choices:
        named = sorted(
            {"yes" if value is True else "no" if value is False else str(value) for value in choices.values()}
        )
        if len(named) > MOST_NAMED:
            raise CellNotInList("The value is not in the list of this column; see the import guide.")
        raise CellNotInList(f"The value is none of {', '.join(named)}.")
    return choices[text]


def masked(cell: Cell) -> str:
    """What a report may show of a faulty value: enough to find it, not enough to know it."""
    text = text_of(cell)
    if not text:
        return ""
    kept = 2 if len(text) >= 6 else 1 if len(text) >= 2 else 0
    return text[:kept] + "*" * min(len(text) - kept, 16)
