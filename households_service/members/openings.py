"""Who opened the personal details of a household's members: for the household itself.

Read from the audit log, and only what opens details: that a member proved who they are says that they look for work,
which is theirs alone to tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.tables import audit
from households_service.access import Action
from households_service.metadata import one_of

MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOpening:
    member_id: UUID
    at: datetime
    by: str
    roles: tuple[str, ...]
    reason: str
    fields: tuple[str, ...]


async def openings_of(connection: AsyncConnection, member_ids: Iterable[UUID]) -> Sequence[RecordOpening]:
    """The newest first, at most `MOST`."""
    rows = await connection.execute(
        select(audit)
        .where(one_of(audit.c.subject_id, [str(one) for one in member_ids]), audit.c.action == Action.REVEAL_MEMBER)
        .order_by(audit.c.n.desc())
        .limit(MOST)
    )
    return [
        RecordOpening(
            member_id=UUID(row.subject_id),
            at=row.at,
            by=row.actor,
            roles=tuple(row.roles),
            reason=row.purpose,
            fields=tuple(row.fields),
        )
        for row in rows
    ]
