from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from households_service.linkage.decision import Decision
from households_service.linkage.engine import LinkResult, link
from households_service.linkage.schema import parse_schema
from households_service.linkage.table import person_table
from tests.households_service.unit.linkage.people import FAMILY, GIVEN, KINDS, TOWNS, people, worn

SCHEMA = parse_schema({"columns": KINDS})
TRIO_KINDS = {"name": "full name", "village": "place", "household": "household"}


def linked(result: LinkResult) -> set[tuple[int, int]]:
    offset = result.table.left_rows if not result.table.is_one_file else 0
    mask = result.linked()
    return set(zip(result.left[mask].tolist(), (result.right[mask] - offset).tolist(), strict=True))


def test_two_worn_copies_of_a_file_are_linked_row_by_row() -> None:
    rows = people(400)
    result = link(person_table(SCHEMA, rows, worn(rows)))
    found, truth = linked(result), {(row, row) for row in range(400)}
    assert len(found & truth) >= 390
    assert len(found - truth) <= 4


def test_duplicates_inside_one_file_are_found() -> None:
    rows = people(300)
    again = worn(rows)
    both = {name: rows[name] + again[name] for name in rows}
    result = link(person_table(SCHEMA, both))
    found, truth = linked(result), {(row, row + 300) for row in range(300)}
    assert len(found & truth) >= 285
    assert len(found - truth) <= 12


def test_files_of_different_people_are_not_linked() -> None:
    for seed in range(3, 8):
        result = link(person_table(SCHEMA, people(200, seed=seed), people(200, seed=seed + 50)))
        assert len(linked(result)) <= 2
        assert (result.probability[result.linked()] > 0.2).all()


def test_each_row_is_linked_once_when_asked() -> None:
    rows = people(200)
    result = link(person_table(SCHEMA, rows, worn(rows)), one_to_one_only=True)
    mask = result.linked()
    assert len(set(result.left[mask].tolist())) == int(mask.sum()) == len(set(result.right[mask].tolist()))


def test_a_target_precision_links_less_and_surer() -> None:
    rows = people(400)
    table = person_table(SCHEMA, rows, worn(rows, share=0.5))
    free, strict = link(table), link(table, target_precision=0.9999)
    assert strict.threshold.bits >= free.threshold.bits
    assert strict.threshold.expected_precision >= 0.9999
    assert linked(strict) <= linked(free)


def trio(villages: tuple[str, str, str], households: tuple[str, str, str], names: tuple[str, str, str]) -> LinkResult:
    columns = {"name": list(names), "village": list(villages), "household": list(households)}
    return link(person_table(parse_schema({"columns": TRIO_KINDS}), columns))


LATIN = ("Turghan Perhat", "Turghan", "Turghn")
HAN = ("吐尔干·帕尔哈提", "吐尔干", "图尔干")


def test_three_spellings_of_one_man_are_one_person_when_village_and_household_agree() -> None:
    for names in (LATIN, HAN, (LATIN[0], HAN[1], LATIN[2])):
        result = trio(("9901010012",) * 3, ("H-17",) * 3, names)
        assert linked(result) == {(0, 1), (0, 2), (1, 2)}, names


def test_three_spellings_go_to_review_when_village_and_household_differ() -> None:
    for names in (LATIN, HAN):
        result = trio(("9901010012", "9901020031", "9901030044"), ("H-17", "H-23", "H-31"), names)
        assert linked(result) == set(), names
        assert (result.decision == Decision.REVIEW).any(), names


def test_the_name_alone_never_links() -> None:
    for names in (LATIN, HAN, ("Turghan Perhat",) * 3):
        result = trio(("", "", ""), ("", "", ""), names)
        assert linked(result) == set(), names
    names_only = person_table(parse_schema({"columns": {"name": "full name"}}), {"name": ["Turghan Perhat"] * 2})
    assert linked(link(names_only)) == set()


_GIVEN = ("Tovi", "Anka", "Pell", "Lusa", "Mork", "Jenna", "Oskar", "Ruta", "Hugan", "Norel")
_FAMILY = ("Baksen", "Hilm", "Marshev", "Grovik", "Fennar", "Dalby", "Krane", "Wodin", "Lambek", "Stonn")


@pytest.mark.parametrize("kind", ["year", "date of birth"])
def test_a_year_and_a_part_of_the_name_link_nobody_in_a_tiny_file(kind: str) -> None:
    names = [f"{given} {family}" for given, family in zip(_GIVEN, _FAMILY, strict=True)]
    years = [str(1940 + 3 * at) for at in range(10)]
    brothers = [*names[:7], "Jim Wodin", "Karl Lambek", names[9]]
    schema = parse_schema({"columns": {"name": "full name", "born": kind}})
    left = {"name": names, "born": years}
    result = link(person_table(schema, left, {"name": brothers, "born": [*years[:9], "1968"]}))
    assert linked(result) == {(at, at) for at in range(7)}
    assert set(result.decision[~result.linked()].tolist()) == {Decision.REVIEW}
    alone = link(
        person_table(schema, {"name": ["Tovi Baksen"], "born": ["1950"]}, {"name": ["Jim Baksen"], "born": ["1950"]})
    )
    assert linked(alone) == set()


def test_members_of_one_household_are_not_one_person() -> None:
    names = ["Turghan Perhat", "Aygul Perhat", "Nurbuwi Perhat", "Erkin Perhat"]
    columns = {"name": names, "village": ["9901010012"] * 4, "household": ["H-17"] * 4}
    assert linked(link(person_table(parse_schema({"columns": TRIO_KINDS}), columns))) == set()


def test_empty_and_blank_files_link_nothing() -> None:
    nothing: dict[str, list[str | None]] = {name: [] for name in KINDS}
    assert linked(link(person_table(SCHEMA, nothing))) == set()
    assert linked(link(person_table(SCHEMA, nothing, people(3)))) == set()
    blank: dict[str, list[str | None]] = {name: [None, "", None] for name in KINDS}
    assert linked(link(person_table(SCHEMA, blank))) == set()
    assert linked(link(person_table(SCHEMA, {name: ["x"] for name in KINDS}))) == set()


def test_the_same_input_gives_the_same_output() -> None:
    rows = people(150)
    one, two = (link(person_table(SCHEMA, rows, worn(rows))) for _ in range(2))
    assert one.left.tolist() == two.left.tolist()
    assert one.bits.tolist() == two.bits.tolist()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(*[st.one_of(st.none(), st.text(max_size=12))] * 4),
        min_size=0,
        max_size=8,
    )
)
def test_whatever_is_written_every_probability_is_one(rows: list[tuple[str | None, ...]]) -> None:
    columns = {name: [row[at] for row in rows] for at, name in enumerate(KINDS)}
    result = link(person_table(SCHEMA, columns))
    chance = result.probability
    assert np.isfinite(result.bits).all()
    assert ((chance >= 0.0) & (chance <= 1.0)).all()
    assert (result.left < result.right).all()
    assert result.linked_rows + result.reviewed_rows + result.new_rows == len(rows)


def test_firms_told_by_free_text_and_places_are_linked_to_their_copies_only() -> None:
    chance = random.Random(7)
    rows: dict[str, list[str | None]] = {
        "firm": [f"{chance.choice(GIVEN)} {chance.choice(FAMILY)} works {number}" for number in range(300)],
        "street": [f"{chance.randint(1, 90)} {chance.choice(FAMILY)} street" for _ in range(300)],
        "town": [chance.choice(TOWNS) for _ in range(300)],
    }
    schema = parse_schema({"columns": {"firm": "free text", "street": "free text", "town": "place"}})
    found = linked(link(person_table(schema, rows, rows)))
    assert len(found & {(row, row) for row in range(300)}) >= 295
    assert len(found) <= 303


def test_three_rows_that_are_hardly_alike_are_not_linked() -> None:
    left = {"name": ["Ann Lee", "Bob Ray", "Joe May"], "born": ["1950", "1960", "1970"]}
    right = {"name": ["Rob Roy", "Ann Leigh", "Jon Mays"], "born": ["1961", "1950", "1980"]}
    schema = parse_schema({"columns": {"name": "full name", "born": "date of birth"}})
    result = link(person_table(schema, left, right))
    assert (1, 0) not in linked(result)


def test_who_has_no_birth_date_is_linked_to_the_only_one_of_the_name_and_place_who_is_left() -> None:
    chance = random.Random(5)
    columns = people(700, seed=3)
    columns["town"] = [chance.choice(("norby", "sudhamn", "vestorp")) for _ in columns["town"]]
    left = {name: values[:550] for name, values in columns.items()}
    right = {name: values[150:] for name, values in columns.items()}
    right["born"] = [None if chance.random() < 0.2 else born for born in right["born"]]
    result = link(person_table(parse_schema({"columns": KINDS}), left, right))
    found = linked(result)
    true = {(at, at - 150) for at in range(150, 550)}
    assert len(found & true) / len(true) > 0.97
    assert len(found & true) / len(found) > 0.95
