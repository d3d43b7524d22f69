"""A department takes back what it sent in error, wherever that has come to; who waited need not be asked any more."""

from __future__ import annotations

from itertools import count
from uuid import UUID

from chassis.identity import Actor, Role
from households_service.feeds.domain import BatchAccount, DepartmentBatch, RowStatus, StoredRecord
from households_service.feeds.review_rows import service as review
from households_service.feeds.service import Envelope, submit_batch
from households_service.registry.domain import Household
from tests.households_service.county import REVIEWER, County
from tests.households_service.factories import COUNTY

NOBODY = {"name": "Some Body", "villageCode": "990101001201"}
_numbers = count(1)


def fresh(prefix: str) -> str:
    return f"WD-{prefix}-{next(_numbers)}"


def record(
    event: str, person: dict[str, object] | None, record_id: str, *, corrects: str | None = None, amount: str = ""
) -> dict[str, object]:
    found: dict[str, object] = {
        "recordId": record_id,
        "eventType": event,
        "eventDate": "2020-09-17",
        "purposeCode": "MONITORING",
        "person": person,
        "oopAmount": amount or None,
        "corrects": corrects,
    }
    return {name: value for name, value in found.items() if value is not None}


async def send(county: County, *records: dict[str, object]) -> DepartmentBatch:
    actor = Actor(subject="feed-1", roles=frozenset({Role.DEPARTMENT}), areas=(COUNTY,), department="HEALTH_INSURANCE")
    envelope = Envelope(department="HEALTH_INSURANCE", batch_id=fresh("B"))
    async with county.begin(actor) as uow:
        return await submit_batch(uow, actor, envelope=envelope, records=records)


def tally(account: BatchAccount) -> tuple[int, int, int, int, int]:
    assert account.balanced
    return (account.read, account.linked, account.review, account.rejected, account.unchanged)


async def codes_of(county: County, batch: DepartmentBatch) -> list[str]:
    async with county.begin() as uow:
        return [issue.code for _, issue in await uow.batches.issues(batch.id)]


async def waiting(county: County, *record_ids: str) -> dict[str, StoredRecord]:
    async with county.begin(REVIEWER) as uow:
        rows = await uow.records.review_page(None, None, None, after=None, limit=1000)
    return {row.record_id: row for row in rows if row.record_id in record_ids}


async def status(county: County, row: StoredRecord) -> RowStatus:
    async with county.begin() as uow:
        found = await uow.records.by_key(row.id)
    assert found is not None
    return found.status


async def mother(county: County, household: Household) -> tuple[UUID, dict[str, object]]:
    async with county.begin() as uow:
        member = (await uow.members.of_households([household.id]))[household.id][1]
    return member.id, {"idNumber": member.details.id_number}


async def test_what_waits_is_withdrawn_with_its_corrections_and_nobody_is_asked(county: County) -> None:
    bill, back, gone = fresh("R"), fresh("R"), fresh("R")
    await send(
        county,
        record("SETTLEMENT", dict(NOBODY), bill, amount="900.00"),
        record("REIMBURSEMENT", dict(NOBODY), back, amount="-400.00", corrects=bill),
    )
    rows = await waiting(county, bill, back)
    assert set(rows) == {bill, back}

    withdrawn = await send(county, record("WITHDRAWAL", None, gone, corrects=bill))

    assert tally(withdrawn.account) == (1, 1, 0, 0, 0)
    assert await waiting(county, bill, back, gone) == {}
    assert [await status(county, row) for row in rows.values()] == [RowStatus.WITHDRAWN, RowStatus.WITHDRAWN]
    again = await send(county, record("WITHDRAWAL", None, gone, corrects=bill))
    assert tally(again.account) == (1, 0, 0, 0, 1)
    late = await send(
        county,
        record("SETTLEMENT", dict(NOBODY), bill, amount="901.00"),
        record("REIMBURSEMENT", dict(NOBODY), fresh("R"), amount="-1.00", corrects=bill),
        record("WITHDRAWAL", None, fresh("R"), corrects=bill),
    )
    assert tally(late.account) == (3, 0, 0, 3, 0)
    assert await codes_of(county, late) == ["RECORD_WITHDRAWN"] * 3


async def test_a_row_and_its_withdrawal_may_come_in_one_batch(county: County) -> None:
    bill, gone = fresh("R"), fresh("R")
    batch = await send(
        county,
        record("SETTLEMENT", dict(NOBODY), bill, amount="900.00"),
        record("WITHDRAWAL", dict(NOBODY), gone, corrects=bill),
    )
    assert tally(batch.account) == (2, 1, 1, 0, 0)
    assert await waiting(county, bill, gone) == {}


async def test_a_withdrawal_that_speaks_of_somebody_else_waits_for_a_person(county: County) -> None:
    bill, gone = fresh("R"), fresh("R")
    _, person = await mother(county, await county.register())
    await send(county, record("SETTLEMENT", dict(NOBODY), bill, amount="900.00"))
    doubtful = await send(county, record("WITHDRAWAL", person, gone, corrects=bill))
    assert tally(doubtful.account) == (1, 0, 1, 0, 0)
    assert {key: row.review_reason for key, row in (await waiting(county, bill, gone)).items()} == {
        bill: "NOT_ENOUGH_IDENTIFIERS",
        gone: "CORRECTED_ROW_IN_REVIEW",
    }


async def test_a_row_that_a_person_rejected_can_be_withdrawn(county: County) -> None:
    bill, gone = fresh("R"), fresh("R")
    await send(county, record("SETTLEMENT", dict(NOBODY), bill, amount="900.00"))
    row = (await waiting(county, bill))[bill]
    async with county.begin(REVIEWER) as uow:
        await review.reject_row(uow, REVIEWER, row_id=row.id, reason="Nobody of that name lives here.")
    batch = await send(county, record("WITHDRAWAL", None, gone, corrects=bill))
    assert tally(batch.account) == (1, 1, 0, 0, 0)
    assert await status(county, row) is RowStatus.REJECTED_IN_REVIEW


async def test_a_linked_record_takes_what_waits_behind_it_along(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    bill, back, gone = fresh("R"), fresh("R"), fresh("R")
    await send(
        county,
        record("SETTLEMENT", person, bill, amount="900.00"),
        record("REIMBURSEMENT", dict(NOBODY), back, amount="-400.00", corrects=bill),
    )
    assert set(await waiting(county, back)) == {back}
    batch = await send(county, record("WITHDRAWAL", None, gone, corrects=bill))
    assert tally(batch.account) == (1, 1, 0, 0, 0)
    assert await waiting(county, back) == {}
    async with county.begin() as uow:
        found = (await uow.expenses.of_households([household.id]))[household.id]
    assert [expense.amount_cents for expense in found] == [0]
