"""What becomes of rows beside namesakes, and of rows of one household."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import pytest

from households_service.identities.deciding import Outcome, RowDecision, Surroundings, decide
from households_service.identities.models.repository import shipped
from households_service.identities.sketches import Sketch
from households_service.identities.weighing import weigh
from tests.households_service.factories import id_number

VILLAGE, HOME = "990101001201", "990101001201-0001"
FATHER = Sketch(name="阿布都热依木·卡德尔", date_of_birth="1958-04-17", place=VILLAGE, household=HOME)
MOTHER = Sketch(name="帕提古丽·托合提", date_of_birth="1960-09-02", place=VILLAGE, household=HOME)
SON = Sketch(name="艾尔肯·阿布都热依木", date_of_birth="1989-01-30", place=VILLAGE, household=HOME)
NAMESAKES = tuple(
    replace(FATHER, date_of_birth=f"19{60 + number}-01-09", household=f"990101001201-00{number + 10}")
    for number in range(6)
)
PEOPLE = (FATHER, MOTHER, SON, *NAMESAKES)
SPELLINGS = ("Abdurehim Qadir", "Abdurehim", "Abdurhim", "阿布都热依木", "阿布都热木", "阿布都热依木·卡德尔")


def decided(*rows: Sketch, family: Sequence[int] | None = None) -> Sequence[RowDecision]:
    """`family` of each row; by default each stands alone."""
    pairs = [(row, person) for row in range(len(rows)) for person in range(len(PEOPLE))]
    around = Surroundings(
        households=[0, 0, 0, *range(1, len(NAMESAKES) + 1)],
        families=family or [-1] * len(rows),
        anchors={},
        barred=frozenset(),
    )
    return decide(shipped(), rows, PEOPLE, weigh(shipped(), rows, PEOPLE, pairs, persons=100_000), around)


def of_father(one: RowDecision) -> float:
    """Of many who are alike not everybody is shown."""
    return next((likely.bits for likely in one.likely if likely.candidate == 0), -60.0)


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_field_that_agrees_never_speaks_against_the_person_beside_namesakes_of_other_households(name: str) -> None:
    whole = Sketch(name=name, place=VILLAGE, household=HOME, date_of_birth=FATHER.date_of_birth)
    others = ("place", "household", "date_of_birth")
    given = [fields for size in range(len(others) + 1) for fields in combinations(others, size)]
    rows = [replace(whole, **{field: "" for field in others if field not in fields}) for fields in given]
    bits = dict(zip(given, map(of_father, decided(*rows)), strict=True))
    for fields in given:
        for field in fields:
            without = tuple(other for other in fields if other != field)
            assert bits[fields] >= bits[without] - 0.001, (fields, field)


def test_a_whole_name_is_worth_no_less_than_its_first_part() -> None:
    at_home = {"place": VILLAGE, "household": HOME}
    for whole, part in (("Abdurehim Qadir", "Abdurehim"), ("阿布都热依木·卡德尔", "阿布都热依木")):
        one, other = decided(Sketch(name=whole, **at_home), Sketch(name=part, **at_home))
        assert (one.outcome, other.outcome) == (Outcome.AUTO, Outcome.AUTO)
        assert of_father(one) >= of_father(other)


def test_three_bills_of_one_man_are_his_however_each_spells_him() -> None:
    rows = [Sketch(name=name, place=VILLAGE, household=HOME) for name in SPELLINGS]
    found = decided(*rows, family=[0] * len(rows))
    assert [(one.outcome, one.likely[0].candidate) for one in found] == [(Outcome.AUTO, 0)] * len(rows)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param({"date_of_birth": "1958-04-17"}, {"date_of_birth": "1958-04-11"}, id="dates of birth"),
        pytest.param({"id_number": id_number(order=3)}, {"id_number": id_number(order=5)}, id="sound ID numbers"),
        pytest.param({"name": "Abdurehim"}, {"name": "Abdullah Qadir"}, id="given names"),
    ],
)
def test_rows_of_one_household_that_contradict_each_other_are_never_one_members(
    one: dict[str, str], other: dict[str, str]
) -> None:
    base = Sketch(name="Abdurehim Qadir", place=VILLAGE, household=HOME)
    found = decided(replace(base, **one), replace(base, **other), family=[0, 0])
    linked = [row for row in found if row.outcome is Outcome.AUTO and row.likely[0].candidate == 0]
    assert len(linked) <= 1


def test_of_contradicting_rows_the_likeliest_is_linked_wherever_it_stands() -> None:
    right = Sketch(name="Abdurehim Qadir", place=VILLAGE, household=HOME, date_of_birth="1958-04-17")
    near = replace(right, date_of_birth="1958-04-11")
    for rows in ((right, near), (near, right)):
        outcomes = {row: one.outcome for row, one in zip(rows, decided(*rows, family=[0, 0]), strict=True)}
        assert outcomes == {right: Outcome.AUTO, near: Outcome.REVIEW}
