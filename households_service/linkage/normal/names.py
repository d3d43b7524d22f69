"""Names in parts. Own·father names have no surname, so a part is a part: order and number of them are not trusted.

A column of names is held as codes of its distinct parts: a million names have some ten thousand, and whatever is
costly (folding, pinyin, skeletons, similarity) is done once for each of those.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from households_service.linkage.normal.parts import folded
from households_service.linkage.normal.romanisation import romanised
from households_service.linkage.normal.script import Script, script_of
from households_service.linkage.normal.skeletons import skeletons
from households_service.linkage.normal.text import fold, middle_dots_unified

MOST_PARTS = 5
NO_PART = -1
_GAP = re.compile(r"[\s\u00b7.,;/\\()\[\]\"“”«»*|_+&:、，。．（）\-\u2010-\u2015]+")
_HAN = re.compile("[\u3400-\u9fff\u3007\u3005]")
_ONLY_HAN = re.compile("[\u3400-\u9fff\u3007\u3005]+")
_HAN_GAP = re.compile(r"[\u00b7.,/\-，、．\u2010-\u2015]+")
_REVERSED = re.compile(r"^\s*([^\W\d]+(?:[ '-][^\W\d]+)?)\s*,\s*([^\W\d]+\.?(?: [^\W\d]+\.?)?)\s*$")
_TITLES = frozenset({"mr", "mrs", "miss", "ms", "dr", "sir", "prof", "rev", "jr", "sr", "esq", "mme", "mlle", "herr"})
_DOUBLE_SURNAMES = frozenset({
    "欧阳", "太史", "端木", "上官", "司马", "东方", "独孤", "南宫", "夏侯", "诸葛", "尉迟", "皇甫", "澹台", "公孙",
    "慕容", "仲孙", "长孙", "宇文", "司徒", "司空", "令狐",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class NamePart:
    """`romanised` is `text` where that is Latin already. `skeletons`: keys only, never evidence; the first is usual."""

    text: str
    script: Script
    romanised: str
    skeletons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NameForm:
    """`joined`: the parts with a blank between them, without one in Han."""

    parts: tuple[str, ...]
    joined: str
    script: Script
    romanised: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NameColumn:
    """`codes`: per row at most five codes of `parts`, in the order written, `NO_PART` after the last (int32, n x 5).

    `parts` are in the order met, so parts of a query can be looked up by `index`.
    """

    parts: list[NamePart]
    codes: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.codes)

    def counts(self) -> NDArray[np.int64]:
        """How many parts each name has."""
        return np.asarray((self.codes != NO_PART).sum(axis=1), dtype=np.int64)

    def form(self, row: int) -> NameForm:
        return _form(tuple(self.parts[code] for code in self.codes[row] if code != NO_PART))


class NameReader:
    """Reads names into codes of parts; one reader for several columns gives them the same codes.

    Words once met are remembered as written, so most names of a column cost one look-up per word. Titles are not
    remembered: whether they count depends on what stands beside them.
    """

    __slots__ = ("_index", "_parts", "_words", "texts")

    def __init__(self) -> None:
        self.texts: list[str] = []
        """Of the parts, folded, by code."""
        self._parts: list[NamePart] = []
        self._index: dict[str, int] = {}
        self._words: dict[str, tuple[int, ...]] = {}

    @property
    def parts(self) -> list[NamePart]:
        self._parts += map(name_part, self.texts[len(self._parts) :])
        return self._parts

    def read(self, names: Iterable[str]) -> NameColumn:
        """Full names."""
        return NameColumn(codes=self.read_codes(names), parts=self.parts)

    def read_codes(self, names: Iterable[str]) -> NDArray[np.int32]:
        """`NameColumn.codes`, for who needs no more than the texts of the parts."""
        return _code_rows(map(self._codes, names))

    def learn(self, words: Sequence[str]) -> NDArray[np.int32]:
        """Codes of words of letters only, all at once; NO_PART for those that are no single part or may be titles."""
        codes = np.full(len(words), NO_PART, dtype=np.int32)
        for place, text in enumerate(folded(words)):
            if text and " " not in text and text not in _TITLES:
                codes[place] = code = self._index.setdefault(text, len(self.texts))
                if code == len(self.texts):
                    self.texts.append(text)
        return codes

    def _codes(self, name: str) -> tuple[int, ...]:
        known = self._words
        codes: tuple[int, ...] = ()
        for word in name.split("\u00b7" if "\u00b7" in name or not name.isascii() else " "):
            found = known.get(word)
            if found is None:
                break
            codes += found
        else:
            return codes
        codes = ()
        if _ONLY_HAN.fullmatch(name):
            return self._learn_folded(name, (name,))
        for word in words_of(name):
            found = known.get(word)
            codes += self._learn(word) if found is None else found
        return codes

    def _learn(self, word: str) -> tuple[int, ...]:
        return self._learn_folded(word, fold(word).split())

    def _learn_folded(self, word: str, texts: Sequence[str]) -> tuple[int, ...]:
        codes = []
        for text in texts:
            code = self._index.setdefault(text, len(self.texts))
            if code == len(self.texts):
                self.texts.append(text)
            codes.append(code)
        if word.casefold() not in _TITLES:
            self._words[word] = tuple(codes)
        return tuple(codes)


def _code_rows(rows: Iterable[tuple[int, ...]]) -> NDArray[np.int32]:
    """Streams: a list of tuples for a million names would outweigh the names."""
    lengths, gathered = bytearray(), array("i")
    for row in rows:
        lengths.append(min(len(row), MOST_PARTS))
        gathered.extend(row[:MOST_PARTS])
    counts, flat = np.frombuffer(lengths, dtype=np.uint8), np.frombuffer(gathered, dtype=np.intc)
    starts = np.cumsum(counts, dtype=np.int64) - counts
    codes = np.full((len(counts), MOST_PARTS), NO_PART, dtype=np.int32)
    for place in range(MOST_PARTS):
        has = counts > place
        codes[has, place] = flat[starts[has] + place]
    return codes


def name_part(text: str) -> NamePart:
    """`text` folded already."""
    script = script_of(text)
    latin = romanised(text, script)
    return NamePart(text=text, script=script, romanised=latin, skeletons=skeletons(latin))


def name_form(name: str) -> NameForm:
    return _form(tuple(name_part(text) for word in words_of(name) for text in fold(word).split()))


def words_of(name: str) -> list[str]:
    """Raw words of a name, in the order own, father's or family name; titles left out where anything else is left."""
    if not name.isascii():
        name = middle_dots_unified(name)
        if _HAN.search(name):
            return _han_words(name)
    if "," in name and (match := _REVERSED.match(name)) is not None:
        name = f"{match.group(2)} {match.group(1)}"
    words = [word for word in _GAP.split(name) if word]
    if len(words) > 1:
        kept = [word for word in words if word.casefold() not in _TITLES]
        return kept or words
    return words


def _han_words(name: str) -> list[str]:
    """Blanks inside a short Chinese name are layout; between longer ones they stand for the dot."""
    words: list[str] = []
    for piece in _HAN_GAP.split(name):
        blanks = piece.split()
        if len(blanks) == 2 and _is_surname_and_given(blanks[0], blanks[1]):
            words.append(blanks[0] + blanks[1])
        elif len(blanks) > 1 and all(len(blank) == 1 for blank in blanks):
            words.append("".join(blanks))
        else:
            words += [word for blank in blanks for word in _GAP.split(blank) if word]
    return words


def _is_surname_and_given(one: str, other: str) -> bool:
    return len(other) <= 2 and (len(one) == 1 or one in _DOUBLE_SURNAMES)


def _form(parts: tuple[NamePart, ...]) -> NameForm:
    texts = tuple(part.text for part in parts)
    script = script_of("".join(texts))
    return NameForm(
        parts=texts,
        joined=("" if script is Script.HAN else " ").join(texts),
        script=script,
        romanised=tuple(part.romanised for part in parts),
    )
