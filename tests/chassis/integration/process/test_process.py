"""The rig as an operator starts it: processes of their own, real engines, signals."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import text

from chassis.broker import ACK_WAIT_SECONDS
from chassis.database import Database
from chassis.embedded import Engines
from chassis.embedded.ports import free_port
from chassis.identity import (
    SYSTEM_ACTOR,
    Actor,
    RequestSigner,
    Role,
    ensure_keys,
    load_private_key,
)
from chassis.parked import list_parked
from tests.chassis.integration.conftest import create_database
from tests.chassis.rig import Begin, say, until

ROOT = Path(__file__).resolve().parents[4]
OFFICER = Actor(subject="officer-1", roles=frozenset({Role.COUNTY_ADMIN}), areas=("99/01/01/",))


@dataclass(slots=True)
class Running:
    process: Process
    url: str
    grpc: str
    keys: Path
    session: aiohttp.ClientSession
    lines: list[dict[str, object]] = field(default_factory=list)

    def signed(self, body: bytes | None, *, audience: str = "risk", signer: str = "gateway") -> dict[str, str]:
        header = RequestSigner(load_private_key(self.keys, signer)).header(OFFICER, audience=audience, body=body)
        return {"Authorization": header, "Content-Type": "application/json"}

    async def ask(self, query: str, **headers: str) -> dict[str, object]:
        body = json.dumps({"query": query}).encode()
        async with self.session.post(f"{self.url}/graphql", data=body, headers=self.signed(body) | headers) as answer:
            assert answer.status == 200, await answer.text()
            found: dict[str, object] = await answer.json()
            return found

    async def ready(self) -> bool:
        try:
            async with self.session.get(f"{self.url}/readyz") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    async def end(self, number: int = signal.SIGTERM) -> int:
        if self.process.returncode is None:
            self.process.send_signal(number)
        return await asyncio.wait_for(self.process.wait(), 20)


Start = Callable[..., Awaitable[Running]]


@asynccontextmanager
async def starting(database_url: str, broker_url: str, keys: Path) -> AsyncIterator[Start]:
    """Gives what starts processes on these engines; those still running at the end are killed."""
    ensure_keys(keys)
    session = aiohttp.ClientSession()
    running: list[Running] = []
    readers: list[asyncio.Task[None]] = []

    async def begin(role: str = "all", *, wait: bool = True, **settings: str) -> Running:
        http, grpc = free_port(), free_port()
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{ROOT}:{ROOT / 'proto'}",
            "HOLDFAST_MODE": "development",
            "HOLDFAST_DATABASE_URL": database_url,
            "HOLDFAST_NATS_URL": broker_url,
            "HOLDFAST_KEYS": str(keys),
            "HOLDFAST_HTTP_PORT": str(http),
            "HOLDFAST_GRPC_PORT": str(grpc),
            "HOLDFAST_DRAIN_SECONDS": "5",
            **settings,
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            "from chassis.service import run; from tests.chassis.rig import PROGRAM; run(PROGRAM)",
            role,
            cwd=ROOT,
            env=environment,
            stderr=PIPE,
        )
        one = Running(process, f"http://127.0.0.1:{http}", f"127.0.0.1:{grpc}", keys, session)
        running.append(one)
        readers.append(asyncio.create_task(_read(one)))
        if wait:
            await until(one.ready, seconds=60)
        return one

    yield begin
    for one in running:
        if one.process.returncode is None:
            one.process.kill()
        await one.process.wait()
    await asyncio.gather(*readers)
    await session.close()


@pytest.fixture
async def start(database_url: str, broker_url: str, tmp_path: Path) -> AsyncIterator[Start]:
    async with starting(database_url, broker_url, tmp_path / "keys") as begin:
        yield begin


@pytest.fixture(scope="module")
async def api_url(engines: Engines, rig_template: str) -> str:
    return await create_database(engines, "rig_api", rig_template)


@pytest.fixture(scope="module")
async def api(api_url: str, engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """One process for the tests that only ask."""
    async with starting(api_url, engines.nats.url, tmp_path_factory.mktemp("api") / "keys") as begin:
        yield await begin("api")


async def _read(one: Running) -> None:
    assert one.process.stderr is not None
    async for line in one.process.stderr:
        sys.stderr.write(line.decode())
        if line.startswith(b"{"):
            one.lines.append(json.loads(line))


async def words(begin: Begin, subject: str) -> list[str]:
    async with begin(SYSTEM_ACTOR) as work:
        return await work.words(subject)


async def test_what_a_mutation_notes_comes_back_over_outbox_broker_and_inbox(start: Start, begin: Begin) -> None:
    service = await start()
    assert await service.ask('mutation { note(subject: "a", word: "hello") }') == {"data": {"note": True}}
    await until(lambda: _equals(words(begin, "a"), ["hello"]))
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


async def test_a_process_killed_between_effect_and_acknowledgement_has_the_effect_once(
    start: Start, begin: Begin, tmp_path: Path
) -> None:
    note = tmp_path / "death-note"
    deadly = {"HOLDFAST_RISK_DIES_AT": "deadly", "HOLDFAST_RISK_DEATH_NOTE": str(note)}
    first = await start(**deadly)
    await say(begin, "before", "deadly", "after", subject="a")
    assert await asyncio.wait_for(first.process.wait(), 20) == 9
    assert note.exists()
    await start(**deadly)
    # What the dead process had been handed and never acknowledged, the broker hands out again after its wait.
    expected = ["before", "deadly", "after"]
    await until(lambda: _equals(words(begin, "a"), expected), seconds=ACK_WAIT_SECONDS + 20)


async def test_a_job_goes_on_behind_its_last_step_after_kill_9(
    start: Start, begin: Begin, database: Database, tmp_path: Path
) -> None:
    note = tmp_path / "death-note"
    deadly = {"HOLDFAST_RISK_DIES_AT": "step-3", "HOLDFAST_RISK_DEATH_NOTE": str(note)}
    first = await start(**deadly)
    answer = await first.ask("mutation { enqueue(steps: 6) }")
    data = answer["data"]
    assert isinstance(data, dict)
    job = data["enqueue"]
    assert await asyncio.wait_for(first.process.wait(), 20) == 9
    async with database.engine.begin() as connection:
        # The dead process's lease, which nobody renews any more, runs out.
        await connection.execute(text("update chassis.jobs set lease_until = now()"))
    await start(**deadly)
    await until(lambda: _equals(words(begin, job), [f"step-{step}" for step in range(6)]))

    async def done() -> bool:
        async with database.engine.connect() as connection:
            row = (await connection.execute(text("select state, done, total, result from chassis.jobs"))).one()
        return tuple(row) == ("DONE", 6, 6, {"steps": 6})

    await until(done)


async def console(database_url: str, *words: str) -> tuple[int | None, str]:
    """`holdfast events ...` on the database of a service."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "holdfast",
        "events",
        *words,
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{ROOT}:{ROOT / 'proto'}",
            "HOLDFAST_DATABASE_URL": database_url,
            "COLUMNS": "250",
        },
        stdout=PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode, output.decode()


async def parked_in(begin: Begin) -> list[str]:
    async with begin(SYSTEM_ACTOR) as work:
        return [str(event.event_id) for event in await list_parked(work.connection)]


async def _two_are_parked(begin: Begin) -> bool:
    return len(await parked_in(begin)) == 2


async def test_the_console_shows_a_parked_event_and_has_it_replayed(
    start: Start, begin: Begin, database_url: str, tmp_path: Path
) -> None:
    refused = tmp_path / "refused"
    refused.write_text("bad")

    await start("relay")
    await start("consumer", HOLDFAST_RISK_REFUSED_WORDS=str(refused))
    await say(begin, "good", "bad", "later", subject="a")
    await until(lambda: _two_are_parked(begin))
    code, shown = await console(database_url, "parked", "--service", "risk")
    assert code == 0
    assert "WORD_REFUSED" in shown
    assert "This word is not accepted. (field name)" in shown
    assert "BEHIND" in shown
    assert await console(database_url, "replay", "--service", "risk") == (1, "0 taken in, 2 still parked.\n")
    assert await words(begin, "a") == ["good"]
    refused.unlink()
    assert await console(database_url, "replay", "--service", "risk") == (0, "2 taken in, 0 still parked.\n")
    assert await words(begin, "a") == ["good", "bad", "later"]
    assert await console(database_url, "parked", "--service", "risk") == (0, "No event is parked.\n")
    code, said = await console(
        database_url, "replay", "--service", "risk", "--id", "00000000-0000-0000-0000-000000000001"
    )
    assert (code, said) == (1, "EVENT_NOT_PARKED: No event with this id is parked.\n")


async def test_the_console_gives_a_parked_event_up_and_later_ones_go_on(
    start: Start, begin: Begin, database_url: str, tmp_path: Path
) -> None:
    refused = tmp_path / "refused"
    refused.write_text("bad")
    await start("relay")
    await start("consumer", HOLDFAST_RISK_REFUSED_WORDS=str(refused))
    await say(begin, "good", "bad", "later", subject="a")
    await until(lambda: _two_are_parked(begin))
    first, _ = await parked_in(begin)
    given_up = ("discard", first, "--service", "risk", "--reason")

    code, said = await console(database_url, *given_up, "  ")
    assert (code, said) == (1, "REASON_MISSING: Say why, in up to 500 characters.\n")
    code, said = await console(database_url, *given_up, "sent twice", "--by", "operator 7")
    assert (code, said) == (0, "Discarded in risk. Later events of its subject go on as soon as the service runs.\n")
    await until(lambda: _equals(words(begin, "a"), ["good", "later"]))
    assert await console(database_url, *given_up, "again") == (
        1,
        "EVENT_NOT_PARKED: No event with this id is parked.\n",
    )
    assert await console(database_url, "parked", "--service", "risk") == (0, "No event is parked.\n")
    code, shown = await console(database_url, "parked", "--service", "risk", "--all")
    assert code == 0
    assert all(word in shown for word in (first, "WORD_REFUSED", "operator 7", "sent twice"))


async def test_the_roles_work_apart(start: Start, begin: Begin) -> None:
    api = await start("api")
    await start("relay")
    await start("consumer")
    await api.ask('mutation { note(subject: "a", word: "apart") }')
    await until(lambda: _equals(words(begin, "a"), ["apart"]))


async def test_a_taken_port_is_named(start: Start, api: Running) -> None:
    second = await start("api", wait=False, HOLDFAST_HTTP_PORT=api.url.rpartition(":")[2])
    assert await asyncio.wait_for(second.process.wait(), 20) == 1


async def _equals(found: Awaitable[list[str]], expected: list[str]) -> bool:
    return await found == expected
