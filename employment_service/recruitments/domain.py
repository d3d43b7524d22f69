"""Recruiting a group: n decisions of n people, and no count of those who were asked.

The platform asks everybody whom the work suits, in place of an officer who would remember whom they asked. What the
office sees afterwards is who has confirmed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.errors import Conflict


class RecruitedAsAGroup(Conflict):
    """Nobody offers this work by hand any more, so that no answer tells whether somebody was asked."""

    code = "RECRUITED_AS_A_GROUP"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRecruitment:
    vacancy_id: UUID
    area_path: str
    """Whose people are asked."""
    opened_by: str
    opened_at: datetime
