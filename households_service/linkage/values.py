"""How a value of each kind is written before it is compared."""

from __future__ import annotations

import re
from collections.abc import Callable

from households_service.linkage.identity_number import excel_truncated, upgraded
from households_service.linkage.normal.numbers import number, phone, postcode
from households_service.linkage.normal.places import place
from households_service.linkage.normal.text import fold, unseparated
from households_service.linkage.schema import FieldKind

_MALE = frozenset(
    {"m", "male", "man", "1", "男", "男性", "h", "hombre", "homme", "masculin", "mannlich", "maschio", "er"}
)
_FEMALE = frozenset(
    {"f", "female", "woman", "2", "女", "女性", "w", "mujer", "femme", "feminin", "weiblich", "femmina", "ayal"}
)
_NOBODY = frozenset({"", "na", "n a", "nan", "none", "null", "nil", "unknown", "不详", "无", "未知"})


WELL_WRITTEN_NUMBER = "^[1-9][0-9]{13}(?:[0-9]{3}[1-9X]|[0-9]{2}[1-9]0|[0-9][1-9]00)$"
"""An 18-character resident number in capitals that does not end in three noughts, as rounded ones do."""


_well_written = re.compile(WELL_WRITTEN_NUMBER).fullmatch


def identity(text: str) -> str:
    """Capital letters and digits only, 15-digit resident numbers upgraded; "" for one that a spreadsheet rounded."""
    if _well_written(text):
        return text
    if excel_truncated(text):
        return ""
    plain = unseparated(fold(text)).upper()
    return "" if set(plain) <= {"0"} else upgraded(plain)


def household(text: str) -> str:
    return unseparated(fold(text))


def spot(text: str) -> str:
    """A place or a line of an address, its usual abbreviations written out."""
    return place(plain(text))


def plain(text: str) -> str:
    folded = fold(text)
    return "" if folded in _NOBODY else folded


def sex(text: str) -> str:
    folded = plain(text)
    if folded in _MALE:
        return "m"
    return "f" if folded in _FEMALE else folded


def year(text: str) -> str:
    """The first four digits in a row that can be a year."""
    digits = "".join(letter if letter.isdigit() else " " for letter in fold(text)).split()
    return next((word[:4] for word in digits if len(word) >= 4), "")


NORMALISERS: dict[FieldKind, Callable[[str], str]] = {
    FieldKind.ID: identity,
    FieldKind.YEAR: year,
    FieldKind.PLACE: spot,
    FieldKind.POSTCODE: postcode,
    FieldKind.PHONE: phone,
    FieldKind.SEX: sex,
    FieldKind.OCCUPATION: plain,
    FieldKind.HOUSEHOLD: household,
    FieldKind.FREE_TEXT: spot,
    FieldKind.NUMBER: number,
    FieldKind.CATEGORY: plain,
}
