from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from risk_service.publishing.domain import ModelState, ModelVersion
from risk_service.publishing.tables import model_versions
from risk_service.scoring.points import PointsTable, read_points

read_table = lru_cache(maxsize=8)(read_points)
"""Parses a table and checks its hash, once a process."""


@dataclass(frozen=True, slots=True)
class ModelRepository:
    connection: AsyncConnection

    async def in_state(self, state: ModelState) -> ModelVersion | None:
        """The one that serves, or the one that runs beside it. Raises PointsTableDamaged."""
        row = (
            await self.connection.execute(select(model_versions).where(model_versions.c.state == state.value))
        ).first()
        return None if row is None else _version(row)

    async def active_version(self) -> str | None:
        query = select(model_versions.c.version).where(model_versions.c.state == ModelState.ACTIVE.value)
        found: str | None = await self.connection.scalar(query)
        return found

    async def find(self, version: str, *, lock: bool = False) -> ModelVersion | None:
        query = select(model_versions).where(model_versions.c.version == version)
        row = (await self.connection.execute(query.with_for_update() if lock else query)).first()
        return None if row is None else _version(row)

    async def newest(self, limit: int) -> list[ModelVersion]:
        query = select(model_versions).order_by(model_versions.c.n.desc()).limit(limit)
        return [_version(row) for row in await self.connection.execute(query)]

    async def add(self, table: PointsTable, *, households: int, by: str, at: datetime, why: str) -> bool:
        """False: this very table was published before, and nothing changed."""
        fresh = upsert(model_versions).values(
            version=table.version,
            body=table.to_json(),
            stage=table.stage,
            state=ModelState.PROPOSED.value,
            households=households,
            labels=table.labels,
            published_by=by,
            published_at=at,
            why=why,
        )
        outcome = await self.connection.execute(fresh.on_conflict_do_nothing(index_elements=["version"]))
        return outcome.rowcount == 1

    async def decide(self, version: str, *, to: ModelState, by: str, at: datetime, why: str) -> None:
        """Of ACTIVE and of SHADOW there is one: what was it before is retired."""
        values = {"decided_by": by, "decided_at": at, "why": why}
        if to in {ModelState.ACTIVE, ModelState.SHADOW}:
            former = model_versions.c.state == to.value
            await self.connection.execute(
                update(model_versions)
                .where(former, model_versions.c.version != version)
                .values(state=ModelState.RETIRED.value, **(values | {"why": f"{version} took its place."}))
            )
        own = model_versions.c.version == version
        await self.connection.execute(update(model_versions).where(own).values(state=to.value, **values))

    async def made_again(self, version: str, *, households: int, at: datetime) -> None:
        """The same table came out of newer facts: it is as new as they are."""
        own = model_versions.c.version == version
        await self.connection.execute(update(model_versions).where(own).values(households=households, published_at=at))

    async def reference(self, version: str) -> dict[str, list[float]] | None:
        query = select(model_versions.c.reference).where(model_versions.c.version == version)
        found: dict[str, list[float]] | None = await self.connection.scalar(query)
        return found

    async def put_reference(self, version: str, shares: dict[str, list[float]]) -> None:
        own = model_versions.c.version == version
        await self.connection.execute(update(model_versions).where(own).values(reference=shares))


def _version(row: Row[tuple[object, ...]]) -> ModelVersion:
    return ModelVersion(
        table=read_table(row.body),
        state=ModelState(row.state),
        households=row.households,
        published_by=row.published_by,
        published_at=row.published_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        why=row.why,
    )
