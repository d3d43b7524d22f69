"""The few registered persons a query can mean, found among a million in some milliseconds, new ones included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from households_service.linkage.arrays import Coded, Float32, Int32, Int64, UInt64, joined_number
from households_service.linkage.comparing_dates import DateComparison, YearComparison
from households_service.linkage.comparing_names import NameComparison
from households_service.linkage.comparison import Comparison, TextComparison, comparisons
from households_service.linkage.keys import Key, atoms_of, keys_of
from households_service.linkage.names import NameParts, TokenBook
from households_service.linkage.schema import FieldKind
from households_service.linkage.table import DateColumn, PersonTable

_NONE = np.uint64(0)
_TRUNCATED = np.uint64(0xFFFF_FFFF)
LONGEST_LIST = 400
MOST_CANDIDATES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Postings:
    """Rows by key: `keys` sorted, truncated to 32 bits for the memory's sake (a false hit costs one comparison)."""

    keys: tuple[np.ndarray[tuple[int], np.dtype[np.uint32]], ...]
    rows: tuple[Int32, ...]
    plan: tuple[tuple[str, str | None], ...]
    """Per list the pieces its keys are made of."""

    def rows_with(self, wanted: Sequence[int]) -> Int32:
        """At most MOST_CANDIDATES rows, the shortest lists first; a long list only where there is no shorter."""
        lists: list[Int32] = []
        for number, key in enumerate(wanted):
            if key:
                short = np.uint32(key & 0xFFFF_FFFF)
                start, end = np.searchsorted(self.keys[number], [short, short + np.uint32(1)], side="left")
                if short == np.uint32(0xFFFF_FFFF):
                    end = len(self.keys[number])
                if end > start:
                    lists.append(self.rows[number][start:end])
        lists.sort(key=len)
        found: dict[int, None] = {}
        for rows in lists:
            if found and len(rows) > LONGEST_LIST:
                break
            found.update(dict.fromkeys(rows[: MOST_CANDIDATES * 4].tolist()))
            if len(found) >= MOST_CANDIDATES:
                break
        return np.fromiter(found, dtype=np.int32, count=len(found))[:MOST_CANDIDATES]


def lookup_keys(table: PersonTable) -> list[Key]:
    """A small choice of all keys: each costs eight bytes a person."""
    kinds = {field.name: field.kind for field in table.schema.fields}
    kept = []
    for key in keys_of(table):
        if key.second is None:
            kept.append(key)
            continue
        names = {key.first.field, key.second.field} & {"first name", "last name"}
        other = key.second.field if key.second.field in kinds else key.first.field
        kind = kinds.get(other)
        wanted = key.second.name
        if names and "consonants" in key.name and kind is not None:
            whole_place = kind in {FieldKind.PLACE, FieldKind.POSTCODE, FieldKind.HOUSEHOLD} and wanted.strip() == other
            date = kind is FieldKind.DATE_OF_BIRTH and wanted.removeprefix(other).strip() in {"year", "day of year"}
            if whole_place or date or kind is FieldKind.YEAR:
                kept.append(key)
    return kept


def postings(table: PersonTable) -> Postings:
    rows = slice(table.left_rows, table.rows)
    keys, order, plan = [], [], []
    for key in lookup_keys(table):
        hashes = key.of(rows, right=True)
        known = np.flatnonzero(hashes != _NONE).astype(np.int32)
        short = (hashes[known] & _TRUNCATED).astype(np.uint32)
        by_key = np.argsort(short, kind="stable")
        keys.append(short[by_key])
        order.append(known[by_key] + np.int32(table.left_rows))
        plan.append((key.first.name, None if key.second is None else key.second.name))
    return Postings(keys=tuple(keys), rows=tuple(order), plan=tuple(plan))


def query_keys(table: PersonTable, plan: Sequence[tuple[str, str | None]]) -> list[int]:
    """Of the first row of a table, in the order of the postings; 0 where it lacks a piece."""
    pieces = {atom.name: int(atom.of(slice(0, 1))[0]) for atom in atoms_of(table)}
    found = []
    for first, second in plan:
        one, two = pieces.get(first, 0), 1 if second is None else pieces.get(second, 0)
        if not one or not two:
            found.append(0)
        else:
            found.append(one if second is None else joined_number(one, two))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """How common each value of the registry is, by the code the registry gave it."""

    first: Float32
    last: Float32
    texts: Mapping[str, Float32]
    dates: Mapping[str, tuple[Int32, Float32]]
    """Per date field the row's code and the share per code."""


def shares_of(table: PersonTable) -> Shares:
    none = np.empty(0, dtype=np.float32)
    first, last = none, none
    texts: dict[str, Float32] = {}
    dates: dict[str, tuple[Int32, Float32]] = {}
    for one in comparisons(table):
        if isinstance(one, NameComparison):
            first, last = one.first_shares, one.last_shares
        elif isinstance(one, DateComparison):
            dates[one.name] = (one.codes, one.shares)
        elif isinstance(one, TextComparison):
            texts[one.field.name] = one.shares
        elif isinstance(one, YearComparison):
            texts[one.name] = one.shares
    return Shares(first=first, last=last, texts=texts, dates=dates)


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """One query and its candidates as a table of their own: row 0 is the query."""

    table: PersonTable
    using: tuple[Comparison, ...]


def laid_together(query: PersonTable, registry: PersonTable, rows: Int32 | Int64, shares: Shares) -> Together:
    """Only the values of these rows are looked at, but they are as common as they are in the whole registry."""
    texts: dict[str, Coded] = {}
    using: list[Comparison] = []
    names = None
    if query.names is not None and registry.names is not None:
        names, first, last = _names(query.names, registry.names, rows, shares)
        using.append(NameComparison(names, first, last))
    dates: dict[str, DateColumn] = {}
    for field in registry.schema.fields:
        if field.name in registry.dates:
            dates[field.name] = column = _dates(query.dates[field.name], registry.dates[field.name], rows)
            codes, known = shares.dates[field.name]
            of_row = codes[rows]
            local = np.concatenate([[0.0], np.where(of_row >= 0, known[of_row], 0.0)]).astype(np.float32)
            row_codes = np.arange(len(rows) + 1, dtype=np.int32)
            same = np.flatnonzero(column.codes == column.codes[0])
            local[0] = local[same].max()
            row_codes[same] = 0
            using.append(DateComparison(field.name, column, row_codes, local))
        elif field.name in registry.texts:
            column_, share = _texts(
                query.texts[field.name], registry.texts[field.name], rows, shares.texts.get(field.name)
            )
            texts[field.name] = column_
            if field.kind is FieldKind.YEAR:
                if not registry.dates:
                    whole = YearComparison.of(field.name, column_)
                    using.append(YearComparison(whole.name, column_, whole.years, share))
            else:
                using.append(TextComparison(field, column_, share))
    table = PersonTable(
        left_rows=1, right_rows=len(rows), schema=registry.schema, texts=texts, dates=dates, names=names
    )
    return Together(table=table, using=tuple(using))


def _texts(query: Coded, registry: Coded, rows: Int32 | Int64, shares: Float32 | None) -> tuple[Coded, Float32]:
    codes = registry.codes[rows]
    distinct, inverse = np.unique(codes, return_inverse=True)
    known = distinct >= 0
    local = np.cumsum(known, dtype=np.int32) - 1
    values = registry.take(distinct[known])
    here = np.where(known, local, -1)[inverse].astype(np.int32)
    share = np.zeros(len(values) + 1, dtype=np.float32)
    if shares is not None:
        share[: len(values)] = shares[distinct[known]]
    own = -1
    if query.codes[0] >= 0:
        text = query.values[int(query.codes[0])]
        own = values.index(text) if text in values else len(values)
        if own == len(values):
            values.append(text)
    return Coded(codes=np.concatenate([[own], here]).astype(np.int32), values=values), share


def _dates(query: DateColumn, registry: DateColumn, rows: Int32 | Int64) -> DateColumn:
    return DateColumn(
        year=np.concatenate([query.year[:1], registry.year[rows]]),
        month=np.concatenate([query.month[:1], registry.month[rows]]),
        day=np.concatenate([query.day[:1], registry.day[rows]]),
        codes=np.concatenate([query.codes[:1], registry.codes[rows]]),
    )


def _names(
    query: NameParts, registry: NameParts, rows: Int32 | Int64, shares: Shares
) -> tuple[NameParts, Float32, Float32]:
    slots = np.stack([registry.first[rows], registry.middle[rows], registry.last[rows]])
    distinct, inverse = np.unique(slots, return_inverse=True)
    inverse = inverse.reshape(slots.shape)
    known = distinct[distinct >= 0]
    offset = len(distinct) - len(known)
    here = (inverse - offset).astype(np.int32)
    here[slots < 0] = -1
    place = {text: at for at, text in enumerate(registry.tokens.text[known].tolist())}
    added: list[int] = []
    own = []
    for codes in (query.first, query.middle, query.last):
        code = int(codes[0])
        if code < 0:
            own.append(-1)
            continue
        text = query.tokens.text[code]
        if text not in place:
            place[text] = len(place)
            added.append(code)
        own.append(place[text])
    book = _books(registry.tokens, known, query.tokens, np.array(added, dtype=np.int64))
    none = np.zeros(len(added), dtype=np.float32)
    together = np.concatenate([np.array(own, dtype=np.int32)[:, None], here], axis=1)
    names = NameParts(
        first=together[0], middle=together[1], last=together[2], tokens=book, in_two_columns=registry.in_two_columns
    )
    return names, np.concatenate([shares.first[known], none]), np.concatenate([shares.last[known], none])


def _books(one: TokenBook, ours: Int32 | Int64, other: TokenBook, theirs: Int64) -> TokenBook:
    roman = np.concatenate([one.roman[ours], other.roman[theirs]])
    _, sound = np.unique(roman.astype(str), return_inverse=True) if len(roman) else (None, np.empty(0, dtype=np.int64))

    def both(name: str) -> UInt64:
        return np.concatenate([getattr(one, name)[ours], getattr(other, name)[theirs]])

    return TokenBook(
        text=np.concatenate([one.text[ours], other.text[theirs]]),
        roman=roman,
        length=np.concatenate([one.length[ours], other.length[theirs]]),
        sound=sound.astype(np.int32),
        initial=np.concatenate([one.initial[ours], other.initial[theirs]]),
        several=np.concatenate([one.several[ours], other.several[theirs]]),
        shortened=np.concatenate([one.shortened[ours], other.shortened[theirs]]),
        is_han=np.concatenate([one.is_han[ours], other.is_han[theirs]]),
        skeleton=both("skeleton"),
        other_skeleton=both("other_skeleton"),
    )
