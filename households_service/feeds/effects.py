"""What a linked record does: the household's rigid expense follows the record, and other services are told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from chassis.ids import new_id
from households_service.expenses.domain import ExpenseKind, RigidExpense
from households_service.feeds.domain import Department, DepartmentRecordLinked, EventType, StoredRecord
from households_service.feeds.refusals import ReimbursementTooLarge
from households_service.statements.service import announce_statements
from households_service.uow import HouseholdsUnitOfWork


def expense_source(department: Department, record_id: str) -> str:
    return f"{department}/{record_id}"


async def require_covered(uow: HouseholdsUnitOfWork, record: StoredRecord, settled: StoredRecord) -> None:
    """`record`, not yet stored, is the settlement or one of its corrections. Raises ReimbursementTooLarge."""
    others = [
        other.cents
        for other in await uow.records.corrections_of(record.department, settled.record_id)
        if other.record_id != record.record_id
    ]
    own = 0 if record is settled else record.cents
    if settled.cents + sum(others) + own < 0:
        raise ReimbursementTooLarge("More is paid back than was paid.", field="oopAmount")


async def take_effect(uow: HouseholdsUnitOfWork, record: StoredRecord) -> None:
    """`record` is linked and stored. The settlement it is, or corrects, is what the ledger shows.

    Statements are announced by the caller, once for all records of a step.
    """
    if record.household_id is None or record.member_id is None:
        raise AssertionError("Only a linked record takes effect.")
    settled = record
    if record.event_type is EventType.REIMBURSEMENT and record.corrects is not None:
        found = await uow.records.linked_version(record.department, record.corrects)
        if found is None:
            raise AssertionError("A linked reimbursement corrects a linked record.")
        settled = found
    corrections = await uow.records.corrections_of(record.department, settled.record_id)
    remaining = settled.cents + sum(other.cents for other in corrections)
    await _settle(uow, settled, max(remaining, 0), reason=f"{record.record_id} v{record.version}")
    uow.emit(
        DepartmentRecordLinked(
            record=record,
            household_id=record.household_id,
            member_id=record.member_id,
            area_path=record.area_path,
        )
    )


async def _settle(uow: HouseholdsUnitOfWork, settled: StoredRecord, cents: int, *, reason: str) -> None:
    source = expense_source(settled.department, settled.record_id)
    by = f"feed {settled.department}"
    present = await uow.expenses.by_source(source)
    if present is not None:
        corrected = present.correct(cents, at=uow.now, by=by, reason=reason)
        await uow.expenses.supersede(replace(corrected, spent_on=settled.settlement_date))
    elif cents > 0 and settled.household_id is not None:
        await uow.expenses.add(
            RigidExpense(
                id=new_id(),
                version=1,
                household_id=settled.household_id,
                area_path=settled.area_path,
                member_id=settled.member_id,
                kind=ExpenseKind.MEDICAL,
                amount_cents=cents,
                spent_on=settled.settlement_date,
                source=source,
                recorded_at=uow.now,
                recorded_by=by,
                reason=reason,
            )
        )


async def announce(uow: HouseholdsUnitOfWork, household_ids: Iterable[UUID]) -> None:
    wanted = sorted(set(household_ids))
    if wanted:
        found = await uow.households.by_ids(wanted)
        await announce_statements(uow, *(found[household_id] for household_id in wanted))
