"""What stands at the addresses beside the endpoint: probes, counts, the page for trying out."""

from __future__ import annotations

import aiohttp
import pytest

from tests.gateway.integration.conftest import World, free_port


async def test_probes_need_no_login(world: World, session: aiohttp.ClientSession) -> None:
    for path, content in (("/livez", "alive"), ("/readyz", '"login":"ok"')):
        async with session.get(world.url + path) as answer:
            assert answer.status == 200
            assert content in (await answer.text()).replace('": ', '":')


@pytest.mark.parametrize("path", ["/metrics", "/docs", "/openapi.json"])
async def test_nothing_else_is_to_be_seen_at_the_public_address(
    world: World, session: aiohttp.ClientSession, path: str
) -> None:
    async with session.get(world.url + path) as answer:
        assert answer.status == 404
        assert "holdfast_requests" not in await answer.text()


async def test_what_is_counted_is_served_at_an_address_of_its_own(world: World, session: aiohttp.ClientSession) -> None:
    port = free_port()
    part = world.gateway("counted", HOLDFAST_GATEWAY_METRICS_PORT=str(port))
    await part.start()
    try:
        async with session.post(f"{part.url}/graphql", json={"query": "{ __typename }"}, headers=world.headers()):
            pass
        async with session.get(f"http://127.0.0.1:{port}/metrics") as answer:
            assert answer.status == 200
            assert 'holdfast_requests_total{face="graphql"' in await answer.text()
        for path in ("/graphql", "/readyz", "/files/registry-imports"):
            async with session.post(f"http://127.0.0.1:{port}{path}", headers=world.headers()) as answer:
                assert answer.status == 404
    finally:
        assert await part.stop() == 0


async def test_a_port_for_the_counts_that_is_taken_stops_the_start(world: World) -> None:
    part = world.gateway("crowded", HOLDFAST_GATEWAY_METRICS_PORT=world.url.rsplit(":", 1)[1])
    with pytest.raises(AssertionError, match="PORT_TAKEN"):
        await part.start()
    assert await part.stop() == 1


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
