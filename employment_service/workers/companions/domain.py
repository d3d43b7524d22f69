"""Two workers who name each other go to one workplace together, or nowhere. Pure.

A name counts for nothing until the other names back. Whoever was named sees it and may refuse; the one who asked sees
the same then as before: not confirmed. Either ends it by taking their own name back.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from chassis.errors import InvalidInput


class CompanionIsOneself(InvalidInput):
    code = "COMPANION_IS_ONESELF"


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """`display_name`: `None` as long as it could tell whether there is such a worker."""

    worker_id: UUID
    display_name: str | None
    confirmed: bool


def require_another(worker_id: UUID, companion_id: UUID) -> None:
    if worker_id == companion_id:
        raise CompanionIsOneself("A companion is somebody else.", field="workerId")
