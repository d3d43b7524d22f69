"""Cases, their steps and measures as rows, and back."""

from __future__ import annotations

from sqlalchemy import Row

from risk_service.cases.categories import MonitoringCategory
from risk_service.cases.domain import CaseStep, MonitoringCase
from risk_service.cases.resolving import CaseMeasure, Findings
from risk_service.cases.states import CaseStatus, CaseStepKind, DiscoveryChannel
from risk_service.policy.domain import MeasureType
from risk_service.verification.domain import CheckResult, CheckSubject, GuaranteeCheck


def case_values(case: MonitoringCase) -> dict[str, object]:
    return {
        "number": case.number,
        "household_id": case.household_id,
        "area_path": case.area_path,
        "status": case.status.value,
        "round": case.round,
        "category": None if case.category is None else case.category.value,
        "channel": case.channel.value,
        "alert_id": case.alert_id,
        "clue_on": case.clue_on,
        "decision_due_on": case.decision_due_on,
        "serious_difficulty": case.serious_difficulty,
        "green_channel": case.green_channel,
        "closed_review": case.closed_review,
        "notice_from": case.notice_from,
        "identified_on": case.identified_on,
        "supported_since": case.supported_since,
        "first_measure_due_on": case.first_measure_due_on,
        "first_measure_on": case.first_measure_on,
        "resolved_on": case.resolved_on,
        "watch_until": case.watch_until,
        "policy_version": case.policy_version,
        "version": case.version,
    }


def case_of(row: Row[tuple[object, ...]]) -> MonitoringCase:
    return MonitoringCase(
        id=row.id,
        number=row.number,
        household_id=row.household_id,
        area_path=row.area_path,
        status=CaseStatus(row.status),
        round=row.round,
        category=None if row.category is None else MonitoringCategory(row.category),
        channel=DiscoveryChannel(row.channel),
        alert_id=row.alert_id,
        clue_on=row.clue_on,
        decision_due_on=row.decision_due_on,
        serious_difficulty=row.serious_difficulty,
        green_channel=row.green_channel,
        closed_review=row.closed_review,
        notice_from=row.notice_from,
        identified_on=row.identified_on,
        supported_since=row.supported_since,
        first_measure_due_on=row.first_measure_due_on,
        first_measure_on=row.first_measure_on,
        resolved_on=row.resolved_on,
        watch_until=row.watch_until,
        policy_version=row.policy_version,
        version=row.version,
    )


def step_values(step: CaseStep) -> dict[str, object]:
    return {
        "case_id": step.case_id,
        "number": step.number,
        "round": step.round,
        "kind": step.kind.value,
        "from_status": None if step.from_status is None else step.from_status.value,
        "to_status": step.to_status.value,
        "by": step.by,
        "on": step.on,
        "at": step.at,
        "note": step.note,
    }


def step_of(row: Row[tuple[object, ...]]) -> CaseStep:
    return CaseStep(
        case_id=row.case_id,
        number=row.number,
        round=row.round,
        kind=CaseStepKind(row.kind),
        from_status=None if row.from_status is None else CaseStatus(row.from_status),
        to_status=CaseStatus(row.to_status),
        by=row.by,
        on=row.on,
        at=row.at,
        note=row.note,
    )


def measure_of(row: Row[tuple[object, ...]]) -> CaseMeasure:
    return CaseMeasure(
        id=row.id,
        case_id=row.case_id,
        type=MeasureType(row.type),
        delivered_on=row.delivered_on,
        recorded_by=row.recorded_by,
        confirmed_by=row.confirmed_by,
    )


def findings_value(findings: Findings) -> dict[str, object]:
    since = findings.income_stable_since
    return {
        "income_stable_since": None if since is None else since.isoformat(),
        "large_expenses_settled": findings.large_expenses_settled,
        "checks": [
            {"subject": one.subject.value, "result": one.result.value, "note": one.note} for one in findings.checks
        ],
    }


def checks_of(entries: list[dict[str, str]]) -> tuple[GuaranteeCheck, ...]:
    return tuple(
        GuaranteeCheck(subject=CheckSubject(entry["subject"]), result=CheckResult(entry["result"]), note=entry["note"])
        for entry in entries
    )
