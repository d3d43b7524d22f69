"""Who is the independent monitor, beyond the role in a token: somebody of no office, and named in the record."""

from __future__ import annotations

from collections.abc import Collection

from chassis.access import Scope
from chassis.errors import Forbidden
from chassis.identity import Actor, Role
from employment_service.access import POLICY
from employment_service.uow import EmploymentUnitOfWork


def require_monitor(uow: EmploymentUnitOfWork, action: str = "readFlags") -> Scope:
    """A monitor who holds an office besides is none. Raises Forbidden."""
    scope = POLICY.require(uow.actor, action)
    if uow.actor.roles - {Role.INDEPENDENT_MONITOR}:
        raise Forbidden("Whoever holds another role besides is not independent.")
    return scope


def is_monitor_alone(actor: Actor) -> bool:
    """Holds the monitor's role and no other: whoever holds an office besides sees as much as the office does."""
    return actor.roles == {Role.INDEPENDENT_MONITOR}


async def require_watching_monitor(uow: EmploymentUnitOfWork, area_path: str) -> None:
    """To read what is the monitor's alone, where a record of the area, or of one above or below it, names somebody:
    that person. A county that lets a second token of the role be issued puts nobody beside them.

    Where no record stands, or its monitor stepped down, the role suffices, so that a grievance is always heard.
    """
    require_monitor(uow).require(area_path=area_path)
    if await named_others(uow, area_path):
        raise Forbidden("Only the monitor named in the safeguards of this area may read this.")


async def watched_areas(uow: EmploymentUnitOfWork, area_paths: Collection[str]) -> frozenset[str]:
    """Those in which the caller reads as the monitor does; none for anybody else."""
    if not is_monitor_alone(uow.actor):
        return frozenset()
    scope = require_monitor(uow)
    inside = sorted({path for path in area_paths if scope.covers(area_path=path)})
    return frozenset([path for path in inside if not await named_others(uow, path)])


async def named_others(uow: EmploymentUnitOfWork, area_path: str) -> frozenset[str]:
    """The monitors of standing records of the area, above or below it, who are not the caller."""
    named = {
        record.checklist.monitor_subject
        for record in await uow.safeguards.overlapping(area_path)
        if record.monitor_stepped_down_at is None
    }
    return frozenset(named - {uow.actor.subject})


async def require_named_monitor(uow: EmploymentUnitOfWork, area_path: str) -> None:
    """Only the person that a safeguards record at or above the area names; the county cannot name another meanwhile.

    A record that ran out still says who that is.
    """
    require_monitor(uow, "liftHold").require(area_path=area_path)
    records = await uow.safeguards.at_or_above(area_path)
    if not any(
        record.checklist.monitor_subject == uow.actor.subject and record.monitor_stepped_down_at is None
        for record in records
    ):
        raise Forbidden("Only the monitor named in the safeguards of this area may do this.")
