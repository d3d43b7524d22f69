"""Every query on runs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, insert, literal, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.many_rows import insert_rows
from chassis.tables import jobs
from employment_service.matching.runs.domain import Cause, MatchingRun, PlacePrice, Proposal
from employment_service.matching.runs.stored import audit_json, audit_of, totals_json, totals_of
from employment_service.matching.tables import matching_prices, matching_proposals, matching_runs
from employment_service.metadata import one_of

ROWS_AT_ONCE = 5_000
_COPY = text(
    """
    insert into matching_proposals (run_id, number, worker_id, area_path, vacancy_id, moved_from, options, score, price,
        stable, gain_cents, weight, way_cents, care_cents, km, companion_id)
    select :run, b.number, b.worker_id, b.area_path, b.vacancy_id, null, (cast(:options as int[]))[b.number], b.score,
        (cast(:prices as int[]))[b.number], b.stable, b.gain_cents, b.weight, b.way_cents, b.care_cents, b.km,
        b.companion_id
    from matching_proposals b where b.run_id = :before and b.number <> all(cast(:numbers as int[]))
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalFilter:
    """`None` does not restrict."""

    placed: bool | None = None
    moved: bool | None = None
    vacancy_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class RunRepository:
    connection: AsyncConnection

    async def add(self, run: MatchingRun, prices: Sequence[PlacePrice], proposals: Sequence[Proposal]) -> None:
        await self._add_run(run, prices)
        for start in range(0, len(proposals), ROWS_AT_ONCE):
            await insert_rows(
                self.connection,
                matching_proposals,
                [_proposal_row(run.id, each) for each in proposals[start : start + ROWS_AT_ONCE]],
            )

    async def add_following(
        self,
        run: MatchingRun,
        prices: Sequence[PlacePrice],
        proposals: Sequence[Proposal],
        *,
        numbers: Sequence[int],
        options: Sequence[int],
        paid: Sequence[int],
    ) -> None:
        """Proposals of the run before, but for `numbers`; in their place `proposals`.

        The database copies them: nothing of those whom nothing happened to comes here. `options`, and prices of where
        each goes, `paid`: by number less one. As arrays, so that no join is planned on a table that has just grown.
        """
        await self._add_run(run, prices)
        given = {
            "run": run.id,
            "before": run.follows,
            "numbers": list(numbers),
            "options": list(options),
            "prices": list(paid),
        }
        await self.connection.execute(_COPY, given)
        await insert_rows(self.connection, matching_proposals, [_proposal_row(run.id, each) for each in proposals])

    async def _add_run(self, run: MatchingRun, prices: Sequence[PlacePrice]) -> None:
        await self.connection.execute(
            insert(matching_runs).values(
                id=run.id,
                area_path=run.area_path,
                as_of=run.as_of,
                requested_by=run.requested_by,
                made_at=run.made_at,
                follows=run.follows,
                cause=run.cause,
                keep_bonus=run.keep_bonus,
                policy_version=run.policy_version,
                totals=totals_json(run.totals),
                audit=audit_json(run.audit),
            )
        )
        for start in range(0, len(prices), ROWS_AT_ONCE):
            await insert_rows(
                self.connection,
                matching_prices,
                [_price_row(run, price) for price in prices[start : start + ROWS_AT_ONCE]],
            )

    async def one(self, run_id: UUID) -> MatchingRun | None:
        row = (await self.connection.execute(select(matching_runs).where(matching_runs.c.id == run_id))).first()
        return None if row is None else _run(row)

    async def newest_for(self, area_path: str) -> UUID | None:
        """The last run that covered this area."""
        found: UUID | None = await self.connection.scalar(
            select(matching_runs.c.id)
            .where(literal(area_path).startswith(matching_runs.c.area_path))
            .order_by(matching_runs.c.n.desc())
            .limit(1)
        )
        return found

    async def page(self, area_path: str, *, after: int | None, count: int) -> Sequence[tuple[int, MatchingRun]]:
        """At or below an area, newest first, with their numbers."""
        query = select(matching_runs).where(_within(area_path))
        if after is not None:
            query = query.where(matching_runs.c.n < after)
        rows = await self.connection.execute(query.order_by(matching_runs.c.n.desc()).limit(count))
        return [(row.n, _run(row)) for row in rows]

    async def count(self, area_path: str) -> int:
        query = select(func.count()).select_from(matching_runs).where(_within(area_path))
        return int(await self.connection.scalar(query) or 0)

    async def prices_above_zero(self, run_id: UUID) -> dict[UUID, int]:
        rows = await self.connection.execute(
            select(matching_prices.c.vacancy_id, matching_prices.c.price).where(
                matching_prices.c.run_id == run_id, matching_prices.c.price > 0
            )
        )
        return {row.vacancy_id: row.price for row in rows}

    async def prices_of(self, run_id: UUID) -> list[PlacePrice]:
        rows = await self.connection.execute(
            select(matching_prices).where(matching_prices.c.run_id == run_id).order_by(matching_prices.c.vacancy_id)
        )
        return [_price(row) for row in rows]

    async def price_page(self, run_id: UUID, *, after: UUID | None, count: int) -> list[PlacePrice]:
        query = select(matching_prices).where(matching_prices.c.run_id == run_id)
        if after is not None:
            query = query.where(matching_prices.c.vacancy_id > after)
        rows = await self.connection.execute(query.order_by(matching_prices.c.vacancy_id).limit(count))
        return [_price(row) for row in rows]

    async def count_prices(self, run_id: UUID) -> int:
        query = select(func.count()).select_from(matching_prices).where(matching_prices.c.run_id == run_id)
        return int(await self.connection.scalar(query) or 0)

    async def proposals(self, run_id: UUID, wanted: ProposalFilter, *, after: int | None, count: int) -> list[Proposal]:
        query = select(matching_proposals).where(_wanted(run_id, wanted))
        if after is not None:
            query = query.where(matching_proposals.c.number > after)
        rows = await self.connection.execute(query.order_by(matching_proposals.c.number).limit(count))
        return [_proposal(row) for row in rows]

    async def count_proposals(self, run_id: UUID, wanted: ProposalFilter) -> int:
        query = select(func.count()).select_from(matching_proposals).where(_wanted(run_id, wanted))
        return int(await self.connection.scalar(query) or 0)

    async def proposed_to(self, run_id: UUID) -> dict[UUID, UUID]:
        """By worker the proposed vacancy."""
        rows = await self.connection.execute(
            select(matching_proposals.c.worker_id, matching_proposals.c.vacancy_id).where(
                matching_proposals.c.run_id == run_id, matching_proposals.c.vacancy_id.is_not(None)
            )
        )
        return {row.worker_id: row.vacancy_id for row in rows}

    async def newest_proposing(self, *, vacancy_id: UUID | None = None, worker_ids: Collection[UUID] = ()) -> set[UUID]:
        """The last run of its area, where it proposes this vacancy or something to one of these workers."""
        newest = select(func.max(matching_runs.c.n).label("n")).group_by(matching_runs.c.area_path).scalar_subquery()
        query = (
            select(matching_proposals.c.run_id)
            .join(matching_runs, matching_runs.c.id == matching_proposals.c.run_id)
            .where(matching_runs.c.n.in_(newest))
        )
        if vacancy_id is not None:
            query = query.where(matching_proposals.c.vacancy_id == vacancy_id)
        if worker_ids:
            query = query.where(one_of(matching_proposals.c.worker_id, set(worker_ids)))
        return {row.run_id for row in await self.connection.execute(query.distinct())}

    async def newest_around(self, area_path: str) -> set[UUID]:
        """The last run of each area that holds this one or lies within it."""
        query = (
            select(matching_runs.c.id)
            .where(literal(area_path).startswith(matching_runs.c.area_path) | _within(area_path))
            .ext(distinct_on(matching_runs.c.area_path))
            .order_by(matching_runs.c.area_path, matching_runs.c.n.desc())
        )
        return {row.id for row in await self.connection.execute(query)}

    async def is_following(self, kind: str, run_id: UUID) -> bool:
        """Whether a run that follows this one waits already."""
        found = await self.connection.scalar(
            select(jobs.c.id)
            .where(jobs.c.kind == kind, jobs.c.state == "QUEUED", jobs.c.payload["follows"].astext == str(run_id))
            .limit(1)
        )
        return found is not None


def _within(area_path: str) -> ColumnElement[bool]:
    return (matching_runs.c.area_path >= area_path) & (matching_runs.c.area_path < area_path + "~")


def _wanted(run_id: UUID, wanted: ProposalFilter) -> ColumnElement[bool]:
    found: ColumnElement[bool] = matching_proposals.c.run_id == run_id
    if wanted.placed is not None:
        vacancy = matching_proposals.c.vacancy_id
        found &= vacancy.is_not(None) if wanted.placed else vacancy.is_(None)
    if wanted.moved is not None:
        moved = matching_proposals.c.moved_from
        found &= moved.is_not(None) if wanted.moved else moved.is_(None)
    if wanted.vacancy_id is not None:
        found &= matching_proposals.c.vacancy_id == wanted.vacancy_id
    return found


def _price_row(run: MatchingRun, price: PlacePrice) -> dict[str, object]:
    return {
        "run_id": run.id,
        "vacancy_id": price.vacancy_id,
        "area_path": run.area_path,
        "places": price.places,
        "proposed": price.proposed,
        "price": price.price,
        "least": price.least,
        "too_few": price.too_few,
    }


def _proposal_row(run_id: UUID, one: Proposal) -> dict[str, object]:
    return {
        "run_id": run_id,
        "number": one.number,
        "worker_id": one.worker_id,
        "area_path": one.area_path,
        "vacancy_id": one.vacancy_id,
        "moved_from": one.moved_from,
        "options": one.options,
        "score": one.score,
        "price": one.price,
        "stable": one.stable,
        "gain_cents": one.gain_cents,
        "weight": one.weight,
        "way_cents": one.way_cents,
        "care_cents": one.care_cents,
        "km": one.km,
        "companion_id": one.companion_id,
    }


def _run(row: Row[tuple[object, ...]]) -> MatchingRun:
    return MatchingRun(
        id=row.id,
        area_path=row.area_path,
        as_of=row.as_of,
        requested_by=row.requested_by,
        made_at=row.made_at,
        follows=row.follows,
        cause=None if row.cause is None else Cause(row.cause),
        keep_bonus=row.keep_bonus,
        policy_version=row.policy_version,
        totals=totals_of(row.totals),
        audit=audit_of(row.audit),
    )


def _price(row: Row[tuple[object, ...]]) -> PlacePrice:
    return PlacePrice(
        vacancy_id=row.vacancy_id,
        places=row.places,
        proposed=row.proposed,
        price=row.price,
        least=row.least,
        too_few=row.too_few,
    )


def _proposal(row: Row[tuple[object, ...]]) -> Proposal:
    return Proposal(
        number=row.number,
        worker_id=row.worker_id,
        area_path=row.area_path,
        vacancy_id=row.vacancy_id,
        moved_from=row.moved_from,
        options=row.options,
        score=row.score,
        price=row.price,
        stable=row.stable,
        gain_cents=row.gain_cents,
        weight=row.weight,
        way_cents=row.way_cents,
        care_cents=row.care_cents,
        km=row.km,
        companion_id=row.companion_id,
    )
