from __future__ import annotations

import pytest

from households_service.linkage.decision import Decision
from households_service.linkage.registry import RegistryIndex
from households_service.linkage.schema import parse_schema
from tests.households_service.unit.linkage.people import KINDS, people, worn

SCHEMA = parse_schema({"columns": KINDS | {"token": "id"}})


@pytest.fixture(scope="module")
def rows() -> dict[str, list[str | None]]:
    return people(800) | {"token": [f"T{number:07}" for number in range(800)]}


@pytest.fixture
def index(rows: dict[str, list[str | None]]) -> RegistryIndex:
    return RegistryIndex.build(SCHEMA, [f"p{number}" for number in range(800)], rows)


def query(rows: dict[str, list[str | None]], at: int, *columns: str) -> dict[str, str | None]:
    return {name: rows[name][at] for name in columns}


def test_a_worn_row_finds_its_person_first(index: RegistryIndex, rows: dict[str, list[str | None]]) -> None:
    again = worn({name: rows[name] for name in KINDS}, share=0.3)
    first = [index.look_up(query(again, at, *KINDS))[:1] for at in range(0, 800, 8)]
    right = sum(bool(hits) and hits[0].id == f"p{at}" for at, hits in zip(range(0, 800, 8), first, strict=True))
    assert right >= 95


def test_hits_explain_themselves_and_come_best_first(index: RegistryIndex, rows: dict[str, list[str | None]]) -> None:
    hits = index.look_up(query(rows, 5, "given", "family", "town"), 3)
    assert len(hits) <= 3
    assert hits[0].id == "p5"
    assert [hit.bits for hit in hits] == sorted((hit.bits for hit in hits), reverse=True)
    assert hits[0].waterfall.bits == pytest.approx(hits[0].bits, abs=1e-3)
    assert sum(hit.probability for hit in hits) <= 1.0


def test_a_new_person_is_found_by_the_next_query(index: RegistryIndex) -> None:
    new: dict[str, str | None] = {"given": "quintessa", "family": "zorbald", "born": "1971-05-06", "town": "norhamn"}
    assert index.look_up(new) == ()
    index.add("fresh", new)
    assert index.look_up({"given": "Quintesa", "family": "Zorbald", "born": None, "town": "Norhamn"})[0].id == "fresh"
    assert len(index) == 801


def test_a_changed_person_is_found_by_the_new_values_only(
    index: RegistryIndex, rows: dict[str, list[str | None]]
) -> None:
    changed = query(rows, 7, "given", "born", "town") | {"family": "zorbald"}
    index.add("p7", changed)
    assert index.look_up(changed)[0].id == "p7"
    assert [hit.id for hit in index.look_up(query(rows, 7, *KINDS))].count("p7") == 1
    assert len(index) == 800


def test_a_mistyped_number_is_repaired_by_its_tokens(index: RegistryIndex, rows: dict[str, list[str | None]]) -> None:
    asked = query(rows, 9, "given", "town") | {"token": "TWRONG"}
    hits = index.look_up(asked, repairs=("TNONE", "T0000009"))
    assert hits[0].id == "p9"
    assert hits[0].probability > 0.99


def test_a_name_alone_is_for_review(index: RegistryIndex) -> None:
    index.add("rare", {"given": "quintessa", "family": "zorbald", "born": "1971-05-06", "town": "norhamn"})
    outcome = index.link({"given": "quintessa", "family": "zorbald"})
    assert outcome.decision is Decision.REVIEW
    assert outcome.hit is not None
    assert outcome.hit.id == "rare"


def test_a_full_row_is_linked_and_a_stranger_is_new(index: RegistryIndex, rows: dict[str, list[str | None]]) -> None:
    linked = index.link(query(rows, 3, *KINDS, "token"))
    assert linked.decision is Decision.AUTO
    assert linked.hit is not None
    assert linked.hit.id == "p3"
    assert index.link({"given": "xq", "family": "zzyzx", "born": "1890-02-02"}).decision is Decision.NONE
