"""Files through the gateway: streamed, signed, limited."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator

import aiohttp
import pytest

from chassis.identity import Actor
from tests.gateway.integration.conftest import ADMIN, APPROVER, PAGE_ORIGIN, WORKER, World

CONTENT = b"household,name\n" * 100_000


async def pieces(content: bytes = CONTENT, size: int = 50_000) -> AsyncIterator[bytes]:
    for at in range(0, len(content), size):
        yield content[at : at + size]
        await asyncio.sleep(0)


def login(world: World, actor: Actor = ADMIN, **more: str) -> dict[str, str]:
    return {"Authorization": world.bearer(actor), **{k.replace("_", "-"): v for k, v in more.items()}}


@pytest.mark.parametrize("chunked", [True, False])
async def test_an_upload_arrives_as_it_was_sent(world: World, session: aiohttp.ClientSession, chunked: bool) -> None:
    url = f"{world.url}/files/registry-imports"
    headers = login(world, Content_Type="text/csv")
    async with session.post(url, data=pieces() if chunked else io.BytesIO(CONTENT), headers=headers) as answer:
        told = await answer.json()

    assert answer.status == 200
    assert told["bytes"] == len(CONTENT) == 1_500_000
    assert told["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert told["pieces"] > 1
    assert told["subject"] == "admin-1"


async def test_a_download_keeps_its_name_and_nothing_of_the_inside(
    world: World, session: aiohttp.ClientSession
) -> None:
    url = f"{world.url}/files/registry-imports/report.csv"
    async with session.get(url, headers=login(world, Origin=PAGE_ORIGIN)) as answer:
        content = await answer.read()

    assert answer.status == 200
    assert content == b"row,column\n1,birth\n" * 10_000
    assert answer.headers["content-disposition"] == 'attachment; filename="report.csv"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["access-control-allow-origin"] == PAGE_ORIGIN
    assert "x-inner" not in answer.headers


async def test_an_upload_over_the_limit_is_refused_declared_or_not(
    world: World, session: aiohttp.ClientSession
) -> None:
    url, large = f"{world.url}/files/registry-imports", b"x" * 3_000_001
    for body in (io.BytesIO(large), pieces(large)):
        async with session.post(url, data=body, headers=login(world)) as answer:
            assert answer.status == 413
            assert (await answer.json())["errors"][0]["extensions"]["code"] == "BODY_TOO_LARGE"


@pytest.mark.parametrize(
    ("_case", "actor", "method", "path", "status"),
    [
        ("a role without it", WORKER, "POST", "registry-imports", 403),
        ("another officer", APPROVER, "POST", "registry-imports", 403),
        ("another method", ADMIN, "DELETE", "registry-imports", 405),
        ("an unknown kind", ADMIN, "GET", "secrets", 404),
        ("climbing", ADMIN, "GET", "registry-imports/..%2F..%2Fgraphql", 404),
        ("an escaped slash", ADMIN, "GET", "registry-imports//x", 404),
        ("an odd query", ADMIN, "GET", "registry-imports/x?a=;b", 404),
    ],
)
async def test_everything_else_is_refused(  # noqa: PLR0917 - columns of the table above
    world: World, session: aiohttp.ClientSession, _case: str, actor: Actor, method: str, path: str, status: int
) -> None:
    async with session.request(method, f"{world.url}/files/{path}", headers=login(world, actor)) as answer:
        assert answer.status == status
        assert (await answer.json())["errors"][0]["extensions"]["code"]


async def test_files_need_a_login(world: World, session: aiohttp.ClientSession) -> None:
    async with session.post(f"{world.url}/files/registry-imports", data=b"x") as answer:
        assert answer.status == 401
    async with session.post(f"{world.parts['households'].url}/files/registry-imports", data=b"x") as answer:
        assert answer.status == 401


async def test_a_service_that_is_away_is_told_apart(world: World, session: aiohttp.ClientSession) -> None:
    part = world.gateway("no-files", HOLDFAST_GATEWAY_HOUSEHOLDS_URL="http://127.0.0.1:9")
    await part.start()
    try:
        for body in (b"x", pieces()):
            async with session.post(f"{part.url}/files/registry-imports", data=body, headers=login(world)) as answer:
                assert answer.status == 503
                assert (await answer.json())["errors"][0]["extensions"]["code"] == "FILES_UNAVAILABLE"
    finally:
        await part.stop()
