from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from gateway.pipeline.stages import GraphQLResponse
from gateway.subscriptions.feed import END, NOTHING, Arrived, Feed


def response(number: int) -> GraphQLResponse:
    return GraphQLResponse(data={"n": number})


class Source:
    """Gives out numbered responses, each when it is let; notes how far it ran and that it was closed."""

    def __init__(self, count: int, failure: Exception | None = None) -> None:
        self.count = count
        self.failure = failure
        self.let = asyncio.Semaphore(0)
        self.given = 0
        self.closed = False

    async def events(self) -> AsyncIterator[GraphQLResponse]:
        try:
            for number in range(self.count):
                await self.let.acquire()
                self.given += 1
                yield response(number)
            if self.failure is not None:
                raise self.failure
        finally:
            self.closed = True


async def test_a_heartbeat_in_between_loses_no_event() -> None:
    source = Source(2)
    async with aclosing(Feed(source.events())) as feed:
        assert await feed.next(seconds=0.01) is NOTHING
        source.let.release()
        assert await feed.next(seconds=5) == Arrived(response(0))
        assert await feed.next(seconds=0.01) is NOTHING
        source.let.release()
        assert await feed.next(seconds=5) == Arrived(response(1))
        assert await feed.next(seconds=5) is END
    assert source.closed


async def test_something_else_may_happen_first() -> None:
    source = Source(1)
    other = asyncio.create_task(asyncio.sleep(0))
    async with aclosing(Feed(source.events())) as feed:
        assert await feed.next(seconds=5, unless=[other]) is NOTHING


async def test_a_client_that_does_not_take_slows_the_stream_down() -> None:
    source = Source(100)
    for _ in range(100):
        source.let.release()
    async with aclosing(Feed(source.events())) as feed:
        assert (await feed.next(seconds=5)).response == response(0)
        for _ in range(20):
            await asyncio.sleep(0)
        assert source.given <= 3


async def test_a_failure_reaches_whoever_waits() -> None:
    source = Source(0, KeyError("lost"))
    async with aclosing(Feed(source.events())) as feed:
        with pytest.raises(KeyError):
            await feed.next(seconds=5)
    assert source.closed


@pytest.mark.parametrize("events_first", [0, 1, 2])
async def test_closing_closes_the_stream_wherever_it_stands(events_first: int) -> None:
    source = Source(5)
    for _ in range(events_first):
        source.let.release()
    async with aclosing(Feed(source.events())) as feed:
        await feed.next(seconds=0.01)
    assert source.closed
