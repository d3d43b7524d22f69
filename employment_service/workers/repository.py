"""Every query on workers. Phone and language leave the table sealed and are opened here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.errors import Conflict
from chassis.tables import audit
from chassis.vault import Vault
from employment_service.copies.tables import copied_members
from employment_service.metadata import one_of
from employment_service.workers.domain import (
    Contact,
    ContactPreference,
    ExperienceKind,
    PhysicalDemand,
    Wishes,
    Worker,
    WorkerExperience,
)
from employment_service.workers.tables import verification_attempts, workers

ROWS = 1000
Values = dict[str, object]


@dataclass(frozen=True, slots=True)
class WorkerRepository:
    connection: AsyncConnection
    vault: Vault

    async def add(self, *fresh: Worker) -> None:
        for start in range(0, len(fresh), ROWS):
            await self.connection.execute(
                insert(workers), [self._values(worker) for worker in fresh[start : start + ROWS]]
            )

    async def save(self, worker: Worker) -> None:
        """Raises Conflict when somebody saved another version first."""
        saved = await self.connection.execute(
            update(workers)
            .where(workers.c.id == worker.id, workers.c.version == worker.version - 1)
            .values(**self._values(worker))
        )
        if saved.rowcount != 1:
            raise Conflict("The profile was changed meanwhile. Read it again.", field="expectedVersion")

    async def move_members(self, household_id: UUID, area_path: str, member_ids: Collection[UUID]) -> None:
        """Keeps the household and village of registered workers as the registry has them."""
        await self.connection.execute(
            update(workers)
            .where(
                one_of(workers.c.member_id, member_ids),
                (workers.c.household_id != household_id) | (workers.c.area_path != area_path),
            )
            .values(household_id=household_id, area_path=area_path)
        )

    async def follow_copies(self) -> None:
        """`move_members` for every worker whose member is copied."""
        own = workers.c.member_id == copied_members.c.id
        differs = (workers.c.household_id != copied_members.c.household_id) | (
            workers.c.area_path != copied_members.c.area_path
        )
        await self.connection.execute(
            update(workers)
            .where(own, differs)
            .values(household_id=copied_members.c.household_id, area_path=copied_members.c.area_path)
        )

    async def get(self, worker_id: UUID) -> Worker | None:
        return (await self.by_id([worker_id])).get(worker_id)

    async def by_id(self, ids: Collection[UUID]) -> dict[UUID, Worker]:
        rows = await self.connection.execute(select(workers).where(one_of(workers.c.id, ids)))
        return {row.id: self._worker(row) for row in rows}

    async def by_member(self, member_ids: Collection[UUID]) -> dict[UUID, Worker]:
        rows = await self.connection.execute(select(workers).where(one_of(workers.c.member_id, member_ids)))
        return {row.member_id: self._worker(row) for row in rows}

    async def of_subject(self, subject: str) -> Worker | None:
        row = (await self.connection.execute(select(workers).where(workers.c.subject == subject))).first()
        return None if row is None else self._worker(row)

    async def seeking_under(self, area_path: str) -> Sequence[Worker]:
        """Registered workers who want offers, below an area, by id."""
        rows = await self.connection.execute(
            select(workers)
            .where(workers.c.seeking, workers.c.area_path >= area_path, workers.c.area_path < area_path + "~")
            .order_by(workers.c.id)
        )
        return [self._worker(row) for row in rows]

    async def of_household(self, household_id: UUID) -> Sequence[Worker]:
        rows = await self.connection.execute(
            select(workers).where(workers.c.household_id == household_id).order_by(workers.c.id)
        )
        return [self._worker(row) for row in rows]

    async def stop_calls(self, worker_id: UUID) -> None:
        """At once, whatever else changes in the profile meanwhile."""
        await self.connection.execute(
            update(workers)
            .where(workers.c.id == worker_id)
            .values(contact_preference=ContactPreference.MESSAGE, version=workers.c.version + 1)
        )

    async def openings_of(self, worker_id: UUID) -> Sequence[tuple[datetime, str, str]]:
        """(when, by whom, why) of the newest hundred, from the audit log."""
        rows = await self.connection.execute(
            select(audit.c.at, audit.c.actor, audit.c.purpose)
            .where(audit.c.subject_id == str(worker_id), audit.c.action == "revealPhone")
            .order_by(audit.c.n.desc())
            .limit(100)
        )
        return [(row.at, row.actor, row.purpose) for row in rows]

    async def attempts_since(self, subject: str, since: datetime) -> int:
        return int(
            await self.connection.scalar(
                select(func.count())
                .select_from(verification_attempts)
                .where(verification_attempts.c.subject == subject, verification_attempts.c.at >= since)
            )
            or 0
        )

    async def note_attempt(self, subject: str, at: datetime) -> None:
        await self.connection.execute(
            upsert(verification_attempts).values(subject=subject, at=at).on_conflict_do_nothing()
        )

    async def forget_attempts(self, subject: str) -> None:
        await self.connection.execute(delete(verification_attempts).where(verification_attempts.c.subject == subject))

    def _values(self, worker: Worker) -> Values:
        contact, wishes = worker.contact, worker.wishes
        return {
            "id": worker.id,
            "subject": worker.subject,
            "member_id": worker.member_id,
            "household_id": worker.household_id,
            "area_path": worker.area_path,
            "date_of_birth": worker.date_of_birth,
            "display_name": contact.display_name,
            "contact_preference": contact.preference,
            "phone_sealed": self._sealed(contact.phone, worker.id, "phone"),
            "language_sealed": self._sealed(contact.language, worker.id, "language"),
            "qualifications": sorted(wishes.qualifications),
            "wage_floor_cents": wishes.wage_floor_cents,
            "max_distance_km": wishes.max_distance_km,
            "max_commute_minutes": wishes.max_commute_minutes,
            "health_limits": sorted(wishes.health_limits),
            "languages_sealed": self._sealed(" ".join(sorted(wishes.languages)) or None, worker.id, "languages"),
            "farm_months": sorted(wishes.farm_months),
            "free_from": wishes.free_from,
            "seeking": worker.seeking,
            "asked_nearby_at": worker.asked_nearby_at,
            "shares_work_state": worker.shares_work_state,
            "follow_up_wanted": worker.follow_up_wanted,
            "experience": [
                {"title": each.title, "kind": each.kind, "occupation": each.occupation, "years": each.years}
                for each in worker.experience
            ],
            "registered_at": worker.registered_at,
            "version": worker.version,
        }

    def _sealed(self, value: str | None, worker_id: UUID, column: str) -> bytes | None:
        return None if value is None else self.vault.seal(value, place=f"workers.{column}:{worker_id}")

    def _opened(self, sealed: bytes | None, worker_id: UUID, column: str) -> str | None:
        return None if sealed is None else self.vault.open(sealed, place=f"workers.{column}:{worker_id}")

    def _worker(self, row: Row[tuple[object, ...]]) -> Worker:
        return Worker(
            id=row.id,
            subject=row.subject,
            member_id=row.member_id,
            household_id=row.household_id,
            area_path=row.area_path,
            date_of_birth=row.date_of_birth,
            contact=Contact(
                display_name=row.display_name,
                preference=ContactPreference(row.contact_preference),
                phone=self._opened(row.phone_sealed, row.id, "phone"),
                language=self._opened(row.language_sealed, row.id, "language"),
            ),
            wishes=Wishes(
                qualifications=frozenset(row.qualifications),
                wage_floor_cents=row.wage_floor_cents,
                max_distance_km=row.max_distance_km,
                max_commute_minutes=row.max_commute_minutes,
                health_limits=frozenset(PhysicalDemand(each) for each in row.health_limits),
                languages=frozenset((self._opened(row.languages_sealed, row.id, "languages") or "").split()),
                farm_months=frozenset(row.farm_months),
                free_from=row.free_from,
            ),
            registered_at=row.registered_at,
            seeking=row.seeking,
            asked_nearby_at=row.asked_nearby_at,
            shares_work_state=row.shares_work_state,
            follow_up_wanted=row.follow_up_wanted,
            experience=tuple(
                WorkerExperience(
                    title=each["title"],
                    kind=ExperienceKind(each["kind"]),
                    occupation=each["occupation"],
                    years=each["years"],
                )
                for each in row.experience
            ),
            version=row.version,
        )
