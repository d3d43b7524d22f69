"""Whole files of full names: their order, their middle parts, their spellings."""

from __future__ import annotations

import numpy as np
import pytest

from households_service.linkage.comparing_names import DIFFER, NEAR, SAME, VARIANT
from households_service.linkage.comparison import compare
from households_service.linkage.fuller_names import fuller_comparisons
from households_service.linkage.normal.loose import loose_spellings
from households_service.linkage.schema import parse_schema
from households_service.linkage.table import PersonTable, person_table
from tests.households_service.unit.linkage.people import people

_SCHEMA = parse_schema({"columns": {"name": "full name"}})


def _table(left: list[str | None], right: list[str | None]) -> PersonTable:
    return person_table(_SCHEMA, {"name": left}, {"name": right})


def _levels(left: str, right: str) -> list[int]:
    compared = compare(fuller_comparisons(_table([left], [right])), np.array([0]), np.array([1]))
    return [int(level) for level in compared.levels[0]]


@pytest.mark.parametrize(
    ("one", "two"),
    [("joosook", "jusuk"), ("gang", "kang"), ("hyeon", "hyun"), ("sofia", "sophia"), ("schmidt", "smit")],
)
def test_two_spellings_of_one_sound_are_one(one: str, two: str) -> None:
    assert loose_spellings([one])[0].rstrip("t") == loose_spellings([two])[0].rstrip("t")


def test_spellings_of_one_sound_are_near_in_whole_files() -> None:
    assert _levels("Joosook Chung", "Jusuk Jung") == [NEAR, NEAR]


def test_brothers_differ_in_the_part_between_family_and_father() -> None:
    assert _levels("Holberg Tovi Kasperovich", "Holberg Dorik Kasperovich") == [SAME, SAME, DIFFER]


def test_a_missing_middle_part_is_no_evidence() -> None:
    assert _levels("Holberg Tovi Kasperovich", "Holberg Kasperovich")[2] == 0


def test_middle_parts_are_found_where_the_other_order_has_them() -> None:
    assert _levels("Holberg Tovi Kasperovich", "Tovi Kasperovich Holberg")[2] == VARIANT


def test_a_short_name_in_the_other_order_agrees_in_both_parts() -> None:
    first, last, _ = _levels("Holberg Tovi Kasperovich", "Tovi Holberg")
    assert min(first, last) == VARIANT


def test_files_in_two_orders_are_laid_beside_each_other_part_by_part() -> None:
    some = people(200)
    ordered = [f"{family} {given}" for given, family in zip(some["given"], some["family"], strict=True)]
    turned = [f"{given} {family}" for given, family in zip(some["given"], some["family"], strict=True)]
    using = fuller_comparisons(_table([*ordered], [*turned]))
    rows = np.arange(200)
    assert (compare(using, rows, rows + 200).levels == SAME).all()
