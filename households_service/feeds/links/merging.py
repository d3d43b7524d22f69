"""Two members who are one person, and one who turns out to be two after all.

The one who was registered first survives, so that an id once told stays true. Records move as new versions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from chassis.access import Scope
from chassis.identity import Actor
from chassis.ids import new_id
from households_service.access import POLICY, Action
from households_service.feeds.book import Linked, book_of
from households_service.feeds.domain import LinkRule, RowStatus, StoredRecord
from households_service.feeds.effects.registry import EFFECTS
from households_service.feeds.effects.service import take_effect
from households_service.feeds.links.refusals import MembersApart
from households_service.identities.judgements.domain import (
    Judgement,
    JudgementsContradict,
    Merge,
    NotJudgedSame,
    NotMerged,
    OnePersonTwice,
    PersonsMerged,
    PersonSplit,
    Verdict,
)
from households_service.members.domain import Member, UnknownMember, require_reason
from households_service.registry.assembly import announce_households
from households_service.registry.domain import Household
from households_service.statements.service import announce_statements
from households_service.uow import HouseholdsUnitOfWork


async def judge_persons(
    uow: HouseholdsUnitOfWork, actor: Actor, *, member_id: UUID, other_id: UUID, verdict: Verdict, reason: str
) -> Judgement:
    """Raises OnePersonTwice, JudgementsContradict, UnknownMember or ReasonMissing."""
    why = require_reason(reason)
    scope = POLICY.require(actor, Action.JUDGE_PERSONS)
    one, _ = await _two(uow, scope, member_id, other_id)
    if verdict is Verdict.DIFFERENT:
        whole = await uow.judgements.surviving([member_id, other_id])
        if whole.get(member_id, member_id) == whole.get(other_id, other_id):
            raise JudgementsContradict("They are one by a merge; split that instead.", field="memberId")
    low, high = sorted((member_id, other_id))
    judgement = Judgement(
        id=new_id(),
        area_path=one.area_path,
        member_id=low,
        person_token=None,
        other_member_id=high,
        verdict=verdict,
        reason=why,
        judged_by=actor.subject,
        judged_at=uow.now,
    )
    await uow.judgements.add(judgement)
    await uow.audit(action=Action.JUDGE_PERSONS, subject_id=str(low), purpose=why, fields=(str(high),))
    return judgement


async def merge_members(
    uow: HouseholdsUnitOfWork, actor: Actor, *, member_id: UUID, other_id: UUID, reason: str
) -> Merge:
    """Raises NotJudgedSame, JudgementsContradict, MembersApart, OnePersonTwice, UnknownMember or ReasonMissing."""
    why = require_reason(reason)
    scope = POLICY.require(actor, Action.MERGE_MEMBERS)
    one, other = await _two(uow, scope, member_id, other_id)
    surviving, merged = (one, other) if one.id < other.id else (other, one)
    judged = await uow.judgements.between(member_id, other_id)
    if not judged or judged[0].verdict is not Verdict.SAME:
        raise NotJudgedSame("Nobody has judged these two to be one person.", field="memberId")
    if judged[0].judged_by == actor.subject:
        raise NotJudgedSame("Somebody else than who judged them merges them.", field="memberId")
    if await uow.judgements.apart(surviving.id, merged.id):
        raise JudgementsContradict(
            "Somebody merged into one was judged to be another than the other.", field="memberId"
        )
    if surviving.left_on is not None or merged.left_on is not None:
        raise MembersApart("One of them is no longer a member.", field="memberId")
    family = (await uow.members.of_households([merged.household_id])).get(merged.household_id, ())
    if merged.head and any(member.left_on is None and member.id != merged.id for member in family):
        raise MembersApart("Name another head of the household first.", field="memberId")
    moved = await uow.records.linked_to_member(merged.id)
    merge = Merge(
        id=new_id(),
        area_path=surviving.area_path,
        surviving_id=surviving.id,
        merged_id=merged.id,
        moved_records=tuple(record.id for record in moved),
        merged_at=uow.now,
        merged_by=actor.subject,
        reason=why,
    )
    await uow.members.save(merged.leave(await uow.today_in(merged.area_path)))
    await uow.judgements.add_merge(merge)
    uow.emit(
        PersonsMerged(
            merge=merge, surviving_household_id=surviving.household_id, merged_household_id=merged.household_id
        )
    )
    homes = await _announce(uow, surviving, merged)
    await _move(uow, actor, moved, surviving, homes)
    await uow.audit(action=Action.MERGE_MEMBERS, subject_id=str(surviving.id), purpose=why, fields=(str(merged.id),))
    return merge


async def split_member(uow: HouseholdsUnitOfWork, actor: Actor, *, merged_id: UUID, reason: str) -> Merge:
    """The merged member is there again, with the records that were moved and are still where they were moved to.

    Raises NotMerged, UnknownMember or ReasonMissing.
    """
    why = require_reason(reason)
    scope = POLICY.require(actor, Action.MERGE_MEMBERS)
    merge = await uow.judgements.standing_merge(merged_id)
    if merge is None:
        raise NotMerged("This member was not merged into another, or is there again.", field="mergedMemberId")
    surviving, merged = await _two(uow, scope, merge.surviving_id, merge.merged_id)
    await uow.judgements.split(merge, at=uow.now, by=actor.subject, reason=why)
    back = replace(merged, left_on=None, version=merged.version + 1)
    await uow.members.save(back)
    low, high = sorted((surviving.id, merged.id))
    await uow.judgements.add(
        Judgement(
            id=new_id(),
            area_path=merged.area_path,
            member_id=low,
            person_token=None,
            other_member_id=high,
            verdict=Verdict.DIFFERENT,
            reason=why,
            judged_by=actor.subject,
            judged_at=uow.now,
        )
    )
    uow.emit(
        PersonSplit(merge=merge, surviving_household_id=surviving.household_id, split_household_id=merged.household_id)
    )
    homes = await _announce(uow, surviving, back)
    before = await uow.records.by_keys(merge.moved_records)
    names = {(record.department, record.record_id) for record in before.values()}
    present = await uow.records.linked_to_member(surviving.id)
    await _move(uow, actor, [one for one in present if (one.department, one.record_id) in names], back, homes)
    await uow.audit(action=Action.MERGE_MEMBERS, subject_id=str(merged.id), purpose=why, fields=(str(surviving.id),))
    return replace(merge, split_at=uow.now)


async def find_judgement(uow: HouseholdsUnitOfWork, actor: Actor, judgement_id: UUID) -> Judgement:
    """One between two members, within the caller's areas. Raises UnknownMember."""
    scope = POLICY.require(actor, Action.JUDGE_PERSONS)
    found = await uow.judgements.by_id(judgement_id)
    if found is None or not scope.covers(area_path=found.area_path):
        raise UnknownMember("There is no such member, or not for you.", field="memberId")
    return found


async def find_merge(uow: HouseholdsUnitOfWork, actor: Actor, merge_id: UUID) -> Merge:
    """Within the caller's areas. Raises UnknownMember."""
    scope = POLICY.require(actor, Action.MERGE_MEMBERS)
    found = await uow.judgements.merge_by_id(merge_id)
    if found is None or not scope.covers(area_path=found.area_path):
        raise UnknownMember("There is no such member, or not for you.", field="memberId")
    return found


async def _two(uow: HouseholdsUnitOfWork, scope: Scope, one_id: UUID, other_id: UUID) -> tuple[Member, Member]:
    """Both within the caller's areas."""
    if one_id == other_id:
        raise OnePersonTwice("Two members are needed.", field="otherMemberId")
    found = await uow.members.by_ids([one_id, other_id])
    for member_id, field in ((one_id, "memberId"), (other_id, "otherMemberId")):
        if member_id not in found or not scope.covers(area_path=found[member_id].area_path):
            raise UnknownMember("There is no such member, or not for you.", field=field)
    return found[one_id], found[other_id]


async def _announce(uow: HouseholdsUnitOfWork, *members: Member) -> Mapping[UUID, Household]:
    """Locks their households and tells of them."""
    ids = sorted({member.household_id for member in members})
    homes = await uow.households.lock(ids)
    await announce_households(uow, *(homes[one] for one in ids))
    return homes


async def _move(
    uow: HouseholdsUnitOfWork,
    actor: Actor,
    records: Sequence[StoredRecord],
    to: Member,
    homes: Mapping[UUID, Household],
) -> None:
    """First records before what corrects them; each takes effect as it did, for another person."""
    for department in sorted({record.department for record in records}):
        await uow.batches.lock_department(department)
        own = sorted(
            (record for record in records if record.department is department),
            key=lambda record: (record.corrects is not None, record.id),
        )
        names = {record.record_id for record in own} | {record.corrects for record in own if record.corrects}
        book = await book_of(uow, department, names)
        for record in own:
            effect = EFFECTS[record.feed.effect]
            if record.corrects is None:
                await effect.take_back(uow, [Linked(record=record, first=record, remaining_cents=0)])
            moved = replace(
                record,
                id=new_id(),
                version=record.version + 1,
                status=RowStatus.LINKED,
                area_path=to.area_path,
                household_id=to.household_id,
                member_id=to.id,
                link_rule=LinkRule.DECIDED_BY_PERSON,
                resolved_by=actor.subject,
                resolved_at=uow.now,
            )
            book.put(moved)
            await book.write(uow)
            await uow.batches.hand_raw(record.id, moved.id)
            await take_effect(uow, moved.feed, [book.linked(moved)], households=homes)
    if records:
        # Who lost the records has other statements too.
        await announce_statements(uow, *homes.values())
