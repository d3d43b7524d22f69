"""The work of a registry import: read, check and stage in one step, then compare and write block by block, report.

What was staged and which block was applied last is committed with the effect, so that a killed process is followed by
one that goes on exactly there. Before everything is staged nothing counts: the file is read again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from uuid import UUID

import polars as pl
from sqlalchemy.exc import IntegrityError

from chassis.errors import DependencyDown, Refusal
from chassis.jobs import JobKind, RunningJob
from chassis.statistics import refresh_statistics
from chassis.uow import JsonObject
from households_service.files.columns import HeaderMatch, match_headers
from households_service.files.domain import FilePurpose
from households_service.files.error_sheet import error_sheet
from households_service.files.grid import Grid
from households_service.files.service import keep
from households_service.files.store import FileStore
from households_service.imports.applying import apply_block
from households_service.imports.domain import (
    ImportAccount,
    ImportMode,
    ImportState,
    RegistryImport,
    RowState,
)
from households_service.imports.reading import StagedFile, read_file, stage_file
from households_service.imports.registration import village_index
from households_service.imports.registry_sheet import REGISTRY_SHEET
from households_service.imports.service import REGISTRY_IMPORT_JOB, stored_content
from households_service.members.domain import MemberAlreadyRegistered
from households_service.registry.domain import HouseholdChangedMeanwhile, HouseholdCodeTaken
from households_service.sheets.issues import issue_frame
from households_service.sheets.kinds import Rules
from households_service.uow import HouseholdsUnitOfWork

HOUSEHOLDS_PER_BLOCK = 500

# Blocks after which the tables have become so much larger that what is known of them is wrong.
_GROWN = frozenset({1, 4, 16, 64, 256})
_FILLED = ("households", "members", "link_keys", "imported_households")

Job = RunningJob[HouseholdsUnitOfWork]


class _NotAll(Exception):
    """A COMMIT_ALL met a fault on its way: everything is rolled back."""


@dataclass(slots=True, kw_only=True)
class _Import:
    """One attempt. `grid`: kept from staging for the report; another process reads the file again if it needs it."""

    job: Job
    store: FileStore
    asked: RegistryImport
    households_per_block: int
    grid: Grid | None = field(default=None, repr=False)


def registry_import_job(
    store: FileStore, *, households_per_block: int = HOUSEHOLDS_PER_BLOCK
) -> JobKind[HouseholdsUnitOfWork]:
    async def work(job: Job) -> JsonObject | None:
        import_id = UUID(str(job.payload["importId"]))
        async with job.begin() as uow:
            asked = await uow.imports.get(import_id)
        await _work(_Import(job=job, store=store, asked=asked, households_per_block=households_per_block))
        return {"importId": str(import_id)}

    return JobKind(name=REGISTRY_IMPORT_JOB, work=work)


async def _work(one: _Import) -> None:
    if one.asked.state in {ImportState.DONE, ImportState.REFUSED}:
        return
    if one.asked.state is not ImportState.WRITING:
        try:
            await _stage(one)
        except Refusal as refusal:
            await _refuse(one, refusal)
            return
    if one.asked.mode is ImportMode.COMMIT_ALL:
        await _apply_all(one)
    else:
        await _apply(one, write=one.asked.mode is ImportMode.COMMIT_VALID)
    await _finish(one)


async def _stage(one: _Import) -> None:
    async with one.job.begin() as uow:
        await uow.imports.save(replace(one.asked, state=ImportState.READING))
        villages = await village_index(uow)
        rules = Rules(today=uow.today, sample_ids_allowed=uow.rules.samples_allowed)
        file, content = await stored_content(uow, one.store, one.asked.file_id)
        vault = uow.vault
    staged: StagedFile = await asyncio.to_thread(
        stage_file,
        content,
        file.format,
        one.asked,
        villages=villages,
        rules=rules,
        vault=vault,
        households_per_block=one.households_per_block,
    )
    one.grid = staged.grid
    rows = staged.checked.rows.height
    one.asked = replace(
        one.asked,
        state=ImportState.WRITING,
        headers=staged.headers,
        header_row=staged.grid.header_row,
        account=ImportAccount(
            rows_read=rows,
            households_read=staged.checked.households_read,
            banned_columns_dropped=staged.match.banned_count,
            banned_values_refused=staged.checked.banned_values_refused,
        ),
    )
    async with one.job.begin() as uow:
        await uow.staging.clear(one.asked.id)
        await uow.imports.clear_issues(one.asked.id)
        await uow.staging.add(one.asked, staged.blocks)
        await uow.imports.add_issues(one.asked, staged.issues)
        await uow.imports.save(one.asked)
        await one.job.advance(uow, done=rows, total=2 * rows, cursor={"block": 0})


async def _refuse(one: _Import, refusal: Refusal) -> None:
    async with one.job.begin() as uow:
        await uow.imports.save(
            replace(
                one.asked,
                state=ImportState.REFUSED,
                finished_at=uow.now,
                refusal_code=refusal.code,
                refusal_message=refusal.message,
            )
        )


async def _apply(one: _Import, *, write: bool) -> None:
    """From the cursor on, one block a transaction."""
    async with one.job.begin() as uow:
        blocks = await uow.staging.count_sound_blocks(one.asked.id)
    for number in range(_cursor(one.job), blocks):
        try:
            async with one.job.begin() as uow:
                await _block(uow, one, number, blocks=blocks, write=write)
        except _CHANGED_MEANWHILE as error:
            # Somebody registered or changed one of them in between: the next attempt compares this block again.
            raise DependencyDown("The registry changed during the import.") from error
        if write and (number + 1 in _GROWN or number + 1 == blocks) and blocks > 1:
            await _count_tables(one.job)


async def _count_tables(job: Job) -> None:
    async with job.begin() as uow:
        await refresh_statistics(uow.connection, *_FILLED)


_CHANGED_MEANWHILE = (IntegrityError, HouseholdCodeTaken, MemberAlreadyRegistered, HouseholdChangedMeanwhile)


async def _apply_all(one: _Import) -> None:
    """Everything in one transaction, or a comparison only when anything at all is wrong."""
    async with one.job.begin() as uow:
        blocks = await uow.staging.count_sound_blocks(one.asked.id)
        counts = await uow.staging.counts(one.asked.id)
    if RowState.REJECTED not in counts.rows and _cursor(one.job) == 0:
        before = one.asked
        try:
            async with one.job.begin() as uow:
                for number in range(blocks):
                    if await _block(uow, one, number, blocks=blocks, write=True):
                        raise _NotAll
                    if number + 1 in _GROWN and blocks > 1:
                        await refresh_statistics(uow.connection, *_FILLED)
            await _count_tables(one.job)
            return
        except _NotAll:
            one.job.cursor, one.asked = {"block": 0}, before
        except _CHANGED_MEANWHILE as error:
            raise DependencyDown("The registry changed during the import.") from error
    await _apply(one, write=False)


async def _block(uow: HouseholdsUnitOfWork, one: _Import, number: int, *, blocks: int, write: bool) -> bool:
    """One block's effect, the states of its rows and the cursor, in one transaction. True: a row was rejected."""
    drafts = await uow.staging.households(one.asked.id, number)
    outcome = await apply_block(uow, one.asked, drafts, write=write)
    await uow.staging.set_states(one.asked.id, number, outcome.states)
    found = issue_frame(outcome.issues).with_columns(pl.col("column").replace(dict(one.asked.headers)))
    await uow.imports.add_issues(one.asked, found)
    account = one.asked.account
    if outcome.members_missing:
        account = replace(account, members_missing=account.members_missing + outcome.members_missing)
        await uow.imports.save(replace(one.asked, account=account))
    rows = account.rows_read
    await one.job.advance(uow, done=rows + rows * (number + 1) // blocks, cursor={"block": number + 1})
    one.asked = replace(one.asked, account=account)
    return RowState.REJECTED in outcome.states.values()


def _cursor(job: Job) -> int:
    return int(str((job.cursor or {}).get("block", 0)))


async def _finish(one: _Import) -> None:
    asked = one.asked
    async with one.job.begin() as uow:
        counts = await uow.staging.counts(asked.id)
        missing, _ = await uow.staging.missing_households(asked.id, limit=0)
        rejected = counts.rows.get(RowState.REJECTED, 0)
        found = [issue for _, issue in await uow.imports.issues(asked.id)] if rejected else []
        file, content = await stored_content(uow, one.store, asked.file_id)
    account = replace(
        asked.account,
        rows_registered=counts.rows.get(RowState.REGISTERED, 0),
        rows_updated=counts.rows.get(RowState.UPDATED, 0),
        rows_unchanged=counts.rows.get(RowState.UNCHANGED, 0),
        rows_valid=counts.rows.get(RowState.VALID, 0),
        rows_rejected=rejected,
        households_registered=counts.households.get(RowState.REGISTERED, 0),
        households_updated=counts.households.get(RowState.UPDATED, 0),
        households_unchanged=counts.households.get(RowState.UNCHANGED, 0),
        households_valid=counts.households.get(RowState.VALID, 0),
        households_rejected=counts.households.get(RowState.REJECTED, 0),
        households_missing=missing,
    )
    account.require_balance()
    report = None
    if rejected:
        grid = one.grid
        if grid is None:
            grid = await asyncio.to_thread(read_file, content, file.format, asked)
        match: HeaderMatch = match_headers(grid.header, REGISTRY_SHEET.headers, asked.choice)
        report = await asyncio.to_thread(error_sheet, grid, match, issue_frame(found), file.format)
    async with one.job.begin() as uow:
        report_file = None
        if report is not None:
            report_file = await keep(
                uow,
                one.store,
                purpose=FilePurpose.ERROR_REPORT,
                file_format=file.format,
                content=report,
                area_path=asked.area_path,
            )
        await uow.staging.forget_rows(asked.id)
        await uow.imports.save(
            replace(
                asked,
                state=ImportState.DONE,
                account=account,
                finished_at=uow.now,
                report_file_id=None if report_file is None else report_file.id,
            )
        )
        await one.job.advance(uow, done=2 * account.rows_read, total=2 * account.rows_read, cursor=one.job.cursor)
