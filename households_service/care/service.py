from __future__ import annotations

from datetime import date
from uuid import UUID

from chassis.errors import InvalidInput
from chassis.identity import Actor
from chassis.ids import new_id
from households_service.access import Action
from households_service.care.domain import CareDuty, CareKind
from households_service.registry.service import load_for_change, touch
from households_service.uow import HouseholdsUnitOfWork


async def record_care_duty(
    uow: HouseholdsUnitOfWork,
    actor: Actor,
    *,
    member_id: UUID,
    kind: CareKind,
    care_area_path: str,
    valid_from: date | None,
) -> CareDuty:
    """`care_area_path`: the village where care is needed, which may be another household's."""
    member = await uow.members.get(member_id)
    household = await load_for_change(uow, actor, Action.CHANGE_CARE, member.household_id)
    today = await uow.today_in(household.area_path)
    if not member.present_on(today):
        raise InvalidInput("This person is no longer a member.", field="memberId")
    await uow.areas.get(care_area_path)
    duty = CareDuty(
        id=new_id(),
        member_id=member.id,
        household_id=household.id,
        area_path=household.area_path,
        kind=kind,
        care_area_path=care_area_path,
        valid_from=valid_from or today,
    )
    await uow.care.add(duty)
    await touch(uow, household, statements=False)
    return duty


async def end_care_duty(
    uow: HouseholdsUnitOfWork, actor: Actor, *, care_duty_id: UUID, ends_on: date | None
) -> CareDuty:
    """`ends_on` is the first day without the duty; today by default."""
    duty = await uow.care.get(care_duty_id)
    household = await load_for_change(uow, actor, Action.CHANGE_CARE, duty.household_id)
    ended = duty.end(ends_on or await uow.today_in(household.area_path))
    await uow.care.end(ended)
    await touch(uow, household, statements=False)
    return ended
