"""Connections whose request never becomes one."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import pytest
import uvicorn

from chassis.http_server import BoundedHead, HttpServer

Message = Mapping[str, object]


class Hasty(BoundedHead):
    head_seconds = 0.3


async def hello(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"hello"})


@asynccontextmanager
async def served(protocol: type[BoundedHead]) -> AsyncIterator[int]:
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(hello, http=protocol, log_config=None, lifespan="off", ws="none")
    server = HttpServer(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    yield listening.getsockname()[1]
    server.should_exit = True
    await serving


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    yield reader, writer
    writer.close()


async def answer(reader: asyncio.StreamReader) -> bytes:
    """Everything until the connection is closed, which has to be soon."""
    try:
        return await asyncio.wait_for(reader.read(), 5)
    except ConnectionResetError:
        return b""


def head(filling: int) -> bytes:
    return b"GET / HTTP/1.1\r\nHost: a\r\nX-Filling: " + b"x" * filling + b"\r\n"


async def test_a_head_that_does_not_end_is_closed_at_the_limit() -> None:
    async with served(BoundedHead) as port, connected(port) as (reader, writer):
        writer.write(head(40_000))

        assert await answer(reader) == b""


@pytest.mark.parametrize("requests_before", [0, 1])
async def test_a_whole_head_over_the_limit_is_refused_also_on_a_kept_connection(requests_before: int) -> None:
    async with served(BoundedHead) as port, connected(port) as (reader, writer):
        for _ in range(requests_before):
            writer.write(head(10) + b"\r\n")
            assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200")
        writer.write(head(40_000) + b"\r\n")

        assert b"hello" not in await answer(reader)


async def test_a_head_below_the_limit_is_answered() -> None:
    async with served(BoundedHead) as port, connected(port) as (reader, writer):
        writer.write(head(30_000) + b"\r\n")

        assert (await asyncio.wait_for(reader.readuntil(b"hello"), 5)).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost:"], ids=["nothing", "half a head"])
async def test_a_head_that_takes_too_long_is_given_up(sent: bytes) -> None:
    async with served(Hasty) as port, connected(port) as (reader, writer):
        writer.write(sent)

        assert await answer(reader) == b""


async def test_a_kept_connection_may_rest_between_requests() -> None:
    """The time is that of a head, not of the connection."""
    async with served(Hasty) as port, connected(port) as (reader, writer):
        for _ in range(2):
            writer.write(head(10) + b"\r\n")
            assert (await asyncio.wait_for(reader.readuntil(b"hello"), 5)).startswith(b"HTTP/1.1 200")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.read(1), 0.6)


def test_every_process_allows_a_head_the_same_size_and_time() -> None:
    assert (BoundedHead.head_limit, BoundedHead.head_seconds) == (32_768, 10.0)
