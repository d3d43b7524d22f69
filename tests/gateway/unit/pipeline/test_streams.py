"""Subscriptions over three strawberry services."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace

import pytest

from gateway.pipeline.serve import subscribe
from gateway.pipeline.stages import GraphQLRequest
from tests.gateway.unit.pipeline.memory import CTX, Gateway


async def test_each_event_of_a_subscription_is_completed(gateway: Gateway) -> None:
    query = "subscription($area: String!) { alertRaised(area: $area) { level household { code } } }"
    events = await gateway.listen(query, area="RED")
    assert [event.data for event in events] == [
        {"alertRaised": {"level": "RED", "household": {"code": "H-1"}}},
        {"alertRaised": {"level": "RED", "household": {"code": "H-2"}}},
    ]
    assert gateway.subgraphs.called == ["risk", "households", "households"]


async def test_an_event_survives_the_loss_of_a_completing_service(gateway: Gateway) -> None:
    gateway.subgraphs.down.add("households")
    events = await gateway.listen('subscription { alertRaised(area: "RED") { level household { code } } }')
    assert [event.data for event in events] == [None, None]
    assert events[0].errors[0].code == "SUBGRAPH_UNAVAILABLE"
    assert events[0].errors[0].path == ("alertRaised", "household", "code")


async def test_a_lost_stream_ends_with_an_error(gateway: Gateway) -> None:
    gateway.subgraphs.down.add("risk")
    events = await gateway.listen('subscription { alertRaised(area: "RED") { level } }')
    assert len(events) == 3
    assert events[2].errors[0].code == "SUBGRAPH_UNAVAILABLE"
    assert events[2].errors[0].path == ("alertRaised",)


async def test_a_stream_is_closed_with_its_listener_wherever_that_stops(gateway: Gateway) -> None:
    request = GraphQLRequest(document='subscription { alertRaised(area: "RED") { level } }')
    async with aclosing(subscribe(request, CTX, pipeline=gateway.pipeline)) as events:
        await anext(events)
        assert gateway.subgraphs.open_streams == 1
    assert gateway.subgraphs.open_streams == 0


async def test_a_defect_while_an_event_is_completed_is_told_by_its_own_kind_and_closes_the_stream(
    gateway: Gateway,
) -> None:
    """Also where several services complete it side by side."""
    gateway.subgraphs.defects = {"households": KeyError("ours"), "employment": KeyError("ours")}
    query = """subscription { alertRaised(area: "RED") { household { code } } }"""
    with pytest.raises(KeyError):
        await gateway.listen(query)
    with pytest.raises(KeyError):
        await gateway.ask('{ household(id: "h1") { code } worker: workers { id } }')
    assert gateway.subgraphs.open_streams == 0


async def test_a_stream_outlives_the_deadline_of_a_request(gateway: Gateway) -> None:
    over = replace(CTX, deadline=asyncio.get_running_loop().time() - 1)
    request = GraphQLRequest(document='subscription { alertRaised(area: "RED") { household { code } } }')
    events = [event async for event in subscribe(request, over, pipeline=gateway.pipeline)]
    assert [event.errors for event in events] == [(), ()]


async def test_a_subscription_is_refused_where_an_answer_is_expected(gateway: Gateway) -> None:
    response = await gateway.ask('subscription { alertRaised(area: "x") { level } }')
    assert (response.executed, response.errors[0].code) == (False, "SUBSCRIPTION_NEEDS_STREAM")


async def test_a_query_is_refused_where_a_stream_is_expected(gateway: Gateway) -> None:
    (response,) = await gateway.listen("{ workers { id } }")
    assert (response.executed, response.errors[0].code) == (False, "STREAM_NEEDS_SUBSCRIPTION")
