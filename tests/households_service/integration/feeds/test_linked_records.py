"""Every department's record finds its person, does its work once, and leaves without a name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from google.protobuf.json_format import MessageToDict
from sqlalchemy import select

from chassis.identity import Actor, Role
from chassis.timers import DueTimer
from contracts.households.v1 import events_pb2
from households_service.feeds.catalogue.known import FEEDS
from households_service.feeds.departments import Department
from households_service.feeds.tables import department_raw_rows
from households_service.feeds.work import delete_raw_rows
from tests.households_service.county import County
from tests.households_service.departments import (
    FIRST,
    costs,
    expenses,
    fresh,
    mother,
    record,
    send,
    send_bills,
    tally,
    told,
    waiting,
)
from tests.households_service.factories import VILLAGE
from tests.households_service.sheets import bill


@pytest.mark.parametrize("department", list(FIRST))
async def test_each_departments_record_finds_its_person_and_leaves_without_a_name(
    county: County, department: Department
) -> None:
    household = await county.register()
    member_id, person = await mother(county, household)
    event, values = FIRST[department]
    sent = record(event, person, fresh("R"), **values)

    batch = await send(county, department, sent)
    again = await send(county, department, sent)

    assert (tally(batch.account), tally(again.account)) == ((1, 1, 0, 0, 0), (1, 0, 0, 0, 1))
    (message,) = await told(county, household)
    assert (message.department, message.event_type, message.member_id) == (department, event, str(member_id))
    feed = next(feed for feed in FEEDS if department in feed.departments)
    assert message.WhichOneof("detail") == feed.part
    assert str(person["idNumber"]).encode() not in message.SerializeToString()


async def test_what_is_said_arrives_as_typed_values(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    event, values = FIRST[Department.EMERGENCY_MANAGEMENT]
    await send(county, Department.EMERGENCY_MANAGEMENT, record(event, person, fresh("R"), **values))
    (message,) = await told(county, household)
    assert MessageToDict(message.emergency) == {
        "disasterId": "FLOOD-1",
        "lossAmount": {"cents": "540000", "currency": "CNY"},
        "homeUsable": False,
    }


@pytest.mark.parametrize(
    ("department", "expected"),
    [
        (Department.HEALTH_INSURANCE, [("MEDICAL", 12_050, 1)]),
        (Department.EDUCATION, [("SCHOOLING", 600_000, 1)]),
        (Department.EMERGENCY_MANAGEMENT, [("DISASTER_REPAIR", 540_000, 1)]),
        (Department.FIRE, []),
        (Department.HOUSING, []),
    ],
)
async def test_costs_become_rigid_expenses_where_the_ledger_knows_the_kind(
    county: County, department: Department, expected: list[tuple[str, int, int]]
) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    event, values = FIRST[department]
    await send(county, department, record(event, person, fresh("R"), **values))
    assert await costs(county, household) == expected
    async with county.begin() as uow:
        now = (await uow.households.by_ids([household.id]))[household.id]
    assert (now.safe_housing, now.version) == (True, household.version)


async def test_a_bill_becomes_a_rigid_expense_and_an_event_without_a_name(county: County) -> None:
    household = await county.register()
    member_id, person = await mother(county, household)
    record_id = fresh("R")
    batch = await send_bills(county, bill(record_id, "10318.18", person))

    assert tally(batch.account) == (1, 1, 0, 0, 0)
    (expense,) = await expenses(county, household)
    assert (expense.amount_cents, expense.member_id, expense.source) == (
        1_031_818,
        member_id,
        f"HEALTH_INSURANCE/{record_id}",
    )
    (message,) = await told(county, household)
    assert (message.department, message.record_id, message.version, message.event_type) == (
        "HEALTH_INSURANCE",
        record_id,
        1,
        "SETTLEMENT",
    )
    assert (message.household_id, message.member_id, message.area_path) == (str(household.id), str(member_id), VILLAGE)
    assert (message.health_insurance.oop_amount.cents, message.event_date) == (1_031_818, "2020-09-18")
    assert str(person["idNumber"]).encode() not in message.SerializeToString()
    statements = [m for m in await county.events(household.id) if isinstance(m, events_pb2.IncomeStatementChanged)]
    assert {basis.rigid_expenses_cents for basis in statements[-1].statement.bases} == {1_031_818}


async def test_people_outside_the_feeds_area_do_not_exist_for_it(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    narrow = Actor(
        subject="feed-3",
        roles=frozenset({Role.DEPARTMENT}),
        areas=("99/01/01/002/",),
        department="HEALTH_INSURANCE",
    )
    batch = await send_bills(county, bill(fresh("R"), "100.00", person), actor=narrow)
    assert tally(batch.account) == (1, 0, 1, 0, 0)
    (row,) = [row for row in await waiting(county) if row.batch_key == batch.id]
    assert (row.review_reason, row.area_path, row.candidate_ids) == ("UNKNOWN_PERSON", "99/01/01/002/", ())
    assert await expenses(county, household) == []


async def test_raw_rows_lie_sealed_and_are_deleted_after_ninety_days(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    batch = await send_bills(county, bill(fresh("R"), "1.00", person))

    async def raw() -> list[bytes]:
        async with county.begin() as uow:
            query = select(department_raw_rows.c.row_sealed).where(department_raw_rows.c.batch_key == batch.id)
            return list((await uow.connection.execute(query)).scalars())

    (sealed,) = await raw()
    assert str(person["idNumber"]).encode() not in sealed
    start = county.clock.at
    try:
        county.clock.at = start + timedelta(days=89)
        async with county.begin() as uow:
            await delete_raw_rows(uow, DueTimer(key="", due_at=county.clock.at))
        assert len(await raw()) == 1
        county.clock.at = start + timedelta(days=90)
        async with county.begin() as uow:
            await delete_raw_rows(uow, DueTimer(key="", due_at=county.clock.at))
        assert await raw() == []
    finally:
        county.clock.at = start


async def test_a_batch_costs_few_queries_a_record(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    with county.statements() as sent:
        await send_bills(county, *(bill(fresh("N"), "1.00", person) for _ in range(20)))
    assert len(sent) <= 20 * 6 + 30
