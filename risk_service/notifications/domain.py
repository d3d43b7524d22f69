"""Telling an officer or a household that something happened. Pure. Carries ids only: the face finds the words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class RecipientKind(StrEnum):
    OFFICER = "OFFICER"
    HOUSEHOLD = "HOUSEHOLD"


class NotificationKind(StrEnum):
    ALERT_RAISED = "ALERT_RAISED"
    ALERT_ESCALATED = "ALERT_ESCALATED"
    TASK_ASSIGNED = "TASK_ASSIGNED"
    VISIT_REPORTED = "VISIT_REPORTED"
    ALERT_CLEARED = "ALERT_CLEARED"
    CASE_CHANGED = "CASE_CHANGED"
    VISIT_OVERDUE = "VISIT_OVERDUE"
    RECORD_UNLINKED = "RECORD_UNLINKED"
    """A record that the alert was made of turned out to be about somebody else: look at it again."""
    ASSISTANCE_OFFERED = "ASSISTANCE_OFFERED"
    ASSISTANCE_OFFER_LAPSED = "ASSISTANCE_OFFER_LAPSED"


OF_OFFERS = frozenset({NotificationKind.ASSISTANCE_OFFERED, NotificationKind.ASSISTANCE_OFFER_LAPSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """`about_id` is the alert the notification speaks of; of CASE_CHANGED, the case; of `OF_OFFERS`, the offer."""

    id: UUID
    recipient_kind: RecipientKind
    recipient_id: UUID
    kind: NotificationKind
    about_id: UUID
    household_id: UUID
    area_path: str
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is told of, but for alerts."""

    id: UUID
    household_id: UUID
    area_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationAsked:
    notification: Notification
