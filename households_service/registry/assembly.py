"""Puts the whole state of households together from the slices, and tells the other services of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from chassis.clock import civil_date
from households_service.members.domain import Member
from households_service.registry.domain import Household
from households_service.registry.state import HouseholdChanged, HouseholdState
from households_service.statements.service import announce_statements
from households_service.uow import HouseholdsUnitOfWork


async def states_of(
    uow: HouseholdsUnitOfWork,
    households: Sequence[Household],
    members: Mapping[UUID, Sequence[Member]] | None = None,
) -> Mapping[UUID, HouseholdState]:
    """In five queries for any number of households; `members`: everybody who ever was one, where that is at hand."""
    ids = [household.id for household in households]
    paths = {household.area_path for household in households}
    zones = await uow.areas.zones_of(paths)
    if members is None:
        members = await uow.members.of_households(ids)
    duties = await uow.care.of_households(ids)
    pairings = await uow.officers.pairings_of(ids, uow.today)
    rules = await uow.statements.rules_of(paths, uow.today)
    states = {}
    for household in households:
        day = civil_date(uow.now, zones.get(household.area_path, uow.rules.zone))
        states[household.id] = HouseholdState(
            household=household,
            members=tuple(member for member in members.get(household.id, ()) if member.present_on(day)),
            care_duties=tuple(
                duty for duty in duties.get(household.id, ()) if duty.valid_to is None or duty.valid_to > day
            ),
            support_officer_ids=tuple(pairing.officer_id for pairing in pairings.get(household.id, ())),
            membership_rule=rules[household.area_path].membership_rule,
            day=day,
        )
    return states


async def announce_households(
    uow: HouseholdsUnitOfWork,
    *households: Household,
    statements: bool = True,
    members: Mapping[UUID, Sequence[Member]] | None = None,
) -> None:
    """Emits the households' whole state and, unless membership did not change, their statements."""
    states = await states_of(uow, households, members)
    uow.emit(*(HouseholdChanged(state=states[household.id]) for household in households))
    if statements:
        await announce_statements(uow, *households)
