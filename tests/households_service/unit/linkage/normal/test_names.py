from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households_service.linkage.normal.bridge import bridge_keys, bridge_similarity
from households_service.linkage.normal.names import NO_PART, NameReader, name_form
from households_service.linkage.normal.romanisation import romanised
from households_service.linkage.normal.script import Script
from households_service.linkage.normal.skeletons import skeleton, skeletons
from households_service.linkage.normal.text import MIDDLE_DOTS

WORDS = st.text(alphabet="abcdeghiklmnoqrstuxyz", min_size=1, max_size=10)


@pytest.mark.parametrize("dot", [*MIDDLE_DOTS, " ", " . ", "-"])
def test_own_and_fathers_name_are_two_parts_by_any_separator(dot: str) -> None:
    assert name_form(f"Talun{dot}Dosa").parts == ("talun", "dosa")
    assert name_form(f"塔伦玛{dot}多萨里").parts == ("塔伦玛", "多萨里")


def test_a_one_part_form_is_the_beginning_of_the_two_part_form() -> None:
    assert name_form("Talun·Dosa").parts[:1] == name_form("TALUN").parts


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("禾\u3000沐砚", ("禾沐砚",)),
        ("禾 沐 砚", ("禾沐砚",)),
        ("欧阳 沐", ("欧阳沐",)),
        ("塔伦玛 多萨里", ("塔伦玛", "多萨里")),
        ("Mr Jon de la Farrow", ("jon", "de", "la", "farrow")),
        ("Farrow, Jon", ("jon", "farrow")),
        ("Mr", ("mr",)),
        ("O'Hara-Smythe", ("ohara", "smythe")),
        ("", ()),
        ("···", ()),
    ],
)
def test_a_name_falls_into_the_parts_people_mean(name: str, parts: tuple[str, ...]) -> None:
    assert name_form(name).parts == parts


def test_three_ways_of_writing_one_man_meet_in_his_first_part() -> None:
    """Two parts, the first alone, the first with a vowel lost; in Latin and in Han."""
    latin = [name_form(name).romanised[0] for name in ("Turlan·Dosa", "Turlan", "Turln")]
    assert {skeleton(part) for part in latin} == {"trln"}
    whole, alone, shorter = (name_form(name).parts[0] for name in ("图尔兰·多萨", "图尔兰", "图兰"))
    assert whole == alone
    assert bridge_similarity(whole, latin[0]) > 0.9 > bridge_similarity(shorter, latin[0]) > 0.6
    assert set(bridge_keys(whole, is_han=True)) & set(bridge_keys(shorter, is_han=True))
    assert set(bridge_keys(shorter, is_han=True)) & set(bridge_keys(latin[2], is_han=False))


def test_forms_of_other_scripts_are_romanised_part_by_part() -> None:
    assert name_form("塔伦·多萨").romanised == ("talun", "duosa")
    assert name_form("تالۇن دوسا").romanised == ("talun", "dosa")
    assert name_form("Талун Доса").romanised == ("talun", "dosa")
    assert name_form("塔伦·多萨").joined == "塔伦多萨"
    assert name_form("塔伦·多萨").script is Script.HAN


def test_a_hamza_that_only_carries_a_vowel_is_silent() -> None:
    assert romanised("ئارزۇ", Script.ARABIC) == "arzu"


@given(names=st.lists(st.lists(WORDS, max_size=7).map(" ".join), max_size=12))
def test_a_column_holds_what_each_name_alone_says(names: list[str]) -> None:
    column = NameReader().read(names)
    assert len(column) == len(names)
    for row, name in enumerate(names):
        assert column.form(row).parts == name_form(name).parts[:5]
    assert column.counts().tolist() == [min(5, len(name_form(name).parts)) for name in names]


@given(text=st.text(max_size=30))
def test_any_text_is_a_name_of_some_parts(text: str) -> None:
    form = name_form(text)
    assert len(form.parts) == len(form.romanised)
    assert NameReader().read([text]).codes.shape == (1, 5)


def test_one_reader_gives_two_columns_the_same_codes() -> None:
    reader = NameReader()
    registered, asked = reader.read(["Talun·Dosa", "Dosa"]), reader.read(["DOSA TALUN"])
    assert registered.codes[0, :2].tolist() == asked.codes[0, :2].tolist()[::-1]
    assert registered.codes[1].tolist() == [1, NO_PART, NO_PART, NO_PART, NO_PART]


@pytest.mark.parametrize(
    ("one", "other"),
    [("turghun", "turgun"), ("memet", "memmet"), ("talun", "talin"), ("ehmet", "ahmad"), ("gulnur", "gulnar")],
)
def test_spellings_of_one_name_share_a_skeleton(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"), [("qimen", "chimen"), ("xirin", "shirin"), ("qadir", "kadir"), ("yasin", "yaxin")]
)
def test_letters_with_two_readings_meet_in_one_of_their_skeletons(one: str, other: str) -> None:
    assert set(skeletons(one)) & set(skeletons(other))


@given(part=WORDS)
def test_a_skeleton_is_short_and_never_empty(part: str) -> None:
    assert 1 <= len(skeleton(part)) <= 6
    assert skeleton(part) == skeletons(part)[0]
