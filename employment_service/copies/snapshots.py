"""Drops the copies of areas and households and builds them anew from snapshots, in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import structlog

from chassis.copies import hold_events, place_events
from chassis.errors import DependencyDown
from chassis.identity import SYSTEM_ACTOR
from contracts.households.v1.households_service_pb2 import (
    SNAPSHOT_PART_AREAS,
    SNAPSHOT_PART_HOUSEHOLDS,
    SNAPSHOT_PART_OFFICERS,
    SNAPSHOT_PART_POINTS,
    StreamSnapshotsRequest,
    StreamSnapshotsResponse,
)
from employment_service.copies.domain import AreaCopy, HouseholdCopy
from employment_service.copies.subscribers import area_of, household_of
from employment_service.uow import Begin, EmploymentUnitOfWork

SOURCE = "households"
# Nothing is taken in meanwhile, so it ends some time; a county takes seconds.
LONGEST_SECONDS = 3600.0
# Nothing of officers and supply points is kept but how far their events have come. Income and bills are not asked for.
PARTS = (SNAPSHOT_PART_AREAS, SNAPSHOT_PART_OFFICERS, SNAPSHOT_PART_HOUSEHOLDS, SNAPSHOT_PART_POINTS)
AT_ONCE = 500

log = structlog.get_logger(__name__)


class StreamsHouseholds(Protocol):
    def StreamSnapshots(  # noqa: N802 - gRPC names it
        self, request: StreamSnapshotsRequest, *, timeout: float
    ) -> AsyncIterable[StreamSnapshotsResponse]: ...


@dataclass(slots=True, kw_only=True)
class Rebuilt:
    """What came. `outbox_position`: events behind this number of the source's outbox follow as events."""

    areas: int = 0
    households: int = 0
    outbox_position: int = 0


@dataclass(frozen=True, slots=True)
class SnapshotLoader:
    """`run` builds a copy that was never built; `load` builds it anew at any time."""

    begin: Begin
    households: StreamsHouseholds
    pause_seconds: float = 2.0

    async def run(self, stop: asyncio.Event) -> None:
        """Waits for the households service as long as it takes; events are taken in between the attempts."""
        while not stop.is_set():
            async with self.begin(SYSTEM_ACTOR) as uow:
                if await uow.households.is_built():
                    return
            try:
                await self._load_until(stop)
            except DependencyDown:
                log.info("copies.waiting")
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), self.pause_seconds)

    async def load(self) -> Rebuilt:
        """Nothing is changed when it fails. Raises DependencyDown."""
        async with self.begin(SYSTEM_ACTOR) as uow:
            await hold_events(uow.connection)
            await uow.areas.drop()
            await uow.households.drop()
            rebuilt = await self._build(uow)
            await uow.households.note_built(uow.now)
        log.info(
            "copies.rebuilt",
            areas=rebuilt.areas,
            households=rebuilt.households,
            outbox_position=rebuilt.outbox_position,
        )
        return rebuilt

    async def _load_until(self, stop: asyncio.Event) -> None:
        """A stop leaves everything as it was."""
        loading, stopping = asyncio.ensure_future(self.load()), asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait({loading, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if loading.done():
                loading.result()
        finally:
            for task in (loading, stopping):
                task.cancel()
            with suppress(asyncio.CancelledError, DependencyDown):
                await loading

    async def _build(self, uow: EmploymentUnitOfWork) -> Rebuilt:
        rebuilt = Rebuilt()
        sequences: dict[str, int] = {}
        areas: list[AreaCopy] = []
        households: list[HouseholdCopy] = []
        stream = self.households.StreamSnapshots(StreamSnapshotsRequest(parts=PARTS), timeout=LONGEST_SECONDS)
        async for response in stream:
            match response.WhichOneof("other"):
                case "begun":
                    rebuilt.outbox_position = response.begun.outbox_position
                case "area":
                    areas.append(area_of(response.area))
                    sequences[response.area.area_id] = response.subject_sequence
                case "officer":
                    sequences[response.officer.officer_id] = response.subject_sequence
                case "point_id":
                    sequences[response.point_id] = response.subject_sequence
                case _:
                    households.append(household_of(response.household, sequence=response.subject_sequence))
                    sequences[response.household.household_id] = response.subject_sequence
                    rebuilt.households += not response.household.removed
                    if len(households) == AT_ONCE:
                        await uow.households.fill(households)
                        households.clear()
        await uow.households.fill(households)
        await uow.workers.follow_copies()
        await uow.areas.put(areas)
        rebuilt.areas = len(areas)
        await place_events(uow.connection, source=SOURCE, sequences=sequences)
        return rebuilt
