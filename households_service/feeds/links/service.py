"""Links of records to people: seen with what they rest on, checked by sample, undone by a person.

What was is never overwritten: an undone link stays on record as such, and the record waits as a new version.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from chassis.access import Scope
from chassis.identity import Actor
from chassis.ids import new_id
from households_service.access import POLICY, Action
from households_service.benefits.reported import tell_of_undone
from households_service.feeds.book import Linked, RecordBook, book_of
from households_service.feeds.catalogue.declaration import Subject
from households_service.feeds.departments import Department
from households_service.feeds.domain import (
    DepartmentRecordUnlinked,
    LinkRule,
    ReviewReason,
    RowStatus,
    StoredRecord,
)
from households_service.feeds.effects.registry import EFFECTS
from households_service.feeds.links.refusals import LinkNotStanding, UnknownRecord
from households_service.identities.decisions import Finding, LinkDecision, SampleCounts
from households_service.identities.judgements.domain import Judgement, Verdict
from households_service.members.domain import require_reason
from households_service.statements.service import announce_statements
from households_service.uow import HouseholdsUnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLink:
    """`decision` None: an exact rule or a person linked it, nothing was weighed."""

    record: StoredRecord
    decision: LinkDecision | None

    @property
    def decided_by(self) -> str | None:
        """None: nobody and nothing has yet."""
        if self.record.resolved_by is not None or self.record.link_rule is None:
            return self.record.resolved_by
        return "MODEL" if self.record.link_rule is LinkRule.LINKAGE else "RULE"


async def find_link(uow: HouseholdsUnitOfWork, actor: Actor, row_id: UUID) -> RecordLink:
    """Raises UnknownRecord."""
    scope = POLICY.require(actor, Action.SEE_LINKS)
    record = await _record(uow, scope, row_id)
    return RecordLink(record=record, decision=(await uow.link_decisions.of_records([row_id])).get(row_id))


async def find_link_by_number(
    uow: HouseholdsUnitOfWork, actor: Actor, *, department: Department, record_id: str
) -> RecordLink:
    """The version that counts, or the newest one where none does. Raises UnknownRecord."""
    scope = POLICY.require(actor, Action.SEE_LINKS)
    versions = [one for one in await uow.records.versions(department, [record_id]) if one.record_id == record_id]
    standing = [one for one in versions if one.status is RowStatus.LINKED] or versions
    if not standing or not scope.covers(area_path=standing[-1].area_path):
        raise UnknownRecord("There is no such record, or not for you.", field="recordId")
    record = standing[-1]
    return RecordLink(record=record, decision=(await uow.link_decisions.of_records([record.id])).get(record.id))


async def undo_link(uow: HouseholdsUnitOfWork, actor: Actor, *, row_id: UUID, reason: str) -> StoredRecord:
    """The record and what corrects it wait again; what they did is taken back; the pair is judged different.

    Raises UnknownRecord, LinkNotStanding or ReasonMissing.
    """
    why = require_reason(reason)
    scope = POLICY.require(actor, Action.UNDO_LINKS)
    seen = await _record(uow, scope, row_id)
    book = await _locked_book(uow, seen)
    linked = book.linked_version(seen.record_id)
    if linked is None or linked.feed.subject is not Subject.PERSON or linked.member_id is None:
        raise LinkNotStanding("This record is linked to nobody now.", field="rowId")
    if linked.id != row_id:
        raise LinkNotStanding("Another version of this record stands now; look at that one.", field="rowId")
    scope.require(area_path=linked.area_path)
    homes = await uow.households.lock([] if linked.household_id is None else [linked.household_id])
    await _tell_of_aid(uow, actor, linked, why)
    waiting = await unlink(uow, book, linked, reason=ReviewReason.LINK_UNDONE)
    await announce_statements(uow, *homes.values())
    await judge_record(uow, actor, linked, linked.member_id, Verdict.DIFFERENT, why)
    await uow.link_decisions.note(linked.id, Finding.WRONG, by=actor.subject, at=uow.now)
    await uow.audit(action=Action.UNDO_LINKS, subject_id=str(linked.member_id), purpose=why, fields=("recordId",))
    return waiting


async def _tell_of_aid(uow: HouseholdsUnitOfWork, actor: Actor, linked: StoredRecord, why: str) -> None:
    """Aid that leaves a household's ledger with an undone link is told to the guard like any other cut."""
    if linked.corrects is not None or linked.household_id is None:
        return
    entry = await uow.ledger.by_source(f"{linked.department}/{linked.record_id}")
    if entry is not None and entry.household_id == linked.household_id:
        today = await uow.today_in(entry.area_path)
        await tell_of_undone(uow, entry, by=actor.subject, today=today, reason=why)


async def unlink(
    uow: HouseholdsUnitOfWork, book: RecordBook, linked: StoredRecord, *, reason: ReviewReason
) -> StoredRecord:
    """Takes back what the record and its corrections did, and puts them before a person: the version that waits."""
    effect = EFFECTS[linked.feed.effect]
    corrections = book.corrections_of(linked.record_id)
    first = linked if linked.corrects is None else book.linked_version(linked.corrects)
    if linked.corrects is None:
        await effect.take_back(uow, [Linked(record=linked, first=linked, remaining_cents=0)])
    waiting = await _wait(uow, book, linked, reason)
    for correction in corrections:
        await _wait(uow, book, correction, ReviewReason.CORRECTED_ROW_IN_REVIEW)
    await book.write(uow)
    if linked.corrects is not None and first is not None:
        await effect.take(uow, [Linked(record=first, first=first, remaining_cents=max(book.remaining(first), 0))])
    for undone in (linked, *corrections):
        newest = book.newest(undone.record_id)
        await uow.batches.hand_raw(undone.id, undone.id if newest is None else newest.id)
        if newest is not None and undone.household_id is not None and undone.member_id is not None:
            uow.emit(
                DepartmentRecordUnlinked(
                    record=undone,
                    household_id=undone.household_id,
                    member_id=undone.member_id,
                    area_path=undone.area_path,
                    version=newest.version,
                )
            )
    return waiting


async def judge_record(  # noqa: PLR0917 - one judgement
    uow: HouseholdsUnitOfWork, actor: Actor, record: StoredRecord, member_id: UUID, verdict: Verdict, reason: str
) -> None:
    await uow.judgements.add(
        Judgement(
            id=new_id(),
            area_path=record.area_path,
            member_id=member_id,
            person_token=record.person_token.hex(),
            other_member_id=None,
            verdict=verdict,
            reason=reason,
            judged_by=actor.subject,
            judged_at=uow.now,
        )
    )


async def confirm_link(
    uow: HouseholdsUnitOfWork, actor: Actor, *, row_id: UUID, finding: Finding, reason: str
) -> RecordLink:
    """What a person found of an automatic link; a wrong one is undone at once."""
    why = require_reason(reason)
    scope = POLICY.require(actor, Action.REVIEW_ROWS)
    record = await _record(uow, scope, row_id)
    decision = (await uow.link_decisions.of_records([row_id])).get(row_id)
    if decision is None or record.link_rule is not LinkRule.LINKAGE or record.status is not RowStatus.LINKED:
        raise LinkNotStanding("This record was not linked by weighing, or is not now.", field="rowId")
    if finding is Finding.WRONG:
        await undo_link(uow, actor, row_id=row_id, reason=why)
    else:
        await uow.link_decisions.note(row_id, finding, by=actor.subject, at=uow.now)
        verdict = Verdict.SAME if finding is Finding.RIGHT else Verdict.UNSURE
        if record.member_id is not None:
            await judge_record(uow, actor, record, record.member_id, verdict, why)
    return await find_link(uow, actor, row_id)


async def sampled_links(
    uow: HouseholdsUnitOfWork, actor: Actor, *, area_path: str, after: UUID | None, limit: int
) -> Sequence[StoredRecord]:
    """Automatic links that a person is asked to look at again, oldest first."""
    scope = POLICY.require(actor, Action.SEE_LINKS)
    scope.require(area_path=area_path)
    keys = await uow.link_decisions.sampled_waiting(area_path, after=after, limit=limit)
    found = await uow.records.by_keys(keys)
    return [found[key] for key in keys if key in found]


async def sample_counts(uow: HouseholdsUnitOfWork, actor: Actor, *, area_path: str) -> SampleCounts:
    scope = POLICY.require(actor, Action.SEE_LINKS)
    scope.require(area_path=area_path)
    return await uow.link_decisions.sample_counts(area_path)


async def _record(uow: HouseholdsUnitOfWork, scope: Scope, row_id: UUID) -> StoredRecord:
    record = await uow.records.by_key(row_id)
    if record is None or not scope.covers(area_path=record.area_path):
        raise UnknownRecord("There is no such record, or not for you.", field="rowId")
    return record


async def _locked_book(uow: HouseholdsUnitOfWork, record: StoredRecord) -> RecordBook:
    """The department's lock comes first, as in receiving."""
    await uow.batches.lock_department(record.department)
    named = [record.record_id] + ([] if record.corrects is None else [record.corrects])
    return await book_of(uow, record.department, named)


async def _wait(
    uow: HouseholdsUnitOfWork, book: RecordBook, linked: StoredRecord, reason: ReviewReason
) -> StoredRecord:
    newest = book.newest(linked.record_id) or linked
    decided = (await uow.link_decisions.of_records([linked.id])).get(linked.id)
    others = () if decided is None else tuple(one.member_id for one in decided.candidates)
    waiting = replace(
        newest,
        id=new_id(),
        version=newest.version + 1,
        status=RowStatus.IN_REVIEW,
        received_at=uow.now,
        household_id=None,
        member_id=None,
        link_rule=None,
        review_reason=reason,
        candidate_ids=tuple(one for one in others if one != linked.member_id),
        resolved_by=None,
        resolved_at=None,
        reject_reason=None,
    )
    book.unlink(waiting)
    return waiting
