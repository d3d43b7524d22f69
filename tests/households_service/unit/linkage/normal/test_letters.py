from __future__ import annotations

import pytest

from households_service.linkage.normal.letters import consonants, is_unvowelled, latin_of
from households_service.linkage.normal.names import name_part
from households_service.linkage.normal.parts import part_columns
from households_service.linkage.normal.text import fold


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("Παπαδόπουλος", "papadopoulos"),
        ("Μπακάλης", "bakalis"),
        ("김", "kim"),
        ("민준", "minjun"),
        ("けんいち", "kenichi"),
        ("ショウタ", "shouta"),
        ("राजेश", "rajesh"),
        ("सुनीता", "sunita"),
        ("রহিম", "rahim"),
        ("גדעון", "gdavn"),
        ("გიორგი", "giorgi"),
        ("Արմեն", "armen"),
        ("المصري", "msry"),
        ("الياس", "alyas"),
    ],
)
def test_names_of_other_scripts_in_latin_letters(name: str, latin: str) -> None:
    assert name_part(fold(name)).romanised == latin
    assert part_columns([fold(name)]).roman == [latin]


def test_what_has_no_rule_stays() -> None:
    assert latin_of("ไทย") == "ไทย"


@pytest.mark.parametrize(
    ("one", "other"), [("mohammed", "mhmd"), ("alqurashi", "qrshy"), ("khaled", "xald"), ("fatimah", "fatme")]
)
def test_consonants_are_the_same_with_and_without_vowels(one: str, other: str) -> None:
    assert consonants(one) == consonants(other)


def test_only_scripts_that_leave_vowels_out_are_unvowelled() -> None:
    assert is_unvowelled("محمد")
    assert not is_unvowelled("mohammed")
    assert not is_unvowelled("مۇھەممەت")
    assert not is_unvowelled("김")
