"""The engine's table of persons for a few dozen of them: what pays for a million costs more than it saves for fifty.

Holds the same as `linkage.table.person_table` of the same persons; a test compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from households_service.identities.sketches import DATE_OF_BIRTH, HOUSEHOLD, ID_NUMBER, VILLAGE, Sketch
from households_service.linkage.arrays import BLANK, Coded, Int32
from households_service.linkage.names import NameParts, token_book
from households_service.linkage.normal.dates import Parts, read_date
from households_service.linkage.normal.names import NamePart, name_part, words_of
from households_service.linkage.normal.text import fold
from households_service.linkage.schema import FieldKind, LinkSchema
from households_service.linkage.table import DateColumn, PersonTable
from households_service.linkage.values import NORMALISERS

MOST = 2_000
_IN_HAN = re.compile("[\u4e00-\u9fff]{2,}(?:\u00b7[\u4e00-\u9fff]{2,}){0,2}").fullmatch
"""As nearly all names are registered; nothing in these has to be folded."""


def small_table(schema: LinkSchema, rows: Sequence[Sketch], people: Sequence[Sketch]) -> PersonTable:
    everybody = (*rows, *people)
    return PersonTable(
        left_rows=len(rows),
        right_rows=len(people),
        schema=schema,
        texts={
            ID_NUMBER: _coded([one.id_number for one in everybody], NORMALISERS[FieldKind.ID]),
            VILLAGE: _coded([one.place for one in everybody], NORMALISERS[FieldKind.POSTCODE]),
            HOUSEHOLD: _coded([one.household for one in everybody], NORMALISERS[FieldKind.HOUSEHOLD]),
        },
        dates={DATE_OF_BIRTH: _dates([one.date_of_birth for one in everybody])},
        names=_names([one.name for one in everybody]),
    )


def _coded(texts: Sequence[str], normalise: Callable[[str], str]) -> Coded:
    plain = {text: normalise(text) for text in set(texts) if text}
    index: dict[str, int] = {}
    codes = [index.setdefault(value, len(index)) if (value := plain.get(text, "")) else BLANK for text in texts]
    return Coded(codes=np.array(codes, dtype=np.int32), values=list(index))


def _dates(texts: Sequence[str]) -> DateColumn:
    parts = np.array([_date(text) for text in texts], dtype=np.int32).reshape(-1, 3)
    year, month, day = parts[:, 0], parts[:, 1], parts[:, 2]
    codes: Int32 = np.where(year > 0, year * 10_000 + month * 100 + day, BLANK).astype(np.int32)
    return DateColumn(year=year.astype(np.int16), month=month.astype(np.int8), day=day.astype(np.int8), codes=codes)


@lru_cache(maxsize=16_384)
def _date(text: str) -> Parts:
    return read_date(text) if text else (0, 0, 0)


def _names(names: Sequence[str]) -> NameParts:
    index: dict[str, int] = {}
    parts: list[NamePart] = []
    codes = np.full((len(names), 3), BLANK, dtype=np.int32)
    for row, name in enumerate(names):
        own = []
        for text in _parts(name):
            code = index.setdefault(text, len(parts))
            if code == len(parts):
                parts.append(_part(text))
            own.append(code)
        if own:
            codes[row, 0] = own[0]
            codes[row, 1] = own[1] if len(own) > 2 else BLANK
            codes[row, 2] = own[-1] if len(own) > 1 else BLANK
    return NameParts(
        first=codes[:, 0].copy(),
        middle=codes[:, 1].copy(),
        last=codes[:, 2].copy(),
        tokens=token_book(parts),
        in_two_columns=False,
    )


def _parts(name: str) -> tuple[str, ...]:
    return tuple(name.split("\u00b7")) if _IN_HAN(name) else _parted(name)


@lru_cache(maxsize=16_384)
def _parted(name: str) -> tuple[str, ...]:
    return tuple(text for word in words_of(name) for text in fold(word).split())[:5] if name else ()


@lru_cache(maxsize=32_768)
def _part(text: str) -> NamePart:
    return name_part(text)
