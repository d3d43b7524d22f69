"""One signed stream to a subgraph, for one subscription of one caller.

Lost connections are no event of the subscription: the stream is opened again, signed anew, behind the last cursor
that arrived, so that a subgraph that was killed and came back loses none of the events it had written down.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass

import aiohttp
import structlog

from gateway.pipeline.stages import (
    RequestContext,
    SubgraphError,
    SubgraphRequest,
    SubgraphResponse,
    SubgraphUnavailable,
)
from gateway.subgraphs.answers import decode, encode, read_answer
from gateway.subgraphs.events import EventReader
from gateway.subgraphs.resume import Resumption, resumption_of
from gateway.subgraphs.signing import SignedHeaders

OPEN_SECONDS = 10.0
# A subgraph says something at least every 15 seconds, if only a heartbeat.
SILENCE_SECONDS = 45.0
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0
# How long the first opening is tried. A service that starts again on a busy machine may need this long, and whoever
# subscribes waits anyway.
OPENING_PATIENCE_SECONDS = 30.0

log = structlog.get_logger("gateway.subgraphs")


class StreamLost(Exception):
    """The connection ended without the subgraph having ended the subscription."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubgraphStream:
    session: aiohttp.ClientSession
    signed: SignedHeaders
    subgraph: str
    url: str
    request: SubgraphRequest
    ctx: RequestContext
    resumable: Mapping[str, str | None]
    limit: int
    patience_seconds: float

    async def responses(self) -> AsyncGenerator[SubgraphResponse, None]:
        """Events until the subgraph completes. Raises SubgraphUnavailable when patience is over, or when a stream
        that cannot be resumed is lost: the caller must know that something may be missing.
        """
        resumption = resumption_of(self.request, self.resumable)
        loop = asyncio.get_running_loop()
        opened_once = False
        give_up_at = loop.time() + OPENING_PATIENCE_SECONDS
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                async with aclosing(self._opened(resumption)) as events:
                    async for response in events:
                        give_up_at = loop.time() + self.patience_seconds
                        if response is None:
                            opened_once = True
                            continue
                        pause = FIRST_PAUSE_SECONDS
                        if resumption.take(response):
                            yield response
                return
            except (StreamLost, TimeoutError, aiohttp.ClientError, OSError) as error:
                if opened_once and resumption.response_key is None:
                    raise SubgraphUnavailable(f"The stream of {self.subgraph} was lost.") from None
                if loop.time() + pause > give_up_at:
                    raise SubgraphUnavailable(f"{self.subgraph} did not come back.") from None
                log.info(
                    "subgraph_stream_reopens",
                    subgraph=self.subgraph,
                    reason=type(error).__name__,
                    correlation_id=self.ctx.correlation_id,
                )
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _opened(self, resumption: Resumption) -> AsyncGenerator[SubgraphResponse | None, None]:
        """Events of one connection, None once it stands. Raises StreamLost when it breaks off."""
        start = resumption.start_request()
        if start is not None:
            resumption.begin(await self._asked(start))
        body = encode(resumption.next_request())
        headers = self._headers(body, accept="text/event-stream")
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=OPEN_SECONDS, sock_read=SILENCE_SECONDS)
        async with self.session.post(
            self.url, data=body, headers=headers, timeout=timeout, allow_redirects=False
        ) as answer:
            if answer.status >= 500:
                raise StreamLost(f"status {answer.status}")
            if answer.content_type != "text/event-stream":
                yield await self._refusal(answer)
                return
            yield None
            reader = EventReader(self.limit)
            async for chunk in answer.content.iter_any():
                for event in reader.feed(chunk):
                    if event.name == "complete":
                        return
                    if event.name == "next":
                        yield decode(self.subgraph, event.data)
        raise StreamLost("end of stream")

    async def _asked(self, request: SubgraphRequest) -> SubgraphResponse:
        body = encode(request)
        headers = self._headers(body, accept="application/json")
        timeout = aiohttp.ClientTimeout(total=OPEN_SECONDS)
        async with self.session.post(
            self.url, data=body, headers=headers, timeout=timeout, allow_redirects=False
        ) as answer:
            if answer.status >= 500:
                raise StreamLost(f"status {answer.status}")
            return await self._document(answer)

    def _headers(self, body: bytes, *, accept: str) -> dict[str, str]:
        headers = self.signed.of(self.ctx, subgraph=self.subgraph, body=body)
        return headers | {"content-type": "application/json", "accept": accept}

    async def _refusal(self, answer: aiohttp.ClientResponse) -> SubgraphResponse:
        """A subscription the subgraph will not open is answered with one JSON document."""
        response = await self._document(answer)
        if response.errors:
            return SubgraphResponse(data=None, errors=response.errors)
        return SubgraphResponse(errors=(SubgraphError(message="The subscription was not opened."),))

    async def _document(self, answer: aiohttp.ClientResponse) -> SubgraphResponse:
        if answer.status == 401:
            raise SubgraphUnavailable(f"{self.subgraph} refused our signature.")
        return decode(self.subgraph, await read_answer(self.subgraph, answer, self.limit))
