"""Coercion of variables. Messages name the variable, the place inside it and the type, never the value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from graphql import (
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    Undefined,
    VariableDefinitionNode,
    is_input_type,
    is_non_null_type,
    type_from_ast,
    value_from_ast,
)
from graphql.utilities import coerce_input_value, validate_input_value

from gateway.pipeline.stages import ErrorEntry, JsonValue, OperationRefused

MAX_NESTING = 60
MAX_TEXT = 10_000
"""Characters of one text, e.g. a reason; what is longer is a file."""
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
UNSTORABLE = "holds a character that is no text (U+0000 or half a surrogate pair)."


class VariablesInvalid(OperationRefused):
    code = "VARIABLES_INVALID"


def coerce_variables(
    api: GraphQLSchema,
    definitions: Iterable[VariableDefinitionNode],
    given: Mapping[str, JsonValue],
    *,
    max_errors: int,
) -> Mapping[str, object]:
    """Defaults filled in; variables that were neither given nor have a default are left out."""
    values: dict[str, object] = {}
    problems: list[str] = []
    for definition in definitions:
        name = definition.variable.name.value
        kind = type_from_ast(api, definition.type)
        if not is_input_type(kind):
            problems.append(f"Variable ${name} has an unknown type.")
        elif name in given:
            _coerce(name, given[name], kind, values, problems)
        elif definition.default_value is not None:
            values[name] = value_from_ast(definition.default_value, kind)
        elif is_non_null_type(kind):
            problems.append(f"Variable ${name} of type {kind} was not given.")
    if problems:
        entries = tuple(
            ErrorEntry(message=problem, extensions={"code": VariablesInvalid.code}) for problem in problems[:max_errors]
        )
        raise VariablesInvalid(problems[0], entries=entries)
    return values


def _coerce(
    name: str,
    value: JsonValue,
    kind: GraphQLInputType,
    values: dict[str, object],
    problems: list[str],
) -> None:
    fault = _fault(value)
    if fault is not None:
        problems.append(f"Variable ${name} {fault}")
        return
    coerced = coerce_input_value(value, kind)
    if coerced is not Undefined:
        values[name] = coerced
        return
    before = len(problems)

    def note(error: GraphQLError, path: list[str | int]) -> None:
        del error  # its message repeats the value
        where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
        problems.append(f"Variable ${name}{where} does not fit type {kind}.")

    validate_input_value(value, kind, note, hide_suggestions=True)
    if len(problems) == before:
        problems.append(f"Variable ${name} does not fit type {kind}.")


def _fault(value: JsonValue) -> str | None:
    """Too deep, or a text that no database stores. Iterative: the value is as deep as the client liked."""
    waiting: list[tuple[JsonValue, int]] = [(value, 0)]
    while waiting:
        current, depth = waiting.pop()
        if depth > MAX_NESTING:
            return f"is nested deeper than {MAX_NESTING} levels."
        if isinstance(current, dict):
            if any(unstorable(key) for key in current):
                return UNSTORABLE
            waiting.extend((each, depth + 1) for each in current.values())
        elif isinstance(current, list):
            waiting.extend((each, depth + 1) for each in current)
        elif isinstance(current, str) and len(current) > MAX_TEXT:
            return f"holds a text longer than {MAX_TEXT} characters."
        elif isinstance(current, str) and unstorable(current):
            return UNSTORABLE
    return None


def unstorable(text: str) -> bool:
    """The zero character and halves of a surrogate pair are no text in PostgreSQL or UTF-8."""
    return _NO_TEXT.search(text) is not None
