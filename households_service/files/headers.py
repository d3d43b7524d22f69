"""Which row of a sheet is the header: county sheets put a title, a date or an empty row above it.

Runs in the reading process too, so it is light. No row is guessed by its look: only known headers count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from chassis.errors import InvalidInput

ROWS_LOOKED_AT = 10
"""Rows that are not empty, from the first on, among which the header is looked for."""
_LEAST_TO_RIVAL = 2

_NOISE = re.compile(r"[\s_\-*·:：/.]+")
_BRACKETS = re.compile(r"[(\[【].*?[)\]】]")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")


class HeaderAmbiguous(InvalidInput):
    code = "HEADER_AMBIGUOUS"


def fold(header: str) -> str:
    """One form for all spellings of a header: width, case, blanks, bracketed units and marks do not count."""
    return unspaced(_BRACKETS.sub("", clean(header))).casefold()


def clean(header: str) -> str:
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", header)).strip()


def unspaced(text: str) -> str:
    return _NOISE.sub("", text)


def headers_in(row: Sequence[str], known: AbstractSet[str]) -> int:
    """How many of the known headers stand in the row. `known`: folded."""
    return len({fold(text) for text in row if text} & known)


def header_place(rows: Sequence[Sequence[str]], numbers: Sequence[int], known: AbstractSet[str]) -> int:
    """The place of the header among a sheet's first rows: the one with the most known headers; without any, the first.

    `rows`: none is empty; `numbers`: as a spreadsheet shows them. Raises HeaderAmbiguous when a second row holds more
    than half as many: a header of two rows, or two lists in one sheet.
    """
    if not known:
        return 0
    counts = [headers_in(row, known) for row in rows[:ROWS_LOOKED_AT]]
    place = counts.index(max(counts))
    rivals = [
        rival
        for rival, count in enumerate(counts)
        if rival != place and count >= _LEAST_TO_RIVAL and 2 * count > counts[place]
    ]
    if rivals:
        first, second = sorted((place, rivals[0]))
        raise HeaderAmbiguous(
            f"Rows {numbers[first]} and {numbers[second]} both hold known headers: leave only one of them.",
            field="header",
        )
    return place
