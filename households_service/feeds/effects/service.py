"""What linked records do: the ledger follows them, and other services are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from households_service.feeds.book import Linked
from households_service.feeds.catalogue.declaration import EffectKind, Feed, Subject
from households_service.feeds.domain import DepartmentRecordLinked, StoredRecord
from households_service.feeds.effects.registry import EFFECTS
from households_service.feeds.reports import reports_of
from households_service.registry.domain import Household
from households_service.statements.service import announce_statements
from households_service.uow import HouseholdsUnitOfWork


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
    uow.emit(*await reports_of(uow, [one.record for one in taken]))


def _linked(record: StoredRecord) -> DepartmentRecordLinked:
    if record.household_id is None or record.member_id is None:
        raise AssertionError("Only a linked record takes effect.")
    return DepartmentRecordLinked(
        record=record, household_id=record.household_id, member_id=record.member_id, area_path=record.area_path
    )
