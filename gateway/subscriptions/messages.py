"""The messages of graphql-transport-ws, and the codes with which a socket is closed.

Protocol: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

import orjson

from gateway.http.refusals import HttpRefusal
from gateway.http.shape import request_of, require_shallow
from gateway.pipeline.stages import ErrorEntry, GraphQLRequest, GraphQLResponse, JsonObject, JsonValue

SUBPROTOCOL = "graphql-transport-ws"
MAX_ID_LENGTH = 64


class CloseCode(IntEnum):
    NORMAL = 1000
    GOING_AWAY = 1001
    TRY_AGAIN = 1013
    BAD_MESSAGE = 4400
    UNAUTHORIZED = 4401
    # Clients of the protocol come back after this one: with a fresh token they are welcome.
    FORBIDDEN = 4403
    SUBPROTOCOL_NOT_ACCEPTABLE = 4406
    INIT_TIMEOUT = 4408
    SUBSCRIBER_EXISTS = 4409
    TOO_MANY_INITS = 4429
    # Clients of the protocol do not come back by themselves after this one.
    INTERNAL = 4500


class Incoming(StrEnum):
    INIT = "connection_init"
    PING = "ping"
    PONG = "pong"
    SUBSCRIBE = "subscribe"
    COMPLETE = "complete"


class BadMessage(HttpRefusal):
    code = "BAD_MESSAGE"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientMessage:
    kind: Incoming
    id: str = ""
    payload: JsonObject | None = None

    def request(self) -> GraphQLRequest:
        """Raises BadRequestShape."""
        return request_of(self.payload)


def read_message(text: str) -> ClientMessage:
    """Raises BadMessage or JsonTooDeep; the text of either may be shown."""
    try:
        value: JsonValue = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise BadMessage("The message is not JSON.") from None
    require_shallow(value)
    if not isinstance(value, dict):
        raise BadMessage("The message is not an object.")
    kind, identifier, payload = value.get("type"), value.get("id", ""), value.get("payload")
    if kind not in Incoming.__members__.values():
        raise BadMessage("The message has an unknown type.")
    if payload is not None and not isinstance(payload, dict):
        raise BadMessage("The message's payload is not an object.")
    if not isinstance(identifier, str) or len(identifier) > MAX_ID_LENGTH:
        raise BadMessage("The message's id is not a short text.")
    if kind in {Incoming.SUBSCRIBE, Incoming.COMPLETE} and not identifier:
        raise BadMessage("The message needs an id.")
    return ClientMessage(kind=Incoming(str(kind)), id=identifier, payload=payload)


def ack() -> str:
    return _text({"type": "connection_ack"})


def ping() -> str:
    return _text({"type": "ping"})


def pong(payload: JsonObject | None) -> str:
    return _text({"type": "pong"} if payload is None else {"type": "pong", "payload": payload})


def next_of(identifier: str, response: GraphQLResponse) -> str:
    return _text({"id": identifier, "type": "next", "payload": response.to_json()})


def error_of(identifier: str, errors: tuple[ErrorEntry, ...]) -> str:
    """Ends the operation: nothing of it ran, or its stream broke."""
    return _text({"id": identifier, "type": "error", "payload": [entry.to_json() for entry in errors]})


def complete_of(identifier: str) -> str:
    return _text({"id": identifier, "type": "complete"})


def _text(message: JsonObject) -> str:
    return orjson.dumps(message).decode("utf-8")
