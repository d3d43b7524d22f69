"""graphql-transport-ws: many operations over one socket, with the login in its first message.

Browsers cannot set headers of a socket, so the token travels in `connection_init`; and sockets are not under the
same-origin rule, so the page's origin is checked here.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

import structlog

from chassis import correlation
from chassis.errors import Breakdown, Refusal
from chassis.identity.tokens import VerifiedToken
from chassis.ids import new_id
from gateway.http.body import Receive, Scope, Send
from gateway.http.headers import Headers
from gateway.http.operations import Operations
from gateway.http.origins import Origins
from gateway.http.refusals import HttpRefusal
from gateway.login.verifier import Login
from gateway.subscriptions.leases import Leases, seconds_left
from gateway.subscriptions.messages import (
    SUBPROTOCOL,
    ClientMessage,
    CloseCode,
    Incoming,
    ack,
    ping,
    pong,
    read_message,
)
from gateway.subscriptions.operations import SocketOperations

log = structlog.get_logger("gateway.sockets")


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketLimits:
    """Bytes and seconds."""

    subscriptions: int
    message_bytes: int
    request_seconds: float
    init_seconds: float = 10.0
    ping_seconds: float = 20.0


class SocketClosed(Exception):
    """The conversation is over; `code` and `reason` are sent unless the client was first."""

    def __init__(self, code: CloseCode, reason: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class ClientLeft(Exception):
    """The client closed the socket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSockets:
    login: Login
    operations: Operations
    origins: Origins
    leases: Leases
    stopping: asyncio.Event
    limits: SocketLimits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        offered = scope.get("subprotocols")
        try:
            headers = Headers.of(scope)
            self.origins.require(headers)
            lease = self.leases.lease()
            with lease:
                known = isinstance(offered, list) and SUBPROTOCOL in offered
                await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL if known else None})
                if not known:
                    await _close(send, CloseCode.SUBPROTOCOL_NOT_ACCEPTABLE, "Subprotocol not acceptable")
                    return
                await Conversation(self, headers, receive, send).run()
        except HttpRefusal as refusal:
            # Not accepted: the handshake is answered with 403.
            log.info("socket_refused", code=refusal.code)
            await send({"type": "websocket.close", "code": CloseCode.FORBIDDEN.value})


class Conversation:
    """One socket from its acceptance to its close."""

    def __init__(self, sockets: WebSockets, headers: Headers, receive: Receive, send: Send) -> None:
        self._sockets = sockets
        self._headers = headers
        self._receive = receive
        self._send = send
        self._writing = asyncio.Lock()
        self._token: VerifiedToken | None = None
        self._init_seen = False
        self._running = SocketOperations(
            sockets.operations,
            headers,
            self._write,
            places=sockets.limits.subscriptions,
            request_seconds=sockets.limits.request_seconds,
        )

    async def run(self) -> None:
        beside = [asyncio.create_task(work()) for work in (self._keep_alive, self._until_stopped, self._listen)]
        try:
            done, _ = await asyncio.wait(beside, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except SocketClosed as end:
            await _close(self._send, end.code, end.reason)
        except (ClientLeft, OSError):
            # OSError: it left while we were writing.
            pass
        except Exception:
            log.exception("socket_failed")
            await _close(self._send, CloseCode.INTERNAL, "Internal error")
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            await self._running.close()

    async def _listen(self) -> None:
        init_by = asyncio.get_running_loop().time() + self._sockets.limits.init_seconds
        while True:
            try:
                async with asyncio.timeout_at(init_by if self._token is None else None):
                    text = await self._read()
            except TimeoutError:
                raise SocketClosed(CloseCode.INIT_TIMEOUT, "Connection initialisation timeout") from None
            try:
                message = read_message(text)
            except HttpRefusal as refusal:
                raise SocketClosed(CloseCode.BAD_MESSAGE, refusal.message) from None
            await self._take(message)

    async def _take(self, message: ClientMessage) -> None:
        if message.kind is Incoming.INIT:
            await self._initialise(message)
        elif message.kind is Incoming.PING:
            await self._write(pong(message.payload))
        elif message.kind is Incoming.SUBSCRIBE:
            await self._subscribe(message)
        elif message.kind is Incoming.COMPLETE:
            await self._running.stop(message.id)

    async def _initialise(self, message: ClientMessage) -> None:
        if self._init_seen:
            raise SocketClosed(CloseCode.TOO_MANY_INITS, "Too many initialisation requests")
        self._init_seen = True
        payload = message.payload or {}
        given = payload.get("Authorization", payload.get("authorization", ""))
        try:
            self._token = await self._sockets.login.authenticate(given if isinstance(given, str) else "")
        except Breakdown:
            raise SocketClosed(CloseCode.TRY_AGAIN, "Login is away") from None
        except Refusal as refusal:
            raise SocketClosed(CloseCode.FORBIDDEN, refusal.code) from None
        await self._write(ack())

    async def _subscribe(self, message: ClientMessage) -> None:
        if self._token is None:
            raise SocketClosed(CloseCode.UNAUTHORIZED, "Unauthorized")
        if message.id in self._running:
            raise SocketClosed(CloseCode.SUBSCRIBER_EXISTS, f"Subscriber for {message.id} already exists")
        correlation_id = correlation.bind(str(new_id()))
        try:
            request = message.request()
        except HttpRefusal as refusal:
            raise SocketClosed(CloseCode.BAD_MESSAGE, refusal.message) from None
        await self._running.start(message.id, request, self._token.actor, correlation_id)

    async def _keep_alive(self) -> None:
        """Pings, and ends the socket when its login is over."""
        while True:
            left = seconds_left(self._token.expires_at) if self._token is not None else None
            if left is not None and left <= 0:
                raise SocketClosed(CloseCode.FORBIDDEN, "TOKEN_EXPIRED")
            pause = self._sockets.limits.ping_seconds
            if self._token is None:
                pause = min(pause, 1.0)
            await asyncio.sleep(pause if left is None else min(pause, left))
            if self._token is not None and seconds_left(self._token.expires_at) > 0:
                await self._write(ping())

    async def _until_stopped(self) -> None:
        await self._sockets.stopping.wait()
        raise SocketClosed(CloseCode.GOING_AWAY, "The gateway is stopping")

    async def _read(self) -> str:
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            raise ClientLeft
        text = message.get("text")
        if not isinstance(text, str):
            raise SocketClosed(CloseCode.BAD_MESSAGE, "Messages are texts.")
        if len(text) > self._sockets.limits.message_bytes:
            raise SocketClosed(CloseCode.BAD_MESSAGE, "The message is too large.")
        return text

    async def _write(self, text: str) -> None:
        """One message at a time; a slow client slows down its own streams."""
        async with self._writing:
            await self._send({"type": "websocket.send", "text": text})


async def _close(send: Send, code: CloseCode, reason: str) -> None:
    with suppress(RuntimeError, OSError):
        # The client may have closed first: then there is nothing left to close.
        await send({"type": "websocket.close", "code": code.value, "reason": reason[:120]})
