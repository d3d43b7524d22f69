"""JSON records and file rows to feed records. Strict: what is not on the list is refused before a value is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from chassis.errors import InvalidInput, Refusal
from households_service.feeds.catalogue.columns import PERSON_NAMES
from households_service.feeds.catalogue.declaration import Feed, event_types, purpose_names
from households_service.feeds.departments import EventType
from households_service.feeds.details import Details, FieldValue, details_of
from households_service.feeds.incoming import FeedRecord, require_person
from households_service.feeds.person_cells import read_person
from households_service.feeds.refusals import EventDateInFuture, PurposeNotAllowed, UnknownField, WithdrawalNotBare
from households_service.feeds.row_reader import RowReader
from households_service.files.columns import HeaderMatch
from households_service.files.domain import Cell, SheetRow
from households_service.files.issues import RowIssue, in_senders_words
from households_service.imports.cells import (
    CellMissing,
    CellNotInList,
    choice_of,
    code_of,
    date_of,
    instant_of,
    optional_text,
)

Value = TypeVar("Value")

RECORD_FIELDS = ("recordId", "person", "eventType", "eventDate", "purposeCode", "sentAt", "corrects")
"""Of every record, beside its feed's own. `department` and `batchId` may be repeated, then as those of the batch."""
ENVELOPE_FIELDS = ("department", "batchId")


class EnvelopeDiffers(InvalidInput):
    code = "ENVELOPE_DIFFERS"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRules:
    """What holds for every record of a batch. `purpose_code`: where a record says nothing itself."""

    feed: Feed
    department: str
    batch_id: str
    today: date
    zone: ZoneInfo
    sample_ids_allowed: bool
    purpose_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedRecord:
    """`record` is None when the row was refused; `issues` say why. `raw`: the row as received, to be sealed."""

    row: int
    record: FeedRecord | None
    issues: tuple[RowIssue, ...]
    raw: tuple[tuple[str, Cell], ...]
    doubts: tuple[RowIssue, ...] = ()
    """Why the row is refused if nobody who may be meant is found."""
    match: HeaderMatch | None = None
    """Of a row of a file: so that its sender is told of columns by the headers that stand there."""

    def told(self, issues: Iterable[RowIssue]) -> Sequence[RowIssue]:
        """With the sender's own words for our columns."""
        return tuple(issues) if self.match is None else in_senders_words(issues, self.match)

    def __repr__(self) -> str:
        """Never the values: a repr ends in logs and tracebacks."""
        return f"ParsedRecord(row={self.row})"


def require_known_fields(records: Sequence[Mapping[str, object]], feed: Feed) -> None:
    """Raises UnknownField for the whole batch, naming the field and the record's place, before any value is read."""
    known = {*RECORD_FIELDS, *ENVELOPE_FIELDS, *(own.name for own in feed.fields)}
    for place, record in enumerate(records):
        for name in record:
            if name not in known:
                raise _unknown(place, name)
        person = record.get("person", {})
        if isinstance(person, Mapping):
            for name in person:
                if name not in PERSON_NAMES:
                    raise _unknown(place, f"person.{name}")


def parse_json_record(record: Mapping[str, object], *, row: int, rules: BatchRules) -> ParsedRecord:
    """`row` counts the records of the batch from 1. Fields are known to be on the list."""
    person = record.get("person")
    flat: dict[str, object] = {name: value for name, value in record.items() if name != "person"}
    if isinstance(person, Mapping):
        flat |= {str(name): value for name, value in person.items()}
    plain = {name: _plain(value) for name, value in flat.items()}
    wrong = [name for name, value in flat.items() if not _is_plain(value)]
    if person is not None and not isinstance(person, Mapping):
        wrong.append("person")
    return _parse(plain, row=row, rules=rules, malformed=wrong)


def parse_file_row(row: SheetRow, match: HeaderMatch, rules: BatchRules) -> ParsedRecord:
    """Banned columns are not among the positions, so that their cells are never looked at."""
    cells = {name: row.cells[position] for name, position in match.positions.items()}
    return replace(_parse(cells, row=row.number, rules=rules, malformed=[]), match=match)


def _parse(cells: Mapping[str, Cell], *, row: int, rules: BatchRules, malformed: Sequence[str]) -> ParsedRecord:
    reader, feed = RowReader(cells, row), rules.feed
    for name in malformed:
        needed = "An object of identifiers" if name == "person" else "A text, a number or nothing"
        reader.failed.add(name)
        reader.report(CellNotInList(f"{needed} is needed here."), name)
    for name, expected in (("department", rules.department), ("batchId", rules.batch_id)):
        given = reader.read(name, optional_text)
        if given is not None and given != expected:
            reader.report(EnvelopeDiffers("The record names another department or batch than it came in."), name)
    record_id = reader.read("recordId", code_of, required=True)
    event_type = reader.read("eventType", lambda cell: choice_of(cell, event_types(feed)), required=True)
    event_date = reader.read("eventDate", date_of, required=True)
    if event_date is not None and event_date > rules.today:
        reader.report(EventDateInFuture("The event lies in the future."), "eventDate")
    details = _details(reader, rules, event_type, event_date)
    purpose = reader.read(
        "purposeCode", lambda cell: purpose_of(code_of(cell), feed), required=rules.purpose_code is None
    )
    purpose = purpose or rules.purpose_code
    sent_at = reader.read("sentAt", lambda cell: _sent_at(cell, rules.zone))
    corrects = reader.read("corrects", code_of)
    person = read_person(reader, today=rules.today, samples_allowed=rules.sample_ids_allowed)
    if person is None and "person" not in malformed and not reader.failed & {*PERSON_NAMES} and event_type is not None:
        # Beside whatever else is wrong with the row, so that one mending suffices.
        reader.require(lambda: require_person(feed, event_type, named=False), "person")
    raw = tuple(cells.items())
    if reader.issues or not record_id or event_type is None or event_date is None or purpose is None:
        return ParsedRecord(row=row, record=None, issues=tuple(reader.issues), raw=raw)
    try:
        record = FeedRecord(
            row=row,
            record_id=record_id,
            feed=feed,
            person=person,
            event_type=event_type,
            event_date=event_date,
            purpose_code=purpose,
            sent_at=sent_at,
            corrects=corrects or None,
            details=details,
        )
    except Refusal as refusal:
        reader.report(refusal, refusal.field or "recordId")
        return ParsedRecord(row=row, record=None, issues=tuple(reader.issues), raw=raw)
    return ParsedRecord(row=row, record=record, issues=(), raw=raw, doubts=tuple(reader.doubts))


def _details(reader: RowReader, rules: BatchRules, event_type: EventType | None, event_date: date | None) -> Details:
    """A withdrawal has none of its own: it takes back those of the record it names."""
    feed = rules.feed
    values: dict[str, FieldValue | None] = {}
    for own in feed.fields:
        values[own.name] = reader.read_field(own, today=rules.today)
    if event_type is EventType.WITHDRAWAL:
        if any(value is not None for value in values.values()):
            reader.report(
                WithdrawalNotBare("A withdrawal takes back a whole record and says nothing else."), "eventType"
            )
        return Details()
    # Without an event type only the field that every one needs is known to be missing.
    groups = ((feed.amount,),) if event_type is None and feed.amount is not None else ()
    for group in feed.event(event_type).needs if event_type is not None else groups:
        if all(values[name] is None for name in group) and not reader.failed & {*group}:
            reader.report(CellMissing("A value is needed here."), group[0])
    if feed.dated_by is not None and values[feed.dated_by] is None:
        values[feed.dated_by] = event_date
    return details_of(values)


def purpose_of(text: str, feed: Feed) -> str | None:
    """The name of a purpose that this feed serves; None for none. Raises PurposeNotAllowed."""
    if not text:
        return None
    name = purpose_names(feed).get(text.casefold())
    if name is None:
        allowed = " or ".join(purpose.name for purpose in feed.purposes)
        raise PurposeNotAllowed(f"Records of the feed {feed.name} are used for {allowed} only.", field="purposeCode")
    return name


def _sent_at(cell: Cell, zone: ZoneInfo) -> datetime | None:
    """An instant without an offset is meant where the feed comes from."""
    instant = instant_of(cell)
    if instant is None:
        return None
    return (instant if instant.tzinfo is not None else instant.replace(tzinfo=zone)).astimezone(UTC)


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, str | int | float)


def _plain(value: object) -> Cell:
    return value if value is None or isinstance(value, str | int | float) else None


def _unknown(place: int, name: str) -> UnknownField:
    """The name of a field is the sender's schema, but a long number in it would be a value: not repeated."""
    shown = name if sum(character.isdigit() for character in name) < 6 and len(name) <= 60 else "(hidden)"
    return UnknownField(
        f"The field {shown} of record {place + 1} is not on the list; nothing of the batch was taken.",
        field=f"records.{place}.{shown}",
    )
