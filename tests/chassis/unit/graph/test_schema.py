"""Known documents and inputs read at once answer as the general way does."""

from datetime import date
from enum import Enum

import pytest
import strawberry

from chassis.errors import InvalidInput
from chassis.graph import build_schema


class Hue(Enum):
    PALE = "pale"
    DEEP = "deep"


Colour = strawberry.enum(Hue)


@strawberry.input
class Place:
    street: str
    number: int | None = 7


@strawberry.input
class Order:
    place: Place
    day: date
    hues: list[Hue]
    others: list[Place] | None = None
    note: str | None = strawberry.UNSET
    hue: Hue | None = None
    size: int = 3
    bare: str | None


@strawberry.input
class Change:
    title: strawberry.Maybe[str]


@strawberry.type
class Query:
    @strawberry.field
    def told(self, order: Order) -> str:
        return repr(order)

    @strawberry.field
    def changed(self, change: Change) -> str:
        return repr(change.title)

    @strawberry.field
    async def refused(self, at: int) -> int | None:
        raise InvalidInput(f"Not {at}.", field="at")

    @strawberry.field
    def broken(self) -> int | None:
        raise RuntimeError("Li Example")


@strawberry.type
class Mutation:
    @strawberry.mutation
    def add(self, by: int) -> int:
        return by + 1


SCHEMA = build_schema(query=Query, mutation=Mutation)
ASK = "query($order: Order!) { told(order: $order) }"
ORDER = {
    "place": {"street": "Elm"},
    "day": "2020-09-17",
    "hues": ["DEEP"],
    "others": [{"street": "Oak", "number": None}],
}


async def test_an_input_is_read_with_its_defaults_nested_ones_and_enumerations() -> None:
    result = await SCHEMA.execute_known(ASK, variables={"order": ORDER}, operation_name=None, context=None)
    assert result is not None
    assert result.errors is None
    assert result.data == {
        "told": repr(
            Order(
                place=Place(street="Elm", number=7),
                day=date(2020, 9, 17),
                hues=[Hue.DEEP],
                others=[Place(street="Oak", number=None)],
                note=strawberry.UNSET,
                hue=None,
                size=3,
                bare=None,
            )
        )
    }


async def test_a_null_where_a_maybe_forbids_it_is_still_refused() -> None:
    given = await SCHEMA.execute_known(
        'query { changed(change: {title: "a"}) }', variables=None, operation_name=None, context=None
    )
    assert given is not None
    assert given.data == {"changed": "Some('a')"}
    null = "query { changed(change: {title: null}) }"
    assert await SCHEMA.execute_known(null, variables=None, operation_name=None, context=None) is None
    assert (await SCHEMA.execute(null)).errors


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("query($at: Int!) { refused(at: $at) }", {"at": 3}),
        ("query($at: Int!) { refused(at: $at) }", {"at": "three"}),
        ("query($at: Int!) { refused(at: $at) }", None),
        ("{ broken }", None),
        ("mutation { add(by: 2) }", None),
        ("{ __typename }", None),
    ],
)
async def test_data_and_errors_are_those_of_the_general_way(query: str, variables: dict[str, object] | None) -> None:
    known = await SCHEMA.execute_known(query, variables=variables, operation_name=None, context=None)
    general = await SCHEMA.execute(query, variable_values=variables)
    assert known is not None
    told = [{**one.formatted, "extensions": {}} for one in known.errors or ()]
    assert told == [{**one.formatted, "extensions": {}} for one in general.errors or ()]
    codes = [(one.extensions or {}).get("code") for one in known.errors or ()]
    assert codes == [(one.extensions or {}).get("code") for one in general.errors or ()]
    assert known.data == general.data
    assert "Example" not in str(known.formatted)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("{ told", None),
        ("{ nothing }", None),
        ("subscription { __typename }", None),
        ("query A { broken } query B { broken }", None),
        ("query A { broken }", "B"),
        ("", None),
    ],
)
async def test_what_is_not_sound_is_left_to_the_general_way(query: str, name: str | None) -> None:
    assert await SCHEMA.execute_known(query, variables=None, operation_name=name, context=None) is None


async def test_a_document_of_several_operations_runs_the_one_that_is_named() -> None:
    both = "query A { __typename } mutation B { add(by: 4) }"
    for name, data in (("A", {"__typename": "Query"}), ("B", {"add": 5})):
        result = await SCHEMA.execute_known(both, variables=None, operation_name=name, context=None)
        assert result is not None
        assert result.data == data
