"""Every query on offers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.errors import Conflict
from chassis.vault import Vault
from employment_service.guarding import guarding
from employment_service.metadata import one_of
from employment_service.offers.domain import OPEN, Consent, Offer, OfferState
from employment_service.offers.silence import Silence
from employment_service.offers.tables import consents, offers, silences

Values = dict[str, object]


@dataclass(frozen=True, slots=True)
class OfferRepository:
    connection: AsyncConnection
    vault: Vault

    async def add(self, offer: Offer) -> None:
        await self.connection.execute(insert(offers).values(**self._values(offer)))

    async def save(self, offer: Offer) -> None:
        saved = await self.connection.execute(
            update(offers)
            .where(offers.c.id == offer.id, offers.c.version == offer.version - 1)
            .values(**self._values(offer))
        )
        if saved.rowcount != 1:
            raise Conflict("The offer was changed meanwhile. Read it again.", field="expectedVersion")

    async def get(self, offer_id: UUID, *, lock: bool = False) -> Offer | None:
        query = select(offers).where(offers.c.id == offer_id)
        row = (await self.connection.execute(query.with_for_update() if lock else query)).first()
        return None if row is None else self._offer(row)

    async def by_id(self, ids: Collection[UUID]) -> dict[UUID, Offer]:
        rows = await self.connection.execute(select(offers).where(one_of(offers.c.id, ids)))
        return {row.id: self._offer(row) for row in rows}

    async def of_worker(self, worker_id: UUID, *, after: UUID | None, count: int) -> Sequence[Offer]:
        """What the worker may see of their offers, newest first: nothing that was withheld."""
        query = select(offers).where(offers.c.worker_id == worker_id, ~offers.c.withheld)
        if after is not None:
            query = query.where(offers.c.id < after)
        rows = await self.connection.execute(query.order_by(offers.c.id.desc()).limit(count))
        return [self._offer(row) for row in rows]

    async def count_of_worker(self, worker_id: UUID) -> int:
        query = select(func.count()).select_from(offers).where(offers.c.worker_id == worker_id, ~offers.c.withheld)
        return int(await self.connection.scalar(query) or 0)

    async def of_pair(self, worker_id: UUID, vacancy_id: UUID) -> Sequence[Offer]:
        rows = await self.connection.execute(
            select(offers)
            .where(offers.c.worker_id == worker_id, offers.c.vacancy_id == vacancy_id)
            .order_by(offers.c.id.desc())
        )
        return [self._offer(row) for row in rows]

    async def asked_by(self, vacancy_id: UUID, *, at: datetime) -> frozenset[UUID]:
        """Workers with an offer of this vacancy that runs, whatever they said to it."""
        rows = await self.connection.execute(
            select(offers.c.worker_id).where(offers.c.vacancy_id == vacancy_id, offers.c.expires_at > at)
        )
        return frozenset(row.worker_id for row in rows)

    async def live_of_vacancy(self, vacancy_id: UUID) -> Sequence[Offer]:
        """Open, accepted, or with a place still held after a no, locked: those that new terms reach."""
        reached = offers.c.state.in_([*OPEN, OfferState.ACCEPTED]) | offers.c.place_held
        rows = await self.connection.execute(
            select(offers).where(offers.c.vacancy_id == vacancy_id, reached).order_by(offers.c.id).with_for_update()
        )
        return [self._offer(row) for row in rows]

    async def pairs_of(
        self, *, worker_ids: Collection[UUID] = (), vacancy_ids: Collection[UUID] = ()
    ) -> frozenset[tuple[str, str]]:
        """(worker, vacancy) of every offer there is, whatever became of it, as texts."""
        query = select(offers.c.worker_id, offers.c.vacancy_id)
        if worker_ids:
            query = query.where(one_of(offers.c.worker_id, worker_ids))
        if vacancy_ids:
            query = query.where(one_of(offers.c.vacancy_id, vacancy_ids))
        rows = await self.connection.execute(query)
        return frozenset((str(row.worker_id), str(row.vacancy_id)) for row in rows)

    async def delete(self, offer_id: UUID) -> None:
        await self.connection.execute(delete(offers).where(offers.c.id == offer_id))

    async def put_consent(self, consent: Consent) -> None:
        """One for an offer and a version of its terms: a yes that was void and is given again stands for the first."""
        place = f"consents.language:{consent.offer_id}"
        values: Values = {
            "worker_id": consent.worker_id,
            "terms_hash": consent.terms_hash,
            "shown_at": consent.shown_at,
            "accepted_at": consent.accepted_at,
            "understood_at": consent.understood_at,
            "language_sealed": None if consent.language is None else self.vault.seal(consent.language, place=place),
        }
        fresh = upsert(consents).values(offer_id=consent.offer_id, terms_version=consent.terms_version, **values)
        await self.connection.execute(
            fresh.on_conflict_do_update(index_elements=[consents.c.offer_id, consents.c.terms_version], set_=values)
        )

    async def consents_of(self, offer_ids: Collection[UUID]) -> dict[tuple[UUID, int], Consent]:
        """By offer and terms version."""
        rows = await self.connection.execute(select(consents).where(one_of(consents.c.offer_id, offer_ids)))
        return {
            (row.offer_id, row.terms_version): Consent(
                offer_id=row.offer_id,
                worker_id=row.worker_id,
                terms_version=row.terms_version,
                terms_hash=row.terms_hash,
                shown_at=row.shown_at,
                accepted_at=row.accepted_at,
                language=(
                    None
                    if row.language_sealed is None
                    else self.vault.open(row.language_sealed, place=f"consents.language:{row.offer_id}")
                ),
                understood_at=row.understood_at or row.accepted_at,
            )
            for row in rows
        }

    def worker_token(self, worker_id: UUID) -> bytes:
        return self.vault.index(str(worker_id), kind="silence.worker")

    def vacancy_token(self, vacancy_id: UUID) -> bytes:
        return self.vault.index(str(vacancy_id), kind="silence.vacancy")

    async def add_silence(self, silence: Silence) -> None:
        fresh = upsert(silences).values(
            worker_token=silence.worker_token,
            vacancy_token=silence.vacancy_token,
            declined_on=silence.declined_on,
            asked_since=False,
        )
        async with guarding(self.connection):
            await self.connection.execute(
                fresh.on_conflict_do_update(
                    index_elements=[silences.c.worker_token, silences.c.vacancy_token],
                    set_={"declined_on": fresh.excluded.declined_on, "asked_since": False},
                )
            )

    async def silences_of(self, worker_id: UUID) -> tuple[Silence, ...]:
        query = select(silences).where(silences.c.worker_token == self.worker_token(worker_id))
        async with guarding(self.connection):
            rows = await self.connection.execute(query)
        return tuple(
            Silence(
                worker_token=row.worker_token,
                vacancy_token=row.vacancy_token,
                declined_on=row.declined_on,
                asked_since=row.asked_since,
            )
            for row in rows
        )

    async def forget_silences(self, *, declined_before: date) -> None:
        await self.connection.execute(delete(silences).where(silences.c.declined_on < declined_before))

    async def end_quiet(self, worker_id: UUID) -> None:
        """The worker asks for work: the quiet after every earlier no is over."""
        mine = silences.c.worker_token == self.worker_token(worker_id)
        async with guarding(self.connection):
            await self.connection.execute(update(silences).where(mine).values(asked_since=True))

    async def forget_silence(self, worker_id: UUID, vacancy_id: UUID) -> None:
        """What was taken back is no no."""
        one = delete(silences).where(
            silences.c.worker_token == self.worker_token(worker_id),
            silences.c.vacancy_token == self.vacancy_token(vacancy_id),
        )
        async with guarding(self.connection):
            await self.connection.execute(one)

    def _sealed(self, language: str | None, offer_id: UUID) -> bytes | None:
        return None if language is None else self.vault.seal(language, place=f"offers.language:{offer_id}")

    def _opened(self, sealed: bytes | None, offer_id: UUID) -> str | None:
        return None if sealed is None else self.vault.open(sealed, place=f"offers.language:{offer_id}")

    def _values(self, offer: Offer) -> Values:
        return {
            "id": offer.id,
            "vacancy_id": offer.vacancy_id,
            "worker_id": offer.worker_id,
            "area_path": offer.area_path,
            "terms_version": offer.terms_version,
            "terms_hash": offer.terms_hash,
            "made_by": offer.made_by,
            "made_at": offer.made_at,
            "expires_at": offer.expires_at,
            "state": offer.state,
            "terms_shown_at": offer.terms_shown_at,
            "shown_language_sealed": self._sealed(offer.shown_language, offer.id),
            "understood_at": offer.understood_at,
            "decided_at": offer.decided_at,
            "withheld": offer.withheld,
            "place_held": offer.place_held,
            "version": offer.version,
        }

    def _offer(self, row: Row[tuple[object, ...]]) -> Offer:
        return Offer(
            id=row.id,
            vacancy_id=row.vacancy_id,
            worker_id=row.worker_id,
            area_path=row.area_path,
            terms_version=row.terms_version,
            terms_hash=row.terms_hash,
            made_by=row.made_by,
            made_at=row.made_at,
            expires_at=row.expires_at,
            state=OfferState(row.state),
            terms_shown_at=row.terms_shown_at,
            shown_language=self._opened(row.shown_language_sealed, row.id),
            understood_at=row.understood_at,
            decided_at=row.decided_at,
            withheld=row.withheld,
            place_held=row.place_held,
            version=row.version,
        )
