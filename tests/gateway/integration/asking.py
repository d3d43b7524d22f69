"""A question to the gateway, and the one most tests ask."""

from __future__ import annotations

from typing import Any

import aiohttp

from chassis.identity import Actor
from tests.gateway.integration.conftest import APPROVER, World

RESPONSE = "application/graphql-response+json"
ALERT = "{ alert(id: 4) { id level household { id code seenBy } } }"


async def ask(
    world: World, session: aiohttp.ClientSession, query: str, actor: Actor = APPROVER, **variables: object
) -> tuple[int, dict[str, Any]]:
    body = {"query": query, "variables": variables}
    async with session.post(f"{world.url}/graphql", json=body, headers=world.headers(actor, Accept=RESPONSE)) as answer:
        assert answer.content_type == RESPONSE
        return answer.status, await answer.json(content_type=None)
