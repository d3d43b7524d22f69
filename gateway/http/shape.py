"""From bytes to a GraphQL request: strict JSON of the one shape the specification knows."""

from __future__ import annotations

import orjson

from gateway.http.refusals import BadRequestShape, JsonTooDeep, MalformedJson
from gateway.pipeline.stages import GraphQLRequest, JsonObject, JsonValue

MEMBERS = frozenset({"query", "operationName", "variables", "extensions"})
MAX_DEPTH = 32


def parse_request(body: bytes) -> GraphQLRequest:
    """Raises MalformedJson, JsonTooDeep or BadRequestShape, naming the member."""
    try:
        value: JsonValue = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        if "depth limit" in str(error):
            raise JsonTooDeep(f"The request may nest up to {MAX_DEPTH} levels.") from None
        raise MalformedJson("The request is not JSON.") from None
    require_shallow(value)
    return request_of(value)


def request_of(value: JsonValue) -> GraphQLRequest:
    """A decoded value as a request. Raises BadRequestShape."""
    if not isinstance(value, dict):
        raise BadRequestShape("The request must be one JSON object; batches are not taken.")
    unknown = value.keys() - MEMBERS
    if unknown:
        raise BadRequestShape("The request has a member that is none of query, operationName, variables, extensions.")
    document = value.get("query")
    if not isinstance(document, str) or not document:
        raise BadRequestShape("The member query must be a text.", field="query")
    name = value.get("operationName")
    if name is not None and not isinstance(name, str):
        raise BadRequestShape("The member operationName must be a text.", field="operationName")
    _object(value, "extensions")
    return GraphQLRequest(document=document, operation_name=name or None, variables=_object(value, "variables"))


def _object(value: JsonObject, name: str) -> JsonObject:
    member = value.get(name)
    if member is None:
        return {}
    if not isinstance(member, dict):
        raise BadRequestShape(f"The member {name} must be an object.", field=name)
    return member


def require_shallow(value: JsonValue) -> None:
    """Raises JsonTooDeep. Level by level, so that the depth of the value is not the depth of our stack."""
    level: list[JsonValue] = [value]
    for _ in range(MAX_DEPTH):
        below: list[JsonValue] = []
        for each in level:
            if isinstance(each, dict):
                below.extend(item for item in each.values() if isinstance(item, dict | list))
            elif isinstance(each, list):
                below.extend(item for item in each if isinstance(item, dict | list))
        if not below:
            return
        level = below
    raise JsonTooDeep(f"The request may nest up to {MAX_DEPTH} levels.")
