"""Links undone, judged and checked: what they did is taken back, told, and not done again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID, uuid4

import pytest

from chassis.identity import Actor, Role
from contracts.households.v1 import events_pb2
from households_service.feeds.departments import Department
from households_service.feeds.domain import LinkRule, ReviewReason, RowStatus, StoredRecord
from households_service.feeds.service import Envelope, submit_batch
from households_service.members.domain import Relation
from households_service.registry.service import NewMember
from tests.households_service.county import ADMIN, REVIEWER, SPECIALIST, County
from tests.households_service.factories import COUNTY, id_number

SENDER = Actor(subject="feed-hi", roles=frozenset({Role.DEPARTMENT}), areas=(COUNTY,), department="HEALTH_INSURANCE")
APPROVER = Actor(subject="approver-1", roles=frozenset({Role.COUNTY_APPROVER}), areas=(COUNTY,))
UNDO = """
mutation Undo($input: UndoLinkInput!) {
  undoLink(input: $input) {
    __typename ... on Refused { code field } ... on ReviewRow { id version status reason candidateIds person { name } }
  }
}"""
RECORD = """
query Record($id: ID!) {
  departmentRecord(id: $id) {
    decidedBy row { linkRule memberId }
    link {
      outcome probability modelVersion thresholdBits
      candidates { memberId probability bits contradicted waterfall { field agreement bits } }
    }
  }
}"""


async def send(county: County, batch: str, *records: Mapping[str, object]) -> list[StoredRecord]:
    """The newest version of each."""
    whole = [
        {
            "eventType": "SETTLEMENT",
            "eventDate": "2020-09-17",
            "purposeCode": "MONITORING",
            **record,
        }
        for record in records
    ]
    async with county.begin(SENDER) as uow:
        await submit_batch(uow, SENDER, envelope=Envelope(department="HEALTH_INSURANCE", batch_id=batch), records=whole)
    return [await newest(county, str(record["recordId"])) for record in records]


async def newest(county: County, record_id: str) -> StoredRecord:
    async with county.begin() as uow:
        versions = await uow.records.versions(Department.HEALTH_INSURANCE, [record_id])
    return [one for one in versions if one.record_id == record_id][-1]


def undoing(record: StoredRecord, reason: str, *, key: str) -> dict[str, object]:
    return {"input": {"rowId": str(record.id), "reason": reason, "idempotencyKey": key}}


async def expenses(county: County, household_id: UUID) -> list[int]:
    async with county.begin() as uow:
        found = (await uow.expenses.of_households([household_id])).get(household_id, ())
    return [one.amount_cents for one in found]


async def test_a_weighed_link_shows_what_it_rests_on_and_no_value(county: County) -> None:
    born = date(1966, 6, 6)
    number = id_number(born=born, order=901)
    members = (NewMember(name="热合曼·依明", relation=Relation.HEAD, id_number=number),)
    household = await county.register(members=members)
    (member,) = await county.members_of(household)
    slipped = number[:14] + str((int(number[14]) + 3) % 10) + number[15:]
    person = {"idNumber": slipped, "name": "Rehman Imin", "villageCode": "990101001201"}
    (record,) = await send(county, "W1", {"recordId": "W-1", "oopAmount": "20", "person": person})
    assert (record.link_rule, record.member_id) == (LinkRule.LINKAGE, member)
    data = await county.ask(REVIEWER, RECORD, {"id": str(record.id)})
    found = data["departmentRecord"]
    assert isinstance(found, Mapping)
    assert (found["decidedBy"], found["row"]["memberId"]) == ("MODEL", str(member))
    link = found["link"]
    assert link["modelVersion"].startswith("shipped-")
    assert link["probability"] > 0.99
    best = link["candidates"][0]
    agreements = {one["field"]: one["agreement"] for one in best["waterfall"]}
    assert (agreements["ID_NUMBER"], agreements["VILLAGE"], agreements["DATE_OF_BIRTH"]) == (
        "CLOSE",
        "SAME",
        "NOT_GIVEN",
    )
    assert sum(one["bits"] for one in best["waterfall"]) == pytest.approx(best["bits"], abs=0.01)
    for value in (number, slipped, "Rehman", "热合曼"):
        assert value not in str(data)


async def test_an_undone_link_takes_its_effects_back_and_is_not_made_again(county: County) -> None:
    household = await county.register()
    _, mother, *_ = await county.members_of(household)
    async with county.begin() as uow:
        number = (await uow.members.get(mother)).details.id_number
    bill = {"recordId": "U-1", "oopAmount": "3100", "person": {"idNumber": number}}
    back = {
        "recordId": "U-2",
        "eventType": "REIMBURSEMENT",
        "oopAmount": "-1000",
        "corrects": "U-1",
        "person": {"idNumber": number},
    }
    linked, corrected = await send(county, "U1", bill, back)
    assert (linked.member_id, corrected.member_id) == (mother, mother)
    assert await expenses(county, household.id) == [210_000]

    asked = undoing(linked, "Another woman of this number", key="undo-1")
    refused = await county.answer(SPECIALIST, UNDO, asked)
    assert refused["data"] == {"undoLink": {"__typename": "Refused", "code": "FORBIDDEN", "field": None}}
    data = await county.ask(REVIEWER, UNDO, asked)
    row = data["undoLink"]
    assert isinstance(row, Mapping)
    assert (row["version"], row["status"], row["reason"]) == (2, "IN_REVIEW", "LINK_UNDONE")
    assert await expenses(county, household.id) == [0]
    assert (await newest(county, "U-2")).review_reason is ReviewReason.CORRECTED_ROW_IN_REVIEW
    async with county.begin() as uow:
        versions = await uow.records.versions(Department.HEALTH_INSURANCE, ["U-1"])
    assert [(one.record_id, one.status) for one in versions if one.record_id == "U-1"] == [
        ("U-1", RowStatus.UNLINKED),
        ("U-1", RowStatus.IN_REVIEW),
    ]
    told = [one for one in await county.events(household.id) if isinstance(one, events_pb2.DepartmentRecordUnlinked)]
    assert [(one.record_id, one.version, one.member_id) for one in told] == [
        ("U-1", 2, str(mother)),
        ("U-2", 2, str(mother)),
    ]
    assert await county.ask(REVIEWER, UNDO, asked) == data
    again = await county.ask(REVIEWER, UNDO, undoing(linked, "Another woman of this number", key="undo-1-again"))
    assert again["undoLink"] == {"__typename": "Refused", "code": "LINK_NOT_STANDING", "field": "rowId"}
    assert await expenses(county, household.id) == [0]

    # Sent again with other content, and as another record: never the same person by itself.
    (changed,) = await send(county, "U2", {**bill, "oopAmount": "3200"})
    assert (changed.status, changed.review_reason) == (RowStatus.IN_REVIEW, ReviewReason.JUDGED_DIFFERENT)
    (other,) = await send(county, "U3", {**bill, "recordId": "U-3"})
    assert other.review_reason is ReviewReason.JUDGED_DIFFERENT


async def test_a_record_linked_anew_belongs_to_the_other_household_alone(county: County) -> None:
    wrong, right = await county.register(), await county.register()
    wrong_mother, right_mother = (await county.members_of(wrong))[1], (await county.members_of(right))[1]
    async with county.begin() as uow:
        number = (await uow.members.get(wrong_mother)).details.id_number
    (linked,) = await send(county, "R1", {"recordId": "R-1", "oopAmount": "500", "person": {"idNumber": number}})
    await county.ask(REVIEWER, UNDO, undoing(linked, "Wrong number", key="undo-2"))
    waiting = await newest(county, "R-1")
    resolve = """mutation R($input: ResolveReviewRowInput!) {
      resolveReviewRow(input: $input) { __typename ... on ReviewRow { memberId } ... on Refused { code } } }"""
    resolved = {"input": {"rowId": str(waiting.id), "memberId": str(right_mother)}}
    data = await county.ask(REVIEWER, resolve, resolved)
    assert data == {"resolveReviewRow": {"__typename": "ReviewRow", "memberId": str(right_mother)}}
    assert (await expenses(county, wrong.id), await expenses(county, right.id)) == ([0], [50_000])


async def test_members_judged_one_are_merged_by_another_and_split_again(county: County) -> None:
    first, second = await county.register(), await county.register()
    child, other = (await county.members_of(first))[1], (await county.members_of(second))[1]
    async with county.begin() as uow:
        number = (await uow.members.get(other)).details.id_number
    await send(county, "M1", {"recordId": "M-1", "oopAmount": "700", "person": {"idNumber": number}})
    pair = {
        "memberId": str(other),
        "otherMemberId": str(child),
        "reason": "Registered twice",
        "idempotencyKey": "merge-1",
    }
    merge = """mutation M($input: MergeMembersInput!) {
      mergeMembers(input: $input) {
        __typename ... on Refused { code } ... on MemberMerge { survivingMemberId movedRecords }
      } }"""
    judge = """mutation J($input: JudgeSamePersonInput!) {
      judgeSamePerson(input: $input) { __typename ... on Refused { code } } }"""
    split = """mutation S($input: SplitMemberInput!) {
      splitMember(input: $input) { __typename ... on Refused { code } ... on MemberMerge { movedRecords } } }"""
    assert (await county.ask(APPROVER, merge, {"input": pair}))["mergeMembers"] == {
        "__typename": "Refused",
        "code": "NOT_JUDGED_SAME",
    }
    await county.ask(ADMIN, judge, {"input": {**pair, "verdict": "SAME"}})
    assert (await county.ask(ADMIN, merge, {"input": pair}))["mergeMembers"] == {
        "__typename": "Refused",
        "code": "NOT_JUDGED_SAME",
    }
    merged = (await county.ask(APPROVER, merge, {"input": pair}))["mergeMembers"]
    assert (await county.ask(APPROVER, merge, {"input": pair}))["mergeMembers"] == merged
    again = {**pair, "idempotencyKey": "merge-2"}
    assert (await county.ask(APPROVER, merge, {"input": again}))["mergeMembers"] == {
        "__typename": "Refused",
        "code": "MEMBERS_CANNOT_MERGE",
    }
    assert merged == {"__typename": "MemberMerge", "survivingMemberId": str(child), "movedRecords": 1}
    assert (await newest(county, "M-1")).member_id == child
    assert (await expenses(county, first.id), await expenses(county, second.id)) == ([70_000], [0])
    undone = {"input": {"mergedMemberId": str(other), "reason": "They are sisters", "idempotencyKey": "split-1"}}
    assert (await county.ask(APPROVER, split, undone))["splitMember"] == {
        "__typename": "MemberMerge",
        "movedRecords": 1,
    }
    assert (await county.ask(APPROVER, split, undone))["splitMember"]["__typename"] == "MemberMerge"
    assert (await newest(county, "M-1")).member_id == other
    kinds = [type(one).__name__ for one in await county.events(first.id)]
    assert kinds.count("PersonsMerged") == kinds.count("PersonSplit") == 1


async def test_a_merge_that_others_judged_to_be_two_is_refused_and_a_record_stays_barred(county: County) -> None:
    first, second, third = [await county.register() for _ in range(3)]
    one, two, three = [(await county.members_of(home))[1] for home in (first, second, third)]
    judge = """mutation J($input: JudgeSamePersonInput!) {
      judgeSamePerson(input: $input) { __typename ... on Refused { code } } }"""
    merge = """mutation M($input: MergeMembersInput!) {
      mergeMembers(input: $input) { __typename ... on Refused { code } } }"""
    contradicts = {"__typename": "Refused", "code": "LINK_JUDGEMENTS_CONTRADICT"}

    def pair(a: UUID, b: UUID) -> dict[str, str]:
        key = str(uuid4())
        return {"memberId": str(a), "otherMemberId": str(b), "reason": "Looked at both", "idempotencyKey": key}

    # A record is not the second member's.
    async with county.begin() as uow:
        number = (await uow.members.get(two)).details.id_number
    bill = {"recordId": "C-1", "oopAmount": "500", "person": {"idNumber": number}}
    (linked,) = await send(county, "C1", bill)
    await county.ask(REVIEWER, UNDO, undoing(linked, "Somebody else", key="undo-3"))

    await county.ask(ADMIN, judge, {"input": {**pair(one, two), "verdict": "SAME"}})
    assert (await county.ask(APPROVER, merge, {"input": pair(one, two)}))["mergeMembers"] == {
        "__typename": "MemberMerge"
    }
    # Whoever is not the second is not the first either, whose the second is now.
    async with county.begin() as uow:
        barred = await uow.judgements.barred([linked.person_token.hex()])
    assert barred[linked.person_token.hex()] == {one, two}
    apart = {"input": {**pair(one, two), "verdict": "DIFFERENT"}}
    assert (await county.ask(ADMIN, judge, apart))["judgeSamePerson"] == contradicts
    # The second was judged to be another than the third: so is the first.
    await county.ask(ADMIN, judge, {"input": {**pair(two, three), "verdict": "DIFFERENT"}})
    await county.ask(ADMIN, judge, {"input": {**pair(one, three), "verdict": "SAME"}})
    assert (await county.ask(APPROVER, merge, {"input": pair(one, three)}))["mergeMembers"] == contradicts
    # The newest judgement between two holds.
    await county.ask(ADMIN, judge, {"input": {**pair(two, three), "verdict": "UNSURE"}})
    assert (await county.ask(APPROVER, merge, {"input": pair(one, three)}))["mergeMembers"] == {
        "__typename": "MemberMerge"
    }
