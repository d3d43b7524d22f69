"""Alerts as rows and back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import Row

from risk_service.alerts.domain import Alert, AlertStatus, Priority
from risk_service.alerts.evidence import CountedCondition, CountedCost
from risk_service.policy.domain import AlertLevel, CostThresholds, LocalText, RiskFactor
from risk_service.signals.domain import Subject
from risk_service.signals.factors.verdict import Input


def values_of(alert: Alert) -> dict[str, object]:
    return {
        "household_id": alert.household_id,
        "area_path": alert.area_path,
        "factor": alert.factor.value,
        "level": int(alert.level),
        "status": alert.status.value,
        "priority": alert.priority.value,
        "amount": alert.amount,
        "currency": alert.currency,
        "member_id": alert.subject.member_id,
        "period_from": alert.subject.period_from,
        "yellow_over": None if alert.thresholds is None else alert.thresholds.yellow_over,
        "red_over": None if alert.thresholds is None else alert.thresholds.red_over,
        "policy_version": alert.policy_version,
        "policy_hash": alert.policy_hash,
        "rule_texts": [{"locale": text.locale, "text": text.text} for text in alert.rule_texts],
        "counted": [
            {
                "department": entry.department,
                "record_id": entry.record_id,
                "occurred_on": entry.occurred_on.isoformat(),
                "amount": str(entry.amount),
                "in_amount": entry.in_amount,
            }
            for entry in alert.counted
        ],
        "conditions": [
            {
                "department": entry.department,
                "record_id": entry.record_id,
                "version": entry.version,
                "kind": entry.kind,
                "occurred_on": entry.occurred_on.isoformat(),
                "outage_days": entry.outage_days,
                "quality_ok": entry.quality_ok,
            }
            for entry in alert.conditions
        ],
        "inputs": [{"name": one.name, "value": one.value} for one in alert.inputs],
        "cleared_before": alert.cleared_before,
        "raised_at": alert.raised_at,
        "raised_on": alert.raised_on,
        "cleared_at": alert.cleared_at,
        "watch_until": alert.watch_until,
        "version": alert.version,
    }


def alert_of(row: Row[tuple[object, ...]]) -> Alert:
    return Alert(
        id=row.id,
        household_id=row.household_id,
        area_path=row.area_path,
        factor=RiskFactor(row.factor),
        level=AlertLevel(row.level),
        status=AlertStatus(row.status),
        priority=Priority(row.priority),
        amount=row.amount,
        currency=row.currency,
        subject=Subject(member_id=row.member_id, period_from=row.period_from),
        thresholds=None
        if row.yellow_over is None
        else CostThresholds(yellow_over=row.yellow_over, red_over=row.red_over),
        policy_version=row.policy_version,
        policy_hash=row.policy_hash,
        rule_texts=tuple(LocalText(locale=text["locale"], text=text["text"]) for text in row.rule_texts),
        counted=tuple(
            CountedCost(
                department=entry["department"],
                record_id=entry["record_id"],
                occurred_on=date.fromisoformat(entry["occurred_on"]),
                amount=Decimal(entry["amount"]),
                in_amount=entry["in_amount"],
            )
            for entry in row.counted
        ),
        cleared_before=row.cleared_before,
        raised_at=row.raised_at,
        raised_on=row.raised_on,
        cleared_at=row.cleared_at,
        watch_until=row.watch_until,
        version=row.version,
        conditions=conditions_of(row.conditions),
        inputs=tuple(Input(name=one["name"], value=one["value"]) for one in row.inputs),
    )


def conditions_of(kept: list[dict[str, str | int | bool | None]]) -> tuple[CountedCondition, ...]:
    return tuple(
        CountedCondition(
            department=str(entry["department"]),
            record_id=str(entry["record_id"]),
            version=int(entry["version"] or 0),
            kind=str(entry["kind"]),
            occurred_on=date.fromisoformat(str(entry["occurred_on"])),
            outage_days=None if entry["outage_days"] is None else int(entry["outage_days"]),
            quality_ok=None if entry["quality_ok"] is None else bool(entry["quality_ok"]),
        )
        for entry in kept
    )
