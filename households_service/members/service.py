from __future__ import annotations

from datetime import date
from uuid import UUID

from chassis.errors import InvalidInput
from chassis.identity import Actor
from households_service.access import POLICY, Action
from households_service.members.domain import (
    HeadMissing,
    Member,
    UnknownMember,
    VerifiedPerson,
    require_reason,
)
from households_service.members.id_number import IdNumber
from households_service.registry.service import (
    NewMember,
    load_for_change,
    make_member,
    require_unregistered,
    touch,
)
from households_service.registry.sight import Sight
from households_service.uow import HouseholdsUnitOfWork

REVEALED = ("name", "idNumber", "phone", "dateOfBirth")


async def add_member(
    uow: HouseholdsUnitOfWork,
    actor: Actor,
    *,
    household_id: UUID,
    new: NewMember,
    expected_version: int | None,
) -> Member:
    """Somebody was born into, married into or moved to the household."""
    household = await load_for_change(uow, actor, Action.CHANGE_HOUSEHOLDS, household_id)
    household.expect(expected_version)
    today = await uow.today_in(household.area_path)
    member = make_member(uow, household, new, joined_on=today, field="member")
    present = (await uow.members.of_households([household.id])).get(household.id, ())
    if member.head and any(other.head and other.present_on(today) for other in present):
        raise HeadMissing("A household has exactly one head.", field="member.relation")
    await require_unregistered(uow, [member])
    await uow.members.add(member)
    await touch(uow, household, statements=True)
    return member


async def remove_member(
    uow: HouseholdsUnitOfWork,
    actor: Actor,
    *,
    member_id: UUID,
    left_on: date | None,
    expected_version: int | None,
) -> Member:
    """Somebody died, married away or moved; the head leaves only when another head was named."""
    member = await uow.members.get(member_id)
    household = await load_for_change(uow, actor, Action.CHANGE_HOUSEHOLDS, member.household_id)
    household.expect(expected_version)
    if member.left_on is not None:
        raise UnknownMember("This person is no longer a member.", field="memberId")
    if member.head:
        raise HeadMissing("Name another head before this one leaves.", field="memberId")
    gone = member.leave(left_on or await uow.today_in(household.area_path))
    await uow.members.save(gone)
    await touch(uow, household, statements=True)
    return gone


async def reveal_member(uow: HouseholdsUnitOfWork, actor: Actor, *, member_id: UUID, reason: str) -> Member:
    """The member with the personal details open. Who saw them and why is one row of the audit log."""
    scope = POLICY.require(actor, Action.REVEAL_MEMBER)
    purpose = require_reason(reason)
    member = await uow.members.get(member_id)
    await uow.households.get(member.household_id, Sight.of(scope, day=uow.today))
    await uow.audit(action=Action.REVEAL_MEMBER, subject_id=str(member.id), purpose=purpose, fields=REVEALED)
    return member


async def verify_member(
    uow: HouseholdsUnitOfWork, actor: Actor, *, id_number: str, name: str, date_of_birth: date
) -> VerifiedPerson | None:
    """Whether exactly this person is a registered member; the answer does not tell what was wrong.

    A malformed number is answered like an unknown one. Every question is one row of the audit log.
    """
    POLICY.require(actor, Action.VERIFY_MEMBER)
    member = None
    try:
        number = IdNumber.parse(id_number, samples_allowed=True)
    except InvalidInput:
        number = None
    if number is not None:
        member = await uow.members.verify(id_number=number.text, name=name, date_of_birth=date_of_birth)
    await uow.audit(
        action=Action.VERIFY_MEMBER,
        subject_id=str(member.id) if member else "",
        purpose="A worker proves who they are",
        fields=("idNumber", "name", "dateOfBirth"),
    )
    if member is None:
        return None
    return VerifiedPerson(member_id=member.id, household_id=member.household_id, area_path=member.area_path)
