"""The bill arrives, the warning is raised, the village specialist is sent."""

from __future__ import annotations

from decimal import Decimal

from holdfast.demo.endpoint import Answer, next_event
from holdfast.demo.stage import COUNTY, Stage, expect, made
from holdfast.demo.waiting import until
from holdfast.seed import story as family

BILL = Decimal("10318.18")

ALERTS = """
subscription Warned($area: AreaPath!) {
  alertRaised(area: $area) {
    cursor
    alert { id factor level amount { amount currency } household { id code } }
  }
}
"""

BATCH = """
mutation Bill($input: SubmitDepartmentBatchInput!) {
  submitDepartmentBatch(input: $input) {
    __typename
    ... on DepartmentBatch { id state account { read linked review rejected unchanged } }
    ... on Refused { code message field }
  }
}
"""

TASK = """
query Task($id: ID!) {
  alert(id: $id) {
    level ruleText policyVersion raisedOn version
    thresholds { yellowOver { amount } redOver { amount } }
    task { id dueOn version assignee { id subject displayName } }
    household { id code memberCount supportOfficers { officer { subject displayName } } }
  }
}
"""


def record(number: str, **changes: object) -> dict[str, object]:
    """One settlement of the family's child, as the health-insurance department sends it."""
    return {
        "recordId": number,
        "person": {"idNumber": family.PATIENT.id_number, "name": family.PATIENT.name},
        "eventType": "SETTLEMENT",
        "eventDate": "2020-09-18",
        "settlementDate": "2020-09-18",
        "purposeCode": "RETURN_TO_POVERTY_MONITORING",
        "sentAt": "2020-09-18T08:30:00+08:00",
        "oopAmount": str(BILL),
        "careKind": "INPATIENT",
    } | changes


async def the_bill(stage: Stage) -> None:
    approver = stage.approver()
    async with approver.subscribe(ALERTS, {"area": COUNTY}) as events:
        stage.say("The county office listens: subscription alertRaised over graphql-transport-ws.")
        batch = {"department": "HEALTH_INSURANCE", "batchId": "HI-2020-09-18", "areaPath": COUNTY}
        sent = await stage.department().ask(BATCH, {"input": batch | {"records": [record("HI-000918-1")]}})
        account = made(sent, "submitDepartmentBatch").at("account").value
        expect("The batch's account", account, {"read": 1, "linked": 1, "review": 0, "rejected": 0, "unchanged": 0})
        stage.say(f"Health insurance posts an out-of-pocket bill of {BILL:,}: read 1 = linked 1.")
        event = await next_event(events, seconds=30)
    alert = event.at("alertRaised.alert")
    expect("The warning", (alert.text("factor"), alert.text("level")), ("ILLNESS", "RED"))
    expect("Its amount", alert.amount("amount"), BILL)
    expect("Its household", alert.text("household.code"), family.HOUSEHOLD_CODE)
    stage.found |= {"alert": alert.text("id"), "household": alert.text("household.id")}
    stage.say(
        f"A RED ILLNESS alert for household {family.HOUSEHOLD_CODE} arrives on the subscription: {BILL:,} > 3,000."
    )
    await the_task(stage)


async def the_task(stage: Stage) -> None:
    async def assigned() -> Answer | None:
        alert = (await stage.approver().ask(TASK, {"id": stage.found["alert"]})).at("alert")
        return alert if alert.at("task").value is not None else None

    alert = await until("The visit task", assigned)
    expect("The visit's due date", alert.text("task.dueOn"), "2020-09-23")
    stage.found |= {"task": alert.text("task.id"), "specialist": alert.text("task.assignee.subject")}
    officers = ", ".join(alert.texts("household.supportOfficers", "officer.displayName"))
    stage.say(f"Rule told to the household: {alert.text('ruleText')}")
    stage.say(
        f"Visit task for the village specialist {alert.text('task.assignee.displayName')}, due Wed 2020-09-23; "
        f"the paired support officer {officers} is told."
    )
