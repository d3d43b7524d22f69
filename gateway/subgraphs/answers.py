"""What a subgraph says, as the engine takes it."""

from __future__ import annotations

import aiohttp
import orjson
import structlog

from gateway.pipeline.stages import (
    JsonObject,
    JsonValue,
    ResponsePath,
    SubgraphError,
    SubgraphRequest,
    SubgraphResponse,
    SubgraphUnavailable,
)

MASKED = "Something went wrong on our side."

log = structlog.get_logger("gateway.subgraphs")


def encode(request: SubgraphRequest) -> bytes:
    return orjson.dumps(
        {
            "query": request.document,
            "operationName": request.operation_name,
            "variables": dict(request.variables),
        }
    )


def decode(subgraph: str, body: bytes | str) -> SubgraphResponse:
    """Raises SubgraphUnavailable for anything but a GraphQL response."""
    try:
        value: JsonValue = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise SubgraphUnavailable(f"{subgraph} did not answer in JSON.") from None
    if not isinstance(value, dict) or not ({"data", "errors"} & value.keys()):
        raise SubgraphUnavailable(f"{subgraph} did not answer in GraphQL.")
    data = value.get("data")
    if data is not None and not isinstance(data, dict):
        raise SubgraphUnavailable(f"{subgraph} answered with data that is no object.")
    errors = value.get("errors")
    if errors is not None and not isinstance(errors, list):
        raise SubgraphUnavailable(f"{subgraph} answered with errors that are no list.")
    return SubgraphResponse(
        data=data, errors=tuple(_error(subgraph, entry) for entry in errors or () if isinstance(entry, dict))
    )


def _error(subgraph: str, entry: JsonObject) -> SubgraphError:
    """Only an error with a code was worded for clients. Any other may repeat what a person sent: it is masked."""
    given = entry.get("extensions")
    extensions = given if isinstance(given, dict) else {}
    path = _path(entry.get("path"))
    if isinstance(extensions.get("code"), str):
        return SubgraphError(message=str(entry.get("message", "")), path=path, extensions=extensions)
    log.error("subgraph_error_without_code", subgraph=subgraph, path=path)
    log.debug("subgraph_error_text", subgraph=subgraph, text=str(entry.get("message", "")))
    return SubgraphError(message=MASKED, path=path, extensions={**extensions, "code": "INTERNAL"})


def _path(value: JsonValue) -> ResponsePath | None:
    if not isinstance(value, list):
        return None
    return tuple(step for step in value if isinstance(step, str | int))


async def read_answer(subgraph: str, answer: aiohttp.ClientResponse, limit: int) -> bytes:
    """The body, up to `limit` bytes. Raises SubgraphUnavailable for a larger one."""
    if answer.content_length is not None and answer.content_length > limit:
        raise SubgraphUnavailable(f"{subgraph} answered with more than {limit} bytes.")
    chunks: list[bytes] = []
    size = 0
    async for chunk in answer.content.iter_any():
        size += len(chunk)
        if size > limit:
            raise SubgraphUnavailable(f"{subgraph} answered with more than {limit} bytes.")
        chunks.append(chunk)
    return b"".join(chunks)
