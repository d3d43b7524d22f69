"""What may be sent, how it must look, and how long it may take."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from typing import Any

import aiohttp
import pytest

from tests.gateway.integration.asking import RESPONSE, ask
from tests.gateway.integration.conftest import World


@pytest.mark.parametrize(
    ("_case", "accept", "status", "kind"),
    [
        ("the new type", RESPONSE, 400, RESPONSE),
        ("the old type", "application/json", 200, "application/json"),
        ("anything", "*/*", 200, "application/json"),
    ],
)
async def test_a_document_that_cannot_be_read_is_refused_without_data(
    world: World, session: aiohttp.ClientSession, _case: str, accept: str, status: int, kind: str
) -> None:
    for query in ("{", "{ nothing }", "query($a: Int!) { alert(id: $a) { id } }"):
        headers = world.headers(Accept=accept)
        async with session.post(f"{world.url}/graphql", json={"query": query}, headers=headers) as answer:
            body = await answer.json(content_type=None)
            assert (answer.status, answer.content_type) == (status, kind)
        assert "data" not in body
        assert body["errors"][0]["extensions"]["code"]


MALFORMED = [
    b"", b"{", b"null", b"1", b'"{a}"', b"[]", b'[{"query":"{__typename}"}]', b"query=%7B__typename%7D", b'{"query":1}',
    b'{"query":null}', b'{"query":{}}', b'{"query":"{__typename}","variables":1}', b'{"query":"{__typename}"}{}',
    b'{"query":"{__typename}","operationName":{}}', b'{"query":"{__typename}","extensions":"x"}', b"\xff\xfe{}",
    b'{"query":"{__typename}","variables":' + b'{"a":' * 40 + b"1" + b"}" * 41, b'{"query":"\\ud800"}', b'{"query":"\\u0000"}',
    b'{"mutation":"{x}"}', b'{"query":"{__typename}","unknown":1}', b"{'query':'{__typename}'}",
]  # fmt: skip


@pytest.mark.parametrize("body", MALFORMED)
async def test_malformed_bodies_are_refused_with_a_code(
    world: World, session: aiohttp.ClientSession, body: bytes
) -> None:
    before = world.asked()
    async with session.post(f"{world.url}/graphql", data=body, headers=world.headers(Accept=RESPONSE)) as answer:
        told = await answer.json(content_type=None)

    assert answer.status == 400
    assert told["errors"][0]["extensions"]["code"].isupper()
    assert world.asked() == before


@pytest.mark.parametrize(
    ("_case", "headers", "status"),
    [
        ("a form", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ("a text", {"Content-Type": "text/plain"}, 415),
        ("an upload", {"Content-Type": "multipart/form-data; boundary=x"}, 415),
        ("compressed", {"Content-Encoding": "gzip"}, 415),
        ("another charset", {"Content-Type": "application/json; charset=latin-1"}, 415),
        ("an image wanted", {"Accept": "image/png"}, 406),
    ],
)
async def test_other_ways_of_sending_are_refused(
    world: World, session: aiohttp.ClientSession, _case: str, headers: dict[str, str], status: int
) -> None:
    async with session.post(
        f"{world.url}/graphql", data=b'{"query":"{ __typename }"}', headers=world.headers() | headers
    ) as answer:
        assert answer.status == status
        assert "errors" in await answer.json(content_type=None)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "TRACE"])
async def test_only_post_runs_anything(world: World, session: aiohttp.ClientSession, method: str) -> None:
    before = world.asked()
    url = f"{world.url}/graphql?query=mutation%7BrecordIncome%7D"
    async with session.request(method, url, headers=world.headers()) as answer:
        assert answer.status == 405
        assert answer.headers["allow"] == "POST, OPTIONS"
    assert world.asked() == before


async def test_a_body_over_the_limit_is_refused(world: World, session: aiohttp.ClientSession) -> None:
    large = json.dumps({"query": "{ __typename }", "variables": {"a": "x" * 1_000_000}}).encode()

    async def pieces() -> Any:
        for at in range(0, len(large), 10_000):
            yield large[at : at + 10_000]

    for body in (large, pieces()):
        async with session.post(f"{world.url}/graphql", data=body, headers=world.headers()) as answer:
            assert answer.status == 413
            assert (await answer.json())["errors"][0]["extensions"]["code"] == "BODY_TOO_LARGE"


async def test_a_body_that_crawls_is_given_up_while_others_are_served(
    world: World, session: aiohttp.ClientSession
) -> None:
    host, port = world.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST /graphql HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: 50\r\n"
    writer.write(f"{head}Authorization: {world.bearer()}\r\n\r\n{{".encode())
    await writer.drain()
    started = time.monotonic()

    assert (await ask(world, session, "{ __typename }"))[0] == 200
    status = await asyncio.wait_for(reader.readline(), 20)

    assert status.split()[1] == b"408"
    assert time.monotonic() - started > 0.8
    writer.close()


async def test_an_endless_head_is_closed(world: World) -> None:
    host, port = world.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /graphql HTTP/1.1\r\nX-Filling: " + b"x" * 40_000)

    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()


async def test_a_head_without_end_closes_the_connection(world: World, session: aiohttp.ClientSession) -> None:
    host, port = world.url.removeprefix("http://").split(":")
    for start, piece in ((b"POST /graphql HTTP/1.1\r\nX-A: ", b"a" * 8_000), (b"POST /", b"b" * 8_000)):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(start)
        sent = 0
        with contextlib.suppress(ConnectionError):
            while sent < 1_000 and not reader.at_eof():
                writer.write(piece)
                await writer.drain()
                sent += 1
        assert sent < 1_000
        writer.close()
    assert (await ask(world, session, "{ __typename }"))[0] == 200
