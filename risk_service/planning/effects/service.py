"""What measures were seen to do in an area, beside what was assumed of them."""

from __future__ import annotations

from chassis.identity import Actor, ScopeKind
from risk_service.access import READ_PLANS, policy, require_area
from risk_service.planning.effects.domain import MeasureEffect, Stratum, measured, require_months
from risk_service.planning.plans.declaration import DeclaredMeasure
from risk_service.uow import RiskUnitOfWork


async def measure_effects(
    uow: RiskUnitOfWork, actor: Actor, *, area_path: str, months: int
) -> dict[str, MeasureEffect]:
    """By code, of every measure of an approved plan whose months are over; the newest plan's words and assumption."""
    scope = policy.require(actor, READ_PLANS)
    require_area(actor, scope, area_path)
    require_months(months)
    areas = None if ScopeKind.SYSTEM in scope.kinds else actor.areas
    periods = await uow.effects.periods(areas=areas, area_path=area_path, months=months, now=uow.now)
    strata: dict[str, list[Stratum]] = {}
    newest: dict[str, DeclaredMeasure] = {}
    for period in periods.values():
        for measure in period.declared.measures:
            newest[measure.code] = measure
            strata.setdefault(measure.code, []).extend(await uow.effects.strata(period, measure))
    await uow.audit(action="EFFECTS_READ", subject_id=area_path, purpose="PLANNING")
    return {
        code: MeasureEffect(
            code=code, label=measure.label, assumed=measure.assumed, measured=measured(measure.assumed, strata[code])
        )
        for code, measure in sorted(newest.items())
    }
