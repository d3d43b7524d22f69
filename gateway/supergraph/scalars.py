"""What the shared scalars accept, so that a malformed value is named here and never reaches a subgraph.

A coercer gives back the value as it was sent: subgraphs parse it again, from the same text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from graphql import GraphQLError, GraphQLScalarType, GraphQLSchema

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Civil dates of people and their households; beyond them windows of a year would leave the calendar."""
MAX_DIGITS = 18
MAX_DECIMALS = 8


def _date(value: object) -> object:
    try:
        found = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise GraphQLError(f'A date looks like "2020-09-18", between {FIRST_YEAR} and {LAST_YEAR}.')
    return value


def _instant(value: object) -> object:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise GraphQLError('An instant looks like "2020-09-18T08:00:00+08:00".')
    return value


def _decimal(value: object) -> object:
    try:
        found = Decimal(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    except InvalidOperation:
        found = None
    if found is None or not found.is_finite():
        raise GraphQLError('A decimal number looks like "10318.18".')
    exponent = found.as_tuple().exponent
    if not isinstance(exponent, int) or found.adjusted() >= MAX_DIGITS or exponent < -MAX_DECIMALS:
        raise GraphQLError(f"A decimal number has at most {MAX_DIGITS} digits and {MAX_DECIMALS} decimals.")
    return value


COERCERS: Mapping[str, Callable[[object], object]] = MappingProxyType(
    {"Date": _date, "DateTime": _instant, "Decimal": _decimal}
)


def with_coercion(schema: GraphQLSchema) -> GraphQLSchema:
    """The same schema; its scalars refuse what no subgraph could read."""
    for name, coerce in COERCERS.items():
        scalar = schema.type_map.get(name)
        if isinstance(scalar, GraphQLScalarType):
            scalar.coerce_input_value = coerce
    return schema
