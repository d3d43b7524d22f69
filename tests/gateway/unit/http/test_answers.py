from __future__ import annotations

import pytest

from chassis.errors import DependencyDown, Forbidden, InvalidInput
from chassis.identity import BadCredential, TokenExpired
from gateway.http.answers import graphql_status, refusal_entry
from gateway.http.negotiation import MediaType
from gateway.http.operations import failure_entries
from gateway.http.refusals import BodyTooLarge, OriginNotAllowed, status_of
from gateway.pipeline.stages import ErrorEntry, GraphQLResponse

RAN = GraphQLResponse(data=None, errors=(ErrorEntry(message="no", extensions={"code": "X"}),))


def refused(*codes: str) -> GraphQLResponse:
    errors = tuple(ErrorEntry(message="no", extensions={"code": code}) for code in codes)
    return GraphQLResponse(errors=errors, executed=False)


@pytest.mark.parametrize(
    ("_case", "response", "kind", "status"),
    [
        ("ran without errors", GraphQLResponse(data={}), MediaType.RESPONSE, 200),
        ("ran, with errors", RAN, MediaType.RESPONSE, 200),
        ("refused before it ran", refused("GRAPHQL_PARSE_FAILED"), MediaType.RESPONSE, 400),
        ("not allowed", refused("FORBIDDEN", "FORBIDDEN"), MediaType.RESPONSE, 403),
        ("partly not allowed", refused("FORBIDDEN", "QUERY_TOO_COSTLY"), MediaType.RESPONSE, 400),
        ("our own fault", refused("INTERNAL"), MediaType.RESPONSE, 500),
        ("too slow of us", refused("DEADLINE_EXCEEDED"), MediaType.RESPONSE, 500),
        ("the old type is always fine", refused("GRAPHQL_PARSE_FAILED"), MediaType.JSON, 200),
    ],
)
def test_the_status_says_whether_the_operation_ran(
    _case: str, response: GraphQLResponse, kind: MediaType, status: int
) -> None:
    assert graphql_status(response, kind) == status


def test_a_refusal_has_no_data_and_a_run_has() -> None:
    assert "data" not in refused("X").to_json()
    assert RAN.to_json()["data"] is None


def test_refusals_have_their_status() -> None:
    assert [
        status_of(each)
        for each in (
            BodyTooLarge("x"), OriginNotAllowed("x"), TokenExpired("x"), BadCredential("x"), Forbidden("x"),
            InvalidInput("x"), DependencyDown("x"),
        )
    ] == [413, 403, 401, 401, 403, 400, 503]  # fmt: skip


def test_of_a_breakdown_only_the_correlation_id_is_shown() -> None:
    entry = refusal_entry(DependencyDown("postgres at 10.0.0.7 said: duplicate key (id_number)=(99...)"), "c-1")

    assert entry.to_json() == {
        "message": "This cannot be answered now.",
        "extensions": {"code": "DEPENDENCY_DOWN", "correlationId": "c-1"},
    }


def test_an_unexpected_failure_is_masked() -> None:
    (entry,) = failure_entries(KeyError("a person's name"), "c-1")

    assert entry.to_json() == {
        "message": "This cannot be answered now.",
        "extensions": {"code": "INTERNAL", "correlationId": "c-1"},
    }


def test_a_refusal_keeps_code_message_and_field() -> None:
    entry = refusal_entry(InvalidInput("Must be above zero.", field="amount"), "c-1")

    assert entry.to_json() == {
        "message": "Must be above zero.",
        "extensions": {"code": "INVALID_INPUT", "correlationId": "c-1", "field": "amount"},
    }
