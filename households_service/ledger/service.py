from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from chassis.errors import InvalidInput
from chassis.identity import Actor
from chassis.ids import new_id
from households_service.access import Action
from households_service.benefits.domain import require_no_cut_by_choice, require_no_hidden_cut
from households_service.ledger.domain import EntryDropped, IncomeFact, LedgerEntry, place, require_received, resolve
from households_service.ledger.kinds import DuplicateDecision, EntryStatus
from households_service.members.domain import UnknownMember
from households_service.registry.domain import Household
from households_service.registry.service import load_for_change
from households_service.statements.service import announce_statements
from households_service.uow import HouseholdsUnitOfWork


async def record_income(
    uow: HouseholdsUnitOfWork, actor: Actor, *, household_id: UUID, fact: IncomeFact, source: str | None = None
) -> LedgerEntry:
    """A second wage for the same person, time and work comes out as POSSIBLE_DUPLICATE_INCOME and is not counted.

    With a `source` (a feed's record) a replay gives the entry that the first one made.
    """
    household = await load_for_change(uow, actor, Action.CHANGE_LEDGER, household_id)
    if source is not None and (before := await uow.ledger.by_source(source)) is not None:
        return before
    await _require_fitting(uow, household, fact)
    present = (await uow.ledger.of_households([household.id])).get(household.id, ())
    status, duplicate_of = place(fact, present)
    entry = LedgerEntry(
        id=new_id(),
        version=1,
        household_id=household.id,
        area_path=household.area_path,
        fact=fact,
        status=status,
        duplicate_of=duplicate_of,
        recorded_at=uow.now,
        recorded_by=actor.subject,
        source=source,
    )
    await uow.ledger.add(entry)
    await announce_statements(uow, household)
    return entry


async def correct_income(
    uow: HouseholdsUnitOfWork,
    actor: Actor,
    *,
    entry_id: UUID,
    fact: IncomeFact,
    reason: str,
    expected_version: int | None,
) -> LedgerEntry:
    """A new version of the entry; it is looked at for duplicates again, as if it were new."""
    entry = await uow.ledger.get(entry_id)
    household = await load_for_change(uow, actor, Action.CHANGE_LEDGER, entry.household_id)
    entry.expect(expected_version)
    if entry.status is EntryStatus.DROPPED:
        raise EntryDropped("This entry was dropped as a duplicate; record a new one.", field="entryId")
    await _require_fitting(uow, household, fact)
    today = await uow.today_in(household.area_path)
    require_no_hidden_cut(entry, fact, today=today, at=uow.now, by=actor.subject)
    others = [
        other
        for other in (await uow.ledger.of_households([household.id])).get(household.id, ())
        if other.id != entry.id
    ]
    status, duplicate_of = place(fact, others)
    if entry.status is EntryStatus.COUNTED and entry.duplicate_of is not None and duplicate_of == entry.duplicate_of:
        # Somebody decided before that these two are two incomes.
        status = EntryStatus.COUNTED
    corrected = replace(
        entry.next(at=uow.now, by=actor.subject, reason=reason), fact=fact, status=status, duplicate_of=duplicate_of
    )
    await uow.ledger.supersede(corrected)
    await announce_statements(uow, household)
    return corrected


async def resolve_duplicate_income(
    uow: HouseholdsUnitOfWork,
    actor: Actor,
    *,
    entry_id: UUID,
    decision: DuplicateDecision,
    reason: str,
    expected_version: int | None,
) -> LedgerEntry:
    """A person says whether two rows are two incomes or one. Gives the flagged entry as it is now."""
    entry = await uow.ledger.get(entry_id)
    household = await load_for_change(uow, actor, Action.RESOLVE_DUPLICATES, entry.household_id)
    entry.expect(expected_version)
    if not reason.strip():
        raise InvalidInput("Say what was found out.", field="reason")
    other = await uow.ledger.get(entry.duplicate_of) if entry.duplicate_of is not None else entry
    if decision is DuplicateDecision.DROP_OTHER:
        require_no_cut_by_choice(entry, other, today=await uow.today_in(household.area_path))
    versions = resolve(entry, other, decision, at=uow.now, by=actor.subject, reason=reason)
    for version in versions:
        await uow.ledger.supersede(version)
    await announce_statements(uow, household)
    return versions[0]


async def _require_fitting(uow: HouseholdsUnitOfWork, household: Household, fact: IncomeFact) -> None:
    require_received(fact, today=await uow.today_in(household.area_path))
    if fact.member_id is not None:
        member = await uow.members.get(fact.member_id)
        if member.household_id != household.id:
            raise UnknownMember("This person is not a member of the household.", field="memberId")
