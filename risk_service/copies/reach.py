"""Where a household lies, in time and in the tree, and whose it is: what other slices ask of the copies."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis.clock import civil_date
from risk_service.copies.domain import HouseholdNotFound, Reach
from risk_service.policy.service import in_force
from risk_service.uow import RiskUnitOfWork

UTC_ZONE = ZoneInfo("UTC")


async def zone_of(uow: RiskUnitOfWork, area_path: str) -> ZoneInfo:
    """The time zone of the nearest known area, else the one of the policy in force."""
    known = await uow.copies.time_zones_at([area_path])
    if area_path in known:
        return ZoneInfo(known[area_path])
    pack = await in_force(uow, area_path=area_path, day=civil_date(uow.now, UTC_ZONE))
    return ZoneInfo(pack.time_zone)


async def zones_of(uow: RiskUnitOfWork, area_paths: Collection[str]) -> dict[str, ZoneInfo]:
    """As `zone_of`, for many areas in one query."""
    known = await uow.copies.time_zones_at(area_paths)
    return {path: ZoneInfo(known[path]) if path in known else await zone_of(uow, path) for path in area_paths}


async def today_in(uow: RiskUnitOfWork, area_path: str) -> date:
    return civil_date(uow.now, await zone_of(uow, area_path))


async def reach_of(uow: RiskUnitOfWork, household_id: UUID) -> Reach:
    """Raises HouseholdNotFound."""
    found = (await uow.copies.reaches([household_id])).get(household_id)
    if found is None:
        raise HouseholdNotFound("There is no such household.")
    return found
