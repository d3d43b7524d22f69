"""The rig as an operator starts it: processes of their own, real engines, signals."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping

import aiohttp
from sqlalchemy import text

from chassis.database import Database
from tests.chassis.integration.process.conftest import Running, Start, equals, words
from tests.chassis.rig import Begin
from tests.chassis.waiting import until


async def test_what_a_mutation_notes_comes_back_over_outbox_broker_and_inbox(start: Start, begin: Begin) -> None:
    service = await start()
    assert await service.ask('mutation { note(subject: "a", word: "hello") }') == {"data": {"note": True}}
    await until(lambda: equals(words(begin, "a"), ["hello"]))
    assert await service.ask('{ words(subject: "a") }') == {"data": {"words": ["hello"]}}


async def test_the_caller_the_language_and_the_correlation_reach_the_resolver(api: Running) -> None:
    service = api
    answer = await service.ask(
        "{ who }", **{"Accept-Language": "fr, zh;q=0.8, en;q=0.5", "X-Correlation-Id": "correlation-4711"}
    )
    assert answer == {"data": {"who": "officer-1 zh-CN correlation-4711"}}


async def test_the_trace_of_the_gateway_goes_on_into_the_outbox(api: Running, api_url: str) -> None:
    database = Database.connect(api_url)
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    await api.ask('mutation { note(subject: "a", word: "hello") }', traceparent=f"00-{trace}-00f067aa0ba902b7-01")
    async with database.engine.connect() as connection:
        noted = await connection.scalar(text("select traceparent from chassis.outbox"))
    assert str(noted).split("-")[:2] == ["00", trace]
    assert str(noted).split("-")[2] != "00f067aa0ba902b7"
    await database.close()


async def test_an_endless_head_is_closed(api: Running) -> None:
    host, port = api.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET /livez HTTP/1.1\r\nX-Filling: " + b"x" * 40_000)

    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()


async def test_only_what_the_gateway_signed_for_this_service_and_body_is_answered(api: Running) -> None:
    service = api
    body = json.dumps({"query": "{ who }"}).encode()

    async def code(headers: Mapping[str, str], *, path: str = "/graphql", sent: bytes = body) -> tuple[int, str]:
        async with service.session.post(
            service.url + path, data=sent, headers=dict(headers), allow_redirects=False
        ) as answer:
            found = await answer.json()
            return answer.status, found["errors"][0]["extensions"]["code"] if "errors" in found else "OK"

    good = service.signed(body)
    assert await code(good) == (200, "OK")
    assert await code(good, path="/graphql/") == (200, "OK")
    assert await code({}) == (401, "UNSIGNED_REQUEST")
    assert await code({"Authorization": "Bearer abc"}) == (401, "UNSIGNED_REQUEST")
    assert await code({"Authorization": "Holdfast abc"}) == (401, "BAD_SIGNATURE")
    assert await code(service.signed(b"another body")) == (401, "BAD_SIGNATURE")
    assert await code(service.signed(body, audience="households")) == (401, "BAD_SIGNATURE")
    assert await code(service.signed(body, signer="households")) == (401, "BAD_SIGNATURE")
    assert await code(service.signed(None)) == (401, "BAD_SIGNATURE")
    assert await code({}, path="/files/echo") == (401, "UNSIGNED_REQUEST")
    assert await code(good, path="/nowhere", sent=b"other") == (401, "BAD_SIGNATURE")


async def test_a_file_may_be_streamed_and_a_refusal_names_its_code_and_field(api: Running) -> None:
    service = api
    url = f"{service.url}/files/echo"
    async with service.session.post(url, data=b"x" * 100_000, headers=service.signed(None)) as answer:
        assert (answer.status, await answer.json()) == (200, {"subject": "officer-1", "bytes": 100_000})
    async with service.session.post(url, data=b"refuse", headers=service.signed(b"refuse")) as answer:
        assert answer.status == 400
        assert await answer.json() == {
            "errors": [
                {
                    "message": "This file is not accepted.",
                    "extensions": {"code": "WORD_REFUSED", "field": "file"},
                }
            ]
        }


async def test_a_subscription_arrives_as_server_sent_events(api: Running) -> None:
    service = api
    body = json.dumps({"query": 'subscription { ticks(area: "99/01/01/", most: 2) { area number } }'}).encode()
    headers = service.signed(body) | {"Accept": "text/event-stream"}
    async with service.session.post(f"{service.url}/graphql", data=body, headers=headers) as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        page = await answer.text()
    assert [line for line in page.splitlines() if line.startswith("data: {")] == [
        'data: {"data":{"ticks":{"area":"99/01/01/","number":0}}}',
        'data: {"data":{"ticks":{"area":"99/01/01/","number":1}}}',
    ]
    assert "event: complete" in page


async def test_an_open_stream_does_not_hold_up_the_stop(start: Start) -> None:
    # A stop that waited for the stream would outlast what `end` allows it.
    service = await start("api", HOLDFAST_DRAIN_SECONDS="60")
    body = json.dumps({"query": 'subscription { ticks(area: "99/01/01/", most: 0) { number } }'}).encode()
    headers = service.signed(body) | {"Accept": "text/event-stream"}
    async with service.session.post(f"{service.url}/graphql", data=body, headers=headers) as answer:
        assert answer.status == 200
        assert await service.end() == 0
    assert [line["event"] for line in service.lines if str(line["event"]).startswith("process.")] == [
        "process.serving",
        "process.stopping",
        "process.stopped",
    ]


async def test_probes_and_metrics_are_open_and_tell_the_state(start: Start) -> None:
    service = await start()
    await service.ask('mutation { note(subject: "a", word: "hello") }')
    async with service.session.get(f"{service.url}/livez") as answer:
        assert await answer.json() == {"alive": True}
    async with service.session.get(f"{service.url}/readyz") as answer:
        assert await answer.json() == {
            "ready": True,
            "checks": {"database": "ok", "schema": "ok", "outbox": "ok", "broker": "ok"},
        }
    async with service.session.get(f"{service.url}/metrics") as answer:
        page = await answer.text()
    assert 'holdfast_requests_total{face="http",operation="/graphql",outcome="2xx"} 1.0' in page
    assert 'holdfast_requests_total{face="graphql",operation="unnamed",outcome="ok"} 1.0' in page
    assert 'holdfast_events_parked{source="risk"} 0.0' in page
    assert "holdfast_outbox_waiting 0.0" in page or "holdfast_outbox_waiting 1.0" in page


async def test_a_database_that_is_not_migrated_is_not_ready(start: Start, bare_database_url: str) -> None:
    service = await start("api", wait=False, HOLDFAST_DATABASE_URL=bare_database_url)

    async def answers() -> bool:
        try:
            async with service.session.get(f"{service.url}/readyz") as answer:
                assert answer.status == 503
                found = await answer.json()
                return bool(found["checks"]["schema"] == "schema of chassis is behind: run migrate")
        except aiohttp.ClientConnectorError:
            return False

    await until(answers)


async def test_the_roles_work_apart(start: Start, begin: Begin) -> None:
    api = await start("api")
    await start("relay")
    await start("consumer")
    await api.ask('mutation { note(subject: "a", word: "apart") }')
    await until(lambda: equals(words(begin, "a"), ["apart"]))


async def test_a_taken_port_is_named(start: Start, api: Running) -> None:
    second = await start("api", wait=False, HOLDFAST_HTTP_PORT=api.url.rpartition(":")[2])
    assert await asyncio.wait_for(second.process.wait(), 20) == 1
