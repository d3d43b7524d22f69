from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.many_rows import put_rows
from chassis.tables import jobs
from risk_service.assessments.domain import Assessment
from risk_service.assessments.tables import assessments, assessments_due, models
from risk_service.copies.tables import statements
from risk_service.policy.domain import IncomeBasis, LikelihoodBand
from risk_service.scoring.fitting import VulnerabilityModel
from risk_service.scoring.likelihood import Contribution, Scored

read_model = lru_cache(maxsize=8)(VulnerabilityModel.from_json)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelNote:
    version: str
    households: int
    fitted_at: datetime


@dataclass(frozen=True, slots=True)
class AssessmentRepository:
    connection: AsyncConnection

    async def model(self) -> VulnerabilityModel | None:
        """The newest."""
        body = await self.connection.scalar(select(models.c.body).order_by(models.c.n.desc()).limit(1))
        return None if body is None else read_model(body)

    async def add_model(self, model: VulnerabilityModel, *, at: datetime) -> None:
        """Fitting the same model again makes it the newest without a second row."""
        fresh = upsert(models).values(
            version=model.version, body=model.to_json(), households=model.households, fitted_at=at
        )
        await self.connection.execute(delete(models).where(models.c.version == model.version))
        await self.connection.execute(fresh)

    async def newest_model(self) -> ModelNote | None:
        query = select(models.c.version, models.c.households, models.c.fitted_at).order_by(models.c.n.desc()).limit(1)
        row = (await self.connection.execute(query)).first()
        if row is None:
            return None
        return ModelNote(version=row.version, households=row.households, fitted_at=row.fitted_at)

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

    async def put(self, found: Iterable[Assessment]) -> None:
        rows = [_values(assessment) for assessment in found]
        await put_rows(self.connection, assessments, rows, key=("household_id",))

    async def many(self, ids: Sequence[UUID]) -> dict[UUID, Assessment]:
        rows = await self.connection.execute(select(assessments).where(assessments.c.household_id.in_(ids)))
        return {row.household_id: _assessment(row) for row in rows}

    async def ask_for(self, household_ids: Sequence[UUID], *, at: datetime) -> None:
        rows = [{"household_id": household_id, "since": at} for household_id in household_ids]
        await put_rows(self.connection, assessments_due, rows, key=("household_id",), keep=True)

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

    async def remove(self, household_id: UUID) -> None:
        await self.connection.execute(delete(assessments).where(assessments.c.household_id == household_id))

    async def move(self, household_id: UUID, area_path: str) -> None:
        moved = (assessments.c.household_id == household_id) & (assessments.c.area_path != area_path)
        await self.connection.execute(update(assessments).where(moved).values(area_path=area_path))


def _values(assessment: Assessment) -> dict[str, object]:
    return {
        "household_id": assessment.household_id,
        "area_path": assessment.area_path,
        "likelihood": assessment.scored.likelihood,
        "band": assessment.band.value,
        "horizon_months": assessment.horizon_months,
        "probit_index": assessment.scored.index,
        "typical_index": assessment.scored.typical_index,
        "contributions": [
            {"name": one.name, "value": one.value, "typical": one.typical, "amount": one.amount}
            for one in assessment.contributions
        ],
        "line": assessment.line,
        "currency": assessment.currency,
        "policy_version": assessment.policy_version,
        "model_version": assessment.model_version,
        "as_of": assessment.as_of,
        "scored_at": assessment.scored_at,
    }


def _assessment(row: Row[tuple[object, ...]]) -> Assessment:
    return Assessment(
        household_id=row.household_id,
        area_path=row.area_path,
        scored=Scored(
            likelihood=row.likelihood,
            index=row.probit_index,
            typical_index=row.typical_index,
            contributions=tuple(
                Contribution(name=one["name"], value=one["value"], typical=one["typical"], amount=one["amount"])
                for one in row.contributions
            ),
        ),
        band=LikelihoodBand(row.band),
        horizon_months=row.horizon_months,
        line=row.line,
        currency=row.currency,
        policy_version=row.policy_version,
        model_version=row.model_version,
        as_of=row.as_of,
        scored_at=row.scored_at,
    )
