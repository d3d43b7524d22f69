"""Names as coded parts: first, middle and last, whatever columns they came in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from households_service.linkage.arrays import (
    BLANK,
    FEW,
    Coded,
    Flags,
    Int32,
    Int64,
    Texts,
    UInt64,
    coded,
    hash_bytes,
    hash_texts,
)
from households_service.linkage.diminutives import has_short_form
from households_service.linkage.letter_bags import LetterBags
from households_service.linkage.normal.letters import is_unvowelled
from households_service.linkage.normal.names import NamePart, NameReader, name_part, words_of
from households_service.linkage.normal.parts import part_columns
from households_service.linkage.normal.script import Script
from households_service.linkage.normal.text import MIDDLE_DOTS, fold
from households_service.linkage.schema import FieldKind


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenBook:
    """Distinct parts of names: as written, in Latin letters, and the keys of their consonants (two readings)."""

    text: Texts
    roman: Texts
    length: Int64
    """Of `roman`."""
    sound: Int32
    """Equal where `roman` is."""
    initial: Int32
    """The code point `roman` begins with."""
    several: Flags
    """Is it more than one word?"""
    shortened: Flags
    """Has it a known short form, or is it one?"""
    skeleton: UInt64
    other_skeleton: UInt64
    is_han: Flags
    unvowelled: Flags
    """Written without its short vowels?"""
    bags: LetterBags | None
    """Of `roman`; None where so few are compared that it would not pay."""
    spelling: Int32 | None = None
    """Equal where two spellings give one sound; None where whole files are not compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameParts:
    """Codes into `tokens` per row, BLANK where there is no such part.

    A name of one part has only `first`. Given and family name in columns of their own fill `first` and `last`.
    """

    first: Int32
    middle: Int32
    last: Int32
    tokens: TokenBook
    in_two_columns: bool


class _Tokens:
    """Collects distinct parts in the order they are met."""

    def __init__(self) -> None:
        self.index: dict[str, int] = {}
        self.texts: list[str] = []
        self.joined: dict[int, NamePart] = {}
        """Those of several words."""

    def code(self, text: str) -> int:
        found = self.index.setdefault(text, len(self.texts))
        if found == len(self.texts):
            self.texts.append(text)
        return found

    def of_words(self, words: Sequence[str]) -> int:
        if not words:
            return BLANK
        if len(words) == 1:
            return self.code(words[0])
        text = " ".join(words)
        known = len(self.texts)
        code = self.code(text)
        if code == known:
            parts = [name_part(word) for word in words]
            bones = name_part("".join(part.romanised for part in parts)).skeletons
            latin = " ".join(part.romanised for part in parts)
            self.joined[code] = NamePart(text=text, script=parts[0].script, romanised=latin, skeletons=bones)
        return code

    def book(self) -> TokenBook:
        if len(self.texts) <= FEW:
            return token_book([self.joined.get(code) or name_part(text) for code, text in enumerate(self.texts)])
        columns = part_columns(self.texts)
        roman, is_han = columns.roman, columns.is_han
        skeleton, other = hash_bytes(columns.skeleton), hash_bytes(columns.other_skeleton)
        for code, part in self.joined.items():
            roman[code], is_han[code] = part.romanised, part.script is Script.HAN
        places = list(self.joined)
        skeleton[places] = hash_texts([self.joined[code].skeletons[0] for code in places])
        other[places] = hash_texts([self.joined[code].skeletons[-1] for code in places])
        return _book(self.texts, roman, is_han, skeleton, other)


def token_book(parts: list[NamePart]) -> TokenBook:
    return _book(
        [part.text for part in parts],
        [part.romanised for part in parts],
        np.array([part.script is Script.HAN for part in parts], dtype=np.bool_),
        hash_texts([part.skeletons[0] for part in parts]),
        hash_texts([part.skeletons[-1] for part in parts]),
    )


def _book(texts: list[str], romans: list[str], is_han: Flags, skeleton: UInt64, other: UInt64) -> TokenBook:
    text, roman = np.empty(len(texts), dtype=object), np.empty(len(texts), dtype=object)
    text[:], roman[:] = texts, romans
    sounds: dict[str, int] = {}
    length = np.fromiter(map(len, romans), dtype=np.int64, count=len(romans))
    return TokenBook(
        text=text,
        roman=roman,
        sound=np.array([sounds.setdefault(latin, len(sounds)) for latin in romans], dtype=np.int32),
        initial=np.array([ord(latin[:1] or " ") for latin in romans], dtype=np.int32),
        several=np.array([" " in latin for latin in romans], dtype=np.bool_),
        shortened=np.array([has_short_form(latin) for latin in romans], dtype=np.bool_),
        length=length,
        bags=LetterBags.of(romans, length) if len(romans) > FEW else None,
        is_han=is_han,
        unvowelled=np.array([is_unvowelled(text) for text in texts], dtype=np.bool_),
        skeleton=skeleton,
        other_skeleton=other,
    )


def name_parts(columns: Mapping[FieldKind, Coded]) -> NameParts:
    """Of given and family name, or of the full name, which also fills rows that have neither of those."""
    tokens = _Tokens()
    size = len(next(iter(columns.values())).codes)
    parts = np.full((3, size), BLANK, dtype=np.int32)
    full, given, family = (
        columns.get(kind) for kind in (FieldKind.FULL_NAME, FieldKind.GIVEN_NAME, FieldKind.FAMILY_NAME)
    )
    if full is not None:
        _spread(parts, full, _full(full, tokens))
    if given is not None or family is not None:
        own = np.full((3, size), BLANK, dtype=np.int32)
        if given is not None:
            _spread(own[:2], given, np.array([_given(text, tokens) for text in given.texts()], np.int32).reshape(-1, 2))
        if family is not None:
            codes = [tokens.of_words(_words(text)) for text in family.texts()]
            _spread(own[2:], family, np.array(codes, np.int32).reshape(-1, 1))
        stated = (own >= 0).any(axis=0)
        parts[:, stated] = own[:, stated]
    return NameParts(
        first=parts[0],
        middle=parts[1],
        last=parts[2],
        tokens=tokens.book(),
        in_two_columns=given is not None or family is not None,
    )


def _spread(target: Int32, column: Coded, codes: Int32) -> None:
    """`codes`: (distinct values, slots); `target`: (slots, rows), a view."""
    present = column.codes >= 0
    if len(codes):
        for slot in range(len(target)):
            target[slot][present] = codes[:, slot][column.codes[present]]


_LETTERS = r"^[\p{L}\p{M}]{2,}$"
_TWO_WORDS = "^[A-Za-z]{4,} [A-Za-z]{4,}$"
_DOTS = f"[{MIDDLE_DOTS}]"
_NOT_ONE = -2


def _full(column: Coded, tokens: _Tokens) -> Int32:
    """(distinct values, 3): first, second of several, last."""
    reader = NameReader()
    if len(column.values) <= FEW:
        codes = _other_names(column.texts(), reader)
    else:
        values = pl.Series(values=column.values, dtype=pl.String)
        codes, rest = _plain_names(values, reader)
        if len(rest):
            codes[rest], still = _plain_names(values.gather(rest).str.replace_all(_DOTS, "\u00b7"), reader)
            codes[rest[still]] = _other_names(column.take(rest[still]), reader)
    ours = np.array([*map(tokens.code, reader.texts), BLANK], dtype=np.int32)
    return np.asarray(ours[codes])


def _plain_names(values: pl.Series, reader: NameReader) -> tuple[Int32, Int64]:
    """Names of one or two words of letters between which nothing but a dot or a blank stands are taken apart by column.

    The second answer: where the others are.
    """
    blanks = np.flatnonzero(values.str.contains(" ", literal=True).to_numpy())
    two = values.gather(blanks)
    parted = pl.when(two.str.contains(_TWO_WORDS)).then(two.str.replace(" ", "\u00b7", literal=True))
    values = values.scatter(blanks, pl.select(parted).to_series())
    words = values.str.split_exact("\u00b7", 1).struct.unnest()
    codes = np.full((len(values), 3), BLANK, dtype=np.int32)
    for slot, name in ((0, "field_0"), (2, "field_1")):
        part = coded(words[name])
        of_word = np.full(len(part.values) + 1, BLANK, dtype=np.int32)
        of_word[:-1] = _codes_of_words(pl.Series(values=part.values, dtype=pl.String), reader)
        codes[:, slot] = of_word[part.codes]
    # where a second dot follows the rest stands in the second word
    codes[(codes[:, 0] == BLANK) | (words["field_1"] == "").fill_null(value=False).to_numpy(), 0] = _NOT_ONE
    plain = (codes != _NOT_ONE).all(axis=1)
    return codes, np.flatnonzero(~plain)


def _codes_of_words(words: pl.Series, reader: NameReader) -> Int32:
    codes = np.full(len(words), _NOT_ONE, dtype=np.int32)
    plain = np.flatnonzero(words.str.contains(_LETTERS).to_numpy())
    found = reader.learn(words.gather(plain).to_list())
    codes[plain] = np.where(found < 0, _NOT_ONE, found)
    return codes


def _other_names(names: list[str], reader: NameReader) -> Int32:
    codes = reader.read_codes(names)
    counts = (codes >= 0).sum(axis=1)
    every = np.arange(len(codes))
    first = np.where(counts > 0, codes[:, 0], BLANK)
    last = np.where(counts > 1, codes[every, np.maximum(counts - 1, 0)], BLANK)
    middle = np.where(counts > 2, codes[:, 1], BLANK)
    return np.stack([first, middle, last], axis=1).astype(np.int32)


def _words(text: str) -> list[str]:
    return [part for word in words_of(text) for part in fold(word).split()]


def _given(text: str, tokens: _Tokens) -> tuple[int, int]:
    words = _words(text)
    return tokens.of_words(words[:1]), tokens.of_words(words[1:])
