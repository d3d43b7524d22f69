from __future__ import annotations

from typing import Any

import pytest
from graphql import OperationDefinitionNode, build_schema, parse

from gateway.pipeline.projection import compile_projection
from gateway.pipeline.stages import ErrorEntry, JsonObject
from gateway.planner.normalise import normalise

SCHEMA = build_schema("""
type Query { a: A all: [A!] must: A! grid: [[A!]!] mood: Mood moods: [Mood!]! node: Node ids: [ID!] id: ID }
interface Node { id: ID! }
type A implements Node { id: ID! b: B next: A! mood: Mood! tags: [String!]! }
type B implements Node { id: ID! }
enum Mood { CALM WORRIED }
""")


def project(
    query: str, data: JsonObject, errors: list[ErrorEntry] | None = None, **values: Any
) -> tuple[Any, list[tuple[str, Any]]]:
    document = parse(query)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    projection = compile_projection(SCHEMA, normalise(SCHEMA, document, operation).root)
    found, added = projection.apply(data, values, errors or [])
    return found, [(each.code, each.path) for each in added]


def test_only_what_was_asked_is_kept_in_the_order_it_was_asked() -> None:
    found, _ = project("{ a { b { __typename id } x: id } }", {"a": {"x": 1, "b": {"id": 2, "k": 0}, "__id": 3}})
    assert list(found["a"].items()) == [("b", {"__typename": "B", "id": 2}), ("x", 1)]


@pytest.mark.parametrize(
    ("query", "data", "expected", "path"),
    [
        ("{ a { id } }", {"a": {"id": None}}, {"a": None}, ("a", "id")),
        ("{ a { id } }", {"a": {}}, {"a": None}, ("a", "id")),
        ("{ a { next { next { id } } } }", {"a": {"next": {"next": {}}}}, {"a": None}, ("a", "next", "next", "id")),
        ("{ all { id } }", {"all": [{"id": 1}, None]}, {"all": None}, ("all", 1)),
        ("{ all { id } }", {"all": [{"id": 1}, {"id": None}]}, {"all": None}, ("all", 1, "id")),
        ("{ must { id } }", {}, None, ("must",)),
        ("{ grid { id } }", {"grid": [[{"id": 1}], [None]]}, {"grid": None}, ("grid", 1, 0)),
        ("{ ids }", {"ids": ["1", None]}, {"ids": None}, ("ids", 1)),
        ("{ a { tags } }", {"a": {"tags": ["x", None]}}, {"a": None}, ("a", "tags", 1)),
    ],
)
def test_a_null_climbs_to_the_next_place_that_may_be_null(
    query: str, data: JsonObject, expected: JsonObject | None, path: tuple[str | int, ...]
) -> None:
    assert project(query, data) == (expected, [("NULL_NOT_ALLOWED", path)])


@pytest.mark.parametrize(
    ("query", "data", "expected", "path"),
    [
        ("{ mood }", {"mood": "ODD"}, {"mood": None}, ("mood",)),
        ("{ moods }", {"moods": ["CALM", "ODD"]}, None, ("moods", 1)),
        ("{ a { mood } }", {"a": {"mood": 3}}, {"a": None}, ("a", "mood")),
        ("{ node { id } }", {"node": {"__typename": "Z", "id": 1}}, {"node": None}, ("node",)),
        ("{ node { id } }", {"node": {"id": 1}}, {"node": None}, ("node",)),
    ],
)
def test_values_and_types_outside_the_schema_become_null(
    query: str, data: JsonObject, expected: JsonObject | None, path: tuple[str | int, ...]
) -> None:
    assert project(query, data) == (expected, [("VALUE_NOT_VISIBLE", path)])


def test_a_hole_that_an_error_explains_gets_no_second_error() -> None:
    known = [ErrorEntry(message="down", path=("a", "id"), extensions={"code": "X"})]
    assert project("{ a { id } all { id } }", {"all": [{"id": None}], "a": {}}, known) == (
        {"a": None, "all": None},
        [("NULL_NOT_ALLOWED", ("all", 0, "id"))],
    )


def test_a_field_written_twice_stands_where_the_first_that_holds_puts_it() -> None:
    query = "query($x: Boolean!) { id @include(if: $x) ids id }"
    data: JsonObject = {"id": "1", "ids": []}
    assert list(project(query, data, x=True)[0]) == ["id", "ids"]
    assert list(project(query, data, x=False)[0]) == ["ids", "id"]


def test_fields_of_an_interface_follow_the_type_of_the_object() -> None:
    query = "{ node { ... on A { mood } __typename ... on Node { id } } }"
    node: JsonObject = {"__typename": "B", "id": "1", "mood": "CALM"}
    assert project(query, {"node": node})[0] == {"node": {"__typename": "B", "id": "1"}}


def test_a_root_field_lost_with_a_refused_neighbour_is_not_told_twice() -> None:
    refused = ErrorEntry(message="No.", path=("other",), extensions={"code": "INVALID_INPUT", "subgraph": "people"})
    assert project("{ must { id } }", {}, [refused]) == (None, [])
