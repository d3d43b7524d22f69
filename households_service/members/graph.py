"""Members of households: masked by default, opened one at a time and with a reason."""

from datetime import date
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Refused, refusals
from chassis.identity import Role
from chassis.ids import parse_id
from households_service.care.graph import CareDuty
from households_service.context import HouseholdsContext
from households_service.idempotency import once
from households_service.labels import label
from households_service.loaders import needed
from households_service.members import domain, service
from households_service.registry.service import NewMember

if TYPE_CHECKING:
    from households_service.registry.graph import Household

strawberry.enum(domain.Relation, description="To the head of the household.")
strawberry.enum(domain.LabourCapacity, description="As declared by the person or a doctor, never overridden.")
strawberry.enum(domain.Residence, description="On the household register, living together, or both.")
strawberry.enum(domain.AgeBand)


@strawberry.federation.type(keys=["id"], description="A member of a household.")
class Member:
    id: strawberry.ID
    household_id: strawberry.ID
    area_path: AreaPath
    relation: domain.Relation
    head: bool
    birth_year: int | None
    labour_capacity: domain.LabourCapacity
    residence: domain.Residence
    in_school: bool
    disabled: bool
    joined_on: date
    left_on: date | None
    record: strawberry.Private[domain.Member]

    @strawberry.field(description="Masked for everybody but the person; see revealMember.")
    def display_name(self, info: Info[HouseholdsContext, None]) -> str:
        name = self.record.details.name
        return name if _is_own(info.context, self.record) else domain.masked_name(name)

    @strawberry.field(description="All but the last two characters hidden.")
    def id_number_masked(self) -> str | None:
        return domain.masked_id_number(self.record.details.id_number)

    @strawberry.field
    def phone_masked(self) -> str | None:
        return domain.masked_phone(self.record.details.phone)

    @strawberry.field(description="On a day, today by default.")
    def age_band(self, info: Info[HouseholdsContext, None], on: date | None = None) -> domain.AgeBand:
        return domain.age_band(self.record.date_of_birth, on or info.context.today())

    @strawberry.field(description="In the reader's language.")
    def relation_label(self, info: Info[HouseholdsContext, None]) -> str:
        return label(self.relation, info.context.locale)

    @strawberry.field(description="Duties that hold today.")
    async def care_duties(self, info: Info[HouseholdsContext, None]) -> list[CareDuty]:
        today = info.context.today()
        duties = await info.context.loaders.care_duties.load(self.record.id)
        return [CareDuty.of(duty) for duty in duties if duty.holds_on(today)]

    @strawberry.field
    async def household(
        self, info: Info[HouseholdsContext, None]
    ) -> Annotated["Household", strawberry.lazy("households_service.registry.graph")] | None:
        from households_service.registry.graph import Household  # noqa: PLC0415 - the two know each other

        return Household.perhaps(await info.context.loaders.households.load(self.record.household_id))

    @classmethod
    async def resolve_reference(cls, info: Info[HouseholdsContext, None], id: str) -> "Member | None":
        return cls.perhaps(await info.context.loaders.members.load(parse_id(id)))

    @staticmethod
    def of(member: domain.Member) -> "Member":
        return Member(
            id=strawberry.ID(str(member.id)),
            household_id=strawberry.ID(str(member.household_id)),
            area_path=AreaPath(member.area_path),
            relation=member.relation,
            head=member.head,
            birth_year=member.date_of_birth.year if member.date_of_birth else None,
            labour_capacity=member.labour_capacity,
            residence=member.residence,
            in_school=member.in_school,
            disabled=member.disabled,
            joined_on=member.joined_on,
            left_on=member.left_on,
            record=member,
        )

    @staticmethod
    def perhaps(member: domain.Member | None) -> "Member | None":
        return None if member is None else Member.of(member)


@strawberry.type(description="What was opened; who opened it and why stands in the audit log.")
class RevealedMember:
    id: strawberry.ID
    name: str
    id_number: str | None
    phone: str | None
    date_of_birth: date | None


@strawberry.input
class NewMemberInput:
    name: str
    relation: domain.Relation
    id_number: str | None = None
    phone: str | None = None
    date_of_birth: date | None = strawberry.field(default=None, description="Else taken from the ID number.")
    labour_capacity: domain.LabourCapacity = domain.LabourCapacity.FULL
    residence: domain.Residence = domain.Residence.REGISTERED_AND_LIVING
    in_school: bool = False
    disabled: bool = False

    def asked(self) -> NewMember:
        return NewMember(
            name=self.name,
            relation=self.relation,
            id_number=self.id_number,
            phone=self.phone,
            date_of_birth=self.date_of_birth,
            labour_capacity=self.labour_capacity,
            residence=self.residence,
            in_school=self.in_school,
            disabled=self.disabled,
        )


@strawberry.input
class AddMemberInput:
    household_id: strawberry.ID
    member: NewMemberInput
    expected_version: int
    idempotency_key: str


@strawberry.input
class RemoveMemberInput:
    member_id: strawberry.ID
    left_on: date | None = strawberry.field(default=None, description="First day away; today by default.")
    expected_version: int = strawberry.field(description="Of the household.")


AddMemberResult = Annotated[Member | Refused, strawberry.union("AddMemberResult")]
RemoveMemberResult = Annotated[Member | Refused, strawberry.union("RemoveMemberResult")]
RevealMemberResult = Annotated[RevealedMember | Refused, strawberry.union("RevealMemberResult")]


@strawberry.type
class MemberMutation:
    @strawberry.mutation(description="Somebody was born into, married into or moved to the household.")
    @refusals
    async def add_member(self, info: Info[HouseholdsContext, None], input: AddMemberInput) -> AddMemberResult:
        async with info.context.begin() as uow:

            async def make() -> UUID:
                member = await service.add_member(
                    uow,
                    info.context.actor,
                    household_id=parse_id(input.household_id, field="householdId"),
                    new=input.member.asked(),
                    expected_version=input.expected_version,
                )
                return member.id

            member_id = await once(uow, "addMember", input.idempotency_key, input, make)
        return Member.of(await needed(info.context.loaders.members, member_id))

    @strawberry.mutation(description="Somebody died, married away or moved.")
    @refusals
    async def remove_member(self, info: Info[HouseholdsContext, None], input: RemoveMemberInput) -> RemoveMemberResult:
        async with info.context.begin() as uow:
            member = await service.remove_member(
                uow,
                info.context.actor,
                member_id=parse_id(input.member_id, field="memberId"),
                left_on=input.left_on,
                expected_version=input.expected_version,
            )
        return Member.of(member)

    @strawberry.mutation(description="Opens a member's personal details; the reason is written to the audit log.")
    @refusals
    async def reveal_member(
        self, info: Info[HouseholdsContext, None], id: strawberry.ID, reason: str
    ) -> RevealMemberResult:
        async with info.context.begin() as uow:
            member = await service.reveal_member(uow, info.context.actor, member_id=parse_id(id), reason=reason)
        return RevealedMember(
            id=strawberry.ID(str(member.id)),
            name=member.details.name,
            id_number=member.details.id_number,
            phone=member.details.phone,
            date_of_birth=member.date_of_birth,
        )


def _is_own(context: HouseholdsContext, member: domain.Member) -> bool:
    """The caller's own name; a household's own token sees no other family than its own."""
    roles = context.actor.roles
    own_family = Role.HOUSEHOLD in roles and roles <= {Role.HOUSEHOLD, Role.WORKER}
    return own_family or member.id == context.actor.member_id
