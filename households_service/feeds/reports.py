"""What was found at a place, told to whoever keeps copies: one event for all whom a point serves on the day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from households_service.feeds.domain import AreaConditionReported, StoredRecord
from households_service.uow import HouseholdsUnitOfWork

HOUSEHOLDS_AT_ONCE = 200
"""Of one event: who takes it in does so in one transaction."""


async def reports_of(uow: HouseholdsUnitOfWork, records: Sequence[StoredRecord]) -> list[AreaConditionReported]:
    """In their order; where many are served, in parts."""
    served: dict[tuple[UUID, object], list[UUID]] = defaultdict(list)
    for day in sorted({record.event_date for record in records}):
        points = sorted({record.point_id for record in records if record.point_id and record.event_date == day})
        for point_id, household_id in await uow.points.served(points, day) if points else ():
            served[point_id, day].append(household_id)
    areas = await uow.areas.by_paths({record.area_path for record in records})
    found: list[AreaConditionReported] = []
    for record in records:
        subject = record.point_id or areas[record.area_path].id
        own = served.get((subject, record.event_date), [])
        groups = [own[at : at + HOUSEHOLDS_AT_ONCE] for at in range(0, len(own), HOUSEHOLDS_AT_ONCE)] or [[]]
        found += (
            AreaConditionReported(
                record=record, subject_id=subject, household_ids=tuple(group), part=part, parts=len(groups)
            )
            for part, group in enumerate(groups, start=1)
        )
    return found
