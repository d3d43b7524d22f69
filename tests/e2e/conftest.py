"""One system with the sample county for all tests that only talk to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from chassis.clock import OffsetClock
from chassis.embedded.scratch import scratch_folder
from chassis.identity import TokenIssuer, load_private_key
from holdfast.demo.endpoint import Endpoint
from holdfast.demo.stage import START, Stage
from holdfast.up.seeding import seed_when_empty
from tests.e2e.county import County, prepared


@pytest.fixture(scope="session")
async def county() -> AsyncIterator[County]:
    async with scratch_folder("e2e-story") as data:
        system = prepared(data)
        clock = OffsetClock(system.places().clock_file)
        clock.set_offset(START - datetime.now(UTC))
        said: list[str] = []
        async with system:
            await seed_when_empty(system)
            issuer = TokenIssuer(key=load_private_key(system.places().keys, "issuer"))
            async with Endpoint(f"{system.gateway_url}/graphql", issuer) as endpoint:
                stage = Stage(endpoint=endpoint, clock=clock, say=said.append)
                running = County(system=system, stage=stage, said=said)
                yield running
                # A test may have started it anew.
                await running.system.stop()
