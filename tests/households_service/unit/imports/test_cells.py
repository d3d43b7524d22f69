"""One cell to one value; a refusal says what should stand there and never what does."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from households_service.files.domain import Cell
from households_service.imports.cells import (
    CellNotADate,
    CellNotANumber,
    CellNotInList,
    amount_of,
    code_of,
    date_of,
    flag_of,
    masked,
    optional_text,
    text_of,
    whole_number_of,
)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("　阿里木•卡地尔　", "阿里木·卡地尔"),
        ("ＡＢＣ１２３", "ABC123"),
        ("a\u200bb", "ab"),
        ("'=cmd", "=cmd"),
        (None, ""),
        (True, "true"),
    ],
)
def test_input_method_noise_is_folded(cell: Cell, text: str) -> None:
    assert text_of(cell) == text


@pytest.mark.parametrize(
    "cell",
    ["2020-09-18", "2020/9/18", "2020.09.18", "2020年9月18日", "20200918", 20200918, 44092, "2020-09-18T00:00:00"],
)
def test_a_date_is_read_in_the_forms_people_write(cell: Cell) -> None:
    assert date_of(cell) == date(2020, 9, 18)


@pytest.mark.parametrize("cell", ["2020-02-30", "18.9.2020", "September", 1.5, True, "2020"])
def test_what_is_no_date_is_refused(cell: Cell) -> None:
    with pytest.raises(CellNotADate):
        date_of(cell)


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("10,318.18", "10318.18"),
        ("¥10318.18元", "10318.18"),
        (10318.18, "10318.18"),
        (0.1 + 0.2, "0.30"),
        (-1000, "-1000.00"),
        ("１００", "100.00"),
    ],
)
def test_an_amount_is_read_to_the_cent(cell: Cell, amount: str) -> None:
    assert amount_of(cell) == Decimal(amount)


@pytest.mark.parametrize("cell", ["NaN", "Infinity", "1.005", "1e300", "abc", "1,23", True, float("nan"), float("inf")])
def test_what_is_no_amount_is_refused(cell: Cell) -> None:
    with pytest.raises(CellNotANumber):
        amount_of(cell)


@pytest.mark.parametrize("cell", ["1.03E+04", "1e5", "-2E+03"])
def test_an_amount_that_a_spreadsheet_rounded_is_not_taken_for_the_whole(cell: str) -> None:
    with pytest.raises(CellNotANumber, match="rounded"):
        amount_of(cell)


@pytest.mark.parametrize("cell", ["1_000", "0x10", "--5", "1.0.0", ".", "5 000"])
def test_nothing_but_digits_is_an_amount(cell: str) -> None:
    with pytest.raises(CellNotANumber):
        amount_of(cell)


def test_a_code_that_became_a_rounded_number_is_refused() -> None:
    assert code_of(990101001201) == "990101001201"
    with pytest.raises(CellNotInList):
        code_of(9.90101001201e17)


def test_yes_and_no_are_read_and_nothing_else() -> None:
    assert [flag_of(cell) for cell in ("是", "否", "Yes", "n", "", None)] == [True, False, True, False, None, None]
    with pytest.raises(CellNotInList):
        flag_of("maybe")


def test_whole_numbers_have_bounds() -> None:
    assert whole_number_of("4", least=1, most=40) == 4
    with pytest.raises(CellNotANumber):
        whole_number_of("41", least=1, most=40)
    with pytest.raises(CellNotANumber):
        whole_number_of("4.5", least=1, most=40)


def test_control_characters_are_no_text() -> None:
    with pytest.raises(CellNotInList):
        optional_text("a\x00b")


@pytest.mark.parametrize(
    ("cell", "shown"), [("990101198001011234", "99****************"), ("某某某", "某**"), ("某", "*"), (None, "")]
)
def test_a_faulty_value_is_shown_masked(cell: Cell, shown: str) -> None:
    assert masked(cell) == shown
