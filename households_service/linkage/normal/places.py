"""Places: twelve-digit village codes and their levels, or names of places and streets as people shorten them."""

from __future__ import annotations

import re

from households_service.linkage.normal.text import fold

_CODE = re.compile(r"[0-9]{6}(?:[0-9]{3}(?:[0-9]{3})?)?")
_ABBREVIATIONS = {
    "rd": "road", "ave": "avenue", "av": "avenue", "ln": "lane", "dr": "drive", "crt": "court", "ct": "court",
    "cres": "crescent", "cr": "crescent", "pl": "place", "sq": "square", "tce": "terrace", "ter": "terrace",
    "blvd": "boulevard", "bvd": "boulevard", "hwy": "highway", "pde": "parade", "cl": "close", "gr": "grove",
    "mt": "mount", "ft": "fort", "nth": "north", "sth": "south", "pt": "port", "hse": "house", "cott": "cottage",
    "str": "strasse", "gde": "grande", "ste": "sainte", "upr": "upper", "lwr": "lower", "co": "county",
}  # fmt: skip
COUNTY_DIGITS, TOWNSHIP_DIGITS, VILLAGE_DIGITS = 6, 9, 12


def place(text: str) -> str:
    """Folded, usual English abbreviations written out: "Mt. Isa" is "mount isa", a leading "st" is a saint, a later
    one a street. A code of 6, 9 or 12 digits stays one.
    """
    words = fold(text).split()
    written = [_ABBREVIATIONS.get(word, word) for word in words]
    for position, word in enumerate(words):
        if word == "st":
            written[position] = "street" if position and position == len(words) - 1 else "saint"
    return " ".join(written)


def is_area_code(folded: str) -> bool:
    return _CODE.fullmatch(folded) is not None


def area_levels(folded: str) -> tuple[str, ...]:
    """County, township and village part of an area code, as far as it goes: ("990101", "990101001", "990101001201")."""
    if not is_area_code(folded):
        return ()
    return tuple(
        folded[:digits] for digits in (COUNTY_DIGITS, TOWNSHIP_DIGITS, VILLAGE_DIGITS) if len(folded) >= digits
    )
