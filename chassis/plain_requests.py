"""One query or mutation as the gateway sends it: a whole JSON body, answered with one JSON body.

Anything else (a stream, a batch, a file, a body that is not understood) is not for here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson
from starlette.types import Message, Receive, Scope, Send

JSON = b"application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainRequest:
    query: str
    variables: dict[str, object] | None
    operation_name: str | None


@dataclass(slots=True)
class Kept:
    """`receive`, that gives again what was read of it."""

    receive: Receive
    read: list[Message] = field(default_factory=list)

    async def __call__(self) -> Message:
        return self.read.pop(0) if self.read else await self.receive()


async def plain_request(scope: Scope, kept: Kept) -> PlainRequest | None:
    """None where it is not one; what was read can then be read again of `kept`."""
    if scope["method"] != "POST" or not _is_plain(scope):
        return None
    message = await kept.receive()
    kept.read.append(message)
    if message["type"] != "http.request" or message.get("more_body", False):
        return None
    try:
        return _understood(orjson.loads(message.get("body", b"")))
    except orjson.JSONDecodeError:
        return None


def _understood(given: object) -> PlainRequest | None:
    if not isinstance(given, dict) or given.get("extensions"):
        return None
    query, variables, name = given.get("query"), given.get("variables"), given.get("operationName")
    if not query or not isinstance(query, str):
        return None
    if not isinstance(variables, dict | None) or not isinstance(name, str | None):
        return None
    return PlainRequest(query=query, variables=variables, operation_name=name)


async def answer_json(send: Send, content: Mapping[str, object]) -> None:
    body = orjson.dumps(content)
    length = str(len(body)).encode("ascii")
    headers = [(b"content-type", JSON), (b"content-length", length)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _is_plain(scope: Scope) -> bool:
    takes = sends = False
    for name, value in scope["headers"]:
        if name == b"accept":
            takes = value == JSON
        elif name == b"content-type":
            sends = value == JSON
    return takes and sends
