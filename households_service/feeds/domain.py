"""What is kept of department records, batches of them, and what is told to other services.

A record that nobody can be sure about waits for a person in the review list; it is never dropped and never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from households_service.feeds.catalogue.declaration import Feed
from households_service.feeds.catalogue.known import feed_of
from households_service.feeds.departments import Department, EventType
from households_service.feeds.details import Details

RAW_ROW_DAYS = 90
LARGEST_BATCH = 1_000
"""Records of one API call; more come as a file."""


class RowStatus(StrEnum):
    LINKED = "LINKED"
    IN_REVIEW = "IN_REVIEW"
    REJECTED_IN_REVIEW = "REJECTED_IN_REVIEW"
    SUPERSEDED = "SUPERSEDED"
    UNLINKED = "UNLINKED"
    """It was linked once, and a person undid that; a later version waits or was linked anew."""
    WITHDRAWN = "WITHDRAWN"
    """It waited for a person when its department took it back; also what took it back. It never counted."""


class LinkRule(StrEnum):
    ID_NUMBER = "ID_NUMBER"
    HOUSEHOLD_AND_NAME = "HOUSEHOLD_AND_NAME"
    HOUSEHOLD_AND_BIRTH_DATE = "HOUSEHOLD_AND_BIRTH_DATE"
    SAME_AS_BEFORE = "SAME_AS_BEFORE"
    """A new version that says of its person what the linked one said."""
    DECIDED_BY_PERSON = "DECIDED_BY_PERSON"
    AS_CORRECTED = "AS_CORRECTED"
    """A withdrawal that names nobody is about whom the record it takes back is about."""
    LINKAGE = "LINKAGE"
    """Weighed field by field: the odds are above the model's threshold, and nothing contradicts."""
    PLACE = "PLACE"
    """About a supply point or an area, by its registered number."""


class ReviewReason(StrEnum):
    UNKNOWN_PERSON = "UNKNOWN_PERSON"
    AMBIGUOUS_PERSON = "AMBIGUOUS_PERSON"
    IDENTIFIERS_DISAGREE = "IDENTIFIERS_DISAGREE"
    NOT_ENOUGH_IDENTIFIERS = "NOT_ENOUGH_IDENTIFIERS"
    OTHER_PERSON_THAN_CORRECTED = "OTHER_PERSON_THAN_CORRECTED"
    CORRECTED_ROW_IN_REVIEW = "CORRECTED_ROW_IN_REVIEW"
    LIKELY_PERSON = "LIKELY_PERSON"
    """Weighed field by field: somebody comes into question, but not surely enough."""
    JUDGED_DIFFERENT = "JUDGED_DIFFERENT"
    """Whom it would be linked to was judged by a person to be somebody else."""
    LINK_UNDONE = "LINK_UNDONE"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecord:
    """One version of a record as kept: identifiers only as tokens, the raw row sealed elsewhere for 90 days."""

    id: UUID
    department: Department
    record_id: str
    version: int
    batch_key: UUID
    row: int
    area_path: str
    status: RowStatus
    content_token: bytes
    person_token: bytes
    event_type: EventType
    event_date: date
    purpose_code: str
    sent_at: datetime | None
    corrects: str | None
    details: Details
    received_at: datetime
    household_id: UUID | None = None
    member_id: UUID | None = None
    link_rule: LinkRule | None = None
    review_reason: ReviewReason | None = None
    candidate_ids: tuple[UUID, ...] = ()
    point_id: UUID | None = None
    resolved_by: str | None = None
    resolved_at: datetime | None = None
    reject_reason: str | None = None

    @property
    def feed(self) -> Feed:
        return feed_of(self.department)

    @property
    def cents(self) -> int:
        """Of the money that counts; negative for what is paid back or withdrawn."""
        return int(self.feed.money_in(self.details) * 100)

    @property
    def dated(self) -> date:
        """The day its money counts on."""
        name = self.feed.dated_by
        return (self.details.day(name) if name is not None else None) or self.event_date


class BatchState(StrEnum):
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchAccount:
    """Read = linked + review + rejected + unchanged, always."""

    read: int = 0
    linked: int = 0
    review: int = 0
    rejected: int = 0
    unchanged: int = 0
    banned_columns_dropped: int = 0

    @property
    def balanced(self) -> bool:
        return self.read == self.linked + self.review + self.rejected + self.unchanged


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentBatch:
    """`id` is ours, `batch_id` the department's. `file_id` None: it came over the API."""

    id: UUID
    department: Department
    batch_id: str
    area_path: str
    state: BatchState
    account: BatchAccount
    content_token: bytes
    submitted_by: str
    received_at: datetime
    finished_at: datetime | None = None
    file_id: UUID | None = None
    job_id: UUID | None = None
    refusal_code: str | None = None
    refusal_message: str | None = None
    header_row: int | None = None
    """Of a file, once it is read: which of its rows was taken for the header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentRecordLinked:
    """Goes to other services: no name, no ID number, no diagnosis."""

    record: StoredRecord
    household_id: UUID
    member_id: UUID
    area_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentRecordUnlinked:
    """Goes to other services: `record`, a version that was told of, is not this household's after all.

    `version`: the one that waits now; what is told later of the record has a higher one.
    """

    record: StoredRecord
    household_id: UUID
    member_id: UUID
    area_path: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaConditionReported:
    """Goes to other services: what was found at a place, and which households it serves, in parts."""

    record: StoredRecord
    subject_id: UUID
    household_ids: tuple[UUID, ...]
    part: int
    parts: int
