"""What tells in a few rows whether anything changed of what a plan was made from, and of whom.

Workers are told apart by the last bits of a hash of their id: a row for each, over all that a plan reads of them. Of
those whose row changed everything is read again; of the others nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from employment_service.placements.domain import CURRENT

Stamp: TypeAlias = tuple[int, str]

_SEEKERS = """
    select id, household_id, area_path, version, (uuid_hash_extended(id, 0) & 2047)::int as bucket
    from workers where seeking and area_path >= :area and area_path < :area || '~'
"""
_PEOPLE = text(
    f"""
    with seekers as materialized ({_SEEKERS}), offered as (
        select s.bucket, uuid_hash_extended(o.id, (o.expires_at > :at)::int::bigint) as hash
        from offers o join seekers s on s.id = o.worker_id
    ), working as (
        select s.bucket, uuid_hash_extended(p.id, 1) as hash
        from placements p join seekers s on s.id = p.worker_id where p.state = any(:current)
    ), named as (
        select s.bucket, uuid_hash_extended(c.companion_id, 2) as hash
        from companions c join seekers s on s.id = c.worker_id where c.named_at is not null
        union all
        select s.bucket, uuid_hash_extended(c.worker_id, 3) as hash
        from companions c join seekers s on s.id = c.companion_id where c.named_at is not null
    ), warned as (
        select s.bucket, uuid_hash_extended(w.alert_id, w.hundredths) as hash
        from household_warnings w join seekers s on s.household_id = w.household_id
    )
    select bucket, count(*) as many, sum(hash)::text as total from (
        select s.bucket, uuid_hash_extended(s.id, s.version) # hashtextextended(s.area_path, 0)
            # coalesce(uuid_hash_extended(h.id, h.subject_sequence), 0) as hash
        from seekers s left join copied_households h on h.id = s.household_id
        union all select * from offered
        union all select * from working
        union all select * from named
        union all select * from warned
    ) all_of group by bucket
    """  # noqa: S608 - a constant and a number
)
_BUCKETS = text(f"select id, bucket from ({_SEEKERS}) seekers")  # noqa: S608 - a constant
_WITHIN = text(f"select id, bucket from ({_SEEKERS}) seekers where bucket = any(:buckets)")  # noqa: S608 - a constant
_AREAS = text(
    "select count(*), coalesce(sum(hashtextextended(path || ' ' || lat || ' ' || lon, 0)), 0)::text from copied_areas"
)


@dataclass(frozen=True, slots=True)
class StampRepository:
    connection: AsyncConnection

    async def people(self, area_path: str, *, at: datetime) -> dict[int, Stamp]:
        rows = await self.connection.execute(
            _PEOPLE, {"area": area_path, "at": at, "current": sorted(str(state) for state in CURRENT)}
        )
        return {row.bucket: (row.many, row.total) for row in rows}

    async def buckets(self, area_path: str, *, within: Collection[int] | None = None) -> dict[UUID, int]:
        """Of everybody who looks for work there, or of those in some of them."""
        given: dict[str, object] = {"area": area_path}
        if within is not None:
            given["buckets"] = sorted(within)
        rows: Sequence[tuple[UUID, int]] = [
            (row.id, row.bucket)
            for row in await self.connection.execute(_BUCKETS if within is None else _WITHIN, given)
        ]
        return dict(rows)

    async def areas(self) -> Stamp:
        row = (await self.connection.execute(_AREAS)).one()
        return int(row[0]), str(row[1])
