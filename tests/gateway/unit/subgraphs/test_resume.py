from __future__ import annotations

import pytest
from graphql import build_schema, parse, validate

from gateway.pipeline.stages import JsonObject, OperationType, SubgraphRequest, SubgraphResponse
from gateway.subgraphs.resume import AFTER, CURSOR, Resumption, resumable_fields, resumption_of

SCHEMA = build_schema("""
type Query { alertRaisedCursor: String! }
type Subscription {
  alertRaised(area: String!, after: String): AlertEvent!
  changed(area: String!, after: String): AlertEvent!
  ticked(after: String): Tick!
  plain: AlertEvent!
}
type AlertEvent { cursor: String!, alert: Alert! }
type Alert { id: ID!, history(after: String): [ID!]! }
type Tick { at: String! }
""")
RESUMABLE = resumable_fields(SCHEMA)


def request(document: str, **variables: str) -> SubgraphRequest:
    return SubgraphRequest(
        document=document, operation_name=None, operation_type=OperationType.SUBSCRIPTION, variables=dict(variables)
    )


def event(key: str, cursor: str) -> SubgraphResponse:
    payload: JsonObject = {CURSOR: cursor, "alert": {"id": "1"}}
    return SubgraphResponse(data={key: payload})


def valid(resumption: Resumption) -> bool:
    return validate(SCHEMA, parse(resumption.next_request().document)) == []


def test_what_can_be_resumed_is_read_from_the_schema() -> None:
    assert RESUMABLE == {"alertRaised": "alertRaisedCursor", "changed": None}


@pytest.mark.parametrize(
    ("_case", "document", "variables", "cursor"),
    [
        ("no after, no cursor", 'subscription { alertRaised(area: "99/") { alert { id } } }', {}, None),
        ("after written", 'subscription { alertRaised(area: "99/", after: "c7") { cursor } }', {}, "c7"),
        (
            "after by variable",
            "subscription($a: String!, $c: String) { alertRaised(area: $a, after: $c) { alert { id } } }",
            {"a": "99/", "c": "c8"},
            "c8",
        ),
        (
            "the variable used elsewhere too",
            'subscription($c: String) { alertRaised(area: "99/", after: $c) { alert { history(after: $c) } } }',
            {"c": "c9"},
            "c9",
        ),
        (
            "with a fragment",
            'subscription { alertRaised(area: "99/") { ...F } } fragment F on AlertEvent { alert { id } }',
            {},
            None,
        ),
        ("under an alias", 'subscription { x: changed(area: "99/") { alert { id } } }', {}, None),
    ],
)
def test_the_request_goes_on_behind_the_last_event(
    _case: str, document: str, variables: dict[str, str], cursor: str | None
) -> None:
    resumption = resumption_of(request(document, **variables), RESUMABLE)
    key = "x" if "x:" in document else "alertRaised"

    assert valid(resumption)
    assert resumption.next_request().variables[AFTER] == cursor

    response = event(key, "c10")
    assert resumption.take(response)
    assert response.data == {key: {"alert": {"id": "1"}}}
    assert resumption.next_request().variables[AFTER] == "c10"
    assert resumption.next_request().document == resumption.request.document
    assert resumption.start_request() is None


def test_an_event_that_came_before_is_not_given_twice() -> None:
    resumption = resumption_of(request('subscription { alertRaised(area: "99/") { alert { id } } }'), RESUMABLE)

    assert [resumption.take(event("alertRaised", cursor)) for cursor in ("1", "1", "2")] == [True, False, True]


def test_the_place_to_begin_at_is_asked_for_once() -> None:
    resumption = resumption_of(request('subscription { alertRaised(area: "99/") { alert { id } } }'), RESUMABLE)
    start = resumption.start_request()

    assert start is not None
    assert (start.document, start.operation_type) == (f"{{ {CURSOR}: alertRaisedCursor }}", OperationType.QUERY)
    resumption.begin(SubgraphResponse(data={CURSOR: "41"}))
    assert resumption.start_request() is None
    assert resumption.next_request().variables[AFTER] == "41"


@pytest.mark.parametrize("document", ["subscription { plain { cursor } }", "subscription { ticked { at } }"])
def test_what_cannot_be_resumed_is_sent_as_it_is(document: str) -> None:
    asked = request(document)
    resumption = resumption_of(asked, RESUMABLE)

    assert resumption.next_request() is asked
    assert resumption.start_request() is None
    assert resumption.take(SubgraphResponse(data={"plain": {"cursor": "1"}}))
