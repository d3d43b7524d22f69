from __future__ import annotations

from typing import Any

import pytest

from gateway.pipeline.limits import Limits
from gateway.pipeline.stages import GraphQLRequest
from tests.gateway.unit.pipeline.memory import CTX, Gateway


def cost(query: str, **variables: Any) -> int:
    pipeline = Gateway().pipeline
    parsed = pipeline.parse(GraphQLRequest(document=query, variables=variables), CTX)
    return pipeline.limit_cost.cost(pipeline.validate(parsed, CTX))


@pytest.mark.parametrize(
    ("query", "objects"),
    [
        ("{ household(id: 1) { code } }", 1),
        ("{ households(first: 5) { code } }", 5),
        ("{ households(first: 5) { members { name } } }", 5 * (1 + 10)),
        ("{ households(first: 5) { grid { name } } }", 5 * (1 + 100)),
        ("{ households(first: 0) { members { name } } }", 0),
        ("{ a: households(first: 2) { code } b: households(first: 3) { code } }", 5),
        ("{ __typename __schema { types { name } } }", 0),
    ],
)
def test_lists_multiply_what_is_below_them(query: str, objects: int) -> None:
    assert cost(query) == objects


def test_page_sizes_come_from_variables_and_their_defaults() -> None:
    query = "query($n: Int = 7) { households(first: $n) { ...F } } fragment F on Household { alerts(first: $n) { id } }"
    assert cost(query, n=3) == 3 * (1 + 3)
    assert cost(query) == 7 * (1 + 7)


async def test_one_document_is_weighed_anew_for_each_page_size() -> None:
    gateway = Gateway(limits=Limits(max_cost=50))
    query = "query($n: Int!) { households(first: $n) { alerts(first: $n) { id } } }"
    assert (await gateway.ask(query, n=2)).executed
    refused = await gateway.ask(query, n=100)
    assert refused.errors[0].message == ("The answer may hold 10100 objects, more than 50: ask for smaller pages.")
    assert refused.errors[0].code == "QUERY_TOO_COSTLY"
    assert (await gateway.ask(query, n=2)).executed
