"""Who may do what in the risk service, as data, and what a caller may see of households.

No action lets a likelihood cut, grant, order or report anything: it can be read, and a plan may weigh it to propose
help, which another person offers and the household accepts or declines.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from chassis.access import AccessPolicy, Scope
from chassis.errors import Forbidden
from chassis.identity import Actor, Role, ScopeKind

READ_ALERTS = "alerts.read"
WATCH_ALERTS = "alerts.watch"
CLEAR_ALERT = "alerts.clear"
READ_TASKS = "tasks.read"
REPORT_VISIT = "visits.report"
CHOOSE_MANNER = "visits.choose_manner"
READ_ASSESSMENT = "assessments.read"
READ_NOTIFICATIONS = "notifications.read"
READ_CASES = "cases.read"
PROPOSE_CASE = "cases.propose"
RECORD_CASE = "cases.record"
CHECK_CASE = "cases.check"
DECIDE_CASE = "cases.decide"
DECLINE_CASE = "cases.decline"
RECORD_MEASURE = "measures.record"
CONFIRM_MEASURE = "measures.confirm"
READ_PRECISION = "verification.precision"
APPLY_POLICY = "policy.apply"
SCORE = "assessments.score"
PLAN = "plans.make"
READ_PLANS = "plans.read"
APPROVE_PLAN = "plans.approve"
ANSWER_OFFER = "offers.answer"
READ_OFFERS = "offers.read"
RECORD_GIVEN = "offers.given"
PROPOSE_MEASURES = "measures.propose"
APPROVE_MEASURES = "measures.approve"
LIST_ASSESSMENTS = "assessments.list"
OVERRIDE_ASSESSMENT = "assessments.override"
READ_MODEL = "models.read"
PUBLISH_MODEL = "models.publish"
DECIDE_MODEL = "models.decide"
READ_MONITORING = "models.monitor"
EXPORT_OUTCOMES = "models.export_outcomes"

AREA, PAIRED, SELF, SYSTEM = ScopeKind.AREA, ScopeKind.PAIRED, ScopeKind.SELF, ScopeKind.SYSTEM

_OFFICES = {
    Role.VILLAGE_SPECIALIST: AREA,
    Role.SUPPORT_OFFICER: PAIRED,
    Role.TOWNSHIP_REVIEWER: AREA,
    Role.COUNTY_APPROVER: AREA,
    Role.COUNTY_ADMIN: AREA,
    Role.SYSTEM: SYSTEM,
}
_CASE_OFFICES = {Role.TOWNSHIP_REVIEWER: AREA, Role.COUNTY_APPROVER: AREA}
_CLOSE = {Role.HOUSEHOLD: SELF, Role.SUPPORT_OFFICER: PAIRED, Role.VILLAGE_SPECIALIST: AREA}
_READERS = {**_OFFICES, Role.SUPERVISOR: AREA, Role.HOUSEHOLD: SELF}

policy = AccessPolicy(
    {
        READ_ALERTS: _READERS,
        WATCH_ALERTS: {role: kind for role, kind in _OFFICES.items() if kind is not PAIRED},
        CLEAR_ALERT: {Role.COUNTY_APPROVER: AREA},
        READ_TASKS: _READERS,
        REPORT_VISIT: {Role.VILLAGE_SPECIALIST: AREA},
        CHOOSE_MANNER: _CLOSE,
        READ_ASSESSMENT: {
            **{role: kind for role, kind in _READERS.items() if role is not Role.SUPERVISOR},
            Role.PLANNER: AREA,
        },
        READ_CASES: _READERS,
        PROPOSE_CASE: {Role.VILLAGE_SPECIALIST: AREA, Role.TOWNSHIP_REVIEWER: AREA},
        RECORD_CASE: {Role.VILLAGE_SPECIALIST: AREA, Role.TOWNSHIP_REVIEWER: AREA},
        CHECK_CASE: {Role.TOWNSHIP_REVIEWER: AREA},
        DECIDE_CASE: {Role.COUNTY_APPROVER: AREA},
        DECLINE_CASE: _CASE_OFFICES,
        RECORD_MEASURE: {
            Role.SUPPORT_OFFICER: PAIRED,
            Role.VILLAGE_SPECIALIST: AREA,
            Role.TOWNSHIP_REVIEWER: AREA,
        },
        CONFIRM_MEASURE: {
            Role.HOUSEHOLD: SELF,
            Role.SUPPORT_OFFICER: PAIRED,
            Role.VILLAGE_SPECIALIST: AREA,
            Role.TOWNSHIP_REVIEWER: AREA,
        },
        READ_PRECISION: {
            **_CASE_OFFICES,
            Role.COUNTY_ADMIN: AREA,
            Role.PLANNER: AREA,
            Role.SUPERVISOR: AREA,
            Role.SYSTEM: SYSTEM,
        },
        READ_NOTIFICATIONS: {**dict.fromkeys(_OFFICES, SELF), Role.HOUSEHOLD: SELF},
        APPLY_POLICY: {Role.COUNTY_ADMIN: AREA, Role.SYSTEM: SYSTEM},
        PLAN: {Role.PLANNER: AREA},
        READ_PLANS: {Role.PLANNER: AREA, Role.COUNTY_APPROVER: AREA, Role.COUNTY_ADMIN: AREA},
        APPROVE_PLAN: {Role.COUNTY_APPROVER: AREA},
        # What a household answers is seen by those who may answer with it, and by nobody who plans.
        ANSWER_OFFER: _CLOSE,
        READ_OFFERS: _CLOSE,
        RECORD_GIVEN: {Role.SUPPORT_OFFICER: PAIRED, Role.VILLAGE_SPECIALIST: AREA},
        PROPOSE_MEASURES: {Role.PLANNER: AREA},
        APPROVE_MEASURES: {Role.COUNTY_APPROVER: AREA},
        SCORE: {Role.COUNTY_ADMIN: AREA, Role.PLANNER: AREA, Role.SYSTEM: SYSTEM},
        # Whom to visit and to offer something to; a list is the offices', never a department's or an employer's.
        LIST_ASSESSMENTS: {
            Role.VILLAGE_SPECIALIST: AREA,
            **_CASE_OFFICES,
            Role.COUNTY_ADMIN: AREA,
            Role.PLANNER: AREA,
            Role.SYSTEM: SYSTEM,
        },
        OVERRIDE_ASSESSMENT: {
            Role.SUPPORT_OFFICER: PAIRED,
            Role.VILLAGE_SPECIALIST: AREA,
            **_CASE_OFFICES,
        },
        READ_MODEL: {**_READERS, Role.PLANNER: AREA, Role.INDEPENDENT_MONITOR: AREA},
        PUBLISH_MODEL: {Role.COUNTY_ADMIN: AREA, Role.PLANNER: AREA, Role.SYSTEM: SYSTEM},
        DECIDE_MODEL: {Role.COUNTY_ADMIN: AREA, Role.COUNTY_APPROVER: AREA},
        # Rows without a name or a village; to train on, in the county.
        EXPORT_OUTCOMES: {Role.COUNTY_ADMIN: AREA, Role.PLANNER: AREA, Role.SYSTEM: SYSTEM},
        READ_MONITORING: {
            **_CASE_OFFICES,
            Role.COUNTY_ADMIN: AREA,
            Role.PLANNER: AREA,
            Role.SUPERVISOR: AREA,
            Role.INDEPENDENT_MONITOR: AREA,
        },
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visibility:
    """A scope as a repository can filter by it: any of the parts lets a row be seen."""

    everything: bool = False
    areas: tuple[str, ...] = ()
    paired_subject: str | None = None
    own_member_id: UUID | None = None


def visibility(actor: Actor, scope: Scope) -> Visibility:
    return Visibility(
        everything=SYSTEM in scope.kinds,
        areas=actor.areas if AREA in scope.kinds else (),
        paired_subject=actor.subject if PAIRED in scope.kinds else None,
        own_member_id=actor.member_id if SELF in scope.kinds else None,
    )


def require_area(actor: Actor, scope: Scope, area_path: str | None) -> None:
    """A list that is asked for by area must lie in the caller's areas, or above one of them.

    Raises Forbidden. What a scope other than AREA sees is decided row by row.
    """
    if area_path is None or scope.kinds != {AREA}:
        return
    if not any(area_path.startswith(own) or own.startswith(area_path) for own in actor.areas):
        raise Forbidden("This area is not yours to see.", field="area")
