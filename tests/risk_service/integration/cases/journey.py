"""A case moved through the graph, each step by whom it belongs to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from chassis.identity import Actor, Role
from risk_service.alerts.domain import Alert
from tests.risk_service.desk import APPROVER, SPECIALIST, TOWNSHIP, Desk, Family

# Received so far: over every line, so that no income warns beside the bill.
NO_DROP = "40000.00"
REVIEWER = Actor(subject="reviewer-1", roles=frozenset({Role.TOWNSHIP_REVIEWER}), areas=(TOWNSHIP,))
REPORT = """mutation R($input: ReportVisitInput!) { reportVisit(input: $input) { __typename
    ... on VisitReport { id } ... on Refused { code field } } }"""
PROPOSE = """mutation P($input: ProposeCaseInput!) { proposeCase(input: $input) { __typename
    ... on MonitoringCase { id number status category decisionDueOn clueOn greenChannel version }
    ... on Refused { code field } } }"""
CASE = """query C($id: ID!) { monitoringCase(id: $id) { id number status round category version noticeFrom identifiedOn
    supportedSince firstMeasureDueOn firstMeasureOn resolvedOn watchUntil greenChannel
    steps { number kind fromStatus toStatus by on note } measures { type deliveredOn confirmedBy }
    missedDeadlines { deadline dueOn } } }"""
CHECKS = [
    {"subject": subject, "result": "OK"}
    for subject in ("FOOD", "CLOTHING", "EDUCATION", "MEDICAL_CARE", "HOUSING", "DRINKING_WATER")
]


def step(mutation: str, kind: str = "CaseStepInput") -> str:
    return f"""mutation S($input: {kind}!) {{ {mutation}(input: $input) {{ __typename
        ... on MonitoringCase {{ id status version }} ... on Refused {{ code field message }} }} }}"""


def noon(day: str) -> datetime:
    """Noon at the sample county, which is four in the morning UTC."""
    return datetime.fromisoformat(f"{day}T04:00:00").replace(tzinfo=UTC)


async def visited(desk: Desk, family: Family, record_id: str, outcome: str = "LASTING_RISK") -> Alert:
    """A red alert, visited by the village's specialist."""
    await desk.bill(family, "10318.18", record_id=record_id)
    (alert,) = await desk.open_alerts(family)
    async with desk.begin() as uow:
        task = (await uow.verification.newest_by_alert([alert.id]))[alert.id]
    given = {
        "idempotencyKey": str(uuid4()),
        "taskId": str(task.id),
        "visitedOn": alert.raised_on.isoformat(),
        "findings": "Seen.",
        "outcome": outcome,
    }
    answer = await desk.ask(SPECIALIST, REPORT, {"input": given})
    assert answer["reportVisit"]["__typename"] == "VisitReport"
    return alert


async def propose(desk: Desk, family: Family, *, actor: Actor = SPECIALIST, **changes: object) -> dict[str, Any]:
    given = {
        "idempotencyKey": str(uuid4()),
        "householdId": str(family.id),
        "channel": "DEPARTMENT_SIGNAL",
        "note": "The bill took the savings.",
        **changes,
    }
    result: dict[str, Any] = (await desk.ask(actor, PROPOSE, {"input": given}))["proposeCase"]
    return result


async def take(
    desk: Desk, actor: Actor, mutation: str, case_id: str, *, kind: str = "CaseStepInput", **changes: object
) -> dict[str, Any]:
    """One step on the newest version, unless another is given."""
    async with desk.begin() as uow:
        case = await uow.cases.get(UUID(case_id))
    assert case is not None
    given = {
        "idempotencyKey": str(uuid4()),
        "caseId": case_id,
        "expectedVersion": case.version,
        "note": "As it was.",
        **changes,
    }
    result: dict[str, Any] = (await desk.ask(actor, step(mutation, kind), {"input": given}))[mutation]
    return result


async def read(desk: Desk, case_id: str, *, actor: Actor = APPROVER) -> dict[str, Any]:
    found: dict[str, Any] = (await desk.ask(actor, CASE, {"id": case_id}))["monitoringCase"]
    return found


async def proposed_case(desk: Desk, record_id: str, *, net: str = "18000.00") -> tuple[Family, str]:
    """On 21 September, from the alert of the 18th."""
    family = await desk.family()
    await desk.statement(family, net, received=NO_DROP)
    alert = await visited(desk, family, record_id)
    desk.clock.at = noon("2020-09-21")
    answer = await propose(desk, family, alertId=str(alert.id))
    assert answer["__typename"] == "MonitoringCase", answer
    return family, answer["id"]


async def checked_case(desk: Desk, record_id: str) -> tuple[Family, str]:
    """On notice since 24 September, checked by the township."""
    family, case_id = await proposed_case(desk, record_id)
    desk.clock.at = noon("2020-09-24")
    await done(desk, SPECIALIST, "holdCommunityReview", case_id, "REVIEWED")
    await done(desk, SPECIALIST, "publishNotice", case_id, "ON_NOTICE", kind="PublishNoticeInput")
    await done(desk, REVIEWER, "checkCase", case_id, "CHECKED")
    return family, case_id


async def opened_case(desk: Desk, record_id: str) -> tuple[Family, str]:
    """Opened by the county on 29 September."""
    family, case_id = await checked_case(desk, record_id)
    desk.clock.at = noon("2020-09-29")
    await done(desk, APPROVER, "approveCase", case_id, "OPEN")
    return family, case_id


async def done(
    desk: Desk,
    actor: Actor,
    mutation: str,
    case_id: str,
    status: str,
    *,
    kind: str = "CaseStepInput",
    **changes: object,
) -> dict[str, Any]:
    answer = await take(desk, actor, mutation, case_id, kind=kind, **changes)
    assert answer.get("status") == status, answer
    return answer
