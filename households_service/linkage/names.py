"""Names as coded parts: first, middle and last, whatever columns they came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from households_service.linkage.arrays import BLANK, FEW, Coded, Flags, Int32, Int64, Texts, UInt64, coded, hash_texts
from households_service.linkage.diminutives import has_short_form
from households_service.linkage.normal.names import NamePart, NameReader, name_form, name_part
from households_service.linkage.normal.script import Script
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
        self.parts: list[NamePart] = []

    def code(self, part: NamePart) -> int:
        found = self.index.setdefault(part.text, len(self.parts))
        if found == len(self.parts):
            self.parts.append(part)
        return found

    def of_words(self, words: list[NamePart]) -> int:
        if not words:
            return BLANK
        if len(words) == 1:
            return self.code(words[0])
        text = " ".join(word.text for word in words)
        if text not in self.index:
            bones = name_part("".join(word.romanised for word in words)).skeletons
            latin = " ".join(word.romanised for word in words)
            self.code(NamePart(text=text, script=words[0].script, romanised=latin, skeletons=bones))
        return self.index[text]

    def book(self) -> TokenBook:
        return token_book(self.parts)


def token_book(parts: list[NamePart]) -> TokenBook:
    text, roman = np.empty(len(parts), dtype=object), np.empty(len(parts), dtype=object)
    text[:], roman[:] = [part.text for part in parts], [part.romanised for part in parts]
    sounds: dict[str, int] = {}
    return TokenBook(
        text=text,
        roman=roman,
        sound=np.array([sounds.setdefault(part.romanised, len(sounds)) for part in parts], dtype=np.int32),
        initial=np.array([ord(part.romanised[:1] or " ") for part in parts], dtype=np.int32),
        several=np.array([" " in part.romanised for part in parts], dtype=np.bool_),
        shortened=np.array([has_short_form(part.romanised) for part in parts], dtype=np.bool_),
        length=np.fromiter((len(part.romanised) for part in parts), dtype=np.int64, count=len(parts)),
        is_han=np.array([part.script is Script.HAN for part in parts], dtype=np.bool_),
        skeleton=hash_texts([part.skeletons[0] for part in parts]),
        other_skeleton=hash_texts([part.skeletons[-1] for part in parts]),
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


_PLAIN_NAME = r"^[\p{L}\p{M}]{2,}(?:\x{B7}[\p{L}\p{M}]{2,})?$|^[A-Za-z]{4,} [A-Za-z]{4,}$"
_TITLE = r"(?i)^(?:miss|prof|herr|mlle)\b|\b(?:miss|prof|herr|mlle)$"
_NOT_ONE = -2


def _full(column: Coded, tokens: _Tokens) -> Int32:
    """(distinct values, 3): first, second of several, last."""
    reader = NameReader()
    if len(column.values) <= FEW:
        codes = _other_names(column.texts(), reader)
        ours = np.array([*(tokens.code(part) for part in reader.parts), BLANK], dtype=np.int32)
        return np.asarray(ours[codes])
    codes, rest = _plain_names(pl.Series(values=column.values, dtype=pl.String), reader)
    codes[rest] = _other_names(column.take(rest), reader)
    ours = np.array([*(tokens.code(part) for part in reader.parts), BLANK], dtype=np.int32)
    return np.asarray(ours[codes])


def _plain_names(values: pl.Series, reader: NameReader) -> tuple[Int32, Int64]:
    """Names of one or two words between which nothing but a dot or a blank stands are taken apart by column.

    The second answer: where the others are.
    """
    codes = np.full((len(values), 3), BLANK, dtype=np.int32)
    plain = np.flatnonzero((values.str.contains(_PLAIN_NAME) & ~values.str.contains(_TITLE)).to_numpy())
    words = values.gather(plain).str.replace(" ", "\u00b7", literal=True).str.split_exact("\u00b7", 1).struct.unnest()
    for slot, name in ((0, "field_0"), (2, "field_1")):
        part = coded(words[name])
        of_word = np.array([_only(reader.codes(word)) for word in part.texts()] + [BLANK], dtype=np.int32)
        codes[plain, slot] = of_word[part.codes]
    taken = np.zeros(len(values), dtype=np.bool_)
    taken[plain] = True
    taken &= (codes != _NOT_ONE).all(axis=1)
    return codes, np.flatnonzero(~taken)


def _only(codes: tuple[int, ...]) -> int:
    return codes[0] if len(codes) == 1 else _NOT_ONE


def _other_names(names: list[str], reader: NameReader) -> Int32:
    read = reader.read(names)
    codes, counts = read.codes, read.counts()
    every = np.arange(len(codes))
    first = np.where(counts > 0, codes[:, 0], BLANK)
    last = np.where(counts > 1, codes[every, np.maximum(counts - 1, 0)], BLANK)
    middle = np.where(counts > 2, codes[:, 1], BLANK)
    return np.stack([first, middle, last], axis=1).astype(np.int32)


def _words(text: str) -> list[NamePart]:
    form = name_form(text)
    return [name_part(part) for part in form.parts]


def _given(text: str, tokens: _Tokens) -> tuple[int, int]:
    words = _words(text)
    return tokens.of_words(words[:1]), tokens.of_words(words[1:])
