"""Who is served: pages, logins, roles and areas."""

from __future__ import annotations

import time

import aiohttp
import pytest

from chassis.identity import RequestSigner, load_private_key
from tests.gateway.integration.asking import ALERT, ask
from tests.gateway.integration.conftest import APPROVER, PAGE_ORIGIN, WORKER, World


async def test_pages_on_the_list_may_call_and_no_other(world: World, session: aiohttp.ClientSession) -> None:
    url, body = f"{world.url}/graphql", {"query": "{ __typename }"}
    before = world.asked()
    async with session.post(url, json=body, headers=world.headers(Origin=PAGE_ORIGIN)) as answer:
        assert answer.status == 200
        assert answer.headers["access-control-allow-origin"] == PAGE_ORIGIN
        assert "access-control-allow-credentials" not in answer.headers
    async with session.post(url, json={"query": ALERT}, headers=world.headers(Origin="https://evil.example")) as answer:
        assert answer.status == 403
        assert "access-control-allow-origin" not in answer.headers
        assert (await answer.json())["errors"][0]["extensions"]["code"] == "ORIGIN_NOT_ALLOWED"
    assert world.asked() == before


async def test_a_preflight_is_answered_for_listed_pages_only(world: World, session: aiohttp.ClientSession) -> None:
    asking = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    async with session.options(f"{world.url}/graphql", headers={"Origin": PAGE_ORIGIN, **asking}) as answer:
        assert answer.status == 204
        assert answer.headers["access-control-allow-origin"] == PAGE_ORIGIN
        assert "authorization" in answer.headers["access-control-allow-headers"]
    async with session.options(f"{world.url}/graphql", headers={"Origin": "https://evil.example", **asking}) as answer:
        assert answer.status == 403


async def test_nobody_is_served_without_a_good_token(world: World, session: aiohttp.ClientSession) -> None:
    before = world.asked()
    expired = world.bearer(seconds=60, at=time.time() - 3600)
    good = world.bearer().removeprefix("Bearer ")
    head, payload, _ = good.split(".")
    cases = {
        "": "UNAUTHENTICATED",
        "Bearer nonsense": "UNAUTHENTICATED",
        f"Basic {good}": "UNAUTHENTICATED",
        f"Bearer {head}.{payload}.": "UNAUTHENTICATED",
        f"Bearer {head}.{payload}.AAAA": "UNAUTHENTICATED",
        expired: "TOKEN_EXPIRED",
    }
    for authorization, code in cases.items():
        headers = {"Authorization": authorization, "Content-Type": "application/json"}
        async with session.post(f"{world.url}/graphql", json={"query": ALERT}, headers=headers) as answer:
            body = await answer.json()
            assert (answer.status, body["errors"][0]["extensions"]["code"]) == (401, code)
            assert answer.headers["www-authenticate"] == 'Bearer realm="holdfast"'
            assert "data" not in body
    async with session.post(f"{world.url}/graphql?access_token={good}", json={"query": ALERT}) as answer:
        assert answer.status == 401
    assert world.asked() == before


async def test_a_signature_for_subgraphs_is_no_login(world: World, session: aiohttp.ClientSession) -> None:
    signer = RequestSigner(load_private_key(world.keys, "gateway"))
    signature = signer.sign(APPROVER, audience="risk", body=b"")
    for scheme in ("Bearer", "Holdfast"):
        headers = {"Authorization": f"{scheme} {signature}"}
        async with session.post(f"{world.url}/graphql", json={"query": ALERT}, headers=headers) as answer:
            assert answer.status == 401


async def test_a_subgraph_answers_nobody_but_the_gateway(world: World, session: aiohttp.ClientSession) -> None:
    url, body = f"{world.parts['risk'].url}/graphql/", b'{"query":"{ alert(id: 1) { id } }"}'
    gateway, households = (RequestSigner(load_private_key(world.keys, name)) for name in ("gateway", "households"))
    good = gateway.header(APPROVER, audience="risk", body=body)
    before = world.asked()
    for authorization in (
        "",
        world.bearer(),
        gateway.header(APPROVER, audience="households", body=body),
        gateway.header(APPROVER, audience="risk", body=b"{}"),
        gateway.header(APPROVER, audience="risk", body=None),
        households.header(APPROVER, audience="risk", body=body),
    ):
        headers = {"Authorization": authorization, "Content-Type": "application/json"}
        async with session.post(url, data=body, headers=headers) as answer:
            assert answer.status == 401
    assert world.asked() == before

    headers = {"Authorization": good, "Content-Type": "application/json"}
    async with session.post(url, data=body, headers=headers) as answer:
        assert (answer.status, await answer.json()) == (200, {"data": {"alert": {"id": "1"}}})


@pytest.mark.parametrize(
    ("_case", "query", "variables"),
    [
        ("written", '{ households(area: "99/02/01/") { code } }', {}),
        ("by variable", "query($a: AreaPath!) { households(area: $a) { code } }", {"a": "99/01/02/"}),
        ("by default", 'query($a: AreaPath! = "99/") { households(area: $a) { code } }', {}),
        (
            "behind an alias and a fragment",
            'query { ...F } fragment F on Query { x: households(area: "99/01/") { code } }',
            {},
        ),
        ("in an input", 'mutation { recordIncome(input: {areaPath: "99/03/", amount: "1"}) { __typename } }', {}),
        (
            "in an input by variable",
            "mutation($i: RecordIncomeInput!) { recordIncome(input: $i) { __typename } }",
            {"i": {"areaPath": "99/03/", "amount": "1"}},
        ),
        ("one of two", '{ households(area: "99/01/01/") { code } y: households(area: "99/04/") { code } }', {}),
    ],
)
async def test_an_area_that_is_not_the_callers_reaches_no_subgraph(
    world: World, session: aiohttp.ClientSession, _case: str, query: str, variables: dict[str, object]
) -> None:
    before = world.asked()

    status, body = await ask(world, session, query, APPROVER, **variables)

    assert (status, body["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")
    assert len(body["errors"][0]["path"]) == 1
    assert "data" not in body
    assert world.asked() == before


async def test_an_area_of_the_callers_is_served(world: World, session: aiohttp.ClientSession) -> None:
    query = "query($a: AreaPath!) { households(area: $a) { code } }"

    assert await ask(world, session, query, a="99/01/01/001/") == (
        200,
        {"data": {"households": [{"code": "99/01/01/001/1"}]}},
    )


async def test_a_role_without_the_field_is_refused_with_its_path(world: World, session: aiohttp.ClientSession) -> None:
    before = world.asked()

    status, body = await ask(
        world,
        session,
        'mutation { mine: recordIncome(input: {areaPath: "99/01/01/", amount: "1"}) { __typename } }',
        WORKER,
    )

    assert status == 403
    assert body == {
        "errors": [
            {"message": "Your role may not ask for this.", "path": ["mine"], "extensions": {"code": "FORBIDDEN"}}
        ]
    }
    assert world.asked() == before
