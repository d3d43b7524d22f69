"""Every query on what the signs are read from: acceptances, readings of terms, contacts, hours, offers, exits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import String, case, cast, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.vault import Vault
from employment_service.follow_ups.domain import FollowUpState
from employment_service.metadata import one_of
from employment_service.offers.domain import OfferState
from employment_service.offers.tables import offers
from employment_service.placements.domain import PlacementState
from employment_service.placements.tables import follow_ups, placement_steps, placements
from employment_service.safeguards.flags.domain import Reading, Trace
from employment_service.safeguards.flags.tables import (
    acceptance_traces,
    job_contacts,
    reported_hours,
    term_readings,
)
from employment_service.workers.tables import workers

ANSWERED = (OfferState.ACCEPTED, OfferState.DECLINED, OfferState.WITHDRAWN, OfferState.EXPIRED)
EXITS = (PlacementState.RESIGNED, PlacementState.WITHDRAWN, PlacementState.TRANSFERRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """`by`: "staff <subject>" or "vacancy <id>", with how many offers came to an answer, all of them yes."""

    by: str
    area_path: str
    offers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreached:
    placement_id: UUID
    worker_id: UUID
    employer_id: UUID
    area_path: str
    missed: int


@dataclass(frozen=True, slots=True)
class TraceRepository:
    connection: AsyncConnection
    vault: Vault

    def session_token(self, session: str, day: date) -> bytes:
        """Of one day: the next day's is another, so that nobody is followed through the weeks."""
        return self.vault.index(f"{day.isoformat()} {session}", kind="session.day")

    async def wait_for_session(self, token: bytes) -> None:
        """Acceptances of one session are weighed one after the other."""
        lock = int.from_bytes(token[:8], signed=True)
        await self.connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": lock})

    async def add(self, trace: Trace) -> None:
        await self.connection.execute(
            insert(acceptance_traces).values(
                placement_id=trace.placement_id,
                vacancy_id=trace.vacancy_id,
                area_path=trace.area_path,
                accepted_at=trace.accepted_at,
                session=trace.session,
            )
        )

    async def beside(self, trace: Trace, sessions: Collection[bytes], *, since: datetime) -> Sequence[Trace]:
        """Of the same vacancy and village, or of one of the sessions."""
        table = acceptance_traces
        place = (table.c.vacancy_id == trace.vacancy_id) & (table.c.area_path == trace.area_path)
        rows = await self.connection.execute(
            select(table).where(table.c.accepted_at > since, place | one_of(table.c.session, sessions))
        )
        return [
            Trace(
                placement_id=row.placement_id,
                vacancy_id=row.vacancy_id,
                area_path=row.area_path,
                accepted_at=row.accepted_at,
                session=row.session,
            )
            for row in rows
        ]

    async def forget_traces(self, *, before: datetime) -> None:
        await self.connection.execute(delete(acceptance_traces).where(acceptance_traces.c.accepted_at < before))

    async def forget_told(self, *, before: date, read_before: datetime) -> None:
        """What workers told of contacts and hours, and when they had terms open."""
        await self.connection.execute(delete(job_contacts).where(job_contacts.c.happened_on < before))
        await self.connection.execute(delete(reported_hours).where(reported_hours.c.monday < before))
        await self.connection.execute(delete(term_readings).where(term_readings.c.opened_at < read_before))

    async def open_reading(self, offer_id: UUID, area_path: str, *, at: datetime, language: str | None) -> None:
        fresh = upsert(term_readings).values(
            offer_id=offer_id, opened_at=at, area_path=area_path, closed_at=None, language=language
        )
        await self.connection.execute(fresh.on_conflict_do_nothing())

    async def close_reading(self, offer_id: UUID, *, at: datetime) -> None:
        """The newest one, if it is open."""
        newest = select(func.max(term_readings.c.opened_at)).where(term_readings.c.offer_id == offer_id)
        await self.connection.execute(
            update(term_readings)
            .where(
                term_readings.c.offer_id == offer_id,
                term_readings.c.opened_at == newest.scalar_subquery(),
                term_readings.c.closed_at.is_(None),
            )
            .values(closed_at=at)
        )

    async def readings_of(self, offer_id: UUID, *, since: datetime) -> Sequence[Reading]:
        rows = await self.connection.execute(
            select(term_readings).where(term_readings.c.offer_id == offer_id, term_readings.c.opened_at >= since)
        )
        return [Reading(opened_at=row.opened_at, closed_at=row.closed_at, language=row.language) for row in rows]

    async def add_contact(
        self, contact_id: UUID, worker_id: UUID, area_path: str, *, happened_on: date, told_by: str
    ) -> None:
        await self.connection.execute(
            insert(job_contacts).values(
                id=contact_id, worker_id=worker_id, area_path=area_path, happened_on=happened_on, told_by=told_by
            )
        )

    async def contact_days(self, worker_id: UUID) -> Sequence[date]:
        rows = await self.connection.execute(
            select(job_contacts.c.happened_on).where(job_contacts.c.worker_id == worker_id)
        )
        return [row.happened_on for row in rows]

    async def put_hours(self, placement_id: UUID, area_path: str, *, monday: date, hours: int) -> None:
        fresh = upsert(reported_hours).values(
            placement_id=placement_id, monday=monday, area_path=area_path, hours=hours
        )
        await self.connection.execute(
            fresh.on_conflict_do_update(
                index_elements=[reported_hours.c.placement_id, reported_hours.c.monday],
                set_={"hours": fresh.excluded.hours},
            )
        )

    async def hours_of(self, placement_id: UUID) -> Sequence[tuple[date, int]]:
        rows = await self.connection.execute(
            select(reported_hours.c.monday, reported_hours.c.hours).where(reported_hours.c.placement_id == placement_id)
        )
        return [(row.monday, row.hours) for row in rows]

    async def silent(self, *, since: datetime, least: int) -> Sequence[Silent]:
        """By staff member and by vacancy: many offers that came to an answer or ran out, every answer a yes."""
        found: list[Silent] = []
        yes = func.count(case((offers.c.state == OfferState.ACCEPTED, 1)))
        for label, column in (("staff", offers.c.made_by), ("vacancy", cast(offers.c.vacancy_id, String))):
            rows = await self.connection.execute(
                select(column.label("who"), func.count().label("all"), func.min(offers.c.area_path).label("area"))
                .where(offers.c.made_at > since, offers.c.state.in_(ANSWERED), ~offers.c.withheld)
                .group_by(column)
                .having((func.count() >= least) & (yes == func.count()))
            )
            found += [Silent(by=f"{label} {row.who}", area_path=row.area, offers=row.all) for row in rows]
        return found

    async def without_exits(self, *, since: date, least: int) -> Sequence[tuple[UUID, int]]:
        """(employer, placements): at work for the whole time, many of them, and nobody left."""
        first = func.min(placement_steps.c.happened_on)
        left = func.count(case((placement_steps.c.state.in_(EXITS) & (placement_steps.c.happened_on >= since), 1)))
        number = func.count(placements.c.id.distinct())
        rows = await self.connection.execute(
            select(placements.c.employer_id, number.label("all"))
            .join(placement_steps, placement_steps.c.placement_id == placements.c.id)
            .group_by(placements.c.employer_id)
            .having((number >= least) & (left == 0) & (first <= since))
        )
        return [(row.employer_id, row.all) for row in rows]

    async def unreached(self, *, due_before: date, least: int) -> Sequence[Unreached]:
        """Placements whose worker wants follow-ups and left so many of them without an answer."""
        rows = await self.connection.execute(
            select(
                follow_ups.c.placement_id,
                follow_ups.c.worker_id,
                placements.c.employer_id,
                follow_ups.c.area_path,
                func.count().label("missed"),
            )
            .join(placements, placements.c.id == follow_ups.c.placement_id)
            .join(workers, workers.c.id == follow_ups.c.worker_id)
            .where(
                follow_ups.c.state == FollowUpState.DUE,
                follow_ups.c.due_on < due_before,
                workers.c.follow_up_wanted,
            )
            .group_by(
                follow_ups.c.placement_id, follow_ups.c.worker_id, placements.c.employer_id, follow_ups.c.area_path
            )
            .having(func.count() >= least)
        )
        return [
            Unreached(
                placement_id=row.placement_id,
                worker_id=row.worker_id,
                employer_id=row.employer_id,
                area_path=row.area_path,
                missed=row.missed,
            )
            for row in rows
        ]

    async def began_since(self, worker_ids: Collection[UUID], since: date) -> bool:
        """Whether one of them began work that was found here."""
        found = await self.connection.scalar(
            select(func.count())
            .select_from(placement_steps)
            .join(placements, placements.c.id == placement_steps.c.placement_id)
            .where(
                one_of(placements.c.worker_id, worker_ids),
                placement_steps.c.state == PlacementState.STARTED,
                placement_steps.c.happened_on >= since,
            )
        )
        return bool(found)

    async def left_since(self, worker_ids: Collection[UUID], since: date) -> bool:
        """Whether one of them resigned or took a yes back."""
        found = await self.connection.scalar(
            select(func.count())
            .select_from(placement_steps)
            .join(placements, placements.c.id == placement_steps.c.placement_id)
            .where(
                one_of(placements.c.worker_id, worker_ids),
                placement_steps.c.state.in_((PlacementState.RESIGNED, PlacementState.WITHDRAWN)),
                placement_steps.c.happened_on >= since,
            )
        )
        return bool(found)
