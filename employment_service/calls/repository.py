"""Every other query on calls: claims, asked-for calls, pauses, contacts, rests, wrong numbers and new matches."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from employment_service.calls.domain import (
    CallClaim,
    CallRequest,
    CallRest,
    Contact,
    Pause,
    RequestAbout,
)
from employment_service.calls.rows import claim_of, contact_of_row, request_of
from employment_service.calls.statement import TO_SEARCH_FOR
from employment_service.calls.tables import (
    call_claims,
    call_pauses,
    call_requests,
    call_rests,
    contacts,
    match_searches,
    new_matches,
    wrong_numbers,
)
from employment_service.metadata import one_of
from employment_service.policies.domain import EmploymentPolicy


@dataclass(frozen=True, slots=True)
class CallRepository:
    connection: AsyncConnection

    async def claim(self, claim: CallClaim) -> CallClaim | None:
        """None while another person of the staff has the worker. One's own running claim comes back longer.

        One statement: of two at the same instant one waits for the other's commit, and then finds it taken.
        """
        fresh = upsert(call_claims).values(
            worker_id=claim.worker_id,
            id=claim.id,
            area_path=claim.area_path,
            claimed_by=claim.claimed_by,
            claimed_at=claim.claimed_at,
            until=claim.until,
            reasons=list(claim.reasons),
        )
        running = (call_claims.c.claimed_by == claim.claimed_by) & (call_claims.c.until > claim.claimed_at)
        row = (
            await self.connection.execute(
                fresh.on_conflict_do_update(
                    index_elements=[call_claims.c.worker_id],
                    set_={
                        "id": case((running, call_claims.c.id), else_=fresh.excluded.id),
                        "claimed_at": case((running, call_claims.c.claimed_at), else_=fresh.excluded.claimed_at),
                        "claimed_by": fresh.excluded.claimed_by,
                        "area_path": fresh.excluded.area_path,
                        "until": fresh.excluded.until,
                        "reasons": fresh.excluded.reasons,
                    },
                    where=running | (call_claims.c.until <= claim.claimed_at),
                ).returning(call_claims)
            )
        ).first()
        return None if row is None else claim_of(row)

    async def claims(self, ids: Collection[UUID], *, by: str) -> dict[UUID, CallClaim]:
        """Locked until the commit. Also those that ran out, as long as nobody else took the worker."""
        rows = await self.connection.execute(
            select(call_claims)
            .where(one_of(call_claims.c.id, ids), call_claims.c.claimed_by == by)
            .order_by(call_claims.c.worker_id)
            .with_for_update()
        )
        return {row.id: claim_of(row) for row in rows}

    async def claims_of(self, by: str, *, now: datetime) -> Sequence[CallClaim]:
        """Running ones, in the order they were made."""
        rows = await self.connection.execute(
            select(call_claims)
            .where(call_claims.c.claimed_by == by, call_claims.c.until > now)
            .order_by(call_claims.c.claimed_at, call_claims.c.id)
        )
        return [claim_of(row) for row in rows]

    async def claim_on(self, worker_id: UUID, *, now: datetime) -> CallClaim | None:
        row = (
            await self.connection.execute(
                select(call_claims).where(call_claims.c.worker_id == worker_id, call_claims.c.until > now)
            )
        ).first()
        return None if row is None else claim_of(row)

    async def renew(self, ids: Collection[UUID], *, until: datetime) -> None:
        await self.connection.execute(update(call_claims).where(one_of(call_claims.c.id, ids)).values(until=until))

    async def release(self, ids: Collection[UUID]) -> None:
        await self.connection.execute(delete(call_claims).where(one_of(call_claims.c.id, ids)))

    async def add_request(self, request: CallRequest) -> None:
        await self.connection.execute(
            insert(call_requests).values(
                id=request.id,
                worker_id=request.worker_id,
                area_path=request.area_path,
                about=request.about,
                offer_id=request.offer_id,
                asked_at=request.asked_at,
                call_from=request.call_from,
                until=request.until,
            )
        )

    async def requests_of(self, worker_id: UUID) -> Sequence[CallRequest]:
        rows = await self.connection.execute(
            select(call_requests).where(call_requests.c.worker_id == worker_id).order_by(call_requests.c.id)
        )
        return [request_of(row) for row in rows]

    async def drop_requests(self, worker_id: UUID, *abouts: RequestAbout, request_id: UUID | None = None) -> None:
        query = delete(call_requests).where(
            call_requests.c.worker_id == worker_id, call_requests.c.about.in_(abouts or list(RequestAbout))
        )
        if request_id is not None:
            query = query.where(call_requests.c.id == request_id)
        await self.connection.execute(query)

    async def pause(self, worker_id: UUID, area_path: str, pauses: Sequence[Pause], *, at: datetime) -> None:
        if not pauses:
            return
        fresh = upsert(call_pauses)
        await self.connection.execute(
            fresh.on_conflict_do_update(
                index_elements=[call_pauses.c.worker_id, call_pauses.c.reason],
                set_={
                    "noted_at": fresh.excluded.noted_at,
                    "until": fresh.excluded.until,
                    "talked_at": func.coalesce(fresh.excluded.talked_at, call_pauses.c.talked_at),
                },
            ),
            [
                {
                    "worker_id": worker_id,
                    "reason": pause.reason,
                    "area_path": area_path,
                    "noted_at": at,
                    "until": pause.until,
                    "talked_at": at if pause.talked else None,
                }
                for pause in pauses
            ],
        )

    async def add_contact(self, contact: Contact) -> None:
        await self.connection.execute(
            insert(contacts).values(
                id=contact.id,
                worker_id=contact.worker_id,
                area_path=contact.area_path,
                claim_id=contact.claim_id,
                source=contact.source,
                happened_at=contact.happened_at,
                made_by=contact.made_by,
                outcome=contact.outcome,
                reasons=list(contact.reasons),
                about_work=contact.about_work,
                requested=contact.requested,
            )
        )

    async def contacts_of_claims(self, ids: Collection[UUID], *, by: str) -> dict[UUID, Contact]:
        rows = await self.connection.execute(
            select(contacts).where(one_of(contacts.c.claim_id, ids), contacts.c.made_by == by)
        )
        return {row.claim_id: contact_of_row(row) for row in rows}

    async def contacts_of(self, worker_id: UUID, *, after: UUID | None = None, count: int = 20) -> Sequence[Contact]:
        """Newest first."""
        query = select(contacts).where(contacts.c.worker_id == worker_id)
        if after is not None:
            query = query.where(contacts.c.id < after)
        rows = await self.connection.execute(query.order_by(contacts.c.id.desc()).limit(count))
        return [contact_of_row(row) for row in rows]

    async def count_contacts(self, worker_id: UUID) -> int:
        query = select(func.count()).select_from(contacts).where(contacts.c.worker_id == worker_id)
        return int(await self.connection.scalar(query) or 0)

    async def unrequested_since(self, worker_id: UUID, since: datetime) -> Sequence[Contact]:
        """Contacts about work, or about nobody knows what, that the worker had not asked for (CF5)."""
        rows = await self.connection.execute(
            select(contacts)
            .where(
                contacts.c.worker_id == worker_id,
                contacts.c.happened_at >= since,
                ~contacts.c.requested,
                contacts.c.about_work.is_distinct_from(False),
            )
            .order_by(contacts.c.id)
        )
        return [contact_of_row(row) for row in rows]

    async def rest(self, *rests: CallRest) -> None:
        for rest in rests:
            fresh = upsert(call_rests).values(
                offer_id=rest.offer_id,
                worker_id=rest.worker_id,
                area_path=rest.area_path,
                made_at=rest.made_at,
                decidable_until=rest.decidable_until,
                until=rest.until,
            )
            await self.connection.execute(
                fresh.on_conflict_do_update(
                    index_elements=[call_rests.c.offer_id],
                    set_={name: fresh.excluded[name] for name in ("made_at", "decidable_until", "until")},
                )
            )

    async def note_wrong_number(self, worker_id: UUID, area_path: str, *, at: datetime) -> None:
        await self.connection.execute(
            upsert(wrong_numbers).values(worker_id=worker_id, area_path=area_path, noted_at=at).on_conflict_do_nothing()
        )

    async def number_given(self, worker_id: UUID) -> None:
        """The worker says how to be reached: whatever was thought of the number before is void."""
        await self.connection.execute(delete(wrong_numbers).where(wrong_numbers.c.worker_id == worker_id))

    async def to_search_for(self, *, now: datetime, policy: EmploymentPolicy) -> Sequence[tuple[UUID, datetime | None]]:
        """Workers to find work for, and since when; None: among everything."""
        rows = await self.connection.execute(
            TO_SEARCH_FOR, {"now": now, "quiet_days": policy.quiet_days, "ask_days": policy.call_ask_days}
        )
        return [(row.id, row.searched_at) for row in rows]

    async def forget_past(self, *, now: datetime) -> None:
        await self.connection.execute(delete(call_rests).where(call_rests.c.until <= now))
        await self.connection.execute(delete(call_requests).where(call_requests.c.until <= now))

    async def forget_contacts(self, *, before: datetime) -> None:
        await self.connection.execute(delete(contacts).where(contacts.c.happened_at < before))

    async def search_anew(self, worker_id: UUID) -> None:
        """The worker's wishes are others now."""
        await self.connection.execute(delete(new_matches).where(new_matches.c.worker_id == worker_id))
        await self.connection.execute(delete(match_searches).where(match_searches.c.worker_id == worker_id))

    async def add_matches(self, found: Sequence[tuple[UUID, str, UUID]], *, at: datetime) -> None:
        """(worker, area, vacancy); a pair that is known stays as old as it is."""
        if found:
            await self.connection.execute(
                upsert(new_matches).on_conflict_do_nothing(),
                [
                    {"worker_id": worker, "area_path": area, "vacancy_id": vacancy, "found_at": at}
                    for worker, area, vacancy in found
                ],
            )

    async def note_searched(self, workers: Sequence[tuple[UUID, str]], *, at: datetime) -> None:
        if workers:
            fresh = upsert(match_searches)
            await self.connection.execute(
                fresh.on_conflict_do_update(
                    index_elements=[match_searches.c.worker_id], set_={"searched_at": fresh.excluded.searched_at}
                ),
                [{"worker_id": worker, "area_path": area, "searched_at": at} for worker, area in workers],
            )
