from __future__ import annotations

import asyncio

import pytest

from gateway.http.body import Message, Receive, declared_length, read_body, require_json
from gateway.http.headers import Headers, RepeatedHeader
from gateway.http.refusals import BodyTooLarge, BodyTooSlow, ClientGone, HttpRefusal, UnsupportedMediaType


def headers(**values: str) -> Headers:
    return Headers({name.replace("_", "-"): value for name, value in values.items()})


def arriving(*chunks: bytes, then: Message | None = None) -> Receive:
    """Gives the chunks one by one; without `then` the last is the end of the body."""
    messages: list[Message] = [
        {"type": "http.request", "body": chunk, "more_body": then is not None or number < len(chunks)}
        for number, chunk in enumerate(chunks, 1)
    ]
    if then is not None:
        messages.append(then)

    async def receive() -> Message:
        if messages:
            return messages.pop(0)
        await asyncio.Event().wait()
        raise AssertionError

    return receive


async def test_a_body_in_pieces_is_whole() -> None:
    assert await read_body(arriving(b"ab", b"", b"cd"), headers(), limit=4, seconds=1) == b"abcd"


async def test_a_byte_too_many_is_refused_whatever_was_declared() -> None:
    with pytest.raises(BodyTooLarge):
        await read_body(arriving(b"ab", b"cde"), headers(content_length="2"), limit=4, seconds=1)


@pytest.mark.parametrize("length", ["5", "99999999999999999999999"])
async def test_a_declared_size_over_the_limit_is_refused_unread(length: str) -> None:
    async def never() -> Message:
        raise AssertionError("The body was read.")

    with pytest.raises(BodyTooLarge):
        await read_body(never, headers(content_length=length), limit=4, seconds=1)


@pytest.mark.parametrize("length", ["-1", "four", "1e3", "٤"])
def test_a_length_that_is_no_number_is_refused(length: str) -> None:
    with pytest.raises(HttpRefusal):
        declared_length(headers(content_length=length), 100)


async def test_a_body_that_does_not_come_is_given_up() -> None:
    slow = arriving(b"{", then={"type": "http.request", "body": b"", "more_body": True})

    with pytest.raises(BodyTooSlow):
        await read_body(slow, headers(), limit=100, seconds=0.02)


async def test_a_client_that_hangs_up_is_not_answered() -> None:
    with pytest.raises(ClientGone):
        await read_body(arriving(b"{", then={"type": "http.disconnect"}), headers(), limit=9, seconds=1)


@pytest.mark.parametrize(
    "kind", ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"]
)
def test_json_in_utf8_is_taken(kind: str) -> None:
    require_json(headers(content_type=kind))


@pytest.mark.parametrize(
    "kind",
    ["", "text/plain", "multipart/form-data", "application/x-www-form-urlencoded", "application/graphql",
     "application/json; charset=utf-16", "application/jsonp"],
)  # fmt: skip
def test_every_other_type_is_refused(kind: str) -> None:
    with pytest.raises(UnsupportedMediaType):
        require_json(headers(content_type=kind))


def test_a_compressed_body_is_refused() -> None:
    with pytest.raises(UnsupportedMediaType):
        require_json(headers(content_type="application/json", content_encoding="gzip"))


def test_a_header_that_must_be_single_may_not_be_given_twice() -> None:
    with pytest.raises(RepeatedHeader):
        Headers.read([(b"authorization", b"Bearer a"), (b"authorization", b"Bearer b")])

    assert Headers.read([(b"accept", b"a/b"), (b"accept", b"c/d")]).get("accept") == "a/b, c/d"
