"""Which steps of a case confirm that a household fell back."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_

from chassis.identity import SYSTEM_ACTOR
from risk_service.cases.states import CaseStatus, CaseStepKind
from risk_service.cases.tables import case_steps


def confirmed_return() -> ColumnElement[bool]:
    """The county opened a case, or a person reopened one.

    What a red alert reopened by itself is the alert's matter: a visit may still find it passing or wrong. A resolution
    that was turned down leads back to OPEN too, and confirms nothing new.
    """
    opened = and_(
        case_steps.c.kind == CaseStepKind.APPROVE.value,
        case_steps.c.to_status == CaseStatus.OPEN.value,
    )
    reopened = and_(case_steps.c.kind == CaseStepKind.REOPEN.value, case_steps.c.by != SYSTEM_ACTOR.subject)
    return or_(opened, reopened)
