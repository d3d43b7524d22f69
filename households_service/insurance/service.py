"""What a household's linked department records would be worth under the insurance in force where it lives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from chassis.clock import civil_date
from households_service.feeds.departments import Department
from households_service.feeds.domain import RowStatus, StoredRecord
from households_service.insurance.domain import Cause, Estimate, Loss, estimates, product_for
from households_service.insurance.reading import shipped_products
from households_service.registry.domain import Household
from households_service.uow import HouseholdsUnitOfWork

CAUSES = {
    Department.HEALTH_INSURANCE: Cause.ILLNESS,
    Department.TRAFFIC: Cause.ACCIDENT,
    Department.FIRE: Cause.ACCIDENT,
    Department.COURT: Cause.ACCIDENT,
    Department.EMERGENCY_MANAGEMENT: Cause.DISASTER,
    Department.EDUCATION: Cause.SCHOOLING,
}


async def estimates_of(
    uow: HouseholdsUnitOfWork, households: Sequence[Household], *, as_of: date | None
) -> Mapping[UUID, Sequence[Estimate]]:
    """By household, of the policy year of `as_of` (today where it lies), in two queries for any number of them."""
    zones = await uow.areas.zones_of({household.area_path for household in households})
    records = await uow.records.linked_to(household.id for household in households)
    found: dict[UUID, Sequence[Estimate]] = {}
    for household in households:
        day = as_of or civil_date(uow.now, zones.get(household.area_path, uow.rules.zone))
        product = product_for(shipped_products(), area_path=household.area_path, day=day)
        losses = losses_of(records.get(household.id, ()))
        found[household.id] = [] if product is None else estimates(product, losses, day=day)
    return found


def losses_of(records: Sequence[StoredRecord]) -> Sequence[Loss]:
    """What is in force. What was paid back counts on the day of the cost that it corrects."""
    in_force = [record for record in records if record.status is RowStatus.LINKED and record.department in CAUSES]
    days = {(record.department, record.record_id): record.dated for record in in_force if record.corrects is None}
    return [
        Loss(
            member_id=record.member_id,
            cause=CAUSES[record.department],
            on=days.get((record.department, record.corrects or record.record_id), record.dated),
            amount=Decimal(record.cents).scaleb(-2),
        )
        for record in in_force
        if record.member_id is not None
    ]
