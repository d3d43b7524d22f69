"""What a sheet would change of a household that the registry knows. Pure: what is in both, and the differences out.

What the sheet does not say stays; who is missing from it is told and not taken out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from households_service.files.issues import RowIssue, Severity
from households_service.imports import registry_sheet as sheet
from households_service.imports.domain import HouseholdDraft, RegistryRow
from households_service.imports.refusals import (
    DUPLICATE_HOUSEHOLD,
    DUPLICATE_ID_IN_REGISTRY,
    HEAD_NOT_IN_SHEET,
    HOUSEHOLD_HAS_ERRORS,
    MEMBER_NOT_IN_SHEET,
    SUPPLY_POINT_NOT_KNOWN,
)
from households_service.members.domain import Member, PersonalDetails, Relation, Residence
from households_service.registry.domain import Household, MonitoringCategory, RegistrationHistory

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberChange:
    """`before`: the fields that differ, as they were."""

    row: int
    member: Member
    before: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdUpdate:
    """`household` is its next version. Nothing in it and no member changes: the sheet says what is known."""

    household: Household
    before: Values
    changed: tuple[MemberChange, ...]
    joining: tuple[RegistryRow, ...]
    missing: int

    @property
    def is_empty(self) -> bool:
        return not (self.before or self.changed or self.joining)

    def updated_rows(self, draft: HouseholdDraft) -> frozenset[int]:
        """A change of the household itself is its head's row."""
        heads = {row.number for row in draft.rows if row.relation is Relation.HEAD} if self.before else set()
        return frozenset({change.row for change in self.changed} | {row.number for row in self.joining} | heads)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTaken:
    issues: tuple[RowIssue, ...]


def compare(
    draft: HouseholdDraft,
    household: Household,
    members: Sequence[Member],
    owners: Mapping[str, Member],
    *,
    moved_from: str | None = None,
) -> HouseholdUpdate | NotTaken:
    """`members`: present ones. `owners`: who in the registry carries an ID number of the sheet. `moved_from`: what is
    kept of the supply point where the sheet names another.
    """
    if household.removed_on is not None:
        return _not_taken(draft, draft.rows[0], "The household with this code left the registry.")
    if household.area_path != draft.area_path:
        return _not_taken(draft, draft.rows[0], "A household with this code is registered in another village.")
    pairs = _pairs(draft.rows, members)
    if not pairs:
        return _not_taken(draft, draft.rows[0], "A household with this code is registered already, with other content.")
    taken = [
        row
        for row in draft.rows
        if row.id_number is not None
        and row.id_number in owners
        and (row.number not in pairs or owners[row.id_number].id != pairs[row.number].id)
    ]
    if taken:
        return NotTaken(issues=owned_elsewhere(draft, taken))
    paired = {member.id for member in pairs.values()}
    missing = [member for member in members if member.id not in paired]
    head = next(row for row in draft.rows if row.relation is Relation.HEAD)
    if any(member.head for member in missing):
        return NotTaken(
            issues=_with_the_rest(
                draft,
                [
                    RowIssue(
                        row=head.number,
                        column=sheet.RELATION,
                        code=HEAD_NOT_IN_SHEET,
                        message="The registered head is not in the sheet: say who they are, or take them out first.",
                    )
                ],
            )
        )
    changes = [_member_change(row, pairs[row.number]) for row in draft.rows if row.number in pairs]
    assessed, before = _assessed(draft, household)
    return HouseholdUpdate(
        household=assessed,
        before=before if moved_from is None else {**before, sheet.SUPPLY_POINT: moved_from},
        changed=tuple(change for change in changes if change.before),
        joining=tuple(row for row in draft.rows if row.number not in pairs),
        missing=len(missing),
    )


def owned_elsewhere(draft: HouseholdDraft, taken: Iterable[RegistryRow]) -> tuple[RowIssue, ...]:
    return _with_the_rest(
        draft,
        [
            RowIssue(
                row=row.number,
                column=sheet.ID_NUMBER,
                code=DUPLICATE_ID_IN_REGISTRY,
                message="A registered member of another household has this ID number.",
            )
            for row in taken
        ],
    )


def missing_members(draft: HouseholdDraft, count: int) -> RowIssue:
    head = next(row for row in draft.rows if row.relation is Relation.HEAD)
    return RowIssue(
        row=head.number,
        column=sheet.HOUSEHOLD_CODE,
        code=MEMBER_NOT_IN_SHEET,
        message=f"Registered members who are not in the sheet: {count}. Nobody was taken out.",
        severity=Severity.WARNING,
    )


def canonical(draft: HouseholdDraft) -> str:
    """Everything of the household that would be kept, in one order: equal text means nothing to write.

    Holds personal values: only its keyed token may be stored.
    """
    rows = sorted(
        draft.rows, key=lambda row: (row.relation is not Relation.HEAD, row.member_number or "", row.name, row.number)
    )
    return json.dumps(
        [
            draft.area_path,
            draft.registration_history or RegistrationHistory.NEVER_REGISTERED,
            draft.monitoring_category or MonitoringCategory.NONE,
            draft.safe_housing is not False,
            draft.safe_water is not False,
            [
                [
                    row.name,
                    row.id_number,
                    row.date_of_birth.isoformat() if row.date_of_birth else None,
                    row.relation,
                    row.labour_capacity,
                    row.residence or Residence.REGISTERED_AND_LIVING,
                    bool(row.in_school),
                    bool(row.disabled),
                    row.phone,
                ]
                for row in rows
            ],
            # Left out where nothing is said, so that what is remembered of older sheets stays true.
            *([] if draft.supply_point is None else [draft.supply_point]),
        ],
        ensure_ascii=False,
    )


def _pairs(rows: Sequence[RegistryRow], members: Sequence[Member]) -> Mapping[int, Member]:
    """Who is who: by the ID number, then by name and date of birth; never by the name alone."""
    numbered = {member.details.id_number: member for member in members if member.details.id_number is not None}
    pairs = {row.number: numbered[row.id_number] for row in rows if row.id_number in numbered}
    left = [member for member in members if member.id not in {found.id for found in pairs.values()}]
    for row in rows:
        if row.number in pairs:
            continue
        same = [
            member
            for member in left
            if _name(member.details.name) == _name(row.name) and member.date_of_birth == row.date_of_birth
        ]
        if len(same) == 1 and row.date_of_birth is not None:
            pairs[row.number] = same[0]
            left.remove(same[0])
    return pairs


def _name(name: str) -> str:
    return "".join(name.casefold().split())


def _member_change(row: RegistryRow, member: Member) -> MemberChange:
    details = member.details
    said: dict[str, object] = {
        "name": " ".join(row.name.split()),
        "id_number": row.id_number or details.id_number,
        "phone": row.phone or details.phone,
        "relation": row.relation,
        "date_of_birth": row.date_of_birth or member.date_of_birth,
        "labour_capacity": row.labour_capacity if row.labour_capacity_said else member.labour_capacity,
        "residence": row.residence or member.residence,
        "in_school": member.in_school if row.in_school is None else row.in_school,
        "disabled": member.disabled if row.disabled is None else row.disabled,
    }
    known: dict[str, object] = {
        "name": details.name,
        "id_number": details.id_number,
        "phone": details.phone,
        "relation": member.relation,
        "date_of_birth": member.date_of_birth,
        "labour_capacity": member.labour_capacity,
        "residence": member.residence,
        "in_school": member.in_school,
        "disabled": member.disabled,
    }
    before = {name: value for name, value in known.items() if value != said[name]}
    changed = replace(
        member,
        details=PersonalDetails(
            name=" ".join(row.name.split()),
            id_number=row.id_number or details.id_number,
            phone=row.phone or details.phone,
        ),
        relation=row.relation,
        date_of_birth=row.date_of_birth or member.date_of_birth,
        labour_capacity=row.labour_capacity if row.labour_capacity_said else member.labour_capacity,
        residence=row.residence or member.residence,
        in_school=member.in_school if row.in_school is None else row.in_school,
        disabled=member.disabled if row.disabled is None else row.disabled,
        version=member.version + 1,
    )
    return MemberChange(row=row.number, member=changed, before=before)


def _assessed(draft: HouseholdDraft, household: Household) -> tuple[Household, Values]:
    assessed = household.assess(
        monitoring_category=draft.monitoring_category or household.monitoring_category,
        registration_history=draft.registration_history or household.registration_history,
        safe_housing=household.safe_housing if draft.safe_housing is None else draft.safe_housing,
        safe_water=household.safe_water if draft.safe_water is None else draft.safe_water,
    )
    names = ("monitoring_category", "registration_history", "safe_housing", "safe_water")
    before = {name: getattr(household, name) for name in names if getattr(household, name) != getattr(assessed, name)}
    return assessed, before


def not_served(draft: HouseholdDraft, message: str) -> tuple[RowIssue, ...]:
    row = next(row for row in draft.rows if row.supply_point is not None)
    issue = RowIssue(row=row.number, column=sheet.SUPPLY_POINT, code=SUPPLY_POINT_NOT_KNOWN, message=message)
    return _with_the_rest(draft, [issue])


def _not_taken(draft: HouseholdDraft, row: RegistryRow, message: str) -> NotTaken:
    issue = RowIssue(row=row.number, column=sheet.HOUSEHOLD_CODE, code=DUPLICATE_HOUSEHOLD, message=message)
    return NotTaken(issues=_with_the_rest(draft, [issue]))


def _with_the_rest(draft: HouseholdDraft, found: Sequence[RowIssue]) -> tuple[RowIssue, ...]:
    """Every row of a household that is not taken says so."""
    faulty = {issue.row for issue in found}
    rest = [
        RowIssue(
            row=row.number,
            column=sheet.HOUSEHOLD_CODE,
            code=HOUSEHOLD_HAS_ERRORS,
            message="This row is sound, but another row of the household is not.",
        )
        for row in draft.rows
        if row.number not in faulty
    ]
    return tuple(sorted((*found, *rest), key=lambda issue: issue.row))
