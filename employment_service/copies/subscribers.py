"""Takes over areas and households from the households service's events."""

from __future__ import annotations

from chassis.subscription import ReceivedEvent, Subscription
from contracts.households.v1 import events_pb2
from contracts.households.v1.events_pb2 import AreaChanged, BenefitReductionProposed, HouseholdChanged
from employment_service.benefit_reviews.subscribers import take_proposal
from employment_service.care.family import duties_before, tell_of_care
from employment_service.copies.domain import AreaCopy, CareDuty, CareKind, HouseholdCopy, MemberCopy, Point
from employment_service.copies.fields import day_of, day_or_none, id_of
from employment_service.matching.runs.following import care_changed
from employment_service.uow import EmploymentUnitOfWork

CARE_KINDS = {
    events_pb2.CARE_KIND_CHILD: CareKind.CHILD,
    events_pb2.CARE_KIND_ELDER: CareKind.ELDER,
    events_pb2.CARE_KIND_DISABLED: CareKind.DISABLED,
}


async def take_area(uow: EmploymentUnitOfWork, event: ReceivedEvent) -> None:
    await uow.areas.put([area_of(event.read(AreaChanged))])


async def take_household(uow: EmploymentUnitOfWork, event: ReceivedEvent) -> None:
    await put_household(uow, household_of(event.read(HouseholdChanged), sequence=event.sequence))


async def put_household(uow: EmploymentUnitOfWork, household: HouseholdCopy) -> bool:
    """Also keeps the village and household of registered workers as the registry has them, and tells them of care."""
    before = await duties_before(uow, household)
    ids = [member.id for member in household.members]
    cared = [(member.id, member.care_duties) for member in (await uow.households.members(ids)).values()]
    taken = await uow.households.put(household)
    if taken and household.members and not household.removed:
        await uow.workers.move_members(household.id, household.area_path, ids)
        await care_changed(uow, cared, household)
    if taken:
        await tell_of_care(uow, household, before)
    return taken


def area_of(message: AreaChanged) -> AreaCopy:
    return AreaCopy(
        id=id_of(message.area_id, "area_id"),
        path=message.path,
        code=message.code,
        level=events_pb2.AreaLevel.Name(message.level).removeprefix("AREA_LEVEL_"),
        name=message.name,
        time_zone=message.time_zone,
        centre=Point(lat=message.lat, lon=message.lon),
    )


def household_of(message: HouseholdChanged, *, sequence: int) -> HouseholdCopy:
    """Takes over no more than the rules here need: no category, no income, no capacity, no disability."""
    household_id = id_of(message.household_id, "household_id")
    return HouseholdCopy(
        id=household_id,
        area_path=message.area_path,
        subject_sequence=sequence,
        removed=message.removed,
        members=tuple(
            MemberCopy(
                id=id_of(member.member_id, "member_id"),
                household_id=household_id,
                area_path=message.area_path,
                date_of_birth=day_or_none(member.date_of_birth, "date_of_birth"),
                in_school=member.in_school,
                care_duties=tuple(_duty(duty) for duty in member.care_duties if duty.kind in CARE_KINDS),
            )
            for member in message.members
        ),
    )


def _duty(duty: events_pb2.CareDuty) -> CareDuty:
    return CareDuty(
        id=id_of(duty.care_duty_id, "care_duty_id"),
        kind=CARE_KINDS[duty.kind],
        area_path=duty.area_path,
        valid_from=day_of(duty.valid_from, "valid_from"),
        valid_to=day_or_none(duty.valid_to, "valid_to"),
    )


HOUSEHOLDS: Subscription[EmploymentUnitOfWork] = Subscription(
    "households",
    {AreaChanged: take_area, HouseholdChanged: take_household, BenefitReductionProposed: take_proposal},
)
