from __future__ import annotations

import json

import pytest

from gateway.http.refusals import HttpRefusal
from gateway.pipeline.stages import ErrorEntry, GraphQLRequest, GraphQLResponse
from gateway.subscriptions.messages import (
    ClientMessage,
    Incoming,
    ack,
    complete_of,
    error_of,
    next_of,
    ping,
    pong,
    read_message,
)


def test_messages_of_the_protocol_are_read() -> None:
    text = '{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":{"x":1},"operationName":null}}'
    message = read_message(text)

    assert message.request() == GraphQLRequest(document="{a}", variables={"x": 1})
    assert read_message('{"type":"ping"}') == ClientMessage(kind=Incoming.PING)
    assert read_message('{"type":"connection_init","payload":{"Authorization":"x"}}').payload == {"Authorization": "x"}
    assert read_message('{"type":"complete","id":"1"}') == ClientMessage(kind=Incoming.COMPLETE, id="1")


@pytest.mark.parametrize(
    "text",
    ["", "{", "null", "[]", "7", "{}", '{"type":7}', '{"type":"next","id":"1"}', '{"type":"CONNECTION_INIT"}',
     '{"type":"subscribe"}', '{"type":"subscribe","id":""}', '{"type":"subscribe","id":1}', '{"type":"complete"}',
     '{"type":"ping","payload":"x"}', json.dumps({"type": "subscribe", "id": "x" * 65})],
)  # fmt: skip
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(HttpRefusal):
        read_message(text)


def test_what_is_said_has_the_shape_of_the_protocol() -> None:
    response = GraphQLResponse(data={"a": "中"})
    error = ErrorEntry(message="No.", extensions={"code": "FORBIDDEN"})

    assert [json.loads(text) for text in (ack(), ping(), pong(None), pong({"a": 1}))] == [
        {"type": "connection_ack"}, {"type": "ping"}, {"type": "pong"}, {"type": "pong", "payload": {"a": 1}},
    ]  # fmt: skip
    assert json.loads(next_of("1", response)) == {"id": "1", "type": "next", "payload": {"data": {"a": "中"}}}
    assert json.loads(error_of("1", (error,))) == {
        "id": "1", "type": "error", "payload": [{"message": "No.", "extensions": {"code": "FORBIDDEN"}}],
    }  # fmt: skip
    assert json.loads(complete_of("1")) == {"id": "1", "type": "complete"}
