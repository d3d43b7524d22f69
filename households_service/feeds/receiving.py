"""Takes the records of one step: replayed, rejected, linked or put before a person. Every row ends in one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

import orjson

from chassis.errors import Refusal
from chassis.ids import new_id
from households_service.feeds.domain import (
    RAW_ROW_DAYS,
    BatchAccount,
    DepartmentBatch,
    EventType,
    FeedRecord,
    LinkRule,
    ReviewReason,
    RowStatus,
    StoredRecord,
)
from households_service.feeds.effects import announce, require_covered, take_effect
from households_service.feeds.linking import Linked, LinkedMember, Unlinked
from households_service.feeds.parsing import ParsedRecord
from households_service.feeds.people import People, people_of
from households_service.feeds.refusals import CorrectsUnknownRecord, PersonChanged, RecordKindChanged
from households_service.feeds.repository import RawRow
from households_service.files.issues import RowIssue
from households_service.uow import HouseholdsUnitOfWork

CONTENT = "feed.record"
PERSON = "feed.person"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decision:
    """Where a record goes. Exactly one of member and reason is set."""

    member: LinkedMember | None = None
    rule: LinkRule | None = None
    reason: ReviewReason | None = None
    candidate_ids: tuple[UUID, ...] = ()
    area_path: str = ""


@dataclass(slots=True, kw_only=True)
class _Step:
    uow: HouseholdsUnitOfWork
    batch: DepartmentBatch
    people: People
    newest: dict[str, StoredRecord]
    account: BatchAccount
    issues: list[RowIssue] = field(default_factory=list)
    raw: list[RawRow] = field(default_factory=list)
    touched: set[UUID] = field(default_factory=set)


async def take_records(
    uow: HouseholdsUnitOfWork, batch: DepartmentBatch, parsed: Sequence[ParsedRecord]
) -> DepartmentBatch:
    """Within the caller's transaction, in the order of the batch. Returns the batch with its new account."""
    await uow.batches.lock_department(batch.department)
    records = [row.record for row in parsed if row.record is not None]
    named = {record.record_id for record in records} | {record.corrects for record in records if record.corrects}
    step = _Step(
        uow=uow,
        batch=batch,
        people=await people_of(uow, records, within=batch.area_path),
        newest=dict(await uow.records.newest(batch.department, sorted(named))),
        account=batch.account,
    )
    await uow.records.lock_households(_likely_households(step))
    for row in parsed:
        step.account = replace(step.account, read=step.account.read + 1)
        await _take(step, row)
    await uow.batches.add_issues(batch, step.issues)
    await uow.batches.add_raw(step.raw)
    await announce(uow, step.touched)
    counted = replace(batch, account=step.account)
    await uow.batches.save(counted)
    return counted


async def _take(step: _Step, row: ParsedRecord) -> None:
    if row.record is None:
        _reject(step, row, row.issues)
        return
    record, before = row.record, step.newest.get(row.record.record_id)
    content = step.uow.vault.index(record.content_text(), kind=CONTENT)
    if before is not None and before.content_token == content:
        step.account = replace(step.account, unchanged=step.account.unchanged + 1)
        return
    person = step.uow.vault.index(record.person_text(), kind=PERSON)
    try:
        stored = _stored(step, record, before, content, person, await _decide(step, record, before, person))
        await _require_settled(step, stored)
    except Refusal as refusal:
        _reject(step, row, [RowIssue.of(refusal, row=row.row, column=refusal.field or "recordId")])
        return
    if before is not None and before.status in {RowStatus.LINKED, RowStatus.IN_REVIEW}:
        await step.uow.records.save(replace(before, status=RowStatus.SUPERSEDED))
    await step.uow.records.add(stored)
    step.newest[record.record_id] = stored
    _keep_raw(step, row, stored)
    if stored.status is RowStatus.LINKED:
        await take_effect(step.uow, stored)
        step.account = replace(step.account, linked=step.account.linked + 1)
        if stored.household_id is not None:
            step.touched.add(stored.household_id)
    else:
        step.account = replace(step.account, review=step.account.review + 1)


async def _decide(step: _Step, record: FeedRecord, before: StoredRecord | None, person: bytes) -> _Decision:
    """Raises CorrectsUnknownRecord or PersonChanged."""
    linked_before = before if before is None or before.status is RowStatus.LINKED else None
    if before is not None and linked_before is None:
        linked_before = await step.uow.records.linked_version(step.batch.department, record.record_id)
    if linked_before is not None and (linked_before.event_type, linked_before.corrects) != (
        record.event_type,
        record.corrects,
    ):
        raise RecordKindChanged("A record keeps its event type and what it corrects.", field="eventType")
    found = step.people.find(record)
    if linked_before is not None and linked_before.person_token == person:
        return _as_before(linked_before)
    if isinstance(found, Linked) and linked_before is not None and found.candidate.member_id != linked_before.member_id:
        raise PersonChanged(
            "This record was linked to another person: send a reimbursement that corrects it, and a new record.",
            field="person",
        )
    if record.event_type is EventType.REIMBURSEMENT:
        return await _decide_correction(step, record, found)
    if isinstance(found, Linked):
        return _Decision(member=found.candidate.member, rule=found.rule, area_path=found.candidate.area_path)
    return _waiting(step, record, found)


async def _decide_correction(step: _Step, record: FeedRecord, found: Linked | Unlinked) -> _Decision:
    corrected = step.newest.get(record.corrects or "")
    if corrected is None or corrected.event_type is EventType.REIMBURSEMENT:
        raise CorrectsUnknownRecord("The record it corrects was never received as a settlement.", field="corrects")
    settled = await step.uow.records.linked_version(step.batch.department, corrected.record_id)
    if settled is None:
        return _Decision(
            reason=ReviewReason.CORRECTED_ROW_IN_REVIEW,
            candidate_ids=(found.candidate.member_id,) if isinstance(found, Linked) else (),
            area_path=corrected.area_path,
        )
    if isinstance(found, Unlinked):
        waiting = _waiting(step, record, found)
        return replace(waiting, candidate_ids=_with(settled.member_id, waiting.candidate_ids))
    if found.candidate.member_id != settled.member_id:
        return _Decision(
            reason=ReviewReason.OTHER_PERSON_THAN_CORRECTED,
            candidate_ids=_with(settled.member_id, (found.candidate.member_id,)),
            area_path=settled.area_path,
        )
    return _Decision(member=found.candidate.member, rule=found.rule, area_path=found.candidate.area_path)


async def _require_settled(step: _Step, stored: StoredRecord) -> None:
    """What is paid back is at most what was paid, also when the settlement itself is lowered."""
    if stored.status is not RowStatus.LINKED:
        return
    settled: StoredRecord | None = stored
    if stored.corrects is not None:
        settled = await step.uow.records.linked_version(stored.department, stored.corrects)
    if settled is not None:
        await require_covered(step.uow, stored, settled)


def _as_before(linked: StoredRecord) -> _Decision:
    if linked.member_id is None or linked.household_id is None:
        raise AssertionError("A linked version names its member.")
    member = LinkedMember(member_id=linked.member_id, household_id=linked.household_id, area_path=linked.area_path)
    return _Decision(member=member, rule=LinkRule.SAME_AS_BEFORE, area_path=linked.area_path)


def _waiting(step: _Step, record: FeedRecord, found: Unlinked) -> _Decision:
    return _Decision(
        reason=found.reason,
        candidate_ids=tuple(candidate.member_id for candidate in found.candidates),
        area_path=step.people.review_area(record, found),
    )


def _with(member_id: UUID | None, others: tuple[UUID, ...]) -> tuple[UUID, ...]:
    return others if member_id is None or member_id in others else (member_id, *others)


def _stored(  # noqa: PLR0917 - one private call
    step: _Step,
    record: FeedRecord,
    before: StoredRecord | None,
    content: bytes,
    person: bytes,
    decision: _Decision,
) -> StoredRecord:
    member = decision.member
    return StoredRecord(
        id=new_id(),
        department=step.batch.department,
        record_id=record.record_id,
        version=1 if before is None else before.version + 1,
        batch_key=step.batch.id,
        row=record.row,
        area_path=decision.area_path,
        status=RowStatus.LINKED if member is not None else RowStatus.IN_REVIEW,
        content_token=content,
        person_token=person,
        event_type=record.event_type,
        event_date=record.event_date,
        purpose_code=record.purpose_code,
        sent_at=record.sent_at,
        corrects=record.corrects,
        cents=record.cents,
        settlement_date=record.settlement_date,
        care_setting=record.care_setting,
        received_at=step.uow.now,
        household_id=None if member is None else member.household_id,
        member_id=None if member is None else member.member_id,
        link_rule=decision.rule,
        review_reason=decision.reason,
        candidate_ids=decision.candidate_ids,
    )


def _reject(step: _Step, row: ParsedRecord, issues: Sequence[RowIssue]) -> None:
    step.issues += issues
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


def _likely_households(step: _Step) -> set[UUID]:
    candidates = [*step.people.by_number.values(), *(c for family in step.people.by_household.values() for c in family)]
    before = [record.household_id for record in step.newest.values() if record.household_id is not None]
    return {candidate.household_id for candidate in candidates} | set(before)
