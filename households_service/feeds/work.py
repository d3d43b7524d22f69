"""Feed files, worked off in steps, and the deletion of raw rows past their time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from chassis.errors import Refusal
from chassis.jobs import JobKind, RunningJob
from chassis.timers import DueTimer
from chassis.uow import JsonObject
from households_service.feeds.catalogue.columns import columns_of
from households_service.feeds.domain import BatchState
from households_service.feeds.parsing import BatchRules, ParsedRecord, parse_file_row
from households_service.feeds.receiving import take_records
from households_service.feeds.service import FEED_JOB, batch_rules
from households_service.files.columns import HeaderChoice, HeaderMatch, headers_of, match_headers
from households_service.files.domain import FileEncoding, FileNotStored, SheetRow
from households_service.files.reading import read_sheet
from households_service.files.service import content_of
from households_service.files.store import FileStore
from households_service.uow import HouseholdsUnitOfWork

ROWS_PER_STEP = 500

Job = RunningJob[HouseholdsUnitOfWork]


def feed_file_job(store: FileStore) -> JobKind[HouseholdsUnitOfWork]:
    async def work(job: Job) -> JsonObject | None:
        return await _work(job, store)

    return JobKind(name=FEED_JOB, work=work)


async def _work(job: Job, store: FileStore) -> JsonObject:
    """A killed process goes on behind the last committed step: rows and cursor commit together."""
    batch_key = UUID(str(job.payload["batchKey"]))
    result: JsonObject = {"batchKey": str(batch_key)}
    async with job.begin() as uow:
        batch = await uow.batches.get(batch_key)
        if batch.state in {BatchState.DONE, BatchState.REFUSED}:
            return result
        if batch.file_id is None:
            raise FileNotStored("This batch did not come as a file.")
        file = await uow.files.get(batch.file_id)
        rules = await batch_rules(uow, batch, purpose_code=str(job.payload["purposeCode"]))
    try:
        columns, choice = columns_of(rules.feed), _choice(job.payload)
        sheet = await asyncio.to_thread(
            read_sheet,
            await content_of(store, file),
            file.format,
            _encoding(job.payload),
            headers=headers_of(columns, choice),
        )
        match = match_headers(sheet.header, columns, choice)
    except Refusal as refusal:
        async with job.begin() as uow:
            await uow.batches.save(
                replace(
                    batch,
                    state=BatchState.REFUSED,
                    finished_at=uow.now,
                    refusal_code=refusal.code,
                    refusal_message=refusal.message,
                )
            )
        return result
    account = replace(batch.account, banned_columns_dropped=match.banned_count)
    batch = replace(batch, state=BatchState.RUNNING, account=account, header_row=sheet.header_row)
    for start in range(job.done, len(sheet.rows), ROWS_PER_STEP):
        part = sheet.rows[start : start + ROWS_PER_STEP]
        parsed = await asyncio.to_thread(_parse, part, match, rules)
        async with job.begin() as uow:
            batch = await take_records(uow, batch, parsed)
            await job.advance(uow, done=start + len(part), total=len(sheet.rows))
    async with job.begin() as uow:
        await uow.batches.save(replace(batch, state=BatchState.DONE, finished_at=uow.now))
    return result


async def delete_raw_rows(uow: HouseholdsUnitOfWork, due: DueTimer) -> None:
    """Daily: what a department sent is kept for 90 days, sealed, and no longer."""
    del due
    await uow.batches.delete_raw_due(uow.now)


def _parse(rows: Sequence[SheetRow], match: HeaderMatch, rules: BatchRules) -> list[ParsedRecord]:
    return [parse_file_row(row, match, rules) for row in rows]


def _encoding(payload: JsonObject) -> FileEncoding | None:
    """Jobs that were queued by an earlier version say none."""
    said = payload.get("encoding")
    return FileEncoding(str(said)) if said else None


def _choice(payload: JsonObject) -> HeaderChoice:
    mapped, ignored = payload["mapped"], payload["ignored"]
    return HeaderChoice(
        mapped=tuple((str(pair[0]), str(pair[1])) for pair in mapped) if isinstance(mapped, list) else (),
        ignored=tuple(str(name) for name in ignored) if isinstance(ignored, list) else (),
    )
