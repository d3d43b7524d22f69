"""Where a household lies, in time and in the tree, and whose it is: what other slices ask of the copies."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis.clock import civil_date
from risk_service.copies.domain import HouseholdNotFound, Reach
from risk_service.policy.service import in_force

if TYPE_CHECKING:
    from risk_service.uow import RiskUnitOfWork

UTC_ZONE = ZoneInfo("UTC")


async def zone_of(uow: RiskUnitOfWork, area_path: str) -> ZoneInfo:
    """The time zone of the nearest known area, else the one of the policy in force."""
    known = await uow.copies.time_zone_at(area_path)
    if known is not None:
        return ZoneInfo(known)
    pack = await in_force(uow, area_path=area_path, day=civil_date(uow.now, UTC_ZONE))
    return ZoneInfo(pack.time_zone)


async def today_in(uow: RiskUnitOfWork, area_path: str) -> date:
    return civil_date(uow.now, await zone_of(uow, area_path))


async def reach_of(uow: RiskUnitOfWork, household_id: UUID) -> Reach:
    """Raises HouseholdNotFound."""
    found = (await uow.copies.reaches([household_id])).get(household_id)
    if found is None:
        raise HouseholdNotFound("There is no such household.")
    return found
