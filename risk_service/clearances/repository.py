from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from risk_service.clearances.domain import BasisFigures, Clearance, FrozenStatement, IncomeTestResult
from risk_service.clearances.tables import clearances
from risk_service.policy.domain import IncomeBasis, RigidExpenseMode


@dataclass(frozen=True, slots=True)
class ClearanceRepository:
    connection: AsyncConnection

    async def add(self, clearance: Clearance) -> None:
        await self.connection.execute(
            insert(clearances).values(
                id=clearance.id,
                alert_id=clearance.alert_id,
                household_id=clearance.household_id,
                area_path=clearance.area_path,
                decided_by=clearance.decided_by,
                decided_at=clearance.decided_at,
                reason=clearance.reason,
                how_bill_was_paid=clearance.how_bill_was_paid,
                statement_id=clearance.statement.id,
                statement_as_of=clearance.statement.as_of,
                currency=clearance.statement.currency,
                bases=[
                    {
                        "basis": figures.basis.value,
                        "net": str(figures.net),
                        "rigid_expenses": str(figures.rigid_expenses),
                        "member_count": figures.member_count,
                    }
                    for figures in clearance.statement.bases
                ],
                test_basis=clearance.test.basis.value,
                test_mode=clearance.test.rigid_expense_mode.value,
                test_line=clearance.test.line,
                test_exceeds=clearance.test.exceeds,
                watch_until=clearance.watch_until,
                contestable_until=clearance.contestable_until,
            )
        )

    async def by_alert(self, ids: Sequence[UUID]) -> dict[UUID, Clearance]:
        rows = await self.connection.execute(select(clearances).where(clearances.c.alert_id.in_(ids)))
        return {row.alert_id: _clearance(row) for row in rows}

    async def move(self, household_id: UUID, area_path: str) -> None:
        moved = (clearances.c.household_id == household_id) & (clearances.c.area_path != area_path)
        await self.connection.execute(update(clearances).where(moved).values(area_path=area_path))


def _clearance(row: Row[tuple[object, ...]]) -> Clearance:
    statement = FrozenStatement(
        id=row.statement_id,
        household_id=row.household_id,
        as_of=row.statement_as_of,
        currency=row.currency,
        bases=tuple(
            BasisFigures(
                basis=IncomeBasis(entry["basis"]),
                net=Decimal(entry["net"]),
                rigid_expenses=Decimal(entry["rigid_expenses"]),
                member_count=entry["member_count"],
            )
            for entry in row.bases
        ),
    )
    return Clearance(
        id=row.id,
        alert_id=row.alert_id,
        household_id=row.household_id,
        area_path=row.area_path,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
        how_bill_was_paid=row.how_bill_was_paid,
        statement=statement,
        received=statement.figures(IncomeBasis.RECEIVED_12M),
        run_rate=statement.figures(IncomeBasis.RUN_RATE_12M),
        test=IncomeTestResult(
            basis=IncomeBasis(row.test_basis),
            rigid_expense_mode=RigidExpenseMode(row.test_mode),
            line=row.test_line,
            exceeds=row.test_exceeds,
        ),
        watch_until=row.watch_until,
        contestable_until=row.contestable_until,
    )
