"""Taking in what departments reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk_service.alerts.service import weigh_costs
from risk_service.policy.service import in_force
from risk_service.signals.domain import Signal, SignalCurrencyDiffers

if TYPE_CHECKING:
    from risk_service.uow import RiskUnitOfWork


async def receive_signal(uow: RiskUnitOfWork, signal: Signal) -> None:
    """Once per department, record and version: a replay changes nothing, an older version that comes late is kept
    and does not count. A record that now belongs to another household lightens the first one.

    Raises SignalCurrencyDiffers or NoPolicyInForce.
    """
    await uow.lock(f"record {signal.department} {signal.record_id}")
    pack = await in_force(uow, area_path=signal.area_path, day=signal.occurred_on)
    if signal.currency != pack.currency:
        raise SignalCurrencyDiffers(f"The policy counts in {pack.currency}.", field="currency")
    before = await uow.signals.newest(department=signal.department, record_id=signal.record_id)
    late = before is not None and before.version > signal.version
    if not await uow.signals.add(signal, superseded=late, at=uow.now) or late:
        return
    await uow.signals.supersede(signal)
    touched = {one.household_id: one for one in (before, signal) if one is not None}
    await uow.lock(*(f"household {household_id}" for household_id in touched))
    for one in touched.values():
        await weigh_costs(
            uow,
            household_id=one.household_id,
            area_path=one.area_path,
            factor=one.factor,
            occurred_on=one.occurred_on,
        )
    if before is not None and before.household_id == signal.household_id and before.occurred_on != signal.occurred_on:
        await weigh_costs(
            uow,
            household_id=before.household_id,
            area_path=before.area_path,
            factor=before.factor,
            occurred_on=before.occurred_on,
        )
