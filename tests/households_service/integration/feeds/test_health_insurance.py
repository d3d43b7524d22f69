"""The health insurance feed: what is linked does its work once, what is not waits for a person, nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from chassis.errors import Conflict, Forbidden, Refusal
from chassis.identity import Actor, Role
from chassis.jobs import Jobs
from chassis.timers import DueTimer
from contracts.households.v1 import events_pb2
from households_service.expenses.domain import RigidExpense
from households_service.feeds.domain import BatchAccount, DepartmentBatch, StoredRecord
from households_service.feeds.refusals import BatchIdReused, UnknownField
from households_service.feeds.review_rows import service as review
from households_service.feeds.service import Envelope, find_batch, submit_batch, submit_file
from households_service.feeds.tables import department_batches, department_raw_rows, department_records
from households_service.feeds.work import delete_raw_rows, feed_file_job
from households_service.files.columns import HeaderChoice
from households_service.files.store import FileStore
from households_service.registry.domain import Household
from tests.households_service.county import ADMIN, REVIEWER, SPECIALIST, STRANGER, SUPERVISOR, County
from tests.households_service.factories import COUNTY, NEXT_VILLAGE, VILLAGE, id_number
from tests.households_service.sheets import bill, csv_bytes, xlsx_bytes

DEPARTMENT = Actor(subject="feed-1", roles=frozenset({Role.DEPARTMENT}), areas=(COUNTY,), department="HEALTH_INSURANCE")
LIAISON = Actor(subject="liaison-1", roles=frozenset({Role.SECTOR_LIAISON}), areas=(COUNTY,))
CIVIL_AFFAIRS = Actor(subject="feed-2", roles=frozenset({Role.DEPARTMENT}), areas=(COUNTY,), department="CIVIL_AFFAIRS")
_numbers = count(1)


def fresh(prefix: str) -> str:
    return f"{prefix}-{next(_numbers)}"


async def send(
    county: County, *records: dict[str, object], batch_id: str | None = None, actor: Actor = DEPARTMENT
) -> DepartmentBatch:
    envelope = Envelope(department="HEALTH_INSURANCE", batch_id=batch_id or fresh("B"))
    async with county.begin(actor) as uow:
        return await submit_batch(uow, actor, envelope=envelope, records=records)


def tally(account: BatchAccount) -> tuple[int, int, int, int, int]:
    assert account.balanced
    return (account.read, account.linked, account.review, account.rejected, account.unchanged)


async def mother(county: County, household: Household) -> tuple[UUID, dict[str, object]]:
    async with county.begin() as uow:
        member = (await uow.members.of_households([household.id]))[household.id][1]
    return member.id, {"idNumber": member.details.id_number}


async def expenses(county: County, household: Household) -> list[RigidExpense]:
    async with county.begin() as uow:
        return list((await uow.expenses.of_households([household.id])).get(household.id, ()))


async def linked_events(county: County, household: Household) -> list[events_pb2.DepartmentRecordLinked]:
    return [
        message
        for message in await county.events(household.id)
        if isinstance(message, events_pb2.DepartmentRecordLinked)
    ]


async def waiting(county: County, actor: Actor = LIAISON) -> list[StoredRecord]:
    async with county.begin(actor) as uow:
        return list(await review.review_rows(uow, actor, area_path=None, department=None, after=None, limit=100))


async def issues_of(county: County, batch: DepartmentBatch) -> list[tuple[int, str, str]]:
    async with county.begin() as uow:
        return [(issue.row, issue.column, issue.code) for _, issue in await uow.batches.issues(batch.id)]


async def rows_in(county: County) -> tuple[int, int, int]:
    async with county.begin() as uow:
        counted = [
            int(await uow.connection.scalar(select(func.count()).select_from(table)) or 0)
            for table in (department_batches, department_records, department_raw_rows)
        ]
    return (counted[0], counted[1], counted[2])


async def test_a_bill_becomes_a_rigid_expense_and_an_event_without_a_name(county: County) -> None:
    household = await county.register()
    member_id, person = await mother(county, household)
    record_id = fresh("R")
    batch = await send(county, bill(record_id, "10318.18", person))

    assert tally(batch.account) == (1, 1, 0, 0, 0)
    (expense,) = await expenses(county, household)
    assert (expense.amount_cents, expense.member_id, expense.source) == (
        1_031_818,
        member_id,
        f"HEALTH_INSURANCE/{record_id}",
    )
    (told,) = await linked_events(county, household)
    assert (told.department, told.record_id, told.version, told.event_type) == (
        "HEALTH_INSURANCE",
        record_id,
        1,
        "SETTLEMENT",
    )
    assert (told.household_id, told.member_id, told.area_path) == (str(household.id), str(member_id), VILLAGE)
    assert (told.health_insurance.oop_amount.cents, told.event_date) == (1_031_818, "2020-09-18")
    assert str(person["idNumber"]).encode() not in told.SerializeToString()
    statements = [m for m in await county.events(household.id) if isinstance(m, events_pb2.IncomeStatementChanged)]
    assert {basis.rigid_expenses_cents for basis in statements[-1].statement.bases} == {1_031_818}


async def test_a_record_sent_twice_is_taken_once(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    record = bill(fresh("R"), "2000.00", person)
    await send(county, record)
    again = await send(county, record | {"sentAt": "2020-09-18T10:00:00+08:00"}, record)
    assert tally(again.account) == (2, 0, 0, 0, 2)
    assert len(await expenses(county, household)) == 1
    assert len(await linked_events(county, household)) == 1


async def test_a_batch_sent_twice_is_the_same_batch(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    record, batch_id = bill(fresh("R"), "2000.00", person), fresh("B")
    first = await send(county, record, batch_id=batch_id)
    assert await send(county, record, batch_id=batch_id) == first
    with pytest.raises(BatchIdReused):
        await send(county, record | {"oopAmount": "3000.00"}, batch_id=batch_id)
    assert [expense.amount_cents for expense in await expenses(county, household)] == [200_000]


async def test_a_changed_record_is_a_new_version(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    record = bill(fresh("R"), "2000.00", person)
    await send(county, record)
    batch = await send(county, record | {"oopAmount": "2500.00"})
    assert tally(batch.account) == (1, 1, 0, 0, 0)
    (expense,) = await expenses(county, household)
    assert (expense.amount_cents, expense.version) == (250_000, 2)
    assert [
        (told.version, told.health_insurance.oop_amount.cents) for told in await linked_events(county, household)
    ] == [
        (1, 200_000),
        (2, 250_000),
    ]


async def test_a_reimbursement_lowers_the_expense_it_corrects(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    bill_id, back_id = fresh("R"), fresh("R")
    await send(county, bill(bill_id, "3100.00", person))
    back = bill(back_id, "-1000.00", person, eventType="REIMBURSEMENT", corrects=bill_id)
    batch = await send(county, back)
    assert tally(batch.account) == (1, 1, 0, 0, 0)
    assert [expense.amount_cents for expense in await expenses(county, household)] == [210_000]
    told = (await linked_events(county, household))[-1]
    assert (told.event_type, told.corrects_record_id, told.health_insurance.oop_amount.cents) == (
        "REIMBURSEMENT",
        bill_id,
        -100_000,
    )
    # A corrected bill keeps what was paid back on it.
    await send(county, bill(bill_id, "3500.00", person))
    assert [expense.amount_cents for expense in await expenses(county, household)] == [250_000]


async def test_what_cannot_be_is_rejected_row_by_row(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    good = fresh("R")
    batch = await send(
        county,
        bill(good, "100.00", person),
        bill(fresh("R"), "-100.00", person),
        bill(fresh("R"), "-50.00", person, eventType="REIMBURSEMENT", corrects="NEVER-SEEN"),
        bill(fresh("R"), "-100.01", person, eventType="REIMBURSEMENT", corrects=good),
        bill(fresh("R"), "100.00", {"idNumber": "1.23E+17"}),
        bill(fresh("R"), "-40.00", person, eventType="REIMBURSEMENT", corrects=good),
    )
    assert tally(batch.account) == (6, 2, 0, 4, 0)
    assert await issues_of(county, batch) == [
        (2, "oopAmount", "NEGATIVE_AMOUNT"),
        (3, "corrects", "CORRECTS_UNKNOWN_RECORD"),
        (4, "oopAmount", "REIMBURSEMENT_TOO_LARGE"),
        (5, "idNumber", "ID_EXCEL_TRUNCATED"),
    ]
    assert [expense.amount_cents for expense in await expenses(county, household)] == [6_000]


async def test_an_unknown_field_refuses_the_whole_batch_and_keeps_nothing(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    before = await rows_in(county)
    with pytest.raises(UnknownField) as caught:
        await send(county, bill(fresh("R"), "1.00", person), bill(fresh("R"), "1.00", person, diagnosis="secret"))
    assert caught.value.field == "records.1.diagnosis"
    assert "secret" not in caught.value.message
    assert await rows_in(county) == before
    assert await expenses(county, household) == []


async def test_unlinked_rows_wait_for_a_person_and_then_do_their_work(county: County) -> None:
    household = await county.register()
    member_id, person = await mother(county, household)
    unknown, doubtful = fresh("R"), fresh("R")
    batch = await send(
        county,
        bill(unknown, "500.00", {"name": "Some Body", "villageCode": "990101001201"}),
        bill(doubtful, "700.00", person | {"name": "Another Name"}),
    )
    assert tally(batch.account) == (2, 0, 2, 0, 0)
    rows = {row.record_id: row for row in await waiting(county) if row.batch_key == batch.id}
    assert {key: (row.review_reason, row.area_path, row.candidate_ids) for key, row in rows.items()} == {
        unknown: ("NOT_ENOUGH_IDENTIFIERS", VILLAGE, ()),
        doubtful: ("IDENTIFIERS_DISAGREE", VILLAGE, (member_id,)),
    }
    assert await expenses(county, household) == []

    async with county.begin(REVIEWER) as uow:
        linked = await review.resolve_row(
            uow, REVIEWER, row_id=rows[doubtful].id, member_id=member_id, reject_reason=None
        )
        await review.resolve_row(
            uow, REVIEWER, row_id=rows[unknown].id, member_id=None, reject_reason="Nobody of that name lives here."
        )
    assert (linked.status, linked.link_rule, linked.resolved_by) == ("LINKED", "DECIDED_BY_PERSON", "reviewer-1")
    assert [expense.amount_cents for expense in await expenses(county, household)] == [70_000]
    assert [told.record_id for told in await linked_events(county, household)] == [doubtful]
    assert [row.id for row in await waiting(county) if row.batch_key == batch.id] == []
    async with county.begin(REVIEWER) as uow:
        # Asked again by the same person the answer is the same, and nothing happens twice.
        again = await review.resolve_row(
            uow, REVIEWER, row_id=rows[doubtful].id, member_id=member_id, reject_reason=None
        )
        assert again == linked
        with pytest.raises(Conflict) as caught:
            await review.resolve_row(
                uow, REVIEWER, row_id=rows[doubtful].id, member_id=None, reject_reason="Nobody of that name lives here."
            )
    assert [expense.amount_cents for expense in await expenses(county, household)] == [70_000]
    assert caught.value.code == "ROW_ALREADY_RESOLVED"
    # Sent again, a decided row changes nothing.
    repeated = await send(county, bill(doubtful, "700.00", person | {"name": "Another Name"}))
    assert tally(repeated.account) == (1, 0, 0, 0, 1)


async def test_a_reimbursement_waits_behind_its_settlement(county: County) -> None:
    household = await county.register()
    member_id, person = await mother(county, household)
    bill_id, back_id = fresh("R"), fresh("R")
    batch = await send(
        county,
        bill(bill_id, "900.00", {"name": "Some Body", "villageCode": "990101001201"}),
        bill(back_id, "-400.00", person, eventType="REIMBURSEMENT", corrects=bill_id),
    )
    assert tally(batch.account) == (2, 0, 2, 0, 0)
    rows = {row.record_id: row for row in await waiting(county) if row.batch_key == batch.id}
    assert rows[back_id].review_reason == "CORRECTED_ROW_IN_REVIEW"
    async with county.begin(REVIEWER) as uow:
        with pytest.raises(Refusal) as caught:
            await review.link_row(uow, REVIEWER, row_id=rows[back_id].id, member_id=member_id)
    assert caught.value.code == "CORRECTED_ROW_WAITS"
    for record_id in (bill_id, back_id):
        async with county.begin(REVIEWER) as uow:
            await review.link_row(uow, REVIEWER, row_id=rows[record_id].id, member_id=member_id)
    assert [expense.amount_cents for expense in await expenses(county, household)] == [50_000]


async def test_a_record_cannot_move_money_to_another_person(county: County) -> None:
    household, other = await county.register(), await county.register()
    _, person = await mother(county, household)
    _, someone_else = await mother(county, other)
    record_id = fresh("R")
    await send(county, bill(record_id, "100.00", person))
    batch = await send(county, bill(record_id, "100.00", someone_else))
    assert await issues_of(county, batch) == [(1, "person", "PERSON_CHANGED")]
    assert await expenses(county, other) == []


async def test_people_outside_the_feeds_area_do_not_exist_for_it(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    narrow = Actor(
        subject="feed-3",
        roles=frozenset({Role.DEPARTMENT}),
        areas=("99/01/01/002/",),
        department="HEALTH_INSURANCE",
    )
    batch = await send(county, bill(fresh("R"), "100.00", person), actor=narrow)
    assert tally(batch.account) == (1, 0, 1, 0, 0)
    (row,) = [row for row in await waiting(county) if row.batch_key == batch.id]
    assert (row.review_reason, row.area_path, row.candidate_ids) == ("UNKNOWN_PERSON", "99/01/01/002/", ())
    assert await expenses(county, household) == []


@pytest.mark.parametrize("actor", [CIVIL_AFFAIRS, REVIEWER, SPECIALIST, SUPERVISOR, STRANGER])
async def test_only_the_department_itself_sends_its_feed(county: County, actor: Actor) -> None:
    before = await rows_in(county)
    with pytest.raises(Forbidden):
        await send(county, bill(fresh("R"), "1.00", {"name": "X"}), actor=actor)
    assert await rows_in(county) == before


async def test_another_department_and_a_village_see_neither_batch_nor_rows(county: County) -> None:
    batch = await send(county, bill(fresh("R"), "1.00", {"name": "X"}))
    async with county.begin(CIVIL_AFFAIRS) as uow:
        with pytest.raises(Refusal) as caught:
            await find_batch(uow, CIVIL_AFFAIRS, batch.id)
    assert caught.value.code == "UNKNOWN_BATCH"
    for actor in (DEPARTMENT, SPECIALIST):
        with pytest.raises(Forbidden):
            await waiting(county, actor)


async def test_raw_rows_lie_sealed_and_are_deleted_after_ninety_days(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    batch = await send(county, bill(fresh("R"), "1.00", person))

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


FILE_HEADER = (
    "流水号",
    "身份证号",
    "姓名",
    "行政村代码",
    "业务类型",
    "业务日期",
    "用途代码",
    "自付费用",
    "民族",
    "疾病诊断",
)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_a_file_is_taken_in_steps_with_the_same_account(county: County, tmp_path: Path, kind: str) -> None:
    household = await county.register(area_path=NEXT_VILLAGE)
    _, person = await mother(county, household)
    ids = [fresh("F") for _ in range(4)]
    rows: list[tuple[object, ...]] = [
        (ids[0], person["idNumber"], "", "", "结算", "2020-09-18", "MONITORING", "120.50", "某族", "某病"),
        (ids[1], "", "某人", "990101002201", "结算", "2020-09-18", "MONITORING", "10", "某族", "某病"),
        (ids[2], "1.23E+17", "", "", "结算", "2020-09-18", "MONITORING", "10", "某族", "某病"),
        (ids[3], person["idNumber"], "", "", "结算", "2020-09-18", "MONITORING", "-10", "某族", "某病"),
        (ids[0], person["idNumber"], "", "", "结算", "2020-09-18", "MONITORING", "120.50", "某族", "某病"),
    ]
    content = (
        csv_bytes(rows, header=FILE_HEADER, encoding="gb18030")
        if kind == "csv"
        else xlsx_bytes(rows, header=FILE_HEADER)
    )
    store = FileStore(folder=tmp_path, vault=county.vault)
    envelope = Envelope(department="HEALTH_INSURANCE", batch_id=fresh("B"))
    async with county.begin(DEPARTMENT) as uow:
        queued = await submit_file(
            uow, store, DEPARTMENT, envelope=envelope, file_name=f"feed.{kind}", content=content, choice=HeaderChoice()
        )
    assert await Jobs(begin=county.begin, kinds=[feed_file_job(store)]).work_one()
    async with county.begin(DEPARTMENT) as uow:
        batch = await find_batch(uow, DEPARTMENT, queued.id)
    assert (batch.state, tally(batch.account), batch.account.banned_columns_dropped) == ("DONE", (5, 1, 1, 2, 1), 2)
    assert await issues_of(county, batch) == [(4, "身份证号", "ID_EXCEL_TRUNCATED"), (5, "自付费用", "NEGATIVE_AMOUNT")]
    assert [expense.amount_cents for expense in await expenses(county, household)] == [12_050]


async def test_a_file_with_an_unknown_header_is_refused_whole(county: County, tmp_path: Path) -> None:
    store = FileStore(folder=tmp_path, vault=county.vault)
    content = csv_bytes([("R-1", "x")], header=("流水号", "单位"))
    envelope = Envelope(department="HEALTH_INSURANCE", batch_id=fresh("B"))
    async with county.begin(DEPARTMENT) as uow:
        queued = await submit_file(
            uow, store, DEPARTMENT, envelope=envelope, file_name="feed.csv", content=content, choice=HeaderChoice()
        )
    await Jobs(begin=county.begin, kinds=[feed_file_job(store)]).work_one()
    async with county.begin(DEPARTMENT) as uow:
        batch = await find_batch(uow, DEPARTMENT, queued.id)
    assert (batch.state, batch.refusal_code, batch.account.read) == ("REFUSED", "UNKNOWN_COLUMN", 0)


SUBMIT = """
mutation ($input: SubmitDepartmentBatchInput!) {
  submitDepartmentBatch(input: $input) {
    __typename
    ... on DepartmentBatch {
      id state account { read linked review rejected unchanged }
      issueCounts { code count } issues { totalCount edges { node { row column code message value } } }
    }
    ... on Refused { code field message }
  }
}
"""
REVIEW = """
query { reviewRows(first: 100) { totalCount edges { node {
  id recordId reason candidateIds amount { amount } person { name idNumber dateOfBirth villageCode }
} } } }
"""


async def test_the_graph_takes_a_batch_and_shows_waiting_rows_masked(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    record_id = fresh("R")
    number = id_number(order=987)
    data = await county.ask(
        DEPARTMENT,
        SUBMIT,
        {
            "input": {
                "department": "HEALTH_INSURANCE",
                "batchId": fresh("B"),
                "records": [
                    bill(fresh("R"), "1.00", person),
                    bill(record_id, "2.50", {"idNumber": number, "name": "Some Body", "dateOfBirth": "1985-03-14"}),
                    bill(fresh("R"), "-1.00", person),
                ],
            }
        },
    )
    answer = data["submitDepartmentBatch"]
    assert isinstance(answer, Mapping)
    assert answer["account"] == {"read": 3, "linked": 1, "review": 1, "rejected": 1, "unchanged": 0}
    assert answer["issueCounts"] == [{"code": "NEGATIVE_AMOUNT", "count": 1}]

    rows = (await county.ask(LIAISON, REVIEW))["reviewRows"]
    assert isinstance(rows, Mapping)
    (node,) = [edge["node"] for edge in rows["edges"] if edge["node"]["recordId"] == record_id]
    assert (node["reason"], node["amount"], node["candidateIds"]) == ("UNKNOWN_PERSON", {"amount": "2.50"}, [])
    assert node["person"] == {
        "name": "S**",
        "idNumber": "*" * 16 + number[-2:],
        "dateOfBirth": "1985-**-**",
        "villageCode": None,
    }
    revealed = await county.ask(
        LIAISON,
        "mutation ($input: RevealReviewRowInput!) { revealReviewRow(input: $input) { ... on SaidOfPerson { name idNumber } } }",
        {"input": {"rowId": node["id"], "reason": "Looking for the family"}},
    )
    assert revealed["revealReviewRow"] == {"name": "Some Body", "idNumber": number}
    resolved = await county.ask(
        ADMIN,
        "mutation ($input: ResolveReviewRowInput!) { resolveReviewRow(input: $input) { ... on ReviewRow { status rejectReason } ... on Refused { code } } }",
        {"input": {"rowId": node["id"], "rejectReason": "Lives in another county"}},
    )
    assert resolved["resolveReviewRow"] == {"status": "REJECTED_IN_REVIEW", "rejectReason": "Lives in another county"}


async def test_the_graph_refuses_an_unknown_field_by_name(county: County) -> None:
    records = [bill(fresh("R"), "1.00", {"name": "X"}, ethnicity="x")]
    data = await county.ask(
        DEPARTMENT, SUBMIT, {"input": {"department": "HEALTH_INSURANCE", "batchId": fresh("B"), "records": records}}
    )
    answer = data["submitDepartmentBatch"]
    assert isinstance(answer, Mapping)
    assert (answer["__typename"], answer["code"], answer["field"]) == (
        "Refused",
        "UNKNOWN_FIELD",
        "records.0.ethnicity",
    )


async def test_a_list_of_waiting_rows_costs_the_same_however_long(county: County) -> None:
    counts = []
    for size in (1, 8):
        await send(county, *(bill(fresh("Q"), "1.00", {"name": f"Some Body {n}"}) for n in range(size)))
        with county.statements() as sent:
            rows = (await county.ask(LIAISON, REVIEW))["reviewRows"]
        assert isinstance(rows, Mapping)
        assert len(rows["edges"]) >= size
        counts.append(len(sent))
    # The page, its count, and the sealed rows behind it.
    assert counts == [3, 3]


async def test_a_batch_costs_few_queries_a_record(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    with county.statements() as sent:
        await send(county, *(bill(fresh("N"), "1.00", person) for _ in range(20)))
    assert len(sent) <= 20 * 6 + 30
