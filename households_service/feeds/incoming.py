"""A record as a department sends it, every field understood. Fields are an allow-list, declared in the catalogue."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from households_service.feeds.catalogue.declaration import Feed, Subject
from households_service.feeds.departments import CORRECTING, EventType
from households_service.feeds.details import Details
from households_service.feeds.refusals import (
    CorrectsMissing,
    CorrectsNotAllowed,
    FieldNeeded,
    NegativeAmount,
    PersonMissing,
    PersonNotAllowed,
    RecordIdMalformed,
    ReimbursementNotNegative,
)
from households_service.members.id_number import IdNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonReference:
    """Who a record speaks of; all optional, at least one given."""

    id_number: IdNumber | None = None
    mistyped_number: str | None = None
    """Eighteen characters whose check character does not fit: one slip of it may be undone."""
    name: str | None = None
    date_of_birth: date | None = None
    village_code: str | None = None
    household_code: str | None = None

    def __post_init__(self) -> None:
        numbers = (self.id_number, self.mistyped_number)
        given = (*numbers, self.name, self.date_of_birth, self.village_code, self.household_code)
        if all(value is None for value in given):
            raise PersonMissing("A record names its person by at least one identifier.", field="person")

    def __repr__(self) -> str:
        """Never the values: a repr ends in logs and tracebacks."""
        return "PersonReference(...)"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRecord:
    """One record, every field understood. `person` None: a withdrawal, or a record about a place.

    `sent_at`: only what the record itself says.
    """

    row: int
    record_id: str
    feed: Feed
    person: PersonReference | None
    event_type: EventType
    event_date: date
    purpose_code: str
    sent_at: datetime | None
    corrects: str | None
    details: Details

    def __post_init__(self) -> None:
        require_record_id(self.record_id, field="recordId")
        if self.corrects is not None:
            require_record_id(self.corrects, field="corrects")
        require_person(self.feed, self.event_type, named=self.person is not None)
        self._require_amounts()
        if self.event_type is EventType.WITHDRAWAL and self.corrects is None:
            raise CorrectsMissing("A withdrawal names the record it takes back.", field="corrects")
        if self.event_type not in CORRECTING and self.corrects is not None:
            raise CorrectsNotAllowed(
                "Only a reimbursement or a withdrawal names another record; a change is sent under the same recordId.",
                field="corrects",
            )
        for group in self.feed.event(self.event_type).needs:
            if all(self.details.get(name) is None for name in group):
                raise FieldNeeded(f"{self.event_type} needs {' or '.join(group)}.", field=group[0])

    @property
    def amount(self) -> Decimal:
        """Of the field whose money counts; nought where there is none."""
        return self.feed.money_in(self.details)

    @property
    def cents(self) -> int:
        return int(self.amount * 100)

    def person_text(self) -> str:
        """Everything said of the person, in one order. Personal: only its keyed token may be stored."""
        person = self.person
        if person is None:
            return ""
        return "\n".join(
            str(value) if value is not None else ""
            for value in (
                person.id_number.text if person.id_number else person.mistyped_number,
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
                *(self.details.shown(own.name) for own in self.feed.fields),
            )
        )

    def _require_amounts(self) -> None:
        """Only the money that counts can be paid back, and only of a record that is named."""
        name = self.feed.amount
        for own, value in self.details.values:
            paid_back = own == name and self.event_type is EventType.REIMBURSEMENT and self.corrects is not None
            if isinstance(value, Decimal) and value < 0 and not paid_back:
                raise NegativeAmount(
                    "A negative amount needs eventType REIMBURSEMENT and the record it corrects.", field=own
                )
        if self.event_type is EventType.REIMBURSEMENT and self.amount >= 0:
            raise ReimbursementNotNegative("A reimbursement is negative.", field=name)


def require_person(feed: Feed, event_type: EventType, *, named: bool) -> None:
    """A record about a person names one, unless it is a withdrawal; one about a place names nobody."""
    if feed.subject is Subject.PERSON:
        if not named and event_type is not EventType.WITHDRAWAL:
            raise PersonMissing("A record names its person by at least one identifier.", field="person")
    elif named:
        raise PersonNotAllowed("Records of this feed speak of a place and name nobody.", field="person")


def require_record_id(text: str, *, field: str) -> str:
    """A key, not a text: what a department prints on its own list."""
    what = "A batch number" if field == "batchId" else "A record id"
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z._:/\-]{0,79}", text):
        raise RecordIdMalformed(f"{what} has 1 to 80 letters, digits and . _ : / -", field=field)
    # An ID number as a record id would travel in events.
    if re.fullmatch(r"\d{17}[\dXx]|\d{15}", text):
        raise RecordIdMalformed(f"{what} must not be a person's ID number.", field=field)
    return text
