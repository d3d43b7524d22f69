"""The same again changes nothing; what changed is a new version; money never moves between people."""

from __future__ import annotations

import pytest

from households_service.feeds.refusals import BatchIdReused
from tests.households_service.county import County
from tests.households_service.departments import expenses, fresh, issues_of, mother, send_bills, tally, told
from tests.households_service.sheets import bill


async def test_a_record_sent_twice_is_taken_once(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    record = bill(fresh("R"), "2000.00", person)
    await send_bills(county, record)
    again = await send_bills(county, record | {"sentAt": "2020-09-18T10:00:00+08:00"}, record)
    assert tally(again.account) == (2, 0, 0, 0, 2)
    assert len(await expenses(county, household)) == 1
    assert len(await told(county, household)) == 1


async def test_a_batch_sent_twice_is_the_same_batch(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    record, batch_id = bill(fresh("R"), "2000.00", person), fresh("B")
    first = await send_bills(county, record, batch_id=batch_id)
    assert await send_bills(county, record, batch_id=batch_id) == first
    with pytest.raises(BatchIdReused):
        await send_bills(county, record | {"oopAmount": "3000.00"}, batch_id=batch_id)
    assert [expense.amount_cents for expense in await expenses(county, household)] == [200_000]


async def test_a_changed_record_is_a_new_version(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    record = bill(fresh("R"), "2000.00", person)
    await send_bills(county, record)
    batch = await send_bills(county, record | {"oopAmount": "2500.00"})
    assert tally(batch.account) == (1, 1, 0, 0, 0)
    (expense,) = await expenses(county, household)
    assert (expense.amount_cents, expense.version) == (250_000, 2)
    assert [(one.version, one.health_insurance.oop_amount.cents) for one in await told(county, household)] == [
        (1, 200_000),
        (2, 250_000),
    ]


async def test_a_reimbursement_lowers_the_expense_it_corrects(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    bill_id, back_id = fresh("R"), fresh("R")
    await send_bills(county, bill(bill_id, "3100.00", person))
    back = bill(back_id, "-1000.00", person, eventType="REIMBURSEMENT", corrects=bill_id)
    batch = await send_bills(county, back)
    assert tally(batch.account) == (1, 1, 0, 0, 0)
    assert [expense.amount_cents for expense in await expenses(county, household)] == [210_000]
    back_told = (await told(county, household))[-1]
    assert (back_told.event_type, back_told.corrects_record_id, back_told.health_insurance.oop_amount.cents) == (
        "REIMBURSEMENT",
        bill_id,
        -100_000,
    )
    # A corrected bill keeps what was paid back on it.
    await send_bills(county, bill(bill_id, "3500.00", person))
    assert [expense.amount_cents for expense in await expenses(county, household)] == [250_000]


async def test_a_record_cannot_move_money_to_another_person(county: County) -> None:
    household, other = await county.register(), await county.register()
    _, person = await mother(county, household)
    _, someone_else = await mother(county, other)
    record_id = fresh("R")
    await send_bills(county, bill(record_id, "100.00", person))
    batch = await send_bills(county, bill(record_id, "100.00", someone_else))
    assert await issues_of(county, batch) == [(1, "person", "PERSON_CHANGED")]
    assert await expenses(county, other) == []


async def test_two_rows_of_one_batch_with_one_id_are_two_versions_and_the_sender_is_warned(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    record_id = fresh("R")

    batch = await send_bills(
        county, bill(record_id, "2000.00", person), bill(record_id, "2500.00", person), bill(record_id, "2500", person)
    )

    assert tally(batch.account) == (3, 2, 0, 0, 1)
    assert await issues_of(county, batch) == [(2, "recordId", "RECORD_REPEATED")]
    assert [(one.version, one.health_insurance.oop_amount.cents) for one in await told(county, household)] == [
        (1, 200_000),
        (2, 250_000),
    ]
    assert [(one.amount_cents, one.version) for one in await expenses(county, household)] == [(250_000, 2)]
    # Another batch with another content is what a correction is: nothing to warn of.
    later = await send_bills(county, bill(record_id, "2600.00", person))
    assert (tally(later.account), await issues_of(county, later)) == ((1, 1, 0, 0, 0), [])


async def test_of_two_rows_about_two_people_under_one_id_the_second_is_rejected(county: County) -> None:
    household, other = await county.register(), await county.register()
    _, person = await mother(county, household)
    _, someone_else = await mother(county, other)
    record_id = fresh("R")

    batch = await send_bills(county, bill(record_id, "100.00", person), bill(record_id, "100.00", someone_else))

    assert tally(batch.account) == (2, 1, 0, 1, 0)
    assert await issues_of(county, batch) == [(2, "person", "PERSON_CHANGED")]
    assert await expenses(county, other) == []


async def test_a_whole_batch_under_another_number_changes_nothing(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    bills = [bill(fresh("R"), "100.00", person), bill(fresh("R"), "200.00", {"name": "Some Body"})]
    first = await send_bills(county, *bills)
    events = len(await county.events(household.id))

    again = await send_bills(county, *bills)

    assert (tally(first.account), tally(again.account)) == ((2, 1, 1, 0, 0), (2, 0, 0, 0, 2))
    assert len(await county.events(household.id)) == events


@pytest.mark.parametrize(
    ("amounts", "account", "cents"),
    [
        # A whole batch again, in which a record stands twice.
        (("100.00", "200.00"), (2, 0, 0, 0, 2), 30_000),
        (("200.00",), (1, 0, 0, 0, 1), 30_000),
        (("100.00", "400.00"), (2, 1, 0, 0, 1), 40_000),
        # In one batch the later row counts, whatever was before.
        (("400.00", "100.00"), (2, 2, 0, 0, 0), 10_000),
    ],
)
async def test_what_was_received_before_does_not_come_back_over_a_newer_version(
    county: County, amounts: tuple[str, ...], account: tuple[int, int, int, int, int], cents: int
) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    record_id = fresh("R")

    def version(amount: str) -> dict[str, object]:
        sent = bill(record_id, amount, person)
        return {name: value for name, value in sent.items() if name != "sentAt"}

    await send_bills(county, version("100.00"), version("200.00"))
    await send_bills(county, version("300.00"))

    again = await send_bills(county, *(version(amount) for amount in amounts))

    assert tally(again.account) == account
    assert [expense.amount_cents for expense in await expenses(county, household)] == [cents]


async def test_who_means_to_go_back_says_when_that_was_sent(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    record_id = fresh("R")
    first = bill(record_id, "100.00", person, sentAt="2020-09-18T09:00:00+08:00")
    await send_bills(county, first)
    await send_bills(county, first | {"oopAmount": "200.00", "sentAt": "2020-09-18T10:00:00+08:00"})

    again = await send_bills(county, first)
    back = await send_bills(county, first | {"sentAt": "2020-09-18T11:00:00+08:00"})

    assert (tally(again.account), tally(back.account)) == ((1, 0, 0, 0, 1), (1, 1, 0, 0, 0))
    assert [(one.amount_cents, one.version) for one in await expenses(county, household)] == [(10_000, 3)]
