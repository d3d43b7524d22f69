from __future__ import annotations

import pytest

from gateway.http.negotiation import MediaType, accepted, document_type, wants_page
from gateway.http.refusals import NotAcceptable

RESPONSE, JSON, STREAM = MediaType.RESPONSE, MediaType.JSON, MediaType.STREAM


@pytest.mark.parametrize(
    ("_case", "accept", "expected"),
    [
        ("nothing asked for", "", (JSON,)),
        ("anything", "*/*", (JSON,)),
        ("the old type", "application/json", (JSON,)),
        ("the new type", "application/graphql-response+json", (RESPONSE,)),
        ("upper case and a charset", "Application/GraphQL-Response+JSON; charset=UTF-8", (RESPONSE,)),
        ("both, first named wins", "application/graphql-response+json, application/json", (RESPONSE, JSON)),
        ("both, the dearer wins", "application/json;q=0.5, application/graphql-response+json", (RESPONSE, JSON)),
        ("new type refused by quality zero", "application/graphql-response+json;q=0, */*", (JSON,)),
        ("a stream", "text/event-stream", (STREAM,)),
        ("a stream or a document", "text/event-stream;q=0.9, application/json", (JSON, STREAM)),
        ("a quality that is no number is no wish", "application/json;q=much, text/event-stream", (STREAM,)),
        ("another charset is not ours", "application/json;charset=utf-16, */*;q=0.1", (JSON,)),
    ],
)
def test_the_client_gets_the_type_it_likes_best(_case: str, accept: str, expected: tuple[MediaType, ...]) -> None:
    assert accepted(accept) == expected


@pytest.mark.parametrize("accept", ["text/plain", "application/xml", "application/json;q=0", "nonsense"])
def test_types_we_do_not_speak_are_refused(accept: str) -> None:
    with pytest.raises(NotAcceptable):
        accepted(accept)


def test_a_refusal_is_told_in_json_to_a_client_that_cannot_be_pleased() -> None:
    assert document_type("image/png") is JSON
    assert document_type("text/event-stream, application/graphql-response+json") is RESPONSE


def test_a_browser_asks_for_a_page() -> None:
    assert wants_page("text/html,application/xhtml+xml,*/*;q=0.8")
    assert not wants_page("application/json")
