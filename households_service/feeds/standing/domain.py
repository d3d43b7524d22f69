"""How a feed stands in an area: when it last came, whether it is late, and how good what it sends is. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from households_service.feeds.catalogue.declaration import Feed
from households_service.feeds.departments import Department

LATE_AFTER_DAYS = 10
"""A feed more than so many days past its due day is a finding."""
QUALITY_DAYS = 365


class FeedState(StrEnum):
    NEVER_RECEIVED = "NEVER_RECEIVED"
    ON_TIME = "ON_TIME"
    DUE = "DUE"
    LATE = "LATE"


class VisitOutcome(StrEnum):
    """What a visit found of the alert that a department's record had raised."""

    LASTING_RISK = "LASTING_RISK"
    NO_LASTING_RISK = "NO_LASTING_RISK"
    WRONG_DATA = "WRONG_DATA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeliness:
    """`due_on`: by its cadence after the last receipt; None: it never came."""

    last_received_on: date | None
    due_on: date | None
    days_late: int
    state: FeedState


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedQuality:
    """Rows and visits of the last year. A rate is None where there is nothing to rate."""

    read: int = 0
    linked: int = 0
    review: int = 0
    rejected: int = 0
    unchanged: int = 0
    lasting_risk: int = 0
    no_lasting_risk: int = 0
    wrong_data: int = 0
    unknown_villages: int = 0

    @property
    def visits(self) -> int:
        return self.lasting_risk + self.no_lasting_risk + self.wrong_data

    @property
    def link_rate(self) -> float | None:
        """Of the sound rows that were new, those that found their subject without a person."""
        new = self.linked + self.review
        return self.linked / new if new else None

    @property
    def false_alarm_rate(self) -> float | None:
        """Of the visits that its records brought, those that found no lasting risk or wrong data."""
        return (self.no_lasting_risk + self.wrong_data) / self.visits if self.visits else None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedStanding:
    department: Department
    feed: Feed
    timeliness: Timeliness
    quality: FeedQuality
    as_of: date


def timeliness(last_received_on: date | None, *, cadence_days: int, today: date) -> Timeliness:
    if last_received_on is None:
        return Timeliness(last_received_on=None, due_on=None, days_late=0, state=FeedState.NEVER_RECEIVED)
    due = last_received_on + timedelta(days=cadence_days)
    behind = max((today - due).days, 0)
    state = FeedState.LATE if behind > LATE_AFTER_DAYS else FeedState.DUE if today >= due else FeedState.ON_TIME
    return Timeliness(last_received_on=last_received_on, due_on=due, days_late=behind, state=state)
