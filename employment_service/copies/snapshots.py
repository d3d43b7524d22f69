"""Builds the copy of households anew from snapshots, and goes on where it was interrupted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable
from dataclasses import dataclass
from typing import Protocol

import structlog

from chassis.identity import SYSTEM_ACTOR
from chassis.inbox import set_position
from contracts.households.v1.households_service_pb2 import StreamSnapshotsRequest, StreamSnapshotsResponse
from employment_service.copies.subscribers import household_of, put_household
from employment_service.uow import Begin

SOURCE = "households"
ROWS_PER_COMMIT = 200

log = structlog.get_logger(__name__)


class StreamsHouseholds(Protocol):
    def StreamSnapshots(  # noqa: N802
        self, request: StreamSnapshotsRequest
    ) -> AsyncIterable[StreamSnapshotsResponse]: ...


@dataclass(frozen=True, slots=True)
class SnapshotLoader:
    """`run` loads once when the copy is empty; `load` may be called at any time and only ever moves forward."""

    begin: Begin
    households: StreamsHouseholds

    async def run(self, stop: asyncio.Event) -> None:
        async with self.begin(SYSTEM_ACTOR) as uow:
            empty = await uow.households.is_empty()
        if empty and not stop.is_set():
            await self.load(stop)

    async def load(self, stop: asyncio.Event | None = None) -> int:
        """How many households were taken over. Resumes behind the last commit when the stream breaks."""
        taken = 0
        batch: list[StreamSnapshotsResponse] = []
        async for response in self.households.StreamSnapshots(StreamSnapshotsRequest()):
            if stop is not None and stop.is_set():
                return taken
            batch.append(response)
            if len(batch) == ROWS_PER_COMMIT:
                taken += await self._commit(batch)
                batch = []
        taken += await self._commit(batch)
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
