"""What linked records do: the ledger follows them, and other services are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from households_service.feeds.book import Linked
from households_service.feeds.catalogue.declaration import EffectKind, Feed, Subject
from households_service.feeds.domain import AreaConditionReported, DepartmentRecordLinked, StoredRecord
from households_service.feeds.effects.registry import EFFECTS
from households_service.registry.domain import Household
from households_service.statements.service import announce_statements
from households_service.uow import HouseholdsUnitOfWork

HOUSEHOLDS_AT_ONCE = 200
"""Of one event: who takes it in does so in one transaction."""


async def take_effect(
    uow: HouseholdsUnitOfWork, feed: Feed, taken: Sequence[Linked], *, households: Mapping[UUID, Household]
) -> None:
    """Of records that are linked and stored, in their order. Where the ledger follows, statements are told.

    `households`: theirs, locked.
    """
    if not taken:
        return
    await EFFECTS[feed.effect].take(uow, taken)
    if feed.subject is Subject.PERSON:
        uow.emit(*(_linked(one.record) for one in taken))
        if feed.effect is not EffectKind.NONE:
            touched = {one.record.household_id for one in taken if one.record.household_id is not None}
            await announce_statements(uow, *(households[household_id] for household_id in sorted(touched)))
        return
    await _report(uow, [one.record for one in taken])


async def _report(uow: HouseholdsUnitOfWork, records: Sequence[StoredRecord]) -> None:
    """One event for whoever a point serves on the day; many are told of in parts."""
    served: dict[tuple[UUID, object], list[UUID]] = defaultdict(list)
    for day in sorted({record.event_date for record in records}):
        points = sorted({record.point_id for record in records if record.point_id and record.event_date == day})
        for point_id, household_id in await uow.points.served(points, day) if points else ():
            served[point_id, day].append(household_id)
    areas = await uow.areas.by_paths({record.area_path for record in records})
    for record in records:
        subject = record.point_id or areas[record.area_path].id
        found = served.get((subject, record.event_date), [])
        groups = [found[at : at + HOUSEHOLDS_AT_ONCE] for at in range(0, len(found), HOUSEHOLDS_AT_ONCE)] or [[]]
        for part, group in enumerate(groups, start=1):
            uow.emit(
                AreaConditionReported(
                    record=record, subject_id=subject, household_ids=tuple(group), part=part, parts=len(groups)
                )
            )


def _linked(record: StoredRecord) -> DepartmentRecordLinked:
    if record.household_id is None or record.member_id is None:
        raise AssertionError("Only a linked record takes effect.")
    return DepartmentRecordLinked(
        record=record, household_id=record.household_id, member_id=record.member_id, area_path=record.area_path
    )
