"""Rows that nobody could be sure about: listed, looked at with a reason, linked or rejected by a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import orjson

from chassis.access import Scope
from chassis.errors import Conflict
from chassis.identity import Actor, ScopeKind
from households_service.access import POLICY, Action
from households_service.feeds.book import RecordBook, book_of
from households_service.feeds.departments import Department, EventType, department_of
from households_service.feeds.domain import LinkRule, RowStatus, StoredRecord
from households_service.feeds.effects.service import take_effect
from households_service.feeds.links.service import judge_record
from households_service.feeds.receiving import raw_place, taken_back
from households_service.feeds.refusals import PersonChanged, ResolutionUnclear, RowAlreadyResolved
from households_service.identities.judgements.domain import Verdict
from households_service.members.domain import Member, UnknownMember, require_reason
from households_service.uow import HouseholdsUnitOfWork

PERSON_KEYS = ("idNumber", "name", "dateOfBirth", "villageCode", "householdCode")


class CorrectedRowWaits(Conflict):
    """A reimbursement is linked after the settlement it corrects."""

    code = "CORRECTED_ROW_WAITS"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPerson:
    """What the department said of the person, opened from the sealed row. None: the row is no longer kept."""

    id_number: str | None = None
    name: str | None = None
    date_of_birth: str | None = None
    village_code: str | None = None
    household_code: str | None = None

    def __repr__(self) -> str:
        """Never the values: a repr ends in logs and tracebacks."""
        return "RawPerson(...)"


async def review_rows(
    uow: HouseholdsUnitOfWork,
    actor: Actor,
    *,
    area_path: str | None,
    department: str | None,
    after: UUID | None,
    limit: int,
) -> Sequence[StoredRecord]:
    """Oldest first, those within the caller's areas."""
    return await uow.records.review_page(_prefixes(actor), area_path, _department(department), after=after, limit=limit)


async def count_review_rows(
    uow: HouseholdsUnitOfWork, actor: Actor, *, area_path: str | None, department: str | None
) -> int:
    return await uow.records.review_count(_prefixes(actor), area_path, _department(department))


async def persons_of(uow: HouseholdsUnitOfWork, rows: Sequence[StoredRecord]) -> Mapping[UUID, RawPerson]:
    """For masked display only; who needs the values opens one row by `reveal_row`."""
    raw = await uow.batches.raw_of([row.id for row in rows])
    return {key: _person(uow.vault.open(row.sealed, place=raw_place(row.id))) for key, row in raw.items()}


async def reveal_row(uow: HouseholdsUnitOfWork, actor: Actor, *, row_id: UUID, reason: str) -> RawPerson:
    """One audited look at what the department said of the person."""
    why = require_reason(reason)
    scope = POLICY.require(actor, Action.REVIEW_ROWS)
    record = await uow.records.review_row(row_id)
    scope.require(area_path=record.area_path)
    found = await persons_of(uow, [record])
    await uow.audit(action="REVEAL_REVIEW_ROW", subject_id=str(row_id), purpose=why, fields=PERSON_KEYS)
    return found.get(record.id, RawPerson())


async def link_row(uow: HouseholdsUnitOfWork, actor: Actor, *, row_id: UUID, member_id: UUID) -> StoredRecord:
    """A person says whom the row is about; it then does what a linked record does."""
    scope = POLICY.require(actor, Action.REVIEW_ROWS)
    record = await _row(uow, scope, row_id)
    if _decided_so(record, actor) and record.member_id == member_id:
        return record
    _require_waiting(record)
    member = await uow.members.get(member_id)
    if member.left_on is not None or not scope.covers(area_path=member.area_path):
        raise UnknownMember("There is no such member, or not for you.", field="memberId")
    book = await book_of(
        uow, record.department, [record.record_id] + ([] if record.corrects is None else [record.corrects])
    )
    linked = replace(
        record,
        status=RowStatus.LINKED,
        household_id=member.household_id,
        member_id=member.id,
        area_path=member.area_path,
        link_rule=LinkRule.DECIDED_BY_PERSON,
        resolved_by=actor.subject,
        resolved_at=uow.now,
    )
    if record.event_type is EventType.WITHDRAWAL:
        linked = replace(linked, details=taken_back(book, record.record_id, record.corrects))
    _require_consistent(book, linked, member)
    households = await uow.households.lock([member.household_id])
    await uow.records.save(linked)
    book.decide(linked)
    await take_effect(uow, linked.feed, [book.linked(linked)], households=households)
    await judge_record(uow, actor, record, member.id, Verdict.SAME, "linked in review")
    await uow.audit(action="LINK_REVIEW_ROW", subject_id=str(member.id), purpose=f"row {row_id}", fields=("memberId",))
    return linked


async def reject_row(uow: HouseholdsUnitOfWork, actor: Actor, *, row_id: UUID, reason: str) -> StoredRecord:
    """Nobody here is meant; the row and the reason stay."""
    why = require_reason(reason)
    record = await _row(uow, POLICY.require(actor, Action.REVIEW_ROWS), row_id)
    if _decided_so(record, actor) and record.reject_reason == why:
        return record
    _require_waiting(record)
    rejected = replace(
        record,
        status=RowStatus.REJECTED_IN_REVIEW,
        reject_reason=why,
        resolved_by=actor.subject,
        resolved_at=uow.now,
    )
    await uow.records.save(rejected)
    return rejected


async def resolve_row(
    uow: HouseholdsUnitOfWork, actor: Actor, *, row_id: UUID, member_id: UUID | None, reject_reason: str | None
) -> StoredRecord:
    """Exactly one of the two. Raises ResolutionUnclear."""
    if member_id is not None and reject_reason is None:
        return await link_row(uow, actor, row_id=row_id, member_id=member_id)
    if member_id is None and reject_reason is not None:
        return await reject_row(uow, actor, row_id=row_id, reason=reject_reason)
    raise ResolutionUnclear("Name the member the row is about, or say why it is about nobody.", field="memberId")


async def _row(uow: HouseholdsUnitOfWork, scope: Scope, row_id: UUID) -> StoredRecord:
    """Locked. The department's lock comes first, as in receiving."""
    seen = await uow.records.review_row(row_id)
    scope.require(area_path=seen.area_path)
    await uow.batches.lock_department(seen.department)
    return await uow.records.review_row(row_id, lock=True)


def _decided_so(record: StoredRecord, actor: Actor) -> bool:
    """By the same person, and it still stands: asked again, the answer is the same."""
    decided = record.status in {RowStatus.LINKED, RowStatus.REJECTED_IN_REVIEW}
    return decided and record.resolved_by == actor.subject


def _require_waiting(record: StoredRecord) -> None:
    if record.status is RowStatus.SUPERSEDED:
        raise RowAlreadyResolved("A newer version of this record came in; look at that one.", field="rowId")
    if record.status is not RowStatus.IN_REVIEW:
        raise RowAlreadyResolved("Somebody has decided over this row already.", field="rowId")


def _require_consistent(book: RecordBook, linked: StoredRecord, member: Member) -> None:
    """Raises PersonChanged, CorrectedRowWaits, ReimbursementTooLarge or RecordWithdrawn."""
    before = book.linked_version(linked.record_id)
    if before is not None and before.member_id != member.id:
        raise PersonChanged("An earlier version of this record is linked to another person.", field="memberId")
    first: StoredRecord | None = linked
    if linked.corrects is not None:
        first = book.linked_version(linked.corrects)
        if first is None:
            raise CorrectedRowWaits("Decide first over the record that this one corrects.", field="rowId")
        if first.member_id != member.id:
            raise PersonChanged("The record it corrects is linked to another person.", field="memberId")
    if first is not None:
        book.require_covered(linked, first)


def _prefixes(actor: Actor) -> Sequence[str] | None:
    scope = POLICY.require(actor, Action.REVIEW_ROWS)
    return None if ScopeKind.SYSTEM in scope.kinds else actor.areas


def _department(text: str | None) -> Department | None:
    return None if text is None else department_of(text)


def _person(text: str) -> RawPerson:
    raw = orjson.loads(text)
    values = {key: str(raw[key]) if raw.get(key) not in {None, ""} else None for key in PERSON_KEYS}
    return RawPerson(
        id_number=values["idNumber"],
        name=values["name"],
        date_of_birth=values["dateOfBirth"],
        village_code=values["villageCode"],
        household_code=values["householdCode"],
    )
