"""Nearest neighbours on character 3-grams of the whole record, for rows whose keys find too few candidates.

A record with a slip in every field shares no key with its person's others, but still most of their letters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.sparse import csr_matrix

from households_service.linkage.arrays import BLANK, Int32, Int64
from households_service.linkage.candidates import Pairs
from households_service.linkage.schema import FieldKind
from households_service.linkage.table import PersonTable

NEAREST = 20
_BLOCK = 1_000
_LONGEST_LIST = 400
"""Rows that may hold a 3-gram; commoner ones tell little and cost most."""
_LEAST_ALIKE = 0.15
_UNTOLD = frozenset({FieldKind.SEX, FieldKind.CATEGORY})


def nearest_pairs(table: PersonTable, rows: Int64, *, nearest: int = NEAREST) -> Pairs:
    """The `nearest` most alike rows of the other side (of the one file) to each of the left `rows`."""
    nothing = np.empty(0, dtype=np.int32)
    whole = _records(table)
    if whole is None or not len(rows):
        return Pairs(left=nothing, right=nothing)
    offset = 0 if table.is_one_file else table.left_rows
    others = whole[offset:].T.tocsr()
    left, right = [], []
    for start in range(0, len(rows), _BLOCK):
        some = rows[start : start + _BLOCK]
        alike = (whole[some] @ others).tocsr()
        for row, first, last in zip(some.tolist(), alike.indptr[:-1], alike.indptr[1:], strict=True):
            found, score = alike.indices[first:last], alike.data[first:last]
            kept = (score >= _LEAST_ALIKE) & (found + offset != row)
            found, score = found[kept], score[kept]
            if len(found) > nearest:
                found = found[np.argpartition(-score, nearest)[:nearest]]
            left.append(np.full(len(found), row, dtype=np.int32))
            right.append((found + offset).astype(np.int32))
    one, two = np.concatenate(left), np.concatenate(right)
    if table.is_one_file:
        one, two = np.minimum(one, two), np.maximum(one, two)
    return Pairs(left=one, right=two)


def _records(table: PersonTable) -> csr_matrix | None:
    """Rows by 3-grams, weighted by how rare they are (TF-IDF), each row of length 1; None when there are none."""
    cells, grams = [], []
    for codes, texts, salt in _columns(table):
        of_value, start = _grams_of(texts, salt)
        size = np.diff(start)
        rows = np.flatnonzero(codes >= 0)
        held = size[codes[rows]]
        ends = np.cumsum(held)
        within = np.arange(int(held.sum())) - np.repeat(ends - held, held)
        cells.append(np.repeat(rows, held))
        grams.append(of_value[np.repeat(start[codes[rows]], held) + within])
    if not sum(map(len, cells)):
        return None
    row, gram = np.concatenate(cells), np.concatenate(grams)
    _, column = np.unique(gram, return_inverse=True)
    pairs = np.unique((row.astype(np.int64) << 32) | column)
    row, column = pairs >> 32, pairs & 0xFFFFFFFF
    held = np.bincount(column)
    kept = (held[column] <= _LONGEST_LIST) & (held[column] > 1)
    row, column = row[kept], column[kept]
    weight = np.log(table.rows / held[column]).astype(np.float32)
    length = np.sqrt(np.bincount(row, weights=weight.astype(np.float64) ** 2, minlength=table.rows))
    weight /= np.maximum(length[row], 1e-9).astype(np.float32)
    _, column = np.unique(column, return_inverse=True)
    return csr_matrix((weight, (row, column)), shape=(table.rows, int(column.max(initial=-1)) + 1))


def _columns(table: PersonTable) -> Iterator[tuple[Int32, Sequence[str], int]]:
    """Codes, texts and a number of their own; parts of a name share one, for they change places."""
    if table.names is not None:
        for codes in (table.names.first, table.names.middle, table.names.last):
            yield codes, table.names.tokens.roman.tolist(), 0
    for number, field in enumerate(table.schema.fields, start=1):
        if field.kind is FieldKind.DATE_OF_BIRTH:
            dates = table.dates[field.name].codes
            held, inverse = np.unique(dates, return_inverse=True)
            texts = ["" if date < 0 else f"{date:08}" for date in held.tolist()]
            yield np.where(dates < 0, BLANK, inverse).astype(np.int32), texts, number
        elif field.name in table.texts and field.kind not in _UNTOLD:
            column = table.texts[field.name]
            yield column.codes, column.texts(), number


def _grams_of(texts: Sequence[str], salt: int) -> tuple[Int64, Int64]:
    """3-grams of every text one after another, as numbers, and where each text's begin."""
    lengths = np.fromiter((len(text) for text in texts), dtype=np.int64, count=len(texts))
    letters = np.array([ord(letter) for text in texts for letter in f" {text} "], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths + 2)])
    if len(letters) < 3:
        return np.empty(0, dtype=np.int64), np.zeros(len(texts) + 1, dtype=np.int64)
    grams = ((letters[:-2] * 0x110000 + letters[1:-1]) * 0x110000 + letters[2:]) * 31 + salt
    inside = np.ones(len(grams), dtype=np.bool_)
    ends = starts[1:-1]
    inside[ends - 1] = inside[ends - 2] = False
    return grams[inside], np.concatenate([[0], np.cumsum(lengths)])
