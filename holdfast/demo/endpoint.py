"""A small client of the public endpoint: what a frontend does, and nothing a frontend could not do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from types import TracebackType
from typing import Self

import aiohttp

from chassis.errors import Breakdown
from chassis.identity import Actor, TokenIssuer

TRANSPORT = "graphql-transport-ws"
SECONDS_PER_REQUEST = 30


class UnexpectedAnswer(Breakdown):
    code = "UNEXPECTED_ANSWER"


@dataclass(frozen=True, slots=True)
class Answer:
    """A JSON value, read by a dotted path: `answer.text("household.statement.perCapitaNet.amount")`."""

    value: object

    def at(self, path: str) -> Answer:
        """The value at `path`; UnexpectedAnswer names the path and shows what was there instead."""
        value = self.value
        for step in path.split("."):
            if isinstance(value, Mapping) and step in value:
                value = value[step]
            elif (
                isinstance(value, Sequence) and not isinstance(value, str) and step.isdigit() and int(step) < len(value)
            ):
                value = value[int(step)]
            else:
                raise UnexpectedAnswer(f"No {step!r} on the way to {path!r} in {json.dumps(self.value)[:600]}.")
        return Answer(value)

    def text(self, path: str) -> str:
        value = self.at(path).value
        if not isinstance(value, str):
            raise UnexpectedAnswer(f"{path!r} is not a text: {value!r}.")
        return value

    def texts(self, path: str, key: str) -> list[str]:
        """`key` of every item of the list at `path`."""
        return [item.text(key) for item in self.items(path)]

    def number(self, path: str) -> float:
        value = self.at(path).value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise UnexpectedAnswer(f"{path!r} is not a number: {value!r}.")
        return value

    def amount(self, path: str) -> Decimal:
        return Decimal(self.text(f"{path}.amount"))

    def items(self, path: str) -> list[Answer]:
        value = self.at(path).value
        if not isinstance(value, list):
            raise UnexpectedAnswer(f"{path!r} is not a list: {value!r}.")
        return [Answer(item) for item in value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """One person or service account at the endpoint."""

    session: aiohttp.ClientSession
    url: str
    token: str
    locale: str = "en"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Accept-Language": self.locale}

    async def ask(self, document: str, variables: Mapping[str, object] | None = None) -> Answer:
        """The `data` of the answer. UnexpectedAnswer when there are errors."""
        whole = await self.ask_whole(document, variables)
        if isinstance(whole.value, Mapping) and whole.value.get("errors"):
            raise UnexpectedAnswer(json.dumps(whole.value["errors"])[:2000])
        return whole.at("data")

    async def ask_whole(self, document: str, variables: Mapping[str, object] | None = None) -> Answer:
        """The answer with `data` and `errors`, whatever its status."""
        body = {"query": document, "variables": variables or {}}
        async with self.session.post(self.url, json=body, headers=self._headers()) as response:
            return Answer(await response.json(content_type=None))

    @asynccontextmanager
    async def subscribe(
        self, document: str, variables: Mapping[str, object] | None = None
    ) -> AsyncIterator[AsyncIterator[Answer]]:
        """The events of a subscription over graphql-transport-ws, each as its `data`."""
        url = self.url.replace("http", "ws", 1)
        async with self.session.ws_connect(url, protocols=[TRANSPORT]) as socket:
            await socket.send_json({"type": "connection_init", "payload": {"Authorization": f"Bearer {self.token}"}})
            acknowledged = await socket.receive_json(timeout=SECONDS_PER_REQUEST)
            if acknowledged.get("type") != "connection_ack":
                raise UnexpectedAnswer(f"The connection was not acknowledged: {acknowledged}.")
            payload = {"query": document, "variables": variables or {}}
            await socket.send_json({"id": "1", "type": "subscribe", "payload": payload})

            async def events() -> AsyncIterator[Answer]:
                async for message in socket:
                    if message.type is not aiohttp.WSMsgType.TEXT:
                        return
                    content = json.loads(message.data)
                    match content["type"]:
                        case "ping":
                            await socket.send_json({"type": "pong"})
                        case "next":
                            yield Answer(content["payload"]).at("data")
                        case "error":
                            raise UnexpectedAnswer(json.dumps(content["payload"])[:2000])
                        case "complete":
                            return

            yield events()


async def next_event(events: AsyncIterator[Answer], *, seconds: float) -> Answer:
    """The next event, or UnexpectedAnswer when none came in time."""
    try:
        return await asyncio.wait_for(anext(events), seconds)
    except TimeoutError:
        raise UnexpectedAnswer(f"No event within {seconds:g} s.") from None


class Endpoint:
    """The endpoint and an issuer of tokens for the people of the story."""

    def __init__(self, url: str, issuer: TokenIssuer) -> None:
        self.url = url
        self._issuer = issuer

    async def __aenter__(self) -> Self:
        timeout = aiohttp.ClientTimeout(total=SECONDS_PER_REQUEST)
        self._session = aiohttp.ClientSession(timeout=timeout)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._session.close()

    def caller(self, actor: Actor) -> Caller:
        return Caller(session=self._session, url=self.url, token=self._issuer.issue(actor))
