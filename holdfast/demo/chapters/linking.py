"""Records that name their person badly: a mistyped number, a name in Latin letters, and one for a person to decide."""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.demo.chapters.warning import BATCH
from holdfast.demo.chapters.waterfall import WEIGHING, Weighed
from holdfast.demo.endpoint import Answer
from holdfast.demo.stage import COUNTY, TOWNSHIP, Stage, expect, made
from holdfast.demo.waiting import until
from holdfast.seed import story as family

MISTYPED, IN_LETTERS, FIRST_PART, VOWEL_LOST, ELSEWHERE, NAME_ALONE, AGAIN = (
    f"HI-{number}" for number in range(918001, 918008)
)
PARENT_VILLAGE_CODE, OTHER_VILLAGE_CODE = "990101001203", "990101001204"

ACCOUNT = """
query Account($batchId: String!) {
  departmentBatchByNumber(department: "HEALTH_INSURANCE", batchId: $batchId) {
    state account { read linked review rejected unchanged }
  }
}
"""

RECORD = (
    """
query Record($recordId: String!) {
  departmentRecordByNumber(department: HEALTH_INSURANCE, recordId: $recordId) {
    decidedBy
    row { id recordId status linkRule memberId householdId person { name idNumber villageCode } }
    link { ...Weighing }
  }
}
"""
    + WEIGHING
)

WAITING = (
    """
query Waiting($area: AreaPath!) {
  reviewRows(area: $area, first: 100) {
    edges { node {
      id recordId reason status candidateIds person { name idNumber villageCode }
      candidates { id displayName birthYear }
      weighing { ...Weighing }
    } }
  }
}
"""
    + WEIGHING
)

HOME = """
query Home($code: String!) {
  householdByCode(code: $code) {
    members { id displayName idNumberMasked birthYear }
    rigidExpenses { source amount { amount } }
  }
}
"""

CONFIRM = """
mutation Confirm($input: ConfirmLinkInput!) {
  confirmLink(input: $input) {
    __typename ... on DepartmentRecord { row { status } } ... on Refused { code message field }
  }
}
"""

RESOLVE = """
mutation Resolve($input: ResolveReviewRowInput!) {
  resolveReviewRow(input: $input) {
    __typename ... on ReviewRow { id status linkRule memberId rejectReason } ... on Refused { code message field }
  }
}
"""

UNDO = """
mutation Undo($input: UndoLinkInput!) {
  undoLink(input: $input) {
    __typename ... on ReviewRow { id version status reason memberId } ... on Refused { code message field }
  }
}
"""


def mistyped(number: str, place: int = 15) -> str:
    """One digit typed wrong, so that the check character does not fit."""
    return f"{number[:place]}{(int(number[place]) + 1) % 10}{number[place + 1 :]}"


def bill(stage: Stage, number: str, amount: str, **person: str) -> dict[str, object]:
    return {
        "recordId": number,
        "person": person,
        "eventType": "SETTLEMENT",
        "eventDate": stage.today(),
        "purposeCode": "RETURN_TO_POVERTY_MONITORING",
        "oopAmount": amount,
        "careKind": "OUTPATIENT",
    }


async def the_records(stage: Stage) -> None:
    """A mistyped number, one woman spelled in three ways, the same from elsewhere, and a name alone: in one batch."""
    hers = {"villageCode": PARENT_VILLAGE_CODE, "householdCode": family.PARENT_HOUSEHOLD_CODE}
    whole, first_part, vowel_lost = family.GRANDMOTHER_IN_LETTERS
    sent = [
        bill(
            stage,
            MISTYPED,
            "86.40",
            idNumber=mistyped(family.GRANDFATHER.id_number),
            name=family.GRANDFATHER.name,
            villageCode=PARENT_VILLAGE_CODE,
        ),
        bill(stage, IN_LETTERS, "112.00", name=whole, **hers),
        bill(stage, FIRST_PART, "15.20", name=first_part, **hers),
        bill(stage, VOWEL_LOST, "9.90", name=vowel_lost, **hers),
        bill(stage, ELSEWHERE, "73.50", name=whole, villageCode=OTHER_VILLAGE_CODE),
        bill(stage, NAME_ALONE, "20.00", name=family.GRANDMOTHER.name),
    ]
    await _send(stage, "HI-LINKS-1", *sent, linked=4, review=2)
    stage.say("Health insurance posts six bills without a clean ID number: read 6 = linked 4 + review 2.")
    home = (await stage.reviewer().ask(HOME, {"code": family.PARENT_HOUSEHOLD_CODE})).at("householdByCode")
    people = {member.text("id"): member for member in home.items("members")}
    await _linked(stage, MISTYPED, people, family.GRANDFATHER, FIRST_NAME="SAME", LAST_NAME="SAME", ID_NUMBER="CLOSE")
    await _linked(stage, IN_LETTERS, people, family.GRANDMOTHER, FIRST_NAME="CLOSE", HOUSEHOLD="SAME")
    for number in (FIRST_PART, VOWEL_LOST):
        found = await _record(stage, number)
        expect(f"Whom {number} found", found.text("row.memberId"), str(family.GRANDMOTHER.id))
    await _costs(
        stage, {MISTYPED: "86.40", IN_LETTERS: "112.00", FIRST_PART: "15.20", VOWEL_LOST: "9.90", ELSEWHERE: None}
    )
    stage.say(
        f"{FIRST_PART} and {VOWEL_LOST} of the same batch spell her by the first part alone and with a vowel lost. "
        "Village and household agree, nothing contradicts: all three bills are hers."
    )


async def the_doubtful(stage: Stage) -> None:
    """The name alone links nobody: a person decides, errs, undoes it, and the pair is never linked by itself again."""
    reviewer = stage.reviewer()
    alone = Weighed.of((await _waiting(stage, NAME_ALONE)).at("weighing"))
    expect("The name alone", (alone.member_id, alone.outcome), (str(family.GRANDMOTHER.id), "REVIEW"))
    stage.say(
        f"{NAME_ALONE} gives her registered name and nothing else: {alone.bits:+.2f} bits against a threshold of "
        f"{alone.threshold_bits:.2f}, and it waits all the same. A name alone links nobody."
    )
    row = await _waiting(stage, ELSEWHERE)
    weighed = Weighed.of(row.at("weighing"))
    grandmother = str(family.GRANDMOTHER.id)
    expect("Its reason", row.text("reason"), "LIKELY_PERSON")
    expect("The likeliest of all", weighed.member_id, grandmother)
    expect("Shown to the reviewer, masked", row.text("candidates.0.displayName"), "娜**")
    expect("In her own village", weighed.agreement("VILLAGE") == "SAME", False)
    weighed.check(outcome="REVIEW")
    _tell(stage, f"{ELSEWHERE}, the same letters from another village, waits for a person.", row, weighed)
    chosen = {"rowId": row.text("id"), "memberId": grandmother}
    linked = made(await reviewer.ask(RESOLVE, {"input": chosen}), "resolveReviewRow")
    expect("Decided", (linked.text("status"), linked.text("linkRule")), ("LINKED", "DECIDED_BY_PERSON"))
    await _costs(stage, {ELSEWHERE: "73.50"})
    stage.say("The township reviewer takes it for hers (resolveReviewRow): 73.50 stands with her household.")
    wrong = {
        "rowId": linked.text("id"),
        "reason": "The patient showed a card of the other village: a namesake.",
        "idempotencyKey": f"undo {linked.text('id')}",
    }
    undone = made(await reviewer.ask(UNDO, {"input": wrong}), "undoLink")
    expect("Undone", (undone.text("status"), undone.text("reason")), ("IN_REVIEW", "LINK_UNDONE"))
    await _costs(stage, {ELSEWHERE: None})
    expect("The version that waits", undone.number("version"), 2)
    stage.say(
        "She was not meant: undoLink takes the cost back, the bill waits again as version 2; both stay on record."
    )
    again = bill(stage, AGAIN, "41.00", name=family.GRANDMOTHER_IN_LETTERS[0], villageCode=OTHER_VILLAGE_CODE)
    await _send(stage, "HI-LINKS-2", again, linked=0, review=1)
    follower = await _waiting(stage, AGAIN)
    expect("Whom it may mean", grandmother in [str(one.value) for one in follower.items("candidateIds")], False)
    stage.say("A further bill that says the same waits too, and she is no longer named: the pair was judged different.")
    for waiting in (undone, follower):
        nobody = {"rowId": waiting.text("id"), "rejectReason": "Lives in another county."}
        rejected = made(await reviewer.ask(RESOLVE, {"input": nobody}), "resolveReviewRow")
        expect("Rejected", rejected.text("status"), "REJECTED_IN_REVIEW")


async def _send(stage: Stage, number: str, *records: Mapping[str, object], linked: int, review: int) -> None:
    wanted = {"department": "HEALTH_INSURANCE", "batchId": number, "areaPath": COUNTY, "records": list(records)}
    made(await stage.department().ask(BATCH, {"input": wanted}), "submitDepartmentBatch")

    async def done() -> Answer | None:
        batch = (await stage.department().ask(ACCOUNT, {"batchId": number})).at("departmentBatchByNumber")
        return batch.at("account") if batch.text("state") == "DONE" else None

    account = await until("The end of the batch", done)
    read = {"read": len(records), "linked": linked, "review": review, "rejected": 0, "unchanged": 0}
    expect(f"The account of {number}", account.value, read)


async def _record(stage: Stage, number: str) -> Answer:
    """By the department's own number, as an alert names it."""
    return (await stage.reviewer().ask(RECORD, {"recordId": number})).at("departmentRecordByNumber")


async def _linked(
    stage: Stage, number: str, people: Mapping[str, Answer], person: family.Person, **agreements: str
) -> None:
    """The reviewer looks at what the link rests on, and confirms it."""
    record = await _record(stage, number)
    row = record.at("row")
    weighed = Weighed.of(record.at("link"))
    expect("The rule", (record.text("decidedBy"), row.text("linkRule")), ("MODEL", "LINKAGE"))
    expect("The person found", (row.text("memberId"), weighed.member_id), (str(person.id), str(person.id)))
    for field, agreement in agreements.items():
        expect(f"{number}, {field}", weighed.agreement(field), agreement)
    weighed.check(outcome="AUTO")
    found = people[str(person.id)]
    who = f"{found.text('displayName')}, born {found.number('birthYear'):g}, ID {found.text('idNumberMasked')}"
    _tell(stage, f"{number} found {who} of {family.PARENT_HOUSEHOLD_CODE}.", row, weighed)
    right = {
        "rowId": row.text("id"),
        "finding": "RIGHT",
        "reason": "The village knows them: the same person.",
        "idempotencyKey": f"confirm {row.text('id')}",
    }
    made(await stage.reviewer().ask(CONFIRM, {"input": right}), "confirmLink")
    stage.say("The township reviewer opens it by its number (departmentRecordByNumber) and confirms it (RIGHT).")


def _tell(stage: Stage, title: str, row: Answer, weighed: Weighed) -> None:
    said = row.at("person")
    number = said.at("idNumber").value or "no ID number"
    stage.say(f"{title} It said, masked: {said.text('name')}, {number}, village {said.text('villageCode')}.")
    for line in weighed.lines():
        stage.say(f"    {line}")


async def _waiting(stage: Stage, record_id: str) -> Answer:
    found = await stage.reviewer().ask(WAITING, {"area": TOWNSHIP})
    rows = {edge.text("node.recordId"): edge.at("node") for edge in found.items("reviewRows.edges")}
    expect(f"{record_id} waits", record_id in rows, True)
    return rows[record_id]


async def _costs(stage: Stage, wanted: Mapping[str, str | None]) -> None:
    """Of the department's records by number; None: nothing stands for it."""
    home = await stage.reviewer().ask(HOME, {"code": family.PARENT_HOUSEHOLD_CODE})
    costs = {
        one.text("source").rpartition("/")[2]: one.text("amount.amount")
        for one in home.items("householdByCode.rigidExpenses")
        if one.at("source").value is not None
    }
    expect("The costs written for it", {number: costs.get(number) for number in wanted}, dict(wanted))
