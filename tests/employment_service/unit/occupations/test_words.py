from __future__ import annotations

from collections import Counter
from itertools import accumulate

import pytest

from employment_service.occupations.coding.grams import Table
from employment_service.occupations.words import grams_of, key_of, telling, words_of


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


def test_the_compiled_loop_counts_the_grams_that_are_told() -> None:
    titles = ["truck driver", "急招 CNC操作工 CNC", "the of", "conducteur de poids lourd", "a", ""]
    ends, ids, counts, news = Table().counted(titles, grow=True)

    told = [Counter(grams_of(telling(title))) for title in titles]
    assert list(ends) == list(accumulate(len(each) for each in told))
    assert sorted(counts) == sorted(count for each in told for count in each.values())
    assert len(set(ids.tolist())) == len({gram for each in told for gram in each})
    assert not news.any()


def test_grams_nobody_knows_count_and_get_no_number() -> None:
    table = Table()
    table.counted(["cook"], grow=True)
    known = table.known
    ends, _, _, news = table.counted(["cook", "zzz"], grow=False)

    assert table.known == known
    assert ends[0] == ends[1] == known
    assert news.tolist() == [0, len(grams_of(["zzz"]))]
