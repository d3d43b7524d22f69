"""Keys under which records of one person meet, though none of their fields need be written alike.

An atom is a piece of a field (consonants of a part of the name, month and day of birth, half a number); a key is an
atom that is rare by itself, or two atoms of different fields. Atoms are 64-bit hashes, 0 where nothing is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from households_service.linkage.arrays import (
    SIEVE_BITS,
    Coded,
    Int32,
    Int64,
    UInt32,
    UInt64,
    hash_texts,
    joined_key,
    mixed,
    sieve,
)
from households_service.linkage.names import NameParts
from households_service.linkage.normal.numbers import postcode_area
from households_service.linkage.schema import FieldKind
from households_service.linkage.table import DateColumn, PersonTable

_NONE = np.uint64(0)
_FACTORS = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
_SHORT = np.uint64(64 - SIEVE_BITS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """`per_row` gives the hashes of a slice of rows; `alone` ones are keys by themselves."""

    field: str
    name: str
    alone: bool
    plain: bool = True
    """Used whatever the size of the table."""
    book: UInt64
    """Hash per code; the last entry is 0, so that code -1 finds it."""
    codes: Int32

    def of(self, rows: slice | Int64) -> UInt64:
        return self.book[self.codes[rows]]

    def short_book(self, factor: np.uint64) -> UInt32:
        """Hashes of `SIEVE_BITS` bits; those of two fields need two factors, lest equal pieces cancel out."""
        return ((self.book * factor) >> _SHORT).astype(np.uint32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    name: str
    first: Atom
    second: Atom | None
    swapped: Atom | None = None
    """Stands in for `first` on the right side: the part of the name that may have been written in the other's place."""

    def short(self, *, right: bool) -> Callable[[slice], UInt32]:
        """Hashes of slices of rows, for a sieve: a fraction of the work of `of`."""
        first, second = (self.swapped if right and self.swapped is not None else self.first), self.second
        book = first.short_book(_FACTORS[0])
        if second is None:
            return lambda rows: book.take(first.codes[rows], mode="wrap")
        other, codes = second.short_book(_FACTORS[1]), second.codes
        return lambda rows: book.take(first.codes[rows], mode="wrap") ^ other.take(codes[rows], mode="wrap")

    def of(self, rows: slice | Int64, *, right: bool) -> UInt64:
        first = (self.swapped if right and self.swapped is not None else self.first).of(rows)
        if self.second is None:
            return first
        second = self.second.of(rows)
        return np.where((first == _NONE) | (second == _NONE), _NONE, joined_key(first, second))


def keys_of(table: PersonTable) -> list[Key]:
    """Of a large table fewer: the pieces that catch the last few slips would cost more than all the others."""
    found = list(atoms_of(table, plain_only=table.rows > LARGE_TABLE))
    keys = [Key(name=atom.name, first=atom, second=None) for atom in found if atom.alone]
    for at, first in enumerate(found):
        keys += [
            Key(name=f"{first.name} + {second.name}", first=first, second=second)
            for second in found[at + 1 :]
            if first.field != second.field and not (table.rows > LARGE_TABLE and (first.alone or second.alone))
        ]
    parts = {atom.name: atom for atom in found if atom.field in _NAME_FIELDS}
    for one, other in (("first name", "last name"), ("last name", "first name")):
        own, swapped = parts.get(f"{one} consonants"), parts.get(f"{other} consonants")
        if own is not None and swapped is not None:
            keys += [
                Key(name=f"{own.name} as {other} + {second.name}", first=own, second=second, swapped=swapped)
                for second in found
                if second.field not in _NAME_FIELDS and not (table.rows > LARGE_TABLE and second.alone)
            ]
    return keys


LARGE_TABLE = 300_000
_CHUNK = 50_000
_NAME_FIELDS = frozenset({"first name", "last name", "names"})


def atoms_of(table: PersonTable, *, plain_only: bool = False) -> Iterator[Atom]:
    one_side = None if table.is_one_file else table.left_rows or None
    if table.names is not None:
        yield from _name_atoms(table.names, plain_only=plain_only)
    for field in table.schema.fields:
        if field.kind is FieldKind.DATE_OF_BIRTH:
            yield from _date_atoms(field.name, table.dates[field.name], plain_only=plain_only)
        elif field.name in table.texts:
            column = table.texts[field.name]
            for cut in _CUTS.get(field.kind, ()):
                plain = cut not in {_BEGINNING, _WORD, _FIRST_HALF}
                if plain_only and not plain:
                    continue
                book = _hashed_values(column, cut, salt=f"{field.name}/{cut.name}", one_side=one_side)
                yield Atom(
                    field=field.name,
                    name=f"{field.name} {cut.name}",
                    alone=cut.alone,
                    plain=plain,
                    book=book,
                    codes=column.codes,
                )


def _hashed(pieces: Sequence[str], *, salt: str) -> UInt64:
    book = np.zeros(len(pieces) + 1, dtype=np.uint64)
    book[:-1] = hash_texts(pieces, salt=salt)
    return book


def _hashed_values(column: Coded, cut: _Cut, *, salt: str, one_side: int | None) -> UInt64:
    """A chunk at a time: a million numbers as Python strings would fill the memory.

    Of two files only what stands in both makes a key: that is told by column before anything becomes a string.
    """
    book = np.zeros(len(column.values) + 1, dtype=np.uint64)
    if isinstance(column.values, list):
        book[:-1] = hash_texts(cut.words(column.values), salt=salt)
        return book
    pieces, words, wanted = column.values, cut.words, np.arange(len(column.values))
    if cut.column is not None and one_side is not None:
        pieces, words = pl.select(cut.column(pl.lit(pieces))).to_series(), _unchanged
        mine = np.unique(column.codes[:one_side])
        hashes = pieces.hash().to_numpy()
        wanted = np.flatnonzero(sieve(hashes[mine[mine >= 0]], hashes))
    for start in range(0, len(wanted), _CHUNK):
        some = wanted[start : start + _CHUNK]
        book[some] = hash_texts(words(pieces.gather(some).to_list()), salt=salt)
    return book


def _longest_words(texts: Sequence[str]) -> list[str]:
    return [max(text.split(), key=len) if " " in text else "" for text in texts]


def _first_half(texts: Sequence[str]) -> list[str]:
    return [text[: (len(text) + 1) // 2] if len(text) >= 4 else "" for text in texts]


def _second_half(texts: Sequence[str]) -> list[str]:
    return [text[(len(text) + 1) // 2 :] if len(text) >= 4 else "" for text in texts]


def _beginning(texts: Sequence[str]) -> list[str]:
    return [text[:4] if len(text) > 4 else "" for text in texts]


def _last_four(texts: Sequence[str]) -> list[str]:
    return [text[-4:] for text in texts]


def _unchanged(texts: Sequence[str]) -> Sequence[str]:
    return texts


def _areas(texts: Sequence[str]) -> list[str]:
    return [postcode_area(text) for text in texts]


_Words = Callable[[Sequence[str]], Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Cut:
    """A piece of a value; `column` does to a column what `words` does to a list."""

    name: str
    alone: bool
    words: _Words
    column: Callable[[pl.Expr], pl.Expr] | None = None


def _half(text: pl.Expr, *, second: bool) -> pl.Expr:
    middle = (text.str.len_chars() + 1) // 2
    half = text.str.slice(middle) if second else text.str.slice(0, middle)
    return pl.when(text.str.len_chars() >= 4).then(half).otherwise(pl.lit(""))


_WHOLE = _Cut("", False, _unchanged, lambda text: text)
_RARE = _Cut("", True, _unchanged, lambda text: text)
_BEGINNING = _Cut("beginning", False, _beginning)
_WORD = _Cut("longest word", False, _longest_words)
_FIRST_HALF = _Cut("first half", False, _first_half, lambda text: _half(text, second=False))
_SECOND_HALF = _Cut("second half", True, _second_half, lambda text: _half(text, second=True))
_CUTS: dict[FieldKind, tuple[_Cut, ...]] = {
    FieldKind.ID: (_RARE, _FIRST_HALF, _SECOND_HALF),
    FieldKind.PHONE: (_RARE, _Cut("last four", False, _last_four)),
    FieldKind.HOUSEHOLD: (_RARE,),
    FieldKind.POSTCODE: (_RARE, _Cut("area", False, _areas)),
    FieldKind.PLACE: (_WHOLE, _BEGINNING, _WORD),
    FieldKind.FREE_TEXT: (_RARE, _BEGINNING, _WORD),
    FieldKind.OCCUPATION: (_WHOLE,),
    FieldKind.YEAR: (_WHOLE,),
    FieldKind.NUMBER: (_WHOLE,),
}


def _name_atoms(names: NameParts, *, plain_only: bool) -> Iterator[Atom]:
    book = names.tokens
    bones, others = np.append(book.skeleton, _NONE), np.append(book.other_skeleton, _NONE)
    starts = ends = bones
    if not plain_only:
        starts = _hashed([text[:3] for text in book.roman], salt="start")
        ends = _hashed([text[-3:] for text in book.roman], salt="end")
    for slot, codes in (("first name", names.first), ("last name", names.last)):
        yield Atom(field=slot, name=f"{slot} consonants", alone=False, book=bones, codes=codes)
        if plain_only:
            continue
        yield Atom(field=slot, name=f"{slot} start", alone=False, plain=False, book=starts, codes=codes)
        yield Atom(field=slot, name=f"{slot} end", alone=False, plain=False, book=ends, codes=codes)
    if (others != bones).any():
        yield Atom(field="first name", name="first name other consonants", alone=False, book=others, codes=names.first)
    pair = _unordered(bones[names.first], bones[names.last])
    every = np.arange(len(pair), dtype=np.int32)
    yield Atom(field="names", name="both names", alone=True, book=np.append(pair, _NONE), codes=every)


def _unordered(one: UInt64, other: UInt64) -> UInt64:
    """A sum does not know which came first; 0 where either is missing."""
    low, high = np.minimum(one, other), np.maximum(one, other)
    return np.where(low == _NONE, _NONE, joined_key(low, high))


def _distinct_dates(column: DateColumn) -> tuple[Int64, Int64, Int64, Int32]:
    """Year, month and day of the distinct dates, all 0 where the year is unknown, and which of them each row has."""
    if column.month.max(initial=0) < 16 and column.day.max(initial=0) < 32:
        packed = (column.year.astype(np.int32) << 9) + (column.month.astype(np.int32) << 5) + column.day
        packed[column.codes < 0] = 0
        held = np.zeros(int(packed.max(initial=0)) + 1, dtype=np.bool_)
        held[packed] = True
        dates = np.flatnonzero(held)
        return dates >> 9, dates >> 5 & 15, dates & 31, (np.cumsum(held, dtype=np.int32) - np.int32(1))[packed]
    distinct, inverse = np.unique(column.codes, return_inverse=True)
    dates = np.maximum(distinct, 0).astype(np.int64)
    return dates // 10_000, dates // 100 % 100, dates % 100, inverse.astype(np.int32)


def _date_atoms(name: str, column: DateColumn, *, plain_only: bool) -> Iterator[Atom]:
    year, month, day, codes = _distinct_dates(column)
    low, high = np.minimum(month, day), np.maximum(month, day)
    whole = (year > 0) & (month > 0) & (day > 0)
    pieces = (
        ("day", True, year * 10_000 + low * 100 + high, whole),
        ("month", False, 100_000_000 + year * 100 + month, (year > 0) & (month > 0)),
        ("day of year", False, 200_000_000 + low * 100 + high, whole & (high > 1)),
        ("year and day", False, 300_000_000 + year * 100 + day, whole & (day > 1)),
        ("year", False, 400_000_000 + year, year > 0),
    )
    for piece, alone, values, known in pieces:
        plain = piece not in {"month", "year and day"}
        if plain_only and not plain:
            continue
        book = np.append(np.where(known, mixed(values), _NONE), _NONE)
        yield Atom(field=name, name=f"{name} {piece}", alone=alone, plain=plain, book=book, codes=codes)
