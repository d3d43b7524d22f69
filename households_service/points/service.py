from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from chassis.errors import InvalidInput
from chassis.identity import Actor, ScopeKind
from chassis.ids import new_id
from households_service.access import POLICY, Action
from households_service.points.domain import (
    MOST_SERVED_AT_ONCE,
    HouseholdNotServable,
    Served,
    SupplyPoint,
    SupplyPointNumberTaken,
)
from households_service.uow import HouseholdsUnitOfWork


async def register_supply_point(
    uow: HouseholdsUnitOfWork, actor: Actor, *, number: str, name: str, area_path: str, registered_on: date | None
) -> SupplyPoint:
    """Raises SupplyPointNumberTaken."""
    POLICY.require(actor, Action.CHANGE_SUPPLY_POINTS).require(area_path=area_path)
    await uow.areas.get(area_path)
    point = SupplyPoint(
        id=new_id(),
        number=number.strip(),
        name=_name(name),
        area_path=area_path,
        registered_on=registered_on or await uow.today_in(area_path),
    )
    if await uow.points.by_numbers([point.number]):
        raise SupplyPointNumberTaken("A supply point carries this number already.", field="number")
    await uow.points.add(point)
    return point


async def serve_households(
    uow: HouseholdsUnitOfWork, actor: Actor, *, number: str, household_ids: Sequence[UUID], since: date | None
) -> SupplyPoint:
    """From `since` (today by default) on these households are served by the point, and by no other.

    Who is served by it already stays. Raises UnknownSupplyPoint, HouseholdNotServable or ServiceOutOfOrder.
    """
    scope = POLICY.require(actor, Action.CHANGE_SUPPLY_POINTS)
    point = await uow.points.by_number(number, lock=True)
    scope.require(area_path=point.area_path)
    wanted = sorted(set(household_ids))
    if len(wanted) > MOST_SERVED_AT_ONCE:
        raise InvalidInput(f"At most {MOST_SERVED_AT_ONCE} households at once.", field="householdIds")
    found = await uow.households.lock(wanted)
    for place, household_id in enumerate(wanted):
        household = found.get(household_id)
        if household is None or household.removed_on is not None or not scope.covers(area_path=household.area_path):
            raise HouseholdNotServable("There is no such household, or not for you.", field=f"householdIds.{place}")
    day = since or await uow.today_in(point.area_path)
    present = await uow.points.present_of(wanted)
    moving = [one.end(day) for one in present.values() if one.point_id != point.id]
    await uow.points.end_services(moving, day)
    await uow.points.begin_services(
        [
            Served(
                id=new_id(),
                point_id=point.id,
                household_id=household_id,
                area_path=found[household_id].area_path,
                valid_from=day,
            )
            for household_id in wanted
            if household_id not in present or present[household_id].point_id != point.id
        ]
    )
    return point


async def end_supply(
    uow: HouseholdsUnitOfWork, actor: Actor, *, number: str, household_ids: Sequence[UUID], on: date | None
) -> SupplyPoint:
    """These households are served by the point no more, from `on` (today by default). Others stay as they are."""
    scope = POLICY.require(actor, Action.CHANGE_SUPPLY_POINTS)
    point = await uow.points.by_number(number, lock=True)
    scope.require(area_path=point.area_path)
    day = on or await uow.today_in(point.area_path)
    present = await uow.points.present_of(sorted(set(household_ids)))
    ending = [one.end(day) for one in present.values() if one.point_id == point.id]
    await uow.points.end_services(ending, day)
    return point


async def supply_points(
    uow: HouseholdsUnitOfWork, actor: Actor, *, area_path: str | None, after: UUID | None, limit: int
) -> Sequence[SupplyPoint]:
    return await uow.points.page(_prefixes(actor), area_path, after=after, limit=limit)


async def count_supply_points(uow: HouseholdsUnitOfWork, actor: Actor, *, area_path: str | None) -> int:
    return await uow.points.count(_prefixes(actor), area_path)


async def served_counts(uow: HouseholdsUnitOfWork, points: Sequence[UUID], *, on: date | None) -> Mapping[UUID, int]:
    return await uow.points.counts_of(points, on or uow.today)


def _prefixes(actor: Actor) -> Sequence[str] | None:
    scope = POLICY.require(actor, Action.SEE_SUPPLY_POINTS)
    return None if ScopeKind.SYSTEM in scope.kinds else actor.areas


def _name(text: str) -> str:
    name = text.strip()
    if not 1 <= len(name) <= 100:
        raise InvalidInput("A name has 1 to 100 characters.", field="name")
    return name
