"""What visits said of rules, feeds and areas."""

from __future__ import annotations

from datetime import date

from chassis.identity import Actor
from risk_service.access import READ_PRECISION, policy, require_area, visibility
from risk_service.uow import RiskUnitOfWork
from risk_service.verification.precision.domain import Precision, PrecisionBy, require_months, told
from risk_service.verification.precision.repository import PrecisionRepository


async def read_precision(
    uow: RiskUnitOfWork, actor: Actor, *, by: PrecisionBy, area_path: str, since: date, until: date
) -> tuple[Precision, ...]:
    """Raises Forbidden or PeriodNotMonths."""
    scope = policy.require(actor, READ_PRECISION)
    require_area(actor, scope, area_path)
    require_months(since, until)
    found = await PrecisionRepository(uow.connection).tallies(
        visibility(actor, scope), by=by, area_path=area_path, since=since, until=until
    )
    return told(found)
