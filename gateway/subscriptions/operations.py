"""The operations that run over one socket, each in a task of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import TypeAlias

import structlog

from chassis.identity import Actor
from gateway.http.context import context_of, trace_parent
from gateway.http.headers import Headers
from gateway.http.operations import Operations, failure_entries
from gateway.pipeline.stages import ErrorEntry, GraphQLRequest, GraphQLResponse, OperationType
from gateway.subscriptions.feed import Feed
from gateway.subscriptions.messages import complete_of, error_of, next_of

Writer: TypeAlias = Callable[[str], Awaitable[None]]

log = structlog.get_logger("gateway.sockets")


class SocketOperations:
    """`write` sends one message to the client."""

    def __init__(
        self,
        operations: Operations,
        headers: Headers,
        write: Writer,
        *,
        places: int,
        request_seconds: float,
    ) -> None:
        self._operations = operations
        self._headers = headers
        self._write = write
        self._places = places
        self._request_seconds = request_seconds
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def __contains__(self, identifier: object) -> bool:
        return identifier in self._tasks

    async def start(self, identifier: str, request: GraphQLRequest, actor: Actor, correlation_id: str) -> None:
        """Runs the operation beside the others; one too many is answered with an error."""
        if len(self._tasks) >= self._places:
            too_many = ErrorEntry(
                message=f"Up to {self._places} operations run over one socket.",
                extensions={"code": "TOO_MANY_SUBSCRIPTIONS", "correlationId": correlation_id},
            )
            await self._write(error_of(identifier, (too_many,)))
            return
        task = asyncio.create_task(self._run(identifier, request, actor, correlation_id))
        self._tasks[identifier] = task
        task.add_done_callback(lambda done: self._forget(identifier, done))

    async def stop(self, identifier: str) -> None:
        """The client wants no more of it. An unknown id crossed our own `complete` on the way: no error."""
        task = self._tasks.pop(identifier, None)
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def close(self) -> None:
        tasks = list(self._tasks.values())
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _forget(self, identifier: str, done: asyncio.Task[None]) -> None:
        if self._tasks.get(identifier) is done:
            del self._tasks[identifier]
        if not done.cancelled() and (error := done.exception()) is not None:
            # Its last words could not be said: the client has left.
            log.info("operation_unheard", error=type(error).__name__)

    async def _run(self, identifier: str, request: GraphQLRequest, actor: Actor, correlation_id: str) -> None:
        """Ends with `complete` or with one `error`, whatever happens; the socket and its other operations go on."""
        try:
            await self._answer(identifier, request, actor, correlation_id)
        except Exception as error:  # noqa: BLE001 - the edge: the client is told that its operation broke
            await self._end(identifier, error_of(identifier, failure_entries(error, correlation_id)))

    async def _answer(self, identifier: str, request: GraphQLRequest, actor: Actor, correlation_id: str) -> None:
        ctx = context_of(self._headers, actor, correlation_id=correlation_id, seconds=self._request_seconds)
        parent = trace_parent(self._headers)
        if self._operations.kind(request) is OperationType.SUBSCRIPTION:
            opened = await self._operations.open(request, ctx, parent)
        else:
            opened = await self._operations.run(request, ctx, parent)
        if not isinstance(opened, GraphQLResponse):
            await self._pump(identifier, opened)
        elif opened.executed:
            await self._write(next_of(identifier, opened))
            await self._end(identifier, complete_of(identifier))
        else:
            await self._end(identifier, error_of(identifier, opened.errors))

    async def _pump(self, identifier: str, events: AsyncIterator[GraphQLResponse]) -> None:
        async with aclosing(Feed(events)) as feed:
            while True:
                arrived = await feed.next()
                if arrived.response is None:
                    break
                await self._write(next_of(identifier, arrived.response))
        await self._end(identifier, complete_of(identifier))

    async def _end(self, identifier: str, last: str) -> None:
        """The id is free again before the client can know that the operation is over."""
        self._tasks.pop(identifier, None)
        await self._write(last)
