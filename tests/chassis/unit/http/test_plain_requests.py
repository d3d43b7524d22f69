from __future__ import annotations

import asyncio
import json

import pytest
from starlette.types import Message, Scope

from chassis.plain_requests import Kept, PlainRequest, answer_json, plain_request

PLAIN = ((b"content-type", b"application/json"), (b"accept", b"application/json"))


def kept(*parts: bytes) -> Kept:
    last = len(parts) - 1
    messages: list[Message] = [
        {"type": "http.request", "body": part, "more_body": number < last} for number, part in enumerate(parts)
    ]

    async def receive() -> Message:
        await asyncio.sleep(0)
        return messages.pop(0)

    return Kept(receive)


def scope(*, method: str = "POST", headers: tuple[tuple[bytes, bytes], ...] = PLAIN) -> Scope:
    return {"type": "http", "method": method, "headers": list(headers)}


async def test_a_query_with_variables_is_plain() -> None:
    body = json.dumps({"query": "{ a }", "variables": {"x": 1}, "operationName": "A"}).encode()
    found = await plain_request(scope(), kept(body))
    assert found == PlainRequest(query="{ a }", variables={"x": 1}, operation_name="A")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"not json",
        b'"text"',
        b'{"query": ""}',
        b'{"query": 4}',
        b'{"variables": {}}',
        b'{"query": "{ a }", "variables": []}',
        b'{"query": "{ a }", "operationName": 1}',
        b'{"query": "{ a }", "extensions": {"x": 1}}',
        b'{"query": "\\ud800"}',
    ],
)
async def test_what_is_not_understood_goes_the_general_way_with_its_body(body: bytes) -> None:
    whole = kept(body)
    assert await plain_request(scope(), whole) is None
    assert (await whole())["body"] == body


async def test_a_body_in_parts_is_read_again_from_its_beginning() -> None:
    whole = kept(b'{"query"', b': "{ a }"}')
    assert await plain_request(scope(), whole) is None
    assert [(await whole())["body"], (await whole())["body"]] == [b'{"query"', b': "{ a }"}']


@pytest.mark.parametrize(
    "asked",
    [
        scope(method="GET"),
        scope(headers=PLAIN[:1]),
        scope(headers=(PLAIN[0], (b"accept", b"text/event-stream"))),
        scope(headers=(PLAIN[0], (b"accept", b"application/json, multipart/mixed"))),
        scope(headers=((b"content-type", b"multipart/form-data; boundary=x"), PLAIN[1])),
    ],
)
async def test_streams_files_and_other_methods_go_the_general_way_unread(asked: Scope) -> None:
    whole = kept(b'{"query": "{ a }"}')
    assert await plain_request(asked, whole) is None
    assert whole.read == []


async def test_an_answer_says_its_kind_and_length() -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        await asyncio.sleep(0)
        sent.append(message)

    await answer_json(send, {"data": {"name": "\u7956"}})
    assert sent[1]["body"] == '{"data":{"name":"\u7956"}}'.encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"23")]
    assert sent[0] == {"type": "http.response.start", "status": 200, "headers": headers}
