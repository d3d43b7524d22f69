"""Clearing as GraphQL: what a second person decided, and on which figures."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import Money, Refused, refusals
from chassis.ids import parse_id
from risk_service.amounts import shown
from risk_service.clearances import domain, service
from risk_service.context import RiskContext
from risk_service.policy.words import IncomeBasis, RigidExpenseMode

if TYPE_CHECKING:
    from risk_service.alerts.graph import Alert


@strawberry.type(description="The figures of one income basis in the frozen statement.")
class ClearanceFigures:
    basis: IncomeBasis
    member_count: int
    net_total: Money
    per_capita_net: Money
    rigid_expenses: Money
    after_expenses_total: Money
    per_capita_after_expenses: Money

    @staticmethod
    def of(figures: domain.BasisFigures, currency: str) -> "ClearanceFigures":
        return ClearanceFigures(
            basis=figures.basis,
            member_count=figures.member_count,
            net_total=shown(figures.net, currency),
            per_capita_net=shown(figures.per_capita_net, currency),
            rigid_expenses=shown(figures.rigid_expenses, currency),
            after_expenses_total=shown(figures.after_expenses, currency),
            per_capita_after_expenses=shown(figures.per_capita_after_expenses, currency),
        )


@strawberry.type(description="The legal test of the policy in force; income must exceed the line.")
class IncomeTestResult:
    basis: IncomeBasis
    rigid_expense_mode: RigidExpenseMode
    line: Money
    exceeds: bool


@strawberry.type(description="A second person found no lasting risk. Benefits are unchanged.")
class Clearance:
    id: strawberry.ID
    decided_at: datetime
    decided_by: str = strawberry.field(description="The `sub` of the decider's token; never the visitor's.")
    reason: str
    how_bill_was_paid: str
    statement_id: strawberry.ID = strawberry.field(description="The statement frozen for this decision.")
    statement_as_of: date
    received: ClearanceFigures
    run_rate: ClearanceFigures
    income_test: IncomeTestResult
    watch_until: date = strawberry.field(description="Last day of the light watch.")
    contestable_until: date = strawberry.field(description="Until when the household may contest.")

    @staticmethod
    def of(clearance: domain.Clearance) -> "Clearance":
        currency = clearance.statement.currency
        return Clearance(
            id=strawberry.ID(str(clearance.id)),
            decided_at=clearance.decided_at,
            decided_by=clearance.decided_by,
            reason=clearance.reason,
            how_bill_was_paid=clearance.how_bill_was_paid,
            statement_id=strawberry.ID(str(clearance.statement.id)),
            statement_as_of=clearance.statement.as_of,
            received=ClearanceFigures.of(clearance.received, currency),
            run_rate=ClearanceFigures.of(clearance.run_rate, currency),
            income_test=IncomeTestResult(
                basis=clearance.test.basis,
                rigid_expense_mode=clearance.test.rigid_expense_mode,
                line=shown(clearance.test.line, currency),
                exceeds=clearance.test.exceeds,
            ),
            watch_until=clearance.watch_until,
            contestable_until=clearance.contestable_until,
        )


@strawberry.input
class ClearAlertInput:
    alert_id: strawberry.ID
    reason: str
    expected_version: int
    how_bill_was_paid: str = strawberry.field(default="", description="Asked for by policies that say so.")
    basis: IncomeBasis | None = strawberry.field(
        default=None, description="If given, it must be the one of the policy's legal test."
    )
    as_of: date | None = strawberry.field(default=None, description="Day of the statement; today if left out.")


ClearAlertResult = Annotated[
    Annotated["Alert", strawberry.lazy("risk_service.alerts.graph")] | Refused, strawberry.union("ClearAlertResult")
]


@strawberry.type
class ClearanceMutation:
    @strawberry.mutation(
        description="By a second person, never the visitor. Freezes the income statement the decision relies on."
    )
    @refusals
    async def clear_alert(self, info: Info[RiskContext, None], input: ClearAlertInput) -> ClearAlertResult:
        from risk_service.alerts.graph import Alert  # noqa: PLC0415 - the two types know each other

        context = info.context
        decision = service.Decision(
            alert_id=parse_id(input.alert_id, field="alertId"),
            reason=input.reason,
            how_bill_was_paid=input.how_bill_was_paid,
            basis=input.basis,
            as_of=input.as_of,
            expected_version=input.expected_version,
        )
        return Alert.of(await service.clear_alert(context.begin_as, context.freezer, context.actor, decision=decision))
