from __future__ import annotations

import pytest

from employment_service.occupations.words import grams_of, key_of, words_of


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("URGENT: truck driver (m/f) - Kashgar, 5000/month", ["truck", "driver", "kashgar"]),
        ("急招【餐厅服务员】包吃住4000-6000元/月", ["餐厅服务员"]),
        ("A2司机", ["a2", "司机"]),
        ("Verkäufer*innen gesucht", ["verkaufer"]),
        ("Conducteur/trice poids lourd H/F CDI", ["conducteur", "poids", "lourd"]),
        ("Camarero/a urgente", ["camarero"]),
        ("Требуется водитель категории C1, 50000 руб", ["водитель", "категории", "c1"]),
        ("Cook 20 EUR per hour", ["cook"]),
        ("C++ developer", ["c++", "developer"]),
    ],
)
def test_what_a_posting_says_besides_falls_away(title: str, words: list[str]) -> None:
    assert words_of(title) == words


def test_a_title_that_is_all_noise_stays_as_it_is() -> None:
    assert words_of("急招") == ["急招"]


def test_case_order_and_width_make_no_other_title() -> None:
    assert key_of("Driver, TRUCK") == key_of("truck driver")
    assert key_of("ＣＮＣ操作工") == key_of("cnc操作工")


def test_grams_know_where_a_word_begins_and_ends() -> None:
    assert "^工" in grams_of(["工人"])
    assert "工$" not in grams_of(["工人"])
    assert "=truck" in grams_of(["truck", "driver"])
    assert grams_of(["truck", "driver"])[-1] == grams_of(["driver", "truck"])[-1] == "=driver=truck"
