from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from households_service.benefits.domain import WAITING, BenefitReduction, ReductionState, UnknownReduction
from households_service.benefits.tables import benefit_reductions as table
from households_service.metadata import one_of


class BenefitReductionRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, reduction: BenefitReduction) -> None:
        await self._connection.execute(insert(table).values(**_row(reduction)))

    async def save(self, reduction: BenefitReduction) -> None:
        await self._connection.execute(update(table).where(table.c.id == reduction.id).values(**_row(reduction)))

    async def get(self, reduction_id: UUID, *, lock: bool = False) -> BenefitReduction:
        """Raises UnknownReduction."""
        query = select(table).where(table.c.id == reduction_id)
        row = (await self._connection.execute(query.with_for_update() if lock else query)).first()
        if row is None:
            raise UnknownReduction("There is no such reduction.", field="reductionId")
        return _reduction(row)

    async def waits(self, entry_id: UUID) -> bool:
        found = await self._connection.scalar(
            select(func.count()).select_from(table).where(table.c.entry_id == entry_id, table.c.state.in_(WAITING))
        )
        return bool(found)

    async def waiting_of(self, entry_ids: Iterable[UUID]) -> Mapping[UUID, BenefitReduction]:
        """By entry; locked until the commit."""
        query = select(table).where(one_of(table.c.entry_id, entry_ids), table.c.state.in_(WAITING)).with_for_update()
        return {row.entry_id: _reduction(row) for row in await self._connection.execute(query)}

    async def of_households(self, household_ids: Iterable[UUID]) -> Mapping[UUID, Sequence[BenefitReduction]]:
        """Newest first."""
        found: dict[UUID, list[BenefitReduction]] = defaultdict(list)
        query = select(table).where(one_of(table.c.household_id, household_ids)).order_by(table.c.id.desc())
        for row in await self._connection.execute(query):
            found[row.household_id].append(_reduction(row))
        return found


def _row(reduction: BenefitReduction) -> dict[str, object]:
    return {
        "id": reduction.id,
        "household_id": reduction.household_id,
        "area_path": reduction.area_path,
        "entry_id": reduction.entry_id,
        "current_cents": reduction.current_cents,
        "monthly_cents": reduction.monthly_cents,
        "effective_from": reduction.effective_from,
        "reason": reduction.reason,
        "state": reduction.state,
        "entered_at": reduction.entered_at,
        "entered_by": reduction.entered_by,
        "settled_at": reduction.settled_at,
        "version": reduction.version,
        "paid_until": reduction.paid_until,
        "drops": reduction.drops,
    }


def _reduction(row: Row[tuple[object, ...]]) -> BenefitReduction:
    return BenefitReduction(
        id=row.id,
        household_id=row.household_id,
        area_path=row.area_path,
        entry_id=row.entry_id,
        current_cents=row.current_cents,
        monthly_cents=row.monthly_cents,
        effective_from=row.effective_from,
        reason=row.reason,
        state=ReductionState(row.state),
        entered_at=row.entered_at,
        entered_by=row.entered_by,
        settled_at=row.settled_at,
        version=row.version,
        paid_until=row.paid_until,
        drops=row.drops,
    )
