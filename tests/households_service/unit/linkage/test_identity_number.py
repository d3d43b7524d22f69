from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households_service.linkage.identity_number import (
    MOST_PROBES,
    check_character,
    excel_truncated,
    is_valid,
    plain_number,
    repair_candidates,
    upgraded,
)

NUMBER = "99010119800101123" + check_character("99010119800101123")


@st.composite
def numbers(draw: st.DrawFn) -> str:
    area = draw(st.integers(min_value=0, max_value=9999))
    born = date(1930, 1, 1) + timedelta(days=draw(st.integers(min_value=0, max_value=35_000)))
    stem = f"99{area:04}{born:%Y%m%d}{draw(st.integers(min_value=0, max_value=999)):03}"
    return stem + check_character(stem)


def test_the_check_character_is_mod_11_2() -> None:
    assert check_character("99010219491231002") == "4"
    assert is_valid("990102194912310024")
    assert not is_valid("990102194912310025")


@given(number=numbers(), place=st.integers(min_value=0, max_value=17), step=st.integers(min_value=1, max_value=9))
def test_every_single_wrong_character_is_repaired_within_19_probes(number: str, place: int, step: int) -> None:
    wrong = "5" if number[place] == "X" else str((int(number[place]) + step) % 10)
    mistyped = number[:place] + wrong + number[place + 1 :]
    if mistyped[0] == "0":
        return
    probes = repair_candidates(mistyped)
    assert number in probes
    assert len(probes) <= MOST_PROBES == 19
    assert all(is_valid(probe) for probe in probes)


@given(number=numbers(), place=st.integers(min_value=0, max_value=16))
def test_every_swap_of_neighbours_is_repaired_within_19_probes(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped == number or "X" in swapped[:17]:
        return
    probes = repair_candidates(swapped)
    assert number in probes
    assert len(probes) <= 19


@given(number=numbers())
def test_a_number_that_fits_needs_no_repair(number: str) -> None:
    assert repair_candidates(number) == ()


@pytest.mark.parametrize(
    "text", ["", "no number", "99010119800101", "0" * 18], ids=["empty", "words", "short", "zeros"]
)
def test_what_has_no_shape_of_a_number_is_not_repaired(text: str) -> None:
    assert repair_candidates(text) == ()
    assert plain_number(text) == ""


def test_layout_and_width_make_no_difference() -> None:
    assert plain_number(f" {NUMBER[:6]} {NUMBER[6:14]}-{NUMBER[14:].lower()} ") == NUMBER
    assert plain_number("".join(chr(ord(letter) + 0xFEE0) for letter in NUMBER)) == NUMBER


def test_fifteen_digits_get_their_century_and_check_character() -> None:
    assert upgraded("990101800101123") == NUMBER
    assert plain_number("990101800101123") == NUMBER
    assert upgraded(NUMBER) == NUMBER


@pytest.mark.parametrize(
    ("text", "truncated"),
    [
        ("9.90101198001011E+17", True),
        ("9,9E17", True),
        ("990101198001011000", True),
        (NUMBER, False),
        ("99010119800101000" + check_character("99010119800101000"), False),
        ("", False),
    ],
    ids=["scientific", "comma", "three zeros that do not fit", "whole", "an order of zeros that fits", "empty"],
)
def test_a_number_rounded_by_a_spreadsheet_is_told_from_a_typing_error(text: str, *, truncated: bool) -> None:
    assert excel_truncated(text) is truncated
