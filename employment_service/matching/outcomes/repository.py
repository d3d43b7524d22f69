"""Every query on outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from employment_service.copies.tables import copied_areas
from employment_service.matching.outcomes.domain import Begun
from employment_service.matching.tables import stability_outcomes
from employment_service.metadata import one_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Points and what became of them, of one county."""

    points: NDArray[np.int64]
    stable: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class OutcomeRepository:
    connection: AsyncConnection

    async def begin(self, begun: Begun) -> None:
        row = upsert(stability_outcomes).values(
            placement_id=begun.placement_id,
            area_path=begun.area_path,
            points=begun.points,
            accepted_on=begun.accepted_on,
        )
        await self.connection.execute(row.on_conflict_do_nothing())

    async def waiting(self, area_path: str, *, accepted_before: date, after: UUID | None, count: int) -> list[UUID]:
        """Placements not judged yet at or below an area, by id."""
        query = select(stability_outcomes.c.placement_id).where(
            stability_outcomes.c.judged_on.is_(None),
            stability_outcomes.c.accepted_on <= accepted_before,
            _within(area_path),
        )
        if after is not None:
            query = query.where(stability_outcomes.c.placement_id > after)
        rows = await self.connection.execute(query.order_by(stability_outcomes.c.placement_id).limit(count))
        return [row.placement_id for row in rows]

    async def judge(self, judged: Mapping[UUID, bool], *, on: date) -> None:
        """Once and for all: a verdict is never changed."""
        for stable in (True, False):
            ids = [placement_id for placement_id, each in judged.items() if each is stable]
            if ids:
                await self.connection.execute(
                    update(stability_outcomes)
                    .where(one_of(stability_outcomes.c.placement_id, ids), stability_outcomes.c.judged_on.is_(None))
                    .values(stable=stable, judged_on=on)
                )

    async def forget(self, placement_ids: list[UUID]) -> None:
        if placement_ids:
            await self.connection.execute(
                delete(stability_outcomes).where(one_of(stability_outcomes.c.placement_id, placement_ids))
            )

    async def counties(self) -> list[str]:
        rows = await self.connection.execute(
            select(copied_areas.c.path).where(copied_areas.c.level == "COUNTY").order_by(copied_areas.c.path)
        )
        return [row.path for row in rows]

    async def known_in(self, area_path: str) -> Known:
        """Judged, at or below an area, in an order that does not change."""
        rows = (
            await self.connection.execute(
                select(stability_outcomes.c.points, stability_outcomes.c.stable)
                .where(
                    stability_outcomes.c.judged_on.is_not(None),
                    _within(area_path),
                )
                .order_by(stability_outcomes.c.placement_id)
            )
        ).all()
        return Known(
            points=np.array([row.points for row in rows], dtype=np.int64),
            stable=np.array([row.stable for row in rows], dtype=bool),
        )


def _within(area_path: str) -> ColumnElement[bool]:
    return (stability_outcomes.c.area_path >= area_path) & (stability_outcomes.c.area_path < area_path + "~")
