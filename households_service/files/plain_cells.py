"""The cells of a sheet as spreadsheet programs write them, found in its XML as bytes, millions at once.

Only one form is understood: rows in order with their numbers and cells in order with their references, or both without
as our own lists are written, each behind the one before; values that are numbers, places in the workbook's list of
texts, or texts of one run. Whatever else stands there (formulas, rich texts,
dates, comments, prefixes) raises NotPlain, and a real XML reader has to be asked. Tags are told apart by their first
bytes, and attributes by eight bytes read as one number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from households_service.files.domain import MAX_COLUMNS

Words = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

_CHUNK_BYTES = 512 * 1024
_ROW, _CELL, _VALUE, _VALUE_END, _CELL_END, _ROW_END, _INLINE, _INLINE_END = range(1, 9)
# Texts that stand in their cell, as one tag: shorter than any that a sheet holds.
_INLINE_TAGS = ((b'<is><t xml:space="preserve">', b"<i>"), (b"<is><t>", b"<i>"), (b"</t></is>", b"</i>"))
_MAY_FOLLOW = {
    _ROW: (_CELL, _ROW_END, _ROW),
    _CELL: (_VALUE, _INLINE, _CELL, _CELL_END, _ROW_END),
    _VALUE: (_VALUE_END,),
    _VALUE_END: (_CELL_END,),
    _INLINE: (_INLINE_END,),
    _INLINE_END: (_CELL_END,),
    _CELL_END: (_CELL, _ROW_END),
    _ROW_END: (_ROW,),
}
_MAY = np.array([after in _MAY_FOLLOW.get(tag, ()) for tag in range(16) for after in range(16)], dtype=np.bool_)
_MIXERS = tuple(np.uint64(odd) for odd in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9))
_LONGEST_STYLE = 5
_MOST_DIGITS = 7
SHARED, WHOLE, OTHER, TEXT = range(4)


def _word(text: bytes) -> int:
    return int.from_bytes(text, "little")


class NotPlain(Exception):
    """Nothing is known of the file but that it is not in the one form."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlainCells:
    """Cells that hold something, in the order of rows and, within a row, of columns.

    `rows` count from 1, `columns` from 0. `values`: by kind, a place among the workbook's texts (SHARED), a whole
    number (WHOLE), a place in `others`, which are numbers as they stand there (OTHER), or in `texts`, which are all
    different and written as XML does (TEXT).
    """

    rows: Places
    columns: Places
    kinds: Bytes
    values: Places
    others: list[bytes]
    texts: list[bytes]


def plain_cells(xml: bytes, plain_styles: frozenset[int]) -> PlainCells:
    """`plain_styles`: under which a number is a number and not a date. Raises NotPlain."""
    start, end = xml.find(b"<sheetData>"), xml.rfind(b"</sheetData>")
    if start < 0 or end < 0:
        raise NotPlain
    others: list[bytes] = []
    texts: dict[bytes, int] = {}
    parts: list[tuple[Places, Places, Bytes, Places]] = []
    last_row = 0
    for chunk in _chunks(xml, start + len(b"<sheetData>"), end):
        read = _Chunk(chunk, last_row)
        parts.append(read.cells(plain_styles, others, texts))
        last_row = read.last_row
    if not parts:
        raise NotPlain
    rows, columns, kinds, values = (np.concatenate(part) for part in zip(*parts, strict=True))
    return PlainCells(rows=rows, columns=columns, kinds=kinds, values=values, others=others, texts=list(texts))


def _chunks(xml: bytes, start: int, end: int) -> Iterator[bytes]:
    """Whole rows."""
    while start < end:
        stop = xml.find(b"</row>", min(start + _CHUNK_BYTES, end), end)
        stop = end if stop < 0 else stop + len(b"</row>")
        yield xml[start:stop]
        start = stop


class _Chunk:
    """`last_row`: of what was read, before this chunk and then with it."""

    def __init__(self, xml: bytes, last_row: int) -> None:
        self.last_row = last_row
        if b"<is>" in xml:
            if b"<i>" in xml or b"</i>" in xml:
                raise NotPlain
            for tags, tag in _INLINE_TAGS if b'xml:space="' in xml else _INLINE_TAGS[1:]:
                xml = xml.replace(tags, tag)
        self._xml = xml
        # Eight bytes may be looked at from any place.
        padded = b"\0" * 8 + xml + b"\0" * 8
        self._bytes = np.frombuffer(padded, dtype=np.uint8)
        self._words: Words = np.ndarray(shape=(len(padded) - 7,), dtype="<u8", buffer=padded, strides=(1,))

    def cells(
        self, plain_styles: frozenset[int], others: list[bytes], texts: dict[bytes, int]
    ) -> tuple[Places, Places, Bytes, Places]:
        opened = np.flatnonzero(self._bytes == ord("<"))
        tags = self._tags(opened)
        row_places = np.flatnonzero(tags == _ROW)
        row_starts = opened[row_places]
        counted = self._words[row_starts[0]] & np.uint64((1 << 40) - 1) == np.uint64(_word(b"<row>"))
        rows, row_digits = self._counted_rows(row_starts) if counted else self._row_numbers(row_starts)
        if rows[0] <= self.last_row:
            raise NotPlain
        self.last_row = int(rows[-1])
        follows = tags[1:]
        valued = np.flatnonzero((tags[:-1] == _CELL) & ((follows == _VALUE) | (follows == _INLINE)))
        # `<v>` and `<i>` are equally long.
        starts, values, ends = opened[valued], opened[valued + 1] + len("<v>"), opened[valued + 2]
        row_of = np.searchsorted(row_places, valued) - 1
        if counted:
            columns, behind = self._counted_columns(tags, valued, row_places[row_of]), starts + len("<c")
        else:
            columns, behind = self._columns(starts, row_of, row_starts, row_digits)
        kinds = self._kinds(behind, opened[valued + 1] - 1, tags[valued + 1] == _INLINE, plain_styles)
        numbers = self._numbers(values, ends - values)
        if (numbers[kinds == SHARED] < 0).any():
            raise NotPlain
        odd = np.flatnonzero((kinds == WHOLE) & (numbers < 0))
        kinds[odd] = OTHER
        numbers[odd] = np.arange(len(others), len(others) + odd.size)
        others += self._between(values[odd], ends[odd])
        written = np.flatnonzero(kinds == TEXT)
        if written.size:
            numbers[written] = self._texts(values[written], ends[written], texts)
        in_rows = rows[row_of]
        if (np.diff(in_rows * (MAX_COLUMNS + 1) + columns) <= 0).any():
            raise NotPlain
        return in_rows, columns, kinds, numbers

    def _texts(self, starts: Places, ends: Places, texts: dict[bytes, int]) -> Places:
        """Places among all texts. Most cells are one of a few short words, of which each is taken out once."""
        found, sizes = np.empty(starts.size, dtype=np.int64), ends - starts
        short = np.flatnonzero((sizes > 0) & (sizes <= 16))
        first, last, size = starts[short], ends[short] - 8, sizes[short].astype(np.uint64)
        # Eight bytes from either end tell a text of up to sixteen; of a shorter one, the tag behind it is shifted out.
        lacking = np.uint64(8) * (np.uint64(8) - np.minimum(size, np.uint64(8)))
        begin = self._words[first] << lacking
        end = np.where(size > np.uint64(8), self._words[last], np.uint64(0))
        mixed = (begin * _MIXERS[0]) ^ (end * _MIXERS[1]) ^ (size * _MIXERS[2])
        _, example, same = np.unique(mixed, return_index=True, return_inverse=True)
        if any((part != part[example][same]).any() for part in (begin, end, size)):
            raise NotPlain
        words = self._between(first[example], ends[short][example])
        found[short] = np.array([texts.setdefault(text, len(texts)) for text in words], dtype=np.int64)[same]
        others = np.flatnonzero((sizes == 0) | (sizes > 16))
        found[others] = [texts.setdefault(text, len(texts)) for text in self._between(starts[others], ends[others])]
        return found

    def _between(self, starts: Places, ends: Places) -> list[bytes]:
        xml = self._xml
        return [xml[start:end] for start, end in zip((starts - 8).tolist(), (ends - 8).tolist(), strict=True)]

    def _tags(self, opened: Places) -> Bytes:
        """What each tag is. One may be unknown or out of order, or text stand between tags: not plain."""
        found = self._words[opened]
        tags = np.zeros(opened.size, dtype=np.uint8)
        for text, tag in (
            *((form, _ROW) for form in (b"<row ", b"<row>")),
            *((form, _CELL) for form in (b"<c ", b"<c>", b"<c/>")),
            (b"<v>", _VALUE),
            (b"</v>", _VALUE_END),
            (b"</c>", _CELL_END),
            (b"</row>", _ROW_END),
            (b"<i>", _INLINE),
            (b"</i>", _INLINE_END),
        ):
            tags[found & np.uint64((1 << 8 * len(text)) - 1) == np.uint64(_word(text))] = tag
        if not opened.size or not tags.all() or tags[0] != _ROW or tags[-1] not in {_ROW, _ROW_END}:
            raise NotPlain
        if not _MAY.take(tags[:-1] * np.uint8(16) + tags[1:]).all():
            raise NotPlain
        # Nothing but values stands between tags: each is opened right behind the end of the one before.
        between = self._bytes[opened[1:] - 1] == ord(">")
        if not (between | (tags[1:] == _VALUE_END) | (tags[1:] == _INLINE_END)).all():
            raise NotPlain
        return tags

    def _counted_rows(self, starts: Places) -> tuple[Places, Places]:
        """One behind the other. A reference anywhere would say otherwise."""
        if (self._words[starts] & np.uint64((1 << 40) - 1) != np.uint64(_word(b"<row>"))).any() or b"r=" in self._xml:
            raise NotPlain
        return self.last_row + np.arange(1, starts.size + 1), np.zeros(starts.size, dtype=np.int64)

    def _counted_columns(self, tags: Bytes, valued: Places, rows: Places) -> Places:
        """How many cells stand between each and the begin of its row."""
        cells = np.cumsum(tags == _CELL)
        columns: Places = cells[valued] - 1 - cells[rows]
        if (columns >= MAX_COLUMNS).any():
            raise NotPlain
        return columns

    def _row_numbers(self, starts: Places) -> tuple[Places, Places]:
        """Rising, and how many digits each has."""
        if (self._words[starts] != np.uint64(_word(b'<row r="'))).any():
            raise NotPlain
        numbers, sizes = np.zeros(starts.size, dtype=np.int64), np.zeros(starts.size, dtype=np.int64)
        going = np.ones(starts.size, dtype=np.bool_)
        for place in range(_MOST_DIGITS + 1):
            byte = self._bytes[starts + 8 + place].astype(np.int64)
            going &= byte != ord('"')
            if (going & ((byte < ord("0")) | (byte > ord("9")))).any():
                raise NotPlain
            numbers = np.where(going, numbers * 10 + byte - ord("0"), numbers)
            sizes += going
        if going.any() or (np.diff(numbers) <= 0).any() or (starts.size and numbers[0] <= 0):
            raise NotPlain
        return numbers, sizes

    def _columns(self, starts: Places, row_of: Places, row_starts: Places, row_digits: Places) -> tuple[Places, Places]:
        """Of references such as `<c r="AB12"`, whose row is that of the row around; and where the reference ends."""
        begins = self._words[starts]
        if ((begins & np.uint64((1 << 48) - 1)) != np.uint64(_word(b'<c r="'))).any():
            raise NotPlain
        first = ((begins >> np.uint64(48)) & np.uint64(0xFF)).astype(np.int64) - 64
        second = (begins >> np.uint64(56)).astype(np.int64) - 64
        wide = (second >= 1) & (second <= 26)
        columns = np.where(wide, first * 26 + second, first) - 1
        if ((first < 1) | (first > 26) | (columns >= MAX_COLUMNS)).any():
            raise NotPlain
        # The digits and the closing quote of both are the same bytes.
        masks = np.uint64(2**64 - 1) >> (np.uint64(56) - np.uint64(8) * row_digits.astype(np.uint64))
        expected = self._words[row_starts + 8] & masks
        digits = starts + 7 + wide
        if ((self._words[digits] & masks[row_of]) != expected[row_of]).any():
            raise NotPlain
        return columns, digits + (row_digits + 1)[row_of]

    def _kinds(self, behind: Places, closed: Places, inline: Flags, plain_styles: frozenset[int]) -> Bytes:
        """By what stands between a cell's reference and the end of its tag: ` s="12" t="s"`, either or nothing."""
        end = self._words[closed - 7]
        last = end >> np.uint64(8)
        shared = last == np.uint64(_word(b' t="s"') | ord(">") << 48)
        typed = np.where(shared | (last == np.uint64(_word(b' t="n"') | ord(">") << 48)), 6, 0)
        text = end == np.uint64(_word(b't="str">'))
        if text.any():
            text &= self._bytes[closed - 8] == ord(" ")
            typed[text] = len(' t="str"')
        if inline.any():
            whole = (self._words[closed - 14] == np.uint64(_word(b' t="inli'))) & (end == np.uint64(_word(b'ineStr">')))
            if (whole != inline).any():
                raise NotPlain
            typed[inline] = len(' t="inlineStr"')
            text |= inline
        style = closed - behind - typed
        styled = np.flatnonzero(style != 0)
        kinds = np.where(shared, SHARED, np.where(text, TEXT, WHOLE)).astype(np.uint8)
        if not styled.size:
            return kinds
        digits = style[styled] - 5
        if ((digits < 1) | (digits > _LONGEST_STYLE)).any():
            raise NotPlain
        given = self._words[behind[styled]] & np.uint64(0xFFFFFFFF)
        quoted = self._bytes[behind[styled] + 4 + digits] == ord('"')
        if (given != np.uint64(_word(b' s="'))).any() or not quoted.all():
            raise NotPlain
        numbers = np.flatnonzero(kinds[styled] == WHOLE)
        styles = set(self._numbers(behind[styled][numbers] + 4, digits[numbers]).tolist())
        if not styles <= plain_styles:
            raise NotPlain
        return kinds

    def _numbers(self, starts: Places, sizes: Places) -> Places:
        """Of one to eight digits without a leading zero; -1 for everything else."""
        fit = (sizes >= 1) & (sizes <= 8)
        shift = np.uint64(64) - np.uint64(8) * np.where(fit, sizes, 1).astype(np.uint64)
        text = self._words[starts] << shift
        # The bytes in front of the digits are zero: made "0", so that all eight can be judged alike.
        text |= np.uint64(0x3030303030303030) & ((np.uint64(1) << shift) - np.uint64(1))
        high = np.uint64(0xF0F0F0F0F0F0F0F0)
        digits = (text & high == np.uint64(0x3030303030303030)) & (
            (text + np.uint64(0x0606060606060606)) & high == np.uint64(0x3030303030303030)
        )
        leading = (self._bytes[starts] == ord("0")) & (sizes > 1)
        # Eight digits at once: pairs, then fours, then all.
        number = (text & np.uint64(0x0F0F0F0F0F0F0F0F)) * np.uint64(2561) >> np.uint64(8)
        number = (number & np.uint64(0x00FF00FF00FF00FF)) * np.uint64(6553601) >> np.uint64(16)
        number = (number & np.uint64(0x0000FFFF0000FFFF)) * np.uint64(42949672960001) >> np.uint64(32)
        return np.where(fit & digits & ~leading, number.astype(np.int64), -1)
