"""Coercion of variables. Messages name the variable, the place inside it and the type, never the value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from graphql import (
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLNamedType,
    GraphQLSchema,
    Undefined,
    VariableDefinitionNode,
    get_named_type,
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
    roomy: Mapping[str, int],
    documents: Mapping[str, int],
) -> Mapping[str, object]:
    """Defaults filled in; variables that were neither given nor have a default are left out.

    `roomy`: variables whose texts may be longer. `documents`: fields of input types that may.
    """
    values: dict[str, object] = {}
    problems: list[str] = []
    for definition in definitions:
        name = definition.variable.name.value
        kind = type_from_ast(api, definition.type)
        if not is_input_type(kind):
            problems.append(f"Variable ${name} has an unknown type.")
        elif name in given:
            fault = _fault(given[name], kind, roomy.get(name, MAX_TEXT), documents)
            if fault is None:
                _coerce(name, given[name], kind, values, problems)
            else:
                problems.append(f"Variable ${name} {fault}")
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


def _fault(value: JsonValue, kind: GraphQLInputType, longest: int, documents: Mapping[str, int]) -> str | None:
    """Too deep, too long, or a text that no database stores. Iterative: the value is as deep as the client liked."""
    waiting: list[tuple[JsonValue, GraphQLNamedType | None, int, int]] = [(value, get_named_type(kind), 0, longest)]
    while waiting:
        current, of, depth, most = waiting.pop()
        if depth > MAX_NESTING:
            return f"is nested deeper than {MAX_NESTING} levels."
        if isinstance(current, dict):
            if any(unstorable(key) for key in current):
                return UNSTORABLE
            fields = of.fields if isinstance(of, GraphQLInputObjectType) else {}
            place = "" if of is None else of.name
            waiting.extend(
                (
                    each,
                    get_named_type(fields[key].type) if key in fields else None,
                    depth + 1,
                    documents.get(f"{place}.{key}", MAX_TEXT),
                )
                for key, each in current.items()
            )
        elif isinstance(current, list):
            waiting.extend((each, of, depth + 1, most) for each in current)
        elif isinstance(current, str) and len(current) > most:
            return f"holds a text longer than {most} characters."
        elif isinstance(current, str) and unstorable(current):
            return UNSTORABLE
    return None


def unstorable(text: str) -> bool:
    """The zero character and halves of a surrogate pair are no text in PostgreSQL or UTF-8."""
    return _NO_TEXT.search(text) is not None
