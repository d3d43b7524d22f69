"""A handful of people weighs the same pair by pair as in the engine's arrays."""

from __future__ import annotations

import random
from datetime import date

import pytest

from benchmarks.population.feed import feed
from benchmarks.population.registry import invent, table
from households_service.identities.handful.weights import weigh_handful
from households_service.identities.models.repository import shipped
from households_service.identities.sketches import Sketch
from households_service.identities.weighing import weigh
from tests.households_service.factories import id_number

BITS = 1e-4
"""Single precision against double."""


def assert_the_same(asked: Sketch, people: list[Sketch]) -> None:
    model = shipped()
    found = weigh_handful(model, asked, people, persons=100_000)
    expected = weigh(model, [asked], people, [(0, place) for place in range(len(people))], persons=100_000)
    assert [list(one.levels) for one in found] == expected.levels.tolist()
    assert [one.bits for one in found] == pytest.approx(expected.bits.tolist(), abs=BITS)
    places = range(len(people))
    assert sorted(places, key=lambda place: -found[place].bits) == sorted(
        places, key=lambda place: -expected.bits[place]
    )


def sketch(row: dict[str, object]) -> Sketch:
    def text(name: str) -> str:
        value = row[name]
        return value.isoformat() if isinstance(value, date) else str(value or "")

    return Sketch(
        name=text("name"),
        id_number=text("id_number"),
        date_of_birth=text("date_of_birth"),
        place=text("village_code"),
        household=text("household_code"),
    )


def test_a_feeds_rows_weigh_the_same() -> None:
    invented = invent(600, 60, seed=9)
    registered = list(table(invented).iter_rows(named=True))
    people = [sketch(row) for row in registered]
    place_of = {row["person"]: place for place, row in enumerate(registered)}
    chance = random.Random(9)
    for row in feed(invented, 250, seed=9).iter_rows(named=True):
        chosen = chance.sample(people, 8)
        if row["person"] is not None:
            place = place_of[row["person"]]
            chosen += people[max(0, place - 2) : place + 3]
        assert_the_same(sketch(row), chosen)


NAMES = (
    "",
    "Abdurehim Qadir",
    "Qadir Abdurehim",
    "阿布都热依木·卡德尔",
    "阿布都热依木",
    "Abdurehimqadir",
    "Mr. Tursun Osman Ali",
    "Tursun Ali",
    "Osman, Tursun",
    "吐尔逊·吾斯曼",
    "ئوسمان تۇرسۇن",
    "王小明",
    "王 明",
    "Wang Xiaoming",
    "Xiaoming Wang",
    "Wangxiaoming",
    "William Smith",
    "Bill Smith",
    "W Smith",
    "Jean Paul Smith",
    "--",
)
DATES = (
    "", "1958", "1958-04-17", "1958-17-04", "1958-04-01", "1958-01-01", "1958-04", "1985-04-17", "1959-04-17",
    "1960-04-17", "1958-04-71", "1968-04-17", "1958-12-30", "1940-02-02",
)  # fmt: skip
NUMBER = id_number(order=3)


def test_every_pair_of_unlike_names_weighs_the_same() -> None:
    people = [Sketch(name=name) for name in NAMES]
    for name in NAMES:
        assert_the_same(Sketch(name=name), people)


def test_every_pair_of_dates_weighs_the_same() -> None:
    people = [Sketch(date_of_birth=day) for day in DATES]
    for day in DATES:
        assert_the_same(Sketch(date_of_birth=day), people)


def test_every_pair_of_codes_weighs_the_same() -> None:
    codes = [
        Sketch(id_number=NUMBER, place="990101001201", household="H-1"),
        Sketch(id_number=id_number(order=2), place="990101001202", household="h-1"),
        Sketch(id_number=NUMBER[:5] + NUMBER[6:], place="990102003204", household="H-2"),
        Sketch(id_number=NUMBER[:16] + "0" + NUMBER[17:], place="9901", household=""),
        Sketch(id_number="12345", place="99", household="H 1"),
        Sketch(),
    ]
    for code in codes:
        assert_the_same(code, codes)
