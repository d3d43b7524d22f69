"""What waits for an officer: a household to visit, or an alert to decide on. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from risk_service.policy.domain import AlertLevel


class WorkKind(StrEnum):
    VISIT = "VISIT"
    DECIDE = "DECIDE"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """`due_at`: when the visit is due; for a decision, since when it waits."""

    alert_id: UUID
    kind: WorkKind
    level: AlertLevel
    due_at: datetime
    overdue: bool
