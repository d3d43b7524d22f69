"""Phones and postcodes: the digits that tell people apart, without the layout."""

from __future__ import annotations

import re

from households_service.linkage.normal.text import fold, unseparated

_NOT_DIGIT = re.compile("[^0-9]+")
_EXTENSION = re.compile(r"(?:ext|x|#|转)\W*\d{1,6}\s*$", re.IGNORECASE)
SUBSCRIBER_DIGITS = 9
_FEWEST_DIGITS = 6


def phone(text: str) -> str:
    """The last nine digits: country and trunk prefixes come and go. "" for fewer than six or for one digit repeated."""
    digits = _NOT_DIGIT.sub("", fold(_EXTENSION.sub("", text)))
    if len(digits) < _FEWEST_DIGITS or len(set(digits)) == 1:
        return ""
    return digits[-SUBSCRIBER_DIGITS:]


def postcode(text: str) -> str:
    """Letters and digits only, small. A number that a spreadsheet made of it (2600.0) loses its ".0"."""
    return unseparated(fold(text.strip().removesuffix(".0")))


def postcode_area(folded: str) -> str:
    """The larger area of a folded postcode: what stands before the last three of a British one, else all but the last
    two characters.
    """
    if len(folded) >= 5 and folded[0].isalpha() and folded[-3].isdigit() and folded[-2:].isalpha():
        return folded[:-3]
    return folded[:-2]


def number(text: str) -> str:
    """A house number, a quantity, an account: letters and digits without layout and leading zeros."""
    bare = unseparated(fold(text.strip().removesuffix(".0")))
    return bare.lstrip("0") or bare[-1:]
