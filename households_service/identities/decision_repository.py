from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from households_service.identities.decisions import (
    Finding,
    KeptCandidate,
    KeptWeight,
    LinkDecision,
    SampleCounts,
)
from households_service.identities.sketches import LinkField
from households_service.identities.tables import link_decisions
from households_service.metadata import one_of


class LinkDecisionRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, decisions: Sequence[LinkDecision]) -> None:
        if decisions:
            await self._connection.execute(insert(link_decisions), [_row(one) for one in decisions])

    async def of_records(self, record_keys: Iterable[UUID]) -> Mapping[UUID, LinkDecision]:
        query = select(link_decisions).where(one_of(link_decisions.c.record_key, record_keys))
        return {row.record_key: _decision(row) for row in await self._connection.execute(query)}

    async def note(self, record_key: UUID, found: Finding, *, by: str, at: datetime) -> None:
        await self._connection.execute(
            update(link_decisions)
            .where(link_decisions.c.record_key == record_key)
            .values(found=found, found_by=by, found_at=at)
        )

    async def sample_counts(self, area_path: str) -> SampleCounts:
        query = (
            select(link_decisions.c.found, func.count())
            .where(link_decisions.c.sampled, *_under(area_path))
            .group_by(link_decisions.c.found)
        )
        counts = {row[0]: int(row[1]) for row in await self._connection.execute(query)}
        return SampleCounts(
            drawn=sum(counts.values()),
            right=counts.get(Finding.RIGHT, 0),
            wrong=counts.get(Finding.WRONG, 0),
            unsure=counts.get(Finding.UNSURE, 0),
        )

    async def sampled_waiting(self, area_path: str, *, after: UUID | None, limit: int) -> Sequence[UUID]:
        """Records whose automatic link a person is asked about, oldest first."""
        query = (
            select(link_decisions.c.record_key)
            .where(link_decisions.c.sampled, link_decisions.c.found.is_(None), *_under(area_path))
            .order_by(link_decisions.c.record_key)
            .limit(limit)
        )
        if after is not None:
            query = query.where(link_decisions.c.record_key > after)
        return list(await self._connection.scalars(query))


def _under(path: str) -> tuple[ColumnElement[bool], ...]:
    return (link_decisions.c.area_path >= path, link_decisions.c.area_path < path + "~")


def _row(one: LinkDecision) -> dict[str, object]:
    return {
        "record_key": one.record_key,
        "area_path": one.area_path,
        "model_version": one.model_version,
        "outcome": one.outcome,
        "threshold_bits": one.threshold_bits,
        "decided_at": one.decided_at,
        "sampled": one.sampled,
        "candidates": [
            {
                "memberId": str(candidate.member_id),
                "probability": round(candidate.probability, 6),
                "bits": round(candidate.bits, 3),
                "contradicted": candidate.contradicted,
                "weights": [[weight.field, weight.agreement, weight.bits] for weight in candidate.weights],
            }
            for candidate in one.candidates
        ],
    }


def _decision(row: Row[tuple[object, ...]]) -> LinkDecision:
    return LinkDecision(
        record_key=row.record_key,
        area_path=row.area_path,
        model_version=row.model_version,
        outcome=row.outcome,
        threshold_bits=row.threshold_bits,
        decided_at=row.decided_at,
        sampled=row.sampled,
        found=None if row.found is None else Finding(row.found),
        candidates=tuple(
            KeptCandidate(
                member_id=UUID(one["memberId"]),
                probability=one["probability"],
                bits=one["bits"],
                contradicted=one["contradicted"],
                weights=tuple(
                    KeptWeight(field=LinkField(weight[0]), agreement=weight[1], bits=weight[2])
                    for weight in one["weights"]
                ),
            )
            for one in row.candidates
        ),
    )
