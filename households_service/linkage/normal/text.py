"""Free text made comparable: width, case, accents, separators and invisible characters stop making a difference."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from households_service.linkage.normal.script import Script, script_of_letter

MIDDLE_DOTS = "\u00b7\u2022\u2027\u30fb\uff65\u16eb\u22c5\u0387\u2219\u25cf\u25e6\u2024\ua78f"
"""The separators of transliterated names as keyboards, input methods and fonts offer them."""
_INSIDE_WORDS = frozenset("'\u2018\u2019\u201b\u02bb\u02bc\u02bd\u02b9\u02be\u02bf\u2032\u00b4`\u055a\u05f3\ua78c")
_DIACRITIC_BLOCKS = ((0x300, 0x36F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F))
_ARABIC_MARKS = ((0x610, 0x61A), (0x640, 0x640), (0x64B, 0x65F), (0x670, 0x670), (0x6D6, 0x6ED))
_PLAIN_LETTERS = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "ng",
    "ə": "e", "ɵ": "o", "ƣ": "gh", "ⱨ": "h", "ⱪ": "q", "ⱬ": "z", "ƶ": "zh", "ĸ": "k", "ſ": "s", "ё": "е",
}  # fmt: skip
_ARABIC_LETTERS = {"ی": "ي", "ک": "ك", "ہ": "ه", "ة": "ه", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا"}
_ONLY_HAN = re.compile("[\u3400-\u9fff\u3007\u3005]+")
BLANK_IN_HAN = re.compile(r"(?<=[\u3400-\u9fff\u3007\u3005]) (?=[\u3400-\u9fff\u3007\u3005])")


def _within(code: int, blocks: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code <= last for first, last in blocks)


def _folded_letter(letter: str) -> str:
    folded = letter.casefold()
    if folded in _PLAIN_LETTERS:
        return _PLAIN_LETTERS[folded]
    if script_of_letter(letter) is Script.LATIN or "GREEK" in unicodedata.name(letter, ""):
        bare = "".join(part for part in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(part))
        return "".join(_PLAIN_LETTERS.get(part, part) for part in bare)
    return _ARABIC_LETTERS.get(folded, folded)


class _Folding(dict[int, str]):
    """Filled with the characters that are met; a text then costs one `str.translate`."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = self._fold(code, chr(code))
        return folded

    @staticmethod
    def _fold(code: int, character: str) -> str:
        if character in _INSIDE_WORDS or _within(code, _DIACRITIC_BLOCKS) or _within(code, _ARABIC_MARKS):
            return ""
        category = unicodedata.category(character)
        if category in {"Cf", "Cc", "Cs", "Co", "Cn"}:
            return " " if character.isspace() else ""
        if character in MIDDLE_DOTS or character.isspace() or category[0] in "PZS":
            return " "
        if category in {"Nd", "No"} and unicodedata.digit(character, None) is not None:
            return str(unicodedata.digit(character))
        return _folded_letter(character)


_FOLDING = _Folding()


class LineFolding(_Folding):
    """For texts laid end to end: the ends of lines stay."""

    def __init__(self) -> None:
        super().__init__({ord("\n"): "\n"})


@lru_cache(maxsize=16_384)
def fold(text: str) -> str:
    """Words in small letters, one blank between them, without accents on Latin and Greek letters.

    Separators, punctuation and symbols part words, except apostrophes, which vanish (O'Hara is ohara). Between Han
    characters separators and blanks vanish too: the parts of a Han name are told by `names`, not here.

    fold(fold(text)) == fold(text)
    """
    if text.isascii():
        return " ".join(text.translate(_FOLDING).split())
    if _ONLY_HAN.fullmatch(text):
        return text
    folded = _fold_once(text)
    while (again := _fold_once(folded)) != folded:
        folded = again
    return folded


def _fold_once(text: str) -> str:
    folded = " ".join(unicodedata.normalize("NFKC", text).translate(_FOLDING).split())
    return folded if folded.isascii() else BLANK_IN_HAN.sub("", folded)


def unseparated(text: str) -> str:
    """The text without its blanks."""
    return text.replace(" ", "")


def middle_dots_unified(text: str) -> str:
    """NFKC, without invisible characters, every separator of the U+00B7 family as U+00B7; case and blanks kept."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", text.translate(_DOTS)).translate(_DOTS)


class _Dots(dict[int, str]):
    def __missing__(self, code: int) -> str:
        character = chr(code)
        kept = "" if unicodedata.category(character) == "Cf" else character
        self[code] = kept = "\u00b7" if character in MIDDLE_DOTS else kept
        return kept


_DOTS = _Dots()


@dataclass(frozen=True, slots=True, kw_only=True)
class Distinct:
    """A column as its distinct values and, per row, which of them it holds (int32)."""

    values: list[str]
    codes: NDArray[np.int32]

    def mapped(self, function: Callable[[str], str]) -> Distinct:
        """The column after `function`, which is called once per distinct value."""
        inner = distinct([function(value) for value in self.values])
        return Distinct(values=inner.values, codes=inner.codes[self.codes])


def distinct(values: Iterable[str]) -> Distinct:
    """Distinct values in the order they are first met."""
    index: dict[str, int] = {}
    codes = np.fromiter((index.setdefault(value, len(index)) for value in values), dtype=np.int32)
    return Distinct(values=list(index), codes=codes)
