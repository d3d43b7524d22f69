"""Reads the call list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.graph import decode_cursor, encode_cursor
from chassis.graph.pages import InvalidCursor
from employment_service.calls.domain import CallClaim, CallEntry, CallReason, WhyCall, urgency_of
from employment_service.calls.statement import COUNT, FORGET_MATCHES, PAGE, REASONS, REFRESH
from employment_service.calls.tables import call_candidates, call_claims
from employment_service.policies.domain import EmploymentPolicy

START = datetime(1, 1, 1, tzinfo=UTC)
NOBODY = UUID(int=0)
SPARE = 5
"""Read beyond a page, as some may not be on the list any more."""
Values = dict[str, object]


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
    """`but_of`: workers whom anybody but this person of the staff has now are left out; None: whom anybody has."""

    area_path: str
    but_of: str | None
    now: datetime
    today: date
    policy: EmploymentPolicy
    reasons: frozenset[CallReason] = frozenset(CallReason)

    def among(self) -> Values:
        return {
            "area_from": self.area_path,
            "area_to": self.area_path + "~",
            "but_of": self.but_of or "",
            "now": self.now,
            "wanted": sorted(self.reasons),
        }

    def why(self, workers: Sequence[UUID]) -> Values:
        known = clocks(self.now, self.today, self.policy)
        del known["quiet_days"]
        return known | {
            "wanted": sorted(self.reasons),
            "workers": list(workers),
        }


def clocks(now: datetime, today: date, policy: EmploymentPolicy) -> Values:
    return {
        "now": now,
        "today": today,
        "quiet_days": policy.quiet_days,
        "silence_days": policy.call_silence_days,
        "overdue_days": policy.call_overdue_days,
        "ask_days": policy.call_ask_days,
        "expiring_days": policy.call_expiring_days,
    }


@dataclass(frozen=True, slots=True)
class CallListing:
    connection: AsyncConnection

    async def page(self, wanted: Wanted, *, after: Place | None, count: int) -> Sequence[tuple[Place, CallEntry]]:
        """The most urgent first; within a reason, whoever has waited longest. Up to `count`, each as it stands now."""
        found: list[tuple[Place, CallEntry]] = []
        while len(found) < count:
            rows = await self._rows(wanted, after, count=count + SPARE)
            entries = await self.entries(wanted, [place.worker_id for place, _ in rows])
            for place, reason in rows:
                entry = entries.get(place.worker_id)
                # A worker stands where the most urgent reason does, and nowhere else.
                if entry is not None and entry.whys[0].reason is reason:
                    found.append((place, entry))
            if len(rows) < count + SPARE:
                break
            after = rows[-1][0]
        return found[:count]

    async def entries(self, wanted: Wanted, workers: Sequence[UUID]) -> Mapping[UUID, CallEntry]:
        """Of these workers, those who are on the list."""
        if not workers:
            return {}
        whys: dict[UUID, list[WhyCall]] = {}
        areas: dict[UUID, str] = {}
        for row in await REASONS.fetch(self.connection, wanted.why(workers)):
            why = WhyCall(
                reason=CallReason(row["reason"]),
                since=row["since"],
                vacancy_id=row["vacancy_id"],
                placement_id=row["placement_id"],
            )
            whys.setdefault(row["worker_id"], []).append(why)
            areas[row["worker_id"]] = row["area_path"]
        return {
            worker: CallEntry(worker_id=worker, area_path=areas[worker], whys=tuple(found))
            for worker, found in whys.items()
        }

    async def count(self, wanted: Wanted) -> int:
        return int(await self.connection.scalar(COUNT, wanted.among()) or 0)

    async def refresh(self, *, now: datetime, today: date, policy: EmploymentPolicy) -> None:
        """Gathers what time and other slices brought about. Readers see the list before or after, nothing between."""
        known = clocks(now, today, policy)
        await self.connection.execute(FORGET_MATCHES, {name: known[name] for name in ("now", "quiet_days", "ask_days")})
        await self.connection.execute(delete(call_candidates))
        for statement in REFRESH:
            await self.connection.execute(statement, {name: known[name] for name in statement.compile().params})

    async def enter(self, worker_id: UUID, area_path: str, reason: CallReason, *, since: datetime) -> None:
        """At once, or at that later instant."""
        fresh = upsert(call_candidates).values(
            worker_id=worker_id, reason=reason, area_path=area_path, urgency=urgency_of(reason), since=since
        )
        await self.connection.execute(
            fresh.on_conflict_do_update(
                index_elements=[call_candidates.c.worker_id, call_candidates.c.reason],
                set_={"since": fresh.excluded.since},
            )
        )

    async def called(self, claim: CallClaim) -> None:
        """The claim ends, and the worker is off the list until it is gathered again. One round trip."""
        ended = delete(call_claims).where(call_claims.c.id == claim.id).cte("ended")
        await self.connection.execute(
            delete(call_candidates).where(call_candidates.c.worker_id == claim.worker_id).add_cte(ended)
        )

    async def _rows(self, wanted: Wanted, after: Place | None, *, count: int) -> Sequence[tuple[Place, CallReason]]:
        place = after or Place(urgency=0, since=START, worker_id=NOBODY)
        rows = await PAGE.fetch(
            self.connection,
            wanted.among()
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
                Place(urgency=row["urgency"], since=row["since"], worker_id=row["worker_id"]),
                CallReason(row["reason"]),
            )
            for row in rows
        ]
