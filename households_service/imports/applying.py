"""One block of staged households against the registry: registered, updated, found unchanged, or not taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import orjson

from chassis.identity import SYSTEM_ACTOR
from chassis.ids import new_id
from households_service.access import Action
from households_service.files.issues import RowIssue
from households_service.imports.changes import (
    HouseholdUpdate,
    NotTaken,
    Values,
    compare,
    missing_members,
    not_served,
    owned_elsewhere,
)
from households_service.imports.domain import HouseholdDraft, RegistryImport, RowState
from households_service.imports.known_people import look_alikes
from households_service.imports.registration import content_token, new_household, new_member
from households_service.imports.repository import ImportedHousehold, KeptChange
from households_service.imports.supply import Supply, known_supply, serve
from households_service.members.domain import Member
from households_service.registry.assembly import announce_households
from households_service.registry.domain import Household
from households_service.registry.service import make_member, register_households
from households_service.uow import HouseholdsUnitOfWork


@dataclass(slots=True, kw_only=True)
class Outcome:
    """Where each row of the block went, what is wrong, and how many registered members the sheet leaves out."""

    states: dict[int, RowState] = field(default_factory=dict)
    issues: list[RowIssue] = field(default_factory=list)
    members_missing: int = 0

    def put(self, draft: HouseholdDraft, state: RowState) -> None:
        self.states |= dict.fromkeys((row.number for row in draft.rows), state)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the registry holds of the things a block names."""

    imported: Mapping[str, ImportedHousehold]
    households: Mapping[str, Household]
    members: Mapping[UUID, Sequence[Member]]
    owners: Mapping[str, Member]
    supply: Supply


async def apply_block(
    uow: HouseholdsUnitOfWork, asked: RegistryImport, drafts: Sequence[HouseholdDraft], *, write: bool
) -> Outcome:
    """Without `write` the registry is only compared with, and what would be written is VALID."""
    outcome = Outcome()
    known = await _known(uow, asked, drafts)
    fresh: list[HouseholdDraft] = []
    updates: list[tuple[HouseholdDraft, HouseholdUpdate]] = []
    tokens = {draft.code: content_token(uow, draft) for draft in drafts}
    for draft in drafts:
        before = known.imported.get(draft.code)
        if before is not None and before.content_token == tokens[draft.code]:
            outcome.put(draft, RowState.UNCHANGED)
            continue
        unserved = known.supply.refused(draft)
        if unserved is not None:
            _refuse(outcome, draft, not_served(draft, unserved))
            continue
        household = known.households.get(draft.code)
        if household is None:
            taken = [row for row in draft.rows if row.id_number in known.owners]
            if taken:
                _refuse(outcome, draft, owned_elsewhere(draft, taken))
            else:
                fresh.append(draft)
                outcome.put(draft, RowState.REGISTERED if write else RowState.VALID)
            continue
        members = [member for member in known.members.get(household.id, ()) if member.left_on is None]
        moved_from = known.supply.moved_from(draft, household.id)
        found = compare(draft, household, members, known.owners, moved_from=moved_from)
        if isinstance(found, NotTaken):
            _refuse(outcome, draft, found.issues)
            continue
        if found.missing:
            outcome.members_missing += found.missing
            outcome.issues.append(missing_members(draft, found.missing))
        _put_update(outcome, draft, found, write=write)
        updates.append((draft, found))
    newcomers = [(draft, row) for draft in fresh for row in draft.rows]
    newcomers += [(draft, row) for draft, update in updates for row in update.joining]
    outcome.issues += await look_alikes(uow, newcomers, within=asked.area_path)
    if write:
        registered = await register_households(uow, SYSTEM_ACTOR, [new_household(draft) for draft in fresh])
        await _update(uow, asked, updates)
        ids = {household.code: household.id for household in (*registered, *known.households.values())}
        written = [*fresh, *(draft for draft, _ in updates)]
        await serve(uow, [(draft, ids[draft.code]) for draft in written])
        await uow.imports.keep_imported(
            [
                ImportedHousehold(
                    code=draft.code,
                    household_id=ids[draft.code],
                    area_path=draft.area_path,
                    content_token=tokens[draft.code],
                    import_id=asked.id,
                )
                for draft in written
            ]
        )
    return outcome


async def _known(uow: HouseholdsUnitOfWork, asked: RegistryImport, drafts: Sequence[HouseholdDraft]) -> _Known:
    codes = [draft.code for draft in drafts]
    numbers = [row.id_number for draft in drafts for row in draft.rows if row.id_number is not None]
    households = await uow.households.by_codes(codes)
    members: Mapping[UUID, Sequence[Member]] = {}
    if households:
        members = await uow.members.of_households([household.id for household in households.values()])
    return _Known(
        imported=await uow.imports.imported(codes),
        households=households,
        members=members,
        owners=await uow.members.by_id_numbers(numbers),
        supply=await known_supply(uow, asked, drafts, {code: one.id for code, one in households.items()}),
    )


def _refuse(outcome: Outcome, draft: HouseholdDraft, issues: Sequence[RowIssue]) -> None:
    outcome.put(draft, RowState.REJECTED)
    outcome.issues += issues


def _put_update(outcome: Outcome, draft: HouseholdDraft, update: HouseholdUpdate, *, write: bool) -> None:
    outcome.put(draft, RowState.UNCHANGED)
    state = RowState.UPDATED if write else RowState.VALID
    outcome.states |= dict.fromkeys(update.updated_rows(draft), state)


async def _update(
    uow: HouseholdsUnitOfWork, asked: RegistryImport, updates: Sequence[tuple[HouseholdDraft, HouseholdUpdate]]
) -> None:
    """New versions of what differs; what stood there before is kept, sealed, and one audit row tells of the block."""
    changed = [update for _, update in updates if not update.is_empty]
    if not changed:
        return
    kept: list[KeptChange] = []
    for update in changed:
        household = update.household
        await uow.households.save(household)
        kept.append(_kept(uow, asked, household, member_id=None, version=household.version, before=update.before))
        for change in update.changed:
            await uow.members.save(change.member)
            kept.append(
                _kept(
                    uow,
                    asked,
                    household,
                    member_id=change.member.id,
                    version=change.member.version,
                    before=change.before,
                )
            )
    joining = [
        make_member(uow, update.household, new_member(row), joined_on=uow.today, field="member")
        for update in changed
        for row in update.joining
    ]
    await uow.members.add(*joining)
    await uow.imports.add_changes(kept)
    await announce_households(uow, *(update.household for update in changed))
    await uow.audit(
        action=Action.IMPORT_REGISTRY,
        subject_id=str(asked.id),
        purpose=f"a registry sheet changed {len(changed)} households, sent by {asked.requested_by}",
        fields=sorted({name for change in kept for name in change.fields}),
    )


def _kept(
    uow: HouseholdsUnitOfWork,
    asked: RegistryImport,
    household: Household,
    *,
    member_id: UUID | None,
    version: int,
    before: Values,
) -> KeptChange:
    change_id = new_id()
    text = orjson.dumps(dict(before)).decode()
    return KeptChange(
        id=change_id,
        household_id=household.id,
        member_id=member_id,
        area_path=household.area_path,
        version=version,
        import_id=asked.id,
        fields=tuple(before),
        before_sealed=uow.vault.seal(text, place=change_place(change_id)),
        changed_by=asked.requested_by,
        changed_at=uow.now,
    )


def change_place(change_id: UUID) -> str:
    return f"registry_change:{change_id}"
