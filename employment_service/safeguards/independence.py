"""Who is the independent monitor, beyond the role in a token: somebody of no office, and named in the record."""

from __future__ import annotations

from chassis.access import Scope
from chassis.errors import Forbidden
from chassis.identity import Role
from employment_service.access import POLICY
from employment_service.uow import EmploymentUnitOfWork


def require_monitor(uow: EmploymentUnitOfWork, action: str = "readFlags") -> Scope:
    """A monitor who holds an office besides is none. Raises Forbidden."""
    scope = POLICY.require(uow.actor, action)
    if uow.actor.roles - {Role.INDEPENDENT_MONITOR}:
        raise Forbidden("Whoever holds another role besides is not independent.")
    return scope


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
