from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chassis.identity import Actor
from chassis.ids import new_id
from households_service.access import POLICY, Action
from households_service.areas.domain import (
    Area,
    AreaChanged,
    AreaChangedMeanwhile,
    AreaCodeTaken,
    AreaPathTaken,
    CodePeriod,
    ParentAreaMissing,
    UnknownArea,
)
from households_service.uow import HouseholdsUnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArea:
    path: str
    code: str
    name: str
    time_zone: str
    lat: float
    lon: float
    valid_from: date


async def add_areas(uow: HouseholdsUnitOfWork, actor: Actor, new: Sequence[NewArea]) -> Sequence[Area]:
    """Parents before or beside their children. A province, or the top of what is held here, needs no parent."""
    scope = POLICY.require(actor, Action.CHANGE_AREAS)
    made = [
        Area(
            id=new_id(),
            path=area.path,
            name=area.name,
            time_zone=area.time_zone,
            lat=area.lat,
            lon=area.lon,
            valid_from=area.valid_from,
            codes=(CodePeriod(code=area.code, valid_from=area.valid_from),),
        )
        for area in new
    ]
    for area in made:
        scope.require(area_path=area.path)
    parents = {parent for area in made if (parent := area.parent_path) is not None}
    held = await uow.areas.by_paths({area.path for area in made} | parents)
    known = {area.path for area in made} | set(held)
    tops = not await uow.areas.count_under("", None)
    for number, area in enumerate(made):
        if area.path in held:
            raise AreaPathTaken("There is an area at this path already.", field=f"areas.{number}.path")
        topmost = tops and number == 0
        if area.parent_path is not None and area.parent_path not in known and not topmost:
            raise ParentAreaMissing("The area above this one is not there.", field=f"areas.{number}.path")
        if await uow.areas.code_taken(area.codes[0].code, area.valid_from):
            raise AreaCodeTaken("Another area carries this code.", field=f"areas.{number}.code")
    await uow.areas.add(*made)
    uow.emit(*(AreaChanged(area=area, code=area.codes[0].code) for area in made))
    return made


async def recode_area(
    uow: HouseholdsUnitOfWork,
    actor: Actor,
    *,
    path: str,
    code: str,
    valid_from: date,
    expected_version: int | None = None,
) -> Area:
    """From `valid_from` on the area carries another code; the old one stays known for the days before."""
    POLICY.require(actor, Action.CHANGE_AREAS).require(area_path=path)
    held = await uow.areas.get(path)
    if expected_version is not None and expected_version != held.version:
        raise AreaChangedMeanwhile("The area was changed meanwhile; read it again.", field="expectedVersion")
    area = held.recode(code, valid_from=valid_from)
    if await uow.areas.code_taken(code, valid_from):
        raise AreaCodeTaken("Another area carries this code.", field="code")
    await uow.areas.save(area)
    uow.emit(AreaChanged(area=area, code=area.code_on(await uow.today_in(path))))
    return area


async def area_by_code(uow: HouseholdsUnitOfWork, actor: Actor, *, code: str, on: date | None = None) -> Area:
    """The area that carried the code on a day (today by default). Raises UnknownArea."""
    POLICY.require(actor, Action.SEE_AREAS)
    area = await uow.areas.by_code(code, on or uow.today)
    if area is None:
        raise UnknownArea("No area carries this code on that day.", field="code")
    return area
