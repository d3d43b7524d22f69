"""Everything the risk service tells, by message and case."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from risk_service.alerts.domain import Alert, AlertRaised, PolicyUsed, clear, raise_alert, visit, weigh
from risk_service.cases.clocks import Deadline
from risk_service.cases.domain import CaseMoved, DeadlineMissed
from risk_service.notifications.domain import Notification, NotificationAsked, NotificationKind, RecipientKind
from risk_service.planning.offers.domain import AssistanceOffer, AssistanceOffered
from risk_service.policy.domain import AlertLevel, MeasureType
from risk_service.signals.domain import Signal, Standing, standings
from risk_service.verification.domain import (
    ContactManner,
    Specialist,
    Visit,
    VisitOutcome,
    VisitReported,
    assign,
    plan_task,
)
from tests.contract.registry_facts import DECISION_ID, FROZEN, OFFICER
from tests.households_service.factories import (
    FATHER_ID,
    HOUSEHOLD_ID,
    STORY_DAY,
    STORY_MORNING,
    VILLAGE,
    uuid,
)
from tests.risk_service.factories import cost, default_pack
from tests.risk_service.unit.cases.invented import resolved

ALERT_ID = UUID(DECISION_ID)
TASK_ID = uuid(0xF2)
_POLICY = PolicyUsed(rule=default_pack().rules[0], version="everywhere@2020.2", content_hash="0" * 64, currency="CNY")


def _standing(*signals: Signal) -> Standing:
    pack = default_pack()
    (found,) = standings(signals, [], rule=pack.rules[0], year=pack.policy_year)
    return found


def _alert(*signals: Signal) -> tuple[Alert, AlertRaised]:
    raised = raise_alert(
        id=ALERT_ID,
        household_id=HOUSEHOLD_ID,
        area_path=VILLAGE,
        standing=_standing(*signals),
        policy=_POLICY,
        at=STORY_MORNING,
        on=STORY_DAY,
    )
    assert raised is not None
    return raised


_MARCH, _MAY, _JUNE = (
    cost("HI-1", "1500.00", on=date(2020, 3, 2)),
    cost("HI-2", "700.00", on=date(2020, 5, 4)),
    cost("HI-3", "900.00", on=date(2020, 6, 1)),
)
_BACK = cost("HI-4", "-1000.00", on=date(2020, 6, 8), corrects="HI-1")
RED, RAISED = _alert(cost("HI-2020-000417", "10318.18"))
_, (ESCALATED,) = weigh(_alert(_MARCH, _MAY)[0], _standing(_MARCH, _MAY, _JUNE), _POLICY)
_, (LESS,) = weigh(ESCALATED.alert, _standing(_MARCH, _MAY, _JUNE, _BACK), _POLICY)
_, CLEARED = clear(visit(RED)[0], at=STORY_MORNING, statement_id=FROZEN.id, watch_until=date(2020, 12, 20))
TASK, ASSIGNED = assign(
    plan_task(
        id=TASK_ID,
        alert_id=ALERT_ID,
        household_id=HOUSEHOLD_ID,
        area_path=VILLAGE,
        level=AlertLevel.RED,
        due_on=date(2020, 9, 23),
        due_at=datetime(2020, 9, 23, 16, tzinfo=UTC),
        preferred_manner=ContactManner.HOME,
        at=STORY_MORNING,
    ),
    Specialist(officer_id=OFFICER.id, subject=OFFICER.subject, area_path=VILLAGE, open_tasks=0),
)
assert ASSIGNED is not None
_RESOLVED = resolved(date(2021, 9, 10))
RISK_FACTS: dict[str, object] = {
    "AlertRaised": RAISED,
    "AlertEscalated": ESCALATED,
    "AlertAmountChanged": LESS,
    "AlertCleared": CLEARED,
    "VerificationTaskAssigned": ASSIGNED,
    "VisitReported": VisitReported(
        visit=Visit(
            id=uuid(0xF3),
            task_id=TASK_ID,
            alert_id=ALERT_ID,
            household_id=HOUSEHOLD_ID,
            area_path=VILLAGE,
            visitor_id=OFFICER.id,
            visitor_subject=OFFICER.subject,
            visited_on=date(2020, 9, 21),
            manner=ContactManner.HOME,
            asked_by_household=False,
            spoke_with=(FATHER_ID,),
            needs=(),
            outcome=VisitOutcome.NO_LASTING_RISK,
            findings="Found.",
            note="",
            checks=(),
            reported_at=STORY_MORNING,
        ),
        factor=RED.factor,
        records=RED.records,
    ),
    "CaseChanged": CaseMoved(case=_RESOLVED.case, step=_RESOLVED.log[-1]),
    "CaseDeadlineMissed": DeadlineMissed(
        case=_RESOLVED.case, deadline=Deadline.DECISION, due_on=_RESOLVED.case.decision_due_on
    ),
    "AssistanceOffered": AssistanceOffered(
        offer=AssistanceOffer(
            id=uuid(0xF5),
            plan_id=uuid(0xF6),
            root_id=uuid(0xF6),
            household_id=HOUSEHOLD_ID,
            area_path=VILLAGE,
            measure="CHILDCARE",
            type=MeasureType.CHILDCARE,
            label="Childcare for the cotton season",
            cost=360000,
            currency="CNY",
            offered_at=STORY_MORNING,
            answer_by=date(2020, 10, 18),
        )
    ),
    "NotificationRequested": NotificationAsked(
        notification=Notification(
            id=uuid(0xF4),
            recipient_kind=RecipientKind.OFFICER,
            recipient_id=OFFICER.id,
            kind=NotificationKind.ALERT_RAISED,
            about_id=ALERT_ID,
            household_id=HOUSEHOLD_ID,
            area_path=VILLAGE,
            created_at=STORY_MORNING,
            read_at=None,
        )
    ),
}
