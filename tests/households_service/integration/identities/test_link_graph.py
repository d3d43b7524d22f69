"""Links over the public graph: a record by its number, who the candidates are, who looks where, and what is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import pytest

from chassis.identity import Actor, Role
from households_service.feeds.departments import Department
from households_service.feeds.domain import DepartmentBatch, LinkRule, StoredRecord
from households_service.feeds.service import Envelope, submit_batch
from households_service.members.domain import Relation
from households_service.registry.domain import Household
from households_service.registry.service import NewMember
from tests.households_service.county import ADMIN, REVIEWER, SPECIALIST, SUPERVISOR, County
from tests.households_service.factories import COUNTY, NEXT_TOWNSHIP, NEXT_VILLAGE, TOWNSHIP, VILLAGE

SENDER = Actor(subject="feed-hi", roles=frozenset({Role.DEPARTMENT}), areas=(COUNTY,), department="HEALTH_INSURANCE")
FAR = Actor(subject="reviewer-2", roles=frozenset({Role.TOWNSHIP_REVIEWER}), areas=(NEXT_TOWNSHIP,))
LIAISON = Actor(subject="liaison-1", roles=frozenset({Role.SECTOR_LIAISON}), areas=(COUNTY,))
VILLAGE_CODE = "990101001201"
BY_NUMBER = """
query Record($number: String!) {
  departmentRecordByNumber(department: HEALTH_INSURANCE, recordId: $number) {
    decidedBy
    row { id version status department member { id displayName idNumberMasked household { code } } }
    link { outcome candidates { memberId member { displayName } } }
  }
}"""
WAITING = """
query Rows($area: AreaPath!) {
  reviewRows(area: $area, first: 100) { edges { node {
    recordId areaPath candidateIds candidates { id displayName birthYear household { code } }
    person { villageCode villageKnown }
    weighing { candidates { member { displayName } } }
  } } }
}"""
RESOLVE = """mutation Resolve($input: ResolveReviewRowInput!) {
  resolveReviewRow(input: $input) {
    __typename ... on ReviewRow { id status memberId } ... on Refused { code field } } }"""


async def send(
    county: County, batch: str, **persons: Mapping[str, object]
) -> tuple[DepartmentBatch, list[StoredRecord]]:
    """Each person under the number of a record; `_` in it stands for a hyphen."""
    records = [
        {
            "recordId": number.replace("_", "-"),
            "eventType": "SETTLEMENT",
            "eventDate": "2020-09-17",
            "purposeCode": "MONITORING",
            "oopAmount": "12.50",
            "person": person,
        }
        for number, person in persons.items()
    ]
    names = [str(record["recordId"]) for record in records]
    async with county.begin(SENDER) as uow:
        sent = await submit_batch(
            uow, SENDER, envelope=Envelope(department="HEALTH_INSURANCE", batch_id=batch), records=records
        )
    async with county.begin() as uow:
        stored = {one.record_id: one for one in await uow.records.versions(Department.HEALTH_INSURANCE, names)}
    return sent, [stored[name] for name in names]


async def rows(county: County, actor: Actor, area: str) -> dict[str, Mapping[str, object]]:
    data = (await county.ask(actor, WAITING, {"area": area}))["reviewRows"]
    assert isinstance(data, Mapping)
    return {edge["node"]["recordId"]: edge["node"] for edge in data["edges"]}


def code_of(answer: Mapping[str, object]) -> object:
    errors = answer["errors"]
    assert isinstance(errors, list)
    return errors[0]["code"]


@pytest.fixture(scope="module")
async def family(county: County) -> tuple[Household, UUID]:
    members = (
        NewMember(name="阿布都热依木·卡德尔", relation=Relation.HEAD, date_of_birth=date(1958, 4, 17)),
        NewMember(name="艾尔肯·阿布都热依木", relation=Relation.CHILD, date_of_birth=date(1989, 1, 30)),
    )
    household = await county.register(members=members)
    for area in (VILLAGE, VILLAGE, NEXT_VILLAGE):
        born = date(1970, 5, 6)
        await county.register(
            area_path=area, members=(NewMember(name="古丽娜尔·赛买提", relation=Relation.HEAD, date_of_birth=born),)
        )
    return household, (await county.members_of(household))[0]


async def test_three_bills_of_one_man_in_one_batch_are_found_by_their_numbers(
    county: County, family: tuple[Household, UUID]
) -> None:
    household, father = family
    home = {"villageCode": VILLAGE_CODE, "householdCode": household.code}
    _, found = await send(
        county,
        "T1",
        T_1={"name": "Abdurehim Qadir", **home},
        T_2={"name": "Abdurehim", **home},
        T_3={"name": "Abdurhim", **home},
    )
    assert [(one.link_rule, one.member_id) for one in found] == [(LinkRule.LINKAGE, father)] * 3
    data = (await county.ask(REVIEWER, BY_NUMBER, {"number": "T-2"}))["departmentRecordByNumber"]
    assert isinstance(data, Mapping)
    assert (data["decidedBy"], data["row"]["status"], data["row"]["department"]) == (
        "MODEL",
        "LINKED",
        "HEALTH_INSURANCE",
    )
    assert data["row"]["member"] == {
        "id": str(father),
        "displayName": "阿**",
        "idNumberMasked": None,
        "household": {"code": household.code},
    }
    assert data["link"]["outcome"] == "AUTO"
    assert data["link"]["candidates"][0] == {"memberId": str(father), "member": {"displayName": "阿**"}}


async def test_rows_of_one_batch_that_contradict_each_other_are_not_one_mans(
    county: County, family: tuple[Household, UUID]
) -> None:
    household, father = family
    home = {"villageCode": VILLAGE_CODE, "householdCode": household.code}
    _, (right, other) = await send(
        county,
        "T2",
        T_4={"name": "Abdurehim Qadir", "dateOfBirth": "1958-04-17", **home},
        T_5={"name": "Abdurehim Qadir", "dateOfBirth": "1958-04-11", **home},
    )
    assert (right.link_rule, right.member_id) == (LinkRule.LINKAGE, father)
    assert (other.link_rule, other.candidate_ids[0]) == (None, father)


async def test_a_record_by_its_number_keeps_to_areas_and_offices(
    county: County, family: tuple[Household, UUID]
) -> None:
    number = {"number": "T-1"}
    assert code_of(await county.answer(FAR, BY_NUMBER, number)) == "UNKNOWN_DEPARTMENT_RECORD"
    assert code_of(await county.answer(SPECIALIST, BY_NUMBER, number)) == "FORBIDDEN"
    assert code_of(await county.answer(SENDER, BY_NUMBER, number)) == "FORBIDDEN"
    assert code_of(await county.answer(REVIEWER, BY_NUMBER, {"number": "T-none"})) == "UNKNOWN_DEPARTMENT_RECORD"
    seen = (await county.ask(SUPERVISOR, BY_NUMBER, number))["departmentRecordByNumber"]
    assert isinstance(seen, Mapping)
    assert seen["row"]["member"]["displayName"] == "阿**"


async def test_a_row_that_waits_was_decided_by_nobody(county: County, family: tuple[Household, UUID]) -> None:
    _, father = family
    _, (waiting,) = await send(county, "W1", W_1={"name": "Abdurehim Qadir"})
    asked = {"number": "W-1"}
    data = (await county.ask(REVIEWER, BY_NUMBER, asked))["departmentRecordByNumber"]
    assert isinstance(data, Mapping)
    assert (data["decidedBy"], data["row"]["status"], data["row"]["member"]) == (None, "IN_REVIEW", None)
    choice = {"input": {"rowId": str(waiting.id), "memberId": str(father)}}
    first = await county.ask(REVIEWER, RESOLVE, choice)
    assert first["resolveReviewRow"] == {
        "__typename": "ReviewRow",
        "id": str(waiting.id),
        "status": "LINKED",
        "memberId": str(father),
    }
    assert await county.ask(REVIEWER, RESOLVE, choice) == first
    otherwise = {"input": {"rowId": str(waiting.id), "rejectReason": "Nobody of ours"}}
    assert (await county.ask(REVIEWER, RESOLVE, otherwise))["resolveReviewRow"] == {
        "__typename": "Refused",
        "code": "ROW_ALREADY_RESOLVED",
        "field": "rowId",
    }
    data = (await county.ask(REVIEWER, BY_NUMBER, asked))["departmentRecordByNumber"]
    assert isinstance(data, Mapping)
    assert data["decidedBy"] == REVIEWER.subject


async def test_a_row_without_a_place_waits_where_everybody_it_may_mean_is_in_charge(
    county: County, family: tuple[Household, UUID]
) -> None:
    _, (row,) = await send(county, "P1", P_1={"name": "Gulnar Semet"})
    assert (row.area_path, len(row.candidate_ids)) == (COUNTY, 3)
    assert "P-1" in await rows(county, ADMIN, COUNTY)
    _, (own,) = await send(county, "P2", P_2={"name": "Abdurehim Qadir"})
    assert own.area_path == VILLAGE


async def test_a_reviewer_sees_who_the_candidates_are_masked_and_within_the_area(
    county: County, family: tuple[Household, UUID]
) -> None:
    _, (row,) = await send(county, "C1", C_1={"name": "Gulnar Semet", "villageCode": VILLAGE_CODE})
    near = (await rows(county, REVIEWER, TOWNSHIP))["C-1"]
    assert len(near["candidateIds"]) == len(row.candidate_ids) == 3  # type: ignore[arg-type]  # JSON of an answer
    seen = [(one["displayName"], one["birthYear"]) for one in near["candidates"]]  # type: ignore[attr-defined]  # JSON of an answer
    assert seen == [("古**", 1970), ("古**", 1970)]
    weighed = [one["member"] for one in near["weighing"]["candidates"]]  # type: ignore[index]  # JSON of an answer
    assert weighed == [{"displayName": "古**"}, {"displayName": "古**"}, None]
    # An office that sees no households decides by looking up.
    told = (await rows(county, LIAISON, COUNTY))["C-1"]
    assert told["candidates"] == []
    assert [one["member"] for one in told["weighing"]["candidates"]] == [None, None, None]  # type: ignore[index]  # JSON of an answer


async def test_candidates_of_many_rows_are_read_at_once(county: County, family: tuple[Household, UUID]) -> None:
    async def queries() -> int:
        with county.statements() as sent:
            await rows(county, ADMIN, COUNTY)
        return len(sent)

    before = await queries()
    more: dict[str, Mapping[str, object]] = {
        f"N_{number}": {"name": "Gulnar Semet", "villageCode": VILLAGE_CODE} for number in range(12)
    }
    await send(county, "N1", **more)
    assert await queries() == before


async def test_a_village_code_of_nowhere_is_told(county: County, family: tuple[Household, UUID]) -> None:
    batch, _ = await send(county, "V1", V_1={"name": "Gulnar Semet", "villageCode": "990101001999"})
    assert batch.account.review == 1
    issues = """query Issues($batch: String!, $area: AreaPath!) {
      departmentBatchByNumber(department: "HEALTH_INSURANCE", batchId: $batch) {
        issueCounts { code count } issues { edges { node { row column code severity } } } }
      feeds(area: $area) { department quality { unknownVillages } } }"""
    data = await county.ask(ADMIN, issues, {"batch": "V1", "area": COUNTY})
    told: Sequence[Mapping[str, object]] = [edge["node"] for edge in data["departmentBatchByNumber"]["issues"]["edges"]]
    assert told == [{"row": 1, "column": "villageCode", "code": "UNKNOWN_VILLAGE", "severity": "WARNING"}]
    feeds = {feed["department"]: feed["quality"] for feed in data["feeds"]}
    assert feeds["HEALTH_INSURANCE"] == {"unknownVillages": 1}
    waiting = await rows(county, ADMIN, COUNTY)
    assert waiting["V-1"]["person"] == {"villageCode": "990101001999", "villageKnown": False}
    assert waiting["C-1"]["person"] == {"villageCode": VILLAGE_CODE, "villageKnown": True}
