from __future__ import annotations

from typing import Any

import pytest

from gateway.pipeline.limits import Limits
from tests.gateway.unit.pipeline.memory import Gateway

SECRET = "522635199001011234"


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


async def test_an_unknown_field_is_named_with_its_place(gateway: Gateway) -> None:
    response = await gateway.ask("{\n  workers { wage }\n}")
    assert response.to_json() == {
        "errors": [
            {
                "message": "Cannot query field 'wage' on type 'Worker'.",
                "locations": [{"line": 2, "column": 13}],
                "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"},
            }
        ]
    }


async def test_at_most_five_errors_are_reported(gateway: Gateway) -> None:
    response = await gateway.ask("{ a b c d e f g h }")
    assert len(response.errors) == 5


@pytest.mark.parametrize(
    "query",
    [
        f'{{ households(first: "{SECRET}") {{ code }} }}',
        f"{{ households(filter: {{code: {SECRET}}}) {{ code }} }}",
        f'{{ households(filter: "{SECRET}") {{ code }} }}',
        f'{{ workers {{ id }} "{SECRET}" }}',
        f'query($x: Int = "{SECRET}") {{ households(first: $x) {{ code }} }}',
    ],
)
async def test_a_refusal_never_repeats_a_literal(gateway: Gateway, query: str) -> None:
    response = await gateway.ask(query)
    assert not response.executed
    assert SECRET not in str(response.to_json())


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({}, "Variable $f of type HouseholdFilter! was not given."),
        ({"f": None}, "Variable $f does not fit type HouseholdFilter!."),
        ({"f": {"code": [SECRET]}}, "Variable $f.code does not fit type HouseholdFilter!."),
        ({"f": {"codes": ["x", {"a": SECRET}]}}, "Variable $f.codes[1] does not fit type HouseholdFilter!."),
        ({"f": {SECRET: 1}}, "Variable $f does not fit type HouseholdFilter!."),
        ({"f": SECRET}, "Variable $f does not fit type HouseholdFilter!."),
    ],
)
async def test_a_variable_that_does_not_fit_is_named_without_its_value(
    gateway: Gateway, variables: dict[str, Any], message: str
) -> None:
    response = await gateway.ask("query($f: HouseholdFilter!) { households(filter: $f) { code } }", **variables)
    assert [(each.message, each.code) for each in response.errors] == [(message, "VARIABLES_INVALID")]
    assert not response.executed


async def test_a_variable_nested_without_end_is_refused(gateway: Gateway) -> None:
    nested: object = "x"
    for _ in range(5000):
        nested = [nested]
    response = await gateway.ask("query($f: [String!]) { households(filter: {codes: $f}) { code } }", f=nested)
    assert response.errors[0].message == "Variable $f is nested deeper than 60 levels."


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("", "GRAPHQL_PARSE_FAILED"),
        ("{ a(x: 9" + "9" * 200 + "z) }", "GRAPHQL_PARSE_FAILED"),
        ("fragment F on Query { workers { id } }", "OPERATION_NOT_FOUND"),
        ("{ " + "workers { id } " * 3000 + "}", "DOCUMENT_TOO_LARGE"),
        ("{ workers { id } } #" + "x" * 200_000, "DOCUMENT_TOO_LARGE"),
        ("{" * 1900, "GRAPHQL_PARSE_FAILED"),
        ("{ a" * 1900, "GRAPHQL_PARSE_FAILED"),
        ("{ workers(x: " + "[" * 1900 + ") }", "GRAPHQL_PARSE_FAILED"),
        ("type A { b: Int }", "OPERATION_NOT_FOUND"),
        ("{ workers { id } } type A { b: Int }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ workers { id \ud800 } }", "GRAPHQL_PARSE_FAILED"),
    ],
    ids=[str(number) for number in range(12)],
)
async def test_text_that_is_no_operation_is_refused_with_a_code(gateway: Gateway, query: str, code: str) -> None:
    response = await gateway.ask(query)
    assert (response.executed, response.errors[0].code) == (False, code)


async def test_a_syntax_error_says_where_and_what_was_expected_only(gateway: Gateway) -> None:
    response = await gateway.ask(f'{{ workers {{ id }} "{SECRET}" }}')
    assert response.to_json() == {
        "errors": [
            {
                "message": "Syntax error: expected Name.",
                "locations": [{"line": 1, "column": 18}],
                "extensions": {"code": "GRAPHQL_PARSE_FAILED"},
            }
        ]
    }


async def test_an_operation_that_is_not_there_is_refused(gateway: Gateway) -> None:
    response = await gateway.ask("query A { workers { id } }", "B")
    assert response.errors[0].code == "OPERATION_NOT_FOUND"


async def test_too_many_tokens_are_refused_while_reading() -> None:
    response = await Gateway(limits=Limits(max_tokens=10)).ask("{ workers { id trade id trade id trade } }")
    assert response.errors[0].message == "The document has more than 10 tokens or 1000 comments."


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ('{ households(filter: {code: "a\\u0000b"}) { code } }', {}),
        ("query($f: HouseholdFilter!) { households(filter: $f) { code } }", {"f": {"code": "a\x00b"}}),
        ("query($f: HouseholdFilter!) { households(filter: $f) { code } }", {"f": {"codes": ["\ud800"]}}),
        ("query($f: HouseholdFilter!) { households(filter: $f) { code } }", {"f": {"a\x00": 1}}),
    ],
)
async def test_a_character_that_no_database_stores_is_refused_before_any_subgraph_is_asked(
    gateway: Gateway, query: str, variables: dict[str, Any]
) -> None:
    response = await gateway.ask(query, **variables)
    assert not response.executed
    assert [error.code for error in response.errors] == [
        "VARIABLES_INVALID" if variables else "GRAPHQL_VALIDATION_FAILED"
    ]
    assert gateway.subgraphs.requests == []


async def test_a_text_longer_than_any_reason_is_refused(gateway: Gateway) -> None:
    query = "query($f: [String!]) { households(filter: {codes: $f}) { code } }"
    fitting = await gateway.ask(query, f=["x" * 10_000])
    assert fitting.executed
    refused = await gateway.ask(query, f=["x" * 10_001])
    assert [each.message for each in refused.errors] == ["Variable $f holds a text longer than 10000 characters."]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ('{ households(first: "x") { code } }', "Int is needed"),
        ("{ households(filter: {zz: 1}) { code } }", "has no field zz"),
    ],
)
async def test_a_refusal_of_a_literal_names_what_the_schema_wants(gateway: Gateway, query: str, told: str) -> None:
    (error,) = (await gateway.ask(query)).errors
    assert error.message.startswith("A literal value does not fit the type it is used for: ")
    assert told in error.message
