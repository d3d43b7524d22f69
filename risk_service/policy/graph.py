"""The policy in force, for everyone to read."""

from datetime import date
from decimal import Decimal

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Money
from risk_service.amounts import shown
from risk_service.context import RiskContext
from risk_service.policy import domain, service
from risk_service.policy.words import CostScope, IncomeBasis, IncomeTest, RigidExpenseMode, RiskFactor


@strawberry.type
class PolicyRule:
    factor: RiskFactor
    scope: CostScope
    yellow_over: Money
    red_over: Money
    text: str = strawberry.field(description="In the reader's language.")


@strawberry.type(description="From when on whom a failing supply point serves is warned.")
class WaterRule:
    yellow_outage_days: int
    red_outage_days: int
    yellow_failed_tests: int
    red_failed_tests: int
    within_days: int


@strawberry.type(description="The thresholds, clocks and lines in force for an area.")
class PolicyPack:
    name: str
    version: str
    content_hash: str = strawberry.field(description="SHA-256 of what the pack says.")
    area: str = strawberry.field(description='The area it was made for; "" is everywhere.')
    effective_from: date
    effective_until: date | None
    approved_by: str
    approved_on: date
    visit_red_working_days: int
    visit_yellow_working_days: int
    monitoring_line: Money | None = strawberry.field(description="Per person and year, on the day asked for.")
    income_basis: IncomeBasis = strawberry.field(description="Of the legal test for clearing.")
    income_test: IncomeTest
    rigid_expense_mode: RigidExpenseMode
    note_on_bill_required: bool
    watch_days: int
    contest_days: int
    rules: list[PolicyRule]
    water_rule: WaterRule | None

    @staticmethod
    def of(pack: domain.PolicyPack, line: Decimal | None, locale: str, *, on: date) -> "PolicyPack":
        return PolicyPack(
            name=pack.name,
            version=pack.version,
            content_hash=pack.content_hash,
            area=pack.area_path,
            effective_from=pack.effective_from,
            effective_until=pack.effective_until,
            approved_by=pack.approved_by,
            approved_on=pack.approved_on,
            visit_red_working_days=pack.clocks.red_working_days,
            visit_yellow_working_days=pack.clocks.yellow_working_days,
            monitoring_line=None if line is None else shown(line, pack.currency),
            income_basis=pack.clearing.income_basis,
            income_test=pack.clearing.income_test,
            rigid_expense_mode=pack.clearing.rigid_expense_mode,
            note_on_bill_required=pack.clearing.note_on_bill_required,
            watch_days=pack.clearing.watch_days,
            contest_days=pack.clearing.contest_days,
            rules=[_rule(rule, pack.currency, locale) for rule in pack.rules if rule.span.covers(on)],
            water_rule=_water(pack.water_on(on)),
        )


def _water(rule: domain.WaterRule | None) -> WaterRule | None:
    if rule is None:
        return None
    return WaterRule(
        yellow_outage_days=rule.yellow_outage_days,
        red_outage_days=rule.red_outage_days,
        yellow_failed_tests=rule.yellow_failed_tests,
        red_failed_tests=rule.red_failed_tests,
        within_days=rule.within_days,
    )


def _rule(rule: domain.CostRule, currency: str, locale: str) -> PolicyRule:
    told = {text.locale: text.text for text in rule.told()}
    return PolicyRule(
        factor=rule.factor,
        scope=rule.scope,
        yellow_over=shown(rule.thresholds.yellow_over, currency),
        red_over=shown(rule.thresholds.red_over, currency),
        text=told.get(locale, told["en"]),
    )


@strawberry.type
class PolicyQuery:
    @strawberry.field(description="In force for an area on a day (today if left out). Public to every caller.")
    async def policy_pack(self, info: Info[RiskContext, None], area: AreaPath, on: date | None = None) -> PolicyPack:
        async with info.context.begin() as uow:
            pack, day, line = await service.read_policy(uow, area_path=area, day=on)
        return PolicyPack.of(pack, line, info.context.locale, on=day)
