"""Kept connections: what is used again, what is let go, and what each fault is told as. Against real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest

from gateway.subgraphs.wires import Answer, AnswerTooLarge, WireLost, Wires

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
CHUNKED = b"HTTP/1.1 400 Bad Request\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"


@dataclass(slots=True)
class Server:
    """Says the next of `answers` to each request; an empty one closes the connection."""

    answers: list[bytes]
    url: str = ""
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
                self.requests.append(head + await reader.readexactly(length))
                answer = self.answers.pop(0)
                if not answer:
                    return
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def serving(*answers: bytes) -> AsyncIterator[tuple[Server, Wires]]:
    told = Server(list(answers))
    server = await asyncio.start_server(told.serve, "127.0.0.1", 0)
    told.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/graphql/"
    wires = Wires()
    try:
        yield told, wires
    finally:
        wires.close()
        server.close()
        await server.wait_closed()


async def until(met: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not met():
            await asyncio.sleep(0.01)


async def test_a_connection_is_used_again_and_answers_come_whole_however_they_are_framed() -> None:
    async with serving(OK, CHUNKED, OK) as (server, wires):
        found = [await wires.post(server.url, {"x-a": "1"}, b"body", limit=10) for _ in range(3)]
    assert found == [Answer(200, b"{}"), Answer(400, b"abcde"), Answer(200, b"{}")]
    assert server.connections == 1
    host = server.url.split("/")[2].encode()
    assert (
        server.requests[0] == b"POST /graphql/ HTTP/1.1\r\nhost: %b\r\nx-a: 1\r\ncontent-length: 4\r\n\r\nbody" % host
    )


async def test_those_who_ask_at_once_have_a_connection_each() -> None:
    async with serving(OK, OK, OK) as (server, wires):
        await asyncio.gather(*(wires.post(server.url, {}, b"", limit=10) for _ in range(3)))
    assert server.connections == 3


async def test_a_connection_whose_answer_says_that_it_closes_is_not_used_again() -> None:
    closing = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}"
    async with serving(closing, OK) as (server, wires):
        for _ in range(2):
            assert (await wires.post(server.url, {}, b"", limit=10)).body == b"{}"
    assert server.connections == 2


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\ncontent-le", b"no HTTP at all\r\n\r\n", OK[:-1]])
async def test_an_answer_that_does_not_come_whole_is_a_lost_wire(answer: bytes) -> None:
    async with serving(answer, b"") as (server, wires):
        asking = asyncio.create_task(wires.post(server.url, {}, b"", limit=10))
        if answer and answer.startswith(b"HTTP"):
            # The rest never comes: the service ends.
            await until(lambda: len(server.requests) == 1)
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
        else:
            with pytest.raises(WireLost):
                await asking
        server.answers[:] = [OK]
        assert (await wires.post(server.url, {}, b"", limit=10)).body == b"{}"
    assert server.connections == 2


async def test_an_answer_beyond_the_limit_is_not_taken() -> None:
    async with serving(CHUNKED, OK) as (server, wires):
        with pytest.raises(AnswerTooLarge):
            await wires.post(server.url, {}, b"", limit=4)
        assert (await wires.post(server.url, {}, b"", limit=4)).status == 200
    assert server.connections == 2


async def test_what_is_said_unasked_is_nobodys_answer() -> None:
    stray = OK + b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nstray"
    async with serving(stray, OK) as (server, wires):
        assert (await wires.post(server.url, {}, b"", limit=10)).body == b"{}"
        assert (await wires.post(server.url, {}, b"", limit=10)).body == b"{}"
    assert server.connections == 2


async def test_a_connection_closed_while_it_rested_is_not_asked() -> None:
    async with serving(OK, OK) as (server, wires):
        await wires.post(server.url, {}, b"", limit=10)
        server.writers[0].close()
        await server.writers[0].wait_closed()
        answer = None
        async with asyncio.timeout(5):
            while answer is None:
                with suppress(WireLost):  # the news may still be on its way, once
                    answer = await wires.post(server.url, {}, b"", limit=10)
    assert (server.connections, len(server.requests)) == (2, 2)


async def test_nobody_there_is_an_error_of_the_system() -> None:
    async with serving() as (server, wires):
        pass
    with pytest.raises(ConnectionRefusedError):
        await wires.post(server.url, {}, b"", limit=10)


async def test_a_header_that_breaks_its_line_is_never_sent() -> None:
    async with serving(OK) as (server, wires):
        with pytest.raises(ValueError, match="one line"):
            await wires.post(server.url, {"tracestate": "a\r\nx-forged: 1"}, b"", limit=10)
    assert server.requests == []
