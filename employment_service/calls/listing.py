"""Reads the call list."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.graph import decode_cursor, encode_cursor
from chassis.graph.pages import InvalidCursor
from employment_service.calls.domain import CallEntry, CallReason, WhyCall
from employment_service.calls.statement import COUNT, PAGE
from employment_service.policies.domain import EmploymentPolicy

START = datetime(1, 1, 1, tzinfo=UTC)
NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an entry stands in the order; what a cursor holds."""

    urgency: int
    since: datetime
    worker_id: UUID

    @property
    def cursor(self) -> str:
        return encode_cursor(self.urgency, self.since.isoformat(), str(self.worker_id))

    @staticmethod
    def behind(cursor: str | None) -> Place | None:
        """Raises InvalidCursor."""
        if cursor is None:
            return None
        urgency, since, worker_id = decode_cursor(cursor, int, str, str)
        try:
            at = datetime.fromisoformat(str(since))
            return Place(urgency=int(urgency or 0), since=at, worker_id=UUID(str(worker_id)))
        except ValueError:
            raise InvalidCursor("This is not a cursor of this list.", field="after") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`workers`: these alone, if given. `caller`: workers whom another person of the staff has now are left out."""

    area_path: str
    caller: str
    now: datetime
    today: date
    policy: EmploymentPolicy
    reasons: frozenset[CallReason] = frozenset(CallReason)
    workers: Collection[UUID] | None = None

    def values(self) -> dict[str, object]:
        return {
            "area_from": self.area_path,
            "area_to": self.area_path + "~",
            "caller": self.caller,
            "now": self.now,
            "today": self.today,
            "wanted": sorted(self.reasons),
            "anybody": self.workers is None,
            "workers": list(self.workers or ()),
            "quiet_days": self.policy.quiet_days,
            "expiring_days": self.policy.call_expiring_days,
            "silence_days": self.policy.call_silence_days,
            "overdue_days": self.policy.call_overdue_days,
            "ask_days": self.policy.call_ask_days,
        }


@dataclass(frozen=True, slots=True)
class CallListing:
    connection: AsyncConnection

    async def page(self, wanted: Wanted, *, after: Place | None, count: int) -> Sequence[tuple[Place, CallEntry]]:
        """The most urgent first; within a reason, whoever has waited longest."""
        place = after or Place(urgency=0, since=START, worker_id=NOBODY)
        rows = await self.connection.execute(
            PAGE,
            wanted.values()
            | {
                "from_the_start": after is None,
                "after_urgency": place.urgency,
                "after_since": place.since,
                "after_worker": place.worker_id,
                "count": count,
            },
        )
        return [
            (
                Place(urgency=row.urgency, since=row.since, worker_id=row.worker_id),
                CallEntry(worker_id=row.worker_id, whys=tuple(_why(*each) for each in orjson.loads(row.whys))),
            )
            for row in rows
        ]

    async def count(self, wanted: Wanted) -> int:
        return int(await self.connection.scalar(COUNT, wanted.values()) or 0)


def _why(reason: str, since: str, vacancy_id: str | None, placement_id: str | None) -> WhyCall:
    return WhyCall(
        reason=CallReason(reason),
        since=datetime.fromisoformat(since).astimezone(UTC),
        vacancy_id=None if vacancy_id is None else UUID(vacancy_id),
        placement_id=None if placement_id is None else UUID(placement_id),
    )
