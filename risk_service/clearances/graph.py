"""What a second person decided, and on which figures, as GraphQL."""

from datetime import date, datetime

import strawberry

from chassis.graph import Money
from risk_service.amounts import shown
from risk_service.clearances import domain
from risk_service.policy.words import IncomeBasis, RigidExpenseMode


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
