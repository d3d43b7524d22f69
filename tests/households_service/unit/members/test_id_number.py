from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import InvalidInput
from households_service.members.id_number import (
    IdNumber,
    IdNumberCheckFailed,
    IdNumberLostDigits,
    MalformedIdNumber,
    SampleIdNumber,
)
from tests.households_service.factories import id_number

# The number that the standard itself uses as its example.
EXAMPLE_OF_THE_STANDARD = "11010519491231002X"


def test_the_example_of_the_standard_passes() -> None:
    number = IdNumber.parse(EXAMPLE_OF_THE_STANDARD, samples_allowed=False)

    assert number.date_of_birth == date(1949, 12, 31)


def test_width_spaces_and_a_small_x_do_not_matter() -> None:
    number = IdNumber.parse(" １１０１０５ 19491231 002x", samples_allowed=False)

    assert number.text == EXAMPLE_OF_THE_STANDARD


@pytest.mark.parametrize(
    ("raw", "refusal"),
    [
        pytest.param("1.23E+17", IdNumberLostDigits, id="rounded by a spreadsheet"),
        pytest.param("110105194912310", MalformedIdNumber, id="fifteen digits"),
        pytest.param("11010519491231002A", MalformedIdNumber, id="a letter"),
        pytest.param("110105194912310021", IdNumberCheckFailed, id="wrong check character"),
        pytest.param(id_number(area="990101")[:6] + "19851340" + "0010", IdNumberCheckFailed, id="typed wrongly"),
        pytest.param("", MalformedIdNumber, id="empty"),
    ],
)
def test_what_is_no_number_is_refused_without_repeating_it(raw: str, refusal: type[InvalidInput]) -> None:
    with pytest.raises(refusal) as refused:
        IdNumber.parse(raw, samples_allowed=True, field="members.0.idNumber")

    assert refused.value.field == "members.0.idNumber"
    assert not raw or raw not in refused.value.message


def test_a_birthday_that_does_not_exist_is_refused() -> None:
    digits = "990101" + "19850230" + "001"
    from households_service.linkage.identity_number import check_character

    with pytest.raises(MalformedIdNumber):
        IdNumber.parse(digits + check_character(digits), samples_allowed=True)


def test_invented_numbers_are_refused_in_production() -> None:
    with pytest.raises(SampleIdNumber):
        IdNumber.parse(id_number(), samples_allowed=False)


def test_a_number_never_shows_itself() -> None:
    assert repr(IdNumber.parse(id_number(), samples_allowed=True)) == "IdNumber(...)"


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2020, 12, 31)), st.integers(0, 999), st.integers(0, 16))
def test_one_wrong_digit_is_always_noticed(born: date, order: int, place: int) -> None:
    right = id_number(born=born, order=order)
    wrong = right[:place] + str((int(right[place]) + 1) % 10) + right[place + 1 :]

    assert IdNumber.parse(right, samples_allowed=True).date_of_birth == born
    with pytest.raises(InvalidInput):
        IdNumber.parse(wrong, samples_allowed=True)
