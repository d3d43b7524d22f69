"""What a sector department sends about a person, and where each record ends up.

Fields are an allow-list. A record that nobody can be sure about waits for a person in the review list; it is never
dropped and never guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from households_service.feeds.refusals import (
    CorrectsNotAllowed,
    DepartmentUnknown,
    NegativeAmount,
    PersonMissing,
    RecordIdMalformed,
    ReimbursementNotNegative,
)
from households_service.members.id_number import IdNumber

RAW_ROW_DAYS = 90
LARGEST_BATCH = 1_000
"""Records of one API call; more come as a file."""


class Department(StrEnum):
    HEALTH_INSURANCE = "HEALTH_INSURANCE"


class CareSetting(StrEnum):
    INPATIENT = "INPATIENT"
    OUTPATIENT = "OUTPATIENT"
    CHRONIC = "CHRONIC"


class EventType(StrEnum):
    SETTLEMENT = "SETTLEMENT"
    REIMBURSEMENT = "REIMBURSEMENT"
    """Money paid back on an earlier settlement: negative, and it names the record it corrects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonReference:
    """Who a record speaks of; all optional, at least one given."""

    id_number: IdNumber | None = None
    name: str | None = None
    date_of_birth: date | None = None
    village_code: str | None = None
    household_code: str | None = None

    def __post_init__(self) -> None:
        given = (self.id_number, self.name, self.date_of_birth, self.village_code, self.household_code)
        if all(value is None for value in given):
            raise PersonMissing("A record names its person by at least one identifier.", field="person")

    def __repr__(self) -> str:
        """Never the values: a repr ends in logs and tracebacks."""
        return "PersonReference(...)"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRecord:
    """One record, every field understood. `amount`: paid by the person after insurance and aid."""

    row: int
    record_id: str
    person: PersonReference
    event_type: EventType
    event_date: date
    purpose_code: str
    sent_at: datetime | None
    corrects: str | None
    amount: Decimal
    settlement_date: date
    care_setting: CareSetting | None

    def __post_init__(self) -> None:
        require_record_id(self.record_id, field="recordId")
        if self.corrects is not None:
            require_record_id(self.corrects, field="corrects")
        if self.amount < 0 and (self.event_type is not EventType.REIMBURSEMENT or self.corrects is None):
            raise NegativeAmount(
                "A negative amount needs eventType REIMBURSEMENT and the record it corrects.", field="oopAmount"
            )
        if self.event_type is EventType.REIMBURSEMENT and self.amount >= 0:
            raise ReimbursementNotNegative("A reimbursement is negative.", field="oopAmount")
        if self.event_type is not EventType.REIMBURSEMENT and self.corrects is not None:
            raise CorrectsNotAllowed(
                "Only a reimbursement names a record it corrects; a change is sent under the same recordId.",
                field="corrects",
            )

    @property
    def cents(self) -> int:
        return int(self.amount * 100)

    def person_text(self) -> str:
        """Everything said of the person, in one order. Personal: only its keyed token may be stored."""
        person = self.person
        return "\n".join(
            str(value) if value is not None else ""
            for value in (
                person.id_number.text if person.id_number else None,
                person.name,
                person.date_of_birth,
                person.village_code,
                person.household_code,
            )
        )

    def content_text(self) -> str:
        """What makes a repeated record the same: everything but the envelope it came in (batch, time of sending)."""
        return "\n".join(
            (
                self.person_text(),
                self.event_type,
                self.event_date.isoformat(),
                self.purpose_code,
                self.corrects or "",
                f"{self.amount:.2f}",
                self.settlement_date.isoformat(),
                self.care_setting or "",
            )
        )


class RowStatus(StrEnum):
    LINKED = "LINKED"
    IN_REVIEW = "IN_REVIEW"
    REJECTED_IN_REVIEW = "REJECTED_IN_REVIEW"
    SUPERSEDED = "SUPERSEDED"


class LinkRule(StrEnum):
    ID_NUMBER = "ID_NUMBER"
    HOUSEHOLD_AND_NAME = "HOUSEHOLD_AND_NAME"
    HOUSEHOLD_AND_BIRTH_DATE = "HOUSEHOLD_AND_BIRTH_DATE"
    SAME_AS_BEFORE = "SAME_AS_BEFORE"
    """A new version that says of its person what the linked one said."""
    DECIDED_BY_PERSON = "DECIDED_BY_PERSON"


class ReviewReason(StrEnum):
    UNKNOWN_PERSON = "UNKNOWN_PERSON"
    AMBIGUOUS_PERSON = "AMBIGUOUS_PERSON"
    IDENTIFIERS_DISAGREE = "IDENTIFIERS_DISAGREE"
    NOT_ENOUGH_IDENTIFIERS = "NOT_ENOUGH_IDENTIFIERS"
    OTHER_PERSON_THAN_CORRECTED = "OTHER_PERSON_THAN_CORRECTED"
    CORRECTED_ROW_IN_REVIEW = "CORRECTED_ROW_IN_REVIEW"


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
    cents: int
    settlement_date: date
    care_setting: CareSetting | None
    received_at: datetime
    household_id: UUID | None = None
    member_id: UUID | None = None
    link_rule: LinkRule | None = None
    review_reason: ReviewReason | None = None
    candidate_ids: tuple[UUID, ...] = ()
    resolved_by: str | None = None
    resolved_at: datetime | None = None
    reject_reason: str | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentRecordLinked:
    """Goes to other services: no name, no ID number, no diagnosis."""

    record: StoredRecord
    household_id: UUID
    member_id: UUID
    area_path: str


def department_of(text: str) -> Department:
    try:
        return Department(text)
    except ValueError:
        raise DepartmentUnknown("No feed is known for this department.", field="department") from None


def require_record_id(text: str, *, field: str) -> str:
    """A key, not a text: what a department prints on its own list."""
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z._:/\-]{0,79}", text):
        raise RecordIdMalformed("A record id has 1 to 80 letters, digits and . _ : / -", field=field)
    # An ID number as a record id would travel in events.
    if re.fullmatch(r"\d{17}[\dXx]|\d{15}", text):
        raise RecordIdMalformed("A record id must not be a person's ID number.", field=field)
    return text
