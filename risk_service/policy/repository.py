from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.ids import new_id
from risk_service.policy.domain import PolicyPack
from risk_service.policy.reading import read_pack
from risk_service.policy.tables import policy_packs

# A pack's text never changes once stored, so it is read once per process.
read_stored = lru_cache(maxsize=256)(read_pack)


@dataclass(frozen=True, slots=True)
class PolicyRepository:
    connection: AsyncConnection

    async def all(self) -> list[PolicyPack]:
        rows = await self.connection.execute(select(policy_packs.c.source))
        return [read_stored(row.source) for row in rows]

    async def hash_of(self, *, area: str, name: str, version: str) -> str | None:
        query = select(policy_packs.c.content_hash).where(
            policy_packs.c.area == area, policy_packs.c.name == name, policy_packs.c.version == version
        )
        found: str | None = await self.connection.scalar(query)
        return found

    async def add(self, pack: PolicyPack, source: str, *, at: datetime, by: str) -> None:
        await self.connection.execute(
            insert(policy_packs).values(
                id=new_id(),
                name=pack.name,
                version=pack.version,
                area=pack.area_path,
                effective_from=pack.effective_from,
                effective_until=pack.effective_until,
                approved_by=pack.approved_by,
                approved_on=pack.approved_on,
                content_hash=pack.content_hash,
                source=source,
                applied_at=at,
                applied_by=by,
            )
        )
