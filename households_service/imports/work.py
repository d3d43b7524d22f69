"""The work of a registry import: read, check, compare with the registry, register in steps, report.

Nothing of it is remembered between steps but what is committed: a killed process starts again by reading the same
file, finds what this import registered already by its content token, and goes on with the rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from chassis.errors import DependencyDown, Refusal
from chassis.identity import SYSTEM_ACTOR
from chassis.jobs import JobKind, RunningJob
from chassis.uow import JsonObject
from households_service.files.columns import HeaderMatch, match_headers
from households_service.files.domain import FilePurpose, Sheet, SheetRow, StoredFile
from households_service.files.error_sheet import error_sheet
from households_service.files.issues import RowIssue, Severity, in_senders_words
from households_service.files.reading import read_sheet
from households_service.files.service import keep
from households_service.files.store import FileStore
from households_service.imports.domain import (
    HouseholdDraft,
    ImportAccount,
    ImportMode,
    ImportState,
    RegistryImport,
)
from households_service.imports.households import (
    CheckedFile,
    RegisteredAlready,
    check_registry,
    check_rows,
)
from households_service.imports.registration import content_token, new_household, village_index
from households_service.imports.registry_sheet import REGISTRY_COLUMNS
from households_service.imports.repository import ImportedHousehold
from households_service.imports.rows import ParsedRow, RowRules, parse_row
from households_service.imports.service import REGISTRY_IMPORT_JOB, stored_content
from households_service.members.domain import MemberAlreadyRegistered
from households_service.registry.domain import HouseholdCodeTaken
from households_service.registry.service import register_households
from households_service.uow import HouseholdsUnitOfWork

ROWS_PER_STEP = 2_000
HOUSEHOLDS_PER_STEP = 200
CODES_PER_QUERY = 5_000

Job = RunningJob[HouseholdsUnitOfWork]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    asked: RegistryImport
    file: StoredFile
    sheet: Sheet
    match: HeaderMatch


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comparison:
    """Against the registry: what may be registered, what this import registered before, what another one did."""

    fresh: CheckedFile
    done_before: tuple[HouseholdDraft, ...]
    unchanged: tuple[HouseholdDraft, ...]


def registry_import_job(
    store: FileStore, *, households_per_step: int = HOUSEHOLDS_PER_STEP
) -> JobKind[HouseholdsUnitOfWork]:
    async def work(job: Job) -> JsonObject | None:
        return await _work(job, store, households_per_step)

    return JobKind(name=REGISTRY_IMPORT_JOB, work=work)


async def _work(job: Job, store: FileStore, households_per_step: int) -> JsonObject | None:
    import_id = UUID(str(job.payload["importId"]))
    async with job.begin() as uow:
        asked = await uow.imports.get(import_id)
        if asked.state in {ImportState.DONE, ImportState.REFUSED}:
            return {"importId": str(import_id)}
        await uow.imports.save(replace(asked, state=ImportState.READING))
        villages = await village_index(uow)
        rules = RowRules(today=uow.today, sample_ids_allowed=uow.rules.samples_allowed)
    try:
        async with job.begin() as uow:
            file, content = await stored_content(uow, store, asked.file_id)
        sheet = await asyncio.to_thread(read_sheet, content, file.format)
        match = match_headers(sheet.header, REGISTRY_COLUMNS, asked.choice)
    except Refusal as refusal:
        await _refuse(job, asked, refusal)
        return {"importId": str(import_id)}
    reading = _Reading(asked=asked, file=file, sheet=sheet, match=match)
    parsed = await _parse(job, sheet, match, rules)
    checked = await asyncio.to_thread(check_rows, parsed, villages, within=asked.area_path)
    compared = await _compare(job, asked, checked)
    registered = await _register(job, reading, compared, households_per_step)
    await _finish(job, store, reading, compared, registered)
    return {"importId": str(import_id)}


async def _refuse(job: Job, asked: RegistryImport, refusal: Refusal) -> None:
    async with job.begin() as uow:
        await uow.imports.save(
            replace(
                asked,
                state=ImportState.REFUSED,
                finished_at=uow.now,
                refusal_code=refusal.code,
                refusal_message=refusal.message,
            )
        )


async def _parse(job: Job, sheet: Sheet, match: HeaderMatch, rules: RowRules) -> list[ParsedRow]:
    """In a thread and in parts, so that the service answers others meanwhile and the progress moves."""
    parsed: list[ParsedRow] = []
    for start in range(0, len(sheet.rows), ROWS_PER_STEP):
        part = sheet.rows[start : start + ROWS_PER_STEP]
        parsed += await asyncio.to_thread(_parse_part, part, match, rules)
        async with job.begin() as uow:
            await job.advance(uow, done=len(parsed), total=2 * len(sheet.rows))
    return parsed


def _parse_part(rows: Sequence[SheetRow], match: HeaderMatch, rules: RowRules) -> list[ParsedRow]:
    return [parse_row(row, match, rules) for row in rows]


async def _compare(job: Job, asked: RegistryImport, checked: CheckedFile) -> _Comparison:
    codes = [draft.code for draft in checked.drafts]
    numbers = [row.id_number.text for draft in checked.drafts for row in draft.rows if row.id_number is not None]
    known: dict[str, ImportedHousehold] = {}
    taken: dict[str, UUID] = {}
    owned: dict[str, UUID] = {}
    async with job.begin() as uow:
        for start in range(0, len(codes), CODES_PER_QUERY):
            part = codes[start : start + CODES_PER_QUERY]
            known |= await uow.imports.imported(part)
            taken |= {code: household.id for code, household in (await uow.households.by_codes(part)).items()}
        for start in range(0, len(numbers), CODES_PER_QUERY):
            found = await uow.members.by_id_numbers(numbers[start : start + CODES_PER_QUERY])
            owned |= {number: member.household_id for number, member in found.items()}
        same = frozenset(
            draft.code
            for draft in checked.drafts
            if draft.code in known and known[draft.code].content_token == content_token(uow, draft)
        )
    code_of = {household_id: code for code, household_id in taken.items()}
    registered = RegisteredAlready(
        household_codes=frozenset(taken),
        id_numbers={number: code_of.get(household_id) for number, household_id in owned.items()},
    )
    fresh, unchanged = check_registry(checked, registered, same)
    return _Comparison(
        fresh=fresh,
        done_before=tuple(draft for draft in unchanged if known[draft.code].import_id == asked.id),
        unchanged=tuple(draft for draft in unchanged if known[draft.code].import_id != asked.id),
    )


async def _register(
    job: Job, reading: _Reading, compared: _Comparison, households_per_step: int
) -> tuple[HouseholdDraft, ...]:
    """What this import has registered in the end. COMMIT_ALL is one transaction, COMMIT_VALID one per step."""
    asked, rows = reading.asked, len(reading.sheet.rows)
    if asked.mode is ImportMode.VALIDATE:
        return ()
    drafts = compared.fresh.drafts
    if asked.mode is ImportMode.COMMIT_ALL:
        if any(issue.severity is Severity.ERROR for issue in compared.fresh.issues):
            return ()
        await _step(job, asked, drafts, done=2 * rows)
    else:
        for start in range(0, len(drafts), households_per_step):
            part = drafts[start : start + households_per_step]
            await _step(job, asked, part, done=rows + rows * (start + len(part)) // len(drafts))
    return (*compared.done_before, *drafts)


async def _step(job: Job, asked: RegistryImport, drafts: Sequence[HouseholdDraft], *, done: int) -> None:
    try:
        async with job.begin() as uow:
            await uow.imports.save(replace(asked, state=ImportState.WRITING))
            for start in range(0, len(drafts), HOUSEHOLDS_PER_STEP):
                await _write(uow, asked, drafts[start : start + HOUSEHOLDS_PER_STEP])
            await job.advance(uow, done=done)
    except (IntegrityError, HouseholdCodeTaken, MemberAlreadyRegistered) as error:
        # Somebody registered one of them since the comparison: the next attempt compares again and reports it.
        raise DependencyDown("The registry changed during the import.") from error


async def _write(uow: HouseholdsUnitOfWork, asked: RegistryImport, drafts: Sequence[HouseholdDraft]) -> None:
    households = await register_households(uow, SYSTEM_ACTOR, [new_household(draft) for draft in drafts])
    await uow.imports.add_imported(
        [
            ImportedHousehold(
                code=draft.code,
                household_id=household.id,
                area_path=draft.area_path,
                content_token=content_token(uow, draft),
                import_id=asked.id,
            )
            for draft, household in zip(drafts, households, strict=True)
        ]
    )


async def _finish(
    job: Job,
    store: FileStore,
    reading: _Reading,
    compared: _Comparison,
    registered: tuple[HouseholdDraft, ...],
) -> None:
    asked, file, sheet, match = reading.asked, reading.file, reading.sheet, reading.match
    issues = in_senders_words(compared.fresh.issues, match)
    account = _account(compared, registered, sheet, match)
    account.require_balance()
    report = None
    if _error_rows(issues):
        report = await asyncio.to_thread(error_sheet, sheet, match, issues, file.format)
    async with job.begin() as uow:
        report_file = None
        if report is not None:
            report_file = await keep(
                uow,
                store,
                purpose=FilePurpose.ERROR_REPORT,
                file_format=file.format,
                content=report,
                area_path=asked.area_path,
            )
        await uow.imports.replace_issues(asked, issues)
        await uow.imports.save(
            replace(
                asked,
                state=ImportState.DONE,
                account=account,
                finished_at=uow.now,
                report_file_id=None if report_file is None else report_file.id,
            )
        )
        await job.advance(uow, done=2 * len(sheet.rows), total=2 * len(sheet.rows))


def _account(
    compared: _Comparison, registered: Sequence[HouseholdDraft], sheet: Sheet, match: HeaderMatch
) -> ImportAccount:
    written = {draft.code for draft in registered}
    valid = [draft for draft in (*compared.fresh.drafts, *compared.done_before) if draft.code not in written]
    known_rows = [_rows(registered), _rows(compared.unchanged), _rows(valid)]
    known_households = [len(registered), len(compared.unchanged), len(valid)]
    return ImportAccount(
        rows_read=len(sheet.rows),
        rows_registered=known_rows[0],
        rows_unchanged=known_rows[1],
        rows_valid=known_rows[2],
        rows_rejected=len(_error_rows(compared.fresh.issues)),
        households_read=compared.fresh.households_read,
        households_registered=known_households[0],
        households_unchanged=known_households[1],
        households_valid=known_households[2],
        households_rejected=compared.fresh.households_read - sum(known_households),
        banned_columns_dropped=match.banned_count,
        banned_values_refused=compared.fresh.banned_values_refused,
    )


def _rows(drafts: Sequence[HouseholdDraft]) -> int:
    return sum(len(draft.rows) for draft in drafts)


def _error_rows(issues: Sequence[RowIssue]) -> set[int]:
    """Every row of a spoilt household has an error of its own or HOUSEHOLD_HAS_ERRORS."""
    return {issue.row for issue in issues if issue.severity is Severity.ERROR}
