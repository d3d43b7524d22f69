from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.access import Scope
from chassis.errors import InvalidInput
from chassis.identity import Actor
from chassis.ids import new_id
from households_service.access import POLICY, Action
from households_service.areas.domain import UnknownArea
from households_service.members.domain import (
    LabourCapacity,
    Member,
    MemberAlreadyRegistered,
    PersonalDetails,
    Relation,
    Residence,
    require_household_of,
)
from households_service.members.id_number import IdNumber
from households_service.registry.assembly import announce_households
from households_service.registry.domain import (
    Household,
    HouseholdCodeTaken,
    MonitoringCategory,
    RegistrationHistory,
)
from households_service.registry.sight import Sight
from households_service.uow import HouseholdsUnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMember:
    """`date_of_birth` is taken from the ID number where there is one and none is given."""

    name: str
    relation: Relation
    id_number: str | None = None
    phone: str | None = None
    date_of_birth: date | None = None
    labour_capacity: LabourCapacity = LabourCapacity.FULL
    residence: Residence = Residence.REGISTERED_AND_LIVING
    in_school: bool = False
    disabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHousehold:
    """`registered_on`: today by default."""

    code: str
    area_path: str
    members: tuple[NewMember, ...]
    registration_history: RegistrationHistory = RegistrationHistory.NEVER_REGISTERED
    monitoring_category: MonitoringCategory = MonitoringCategory.NONE
    safe_housing: bool = True
    safe_water: bool = True
    registered_on: date | None = None


async def register_household(uow: HouseholdsUnitOfWork, actor: Actor, new: NewHousehold) -> Household:
    return (await register_households(uow, actor, [new]))[0]


async def register_households(
    uow: HouseholdsUnitOfWork, actor: Actor, new: Sequence[NewHousehold]
) -> Sequence[Household]:
    """All or none, in a fixed number of queries. A refusal names the household by its place in `new` only when
    there are several.
    """
    scope = POLICY.require(actor, Action.CHANGE_HOUSEHOLDS)
    for asked in new:
        scope.require(area_path=asked.area_path)
    areas = await uow.areas.by_paths({asked.area_path for asked in new})
    taken = set(await uow.households.by_codes({asked.code for asked in new}))
    households: list[Household] = []
    members: list[Member] = []
    families: dict[UUID, tuple[Member, ...]] = {}
    for number, asked in enumerate(new):
        at = f"households.{number}." if len(new) > 1 else ""
        if asked.area_path not in areas:
            raise UnknownArea("There is no such area.", field=f"{at}areaPath")
        if asked.code in taken:
            raise HouseholdCodeTaken("A household carries this code already.", field=f"{at}code")
        taken.add(asked.code)
        today = uow.today
        if asked.registered_on is not None and asked.registered_on > today:
            raise InvalidInput("A household is not registered in the future.", field=f"{at}registeredOn")
        household = Household(
            id=new_id(),
            code=asked.code,
            area_path=asked.area_path,
            registration_history=asked.registration_history,
            monitoring_category=asked.monitoring_category,
            safe_housing=asked.safe_housing,
            safe_water=asked.safe_water,
            registered_on=asked.registered_on or today,
        )
        family = tuple(
            make_member(uow, household, member, joined_on=household.registered_on, field=f"{at}members.{place}")
            for place, member in enumerate(asked.members)
        )
        require_household_of(family, today=today)
        households.append(household)
        members += family
        families[household.id] = family
    await require_unregistered(uow, members)
    await uow.households.add(*households)
    await uow.members.add(*members)
    await announce_households(uow, *households, members=families)
    return households


async def assess_household(
    uow: HouseholdsUnitOfWork,
    actor: Actor,
    *,
    household_id: UUID,
    expected_version: int | None,
    monitoring_category: MonitoringCategory | None = None,
    registration_history: RegistrationHistory | None = None,
    safe_housing: bool | None = None,
    safe_water: bool | None = None,
) -> Household:
    """Changes what is given; what is None stays."""
    household = await load_for_change(uow, actor, Action.CHANGE_HOUSEHOLDS, household_id)
    household.expect(expected_version)
    assessed = household.assess(
        monitoring_category=monitoring_category or household.monitoring_category,
        registration_history=registration_history or household.registration_history,
        safe_housing=household.safe_housing if safe_housing is None else safe_housing,
        safe_water=household.safe_water if safe_water is None else safe_water,
    )
    await uow.households.save(assessed)
    await announce_households(uow, assessed, statements=False)
    return assessed


async def remove_household(
    uow: HouseholdsUnitOfWork, actor: Actor, *, household_id: UUID, expected_version: int | None
) -> Household:
    """The household leaves the registry today; what was recorded of it stays."""
    household = await load_for_change(uow, actor, Action.CHANGE_HOUSEHOLDS, household_id)
    household.expect(expected_version)
    removed = household.remove(await uow.today_in(household.area_path))
    await uow.households.save(removed)
    await announce_households(uow, removed, statements=False)
    return removed


async def load_for_change(uow: HouseholdsUnitOfWork, actor: Actor, action: Action, household_id: UUID) -> Household:
    """The household, locked until the end of the transaction. Raises Forbidden or UnknownHousehold."""
    scope: Scope = POLICY.require(actor, action)
    return await uow.households.get(household_id, Sight.of(scope, day=uow.today), lock=True)


async def touch(uow: HouseholdsUnitOfWork, household: Household, *, statements: bool) -> Household:
    """Saves the next version because something that belongs to the household changed, and announces it."""
    changed = household.changed()
    await uow.households.save(changed)
    await announce_households(uow, changed, statements=statements)
    return changed


def make_member(
    uow: HouseholdsUnitOfWork, household: Household, new: NewMember, *, joined_on: date, field: str
) -> Member:
    """Checks the ID number and, where both are given, that it agrees with the date of birth."""
    number = None
    if new.id_number is not None:
        number = IdNumber.parse(new.id_number, samples_allowed=uow.rules.samples_allowed, field=f"{field}.idNumber")
    return Member(
        id=new_id(),
        household_id=household.id,
        area_path=household.area_path,
        details=PersonalDetails(
            name=" ".join(new.name.split()), id_number=number.text if number else None, phone=new.phone
        ),
        relation=new.relation,
        date_of_birth=new.date_of_birth or (number.date_of_birth if number else None),
        labour_capacity=new.labour_capacity,
        residence=new.residence,
        in_school=new.in_school,
        disabled=new.disabled,
        joined_on=joined_on,
    )


async def require_unregistered(uow: HouseholdsUnitOfWork, members: Sequence[Member]) -> None:
    """No person is a member of two households. Raises MemberAlreadyRegistered."""
    numbers = [member.details.id_number for member in members if member.details.id_number is not None]
    if len(set(numbers)) < len(numbers) or await uow.members.by_id_numbers(numbers):
        raise MemberAlreadyRegistered("A person with this ID number is a member of a household.", field="idNumber")
