"""Use cases of exports: begin one, stream it page by page, look at its log.

A page is read in its own short transaction, so that an export of any size holds no lock and no memory.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from uuid import UUID

import polars as pl

from chassis.identity import Actor
from chassis.ids import new_id
from households_service.access import POLICY, Action
from households_service.areas.domain import level_of
from households_service.exports.domain import (
    MOST_ROWS,
    Export,
    ExportList,
    ExportRequest,
    ExportTooLarge,
    UnknownExport,
)
from households_service.exports.rows import COLUMNS, household_rows, member_rows
from households_service.files.domain import FileFormat
from households_service.files.spreadsheet_csv import csv_header, csv_rows, defused
from households_service.files.xlsx import WorkbookStream
from households_service.registry.repository import HouseholdFilter, HouseholdOrder
from households_service.registry.sight import Sight
from households_service.uow import Begin, HouseholdsUnitOfWork

HOUSEHOLDS_PER_PAGE = 500


async def begin_export(uow: HouseholdsUnitOfWork, actor: Actor, asked: ExportRequest) -> Export:
    """Notes who takes what and why, before a row goes out. A list in the open waits for a second person.

    Raises Forbidden, ExportTooLarge, ReasonMissing.
    """
    scope = POLICY.require(actor, Action.EXPORT_REGISTRY)
    if asked.opened:
        POLICY.require(actor, Action.EXPORT_OPENED)
    if asked.area_path is not None:
        level_of(asked.area_path)
        scope.require(area_path=asked.area_path)
    export = Export(
        id=new_id(),
        asked=asked,
        area_path=asked.area_path or (min(actor.areas) if actor.areas else ""),
        columns=COLUMNS[asked.list],
        requested_by=actor.subject,
        requested_at=uow.now,
        rows_found=await _count(uow, asked, Sight.of(scope, day=uow.today)),
        taken_at=None if asked.opened else uow.now,
    )
    await uow.exports.add(export)
    await _note(uow, export, "asked for" if asked.opened else "taken")
    return export


async def approve_export(uow: HouseholdsUnitOfWork, actor: Actor, export_id: UUID) -> Export:
    """By another person with the same right. Raises UnknownExport, SecondPersonNeeded, ExportOver."""
    export = await _in_the_open(uow, actor, export_id)
    approved = export.approve(actor.subject, now=uow.now)
    if approved is not export:
        await uow.exports.save(approved)
        await _note(uow, approved, "approved")
    return approved


async def take_export(uow: HouseholdsUnitOfWork, actor: Actor, export_id: UUID) -> Export:
    """An approved list, once, by the one who asked for it. Raises UnknownExport, ExportNotApproved, ExportOver."""
    export = await _in_the_open(uow, actor, export_id)
    if export.requested_by != actor.subject:
        raise UnknownExport("There is no such export, or not for you.", field="id")
    sight = Sight.of(POLICY.require(actor, Action.EXPORT_REGISTRY), day=uow.today)
    taken = replace(export.take(now=uow.now), rows_found=await _count(uow, export.asked, sight))
    await uow.exports.save(taken)
    await _note(uow, taken, f"taken, approved by {taken.approved_by}")
    return taken


async def _in_the_open(uow: HouseholdsUnitOfWork, actor: Actor, export_id: UUID) -> Export:
    scope = POLICY.require(actor, Action.EXPORT_OPENED)
    found = await uow.exports.get(export_id, lock=True)
    if not found.asked.opened or not scope.covers(area_path=found.area_path):
        raise UnknownExport("There is no such export, or not for you.", field="id")
    return found


async def _count(uow: HouseholdsUnitOfWork, asked: ExportRequest, sight: Sight) -> int:
    if asked.list is ExportList.MEMBERS:
        rows = await uow.exports.count_members(_filter(asked), sight)
    else:
        rows = await uow.households.count(_filter(asked), sight)
    if rows > MOST_ROWS[asked.format]:
        raise ExportTooLarge(
            f"{rows:,} rows are more than a file of this format takes: ask for a smaller area.", field="area"
        )
    return rows


async def _note(uow: HouseholdsUnitOfWork, export: Export, what: str) -> None:
    asked = export.asked
    await uow.audit(
        action=Action.EXPORT_OPENED if asked.opened else Action.EXPORT_REGISTRY,
        subject_id=str(export.id),
        purpose=f"{what}: {asked.reason.strip()} ({asked.told()}, rows={export.rows_found})",
        fields=export.columns,
    )


async def find_export(uow: HouseholdsUnitOfWork, actor: Actor, export_id: UUID) -> Export:
    """Raises UnknownExport, also for one that lies outside what the caller may act on."""
    scope = POLICY.require(actor, Action.EXPORT_REGISTRY)
    found = await uow.exports.get(export_id)
    if not scope.covers(area_path=found.area_path):
        raise UnknownExport("There is no such export, or not for you.", field="id")
    return found


async def stream_export(begin: Begin, actor: Actor, export: Export) -> AsyncIterator[bytes]:
    """The file's bytes. What was sent in the end is noted; an export that broke off keeps `rows_sent` empty."""
    writer = _Csv(export.columns) if export.asked.format is FileFormat.CSV else _Xlsx(export)
    sent = 0
    with closing(writer):
        yield writer.begin()
        async for page in _pages(begin, actor, export):
            sent += page.height
            yield writer.rows(page)
        yield writer.end()
    async with begin(actor) as uow:
        await uow.exports.save(replace(export, rows_sent=sent, finished_at=uow.now))


async def _pages(begin: Begin, actor: Actor, export: Export) -> AsyncIterator[pl.DataFrame]:
    asked, after = export.asked, None
    scope = POLICY.require(actor, Action.EXPORT_REGISTRY)
    while True:
        async with begin(actor) as uow:
            today = uow.today
            found = await uow.households.page(
                _filter(asked),
                HouseholdOrder.CODE,
                Sight.of(scope, day=today),
                after=after,
                limit=HOUSEHOLDS_PER_PAGE,
            )
            if not found:
                return
            members = await uow.members.of_households([household.id for household in found])
            areas = await uow.areas.by_paths({household.area_path for household in found})
        after = found[-1].code
        if asked.list is ExportList.HOUSEHOLDS:
            yield household_rows(found, members, areas, today=today)
        else:
            yield member_rows(found, members, areas, today=today, opened=asked.opened)


def _filter(asked: ExportRequest) -> HouseholdFilter:
    return HouseholdFilter(
        area_path=asked.area_path,
        categories=asked.categories,
        histories=asked.histories,
        code_prefix=asked.code_prefix,
    )


class _Csv:
    def __init__(self, columns: tuple[str, ...]) -> None:
        self._columns = columns

    def begin(self) -> bytes:
        return csv_header(self._columns)

    def rows(self, page: pl.DataFrame) -> bytes:
        return csv_rows(page)

    def end(self) -> bytes:
        return b""

    def close(self) -> None:
        """There is nothing to close."""


class _Xlsx:
    """Texts are defused here too: a workbook is often saved as CSV by whoever gets it."""

    def __init__(self, export: Export) -> None:
        self._stream = WorkbookStream(export.asked.list.value.lower(), export.columns)

    def begin(self) -> bytes:
        return self._stream.begin()

    def rows(self, page: pl.DataFrame) -> bytes:
        texts = [defused(pl.col(name)).alias(name) for name, kind in page.schema.items() if kind == pl.String]
        return self._stream.rows(page.with_columns(texts))

    def end(self) -> bytes:
        return self._stream.end()

    def close(self) -> None:
        self._stream.close()
