"""ID numbers as spreadsheets leave them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Refusal
from households_service.files.domain import Cell
from households_service.imports.id_cells import id_number_of
from households_service.linkage.identity_number import check_character

TODAY = date(2020, 9, 18)
GOOD = "99010119800101123" + check_character("99010119800101123")
WRONG_CHECK = GOOD[:17] + ("1" if GOOD[17] != "1" else "2")


def read(cell: Cell) -> str | None:
    number = id_number_of(cell, today=TODAY, samples_allowed=True)
    return None if number is None else number.text


def code_of_refusal(cell: Cell) -> str:
    with pytest.raises(Refusal) as caught:
        read(cell)
    assert str(cell)[:10] not in caught.value.message
    return caught.value.code


@pytest.mark.parametrize(
    "cell", [GOOD, f" {GOOD} ", f"'{GOOD}", GOOD[:6] + " " + GOOD[6:], "".join(chr(ord(c) + 0xFEE0) for c in GOOD)]
)
def test_a_good_number_is_read_however_it_was_typed(cell: str) -> None:
    assert read(cell) == GOOD


def test_an_empty_cell_is_no_number() -> None:
    assert read(None) is None
    assert read("  ") is None


def test_a_fifteen_digit_number_gets_its_century_and_check_character() -> None:
    stem = "99010119800101123"
    assert read(stem[:6] + stem[8:]) == stem + check_character(stem)


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param("1.23E+17", id="as the sheet shows it"),
        pytest.param("9.90101198001011E+17", id="with all its digits"),
        pytest.param("9.90101E17", id="without the plus"),
        pytest.param(9.901011980010112e17, id="the float itself"),
        pytest.param(990101198001011200, id="the rounded integer"),
        pytest.param("990101198001011000", id="trailing zeros and a check character that does not fit"),
    ],
)
def test_what_a_spreadsheet_rounded_is_told_apart_from_a_typing_error(cell: Cell) -> None:
    assert code_of_refusal(cell) == "ID_EXCEL_TRUNCATED"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        pytest.param(WRONG_CHECK, "ID_NUMBER_CHECK_FAILED", id="one digit mistyped"),
        pytest.param("12345", "MALFORMED_ID_NUMBER", id="too short"),
        pytest.param(
            "99010120991231123" + check_character("99010120991231123"), "ID_BIRTH_DATE_IMPOSSIBLE", id="unborn"
        ),
        pytest.param(
            "99010119800230123" + check_character("99010119800230123"), "MALFORMED_ID_NUMBER", id="30 February"
        ),
    ],
)
def test_other_faults_have_their_own_code(cell: str, code: str) -> None:
    assert code_of_refusal(cell) == code


def test_numbers_of_invented_people_are_refused_in_production() -> None:
    with pytest.raises(Refusal) as caught:
        id_number_of(GOOD, today=TODAY, samples_allowed=False)
    assert caught.value.code == "SAMPLE_ID_NUMBER"


@given(st.integers(0, 17), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_never_taken_for_a_good_number(position: int, digit: str) -> None:
    changed = GOOD[:position] + digit + GOOD[position + 1 :]
    if changed != GOOD:
        with pytest.raises(Refusal):
            read(changed)
