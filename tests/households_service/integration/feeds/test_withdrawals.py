"""A department takes back what it sent in error, wherever that has come to; who waited need not be asked any more."""

from __future__ import annotations

from households_service.feeds.domain import RowStatus, StoredRecord
from households_service.feeds.review_rows import service as review
from tests.households_service.county import REVIEWER, County
from tests.households_service.departments import codes_of, costs, fresh, mother, record, send, tally, told

NOBODY = {"name": "Some Body", "villageCode": "990101001201"}


def sent(
    event: str, person: dict[str, object] | None, record_id: str, *, corrects: str | None = None, amount: str = ""
) -> dict[str, object]:
    said = {"oopAmount": amount or None, "corrects": corrects}
    return record(event, person, record_id, **{name: value for name, value in said.items() if value is not None})


async def waits(county: County, *record_ids: str) -> dict[str, StoredRecord]:
    async with county.begin(REVIEWER) as uow:
        rows = await uow.records.review_page(None, None, None, after=None, limit=1000)
    return {row.record_id: row for row in rows if row.record_id in record_ids}


async def status(county: County, row: StoredRecord) -> RowStatus:
    async with county.begin() as uow:
        found = await uow.records.by_key(row.id)
    assert found is not None
    return found.status


async def test_what_waits_is_withdrawn_with_its_corrections_and_nobody_is_asked(county: County) -> None:
    bill, back, gone = fresh("R"), fresh("R"), fresh("R")
    await send(
        county,
        "HEALTH_INSURANCE",
        sent("SETTLEMENT", dict(NOBODY), bill, amount="900.00"),
        sent("REIMBURSEMENT", dict(NOBODY), back, amount="-400.00", corrects=bill),
    )
    rows = await waits(county, bill, back)
    assert set(rows) == {bill, back}

    withdrawn = await send(county, "HEALTH_INSURANCE", sent("WITHDRAWAL", None, gone, corrects=bill))

    assert tally(withdrawn.account) == (1, 1, 0, 0, 0)
    assert await waits(county, bill, back, gone) == {}
    assert [await status(county, row) for row in rows.values()] == [RowStatus.WITHDRAWN, RowStatus.WITHDRAWN]
    again = await send(county, "HEALTH_INSURANCE", sent("WITHDRAWAL", None, gone, corrects=bill))
    assert tally(again.account) == (1, 0, 0, 0, 1)
    late = await send(
        county,
        "HEALTH_INSURANCE",
        sent("SETTLEMENT", dict(NOBODY), bill, amount="901.00"),
        sent("REIMBURSEMENT", dict(NOBODY), fresh("R"), amount="-1.00", corrects=bill),
        sent("WITHDRAWAL", None, fresh("R"), corrects=bill),
    )
    assert tally(late.account) == (3, 0, 0, 3, 0)
    assert [code for _, code in await codes_of(county, late)] == ["RECORD_WITHDRAWN"] * 3


async def test_a_row_and_its_withdrawal_may_come_in_one_batch(county: County) -> None:
    bill, gone = fresh("R"), fresh("R")
    batch = await send(
        county,
        "HEALTH_INSURANCE",
        sent("SETTLEMENT", dict(NOBODY), bill, amount="900.00"),
        sent("WITHDRAWAL", dict(NOBODY), gone, corrects=bill),
    )
    assert tally(batch.account) == (2, 1, 1, 0, 0)
    assert await waits(county, bill, gone) == {}


async def test_a_withdrawal_that_speaks_of_somebody_else_waits_for_a_person(county: County) -> None:
    bill, gone = fresh("R"), fresh("R")
    _, person = await mother(county, await county.register())
    await send(county, "HEALTH_INSURANCE", sent("SETTLEMENT", dict(NOBODY), bill, amount="900.00"))
    doubtful = await send(county, "HEALTH_INSURANCE", sent("WITHDRAWAL", person, gone, corrects=bill))
    assert tally(doubtful.account) == (1, 0, 1, 0, 0)
    assert {key: row.review_reason for key, row in (await waits(county, bill, gone)).items()} == {
        bill: "NOT_ENOUGH_IDENTIFIERS",
        gone: "CORRECTED_ROW_IN_REVIEW",
    }


async def test_a_row_that_a_person_rejected_can_be_withdrawn(county: County) -> None:
    bill, gone = fresh("R"), fresh("R")
    await send(county, "HEALTH_INSURANCE", sent("SETTLEMENT", dict(NOBODY), bill, amount="900.00"))
    row = (await waits(county, bill))[bill]
    async with county.begin(REVIEWER) as uow:
        await review.reject_row(uow, REVIEWER, row_id=row.id, reason="Nobody of that name lives here.")
    batch = await send(county, "HEALTH_INSURANCE", sent("WITHDRAWAL", None, gone, corrects=bill))
    assert tally(batch.account) == (1, 1, 0, 0, 0)
    assert await status(county, row) is RowStatus.REJECTED_IN_REVIEW


async def test_a_linked_record_takes_what_waits_behind_it_along(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    bill, back, gone = fresh("R"), fresh("R"), fresh("R")
    await send(
        county,
        "HEALTH_INSURANCE",
        sent("SETTLEMENT", person, bill, amount="900.00"),
        sent("REIMBURSEMENT", dict(NOBODY), back, amount="-400.00", corrects=bill),
    )
    assert set(await waits(county, back)) == {back}
    batch = await send(county, "HEALTH_INSURANCE", sent("WITHDRAWAL", None, gone, corrects=bill))
    assert tally(batch.account) == (1, 1, 0, 0, 0)
    assert await waits(county, back) == {}
    async with county.begin() as uow:
        found = (await uow.expenses.of_households([household.id]))[household.id]
    assert [expense.amount_cents for expense in found] == [0]


async def test_a_withdrawal_takes_back_what_is_left_and_closes_the_record(county: County) -> None:
    household = await county.register()
    member_id, person = await mother(county, household)
    record_id, gone = fresh("R"), fresh("R")
    bill = record("SETTLEMENT", person, record_id, oopAmount="1000.00", careKind="门诊")
    back = record("REIMBURSEMENT", person, fresh("R"), oopAmount="-300.00", corrects=record_id)
    withdrawal = record("WITHDRAWAL", None, gone, corrects=record_id)
    batch = await send(county, "HEALTH_INSURANCE", bill, back, withdrawal, withdrawal)

    assert tally(batch.account) == (4, 3, 0, 0, 1)
    assert await costs(county, household) == [("MEDICAL", 0, 3)]
    first, paid_back, taken_back = await told(county, household)
    assert (taken_back.event_type, taken_back.corrects_record_id, taken_back.member_id) == (
        "WITHDRAWAL",
        record_id,
        str(member_id),
    )
    assert [one.health_insurance.oop_amount.cents for one in (first, paid_back, taken_back)] == [
        100_000,
        -30_000,
        -70_000,
    ]
    late = await send(
        county,
        "HEALTH_INSURANCE",
        bill | {"oopAmount": "900.00"},
        record("REIMBURSEMENT", person, fresh("R"), oopAmount="-1.00", corrects=record_id),
        record("WITHDRAWAL", None, fresh("R"), corrects=record_id),
        record("WITHDRAWAL", None, fresh("R")),
        record("WITHDRAWAL", None, fresh("R"), corrects="NEVER-SENT"),
        record("WITHDRAWAL", None, fresh("R"), corrects=record_id, oopAmount="1"),
    )
    assert tally(late.account) == (6, 0, 0, 6, 0)
    assert [code for _, code in await codes_of(county, late)] == [
        "RECORD_WITHDRAWN",
        "RECORD_WITHDRAWN",
        "RECORD_WITHDRAWN",
        "CORRECTS_MISSING",
        "CORRECTS_UNKNOWN_RECORD",
        "WITHDRAWAL_NOT_BARE",
    ]
