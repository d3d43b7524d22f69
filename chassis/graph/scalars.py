"""Scalars and small values that look the same in every subgraph."""

from decimal import ROUND_HALF_UP, Decimal
from typing import NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from chassis.identity.actor import AREA_PATH

CENT = Decimal("0.01")


def _parse_area_path(value: object) -> str:
    if not isinstance(value, str) or not AREA_PATH.fullmatch(value):
        raise GraphQLError('An area path looks like "99/01/01/".', extensions={"code": "INVALID_AREA_PATH"})
    return value


def _parse_record(value: object) -> object:
    if not isinstance(value, dict):
        raise GraphQLError("A record is a JSON object.", extensions={"code": "INVALID_RECORD"})
    return value


AreaPath = NewType("AreaPath", str)
JsonRecord = NewType("JsonRecord", object)

SCALARS: dict[object, ScalarDefinition] = {
    AreaPath: strawberry.scalar(
        name="AreaPath",
        description='Where an area lies in the tree: fixed-width segments, each ending in "/": "99/01/01/001/201/".',
        serialize=str,
        parse_value=_parse_area_path,
    ),
    JsonRecord: strawberry.scalar(
        name="JsonRecord",
        description="A JSON object whose fields are checked against a declared list; an unknown field is refused.",
        serialize=lambda value: value,
        parse_value=_parse_record,
    ),
}


@strawberry.federation.type(shareable=True, description="An amount of money.")
class Money:
    amount: Decimal = strawberry.field(description='Two decimals, as text: "8100.00".')
    currency: str = strawberry.field(description="ISO 4217.")


def money(amount: Decimal | None, currency: str = "CNY") -> Money | None:
    """Rounded half up to the cent, as every amount that is shown."""
    if amount is None:
        return None
    return Money(amount=amount.quantize(CENT, ROUND_HALF_UP), currency=currency)


def money_of_cents(cents: int, currency: str = "CNY") -> Money:
    return Money(amount=Decimal(cents).scaleb(-2).quantize(CENT), currency=currency)
