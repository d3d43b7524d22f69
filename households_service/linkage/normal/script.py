"""The script a text is written in, so that two forms of one name are compared letter by letter in one alphabet."""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from functools import lru_cache


class Script(IntEnum):
    """Numbered, so that a column of them is an int8 array."""

    OTHER = 0
    LATIN = 1
    HAN = 2
    ARABIC = 3
    CYRILLIC = 4


_ONLY_HAN = re.compile("[\u3400-\u9fff\u3007\u3005]+")
_PREFIXES = (
    ("LATIN ", Script.LATIN),
    ("CJK ", Script.HAN),
    ("IDEOGRAPHIC ", Script.HAN),
    ("ARABIC ", Script.ARABIC),
    ("CYRILLIC ", Script.CYRILLIC),
)


@lru_cache(maxsize=16_384)
def script_of_letter(letter: str) -> Script:
    """OTHER for digits, punctuation and scripts without rules of their own here."""
    if not letter.isalpha():
        return Script.OTHER
    name = unicodedata.name(letter, "")
    return next((script for prefix, script in _PREFIXES if name.startswith(prefix)), Script.OTHER)


def script_of(text: str) -> Script:
    """The script of most letters; of two equally frequent ones the first seen. OTHER when there is no letter."""
    if text.isascii():
        return Script.LATIN if any(map(str.isalpha, text)) else Script.OTHER
    if _ONLY_HAN.fullmatch(text):
        return Script.HAN
    counts: dict[Script, int] = {}
    for letter in text:
        script = script_of_letter(letter)
        if script is not Script.OTHER or letter.isalpha():
            counts[script] = counts.get(script, 0) + 1
    return max(counts, key=counts.__getitem__) if counts else Script.OTHER
