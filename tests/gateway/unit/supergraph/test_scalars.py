from __future__ import annotations

import pytest
from graphql import GraphQLError, build_schema
from graphql.utilities import coerce_input_value

from gateway.supergraph.scalars import COERCERS, with_coercion

FITTING = [
    ("Date", "2020-09-18"),
    ("Date", "1900-01-01"),
    ("DateTime", "2020-09-18T08:00:00Z"),
    ("DateTime", "2020-09-18T08:00:00+08:00"),
    ("Decimal", "10318.18"),
    ("Decimal", -1000),
    ("Decimal", 0.1),
    ("Decimal", "999999999999999999"),
]
UNFIT = [
    ("Date", "18.09.2020"),
    ("Date", "2020-02-30"),
    ("Date", "9999-12-31"),
    ("Date", "0001-01-01"),
    ("Date", 20200918),
    ("Date", None),
    ("DateTime", "yesterday"),
    ("DateTime", 0),
    ("Decimal", "ten"),
    ("Decimal", "NaN"),
    ("Decimal", "Infinity"),
    ("Decimal", "1e30"),
    ("Decimal", "0.000000001"),
    ("Decimal", "1e-999999999"),
    ("Decimal", True),
    ("Decimal", []),
]


@pytest.mark.parametrize(("scalar", "value"), FITTING)
def test_a_fitting_value_travels_on_as_it_was_sent(scalar: str, value: object) -> None:
    assert COERCERS[scalar](value) is value


@pytest.mark.parametrize(("scalar", "value"), UNFIT)
def test_what_no_subgraph_could_read_is_refused(scalar: str, value: object) -> None:
    with pytest.raises(GraphQLError):
        COERCERS[scalar](value)


def test_only_the_shared_scalars_of_a_schema_get_a_rule() -> None:
    schema = with_coercion(build_schema("scalar Date scalar Other type Query { at(day: Date, o: Other): Int }"))
    arguments = schema.query_type.fields["at"].args  # type: ignore[union-attr]  # it is there
    assert coerce_input_value("2020-09-18", arguments["day"].type) == "2020-09-18"
    assert coerce_input_value("no day", arguments["o"].type) == "no day"
