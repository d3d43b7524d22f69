from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from uuid import UUID

from chassis.access import Scope
from chassis.identity import Actor, Role, ScopeKind
from chassis.ids import new_id
from households_service.access import POLICY, Action
from households_service.officers.domain import (
    Officer,
    OfficerChanged,
    OfficerSubjectTaken,
    Pairing,
    require_pairable,
)
from households_service.registry.service import load_for_change, touch
from households_service.uow import HouseholdsUnitOfWork


async def register_officer(
    uow: HouseholdsUnitOfWork,
    actor: Actor,
    *,
    subject: str,
    display_name: str,
    roles: Collection[Role],
    area_path: str,
) -> Officer:
    """`subject` is the `sub` of the officer's token; one officer has one."""
    POLICY.require(actor, Action.CHANGE_OFFICERS).require(area_path=area_path)
    await uow.areas.get(area_path)
    if await uow.officers.by_subject(subject) is not None:
        raise OfficerSubjectTaken("Another officer has this token subject.", field="subject")
    officer = Officer(
        id=new_id(), subject=subject, display_name=display_name, roles=frozenset(roles), area_path=area_path
    )
    await uow.officers.add(officer)
    uow.emit(OfficerChanged(officer=officer))
    return officer


async def deactivate_officer(
    uow: HouseholdsUnitOfWork, actor: Actor, *, officer_id: UUID, expected_version: int | None
) -> Officer:
    """The officer keeps what was recorded of them, and sees nothing from now on."""
    scope = POLICY.require(actor, Action.CHANGE_OFFICERS)
    officer = await uow.officers.get(officer_id, lock=True)
    scope.require(area_path=officer.area_path)
    officer.expect(expected_version)
    gone = officer.deactivate()
    await uow.officers.save(gone)
    uow.emit(OfficerChanged(officer=gone))
    return gone


async def pair_support_officer(
    uow: HouseholdsUnitOfWork, actor: Actor, *, officer_id: UUID, household_id: UUID
) -> Pairing:
    """From today on. The officer's row is locked, so that two pairings cannot both be the last allowed one."""
    household = await load_for_change(uow, actor, Action.CHANGE_OFFICERS, household_id)
    officer = await uow.officers.get(officer_id, lock=True)
    today = await uow.today_in(household.area_path)
    present = (await uow.officers.pairings_of([household.id], today)).get(household.id, ())
    require_pairable(
        officer,
        area_path=household.area_path,
        household_monitored=household.monitored,
        monitored_load=await uow.officers.monitored_load(officer.id, today),
        limit=uow.rules.officer_household_limit,
        paired=any(pairing.officer_id == officer.id for pairing in present),
    )
    pairing = Pairing(
        id=new_id(),
        officer_id=officer.id,
        household_id=household.id,
        area_path=household.area_path,
        valid_from=today,
    )
    await uow.officers.pair(pairing)
    await touch(uow, household, statements=False)
    return pairing


async def end_pairing(uow: HouseholdsUnitOfWork, actor: Actor, *, officer_id: UUID, household_id: UUID) -> Pairing:
    """Today is the first day without it."""
    household = await load_for_change(uow, actor, Action.CHANGE_OFFICERS, household_id)
    pairing = await uow.officers.open_pairing(officer_id, household_id)
    ended = replace(pairing, valid_to=await uow.today_in(household.area_path))
    await uow.officers.end(ended)
    await touch(uow, household, statements=False)
    return ended


def prefixes_of(scope: Scope) -> Sequence[str] | None:
    """The areas whose officers a caller may list; None: all of them."""
    if ScopeKind.SYSTEM in scope.kinds:
        return None
    return scope.actor.areas if ScopeKind.AREA in scope.kinds or ScopeKind.PAIRED in scope.kinds else ()
