"""A cost that a department reports is a rigid expense of the household, and follows its record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chassis.ids import new_id
from households_service.expenses.domain import LARGEST_CENTS, ExpenseKind, ExpenseOutOfRange, RigidExpense
from households_service.feeds.book import Linked
from households_service.feeds.incoming import FeedRecord
from households_service.uow import HouseholdsUnitOfWork


@dataclass(frozen=True, slots=True)
class ExpenseEffect:
    kind: ExpenseKind

    def require_possible(self, record: FeedRecord) -> None:
        if abs(record.cents) > LARGEST_CENTS:
            raise ExpenseOutOfRange("An expense is nought to 10,000,000,000.00.", field=record.feed.amount)

    async def take(self, uow: HouseholdsUnitOfWork, taken: Sequence[Linked]) -> None:
        present = dict(await uow.expenses.by_sources(sorted({source_of(one) for one in taken})))
        versions: list[RigidExpense] = []
        for one in taken:
            source = source_of(one)
            before = present.get(source)
            after = self._next(uow, one, before)
            if after is not None:
                present[source] = after
                versions.append(after)
        await uow.expenses.write(versions)

    async def take_back(self, uow: HouseholdsUnitOfWork, undone: Sequence[Linked]) -> None:
        present = await uow.expenses.by_sources(sorted({source_of(one) for one in undone}))
        versions: list[RigidExpense] = []
        for one in undone:
            before = present.get(source_of(one))
            if before is not None:
                by, reason = f"feed {one.first.department}", f"{one.first.record_id} unlinked"
                versions.append(replace(before.correct(0, at=uow.now, by=by, reason=reason), source=None))
        await uow.expenses.write(versions)

    def _next(self, uow: HouseholdsUnitOfWork, one: Linked, before: RigidExpense | None) -> RigidExpense | None:
        first, record = one.first, one.record
        by, reason = f"feed {first.department}", f"{record.record_id} v{record.version}"
        if before is not None:
            corrected = before.correct(one.remaining_cents, at=uow.now, by=by, reason=reason)
            return replace(corrected, spent_on=first.dated)
        if one.remaining_cents <= 0 or first.household_id is None:
            return None
        return RigidExpense(
            id=new_id(),
            version=1,
            household_id=first.household_id,
            area_path=first.area_path,
            member_id=first.member_id,
            kind=self.kind,
            amount_cents=one.remaining_cents,
            spent_on=first.dated,
            source=source_of(one),
            recorded_at=uow.now,
            recorded_by=by,
            reason=reason,
        )


def source_of(one: Linked) -> str:
    """By which the ledger names the department's record: the first one, whatever corrects it."""
    return f"{one.first.department}/{one.first.record_id}"
