"""The only file that knows both this service's domain events and their messages."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from google.protobuf.message import Message

from chassis.outbox import OutboxMessage
from contracts.common.v1 import money_pb2
from contracts.risk.v1 import events_pb2 as messages
from risk_service.alerts.domain import Alert, AlertAmountChanged, AlertCleared, AlertEscalated, AlertRaised
from risk_service.cases.domain import CaseMoved, DeadlineMissed
from risk_service.notifications.domain import NotificationAsked
from risk_service.planning.offers.domain import AssistanceOffered
from risk_service.policy.domain import AlertLevel, RiskFactor
from risk_service.verification.domain import TaskAssigned, VisitReported


def to_message(event: object) -> OutboxMessage | None:  # noqa: PLR0911 - one return per event
    """None: the event stays inside the service."""
    match event:
        case AlertRaised(alert=alert):
            return _about_alert(
                alert,
                messages.AlertRaised(
                    alert_id=str(alert.id),
                    household_id=str(alert.household_id),
                    factor=factor_number(alert.factor),
                    level=level_number(alert.level),
                    amount=_amount(alert),
                    policy_version=alert.policy_version,
                ),
            )
        case AlertEscalated(alert=alert):
            return _about_alert(
                alert,
                messages.AlertEscalated(
                    alert_id=str(alert.id),
                    household_id=str(alert.household_id),
                    factor=factor_number(alert.factor),
                    level=level_number(alert.level),
                    amount=_amount(alert),
                ),
            )
        case AlertAmountChanged(alert=alert):
            return _about_alert(
                alert,
                messages.AlertAmountChanged(
                    alert_id=str(alert.id),
                    household_id=str(alert.household_id),
                    amount=_amount(alert),
                ),
            )
        case AlertCleared(alert=alert, statement_id=statement_id, watch_until=watch_until):
            return _about_alert(
                alert,
                messages.AlertCleared(
                    alert_id=str(alert.id),
                    household_id=str(alert.household_id),
                    factor=factor_number(alert.factor),
                    statement_id=str(statement_id),
                    watch_until=watch_until.isoformat(),
                ),
            )
        case TaskAssigned(task=task, assignee_id=assignee_id):
            return OutboxMessage(
                subject_id=str(task.id),
                area_path=task.area_path,
                message=messages.VerificationTaskAssigned(
                    task_id=str(task.id),
                    alert_id=str(task.alert_id),
                    household_id=str(task.household_id),
                    assignee_officer_id=str(assignee_id),
                    due_on=task.due_on.isoformat(),
                ),
            )
        case VisitReported(visit=visit, factor=factor, records=records):
            return OutboxMessage(
                subject_id=str(visit.task_id),
                area_path=visit.area_path,
                message=messages.VisitReported(
                    visit_id=str(visit.id),
                    task_id=str(visit.task_id),
                    alert_id=str(visit.alert_id),
                    household_id=str(visit.household_id),
                    visited_on=visit.visited_on.isoformat(),
                    factor=factor_number(factor),
                    outcome=messages.VisitOutcome.Value(f"VISIT_OUTCOME_{visit.outcome.value}"),
                    records=[
                        messages.VisitedRecord(department=record.department, record_id=record.record_id)
                        for record in records
                    ],
                ),
            )
        case CaseMoved(case=case, step=step):
            return OutboxMessage(
                subject_id=str(case.id),
                area_path=case.area_path,
                message=messages.CaseChanged(
                    case_id=str(case.id),
                    household_id=str(case.household_id),
                    status=messages.CaseStatus.Value(f"CASE_STATUS_{case.status.value}"),
                    category="" if case.category is None else case.category.value,
                    round=case.round,
                    changed_on=step.on.isoformat(),
                    watch_until="" if case.watch_until is None else case.watch_until.isoformat(),
                ),
            )
        case DeadlineMissed(case=case, deadline=deadline, due_on=due_on):
            return OutboxMessage(
                subject_id=str(case.id),
                area_path=case.area_path,
                message=messages.CaseDeadlineMissed(
                    case_id=str(case.id),
                    household_id=str(case.household_id),
                    deadline=messages.CaseDeadline.Value(f"CASE_DEADLINE_{deadline.value}"),
                    due_on=due_on.isoformat(),
                ),
            )
        case AssistanceOffered(offer=offer):
            return OutboxMessage(
                subject_id=str(offer.id),
                area_path=offer.area_path,
                message=messages.AssistanceOffered(
                    offer_id=str(offer.id),
                    plan_id=str(offer.plan_id),
                    household_id=str(offer.household_id),
                    measure_type=offer.type.value,
                    label=offer.label,
                    cost=money_pb2.Money(cents=offer.cost, currency=offer.currency),
                ),
            )
        case NotificationAsked(notification=notification):
            return OutboxMessage(
                subject_id=str(notification.id),
                area_path=notification.area_path,
                message=messages.NotificationRequested(
                    notification_id=str(notification.id),
                    recipient_id=str(notification.recipient_id),
                    kind=notification.kind.value,
                    about_id=str(notification.about_id),
                ),
            )
    return None


def factor_number(factor: RiskFactor) -> messages.RiskFactor.ValueType:
    return messages.RiskFactor.Value(f"RISK_FACTOR_{factor.value}")


def level_number(level: AlertLevel) -> messages.AlertLevel.ValueType:
    """NONE, no open alert, is the contract's UNSPECIFIED."""
    name = "UNSPECIFIED" if level is AlertLevel.NONE else level.name
    return messages.AlertLevel.Value(f"ALERT_LEVEL_{name}")


def _amount(alert: Alert) -> money_pb2.Money | None:
    """None: the alert is not about a cost."""
    return None if alert.thresholds is None else _money(alert.amount, alert.currency)


def _about_alert(alert: Alert, message: Message) -> OutboxMessage:
    return OutboxMessage(subject_id=str(alert.id), area_path=alert.area_path, message=message)


def _money(amount: Decimal, currency: str) -> money_pb2.Money:
    return money_pb2.Money(cents=int((amount * 100).to_integral_value(ROUND_HALF_UP)), currency=currency)
