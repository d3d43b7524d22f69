"""Rows to households, and the faults that only show between rows or against the registry."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from chassis.errors import Refusal
from households_service.files.issues import RowIssue, Severity
from households_service.imports import registry_sheet as sheet
from households_service.imports.domain import HouseholdDraft, RegistryRow
from households_service.imports.places import VillageIndex
from households_service.imports.rows import ParsedRow, is_head

DUPLICATE_HOUSEHOLD = "DUPLICATE_HOUSEHOLD"
DUPLICATE_ID_IN_FILE = "DUPLICATE_ID_IN_FILE"
DUPLICATE_ID_IN_REGISTRY = "DUPLICATE_ID_IN_REGISTRY"
DUPLICATE_MEMBER = "DUPLICATE_MEMBER"
DUPLICATE_MEMBER_NUMBER = "DUPLICATE_MEMBER_NUMBER"
HEAD_MISSING = "HEAD_MISSING"
HOUSEHOLD_SIZE_MISMATCH = "HOUSEHOLD_SIZE_MISMATCH"
HOUSEHOLD_VALUES_DIFFER = "HOUSEHOLD_VALUES_DIFFER"
HOUSEHOLD_HAS_ERRORS = "HOUSEHOLD_HAS_ERRORS"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile:
    """`drafts` hold the households without an error, in the order of their first row."""

    drafts: tuple[HouseholdDraft, ...]
    issues: tuple[RowIssue, ...]
    rows_read: int
    households_read: int
    banned_values_refused: int

    @property
    def rows_valid(self) -> int:
        return sum(len(draft.rows) for draft in self.drafts)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredAlready:
    """What the registry holds of the things a file names."""

    household_codes: frozenset[str]
    id_numbers: Mapping[str, str | None]
    """With the code of the household that the person belongs to; None: one that the file does not name."""


def check_rows(parsed: Sequence[ParsedRow], villages: VillageIndex, *, within: str) -> CheckedFile:
    """Groups rows by household code wherever they stand in the file. A row with a fault spoils its household only."""
    issues: list[RowIssue] = [issue for row in parsed for issue in row.issues]
    groups: defaultdict[str, list[ParsedRow]] = defaultdict(list)
    lone = 0
    for row in parsed:
        if row.household_code is None:
            lone += 1
        else:
            groups[row.household_code].append(row)
    issues += _duplicate_ids(parsed)
    faulty_rows = {issue.row for issue in issues if issue.severity is Severity.ERROR}
    drafts: list[HouseholdDraft] = []
    for code, members in groups.items():
        rows = [member.row for member in members if member.row is not None]
        paths, found = _places(rows, villages, within)
        complete = len(rows) == len(members)
        found += _between_rows(members, rows, paths, complete=complete)
        issues += found
        faulty_rows |= {issue.row for issue in found if issue.severity is Severity.ERROR}
        if any(member.number in faulty_rows for member in members):
            issues += _spoilt(members, faulty_rows)
            continue
        drafts.append(HouseholdDraft(code=code, area_path=paths[rows[0].number], rows=tuple(rows)))
    return CheckedFile(
        drafts=tuple(drafts),
        issues=tuple(sorted(issues, key=lambda issue: issue.row)),
        rows_read=len(parsed),
        households_read=len(groups) + lone,
        banned_values_refused=sum(row.attitude_values for row in parsed),
    )


def check_registry(
    checked: CheckedFile, registered: RegisteredAlready, unchanged_codes: frozenset[str]
) -> tuple[CheckedFile, tuple[HouseholdDraft, ...]]:
    """Takes out households the registry knows. Returns what may be registered, and what is there already, unchanged."""
    fresh: list[HouseholdDraft] = []
    unchanged: list[HouseholdDraft] = []
    issues = list(checked.issues)
    for draft in checked.drafts:
        if draft.code in unchanged_codes:
            unchanged.append(draft)
            continue
        found = list(_known(draft, registered))
        if found:
            issues += found
            faulty = {issue.row for issue in found}
            issues += [_spoilt_row(row.number) for row in draft.rows if row.number not in faulty]
        else:
            fresh.append(draft)
    remaining = CheckedFile(
        drafts=tuple(fresh),
        issues=tuple(sorted(issues, key=lambda issue: issue.row)),
        rows_read=checked.rows_read,
        households_read=checked.households_read,
        banned_values_refused=checked.banned_values_refused,
    )
    return remaining, tuple(unchanged)


def canonical(draft: HouseholdDraft) -> str:
    """Everything of the household that would be kept, in one order: equal text means nothing to write.

    Holds personal values: only its keyed token may be stored.
    """
    rows = sorted(draft.rows, key=lambda row: (not is_head(row), row.member_number or "", row.name, row.number))
    return json.dumps(
        [
            draft.area_path,
            draft.registration_history,
            draft.monitoring_category,
            draft.safe_housing,
            draft.safe_water,
            [
                [
                    row.name,
                    row.id_number.text if row.id_number else None,
                    row.date_of_birth.isoformat() if row.date_of_birth else None,
                    row.relation,
                    row.labour_capacity,
                    row.residence,
                    row.in_school,
                    row.disabled,
                    row.phone,
                ]
                for row in rows
            ],
        ],
        ensure_ascii=False,
    )


def _known(draft: HouseholdDraft, registered: RegisteredAlready) -> Iterable[RowIssue]:
    if draft.code in registered.household_codes:
        yield RowIssue(
            row=draft.rows[0].number,
            column=sheet.HOUSEHOLD_CODE,
            code=DUPLICATE_HOUSEHOLD,
            message="This household is registered already with other content; an import changes none.",
        )
    for row in draft.rows:
        number = "" if row.id_number is None else row.id_number.text
        if number in registered.id_numbers and registered.id_numbers[number] != draft.code:
            yield RowIssue(
                row=row.number,
                column=sheet.ID_NUMBER,
                code=DUPLICATE_ID_IN_REGISTRY,
                message="A registered member of another household has this ID number.",
            )


def _duplicate_ids(parsed: Sequence[ParsedRow]) -> list[RowIssue]:
    numbered = [
        (member.row, member.row.id_number.text)
        for member in parsed
        if member.row is not None and member.row.id_number is not None
    ]
    return _repeated(numbered, sheet.ID_NUMBER, DUPLICATE_ID_IN_FILE, "The same ID number stands")


def _places(rows: Sequence[RegistryRow], villages: VillageIndex, within: str) -> tuple[dict[int, str], list[RowIssue]]:
    paths: dict[int, str] = {}
    issues: list[RowIssue] = []
    for row in rows:
        try:
            paths[row.number] = villages.path_of(row, within=within)
        except Refusal as refusal:
            column = sheet.VILLAGE_CODE if row.village_code is not None else sheet.VILLAGE
            issues.append(RowIssue.of(refusal, row=row.number, column=column))
    return paths, issues


def _between_rows(
    members: Sequence[ParsedRow], rows: Sequence[RegistryRow], paths: Mapping[int, str], *, complete: bool
) -> list[RowIssue]:
    """`complete`: every row could be read, so that a missing head is missing and not just unreadable."""
    heads = [row for row in rows if is_head(row)]
    issues = [
        _issue(row, sheet.HOUSEHOLD_CODE, DUPLICATE_HOUSEHOLD, f"This household has its head in row {heads[0].number}.")
        for row in heads[1:]
    ]
    if complete and not heads:
        issues.append(_issue(rows[0], sheet.RELATION, HEAD_MISSING, "No row of this household is its head."))
    placed = [row for row in rows if row.number in paths]
    issues += [
        _issue(
            row,
            sheet.HOUSEHOLD_CODE,
            DUPLICATE_HOUSEHOLD,
            f"The same household code stands in row {placed[0].number} in another village.",
        )
        for row in placed
        if paths[row.number] != paths[placed[0].number]
    ]
    issues += [
        _issue(
            row,
            sheet.HOUSEHOLD_SIZE,
            HOUSEHOLD_SIZE_MISMATCH,
            f"The sheet says {row.household_size} members and holds {len(members)} rows.",
        )
        for row in rows
        if row.household_size is not None and row.household_size != len(members)
    ]
    return [*issues, *_duplicate_members(rows), *_differing_values(rows)]


def _duplicate_members(rows: Sequence[RegistryRow]) -> list[RowIssue]:
    numbered = [(row, row.member_number) for row in rows if row.member_number is not None]
    named = [(row, f"{row.name} {row.date_of_birth}") for row in rows if row.id_number is None]
    return [
        *_repeated(numbered, sheet.MEMBER_NUMBER, DUPLICATE_MEMBER_NUMBER, "The same person number stands"),
        *_repeated(named, sheet.NAME, DUPLICATE_MEMBER, "The same name and date of birth stand"),
    ]


def _repeated(keyed: Sequence[tuple[RegistryRow, str]], column: str, code: str, what: str) -> list[RowIssue]:
    first: dict[str, int] = {}
    issues: list[RowIssue] = []
    for row, key in keyed:
        seen = first.setdefault(key, row.number)
        if seen != row.number:
            issues.append(_issue(row, column, code, f"{what} in row {seen}."))
    return issues


def _differing_values(rows: Sequence[RegistryRow]) -> list[RowIssue]:
    issues: list[RowIssue] = []
    checks = (
        (sheet.REGISTRATION_HISTORY, [row.registration_history for row in rows]),
        (sheet.MONITORING_CATEGORY, [row.monitoring_category for row in rows]),
    )
    for column, values in checks:
        counts = Counter(value for value in values if value is not None)
        if len(counts) > 1:
            usual = counts.most_common(1)[0][0]
            issues += [
                _issue(row, column, HOUSEHOLD_VALUES_DIFFER, "The rows of one household say different things here.")
                for row, value in zip(rows, values, strict=True)
                if value is not None and value != usual
            ]
    return issues


def _spoilt(members: Sequence[ParsedRow], faulty_rows: set[int]) -> list[RowIssue]:
    return [_spoilt_row(member.number) for member in members if member.number not in faulty_rows]


def _spoilt_row(number: int) -> RowIssue:
    return RowIssue(
        row=number,
        column=sheet.HOUSEHOLD_CODE,
        code=HOUSEHOLD_HAS_ERRORS,
        message="This row is sound, but another row of the household is not.",
    )


def _issue(row: RegistryRow, column: str, code: str, message: str) -> RowIssue:
    return RowIssue(row=row.number, column=column, code=code, message=message)
