"""Words that may not appear anywhere in the graph (docs/protections.md, P6, P9 and "Data")."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
    is_introspection_type,
)

ROOT = Path(__file__).resolve().parents[2]
WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
UNIT_GOALS = {"target", "targets", "quota", "quotas", "rank", "ranks", "ranking", "countdown", "leaderboard"}
NEVER = {
    "ethnicity", "ethnic", "nationality", "religion", "worship", "political", "party", "attitude", "motivation",
    "trust", "police", "detention", "petition", "passport", "biometric", "fingerprint", "iris", "dna", "gps",
    "diagnosis", "fertility", "abroad",
}  # fmt: skip


def names(sdl: str) -> set[str]:
    schema = build_schema(sdl, assume_valid=True)
    found: set[str] = set()
    for type_name, definition in schema.type_map.items():
        if is_introspection_type(definition):
            continue
        found.add(type_name)
        if isinstance(definition, GraphQLObjectType | GraphQLInterfaceType):
            for field_name, field in definition.fields.items():
                found |= {field_name, *field.args}
        elif isinstance(definition, GraphQLInputObjectType):
            found |= set(definition.fields)
        elif isinstance(definition, GraphQLEnumType):
            found |= set(definition.values)
    return found


def words(name: str) -> set[str]:
    return {word.lower() for part in name.split("_") for word in (WORDS.findall(part) or [part])} | {
        part.lower() for part in name.split("_")
    }


@pytest.fixture(scope="module")
def api() -> set[str]:
    return names((ROOT / "gateway" / "api.graphql").read_text(encoding="utf-8"))


def test_the_graph_was_read(api: set[str]) -> None:
    assert {"Household", "Alert", "Vacancy", "clearAlert", "acceptOffer"} <= api


def test_nobody_is_driven_by_a_number(api: set[str]) -> None:
    assert sorted(name for name in api if words(name) & UNIT_GOALS) == []


def test_what_must_never_be_known_has_no_place(api: set[str]) -> None:
    assert sorted(name for name in api if words(name) & NEVER) == []
