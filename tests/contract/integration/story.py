"""What happened in a county, by the services' own use cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from chassis.identity import SYSTEM_ACTOR, Actor, Role
from households_service.areas.service import recode_area
from households_service.care.domain import CareKind
from households_service.care.service import end_care_duty, record_care_duty
from households_service.feeds.service import Envelope, submit_batch
from households_service.ledger.service import record_income
from households_service.officers.domain import Officer
from households_service.officers.service import (
    deactivate_officer,
    end_pairing,
    pair_support_officer,
    register_officer,
)
from households_service.points.service import register_supply_point, serve_households
from households_service.registry.domain import Household
from households_service.registry.service import assess_household, remove_household
from tests.households_service.county import County
from tests.households_service.factories import COUNTY, NEXT_VILLAGE, OTHER_VILLAGE, POST_WAGE, VILLAGE
from tests.households_service.sheets import bill

DEPARTMENT = Actor(subject="feed-1", roles=frozenset({Role.DEPARTMENT}), areas=(COUNTY,), department="HEALTH_INSURANCE")
WATER = Actor(subject="feed-2", roles=frozenset({Role.DEPARTMENT}), areas=(COUNTY,), department="WATER")


@dataclass(slots=True)
class Story:
    """What happened in the county, by the services' own use cases."""

    county: County
    officers: list[Officer] = field(default_factory=list)

    async def officer(self, subject: str, role: Role, seat: str) -> Officer:
        async with self.county.begin() as uow:
            officer = await register_officer(
                uow, SYSTEM_ACTOR, subject=subject, display_name="Invented Officer", roles=[role], area_path=seat
            )
        self.officers.append(officer)
        return officer

    async def bill(self, household: Household, record_id: str, amount: str, **more: object) -> None:
        async with self.county.begin() as uow:
            member = (await uow.members.of_households([household.id]))[household.id][1]
        record = bill(record_id, amount, {"idNumber": member.details.id_number}) | more
        envelope = Envelope(department="HEALTH_INSURANCE", batch_id=f"B-{record_id}-{amount}")
        async with self.county.begin(DEPARTMENT) as uow:
            batch = await submit_batch(uow, DEPARTMENT, envelope=envelope, records=[record])
        assert batch.account.linked == 1

    async def outage(self, record_id: str, days: int, **more: object) -> None:
        report = {"recordId": record_id, "eventType": "OUTAGE", "eventDate": "2020-09-17", "purposeCode": "MONITORING"}
        own = {"supplyPointId": "WP-1", "outageDays": days} if days else {}
        envelope = Envelope(department="WATER", batch_id=f"B-{record_id}-{days}")
        async with self.county.begin(WATER) as uow:
            batch = await submit_batch(uow, WATER, envelope=envelope, records=[report | own | more])
        assert batch.account.linked == 1

    async def water(self, families: Sequence[Household]) -> None:
        """Out for four days, then for eight; a failed report is taken back."""
        async with self.county.begin() as uow:
            await register_supply_point(
                uow, SYSTEM_ACTOR, number="WP-1", name="Lower well", area_path=VILLAGE, registered_on=None
            )
            await serve_households(
                uow,
                SYSTEM_ACTOR,
                number="WP-1",
                household_ids=[family.id for family in families],
                since=date(2020, 1, 1),
            )
        await self.outage("W-1", 4)
        await self.outage("W-1", 8)
        await self.outage("W-2", 30)
        await self.outage("W-3", 0, eventType="WITHDRAWAL", corrects="W-2")

    async def wage(self, household: Household) -> None:
        async with self.county.begin() as uow:
            head = (await uow.members.of_households([household.id]))[household.id][0].id
            await record_income(uow, SYSTEM_ACTOR, household_id=household.id, fact=replace(POST_WAGE, member_id=head))

    async def care(self, household: Household, kind: CareKind, place: str) -> UUID:
        mother = (await self.county.members_of(household))[1]
        async with self.county.begin() as uow:
            duty = await record_care_duty(
                uow, SYSTEM_ACTOR, member_id=mother, kind=kind, care_area_path=place, valid_from=None
            )
        return duty.id

    async def tell(self) -> None:
        specialist = await self.officer("specialist-1", Role.VILLAGE_SPECIALIST, VILLAGE)
        support = await self.officer("support-1", Role.SUPPORT_OFFICER, COUNTY)
        other = await self.officer("support-2", Role.SUPPORT_OFFICER, COUNTY)
        families = [
            await self.county.register(area_path=place) for place in (VILLAGE, OTHER_VILLAGE, NEXT_VILLAGE, VILLAGE)
        ]
        async with self.county.begin() as uow:
            for family in families[:3]:
                await pair_support_officer(uow, SYSTEM_ACTOR, officer_id=support.id, household_id=family.id)
            await pair_support_officer(uow, SYSTEM_ACTOR, officer_id=other.id, household_id=families[0].id)
        async with self.county.begin() as uow:
            await end_pairing(uow, SYSTEM_ACTOR, officer_id=other.id, household_id=families[0].id)
            await deactivate_officer(uow, SYSTEM_ACTOR, officer_id=other.id, expected_version=None)
        await self.county.write_canonical_ledger(families[0])
        await self.wage(families[1])
        await self.care(families[0], CareKind.ELDER, OTHER_VILLAGE)
        ended = await self.care(families[0], CareKind.CHILD, VILLAGE)
        async with self.county.begin() as uow:
            await end_care_duty(uow, SYSTEM_ACTOR, care_duty_id=ended, ends_on=date(2020, 9, 18))
        await self.bill(families[0], "R-1", "10318.18")
        await self.bill(families[0], "R-1", "10000.00")
        await self.bill(families[0], "R-2", "-500.00", eventType="REIMBURSEMENT", corrects="R-1")
        await self.bill(families[1], "R-3", "2500.00")
        async with self.county.begin() as uow:
            await assess_household(
                uow, SYSTEM_ACTOR, household_id=families[2].id, expected_version=None, safe_housing=False
            )
            await remove_household(uow, SYSTEM_ACTOR, household_id=families[3].id, expected_version=None)
            await recode_area(uow, SYSTEM_ACTOR, path=NEXT_VILLAGE, code="990101002299", valid_from=date(2020, 9, 18))
        await self.water(families[:2])
        assert specialist.active
