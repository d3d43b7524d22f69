"""Keeping the copies: what changes here when the households service says that something changed there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from risk_service.copies.domain import AreaCopy, BasisCopy, HouseholdCopy, OfficerCopy
from risk_service.verification.service import follow_household, take_over

if TYPE_CHECKING:
    from risk_service.uow import RiskUnitOfWork


async def keep_area(uow: RiskUnitOfWork, area: AreaCopy) -> None:
    await uow.copies.put_area(area)


async def keep_officer(uow: RiskUnitOfWork, officer: OfficerCopy) -> None:
    """A new specialist takes what waits; what one leaves behind finds another."""
    await uow.copies.put_officer(officer)
    await take_over(uow, officer)


async def keep_household(uow: RiskUnitOfWork, household: HouseholdCopy) -> None:
    known = await uow.copies.household(household.id)
    if known == household:
        return
    await uow.copies.put_household(household, known)
    if known is not None and known.area_path != household.area_path:
        for records in (uow.signals, uow.alerts, uow.verification, uow.clearances, uow.notifications, uow.assessments):
            await records.move(household.id, household.area_path)
        await follow_household(uow, household.id)
    await uow.assessments.ask_for(household.id, at=uow.now)


async def drop_household(uow: RiskUnitOfWork, household_id: UUID) -> None:
    """It left the registry: the copy and the likelihood go, what people decided about it stays."""
    await uow.copies.remove_household(household_id)
    await uow.assessments.remove(household_id)


async def keep_statement(uow: RiskUnitOfWork, household_id: UUID, area_path: str, bases: Sequence[BasisCopy]) -> None:
    await uow.copies.put_statement(household_id, area_path, bases)
    await uow.assessments.ask_for(household_id, at=uow.now)
