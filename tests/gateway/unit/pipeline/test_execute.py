"""What goes wrong at subgraphs, in the client's terms."""

from __future__ import annotations

import asyncio

import pytest

from gateway.pipeline.failures import MAX_PLACES
from gateway.pipeline.serve import build_pipeline, serve
from gateway.pipeline.stages import (
    GraphQLRequest,
    RequestContext,
    SubgraphError,
    SubgraphRequest,
    SubgraphResponse,
)
from tests.gateway.unit.pipeline.memory import SUPERGRAPH, Gateway, InMemorySubgraphs


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


async def test_a_subgraph_that_is_down_leaves_null_and_an_error_and_the_rest_is_served(gateway: Gateway) -> None:
    gateway.subgraphs.down.add("employment")
    response = await gateway.ask('{ household(id: "h1") { code members { name worker { id } } } }')
    assert response.to_json() == {
        "errors": [
            {
                "message": "Subgraph employment is unavailable.",
                "path": ["household", "members", index, "worker"],
                "extensions": {"code": "SUBGRAPH_UNAVAILABLE", "subgraph": "employment"},
            }
            for index in (0, 1)
        ],
        "data": {
            "household": {
                "code": "H-1",
                "members": [{"name": "Member 1.1", "worker": None}, {"name": "Member 1.2", "worker": None}],
            }
        },
    }


async def test_a_root_subgraph_that_is_down_fails_its_own_fields_only(gateway: Gateway) -> None:
    gateway.subgraphs.down.add("households")
    response = await gateway.ask('{ a: household(id: "h1") { code } b: household(id: "h1") { id } __typename }')
    assert response.data == {"a": None, "b": None, "__typename": "Query"}
    assert [(each.code, each.path) for each in response.errors] == [
        ("SUBGRAPH_UNAVAILABLE", ("a",)),
        ("SUBGRAPH_UNAVAILABLE", ("b",)),
    ]


async def test_a_null_that_may_not_be_null_takes_its_nullable_parent_and_no_second_error(gateway: Gateway) -> None:
    gateway.subgraphs.down.add("risk")
    response = await gateway.ask('{ household(id: "h1") { code alerts { id } } }')
    assert response.data == {"household": None}
    assert [each.path for each in response.errors] == [("household", "alerts")]


async def test_a_null_that_reaches_the_top_leaves_no_data(gateway: Gateway) -> None:
    gateway.subgraphs.down.add("employment")
    response = await gateway.ask('{ workers { id } household(id: "h1") { code } }')
    assert (response.data, response.executed) == (None, True)
    assert response.to_json()["data"] is None


async def test_an_entity_that_is_not_found_breaks_only_its_own_object(gateway: Gateway) -> None:
    response = await gateway.ask("{ households { code alerts(first: 1) { id } } }")
    assert response.data is None
    assert [(each.code, each.path) for each in response.errors] == [("NULL_NOT_ALLOWED", ("households", 2, "alerts"))]


async def test_an_error_inside_an_entity_gets_the_path_of_every_object_that_asked(gateway: Gateway) -> None:
    error = SubgraphError(message="torn", path=("_entities", 0, "worker", "trade"), extensions={"code": "LEDGER_TORN"})
    gateway.subgraphs.answers["employment"] = SubgraphResponse(
        data={"_entities": [{"worker": None}, {"worker": None}]}, errors=(error,)
    )
    response = await gateway.ask('{ household(id: "h1") { grid { worker { trade } } } }')
    assert [each.to_json() for each in response.errors] == [
        {
            "message": "torn",
            "path": ["household", "grid", row, 0, "worker", "trade"],
            "extensions": {"code": "LEDGER_TORN", "subgraph": "employment"},
        }
        for row in (0, 1)
    ]


async def test_an_error_of_a_real_resolver_keeps_its_place(gateway: Gateway) -> None:
    response = await gateway.ask("{ workers { id member { name } } }")
    assert [(each.message, each.path) for each in response.errors] == [
        ("the ledger of m22 is torn", ("workers", 1, "member"))
    ]
    assert response.data is None


async def test_an_error_without_a_path_is_put_where_the_subgraph_was_asked(gateway: Gateway) -> None:
    gateway.subgraphs.answers["employment"] = SubgraphResponse(errors=(SubgraphError(message="no"),))
    response = await gateway.ask('{ household(id: "h1") { members { worker { id } } } }')
    assert [(each.code, each.path) for each in response.errors] == [
        ("SUBGRAPH_ERROR", ("household", "members", 0, "worker")),
        ("SUBGRAPH_ERROR", ("household", "members", 1, "worker")),
    ]


async def test_an_error_in_a_field_of_the_plan_ends_at_the_object(gateway: Gateway) -> None:
    error = SubgraphError(message="no key", path=("household", "__id"))
    gateway.subgraphs.answers["households"] = SubgraphResponse(data={"household": None}, errors=(error,))
    response = await gateway.ask('{ household(id: "h1") { id: code alerts { id } } }')
    assert [each.path for each in response.errors] == [("household",)]
    assert response.data == {"household": None}


async def test_objects_with_a_null_key_are_not_asked_about(gateway: Gateway) -> None:
    gateway.subgraphs.answers["households"] = SubgraphResponse(
        data={"household": {"members": [{"id": "m11"}, {"id": None}, None]}}
    )
    await gateway.ask('{ household(id: "h1") { members { worker { id } } } }')
    assert gateway.subgraphs.requests[1][1].variables["representations"] == [{"__typename": "Member", "id": "m11"}]


async def test_no_fetch_is_made_when_no_object_is_left_to_ask_about(gateway: Gateway) -> None:
    response = await gateway.ask('{ household(id: "none") { alerts { id } members { worker { id } } } }')
    assert response.data == {"household": None}
    assert gateway.subgraphs.called == ["households"]


async def test_one_failure_is_reported_at_a_bounded_number_of_places(gateway: Gateway) -> None:
    gateway.subgraphs.answers["households"] = SubgraphResponse(
        data={"household": {"members": [{"id": f"m{number}"} for number in range(500)]}}
    )
    gateway.subgraphs.down.add("employment")
    response = await gateway.ask('{ household(id: "h1") { members { worker { id } } } }')
    assert len(response.errors) == MAX_PLACES


async def test_a_value_of_the_wrong_kind_is_left_out(gateway: Gateway) -> None:
    gateway.subgraphs.answers["households"] = SubgraphResponse(data={"household": ["x"]})
    response = await gateway.ask('{ household(id: "h1") { code } }')
    assert response.data == {"household": None}
    assert [each.code for each in response.errors] == ["SUBGRAPH_ANSWER_MALFORMED"]


async def test_a_type_outside_the_schema_is_left_out(gateway: Gateway) -> None:
    gateway.subgraphs.answers["households"] = SubgraphResponse(
        data={"things": [{"__typename": "Household", "code": "H"}, {"__typename": "Castle"}]}
    )
    response = await gateway.ask("{ things { ... on Household { code } } }")
    assert response.data is None
    assert [(each.code, each.path) for each in response.errors] == [("VALUE_NOT_VISIBLE", ("things", 1))]


class SlowSubgraphs(InMemorySubgraphs):
    """Never answers, until it is cancelled."""

    async def send(self, subgraph: str, request: SubgraphRequest, ctx: RequestContext) -> SubgraphResponse:
        if subgraph == "employment":
            await asyncio.Event().wait()
        return await super().send(subgraph, request, ctx)


async def test_a_deadline_gives_up_the_slow_subgraph_and_serves_the_rest() -> None:
    pipeline = build_pipeline(
        SUPERGRAPH, limits=Gateway().limits, subgraphs=SlowSubgraphs(), authorize=lambda validated, ctx: None
    )
    ctx = RequestContext(correlation_id="t", deadline=asyncio.get_running_loop().time() + 0.05)
    request = GraphQLRequest(document='{ household(id: "h1") { code members { worker { id } } } }')
    response = await serve(request, ctx, pipeline=pipeline)
    assert response.data == {"household": {"code": "H-1", "members": [{"worker": None}, {"worker": None}]}}
    assert {each.code for each in response.errors} == {"SUBGRAPH_UNAVAILABLE"}


class MeetingSubgraphs(InMemorySubgraphs):
    """Answers only once all the requests it waits for are open at the same time."""

    def __init__(self, parties: int) -> None:
        super().__init__()
        self._barrier = asyncio.Barrier(parties)

    async def send(self, subgraph: str, request: SubgraphRequest, ctx: RequestContext) -> SubgraphResponse:
        if subgraph in {"risk", "employment"}:
            async with asyncio.timeout(5):
                await self._barrier.wait()
        return await super().send(subgraph, request, ctx)


async def test_independent_fetches_are_open_at_the_same_time() -> None:
    pipeline = build_pipeline(
        SUPERGRAPH, limits=Gateway().limits, subgraphs=MeetingSubgraphs(2), authorize=lambda validated, ctx: None
    )
    request = GraphQLRequest(document='{ household(id: "h1") { alerts { id } members { worker { id } } } }')
    response = await serve(request, RequestContext(correlation_id="t"), pipeline=pipeline)
    assert response.errors == ()
