"""Who is told of offers: the household, the officers paired with it and the specialist in charge of its village."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from risk_service.notifications.domain import About, NotificationKind, RecipientKind
from risk_service.notifications.service import tell_about
from risk_service.planning.offers.domain import AssistanceOffer
from risk_service.uow import RiskUnitOfWork
from risk_service.verification.specialists import specialists_above


async def tell_of_offers(uow: RiskUnitOfWork, offers: Sequence[AssistanceOffer], kind: NotificationKind) -> None:
    """In three statements for any number."""
    households = await uow.copies.households(sorted({one.household_id for one in offers}))
    in_charge: dict[str, list[UUID]] = {}
    for specialist in await specialists_above(uow.connection, {one.area_path for one in offers}):
        in_charge.setdefault(specialist.area_path, []).append(specialist.officer_id)
    told: list[tuple[About, RecipientKind, UUID]] = []
    for one in offers:
        about = About(id=one.id, household_id=one.household_id, area_path=one.area_path)
        household = households.get(one.household_id)
        officers = {*(household.support_officer_ids if household else ())}
        for seat, found in in_charge.items():
            if one.area_path.startswith(seat):
                officers.update(found)
        told.append((about, RecipientKind.HOUSEHOLD, one.household_id))
        told += [(about, RecipientKind.OFFICER, officer_id) for officer_id in sorted(officers)]
    await tell_about(uow, kind, told)
