"""A risk service that dies just after somebody subscribed: read by the gateway's own stream, nothing is lost."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import aiohttp
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from graphql import build_schema

from chassis.identity import PrivateKey, RequestSigner
from gateway.pipeline.stages import OperationType, RequestContext, SubgraphRequest
from gateway.subgraphs.resume import resumable_fields
from gateway.subgraphs.signing import SignedHeaders
from gateway.subgraphs.streams import SubgraphStream
from risk_service.schema import schema
from tests.risk_service.desk import APPROVER, Desk, Family

WATCH = "subscription W($area: AreaPath!) { alertRaised(area: $area) { alert { household { id } } } }"


@dataclass(slots=True, kw_only=True)
class DyingRisk:
    """The real schema behind a server that breaks the first stream off before its first event."""

    desk: Desk
    family: Family
    asked: list[str] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        document, variables = body["query"], body.get("variables") or {}
        if "subscription" not in document:
            self.asked.append("cursor")
            return web.json_response(await self.desk.answer(APPROVER, document, variables))
        self.asked.append("stream")
        stream = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await stream.prepare(request)
        if self.asked.count("stream") == 1:
            # While nobody reads, the bill comes.
            await self.desk.bill(self.family, "3500.00", record_id="R1")
            assert request.transport is not None
            request.transport.abort()
            return stream
        events = cast(
            "AsyncIterator[object]",
            await schema.subscribe(document, variables, context_value=self.desk.context(APPROVER)),
        )
        told = await anext(events)
        await events.aclose()  # type: ignore[attr-defined]  # strawberry's streams are untyped
        data = json.dumps({"data": told.data})  # type: ignore[attr-defined]  # strawberry's streams are untyped
        await stream.write(f"event: next\ndata: {data}\n\nevent: complete\ndata: \n\n".encode())
        return stream


@asynccontextmanager
async def serving(risk: DyingRisk) -> AsyncIterator[str]:
    application = web.Application()
    application.router.add_post("/graphql/", risk.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}/graphql/"
    finally:
        await runner.cleanup()


async def test_an_alert_raised_while_risk_dies_before_the_first_event_is_not_lost(desk: Desk) -> None:
    village = "99/01/01/008/201/"
    risk = DyingRisk(desk=desk, family=await desk.family(area_path=village))
    async with serving(risk) as url, aiohttp.ClientSession() as session:
        stream = SubgraphStream(
            session=session,
            signed=SignedHeaders(RequestSigner(PrivateKey("gateway", "gateway.1", Ed25519PrivateKey.generate()))),
            subgraph="risk",
            url=url,
            request=SubgraphRequest(
                document=WATCH,
                operation_name=None,
                operation_type=OperationType.SUBSCRIPTION,
                variables={"area": village},
            ),
            ctx=RequestContext(correlation_id="c-1", actor=APPROVER),
            resumable=resumable_fields(build_schema(schema.as_str(), assume_valid=True)),
            limit=1 << 20,
            patience_seconds=10.0,
        )
        told = [response.data async for response in stream.responses()]

    assert told == [{"alertRaised": {"alert": {"household": {"id": str(risk.family.id)}}}}]
    assert risk.asked == ["cursor", "stream", "stream"]
