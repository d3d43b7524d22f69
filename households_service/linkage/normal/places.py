"""Names of places and streets as people shorten them; a village code stays one."""

from __future__ import annotations

from households_service.linkage.normal.text import fold

_ABBREVIATIONS = {
    "rd": "road", "ave": "avenue", "av": "avenue", "ln": "lane", "dr": "drive", "crt": "court", "ct": "court",
    "cres": "crescent", "cr": "crescent", "pl": "place", "sq": "square", "tce": "terrace", "ter": "terrace",
    "blvd": "boulevard", "bvd": "boulevard", "hwy": "highway", "pde": "parade", "cl": "close", "gr": "grove",
    "mt": "mount", "ft": "fort", "nth": "north", "sth": "south", "pt": "port", "hse": "house", "cott": "cottage",
    "str": "strasse", "gde": "grande", "ste": "sainte", "upr": "upper", "lwr": "lower", "co": "county",
}  # fmt: skip


def place(text: str) -> str:
    """Folded, usual English abbreviations written out: "Mt. Isa" is "mount isa", a leading "st" is a saint, a later
    one a street.
    """
    words = fold(text).split()
    written = [_ABBREVIATIONS.get(word, word) for word in words]
    for position, word in enumerate(words):
        if word == "st":
            written[position] = "street" if position and position == len(words) - 1 else "saint"
    return " ".join(written)
