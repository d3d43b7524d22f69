from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from households_service.linkage.normal.script import Script, script_of
from households_service.linkage.normal.text import MIDDLE_DOTS, distinct, fold, middle_dots_unified


@given(text=st.text())
@example("か\u200d\u3099")
@example("İ")
@example("ǆ\u0345ᾳ")
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(text=st.text())
def test_a_folded_text_has_no_outer_nor_double_blanks_and_no_capitals(text: str) -> None:
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert folded == folded.casefold() or any(not letter.isascii() for letter in folded)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("O'Hara", "ohara"),
        ("O\u2019Hara", "ohara"),
        ("  Zoë\tŽižka-Łuk ", "zoe zizka luk"),
        ("ＡＢＣ１２３", "abc123"),
        ("张\u3000三", "张三"),
        ("塔伦\u200b·\ufeff多萨", "塔伦多萨"),
        ("Straße", "strasse"),
        ("تۇرۇ\u0640\u0640ن", "تۇرۇن"),
        ("٣١", "31"),
        ("J.R.R.", "j r r"),
        ("", ""),
    ],
)
def test_what_people_do_not_mean_makes_no_difference(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize("dot", list(MIDDLE_DOTS), ids=lambda dot: f"U+{ord(dot):04X}")
def test_every_separator_of_the_family_parts_words_alike(dot: str) -> None:
    assert fold(f"塔伦{dot}多萨") == fold("塔伦·多萨") == "塔伦多萨"
    assert fold(f"Talun{dot}Dosa") == "talun dosa"
    assert middle_dots_unified(f"塔伦{dot}多萨") == "塔伦·多萨"


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("talun", Script.LATIN),
        ("塔伦", Script.HAN),
        ("تارۇن", Script.ARABIC),
        ("Тарун", Script.CYRILLIC),
        ("Τάρουν", Script.OTHER),
        ("12 34", Script.OTHER),
        ("", Script.OTHER),
    ],
)
def test_the_script_is_that_of_most_letters(text: str, script: Script) -> None:
    assert script_of(text) is script


def test_a_column_is_its_distinct_values_and_their_codes() -> None:
    column = distinct(["b", "a", "b", "B"])
    assert column.values == ["b", "a", "B"]
    assert column.codes.tolist() == [0, 1, 0, 2]
    folded = column.mapped(fold)
    assert folded.values == ["b", "a"]
    assert folded.codes.tolist() == [0, 1, 0, 0]
