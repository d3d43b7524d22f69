"""A column read at once says the same as each of its cells read alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chassis.errors import Refusal
from households_service.files.domain import Cell
from households_service.imports.cells import (
    amount_of,
    code_of,
    date_of,
    flag_of,
    masked,
    optional_text,
    text_of,
    whole_number_of,
)
from households_service.imports.id_cells import id_number_of
from households_service.linkage.identity_number import check_character
from households_service.sheets import folding
from households_service.sheets.checking import read_cells
from households_service.sheets.id_numbers import IdNumbers, birth_dates
from households_service.sheets.kinds import Cells, Code, Flag, Kind, Rules, Text
from households_service.sheets.number_kinds import Amount, Date, WholeNumber

TODAY = date(2020, 9, 18)
RULES = Rules(today=TODAY, sample_ids_allowed=True)
STEM = "99010119800101123"
GOOD = STEM + check_character(STEM)
# What a cell of a workbook can be; a number of 2**53 or more is a float there.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=24)
NUMBERS = st.integers(-(10**6), 10**16 // 2) | st.floats(allow_nan=False).filter(lambda x: not x.is_integer())


def as_text(cell: Cell) -> str:
    return repr(cell) if isinstance(cell, float) else str(cell)


def column(kind: Kind, cells: Sequence[Cell]) -> list[tuple[object, str]]:
    """Value and code of each cell, read as one column."""
    texts = pl.Series([as_text(cell) for cell in cells], dtype=pl.String)
    numeric = pl.Series([isinstance(cell, int | float) for cell in cells], dtype=pl.Boolean)
    read = read_cells(Cells(texts=texts, numeric=numeric if numeric.any() else None), kind, RULES)
    codes = ["" if fault == 0 else kind.faults[fault - 1][0] for fault in read.faults.to_list()]
    return list(zip(read.values.to_list(), codes, strict=True))


def alone(read: Callable[[Cell], object], cell: Cell) -> tuple[object, str]:
    try:
        return read(cell), ""
    except Refusal as refusal:
        return None, refusal.code


def cents(cell: Cell) -> int | None:
    amount = amount_of(cell)
    return None if amount is None else int(amount * Decimal(100))


def id_text(cell: Cell) -> str | None:
    number = id_number_of(cell, today=TODAY, samples_allowed=True)
    return None if number is None else number.text


KINDS: list[tuple[Kind, Callable[[Cell], object], st.SearchStrategy[Cell]]] = [
    (Text(longest=20), lambda cell: optional_text(cell, longest=20), TEXTS),
    (Code(), lambda cell: code_of(cell) or None, TEXTS | NUMBERS),
    (
        Date(),
        date_of,
        st.from_regex(r"[0-9]{4}[-/.]?[0-9]{1,2}[-/.]?[0-9]{1,2}", fullmatch=True)
        | st.dates().map(date.isoformat)
        | st.dates().map(lambda day: f"{day.year:04}年{day.month}月{day.day}日")
        | st.integers(-5, 80_000)
        | TEXTS,
    ),
    (
        WholeNumber(least=1, most=40),
        lambda cell: whole_number_of(cell, least=1, most=40),
        st.integers(-5, 60).map(str) | TEXTS,
    ),
    (Flag(), flag_of, st.sampled_from(["是", "否", "Yes", "ＮＯ", "√", "x", "", " 有 "]) | TEXTS),
    (
        Amount(),
        cents,
        st.from_regex(r"-?[0-9]{1,7}(\.[0-9]{1,3})?", fullmatch=True)
        | st.sampled_from(["¥1,234.50元", "1,23", "1e5", "1_000", ".5", "5.", "+3", "NaN", "inf", "１００"])
        | st.integers(-(10**9), 10**9)
        | st.integers(-(10**7), 10**7).map(lambda whole: whole / 100).filter(lambda x: not x.is_integer()),
    ),
    (
        IdNumbers(),
        id_text,
        st.from_regex(r"[0-9]{17}[0-9Xx]", fullmatch=True)
        | st.from_regex(r"[0-9]{15}", fullmatch=True)
        | st.tuples(st.integers(0, 17), st.sampled_from("0123456789X -'")).map(
            lambda change: GOOD[: change[0]] + change[1] + GOOD[change[0] + 1 :]
        )
        | st.from_regex(r"99010119[0-9]{2}(0[1-9]|1[0-3])[0-3][0-9][0-9]{3}", fullmatch=True).map(
            lambda stem: stem + check_character(stem)
        )
        | st.sampled_from(["1.23E+17", "9.90101E17", "990101198001011000", "1E5", f" {GOOD} ", ""])
        | st.integers(10**14, 10**16 // 2)
        | TEXTS,
    ),
]


@pytest.mark.parametrize(("kind", "read", "cells"), KINDS, ids=[type(kind).__name__ for kind, _, _ in KINDS])
def test_a_column_says_what_each_cell_says(
    kind: Kind, read: Callable[[Cell], object], cells: st.SearchStrategy[Cell]
) -> None:
    @settings(max_examples=150, deadline=None)
    @given(st.lists(cells, min_size=1, max_size=12))
    def holds(given_cells: list[Cell]) -> None:
        assert column(kind, given_cells) == [alone(read, cell) for cell in given_cells]

    holds()


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=12))
@example(["　阿里木•卡地尔　", "ＡＢＣ１２３", "a\u200bb", "'=cmd", "", "plain", "'plain"])
def test_folding_a_column_folds_each_text(texts: list[str]) -> None:
    assert folding.folded(pl.Series(texts)).to_list() == [text_of(text) for text in texts]


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXTS.map(text_of), min_size=1, max_size=8))
@example(["990101198001011234", "某某某", "某", "", "x" * 40])
def test_masking_a_column_masks_each_text(texts: list[str]) -> None:
    assert folding.masked(pl.Series(texts)).to_list() == [masked(text) for text in texts]


def test_there_is_no_year_nought() -> None:
    assert column(Date(), ["00000101", "0001-01-01", ""]) == [(None, "NOT_A_DATE"), (date(1, 1, 1), ""), (None, "")]


def test_birth_dates_come_from_the_numbers() -> None:
    assert birth_dates(pl.Series([GOOD, None])).to_list() == [date(1980, 1, 1), None]


def test_numbers_of_invented_people_are_refused_in_production() -> None:
    production = Rules(today=TODAY, sample_ids_allowed=False)
    read = read_cells(Cells(texts=pl.Series([GOOD])), IdNumbers(), production)
    assert IdNumbers.faults[read.faults.item() - 1][0] == "SAMPLE_ID_NUMBER"
