from __future__ import annotations

from datetime import date
from uuid import UUID

from chassis.identity import Actor
from chassis.ids import new_id
from households_service.access import Action
from households_service.expenses.domain import (
    ExpenseKind,
    ExpenseSourceReused,
    RigidExpense,
    UnknownExpense,
    require_spent,
)
from households_service.members.domain import UnknownMember
from households_service.registry.service import load_for_change
from households_service.statements.service import announce_statements
from households_service.uow import HouseholdsUnitOfWork


async def record_rigid_expense(
    uow: HouseholdsUnitOfWork,
    actor: Actor,
    *,
    household_id: UUID,
    kind: ExpenseKind,
    amount_cents: int,
    spent_on: date,
    member_id: UUID | None = None,
    source: str | None = None,
) -> RigidExpense:
    """`source` names the department's record; the same record again gives the expense it made.

    Raises ExpenseSourceReused when the record says something else now: that is a correction.
    """
    household = await load_for_change(uow, actor, Action.CHANGE_LEDGER, household_id)
    require_spent(spent_on, today=await uow.today_in(household.area_path))
    if member_id is not None and (await uow.members.get(member_id)).household_id != household.id:
        raise UnknownMember("This person is not a member of the household.", field="memberId")
    expense = RigidExpense(
        id=new_id(),
        version=1,
        household_id=household.id,
        area_path=household.area_path,
        member_id=member_id,
        kind=kind,
        amount_cents=amount_cents,
        spent_on=spent_on,
        source=source,
        recorded_at=uow.now,
        recorded_by=actor.subject,
    )
    if source is not None and (before := await uow.expenses.by_source(source)) is not None:
        if before.version == 1 and not before.same_as(expense):
            raise ExpenseSourceReused("This record was received with other content.", field="recordId")
        return before
    await uow.expenses.add(expense)
    await announce_statements(uow, household)
    return expense


async def correct_rigid_expense(
    uow: HouseholdsUnitOfWork,
    actor: Actor,
    *,
    expense_id: UUID | None = None,
    source: str | None = None,
    amount_cents: int,
    reason: str,
    expected_version: int | None = None,
) -> RigidExpense:
    """`amount_cents` is what remains of the expense, e.g. after a reimbursement. Named by id or by source."""
    expense = await _find(uow, expense_id, source)
    household = await load_for_change(uow, actor, Action.CHANGE_LEDGER, expense.household_id)
    expense.expect(expected_version)
    corrected = expense.correct(amount_cents, at=uow.now, by=actor.subject, reason=reason)
    await uow.expenses.supersede(corrected)
    await announce_statements(uow, household)
    return corrected


async def _find(uow: HouseholdsUnitOfWork, expense_id: UUID | None, source: str | None) -> RigidExpense:
    if expense_id is not None:
        return await uow.expenses.get(expense_id)
    expense = await uow.expenses.by_source(source) if source is not None else None
    if expense is None:
        raise UnknownExpense("No expense came from this record.", field="corrects")
    return expense
