"""Builds the copy of households anew from snapshots, and goes on where it was interrupted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import structlog

from chassis.errors import DependencyDown
from chassis.identity import SYSTEM_ACTOR
from chassis.inbox import set_position
from contracts.households.v1.households_service_pb2 import StreamSnapshotsRequest, StreamSnapshotsResponse
from employment_service.copies.subscribers import household_of, put_household
from employment_service.uow import Begin

SOURCE = "households"

log = structlog.get_logger(__name__)


class StreamsHouseholds(Protocol):
    def StreamSnapshots(  # noqa: N802
        self, request: StreamSnapshotsRequest
    ) -> AsyncIterable[StreamSnapshotsResponse]: ...


@dataclass(frozen=True, slots=True)
class SnapshotLoader:
    """`run` loads until it was loaded once to the end; `load` may be called at any time and only moves forward."""

    begin: Begin
    households: StreamsHouseholds
    rows_per_commit: int = 200
    pause_seconds: float = 2.0

    async def run(self, stop: asyncio.Event) -> None:
        """Waits for the households service as long as it takes; events go on being taken in meanwhile."""
        while not stop.is_set():
            async with self.begin(SYSTEM_ACTOR) as uow:
                if await uow.households.is_built():
                    return
            try:
                await self.load(stop)
            except DependencyDown:
                log.info("copies.waiting")
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), self.pause_seconds)

    async def load(self, stop: asyncio.Event | None = None) -> int:
        """How many households were taken over. What was committed before a break is not taken twice."""
        taken = 0
        batch: list[StreamSnapshotsResponse] = []
        async for response in self.households.StreamSnapshots(StreamSnapshotsRequest()):
            if stop is not None and stop.is_set():
                return taken
            batch.append(response)
            if len(batch) == self.rows_per_commit:
                taken += await self._commit(batch)
                batch = []
        taken += await self._commit(batch)
        async with self.begin(SYSTEM_ACTOR) as uow:
            await uow.households.note_built(uow.now)
        log.info("copies.rebuilt", households=taken)
        return taken

    async def _commit(self, batch: list[StreamSnapshotsResponse]) -> int:
        taken = 0
        async with self.begin(SYSTEM_ACTOR) as uow:
            for response in batch:
                household = household_of(response.household, sequence=response.subject_sequence)
                if await put_household(uow, household):
                    taken += 1
                    await set_position(
                        uow.connection,
                        source=SOURCE,
                        subject_id=response.household.household_id,
                        sequence=response.subject_sequence,
                    )
        return taken
