"""Every department's feed: what is linked, what it does to the ledger, what leaves, what is taken back."""

from __future__ import annotations

import io
import logging
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
from google.protobuf.json_format import MessageToDict
from sqlalchemy import text

from chassis.identity import Actor, Role
from chassis.ids import new_id
from chassis.jobs import Jobs
from chassis.subscription import ReceivedEvent
from contracts.common.v1.envelope_pb2 import Envelope
from contracts.households.v1 import events_pb2
from contracts.risk.v1 import events_pb2 as risk
from households_service.feeds.catalogue.known import FEEDS
from households_service.feeds.departments import Department
from households_service.feeds.domain import BatchAccount, DepartmentBatch
from households_service.feeds.refusals import UnknownField
from households_service.feeds.service import Envelope as BatchEnvelope
from households_service.feeds.service import find_batch, submit_batch, submit_file
from households_service.feeds.standing.subscribers import take_visit
from households_service.feeds.work import feed_file_job
from households_service.files.columns import HeaderChoice
from households_service.files.store import FileStore
from households_service.ledger.domain import LedgerEntry
from households_service.ledger.kinds import EntryStatus, Evidence, IncomeKind, Rhythm
from households_service.registry.domain import Household
from tests.households_service.county import ADMIN, County
from tests.households_service.factories import COUNTY, VILLAGE, id_number
from tests.households_service.sheets import csv_bytes, xlsx_bytes

_numbers = count(1)
BANNED_VALUE = "某某族甲乙丙"

FIRST: dict[Department, tuple[str, dict[str, object]]] = {
    Department.HEALTH_INSURANCE: ("SETTLEMENT", {"oopAmount": "120.50"}),
    Department.DISABILITY_FEDERATION: ("CERTIFICATE", {"level": 2, "issuedOn": "2020-09-01", "change": "WORSE"}),
    Department.EDUCATION: ("SCHOOL_COST", {"costAfterAid": "6000", "stage": "大学", "enrolled": True}),
    Department.HOUSING: ("INSPECTION", {"grade": "D级", "inspectedOn": "2020-09-02"}),
    Department.CIVIL_AFFAIRS: (
        "BENEFIT",
        {"benefitCode": "低保", "from": "2020-01", "monthlyAmount": "500"},
    ),
    Department.HUMAN_RESOURCES: ("EMPLOYMENT_CHANGE", {"employmentEnded": "是", "month": "2020-08"}),
    Department.EMERGENCY_MANAGEMENT: (
        "DISASTER_LOSS",
        {"disasterId": "FLOOD-1", "lossAmount": "5400", "homeUsable": False},
    ),
    Department.TRAFFIC: ("TRAFFIC_ACCIDENT", {"uncompensatedLoss": "2500"}),
    Department.FIRE: ("FIRE_DAMAGE", {"uncompensatedLoss": "2500", "severeInjuryOrDeath": "Y"}),
    Department.COURT: ("JUDICIAL_RELIEF", {"uncompensatedLoss": "900"}),
}


def fresh(prefix: str) -> str:
    return f"{prefix}-{next(_numbers)}"


def sender(department: str) -> Actor:
    return Actor(
        subject=f"feed-{department}", roles=frozenset({Role.DEPARTMENT}), areas=(COUNTY,), department=department
    )


def record(event: str, person: dict[str, object] | None, record_id: str, **values: object) -> dict[str, object]:
    found: dict[str, object] = {
        "recordId": record_id,
        "eventType": event,
        "eventDate": "2020-09-17",
        "purposeCode": "MONITORING",
        **values,
    }
    return found if person is None else found | {"person": person}


async def send(county: County, department: str, *records: dict[str, object]) -> DepartmentBatch:
    actor = sender(department)
    async with county.begin(actor) as uow:
        return await submit_batch(
            uow, actor, envelope=BatchEnvelope(department=department, batch_id=fresh("B")), records=records
        )


def tally(account: BatchAccount) -> tuple[int, int, int, int, int]:
    assert account.balanced
    return (account.read, account.linked, account.review, account.rejected, account.unchanged)


async def codes_of(county: County, batch: DepartmentBatch) -> list[tuple[str, str]]:
    async with county.begin() as uow:
        return [(issue.column, issue.code) for _, issue in await uow.batches.issues(batch.id)]


async def mother(county: County, household: Household) -> tuple[UUID, dict[str, object]]:
    async with county.begin() as uow:
        member = (await uow.members.of_households([household.id]))[household.id][1]
    return member.id, {"idNumber": member.details.id_number}


async def ledger(county: County, household: Household) -> list[LedgerEntry]:
    async with county.begin() as uow:
        return list((await uow.ledger.of_households([household.id])).get(household.id, ()))


async def expenses(county: County, household: Household) -> list[tuple[str, int, int]]:
    async with county.begin() as uow:
        found = (await uow.expenses.of_households([household.id])).get(household.id, ())
    return [(one.kind, one.amount_cents, one.version) for one in found]


async def told(county: County, household: Household) -> list[events_pb2.DepartmentRecordLinked]:
    events = await county.events(household.id)
    return [one for one in events if isinstance(one, events_pb2.DepartmentRecordLinked)]


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
    assert await expenses(county, household) == expected
    async with county.begin() as uow:
        now = (await uow.households.by_ids([household.id]))[household.id]
    assert (now.safe_housing, now.version) == (True, household.version)


async def test_a_benefit_is_transfer_income_and_follows_its_record(county: County) -> None:
    household = await county.register()
    member_id, person = await mother(county, household)
    record_id = fresh("R")
    event, values = FIRST[Department.CIVIL_AFFAIRS]
    await send(county, Department.CIVIL_AFFAIRS, record(event, person, record_id, **values))
    (first,) = await ledger(county, household)
    assert (first.fact.kind, first.fact.rhythm, first.fact.amount_cents, first.fact.evidence) == (
        IncomeKind.SUBSISTENCE_ALLOWANCE,
        Rhythm.MONTHLY,
        50_000,
        Evidence.FEED,
    )
    assert (first.fact.period_from, first.fact.period_to, first.fact.member_id) == (date(2020, 1, 1), None, member_id)

    cut = record(
        event, person, record_id, **values | {"monthlyAmount": "350", "to": "2020-12", "changeReasonCode": "C3"}
    )
    await send(county, Department.CIVIL_AFFAIRS, cut)
    (second,) = await ledger(county, household)
    assert (second.id, second.version, second.fact.amount_cents, second.fact.period_to) == (
        first.id,
        2,
        35_000,
        date(2020, 12, 31),
    )
    async with county.begin() as uow:
        assert [one.fact.amount_cents for one in await uow.ledger.versions(first.id)] == [50_000, 35_000]

    await send(county, Department.CIVIL_AFFAIRS, record("WITHDRAWAL", None, fresh("R"), corrects=record_id))
    (gone,) = await ledger(county, household)
    assert (gone.id, gone.version, gone.status) == (first.id, 3, EntryStatus.DROPPED)


async def test_a_benefit_that_somebody_told_of_before_is_not_counted_twice(county: County) -> None:
    household = await county.register()
    await county.write_canonical_ledger(household)
    before = await ledger(county, household)
    _, person = await mother(county, household)
    event, values = FIRST[Department.CIVIL_AFFAIRS]
    await send(county, Department.CIVIL_AFFAIRS, record(event, person, fresh("R"), **values))

    allowance = next(one for one in before if one.fact.kind is IncomeKind.SUBSISTENCE_ALLOWANCE)
    (fed,) = [one for one in await ledger(county, household) if one.id not in {entry.id for entry in before}]
    assert (fed.status, fed.duplicate_of) == (EntryStatus.POSSIBLE_DUPLICATE_INCOME, allowance.id)
    statements = [
        one for one in await county.events(household.id) if isinstance(one, events_pb2.IncomeStatementChanged)
    ]
    assert [basis.transfer_cents for basis in statements[-1].statement.bases] == [
        basis.transfer_cents for basis in statements[-2].statement.bases
    ]


@pytest.mark.parametrize(
    ("values", "issue"),
    [
        ({"monthlyAmount": "0"}, ("monthlyAmount", "AMOUNT_NOT_POSITIVE")),
        ({"to": "2019-12"}, ("periodTo", "PERIOD_OUT_OF_ORDER")),
        ({"monthlyAmount": "-5"}, ("monthlyAmount", "NEGATIVE_AMOUNT")),
        ({"from": "2020-13"}, ("from", "NOT_A_DATE")),
        ({"benefitCode": "GIFT"}, ("benefitCode", "NOT_IN_LIST")),
    ],
)
async def test_a_benefit_the_ledger_cannot_hold_is_rejected_and_the_rest_is_taken(
    county: County, values: dict[str, object], issue: tuple[str, str]
) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    event, sound = FIRST[Department.CIVIL_AFFAIRS]
    batch = await send(
        county,
        Department.CIVIL_AFFAIRS,
        record(event, person, fresh("R"), **sound | values),
        record(event, person, fresh("R"), **sound),
    )
    assert tally(batch.account) == (2, 1, 0, 1, 0)
    assert [code for _, code in await codes_of(county, batch)] == [issue[1]]
    assert len(await ledger(county, household)) == 1


async def test_a_withdrawal_takes_back_what_is_left_and_closes_the_record(county: County) -> None:
    household = await county.register()
    member_id, person = await mother(county, household)
    record_id, gone = fresh("R"), fresh("R")
    bill = record("SETTLEMENT", person, record_id, oopAmount="1000.00", careKind="门诊")
    back = record("REIMBURSEMENT", person, fresh("R"), oopAmount="-300.00", corrects=record_id)
    withdrawal = record("WITHDRAWAL", None, gone, corrects=record_id)
    batch = await send(county, "HEALTH_INSURANCE", bill, back, withdrawal, withdrawal)

    assert tally(batch.account) == (4, 3, 0, 0, 1)
    assert await expenses(county, household) == [("MEDICAL", 0, 3)]
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


@pytest.mark.parametrize(
    ("department", "event", "values", "issue"),
    [
        ("DISABILITY_FEDERATION", "CERTIFICATE", {"level": 5}, ("level", "NOT_A_NUMBER")),
        ("DISABILITY_FEDERATION", "CERTIFICATE", {}, ("level", "VALUE_MISSING")),
        ("DISABILITY_FEDERATION", "SETTLEMENT", {"level": 1}, ("eventType", "NOT_IN_LIST")),
        ("EDUCATION", "ENROLMENT", {}, ("enrolled", "VALUE_MISSING")),
        ("EDUCATION", "SCHOOL_COST", {"costAfterAid": "-1"}, ("costAfterAid", "NEGATIVE_AMOUNT")),
        ("HOUSING", "INSPECTION", {"grade": "E"}, ("grade", "NOT_IN_LIST")),
        ("HOUSING", "INSPECTION", {"grade": "D", "inspectedOn": "2031-01-01"}, ("inspectedOn", "EVENT_DATE_IN_FUTURE")),
        ("HUMAN_RESOURCES", "EMPLOYMENT_CHANGE", {"month": "2020-08"}, ("employmentStarted", "VALUE_MISSING")),
        ("HUMAN_RESOURCES", "WAGE_ARREARS", {"wageArrearsMonths": 1.5, "month": "2020-08"}, ("wageArrearsMonths", "NOT_A_NUMBER")),
        ("EMERGENCY_MANAGEMENT", "DISASTER_LOSS", {"disasterId": "bad id", "lossAmount": "1"}, ("disasterId", "NOT_A_CODE")),
        ("FIRE", "FIRE_DAMAGE", {"uncompensatedLoss": "1", "severeInjuryOrDeath": "perhaps"}, ("severeInjuryOrDeath", "NOT_IN_LIST")),
    ],
)  # fmt: skip
async def test_a_faulty_record_is_rejected_by_field_and_code(
    county: County, department: str, event: str, values: dict[str, object], issue: tuple[str, str]
) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    batch = await send(county, department, record(event, person, fresh("R"), **values))
    assert (tally(batch.account), await codes_of(county, batch)) == ((1, 0, 0, 1, 0), [issue])


SERVE = """
mutation ($point: RegisterSupplyPointInput!, $serve: ServeHouseholdsInput!) {
  registerSupplyPoint(input: $point) { ... on SupplyPoint { number householdCount } ... on Refused { code } }
  serveHouseholds(input: $serve) { ... on SupplyPoint { number householdCount } ... on Refused { code field } }
}
"""


async def test_a25_one_water_report_is_one_event_with_the_thirty_homes_the_point_serves(county: County) -> None:
    families = [await county.register() for _ in range(30)]
    number = fresh("WP")
    data = await county.ask(
        ADMIN,
        SERVE,
        {
            "point": {"number": number, "name": "Lower well", "areaPath": VILLAGE},
            "serve": {"number": number, "householdIds": [str(one.id) for one in families], "since": "2020-01-01"},
        },
    )
    assert data["serveHouseholds"] == {"number": number, "householdCount": 30}
    async with county.begin() as uow:
        point = await uow.points.by_number(number)
    outage = record("OUTAGE", None, fresh("R"), supplyPointId=number, outageDays=7)

    batch = await send(county, "WATER", outage)
    again = await send(county, "WATER", outage)

    assert (tally(batch.account), tally(again.account)) == ((1, 1, 0, 0, 0), (1, 0, 0, 0, 1))
    (event,) = await county.events(point.id)
    assert isinstance(event, events_pb2.AreaConditionReported)
    assert sorted(event.household_ids) == sorted(str(one.id) for one in families)
    assert (event.point_id, event.version, event.part, event.parts, event.area_path) == (
        str(point.id),
        1,
        1,
        1,
        VILLAGE,
    )
    assert (event.water.supply_point_id, event.water.outage_days) == (number, 7)


async def test_a_household_has_one_point_at_a_time_and_who_is_served_depends_on_the_day(county: County) -> None:
    household = await county.register()
    old, new = fresh("WP"), fresh("WP")
    for number, since in ((old, "2020-01-01"), (new, "2020-09-01")):
        await county.ask(
            ADMIN,
            SERVE,
            {
                "point": {"number": number, "name": "Well", "areaPath": VILLAGE},
                "serve": {"number": number, "householdIds": [str(household.id)], "since": since},
            },
        )
    async with county.begin() as uow:
        points = await uow.points.by_numbers([old, new])
        august = await uow.points.served([one.id for one in points.values()], date(2020, 8, 31))
        september = await uow.points.served([one.id for one in points.values()], date(2020, 9, 1))
    assert august == [(points[old].id, household.id)]
    assert september == [(points[new].id, household.id)]


@pytest.mark.parametrize(
    ("department", "event", "values", "person", "issue"),
    [
        ("WATER", "OUTAGE", {"supplyPointId": "NOWHERE", "outageDays": 3}, None, ("supplyPointId", "SUPPLY_POINT_NOT_KNOWN")),
        ("WATER", "OUTAGE", {"supplyPointId": "WP", "outageDays": 3}, {"name": "X"}, ("person", "PERSON_NOT_ALLOWED")),
        ("WATER", "QUALITY_TEST", {"supplyPointId": "WP"}, None, ("qualityOk", "VALUE_MISSING")),
        ("AGRICULTURE", "PRICE_REPORT", {"commodityCode": "COTTON", "area": "880101", "priceIndex": "79.5"}, None, ("area", "AREA_NOT_KNOWN")),
    ],
)  # fmt: skip
async def test_a_report_about_no_known_place_or_about_a_person_is_rejected(  # noqa: PLR0917 - cases
    county: County,
    department: str,
    event: str,
    values: dict[str, object],
    person: dict[str, object] | None,
    issue: tuple[str, str],
) -> None:
    batch = await send(county, department, record(event, person, fresh("R"), **values))
    assert (tally(batch.account), await codes_of(county, batch)) == ((1, 0, 0, 1, 0), [issue])


async def test_agriculture_speaks_of_an_area_and_of_nobody(county: County) -> None:
    async with county.begin() as uow:
        area = (await uow.areas.by_paths([VILLAGE]))[VILLAGE]
    before = len(await county.events(area.id))
    batch = await send(
        county,
        "AGRICULTURE",
        record("PRICE_REPORT", None, fresh("R"), commodityCode="COTTON", area="990101001201", priceIndex="79.5"),
    )
    (event,) = (await county.events(area.id))[before:]
    assert tally(batch.account) == (1, 1, 0, 0, 0)
    assert isinstance(event, events_pb2.AreaConditionReported)
    assert (event.area_path, list(event.household_ids), event.agriculture.price_index) == (VILLAGE, [], "79.50")


FEEDS_QUERY = """
query ($area: AreaPath!) { feeds(area: $area) {
  department state late daysLate lastReceivedOn dueOn
  quality { read linked review rejected unchanged linkRate visits noLastingRisk falseAlarmRate }
  declaration { name purpose owner cadenceDays subject fields { name kind choices } events { type needs } }
} }
"""


async def standing(county: County, department: str, actor: Actor = ADMIN) -> Mapping[str, object]:
    found = (await county.ask(actor, FEEDS_QUERY, {"area": COUNTY}))["feeds"]
    assert isinstance(found, list)
    (one,) = [feed for feed in found if feed["department"] == department]
    assert isinstance(one, dict)
    return one


async def test_a_feed_is_late_more_than_ten_days_past_its_due_day(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    assert (await standing(county, "COURT"))["state"] in {"NEVER_RECEIVED", "ON_TIME"}
    await send(county, "COURT", record("JUDICIAL_RELIEF", person, fresh("R"), uncompensatedLoss="1"))
    start = county.clock.at
    try:
        found = []
        for days in (0, 30, 31, 41, 42):
            county.clock.at = start + timedelta(days=days)
            one = await standing(county, "COURT")
            found.append((days, one["state"], one["late"], one["daysLate"]))
    finally:
        county.clock.at = start
    assert found == [
        (0, "ON_TIME", False, 0),
        (30, "ON_TIME", False, 0),
        (31, "DUE", False, 0),
        (41, "DUE", False, 10),
        (42, "LATE", True, 11),
    ]
    one = await standing(county, "COURT")
    assert (one["lastReceivedOn"], one["dueOn"]) == ("2020-09-18", "2020-10-19")


async def test_quality_counts_links_and_what_visits_found(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    sound = record("TRAFFIC_ACCIDENT", person, fresh("R"), uncompensatedLoss="1")
    before = (await standing(county, "TRAFFIC"))["quality"]
    assert isinstance(before, dict)
    await send(
        county,
        "TRAFFIC",
        sound,
        sound,
        record("TRAFFIC_ACCIDENT", {"name": "No Body"}, fresh("R"), uncompensatedLoss="1"),
        record("TRAFFIC_ACCIDENT", person, fresh("R"), uncompensatedLoss="-1"),
    )
    for outcome in (risk.VISIT_OUTCOME_LASTING_RISK, risk.VISIT_OUTCOME_NO_LASTING_RISK, risk.VISIT_OUTCOME_WRONG_DATA):
        message = risk.VisitReported(
            visit_id=str(new_id()),
            visited_on="2020-09-18",
            outcome=outcome,
            records=[risk.VisitedRecord(department="TRAFFIC", record_id="R-1")] * 2,
        )
        envelope = Envelope(event_id=str(new_id()), area_path=VILLAGE)
        async with county.begin() as uow:
            await take_visit(uow, ReceivedEvent(envelope=envelope, message=message))
        async with county.begin() as uow:
            await take_visit(uow, ReceivedEvent(envelope=envelope, message=message))
    quality = (await standing(county, "TRAFFIC"))["quality"]
    assert isinstance(quality, dict)
    grown = {name: quality[name] - before[name] for name in ("read", "linked", "review", "rejected", "unchanged")}
    assert grown == {"read": 4, "linked": 1, "review": 1, "rejected": 1, "unchanged": 1}
    assert quality["linkRate"] == quality["linked"] / (quality["linked"] + quality["review"])
    assert (quality["visits"], quality["noLastingRisk"]) == (3, 1)
    assert quality["falseAlarmRate"] == pytest.approx(2 / 3)


async def test_all_ten_feeds_are_declared_and_a_department_sees_its_own_only(county: County) -> None:
    everything = (await county.ask(ADMIN, FEEDS_QUERY, {"area": COUNTY}))["feeds"]
    own = (await county.ask(sender("WATER"), FEEDS_QUERY, {"area": COUNTY}))["feeds"]
    assert isinstance(everything, list)
    assert isinstance(own, list)
    assert [feed["department"] for feed in everything] == list(Department)
    assert len({feed["declaration"]["name"] for feed in everything}) == 10
    assert [feed["department"] for feed in own] == ["WATER"]
    fields = [field["name"] for field in own[0]["declaration"]["fields"]]
    assert fields == ["supplyPointId", "outageDays", "qualityOk"]
    answer = await county.answer(sender("WATER"), FEEDS_QUERY, {"area": "99/01/02/"})
    assert answer["data"] is None


def test_no_declaration_has_a_field_for_what_must_never_be_known() -> None:
    names = {own.name.lower() for feed in FEEDS for own in feed.fields}
    for word in ("diagnos", "fault", "blame", "police", "crim", "ethnic", "employer", "offen", "religion"):
        assert not any(word in name for name in names), word


@pytest.mark.parametrize("department", ["HEALTH_INSURANCE", "CIVIL_AFFAIRS", "FIRE", "WATER"])
async def test_a26_the_api_refuses_a_batch_with_an_ethnicity_field_and_keeps_nothing(
    county: County, department: str, caplog: pytest.LogCaptureFixture
) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    sound = record("WITHDRAWAL", None, fresh("R"), corrects="R-0")
    for strange in ({"民族": BANNED_VALUE}, {"ethnicity": BANNED_VALUE}, {"faultShare": BANNED_VALUE}):
        with caplog.at_level(logging.DEBUG), pytest.raises(UnknownField) as caught:
            await send(county, department, sound, sound | strange | {"person": person})
        assert caught.value.code == "UNKNOWN_FIELD"
        assert BANNED_VALUE not in caught.value.message + str(caught.value.field)
    assert BANNED_VALUE not in caplog.text
    assert BANNED_VALUE.encode() not in await dump(county)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_a26_a_file_drops_the_banned_column_unread_and_counts_it(
    county: County, tmp_path: Path, kind: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    header = ("流水号", "身份证号", "业务类型", "业务日期", "用途代码", "资助后费用", "学段", "民族", "政治面貌")
    rows: list[tuple[object, ...]] = [
        (
            fresh("F"),
            person["idNumber"],
            "教育支出",
            "2020-09-01",
            "MONITORING",
            "6000",
            "大学",
            BANNED_VALUE,
            BANNED_VALUE,
        ),
        (
            fresh("F"),
            id_number(order=986),
            "教育支出",
            "2020-09-01",
            "MONITORING",
            "-1",
            "大学",
            BANNED_VALUE,
            BANNED_VALUE,
        ),
    ]
    content = csv_bytes(rows, header=header) if kind == "csv" else xlsx_bytes(rows, header=header)
    store, actor = FileStore(folder=tmp_path, vault=county.vault), sender("EDUCATION")
    envelope = BatchEnvelope(department="EDUCATION", batch_id=fresh("B"))
    with caplog.at_level(logging.DEBUG):
        async with county.begin(actor) as uow:
            queued = await submit_file(
                uow, store, actor, envelope=envelope, file_name=f"f.{kind}", content=content, choice=HeaderChoice()
            )
        assert await Jobs(begin=county.begin, kinds=[feed_file_job(store)]).work_one()
    async with county.begin(actor) as uow:
        batch = await find_batch(uow, actor, queued.id)

    assert (tally(batch.account), batch.account.banned_columns_dropped) == ((2, 1, 0, 1, 0), 2)
    assert await expenses(county, household) == [("SCHOOLING", 600_000, 1)]
    written = capfd.readouterr()
    assert BANNED_VALUE not in caplog.text + written.out + written.err
    assert BANNED_VALUE.encode() not in await dump(county)
    # The upload itself lies sealed, and no sealed row of it holds the value either.
    assert not any(BANNED_VALUE.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    async with county.begin() as uow:
        rows_kept = (
            await uow.connection.execute(
                text("select id, row_sealed from department_raw_rows where batch_key = :key"), {"key": batch.id}
            )
        ).all()
        opened = [uow.vault.open(row.row_sealed, place=f"department_raw_row:{row.id}") for row in rows_kept]
    assert len(opened) == 2
    assert not any(BANNED_VALUE in raw for raw in opened)


async def dump(county: County) -> bytes:
    """Every row of every table, as COPY writes it."""
    out = io.BytesIO()
    async with county.begin() as uow:
        tables = (
            await uow.connection.execute(
                text(
                    "select format('%I.%I', schemaname, tablename) from pg_tables"
                    " where schemaname in ('public', 'chassis')"
                )
            )
        ).scalars()
        for table in list(tables):
            for row in await uow.connection.execute(text(f"select t::text from {table} t")):
                out.write(row[0].encode() + b"\n")
    assert len(out.getvalue()) > 1000
    return out.getvalue()
