"""The records of one step and what is known of them, read once and written once, whatever their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from households_service.feeds.departments import Department, EventType
from households_service.feeds.domain import RowStatus, StoredRecord
from households_service.feeds.incoming import FeedRecord
from households_service.feeds.refusals import RecordWithdrawn, ReimbursementTooLarge
from households_service.uow import HouseholdsUnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A record that found its subject. `first`: the record it is, or corrects. `remaining_cents`: of that, now."""

    record: StoredRecord
    first: StoredRecord
    remaining_cents: int


@dataclass(slots=True, kw_only=True)
class RecordBook:
    """Versions by record id, in their order. What is put in is written by `write`."""

    _versions: defaultdict[str, list[StoredRecord]] = field(default_factory=lambda: defaultdict(list))
    _correcting: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _fresh: dict[UUID, StoredRecord] = field(default_factory=dict)
    _superseded: list[UUID] = field(default_factory=list)
    _unlinked: list[UUID] = field(default_factory=list)
    _withdrawn: list[UUID] = field(default_factory=list)

    def newest(self, record_id: str) -> StoredRecord | None:
        """The newest version, whatever became of it."""
        versions = self._versions.get(record_id)
        return versions[-1] if versions else None

    def is_repeated(self, record: FeedRecord, content: bytes, *, within: UUID) -> bool:
        """Was exactly this received before? Then it changes nothing, also when a newer version came in between: whole
        batches are sent again under new numbers.

        Who means to go back to what was before says so by a `sentAt` after that of the newest version, or in one
        batch: its later row counts.
        """
        versions = self._versions.get(record.record_id)
        if not versions:
            return False
        newest = versions[-1]
        if newest.content_token == content:
            return True
        if record.sent_at is not None and (newest.sent_at is None or record.sent_at > newest.sent_at):
            return False
        return newest.batch_key != within and any(one.content_token == content for one in versions)

    def all_newest(self) -> Iterable[StoredRecord]:
        return (versions[-1] for versions in self._versions.values())

    def linked_version(self, record_id: str) -> StoredRecord | None:
        """The newest version that found its subject: what counts."""
        versions = reversed(self._versions.get(record_id, []))
        linked = (one for one in versions if one.link_rule is not None and one.status is not RowStatus.UNLINKED)
        return next(linked, None)

    def corrections_of(self, record_id: str) -> Sequence[StoredRecord]:
        """Linked corrections that are in force."""
        own = (version for other in self._correcting.get(record_id, ()) for version in self._versions[other])
        return [one for one in own if one.status is RowStatus.LINKED and one.corrects == record_id]

    def withdrawn(self, record_id: str, *, but_by: str = "") -> bool:
        own = (version for other in self._correcting.get(record_id, ()) for version in self._versions[other])
        return any(
            one.event_type is EventType.WITHDRAWAL
            and one.corrects == record_id
            and one.record_id != but_by
            and one.status in {RowStatus.LINKED, RowStatus.WITHDRAWN}
            for one in own
        )

    def remaining(self, first: StoredRecord, *, but: str = "") -> int:
        """Cents of a record after its corrections, without the one of the id `but`."""
        return first.cents + sum(one.cents for one in self.corrections_of(first.record_id) if one.record_id != but)

    def require_covered(self, record: StoredRecord, first: StoredRecord) -> None:
        """`record`, not yet in the book, is `first` or corrects it. Raises ReimbursementTooLarge or RecordWithdrawn."""
        if self.withdrawn(first.record_id, but_by=record.record_id):
            raise RecordWithdrawn("The record was withdrawn: send a new one.", field="recordId")
        own = 0 if record is first else record.cents
        if self.remaining(first, but=record.record_id) + own < 0:
            raise ReimbursementTooLarge("More is paid back than was paid.", field=record.feed.amount)

    def put(self, record: StoredRecord) -> None:
        """A new version; the one before gives way."""
        before = self.newest(record.record_id)
        if before is not None and before.status in {RowStatus.LINKED, RowStatus.IN_REVIEW}:
            gone = replace(before, status=RowStatus.SUPERSEDED)
            self._versions[record.record_id][-1] = gone
            if before.id in self._fresh:
                self._fresh[before.id] = gone
            else:
                self._superseded.append(before.id)
        self._add(record)
        self._fresh[record.id] = record

    def withdraw(self, record_id: str) -> None:
        """Nobody need look any more at what waits of a record, or corrects it."""
        for other in (record_id, *self._correcting.get(record_id, ())):
            waiting = self.newest(other)
            if waiting is not None and waiting.status is RowStatus.IN_REVIEW:
                gone = replace(waiting, status=RowStatus.WITHDRAWN)
                self._versions[other][-1] = gone
                if waiting.id in self._fresh:
                    self._fresh[waiting.id] = gone
                else:
                    self._withdrawn.append(waiting.id)

    def unlink(self, waiting: StoredRecord) -> None:
        """No version of the record is anybody's any more; `waiting`, a new version, waits for a person."""
        versions = self._versions[waiting.record_id]
        for at, version in enumerate(versions):
            if version.link_rule is not None and version.status is not RowStatus.UNLINKED:
                versions[at] = replace(version, status=RowStatus.UNLINKED)
                self._unlinked.append(version.id)
        self.put(waiting)

    def decide(self, record: StoredRecord) -> None:
        """A version that waited, as a person decided over it."""
        versions = self._versions[record.record_id]
        self._versions[record.record_id] = [record if version.id == record.id else version for version in versions]

    def linked(self, record: StoredRecord) -> Linked:
        """Of a record in the book that found its subject."""
        first = record
        if record.corrects is not None:
            found = self.linked_version(record.corrects)
            if found is None:
                raise AssertionError("A linked correction corrects a linked record.")
            first = found
        return Linked(record=record, first=first, remaining_cents=max(self.remaining(first), 0))

    async def write(self, uow: HouseholdsUnitOfWork) -> None:
        await uow.records.supersede(self._superseded)
        if self._unlinked:
            await uow.records.unlink(self._unlinked)
        await uow.records.withdraw(self._withdrawn)
        await uow.records.add(list(self._fresh.values()))
        self._fresh, self._superseded, self._unlinked, self._withdrawn = {}, [], [], []

    def _add(self, record: StoredRecord) -> None:
        self._versions[record.record_id].append(record)
        if record.corrects is not None:
            self._correcting[record.corrects].add(record.record_id)


async def book_of(uow: HouseholdsUnitOfWork, department: Department, record_ids: Iterable[str]) -> RecordBook:
    """`record_ids`: of the records, and of those that they correct."""
    book = RecordBook()
    for version in await uow.records.versions(department, sorted(set(record_ids))):
        book._add(version)  # noqa: SLF001 - not new
    return book
