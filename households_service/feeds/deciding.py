"""Where a record that is taken belongs: to its subject, before a person, or with the record that it takes back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from households_service.feeds.book import RecordBook
from households_service.feeds.catalogue.declaration import Feed, Subject
from households_service.feeds.departments import CORRECTING, EventType
from households_service.feeds.domain import LinkRule, ReviewReason, RowStatus, StoredRecord
from households_service.feeds.incoming import FeedRecord
from households_service.feeds.linking import Linked, LinkedMember
from households_service.feeds.people import Links, Placed
from households_service.feeds.places import Places
from households_service.feeds.refusals import (
    CorrectsUnknownRecord,
    PersonChanged,
    RecordKindChanged,
    RecordWithdrawn,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Where a record goes. It is linked when there is a rule; a reason says why it waits.

    Neither: a withdrawal of what waits, which thereby needs nobody to look at it.
    """

    area_path: str
    rule: LinkRule | None = None
    member: LinkedMember | None = None
    point_id: UUID | None = None
    reason: ReviewReason | None = None
    candidate_ids: tuple[UUID, ...] = ()

    @property
    def status(self) -> RowStatus:
        if self.rule is not None:
            return RowStatus.LINKED
        return RowStatus.WITHDRAWN if self.reason is None else RowStatus.IN_REVIEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a record is judged by."""

    feed: Feed
    links: Links
    places: Places
    book: RecordBook


def decide(record: FeedRecord, person: bytes, known: Known) -> Decision:
    """Raises CorrectsUnknownRecord, PersonChanged, RecordKindChanged, RecordWithdrawn, or what `Places` raises."""
    if known.book.withdrawn(record.corrects or record.record_id, but_by=record.record_id):
        raise RecordWithdrawn("The record was withdrawn: send a new one.", field="recordId")
    before = known.book.linked_version(record.record_id)
    if before is not None and (before.event_type, before.corrects) != (record.event_type, record.corrects):
        raise RecordKindChanged("A record keeps its event type and what it corrects.", field="eventType")
    if record.event_type not in CORRECTING and known.feed.subject is not Subject.PERSON:
        place = known.places.of(record)
        return Decision(rule=LinkRule.PLACE, area_path=place.area_path, point_id=place.point_id)
    if before is not None and before.person_token == person:
        return _as(before, LinkRule.SAME_AS_BEFORE)
    placed = known.links.by_row.get(record.row)
    found = placed.found if placed is not None else None
    if isinstance(found, Linked) and before is not None and found.candidate.member_id != before.member_id:
        raise PersonChanged(
            "This record was linked to another person: send a reimbursement that corrects it, and a new record.",
            field="person",
        )
    if record.event_type in CORRECTING:
        return _decide_correction(record, person, placed, known.book)
    if placed is None:
        raise AssertionError("A first record of this feed names its person.")
    return _as_found(placed)


def _decide_correction(record: FeedRecord, person: bytes, placed: Placed | None, book: RecordBook) -> Decision:
    corrected = book.newest(record.corrects or "")
    if corrected is None or corrected.event_type in CORRECTING:
        raise CorrectsUnknownRecord("The record it corrects was never received as a first record.", field="corrects")
    first = book.linked_version(corrected.record_id)
    found = placed.found if placed is not None else None
    if first is None and _takes_back(record, person, corrected):
        return Decision(area_path=corrected.area_path)
    if first is None:
        return Decision(
            reason=ReviewReason.CORRECTED_ROW_IN_REVIEW,
            candidate_ids=(found.candidate.member_id,) if isinstance(found, Linked) else (),
            area_path=corrected.area_path,
        )
    if placed is None:
        return _as(first, LinkRule.AS_CORRECTED)
    waiting = _as_found(placed)
    if not isinstance(found, Linked):
        return replace(waiting, candidate_ids=_with(first.member_id, waiting.candidate_ids))
    if found.candidate.member_id != first.member_id:
        return Decision(
            reason=ReviewReason.OTHER_PERSON_THAN_CORRECTED,
            candidate_ids=_with(first.member_id, (found.candidate.member_id,)),
            area_path=first.area_path,
        )
    return waiting


def _takes_back(record: FeedRecord, person: bytes, waiting: StoredRecord) -> bool:
    """A withdrawal of what counts for nobody yet needs no person: unless it speaks of somebody else."""
    return record.event_type is EventType.WITHDRAWAL and (record.person is None or person == waiting.person_token)


def _as(linked: StoredRecord, rule: LinkRule) -> Decision:
    member = None
    if linked.member_id is not None and linked.household_id is not None:
        member = LinkedMember(member_id=linked.member_id, household_id=linked.household_id, area_path=linked.area_path)
    return Decision(member=member, point_id=linked.point_id, rule=rule, area_path=linked.area_path)


def _as_found(placed: Placed) -> Decision:
    found = placed.found
    if isinstance(found, Linked):
        return Decision(member=found.candidate.member, rule=found.rule, area_path=placed.area_path)
    return Decision(
        reason=found.reason,
        candidate_ids=tuple(candidate.member_id for candidate in found.candidates),
        area_path=placed.area_path,
    )


def _with(member_id: UUID | None, others: tuple[UUID, ...]) -> tuple[UUID, ...]:
    return others if member_id is None or member_id in others else (member_id, *others)
