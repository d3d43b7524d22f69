"""Refusals of the HTTP wall. Each has the status it is answered with; nothing behind the wall knows one."""

from __future__ import annotations

from typing import ClassVar

from chassis.errors import Breakdown, Forbidden, InvalidInput, NotFound, Refusal
from chassis.identity import BadCredential


class HttpRefusal(InvalidInput):
    """Refused before the request was read as GraphQL."""

    code = "BAD_REQUEST"
    status: ClassVar[int] = 400


class MethodNotAllowed(HttpRefusal):
    code = "METHOD_NOT_ALLOWED"
    status = 405


class NotAcceptable(HttpRefusal):
    code = "NOT_ACCEPTABLE"
    status = 406


class BodyTooSlow(HttpRefusal):
    code = "BODY_TOO_SLOW"
    status = 408


class BodyTooLarge(HttpRefusal):
    code = "BODY_TOO_LARGE"
    status = 413


class UnsupportedMediaType(HttpRefusal):
    code = "UNSUPPORTED_MEDIA_TYPE"
    status = 415


class MalformedJson(HttpRefusal):
    code = "MALFORMED_JSON"


class JsonTooDeep(HttpRefusal):
    code = "JSON_TOO_DEEP"


class BadRequestShape(HttpRefusal):
    code = "BAD_REQUEST_SHAPE"


class OriginNotAllowed(HttpRefusal):
    code = "ORIGIN_NOT_ALLOWED"
    status = 403


class TooManyConnections(HttpRefusal):
    code = "TOO_MANY_CONNECTIONS"
    status = 503


class ClientGone(Exception):
    """The client hung up before its request was whole: there is nobody to answer."""


def status_of(refusal: Refusal | Breakdown) -> int:
    """The HTTP status of a refusal that ends a request before the pipeline."""
    if isinstance(refusal, HttpRefusal):
        return refusal.status
    if isinstance(refusal, BadCredential):
        return 401
    if isinstance(refusal, Forbidden):
        return 403
    if isinstance(refusal, NotFound):
        return 404
    return 503 if isinstance(refusal, Breakdown) else 400
