"""The endpoint as a client meets it, before real subgraphs with the real signature wall."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from typing import Any

import aiohttp
import pytest

from chassis.identity import Actor, RequestSigner, Role, load_private_key
from tests.gateway.integration.conftest import ADMIN, APPROVER, PAGE_ORIGIN, WORKER, World
from tests.gateway.integration.toy.graph import SECRET

RESPONSE = "application/graphql-response+json"
ALERT = "{ alert(id: 4) { id level household { id code seenBy } } }"


async def ask(
    world: World, session: aiohttp.ClientSession, query: str, actor: Actor = APPROVER, **variables: object
) -> tuple[int, dict[str, Any]]:
    body = {"query": query, "variables": variables}
    async with session.post(f"{world.url}/graphql", json=body, headers=world.headers(actor, Accept=RESPONSE)) as answer:
        assert answer.content_type == RESPONSE
        return answer.status, await answer.json(content_type=None)


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


@pytest.mark.parametrize(
    ("_case", "accept", "status", "kind"),
    [
        ("the new type", RESPONSE, 400, RESPONSE),
        ("the old type", "application/json", 200, "application/json"),
        ("anything", "*/*", 200, "application/json"),
    ],
)
async def test_a_document_that_cannot_be_read_is_refused_without_data(
    world: World, session: aiohttp.ClientSession, _case: str, accept: str, status: int, kind: str
) -> None:
    for query in ("{", "{ nothing }", "query($a: Int!) { alert(id: $a) { id } }"):
        headers = world.headers(Accept=accept)
        async with session.post(f"{world.url}/graphql", json={"query": query}, headers=headers) as answer:
            body = await answer.json(content_type=None)
            assert (answer.status, answer.content_type) == (status, kind)
        assert "data" not in body
        assert body["errors"][0]["extensions"]["code"]


MALFORMED = [
    b"", b"{", b"null", b"1", b'"{a}"', b"[]", b'[{"query":"{__typename}"}]', b"query=%7B__typename%7D", b'{"query":1}',
    b'{"query":null}', b'{"query":{}}', b'{"query":"{__typename}","variables":1}', b'{"query":"{__typename}"}{}',
    b'{"query":"{__typename}","operationName":{}}', b'{"query":"{__typename}","extensions":"x"}', b"\xff\xfe{}",
    b'{"query":"{__typename}","variables":' + b'{"a":' * 40 + b"1" + b"}" * 41, b'{"query":"\\ud800"}', b'{"query":"\\u0000"}',
    b'{"mutation":"{x}"}', b'{"query":"{__typename}","unknown":1}', b"{'query':'{__typename}'}",
]  # fmt: skip


@pytest.mark.parametrize("body", MALFORMED)
async def test_malformed_bodies_are_refused_with_a_code(
    world: World, session: aiohttp.ClientSession, body: bytes
) -> None:
    before = world.asked()
    async with session.post(f"{world.url}/graphql", data=body, headers=world.headers(Accept=RESPONSE)) as answer:
        told = await answer.json(content_type=None)

    assert answer.status == 400
    assert told["errors"][0]["extensions"]["code"].isupper()
    assert world.asked() == before


@pytest.mark.parametrize(
    ("_case", "headers", "status"),
    [
        ("a form", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ("a text", {"Content-Type": "text/plain"}, 415),
        ("an upload", {"Content-Type": "multipart/form-data; boundary=x"}, 415),
        ("compressed", {"Content-Encoding": "gzip"}, 415),
        ("another charset", {"Content-Type": "application/json; charset=latin-1"}, 415),
        ("an image wanted", {"Accept": "image/png"}, 406),
    ],
)
async def test_other_ways_of_sending_are_refused(
    world: World, session: aiohttp.ClientSession, _case: str, headers: dict[str, str], status: int
) -> None:
    async with session.post(
        f"{world.url}/graphql", data=b'{"query":"{ __typename }"}', headers=world.headers() | headers
    ) as answer:
        assert answer.status == status
        assert "errors" in await answer.json(content_type=None)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "TRACE"])
async def test_only_post_runs_anything(world: World, session: aiohttp.ClientSession, method: str) -> None:
    before = world.asked()
    url = f"{world.url}/graphql?query=mutation%7BrecordIncome%7D"
    async with session.request(method, url, headers=world.headers()) as answer:
        assert answer.status == 405
        assert answer.headers["allow"] == "POST, OPTIONS"
    assert world.asked() == before


async def test_a_body_over_the_limit_is_refused(world: World, session: aiohttp.ClientSession) -> None:
    large = json.dumps({"query": "{ __typename }", "variables": {"a": "x" * 1_000_000}}).encode()

    async def pieces() -> Any:
        for at in range(0, len(large), 10_000):
            yield large[at : at + 10_000]

    for body in (large, pieces()):
        async with session.post(f"{world.url}/graphql", data=body, headers=world.headers()) as answer:
            assert answer.status == 413
            assert (await answer.json())["errors"][0]["extensions"]["code"] == "BODY_TOO_LARGE"


async def test_a_body_that_crawls_is_given_up_while_others_are_served(
    world: World, session: aiohttp.ClientSession
) -> None:
    host, port = world.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST /graphql HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: 50\r\n"
    writer.write(f"{head}Authorization: {world.bearer()}\r\n\r\n{{".encode())
    await writer.drain()
    started = time.monotonic()

    assert (await ask(world, session, "{ __typename }"))[0] == 200
    status = await asyncio.wait_for(reader.readline(), 20)

    assert status.split()[1] == b"408"
    assert time.monotonic() - started > 0.8
    writer.close()


async def test_an_endless_head_is_closed(world: World) -> None:
    host, port = world.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /graphql HTTP/1.1\r\nX-Filling: " + b"x" * 40_000)

    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()


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


async def test_probes_and_metrics_need_no_login(world: World, session: aiohttp.ClientSession) -> None:
    for path, content in (("/livez", "alive"), ("/readyz", '"login":"ok"'), ("/metrics", "holdfast_requests_total")):
        async with session.get(world.url + path) as answer:
            assert answer.status == 200
            assert content in (await answer.text()).replace('": ', '":')
    async with session.get(f"{world.url}/docs") as answer:
        assert answer.status == 404


async def test_logs_hold_no_subject_token_or_variable(world: World, session: aiohttp.ClientSession) -> None:
    canary = Actor(subject="canary-subject", roles=frozenset({Role.COUNTY_APPROVER}), areas=("99/01/01/",))
    headers = world.headers(canary)
    body = {"query": "query($c: String!) { householdByCode(code: $c) { id } }", "variables": {"c": "canary-value"}}
    async with session.post(f"{world.url}/graphql", json=body, headers=headers) as answer:
        assert answer.status == 200

    log = world.parts["gateway"].log.read_text()
    assert '"event": "operation"' in log
    for secret in ("canary-subject", "canary-value", headers["Authorization"][-40:], SECRET):
        assert secret not in log


async def test_the_page_and_the_schema_are_for_trying_out_only(world: World, session: aiohttp.ClientSession) -> None:
    introspection = {"query": "{ __schema { queryType { name } } }"}
    async with session.get(f"{world.url}/graphql", headers={"Accept": "text/html"}) as answer:
        assert (answer.status, answer.content_type) == (200, "text/html")
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    async with session.post(f"{world.url}/graphql", json=introspection, headers=world.headers()) as answer:
        assert await answer.json() == {"data": {"__schema": {"queryType": {"name": "Query"}}}}

    part = world.gateway("production", HOLDFAST_MODE="production")
    await part.start()
    try:
        async with session.get(f"{part.url}/graphql", headers={"Accept": "text/html"}) as answer:
            assert answer.status == 405
        async with session.get(f"{part.url}/graphiql/start.js") as answer:
            assert answer.status == 404
        async with session.post(f"{part.url}/graphql", json=introspection, headers=world.headers()) as answer:
            body = await answer.json()
            assert body["errors"][0]["extensions"]["code"] == "INTROSPECTION_DISABLED"
    finally:
        await part.stop()


async def test_a_head_without_end_closes_the_connection(world: World, session: aiohttp.ClientSession) -> None:
    host, port = world.url.removeprefix("http://").split(":")
    for start, piece in ((b"POST /graphql HTTP/1.1\r\nX-A: ", b"a" * 8_000), (b"POST /", b"b" * 8_000)):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(start)
        sent = 0
        with contextlib.suppress(ConnectionError):
            while sent < 1_000 and not reader.at_eof():
                writer.write(piece)
                await writer.drain()
                sent += 1
        assert sent < 1_000
        writer.close()
    assert (await ask(world, session, "{ __typename }"))[0] == 200
