"""Reading a request body: all of it, of one kind, not too large and not too slowly."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TypeAlias

from gateway.http.headers import Headers, Scope
from gateway.http.refusals import BodyTooLarge, BodyTooSlow, ClientGone, HttpRefusal, UnsupportedMediaType

Message: TypeAlias = MutableMapping[str, object]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

__all__ = ["Message", "Receive", "Scope", "Send", "declared_length", "read_body", "require_json"]


def require_json(headers: Headers) -> None:
    """Only `application/json` in UTF-8, not compressed: the types a browser sends unasked are all refused."""
    kind, *parameters = (piece.strip().lower() for piece in headers.get("content-type").split(";"))
    if kind != "application/json":
        raise UnsupportedMediaType("Send the request as application/json.")
    if any(each.startswith("charset=") and each[8:].strip('"') not in {"utf-8", "utf8"} for each in parameters):
        raise UnsupportedMediaType("Send the request in UTF-8.")
    if headers.get("content-encoding").lower() not in {"", "identity"}:
        raise UnsupportedMediaType("Send the request without compression.")


def declared_length(headers: Headers, limit: int) -> int | None:
    """What `content-length` promises. Raises BodyTooLarge before a byte is read."""
    text = headers.get("content-length")
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise HttpRefusal("The content length is not a number.")
    length = int(text) if len(text) < 16 else limit + 1
    if length > limit:
        raise BodyTooLarge(f"The request may have up to {limit} bytes.")
    return length


async def read_body(receive: Receive, headers: Headers, *, limit: int, seconds: float) -> bytes:
    """The whole body. Raises BodyTooLarge, BodyTooSlow or ClientGone."""
    declared_length(headers, limit)
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGone
                chunk = message.get("body", b"")
                if isinstance(chunk, bytes) and chunk:
                    size += len(chunk)
                    if size > limit:
                        raise BodyTooLarge(f"The request may have up to {limit} bytes.")
                    chunks.append(chunk)
                if not message.get("more_body"):
                    return b"".join(chunks)
    except TimeoutError:
        raise BodyTooSlow(f"The request did not arrive within {seconds:g} seconds.") from None
