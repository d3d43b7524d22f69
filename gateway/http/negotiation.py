"""Which media type an answer has: the `Accept` header read as GraphQL over HTTP asks.

`application/graphql-response+json` says by its status whether the operation ran; `application/json` answers 200
to every well-formed request, because older clients and proxies may have made any other status themselves.
"""

from __future__ import annotations

from enum import StrEnum

from gateway.http.refusals import NotAcceptable


class MediaType(StrEnum):
    RESPONSE = "application/graphql-response+json"
    JSON = "application/json"
    STREAM = "text/event-stream"
    PAGE = "text/html"


MATCHES = {
    "application/graphql-response+json": MediaType.RESPONSE,
    "application/json": MediaType.JSON,
    "application/*": MediaType.JSON,
    "*/*": MediaType.JSON,
    "text/event-stream": MediaType.STREAM,
}


def accepted(accept: str) -> tuple[MediaType, ...]:
    """The media types the client takes, the dearest first; of equals, the one named first.

    Raises NotAcceptable when none of ours is among them.
    """
    if not accept.strip():
        return (MediaType.JSON,)
    ranked: dict[MediaType, float] = {}
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        kind = MATCHES.get(name)
        quality = _quality(parameters)
        if kind is not None and quality > ranked.get(kind, 0.0) and not _other_charset(parameters):
            ranked[kind] = quality
    if not ranked:
        raise NotAcceptable("Ask for application/graphql-response+json, application/json or text/event-stream.")
    return tuple(sorted(ranked, key=lambda kind: -ranked[kind]))


def wants_page(accept: str) -> bool:
    """Whether a browser asks for a page to show."""
    return any(part.split(";", 1)[0].strip().lower() == MediaType.PAGE for part in accept.split(","))


def document_type(accept: str) -> MediaType:
    """The type of an answer that is one JSON document. Falls back to JSON where the client's wish is unreadable,
    so that a refusal can still be told.
    """
    try:
        kinds = accepted(accept)
    except NotAcceptable:
        return MediaType.JSON
    return next((kind for kind in kinds if kind is not MediaType.STREAM), MediaType.JSON)


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                quality = float(parameter[2:])
            except ValueError:
                return 0.0
            return quality if 0.0 <= quality <= 1.0 else 0.0
    return 1.0


def _other_charset(parameters: list[str]) -> bool:
    return any(
        parameter.startswith("charset=") and parameter[8:].strip('"') not in {"utf-8", "utf8"}
        for parameter in parameters
    )
