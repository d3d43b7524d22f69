"""Waiting for the next event of a stream without losing it to a timeout.

`asyncio.wait_for(anext(events))` would cancel the stream in the middle of its work at every heartbeat. Here one task
runs the stream from its opening to its closing and hands over one event at a time, so a slow client slows the stream
down instead of filling our memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from dataclasses import dataclass

from gateway.pipeline.stages import GraphQLResponse


@dataclass(frozen=True, slots=True)
class Arrived:
    """Neither a response nor the end: the time was over, or something else happened first."""

    response: GraphQLResponse | None = None
    ended: bool = False


NOTHING = Arrived()
END = Arrived(ended=True)


class Feed:
    """Owns `events`: closing the feed closes them."""

    def __init__(self, events: AsyncIterator[GraphQLResponse]) -> None:
        self._ready: asyncio.Queue[Arrived | Exception] = asyncio.Queue(maxsize=1)
        self._pump = asyncio.create_task(self._run(events))
        self._taking: asyncio.Task[Arrived | Exception] | None = None

    async def next(self, *, seconds: float | None = None, unless: Iterable[asyncio.Task[object]] = ()) -> Arrived:
        """The next event, or NOTHING after `seconds` or once a task of `unless` is done.

        Raises what the stream raised.
        """
        if self._taking is None:
            self._taking = asyncio.create_task(self._ready.get())
        await asyncio.wait({self._taking, *unless}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if not self._taking.done():
            return NOTHING
        taken, self._taking = self._taking.result(), None
        if isinstance(taken, Exception):
            raise taken
        return taken

    async def aclose(self) -> None:
        for task in (self._taking, self._pump):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def _run(self, events: AsyncIterator[GraphQLResponse]) -> None:
        end: Arrived | Exception = END
        try:
            async for response in events:
                await self._ready.put(Arrived(response))
        except Exception as error:  # noqa: BLE001 - handed to whoever waits for the next event
            end = error
        finally:
            close = getattr(events, "aclose", None)
            if close is not None:
                await close()
        await self._ready.put(end)
