from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Row, and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.many_rows import insert_rows
from households_service.expenses.domain import (
    ExpenseChangedMeanwhile,
    ExpenseKind,
    RigidExpense,
    Spent,
    UnknownExpense,
)
from households_service.expenses.tables import rigid_expenses
from households_service.metadata import one_of

_KINDS: Mapping[str, ExpenseKind] = {one: one for one in ExpenseKind}


class ExpenseRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, *new: RigidExpense) -> None:
        if new:
            await self._connection.execute(insert(rigid_expenses), [_row(expense) for expense in new])

    async def supersede(self, expense: RigidExpense) -> None:
        """Adds the next version. Raises ExpenseChangedMeanwhile when another one was recorded first."""
        result = await self._connection.execute(
            update(rigid_expenses)
            .where(
                rigid_expenses.c.id == expense.id,
                rigid_expenses.c.version == expense.version - 1,
                rigid_expenses.c.superseded_at.is_(None),
            )
            .values(superseded_at=expense.recorded_at)
        )
        if result.rowcount != 1:
            raise ExpenseChangedMeanwhile("The expense was changed meanwhile; read it again.")
        await self._connection.execute(insert(rigid_expenses), [_row(expense)])

    async def get(self, expense_id: UUID) -> RigidExpense:
        query = select(rigid_expenses).where(rigid_expenses.c.id == expense_id, _present())
        row = (await self._connection.execute(query)).first()
        if row is None:
            raise UnknownExpense("There is no such expense, or not for you.", field="expenseId")
        return _expense(row)

    async def by_source(self, source: str) -> RigidExpense | None:
        """The expense that a department's record made; waits for a concurrent writer of the same one."""
        query = select(rigid_expenses).where(rigid_expenses.c.source == source, _present()).with_for_update()
        row = (await self._connection.execute(query)).first()
        return None if row is None else _expense(row)

    async def by_sources(self, sources: Iterable[str]) -> Mapping[str, RigidExpense]:
        """As `by_source`, for many."""
        query = select(rigid_expenses).where(one_of(rigid_expenses.c.source, sources), _present()).with_for_update()
        return {row.source: _expense(row) for row in await self._connection.execute(query)}

    async def write(self, versions: Sequence[RigidExpense]) -> None:
        """New versions in their order, of expenses that the caller has locked; each takes over from the one before."""
        if not versions:
            return
        last = {expense.id: expense for expense in versions}
        old = [one.id for one in versions if one.version > 1]
        if old:
            await self._connection.execute(
                update(rigid_expenses)
                .where(one_of(rigid_expenses.c.id, old), _present())
                .values(superseded_at=versions[0].recorded_at)
            )
        await insert_rows(
            self._connection,
            rigid_expenses,
            [{**_row(one), "superseded_at": None if one is last[one.id] else one.recorded_at} for one in versions],
        )

    async def of_households(
        self, household_ids: Iterable[UUID], *, known_at: datetime | None = None
    ) -> Mapping[UUID, Sequence[RigidExpense]]:
        """In their present versions, or in those known at an instant; newest first."""
        query = (
            select(rigid_expenses)
            .where(
                one_of(rigid_expenses.c.household_id, household_ids),
                _present() if known_at is None else _known(known_at),
            )
            .order_by(rigid_expenses.c.spent_on.desc(), rigid_expenses.c.id.desc())
        )
        found: dict[UUID, list[RigidExpense]] = defaultdict(list)
        for row in await self._connection.execute(query):
            found[row.household_id].append(_expense(row))
        return found

    async def spent_by(
        self, household_ids: Iterable[UUID], *, known_at: datetime | None = None
    ) -> Mapping[UUID, Sequence[Spent]]:
        """As `of_households`, added up by day: bills are many, and a statement asks for their sum."""
        query = (
            select(
                rigid_expenses.c.household_id,
                rigid_expenses.c.spent_on,
                func.sum(rigid_expenses.c.amount_cents).cast(BigInteger),
            )
            .where(
                one_of(rigid_expenses.c.household_id, household_ids),
                _present() if known_at is None else _known(known_at),
            )
            .group_by(rigid_expenses.c.household_id, rigid_expenses.c.spent_on)
        )
        found: dict[UUID, list[Spent]] = defaultdict(list)
        for household_id, spent_on, amount_cents in await self._connection.execute(query):
            found[household_id].append(Spent(spent_on, amount_cents))
        return found


def _present() -> ColumnElement[bool]:
    return rigid_expenses.c.superseded_at.is_(None)


def _known(at: datetime) -> ColumnElement[bool]:
    return and_(
        rigid_expenses.c.recorded_at <= at,
        or_(rigid_expenses.c.superseded_at.is_(None), rigid_expenses.c.superseded_at > at),
    )


def _row(expense: RigidExpense) -> dict[str, object]:
    return {
        "id": expense.id,
        "version": expense.version,
        "household_id": expense.household_id,
        "area_path": expense.area_path,
        "member_id": expense.member_id,
        "kind": expense.kind,
        "amount_cents": expense.amount_cents,
        "spent_on": expense.spent_on,
        "source": expense.source,
        "recorded_at": expense.recorded_at,
        "recorded_by": expense.recorded_by,
        "reason": expense.reason,
    }


def _expense(row: Row[tuple[object, ...]]) -> RigidExpense:
    return RigidExpense(
        id=row.id,
        version=row.version,
        household_id=row.household_id,
        area_path=row.area_path,
        member_id=row.member_id,
        kind=_KINDS[row.kind],
        amount_cents=row.amount_cents,
        spent_on=row.spent_on,
        source=row.source,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        reason=row.reason,
    )
