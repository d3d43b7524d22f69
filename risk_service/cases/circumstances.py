"""What is known of a household on the day of a step: its policy, its income against the line, who may work there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.clock import civil_date
from risk_service.cases.categories import Income, anybody_able_to_work
from risk_service.cases.clocks import CaseClocks, clocks_of
from risk_service.cases.domain import MonitoringCase
from risk_service.cases.resolving import Circumstances
from risk_service.clearances.domain import FrozenStatement
from risk_service.copies.domain import HouseholdCopy, HouseholdNotFound
from risk_service.copies.reach import zone_of
from risk_service.policy.domain import PolicyPack, RigidExpenseMode
from risk_service.policy.service import in_force
from risk_service.uow import RiskUnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The policy in force on the civil day where the household lives, and its clocks."""

    today: date
    pack: PolicyPack
    clocks: CaseClocks


async def setting_at(uow: RiskUnitOfWork, area_path: str) -> Setting:
    today = civil_date(uow.now, await zone_of(uow, area_path))
    pack = await in_force(uow, area_path=area_path, day=today)
    return Setting(today=today, pack=pack, clocks=clocks_of(pack))


async def household_of(uow: RiskUnitOfWork, household_id: UUID) -> HouseholdCopy:
    """Raises HouseholdNotFound."""
    household = await uow.copies.household(household_id)
    if household is None:
        raise HouseholdNotFound("There is no such household.", field="householdId")
    return household


async def income_of(uow: RiskUnitOfWork, household_id: UUID, pack: PolicyPack, *, today: date) -> Income | None:
    """On the basis and in the mode of the policy's legal test; None where no income is recorded."""
    rule = pack.clearing
    found = await uow.cases.income(household_id, rule.income_basis)
    if found is None:
        return None
    as_of, net, expenses, members = found
    total = net if rule.rigid_expense_mode is RigidExpenseMode.SHOW else net - expenses
    return Income(basis=rule.income_basis, as_of=as_of, total=total, member_count=members, line=pack.line_on(today))


def frozen_income(statement: FrozenStatement, pack: PolicyPack, *, today: date) -> Income:
    rule = pack.clearing
    figures = statement.figures(rule.income_basis)
    return Income(
        basis=rule.income_basis,
        as_of=statement.as_of,
        total=figures.net if rule.rigid_expense_mode is RigidExpenseMode.SHOW else figures.after_expenses,
        member_count=figures.member_count,
        line=pack.line_on(today),
    )


async def circumstances_of(
    uow: RiskUnitOfWork, case: MonitoringCase, setting: Setting, *, statement: FrozenStatement | None
) -> Circumstances:
    """`statement`: frozen for the decision; None before it, when the own copy of the totals is good enough."""
    household = await household_of(uow, case.household_id)
    if statement is None:
        income = await income_of(uow, case.household_id, setting.pack, today=setting.today)
    else:
        income = frozen_income(statement, setting.pack, today=setting.today)
    return Circumstances(
        income=income,
        anybody_able_to_work=anybody_able_to_work(household, today=setting.today),
        open_alerts=len(await uow.alerts.open_of_household(case.household_id)),
        safe_housing=household.safe_housing,
        safe_water=household.safe_water,
    )
