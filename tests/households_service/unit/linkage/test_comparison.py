from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from households_service.linkage.comparing_dates import date_levels
from households_service.linkage.comparison import compare, comparisons
from households_service.linkage.schema import parse_schema
from households_service.linkage.table import person_table


def level(kind: str, one: str | None, two: str | None) -> tuple[int, ...]:
    table = person_table(parse_schema({"columns": {"a": kind}}), {"a": [one]}, {"a": [two]})
    compared = compare(comparisons(table), np.array([0]), np.array([1]))
    return tuple(compared.levels[0].tolist())


@pytest.mark.parametrize(
    ("kind", "one", "two", "expected"),
    [
        ("given name", "William", "william", (6, 0)),
        ("given name", "William", "Bill", (5, 0)),
        ("given name", "William", "Wiliam", (4, 0)),
        ("given name", "William", "W", (3, 0)),
        ("given name", "William", "Zoe", (1, 0)),
        ("given name", "William", None, (0, 0)),
        ("full name", "Turghan Perhat", "Perhat Turghan", (5, 5)),
        ("full name", "Turghan Perhat", "Turghan", (6, 0)),
        ("full name", "Turghan Perhat", "Perhat Ghalip", (1, 1)),
        ("full name", "María García López", "Maria Garcia", (6, 3)),
        ("full name", "王小明", "Wang Xiaoming", (5, 5)),
        ("full name", "Kim Min-jun", "Minjun Kim", (5, 5)),
        ("full name", "Dupont Jean-Pierre", "Jean-Pierre Dupont", (5, 5)),
        ("full name", "Abd Allah Hassan", "Abdallah Hassan", (5, 6)),
        ("full name", "Maria Garcia Lopez", "Maria Garcia Gomez", (6, 1)),
        ("full name", "Γεώργιος Ρήγας", "Georgios Rigas", (5, 5)),
        ("full name", "محمد القرشي", "Mohammed Al-Qurashi", (5, 5)),
        ("place", "Пермь", "Perm", (3,)),
        ("id", "990101195003040016", "990101195003040016", (4,)),
        ("id", "123456789", "123456798", (3,)),
        ("id", "123456789", "123456", (1,)),
        ("postcode", "tq13 8df", "TQ13 8DF", (4,)),
        ("postcode", "tq13 8df", "tq13 9zz", (2,)),
        ("place", "Mount Isa", "Mt. Isa", (4,)),
        ("place", "Wallaby Place", "place wallaby", (3,)),
        ("sex", "M", "male", (2,)),
        ("sex", "男", "F", (1,)),
        ("year", "1950", "1951", (4,)),
        ("year", "1950", "1980", (3,)),
        ("household", "H-17", "h 17", (4,)),
        ("household", "H-17", "H-18", (1,)),
    ],
)
def test_levels(kind: str, one: str, two: str | None, expected: tuple[int, ...]) -> None:
    assert level(kind, one, two) == expected


def test_two_valid_resident_numbers_are_two_however_alike() -> None:
    assert level("id", "990101195003041019", "990101195003041035") == (1,)


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        (19500304, 19500304, 7),
        (19500304, 19500403, 6),
        (19500304, 19500305, 6),
        (19500304, 19600304, 6),
        (19500304, 19500317, 5),
        (19500304, 19500101, 4),
        (19500304, 19500000, 4),
        (19500304, 19501127, 3),
        (19500304, 19520817, 2),
        (19500304, 19710817, 1),
    ],
)
def test_levels_of_dates(one: int, two: int, expected: int) -> None:
    assert date_levels(np.array([one]), np.array([two])).tolist() == [expected]


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["full name", "given name", "id", "postcode", "place", "date of birth", "year", "free text"]),
    st.text(max_size=14),
    st.text(max_size=14),
)
def test_comparing_is_symmetric_and_like_is_like(kind: str, one: str, two: str) -> None:
    assert level(kind, one, two) == level(kind, two, one)
    same = level(kind, one, one)
    table = person_table(parse_schema({"columns": {"a": kind}}), {"a": [one]}, {"a": [one]})
    best = [feature.levels for each in comparisons(table) for feature in each.features]
    if kind != "date of birth":
        assert all(found in {0, top} for found, top in zip(same, best, strict=True))


def test_a_year_alone_that_agrees_counts_as_no_rare_day() -> None:
    born = {"a": ["1950", "1950-03-04", "1950-03-04", "1981"]}
    table = person_table(parse_schema({"columns": {"a": "date of birth"}}), born, born)
    compared = compare(comparisons(table), np.array([0, 1]), np.array([4, 5]))
    assert compared.levels.ravel().tolist() == [4, 7]
    assert compared.shares.ravel().tolist() == [0.0, 0.5]
