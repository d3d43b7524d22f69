"""What callers are told while PostgreSQL is stopped and started again; on a server of the test's own."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import strawberry
from fastapi import APIRouter
from sqlalchemy import text
from starlette.types import Message
from strawberry.types import Info
from structlog.testing import capture_logs

from chassis.database import Database
from chassis.embedded import Engines
from chassis.graph import GraphContext, build_schema
from chassis.health import Health
from chassis.identity import SYSTEM_ACTOR, Keyring, RequestSigner, RequestVerifier, ensure_keys, load_private_key
from chassis.metrics import Metrics
from chassis.subgraph import subgraph_app


class Context(GraphContext):
    def __init__(self, database: Database) -> None:
        super().__init__(actor=SYSTEM_ACTOR)
        self.database = database


@strawberry.type
class Query:
    @strawberry.field
    async def slow(self, info: Info[Context, None], seconds: float) -> bool | None:
        return await slept(info.context.database, seconds)


SCHEMA = build_schema(query=Query)


async def slept(database: Database, seconds: float) -> bool:
    async with database.engine.connect() as connection:
        await connection.execute(text("select pg_sleep(:seconds)"), {"seconds": seconds})
        return True


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Hundreds of failures are logged, each with its traceback."""
    with capture_logs():
        yield


@pytest.fixture
async def own_engines() -> AsyncIterator[Engines]:
    folder = Path(tempfile.mkdtemp(prefix="holdfast-tests-postgres-"))
    folder.chmod(0o711)
    engines = Engines.prepare(folder / "data", durable=False)
    await engines.postgres.start()
    await engines.postgres.provision(("risk",))
    yield engines
    await engines.stop()
    shutil.rmtree(folder)


async def by_graph(database: Database, seconds: float) -> str:
    """The code of the answer, "" when it went well."""
    result = await SCHEMA.execute(
        "query($seconds: Float!) { slow(seconds: $seconds) }",
        variable_values={"seconds": seconds},
        context_value=Context(database),
    )
    for error in result.errors or []:
        extensions = error.extensions or {}
        assert error.message == "Something went wrong on our side."
        assert extensions["correlationId"]
        return str(extensions["code"])
    return ""


async def by_rest(database: Database, seconds: float) -> str:
    routes = APIRouter()

    @routes.get("/files/slow")
    async def slow() -> bool:
        return await slept(database, seconds)

    with TemporaryDirectory() as folder:
        keys = Path(folder)
        ensure_keys(keys)
        app = subgraph_app(
            schema=SCHEMA,
            graph_context=lambda _: Context(database),
            verifier=RequestVerifier(keyring=Keyring.load(keys), audience="risk"),
            health=Health(),
            metrics=Metrics(),
            routes=[routes],
        )
        signed = RequestSigner(load_private_key(keys, "gateway")).header(SYSTEM_ACTOR, audience="risk", body=None)
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": "/files/slow",
        "query_string": b"",
        "headers": [(b"authorization", signed.encode())],
    }
    await app(scope, receive, send)
    start, *bodies = sent
    assert [each["type"] for each in bodies] == ["http.response.body"] * len(bodies)
    answer = json.loads(b"".join(each["body"] for each in bodies))
    if start["status"] == 200:
        return ""
    (error,) = answer["errors"]
    assert (start["status"], error["message"]) == (503, "Something went wrong on our side.")
    assert error["extensions"]["correlationId"]
    return str(error["extensions"]["code"])


Asking = Callable[[Database, float], Coroutine[Any, Any, str]]


@pytest.mark.parametrize("ask", [by_graph, by_rest])
async def test_a_database_that_stops_and_comes_back_is_a_dependency_that_is_down(
    own_engines: Engines, ask: Asking
) -> None:
    database = Database.connect(own_engines.postgres.url("risk"))
    codes: list[str] = []
    over = asyncio.Event()

    async def keep_asking() -> None:
        while not over.is_set():
            codes.append(await ask(database, 0.01))
            await asyncio.sleep(0.02)

    assert await ask(database, 0) == ""
    in_flight = asyncio.create_task(ask(database, 60))
    asking = asyncio.create_task(keep_asking())
    await own_engines.postgres.stop()
    codes.append(await in_flight)
    codes.append(await ask(database, 0))
    await own_engines.postgres.start()
    over.set()
    await asking

    assert set(codes) - {""} == {"DEPENDENCY_DOWN"}
    assert await ask(database, 0) == ""
    await database.close()
