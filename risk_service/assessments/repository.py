from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import orjson
from sqlalchemy import Row, Select, Table, delete, func, literal, select, text, tuple_, union_all, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.graph import Page, PageRequest, decode_cursor, encode_cursor
from chassis.graph.pages import page_of
from chassis.many_rows import put_rows
from chassis.tables import jobs
from risk_service.assessments.domain import Assessment, AssessmentFilter, AssessmentOrder, Reading
from risk_service.assessments.tables import assessment_history, assessment_readings, assessments, assessments_due
from risk_service.copies.tables import statements
from risk_service.copies.visible import within
from risk_service.metadata import one_of
from risk_service.policy.domain import IncomeBasis, LikelihoodBand

_COLUMNS = tuple(column.name for column in assessments.columns)
_TOLD = ("inputs", "model_version", "policy_version", "line", "area_path")
"""What makes an assessment another one than before."""
_SAME = " and ".join(f"assessments.{name} is not distinct from fresh.{name}" for name in _TOLD)
# One statement: what is told no more goes into the history, as it was before the statement.
_PUT = text(f"""
    with fresh as materialized (
        select * from json_populate_recordset(cast(null as assessments), cast(cast(:rows as text) as json))
    ),
    kept as (
        insert into assessment_history ({", ".join(_COLUMNS)})
        select {", ".join(f"assessments.{name}" for name in _COLUMNS)}
        from assessments join fresh using (household_id)
        where not ({_SAME}) and assessments.known_at < fresh.known_at
        on conflict (household_id, known_at) do nothing
    )
    insert into assessments ({", ".join(_COLUMNS)}) select {", ".join(_COLUMNS)} from fresh
    on conflict (household_id) do update set
        {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name not in {"household_id", "known_at"})},
        known_at = case when {_SAME.replace("fresh.", "excluded.")}
            then assessments.known_at else excluded.known_at end
""")  # noqa: S608 - names come from the table's definition

_ASK = text("""
    insert into assessments_due (household_id, since)
    select id, cast(:at as timestamptz) from unnest(cast(:ids as uuid[])) as id order by id
    on conflict (household_id) do update set since = least(assessments_due.since, excluded.since)
""")


@dataclass(frozen=True, slots=True)
class AssessmentRepository:
    connection: AsyncConnection

    async def put(self, found: Iterable[Assessment]) -> None:
        """What is told anew; unchanged figures keep the instant since which they are known."""
        rows = [_values(assessment) for assessment in found]
        if rows:
            await self.connection.execute(_PUT, {"rows": orjson.dumps(rows, default=str).decode()})

    async def many(self, ids: Sequence[UUID]) -> dict[UUID, Assessment]:
        rows = await self.connection.execute(select(assessments).where(one_of(assessments.c.household_id, ids)))
        return {row.household_id: _assessment(row) for row in rows}

    async def told_at(self, ids: Sequence[UUID], at: datetime) -> dict[UUID, Assessment]:
        """What was told at an instant, of those of whom something was."""
        rows = await self.connection.execute(select(_told(at, list(ids)).subquery()))
        return {row.household_id: _assessment(row) for row in rows}

    async def vintage(self, at: datetime, *, after: UUID | None, limit: int, area_path: str = "") -> list[Assessment]:
        """What was told at an instant, in steps by household id."""
        told = _told(at).subquery()
        query = select(told).order_by(told.c.household_id).limit(limit)
        if after is not None:
            query = query.where(told.c.household_id > after)
        if area_path:
            query = query.where(told.c.area_path >= area_path, told.c.area_path < area_path + "~")
        return [_assessment(row) for row in await self.connection.execute(query)]

    async def first_told(self) -> datetime | None:
        """Since when anything was told of anybody who is still registered."""
        firsts = [select(func.min(table.c.known_at)) for table in (assessments, assessment_history)]
        found = [await self.connection.scalar(query) for query in firsts]
        return min((one for one in found if one is not None), default=None)

    async def page(self, wanted: AssessmentFilter, request: PageRequest) -> Page[Assessment]:
        query = _filtered(select(assessments), wanted)
        by_visit = wanted.order is AssessmentOrder.VISITS_FIRST
        if by_visit:
            query = query.order_by(assessments.c.visit_points.desc(), assessments.c.household_id.desc())
        else:
            query = query.order_by(assessments.c.household_id)
        if request.after is not None:
            points, key = decode_cursor(request.after, int, str)
            if by_visit:
                place = tuple_(assessments.c.visit_points, assessments.c.household_id)
                query = query.where(place < tuple_(literal(points), literal(UUID(str(key)))))
            else:
                query = query.where(assessments.c.household_id > UUID(str(key)))
        rows = (await self.connection.execute(query.limit(request.first + 1))).all()
        found = [_assessment(row) for row in rows]
        return page_of(found, request, lambda one: encode_cursor(one.visit_points, str(one.household_id)))

    async def count(self, wanted: AssessmentFilter) -> int:
        every = _filtered(select(assessments), wanted).subquery()
        return int(await self.connection.scalar(select(func.count()).select_from(every)) or 0)

    async def count_recorded(self) -> int:
        """Households with a recorded income."""
        totals = (
            statements.c.wage_cents
            + statements.c.production_cents
            + statements.c.property_cents
            + statements.c.transfer_cents
            + statements.c.production_cost_cents
        )
        query = (
            select(func.count())
            .select_from(statements)
            .where(statements.c.basis == IncomeBasis.RECEIVED_12M.value, totals != 0)
        )
        return int(await self.connection.scalar(query) or 0)

    async def is_job_waiting(self, kind: str) -> bool:
        query = select(jobs.c.id).where(jobs.c.kind == kind, jobs.c.state.in_(["QUEUED", "RUNNING"])).limit(1)
        return await self.connection.scalar(query) is not None

    async def ask_for(self, household_ids: Sequence[UUID], *, at: datetime) -> None:
        """In one order. Who waits already keeps its place, and is not taken up before this transaction has ended:
        what is told of it then knows what this one writes.
        """
        if household_ids:
            await self.connection.execute(_ASK, {"ids": [str(one) for one in household_ids], "at": at})

    async def take_due(self, limit: int) -> list[UUID]:
        """Those that have waited longest; what another process takes at this moment is left to it."""
        oldest = (
            select(assessments_due.c.household_id)
            .order_by(assessments_due.c.since)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        taken = delete(assessments_due).where(assessments_due.c.household_id.in_(oldest))
        return list((await self.connection.scalars(taken.returning(assessments_due.c.household_id))).all())

    async def note_readings(
        self, places: Mapping[UUID, str], *, reader: str, roles: Sequence[str], at: datetime, on: date
    ) -> None:
        """Once a day for each reader; `places`: area path by household."""
        rows = [
            {
                "household_id": key,
                "reader": reader,
                "read_on": on,
                "area_path": place,
                "roles": list(roles),
                "first_at": at,
            }
            for key, place in places.items()
        ]
        await put_rows(self.connection, assessment_readings, rows, key=("household_id", "reader", "read_on"), keep=True)

    async def readings(self, household_id: UUID, *, limit: int) -> list[Reading]:
        """The newest first."""
        query = (
            select(assessment_readings)
            .where(assessment_readings.c.household_id == household_id)
            .order_by(assessment_readings.c.first_at.desc(), assessment_readings.c.reader)
            .limit(limit)
        )
        return [
            Reading(reader=row.reader, roles=tuple(row.roles), read_on=row.read_on)
            for row in await self.connection.execute(query)
        ]

    async def remove(self, household_id: UUID) -> None:
        """As it is and as it was: it left the registry."""
        for table in (assessments, assessment_history, assessment_readings):
            await self.connection.execute(delete(table).where(table.c.household_id == household_id))

    async def move(self, household_id: UUID, area_path: str) -> None:
        for table in (assessments, assessment_history, assessment_readings):
            moved = (table.c.household_id == household_id) & (table.c.area_path != area_path)
            await self.connection.execute(update(table).where(moved).values(area_path=area_path))


def _told(at: datetime, ids: list[UUID] | None = None) -> Select[tuple[object, ...]]:
    """The newest of current and former assessments that were known at an instant, one a household."""

    def of(table: Table) -> Select[tuple[object, ...]]:
        query = select(*(table.c[name] for name in _COLUMNS)).where(table.c.known_at <= at)
        return query if ids is None else query.where(one_of(table.c.household_id, ids))

    every = union_all(of(assessments), of(assessment_history)).subquery()
    newest = select(every).ext(distinct_on(every.c.household_id))
    return newest.order_by(every.c.household_id, every.c.known_at.desc())


def _filtered(query: Select[tuple[object, ...]], wanted: AssessmentFilter) -> Select[tuple[object, ...]]:
    if wanted.area_path:
        query = query.where(within(assessments.c.area_path, wanted.area_path))
    return query if wanted.band is None else query.where(assessments.c.band == wanted.band.value)


def _values(one: Assessment) -> dict[str, object]:
    return {
        "household_id": one.household_id,
        "known_at": one.known_at,
        "area_path": one.area_path,
        "likelihood": one.likelihood,
        "without_support": one.without_support,
        "low": one.low,
        "high": one.high,
        "band": one.band.value,
        "visit_points": one.visit_points,
        "horizon_months": one.horizon_months,
        "base": one.base,
        # JSON has no NaN: it becomes null, and NaN again when it is read.
        "inputs": one.inputs,
        "contributions": one.contributions,
        "raising": one.raising,
        "lowering": one.lowering,
        "line": one.line,
        "currency": one.currency,
        "policy_version": one.policy_version,
        "model_version": one.model_version,
        "as_of": one.as_of,
        "scored_at": one.scored_at,
    }


def _assessment(row: Row[tuple[object, ...]]) -> Assessment:
    return Assessment(
        household_id=row.household_id,
        area_path=row.area_path,
        likelihood=row.likelihood,
        without_support=row.without_support,
        low=row.low,
        high=row.high,
        band=LikelihoodBand(row.band),
        visit_points=row.visit_points,
        horizon_months=row.horizon_months,
        base=row.base,
        inputs=tuple(math.nan if one is None else one for one in row.inputs),
        contributions=tuple(row.contributions),
        raising=tuple(row.raising),
        lowering=tuple(row.lowering),
        line=row.line,
        currency=row.currency,
        policy_version=row.policy_version,
        model_version=row.model_version,
        as_of=row.as_of,
        scored_at=row.scored_at,
        known_at=row.known_at,
    )
