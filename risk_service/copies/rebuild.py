"""Rebuilding the copies of households from snapshots; events that a snapshot includes are skipped afterwards."""

from __future__ import annotations

from uuid import UUID

import structlog

from chassis.identity import SYSTEM_ACTOR
from chassis.inbox import set_position
from risk_service.copies.service import drop_household, keep_household, keep_statement
from risk_service.copies.streams import Snapshot, SnapshotSource
from risk_service.uow import Begin, RiskUnitOfWork

STEP = 200
logger = structlog.get_logger(__name__)


async def rebuild(begin: Begin, source: SnapshotSource, *, area_path: str = "") -> int:
    """Copies every household at or below an area anew and drops those that are no longer there; how many came.

    Committed in steps; started again, it begins anew. Raises DependencyDown.
    """
    seen: set[UUID] = set()
    step: list[Snapshot] = []
    async for snapshot in source.snapshots(area_path=area_path, after=None):
        seen.add(snapshot.household.id)
        step.append(snapshot)
        if len(step) >= STEP:
            await _keep(begin, step)
            step = []
    await _keep(begin, step)
    dropped = await _drop_absent(begin, seen, area_path)
    logger.info("copies.rebuilt", households=len(seen), dropped=dropped)
    return len(seen)


async def _keep(begin: Begin, step: list[Snapshot]) -> None:
    if not step:
        return
    async with begin(SYSTEM_ACTOR) as uow:
        for snapshot in step:
            household = snapshot.household
            await set_position(
                uow.connection, source="households", subject_id=str(household.id), sequence=snapshot.sequence
            )
            await keep_household(uow, household)
            await keep_statement(uow, household.id, household.area_path, snapshot.bases)


async def _drop_absent(begin: Begin, seen: set[UUID], area_path: str) -> int:
    dropped = 0
    after: UUID | None = None
    while True:
        async with begin(SYSTEM_ACTOR) as uow:
            ids = await uow.copies.household_ids(area_path=area_path, after=after, limit=STEP)
            if not ids:
                return dropped
            dropped += await _drop(uow, [one for one in ids if one not in seen])
            after = ids[-1]


async def _drop(uow: RiskUnitOfWork, ids: list[UUID]) -> int:
    for household_id in ids:
        await drop_household(uow, household_id)
    return len(ids)
