"""Rigid expenses of a household."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.types import Info

from chassis.graph import Money, Refused, refusals
from chassis.graph.scalars import money_of_cents
from chassis.ids import parse_id
from households_service.context import HouseholdsContext
from households_service.expenses import domain, service
from households_service.idempotency import once
from households_service.ledger.amounts import cents_of
from households_service.ledger.graph import MoneyInput
from households_service.members.graph import Member

strawberry.enum(domain.ExpenseKind, description="Costs a family cannot avoid.")


@strawberry.type(description="A cost the family could not avoid; shown beside its income.")
class RigidExpense:
    id: strawberry.ID
    version: int
    household_id: strawberry.ID
    kind: domain.ExpenseKind
    amount: Money = strawberry.field(description="What remains after reimbursements.")
    spent_on: date
    source: str | None = strawberry.field(description="The department record it came from.")
    recorded_at: datetime
    recorded_by: str
    reason: str
    member_id: strawberry.Private[UUID | None]

    @strawberry.field
    async def member(self, info: Info[HouseholdsContext, None]) -> Member | None:
        if self.member_id is None:
            return None
        return Member.perhaps(await info.context.loaders.members.load(self.member_id))

    @staticmethod
    def of(expense: domain.RigidExpense) -> "RigidExpense":
        return RigidExpense(
            id=strawberry.ID(str(expense.id)),
            version=expense.version,
            household_id=strawberry.ID(str(expense.household_id)),
            kind=expense.kind,
            amount=money_of_cents(expense.amount_cents),
            spent_on=expense.spent_on,
            source=expense.source,
            recorded_at=expense.recorded_at,
            recorded_by=expense.recorded_by,
            reason=expense.reason,
            member_id=expense.member_id,
        )


@strawberry.input
class RecordRigidExpenseInput:
    household_id: strawberry.ID
    kind: domain.ExpenseKind
    amount: MoneyInput
    spent_on: date
    member_id: strawberry.ID | None = None
    idempotency_key: str


@strawberry.input
class CorrectRigidExpenseInput:
    expense_id: strawberry.ID
    amount: MoneyInput = strawberry.field(description="What remains of it.")
    reason: str
    expected_version: int


RecordRigidExpenseResult = Annotated[RigidExpense | Refused, strawberry.union("RecordRigidExpenseResult")]
CorrectRigidExpenseResult = Annotated[RigidExpense | Refused, strawberry.union("CorrectRigidExpenseResult")]


@strawberry.type
class ExpenseMutation:
    @strawberry.mutation
    @refusals
    async def record_rigid_expense(
        self, info: Info[HouseholdsContext, None], input: RecordRigidExpenseInput
    ) -> RecordRigidExpenseResult:
        async with info.context.begin() as uow:

            async def make() -> UUID:
                expense = await service.record_rigid_expense(
                    uow,
                    info.context.actor,
                    household_id=parse_id(input.household_id, field="householdId"),
                    kind=input.kind,
                    amount_cents=cents_of(input.amount.amount, input.amount.currency),
                    spent_on=input.spent_on,
                    member_id=parse_id(input.member_id, field="memberId") if input.member_id is not None else None,
                )
                return expense.id

            expense_id = await once(uow, "recordRigidExpense", input.idempotency_key, input, make)
            return RigidExpense.of(await uow.expenses.get(expense_id))

    @strawberry.mutation(description="A new version, e.g. after a reimbursement.")
    @refusals
    async def correct_rigid_expense(
        self, info: Info[HouseholdsContext, None], input: CorrectRigidExpenseInput
    ) -> CorrectRigidExpenseResult:
        async with info.context.begin() as uow:
            expense = await service.correct_rigid_expense(
                uow,
                info.context.actor,
                expense_id=parse_id(input.expense_id, field="expenseId"),
                amount_cents=cents_of(input.amount.amount, input.amount.currency),
                reason=input.reason,
                expected_version=input.expected_version,
            )
        return RigidExpense.of(expense)
