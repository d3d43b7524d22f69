"""Weighs again what time alone may have changed: work that ended long enough ago, a benefit that ran out, a new line,
a child that came of age for school, a policy that took effect.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis.clock import civil_date
from chassis.timers import DueTimer, TimerKind
from risk_service.copies.reach import zones_of
from risk_service.policy.factors import RiskFactor
from risk_service.signals.facts.service import weigh_again
from risk_service.uow import RiskUnitOfWork

# Where a day begins first: no zone is further ahead.
FURTHEST_EAST = ZoneInfo("Etc/GMT-14")
AT_ONCE = 2000


async def weigh_due(uow: RiskUnitOfWork, _: DueTimer) -> None:
    """A household that left the registry meanwhile is not weighed any more."""
    due = await uow.facts.due(civil_date(uow.now, FURTHEST_EAST), limit=AT_ONCE)
    if not due:
        return
    zones = await zones_of(uow, {one.area_path for one in due})
    today = {path: civil_date(uow.now, zone) for path, zone in zones.items()}
    over = [one for one in due if one.on <= today[one.area_path]]
    here = await uow.copies.areas_of(sorted({one.household_id for one in over}))
    found: dict[UUID, set[RiskFactor]] = {household_id: set() for household_id in here}
    for one in over:
        found.get(one.household_id, set()).add(one.factor)
    # Whoever takes a household in holds its lock before it writes its days.
    await uow.lock(*(f"household {one.household_id}" for one in over))
    await uow.facts.put_due([(one.household_id, one.factor) for one in over], ())
    await weigh_again(uow, found)


WEIGHINGS = TimerKind(name="weighings", handle=weigh_due, every=timedelta(seconds=15))
