"""Income statements of a household by three bases, live and frozen."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Money, Refused, money, refusals
from chassis.graph.scalars import money_of_cents
from households_service.context import HouseholdsContext
from households_service.labels import label
from households_service.members.domain import MembershipRule
from households_service.statements import domain, service

strawberry.enum(domain.IncomeBasis, description="What a statement counts; see the page on the income ledger.")
strawberry.enum(domain.ExclusionReason, description="Why an entry was left out.")
strawberry.enum(MembershipRule, description="Whom a county counts for per-capita income.")


@strawberry.type(description="A ledger entry that the statement leaves out.")
class ExcludedEntry:
    entry_id: strawberry.ID
    reason: domain.ExclusionReason


@strawberry.type(description="What comes into the household by one basis, before and after rigid expenses.")
class IncomeStatement:
    basis: domain.IncomeBasis
    as_of: date
    member_count: int = strawberry.field(description="Members who count.")
    window_from: date
    window_to: date = strawberry.field(description="The last day that belongs to the window.")
    wage: Money
    production: Money
    property: Money
    transfer: Money
    production_costs: Money
    net_total: Money
    per_capita_net: Money | None = strawberry.field(description="None when nobody counts as a member.")
    rigid_expenses: Money = strawberry.field(description="Of the twelve months up to and with `asOf`.")
    after_expenses_total: Money
    per_capita_after_expenses: Money | None
    excluded_entries: list[ExcludedEntry]
    record: strawberry.Private[domain.IncomeStatement]

    @strawberry.field(description="Whether net income per person is strictly more than `line`; compared unrounded.")
    def exceeds(self, line: Decimal) -> bool | None:
        return self.record.exceeds(line)

    @strawberry.field(description="In the reader's language.")
    def basis_label(self, info: Info[HouseholdsContext, None]) -> str:
        return label(self.basis, info.context.locale)

    @staticmethod
    def of(statement: domain.IncomeStatement) -> "IncomeStatement":
        currency = statement.currency
        return IncomeStatement(
            basis=statement.basis,
            as_of=statement.as_of,
            member_count=statement.member_count,
            window_from=statement.window.first,
            window_to=statement.window.last,
            wage=money_of_cents(statement.wage_cents, currency),
            production=money_of_cents(statement.production_cents, currency),
            property=money_of_cents(statement.property_cents, currency),
            transfer=money_of_cents(statement.transfer_cents, currency),
            production_costs=money_of_cents(statement.production_cost_cents, currency),
            net_total=money_of_cents(statement.net_cents, currency),
            per_capita_net=money(statement.per_capita_net, currency),
            rigid_expenses=money_of_cents(statement.rigid_expenses_cents, currency),
            after_expenses_total=money_of_cents(statement.after_expenses_cents, currency),
            per_capita_after_expenses=money(statement.per_capita_after_expenses, currency),
            excluded_entries=[
                ExcludedEntry(entry_id=strawberry.ID(str(excluded.entry_id)), reason=excluded.reason)
                for excluded in statement.excluded
            ],
            record=statement,
        )


@strawberry.type(description="The statements a decision relied on; they never change.")
class FrozenStatement:
    id: strawberry.ID
    frozen_at: datetime
    as_of: date
    decision_id: str
    statements: list[IncomeStatement]

    @staticmethod
    def of(frozen: domain.FrozenStatement) -> "FrozenStatement":
        return FrozenStatement(
            id=strawberry.ID(str(frozen.id)),
            frozen_at=frozen.frozen_at,
            as_of=frozen.as_of,
            decision_id=frozen.decision_id,
            statements=[IncomeStatement.of(statement) for statement in frozen.statements],
        )


@strawberry.type(description="How an area and everything below it counts.")
class AccountingRules:
    area_path: AreaPath
    valid_from: date
    membership_rule: MembershipRule
    counts_non_recurring: bool


@strawberry.input
class SetAccountingRulesInput:
    area_path: AreaPath
    valid_from: date
    membership_rule: MembershipRule
    counts_non_recurring: bool


SetAccountingRulesResult = Annotated[AccountingRules | Refused, strawberry.union("SetAccountingRulesResult")]


@strawberry.type
class StatementMutation:
    @strawberry.mutation(description="Setting the same area and day again replaces what was set.")
    @refusals
    async def set_accounting_rules(
        self, info: Info[HouseholdsContext, None], input: SetAccountingRulesInput
    ) -> SetAccountingRulesResult:
        rules = domain.AccountingRules(
            membership_rule=input.membership_rule, counts_non_recurring=input.counts_non_recurring
        )
        async with info.context.begin() as uow:
            await service.set_accounting_rules(
                uow, info.context.actor, applies_to=input.area_path, valid_from=input.valid_from, rules=rules
            )
        return AccountingRules(
            area_path=input.area_path,
            valid_from=input.valid_from,
            membership_rule=rules.membership_rule,
            counts_non_recurring=rules.counts_non_recurring,
        )
