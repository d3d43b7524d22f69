"""Every query on what was told for audits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.vault import Vault
from employment_service.metadata import one_of
from employment_service.safeguards.audit_facts.domain import SexForAudits
from employment_service.safeguards.audit_facts.tables import audit_facts as table


@dataclass(frozen=True, slots=True)
class AuditFactRepository:
    connection: AsyncConnection
    vault: Vault

    async def put(self, worker_id: UUID, area_path: str, sex: SexForAudits | None) -> None:
        """None: takes back what was told; nothing is left of it."""
        if sex is None:
            await self.connection.execute(delete(table).where(table.c.worker_id == worker_id))
            return
        fresh = upsert(table).values(
            worker_id=worker_id, area_path=area_path, sex_sealed=self.vault.seal(sex, place=_place(worker_id))
        )
        await self.connection.execute(
            fresh.on_conflict_do_update(
                index_elements=[table.c.worker_id],
                set_={"sex_sealed": fresh.excluded.sex_sealed, "area_path": fresh.excluded.area_path},
            )
        )

    async def of(self, worker_ids: Collection[UUID]) -> Mapping[UUID, SexForAudits]:
        rows = await self.connection.execute(select(table).where(one_of(table.c.worker_id, worker_ids)))
        return {
            row.worker_id: SexForAudits(self.vault.open(row.sex_sealed, place=_place(row.worker_id))) for row in rows
        }


def _place(worker_id: UUID) -> str:
    return f"audit_facts.sex:{worker_id}"
