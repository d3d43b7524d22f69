"""From one report about a supply point to a warning for every household it serves."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from chassis.clock import civil_date
from chassis.ids import new_id
from risk_service.alerts.amountless import Step, raise_found, weigh_found
from risk_service.alerts.settling import settle_alerts
from risk_service.alerts.weighing import Settled
from risk_service.conditions.domain import Condition, WaterPolicy, ground_of, state_of
from risk_service.copies.reach import zones_of
from risk_service.policy.domain import RiskFactor
from risk_service.policy.service import in_force
from risk_service.uow import RiskUnitOfWork

WATER = RiskFactor.WATER_SAFETY


async def receive_condition(uow: RiskUnitOfWork, condition: Condition, *, served: Collection[UUID]) -> None:
    """`served`: households on the point that day, or a part of them. Who was warned of an earlier version, or of
    what is withdrawn, is weighed again too; a level never falls by itself.

    A household that is not known here (it left the registry meanwhile) is passed over. Raises NoPolicyInForce.
    """
    await uow.lock(f"point {condition.point_id}")
    pack = await in_force(uow, area_path=condition.area_path, day=condition.occurred_on)
    rule = pack.water_on(condition.occurred_on)
    if rule is None:
        return
    await uow.conditions.add(condition, served=served, at=uow.now)
    policy = WaterPolicy(rule=rule, pack=pack)
    state = state_of(await uow.conditions.newest_of(condition.point_id), rule=rule, day=condition.occurred_on)
    warned = await uow.alerts.open_about(WATER, condition.department, condition.corrects or condition.record_id)
    places = await uow.copies.areas_of(sorted({*served, *warned}))
    await uow.lock(*(f"household {household_id}" for household_id in places))
    known = {alert.household_id: alert for alert in await uow.alerts.open_of_many(sorted(places), WATER)}
    cleared = await uow.alerts.cleared_conditions(sorted(places), WATER)
    zones = await zones_of(uow, set(places.values()))
    settled: list[Settled] = []
    for household_id, area_path in sorted(places.items()):
        ground = ground_of(state.without(cleared.get(household_id, ())), policy)
        step: Step | None
        if household_id in known:
            step = weigh_found(known[household_id], ground)
        else:
            step = raise_found(
                ground,
                id=new_id(),
                household_id=household_id,
                area_path=area_path,
                at=uow.now,
                on=civil_date(uow.now, zones[area_path]),
            )
        if step is not None:
            settled.append(step)
    await settle_alerts(uow, settled)
