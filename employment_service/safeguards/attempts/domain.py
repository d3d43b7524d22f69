"""Somebody tried to answer in a worker's place. Refused it was; here it stays on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentAttempt:
    """One person, one act, one offer and one day (UTC); trying again on that day only counts up.

    No name and nothing of the offer's content: `attempted_by` is a token subject, the rest are ids.
    """

    id: UUID
    action: str
    offer_id: UUID
    worker_id: UUID
    area_path: str
    attempted_by: str
    roles: tuple[str, ...]
    first_at: datetime
    last_at: datetime
    times: int = 1
