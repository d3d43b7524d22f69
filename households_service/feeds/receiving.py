"""Takes the records of one step: replayed, rejected, linked or put before a person. Every row ends in one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import orjson

from chassis.errors import Refusal
from chassis.ids import new_id
from households_service.feeds.book import Linked as LinkedRecord
from households_service.feeds.book import RecordBook, book_of
from households_service.feeds.catalogue.declaration import Feed
from households_service.feeds.catalogue.known import feed_of
from households_service.feeds.deciding import Decision, Known, decide
from households_service.feeds.departments import EventType
from households_service.feeds.details import Details
from households_service.feeds.domain import (
    RAW_ROW_DAYS,
    BatchAccount,
    BatchState,
    DepartmentBatch,
    LinkRule,
    RowStatus,
    StoredRecord,
)
from households_service.feeds.effects.registry import EFFECTS
from households_service.feeds.effects.service import take_effect
from households_service.feeds.incoming import FeedRecord
from households_service.feeds.linking import Linked
from households_service.feeds.parsing import ParsedRecord
from households_service.feeds.people import Links, link_records, person_token
from households_service.feeds.places import Places, places_of
from households_service.feeds.refusals import RecordRepeated
from households_service.feeds.repository import RawRow
from households_service.files.issues import RowIssue, Severity
from households_service.identities.decisions import LinkDecision
from households_service.identities.people import kept
from households_service.identities.sampling import sampled
from households_service.uow import HouseholdsUnitOfWork

CONTENT = "feed.record"


@dataclass(slots=True, kw_only=True)
class _Step:
    uow: HouseholdsUnitOfWork
    batch: DepartmentBatch
    feed: Feed
    links: Links
    places: Places
    book: RecordBook
    account: BatchAccount
    issues: list[RowIssue] = field(default_factory=list)
    raw: list[RawRow] = field(default_factory=list)
    linked: list[LinkedRecord] = field(default_factory=list)
    decisions: list[LinkDecision] = field(default_factory=list)


async def take_records(
    uow: HouseholdsUnitOfWork, batch: DepartmentBatch, parsed: Sequence[ParsedRecord], *, whole: bool = False
) -> DepartmentBatch:
    """Within the caller's transaction, in the order of the batch, in a fixed number of queries.

    Returns the batch with its new account. `whole`: these are all records of a batch that is not taken yet, and
    the department is locked; else they are a step of one that is.
    """
    if not whole:
        await uow.batches.lock_department(batch.department)
    feed = feed_of(batch.department)
    records = [row.record for row in parsed if row.record is not None]
    named = {record.record_id for record in records} | {record.corrects for record in records if record.corrects}
    step = _Step(
        uow=uow,
        batch=batch,
        feed=feed,
        links=await link_records(uow, records, within=batch.area_path),
        places=await places_of(uow, feed.subject, records, within=batch.area_path),
        book=await book_of(uow, batch.department, named),
        account=batch.account,
    )
    known = {record.household_id for record in step.book.all_newest() if record.household_id is not None}
    households = await uow.households.lock(known | step.links.likely)
    for row in parsed:
        step.account = replace(step.account, read=step.account.read + 1)
        _take(step, row)
    counted = replace(batch, account=step.account)
    if whole:
        counted = replace(counted, state=BatchState.DONE, finished_at=uow.now)
        await uow.batches.put(counted)
    else:
        await uow.batches.save(counted)
    await step.book.write(uow)
    await uow.link_decisions.add(step.decisions)
    await uow.batches.add_issues(batch, step.issues)
    await uow.batches.add_raw(step.raw)
    await take_effect(uow, feed, step.linked, households=households)
    return counted


def _take(step: _Step, row: ParsedRecord) -> None:
    if row.record is None:
        _reject(step, row, row.issues)
        return
    record, before = row.record, step.book.newest(row.record.record_id)
    content = step.uow.vault.index(record.content_text(), kind=CONTENT)
    if step.book.is_repeated(record, content, within=step.batch.id):
        step.account = replace(step.account, unchanged=step.account.unchanged + 1)
        return
    person = person_token(step.uow.vault, record)
    if row.doubts and not _may_be_meant(step, row):
        _reject(step, row, row.doubts)
        return
    known = Known(feed=step.feed, links=step.links, places=step.places, book=step.book)
    try:
        EFFECTS[step.feed.effect].require_possible(record)
        stored = _stored(step, record, content, person, decide(record, person, known))
        _require_covered(step, stored)
    except Refusal as refusal:
        _reject(step, row, [RowIssue.of(refusal, row=row.row, column=refusal.field or "recordId")])
        return
    step.book.put(stored)
    step.issues += row.told([*step.links.warnings(row.row), *_repeated(step, row, before)])
    _keep_raw(step, row, stored)
    _keep_decision(step, stored)
    if stored.status is RowStatus.IN_REVIEW:
        step.account = replace(step.account, review=step.account.review + 1)
        return
    # A withdrawal of what waited has found its record; there is nothing to tell of it.
    step.account = replace(step.account, linked=step.account.linked + 1)
    if stored.status is RowStatus.LINKED:
        step.linked.append(step.book.linked(stored))
    if stored.event_type is EventType.WITHDRAWAL and stored.corrects is not None:
        step.book.withdraw(stored.corrects)


def _repeated(step: _Step, row: ParsedRecord, before: StoredRecord | None) -> Sequence[RowIssue]:
    """Two rows of one batch are two versions of one record: rarely what their sender meant."""
    if before is None or before.batch_key != step.batch.id:
        return ()
    return (
        RowIssue(
            row=row.row,
            column="recordId",
            code=RecordRepeated.code,
            message=f"Row {before.row} has the same recordId with other content: this row counts in its place.",
            severity=Severity.WARNING,
        ),
    )


def _may_be_meant(step: _Step, row: ParsedRecord) -> bool:
    """Does a mistyped number, with whatever stands beside it, lead to anybody?"""
    placed = step.links.by_row.get(row.row)
    return placed is not None and (isinstance(placed.found, Linked) or bool(placed.found.candidates))


def _keep_decision(step: _Step, stored: StoredRecord) -> None:
    """What was weighed, where it is what the record's place follows from."""
    placed = step.links.by_row.get(stored.row)
    weighing = None if placed is None else placed.weighing
    if weighing is None or stored.link_rule not in {None, LinkRule.LINKAGE}:
        return
    automatic = stored.link_rule is LinkRule.LINKAGE
    step.decisions.append(
        LinkDecision(
            record_key=stored.id,
            area_path=stored.area_path,
            model_version=weighing.model_version,
            outcome="AUTO" if automatic else "REVIEW",
            threshold_bits=weighing.threshold_bits,
            decided_at=step.uow.now,
            candidates=kept(weighing.verdict),
            sampled=automatic and sampled(f"{stored.department}/{stored.record_id}"),
        )
    )


def _require_covered(step: _Step, stored: StoredRecord) -> None:
    """What is paid back is at most what was paid, also when the first record itself is lowered."""
    if stored.status is RowStatus.LINKED:
        first = stored if stored.corrects is None else step.book.linked_version(stored.corrects)
        if first is not None:
            step.book.require_covered(stored, first)


def _stored(step: _Step, record: FeedRecord, content: bytes, person: bytes, decision: Decision) -> StoredRecord:
    member, before = decision.member, step.book.newest(record.record_id)
    return StoredRecord(
        id=new_id(),
        department=step.batch.department,
        record_id=record.record_id,
        version=1 if before is None else before.version + 1,
        batch_key=step.batch.id,
        row=record.row,
        area_path=decision.area_path,
        status=decision.status,
        content_token=content,
        person_token=person,
        event_type=record.event_type,
        event_date=record.event_date,
        purpose_code=record.purpose_code,
        sent_at=record.sent_at or step.batch.received_at,
        corrects=record.corrects,
        details=taken_back(step.book, record.record_id, record.corrects)
        if record.event_type is EventType.WITHDRAWAL
        else record.details,
        received_at=step.uow.now,
        household_id=None if member is None else member.household_id,
        member_id=None if member is None else member.member_id,
        point_id=decision.point_id,
        link_rule=decision.rule,
        review_reason=decision.reason,
        candidate_ids=decision.candidate_ids,
    )


def taken_back(book: RecordBook, record_id: str, corrects: str | None) -> Details:
    """What a withdrawal says: the record it takes back, with what was left of its money as a negative amount."""
    first = book.linked_version(corrects or "")
    if first is None:
        return Details()
    name = first.feed.amount
    if name is None or first.details.get(name) is None:
        return first.details
    return first.details.put(name, Decimal(-book.remaining(first, but=record_id)).scaleb(-2))


def _reject(step: _Step, row: ParsedRecord, issues: Sequence[RowIssue]) -> None:
    step.issues += row.told(issues)
    step.account = replace(step.account, rejected=step.account.rejected + 1)
    _keep_raw(step, row, None)


def _keep_raw(step: _Step, row: ParsedRecord, stored: StoredRecord | None) -> None:
    raw_id = new_id()
    step.raw.append(
        RawRow(
            id=raw_id,
            batch_key=step.batch.id,
            record_key=None if stored is None else stored.id,
            area_path=step.batch.area_path if stored is None else stored.area_path,
            row=row.row,
            sealed=step.uow.vault.seal(orjson.dumps(dict(row.raw)).decode(), place=raw_place(raw_id)),
            delete_at=step.uow.now + timedelta(days=RAW_ROW_DAYS),
        )
    )


def raw_place(raw_id: UUID) -> str:
    return f"department_raw_row:{raw_id}"
