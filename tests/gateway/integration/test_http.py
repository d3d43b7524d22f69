"""The endpoint as a client meets it, before real subgraphs with the real signature wall."""

from __future__ import annotations

import json
import time

import aiohttp
import pytest

from chassis.identity import Actor, Role
from tests.gateway.integration.asking import ALERT, RESPONSE, ask
from tests.gateway.integration.conftest import ADMIN, World
from tests.gateway.integration.toy.graph import SECRET


async def test_one_query_is_answered_from_both_subgraphs_for_the_caller(
    world: World, session: aiohttp.ClientSession
) -> None:
    status, body = await ask(world, session, ALERT)

    seen = "approver-1 COUNTY_APPROVER 99/01/01/ en"
    household = {"id": "7", "code": "HH-7", "seenBy": seen}
    assert (status, body) == (200, {"data": {"alert": {"id": "4", "level": "RED", "household": household}}})


@pytest.mark.parametrize("path", ["/graphql", "/graphql/"])
async def test_both_spellings_are_answered_without_a_redirect(
    world: World, session: aiohttp.ClientSession, path: str
) -> None:
    async with session.post(
        world.url + path, json={"query": "{ __typename }"}, headers=world.headers(), allow_redirects=False
    ) as answer:
        assert (answer.status, await answer.json()) == (200, {"data": {"__typename": "Query"}})


async def test_every_answer_is_safe_from_sniffing_and_caching(world: World, session: aiohttp.ClientSession) -> None:
    for headers in (world.headers(), {"Content-Type": "application/json"}):
        async with session.post(f"{world.url}/graphql", json={"query": "{ __typename }"}, headers=headers) as answer:
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["cache-control"] == "no-store"
            assert len(answer.headers["x-correlation-id"]) == 36
            assert "server" not in answer.headers


async def test_the_language_of_the_caller_reaches_the_subgraph(world: World, session: aiohttp.ClientSession) -> None:
    headers = world.headers(Accept_Language="ug;q=0.4, zh-Hans-CN")
    async with session.post(f"{world.url}/graphql", json={"query": ALERT}, headers=headers) as answer:
        body = await answer.json()

    assert body["data"]["alert"]["household"]["seenBy"].endswith(" zh-CN")


async def test_headers_that_claim_to_be_somebody_are_not_passed_on(
    world: World, session: aiohttp.ClientSession
) -> None:
    headers = world.headers(X_User="admin", X_Area="99/", X_Correlation_Id="mine-0000", Cookie="role=SYSTEM")
    async with session.post(f"{world.url}/graphql", json={"query": ALERT}, headers=headers) as answer:
        body = await answer.json()
        assert answer.headers["x-correlation-id"] != "mine-0000"

    assert body["data"]["alert"]["household"]["seenBy"] == "approver-1 COUNTY_APPROVER 99/01/01/ en"


async def test_refusals_of_a_subgraph_keep_code_message_and_field(world: World, session: aiohttp.ClientSession) -> None:
    status, body = await ask(world, session, '{ householdByCode(code: "refused") { id } }')

    (error,) = body["errors"]
    assert (status, body["data"]) == (200, {"householdByCode": None})
    assert (error["message"], error["path"]) == ("No household has such a code.", ["householdByCode"])
    assert (error["extensions"]["code"], error["extensions"]["field"]) == ("INVALID_INPUT", "code")


async def test_a_refused_mutation_is_data(world: World, session: aiohttp.ClientSession) -> None:
    query = """mutation($i: RecordIncomeInput!) {
      recordIncome(input: $i) { __typename ... on Income { amount } ... on Refused { code field } }
    }"""

    assert await ask(world, session, query, ADMIN, i={"areaPath": "99/01/01/", "amount": "5.00"}) == (
        200, {"data": {"recordIncome": {"__typename": "Income", "amount": "5.00"}}},
    )  # fmt: skip
    assert await ask(world, session, query, ADMIN, i={"areaPath": "99/01/01/", "amount": "-5"}) == (
        200, {"data": {"recordIncome": {"__typename": "Refused", "code": "INVALID_INPUT", "field": "amount"}}},
    )  # fmt: skip


async def test_a_breakdown_of_a_subgraph_is_masked_behind_the_correlation_id(
    world: World, session: aiohttp.ClientSession
) -> None:
    headers = world.headers(Accept=RESPONSE)
    body = {"query": '{ householdByCode(code: "broken") { id } alert(id: 1) { id } }'}
    async with session.post(f"{world.url}/graphql", json=body, headers=headers) as answer:
        text = await answer.text()
        correlation_id = answer.headers["x-correlation-id"]

    told = json.loads(text)
    assert SECRET not in text
    assert told["data"] == {"householdByCode": None, "alert": {"id": "1"}}
    assert told["errors"][0]["extensions"]["correlationId"] == correlation_id


@pytest.mark.parametrize("code", ["slow", "huge"])
async def test_a_subgraph_that_is_late_or_too_long_costs_only_its_own_part(
    world: World, session: aiohttp.ClientSession, code: str
) -> None:
    started = time.monotonic()
    status, body = await ask(world, session, f'{{ householdByCode(code: "{code}") {{ code }} alert(id: 1) {{ id }} }}')

    assert (status, body["data"]) == (200, {"householdByCode": None, "alert": {"id": "1"}})
    assert body["errors"][0]["extensions"] == {"code": "SUBGRAPH_UNAVAILABLE", "subgraph": "households"}
    assert body["errors"][0]["path"] == ["householdByCode"]
    assert time.monotonic() - started < 6


async def test_a_subscription_by_post_says_how_it_is_held(world: World, session: aiohttp.ClientSession) -> None:
    status, body = await ask(world, session, 'subscription { alertRaised(area: "99/01/01/") { cursor } }')

    assert (status, body["errors"][0]["extensions"]["code"]) == (400, "SUBSCRIPTION_NEEDS_STREAM")


async def test_logs_hold_no_subject_token_or_variable(world: World, session: aiohttp.ClientSession) -> None:
    canary = Actor(subject="canary-subject", roles=frozenset({Role.COUNTY_APPROVER}), areas=("99/01/01/",))
    headers = world.headers(canary)
    body = {"query": "query($c: String!) { householdByCode(code: $c) { id } }", "variables": {"c": "canary-value"}}
    async with session.post(f"{world.url}/graphql", json=body, headers=headers) as answer:
        assert answer.status == 200

    log = world.parts["gateway"].log.read_text()
    assert "operation" in {json.loads(line)["event"] for line in log.splitlines()}
    for secret in ("canary-subject", "canary-value", headers["Authorization"][-40:], SECRET):
        assert secret not in log
