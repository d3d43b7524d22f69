"""Sending answers: every one with the same safe headers."""

from __future__ import annotations

from typing import TypeAlias

import orjson

from chassis.errors import Breakdown, Refusal
from gateway.http.body import Message, Send
from gateway.http.negotiation import MediaType
from gateway.http.refusals import MethodNotAllowed, status_of
from gateway.pipeline.stages import ErrorEntry, GraphQLResponse, JsonValue

Pairs: TypeAlias = tuple[tuple[bytes, bytes], ...]

SAFE: Pairs = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
)


# Codes of operations that failed through no doing of the caller.
OUR_FAULT = frozenset({"INTERNAL", "DEADLINE_EXCEEDED"})


async def send_bytes(send: Send, status: int, content_type: str, body: bytes, headers: Pairs = ()) -> None:
    length = str(len(body)).encode("ascii")
    kind = (b"content-type", f"{content_type}; charset=utf-8".encode("ascii"))
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [kind, (b"content-length", length), *SAFE, *headers],
        }
    )
    await send({"type": "http.response.body", "body": body})


async def send_empty(send: Send, status: int, headers: Pairs = ()) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [*SAFE, *headers]})
    await send({"type": "http.response.body", "body": b""})


def refusal_entry(refusal: Refusal | Breakdown, correlation_id: str) -> ErrorEntry:
    """A refusal as an entry of `errors`; of a breakdown only the correlation id is shown."""
    extensions: dict[str, JsonValue] = {"code": refusal.code, "correlationId": correlation_id}
    if isinstance(refusal, Breakdown):
        return ErrorEntry(message="This cannot be answered now.", extensions=extensions)
    if refusal.field is not None:
        extensions["field"] = refusal.field
    return ErrorEntry(message=refusal.message, extensions=extensions)


async def send_refusal(
    send: Send, refusal: Refusal | Breakdown, *, correlation_id: str, kind: MediaType, headers: Pairs = ()
) -> int:
    """Answers with the refusal's status and returns it."""
    status = status_of(refusal)
    extra: list[tuple[bytes, bytes]] = [*headers, (b"x-correlation-id", correlation_id.encode("ascii"))]
    if status == 401:
        extra.append((b"www-authenticate", b'Bearer realm="holdfast"'))
    if isinstance(refusal, MethodNotAllowed):
        extra.append((b"allow", b"POST, OPTIONS"))
    if status == 408:
        # Not after 413: closing over bytes that are still coming would reset the connection and lose the answer.
        extra.append((b"connection", b"close"))
    response = GraphQLResponse(errors=(refusal_entry(refusal, correlation_id),), executed=False)
    await send_bytes(send, status, kind, orjson.dumps(response.to_json()), tuple(extra))
    return status


def graphql_status(response: GraphQLResponse, kind: MediaType) -> int:
    """200 when the operation ran, whatever its fields say; for `application/json` always 200."""
    if response.executed or kind is MediaType.JSON:
        return 200
    codes = {entry.code for entry in response.errors}
    if codes == {"FORBIDDEN"}:
        return 403
    return 500 if codes <= OUR_FAULT else 400


class Started:
    """`send`, remembering whether an answer has begun: a second one would break the connection's framing."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.answered = False

    async def __call__(self, message: Message) -> None:
        self.answered = True
        await self._send(message)
