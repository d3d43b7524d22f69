"""Which statements need not be weighed: a ledger tells of every bill, and most rules leave expenses aside."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from chassis.clock import civil_date
from risk_service.copies.reach import zones_of
from risk_service.policy.domain import NoPolicyInForce, RigidExpenseMode, pack_in_force
from risk_service.policy.service import packs_for
from risk_service.signals.factors.facts import Fact, Income
from risk_service.signals.factors.unmoved import moves_expenses_only
from risk_service.uow import RiskUnitOfWork


async def not_to_weigh(uow: RiskUnitOfWork, tellings: Sequence[Collection[Fact]]) -> set[UUID]:
    """Households of which only expenses were told, and whose policy only shows them.

    What is told is stored all the same: a policy that deducts expenses may come, and the threshold lab asks.
    """
    told: dict[UUID, list[Fact]] = {}
    for fact in (one for telling in tellings for one in telling):
        told.setdefault(fact.household_id, []).append(fact)
    candidates = {key: own for key, own in told.items() if all(isinstance(one.detail, Income) for one in own)}
    if not candidates:
        return set()
    known: dict[UUID, list[Fact]] = {}
    for fact in await uow.facts.incomes_of(sorted(candidates)):
        known.setdefault(fact.household_id, []).append(fact)
    quiet = {key: own[0].area_path for key, own in candidates.items() if moves_expenses_only(own, known.get(key, ()))}
    if not quiet:
        return set()
    zones = await zones_of(uow, set(quiet.values()))
    days = {path: civil_date(uow.now, zone) for path, zone in zones.items()}
    try:
        packs = await packs_for(uow, days.items())
    except NoPolicyInForce:
        return set()
    shown = {
        path
        for path, day in days.items()
        if pack_in_force(packs, area_path=path, day=day).clearing.rigid_expense_mode is RigidExpenseMode.SHOW
    }
    return {key for key, path in quiet.items() if path in shown}
