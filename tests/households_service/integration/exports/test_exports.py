"""Lists as files: the same filters as on screen, masked, defused, streamed, and each one logged."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from chassis.errors import Forbidden, Refusal
from chassis.identity import Actor, Role
from chassis.jobs import Jobs
from chassis.tables import audit
from households_service.exports.domain import Export, ExportList, ExportRequest, request_of
from households_service.exports.service import (
    approve_export,
    begin_export,
    find_export,
    stream_export,
    take_export,
)
from households_service.files.columns import HeaderChoice
from households_service.files.domain import FileFormat
from households_service.files.store import FileStore
from households_service.imports.domain import ImportMode
from households_service.imports.service import find_import, start_registry_import, upload_registry_file
from households_service.imports.work import registry_import_job
from households_service.members.domain import Relation
from households_service.registry.domain import MonitoringCategory
from households_service.registry.service import NewMember
from tests.households_service.county import ADMIN, REVIEWER, SPECIALIST, County, family, open_county
from tests.households_service.factories import COUNTY, NEXT_VILLAGE, VILLAGE, id_number

APPROVER = Actor(subject="approver-1", roles=frozenset({Role.COUNTY_APPROVER}), areas=(COUNTY,))
REASON = "yearly check of the registry"
FORMULA = NewMember(
    name="=cmd|'/c calc'!A1", relation=Relation.HEAD, date_of_birth=date(1970, 1, 1), phone="+8613900000000"
)


@pytest.fixture(scope="module")
async def county(households_database_url: str) -> AsyncIterator[County]:
    async for opened in open_county(households_database_url):
        await opened.register(members=family(first_order=1))
        await opened.register(area_path=NEXT_VILLAGE, members=(FORMULA,), category=MonitoringCategory.NONE)
        yield opened


async def taken(county: County, asked: ExportRequest, actor: Actor = ADMIN) -> tuple[Export, bytes]:
    async with county.begin(actor) as uow:
        started = await begin_export(uow, actor, asked)
    if asked.opened:
        async with county.begin(APPROVER) as uow:
            await approve_export(uow, APPROVER, started.id)
        async with county.begin(actor) as uow:
            started = await take_export(uow, actor, started.id)
    content = b"".join([part async for part in stream_export(county.begin, actor, started)])
    async with county.begin(actor) as uow:
        return await find_export(uow, actor, started.id), content


def asked(which: ExportList = ExportList.MEMBERS, **changes: Any) -> ExportRequest:
    values: dict[str, Any] = {"list": which, "format": FileFormat.CSV, "reason": REASON, "area_path": COUNTY}
    return ExportRequest(**(values | changes))


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


async def test_members_are_masked_unless_opened(county: County) -> None:
    export, content = await taken(county, asked())
    rows = table(content)
    assert (export.rows_found, export.rows_sent, len(rows)) == (5, 5, 5)
    assert rows[0]["name"] == "F**"
    assert rows[0]["id_number"] == "*" * 16 + id_number()[-2:]
    assert rows[0]["date_of_birth"] == "1985"
    assert id_number()[:10] not in content.decode()

    opened, content = await taken(county, asked(opened=True))
    rows = table(content)
    assert opened.asked.opened is True
    assert (rows[0]["name"], rows[0]["id_number"], rows[0]["date_of_birth"]) == ("Fa Ther", id_number(), "1985-03-14")
    assert rows[0]["village_code"] == "990101001201"


async def test_what_a_spreadsheet_would_run_is_defused_in_both_formats(county: County) -> None:
    _, content = await taken(county, asked(opened=True, area_path="99/01/01/002/"))
    (row,) = table(content)
    assert (row["name"], row["phone"]) == (f"'{FORMULA.name}", f"'{FORMULA.phone}")
    _, content = await taken(county, asked(opened=True, area_path="99/01/01/002/", format=FileFormat.XLSX))
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    cells = {sheet.cell(1, n).value: sheet.cell(2, n) for n in range(1, sheet.max_column + 1)}
    assert (cells["name"].data_type, cells["name"].value) == ("s", f"'{FORMULA.name}")


async def test_a_workbook_is_one_and_keeps_id_numbers_as_text(county: County) -> None:
    _, content = await taken(county, asked(opened=True, format=FileFormat.XLSX, area_path=VILLAGE))
    assert content.startswith(b"PK\x03\x04")
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    header = [cell.value for cell in sheet[1]]
    cell = sheet.cell(2, header.index("id_number") + 1)
    assert (cell.value, cell.data_type, cell.number_format) == (id_number(), "s", "@")
    assert sheet.max_row == 5


async def test_households_are_filtered_as_their_list_is(county: County) -> None:
    everything, content = await taken(county, asked(ExportList.HOUSEHOLDS))
    assert [(row["monitoring_category"], row["members"]) for row in table(content)] == [
        ("near_poor_at_risk", "4"),
        ("none", "1"),
    ]
    assert everything.rows_sent == 2
    _, content = await taken(county, asked(ExportList.HOUSEHOLDS, categories=(MonitoringCategory.NONE,)))
    assert [row["village_code"] for row in table(content)] == ["990101002201"]
    _, content = await taken(county, asked(ExportList.HOUSEHOLDS, area_path=None), REVIEWER)
    assert len(table(content)) == 1


async def test_an_export_is_logged_with_who_what_why_and_how_many(county: County) -> None:
    export, _ = await taken(county, asked(opened=True, area_path=VILLAGE))
    async with county.begin() as uow:
        noted = select(audit).where(audit.c.subject_id == str(export.id)).order_by(audit.c.n)
        rows = (await uow.connection.execute(noted)).all()
    what = f"{REASON} (MEMBERS as CSV, opened, area={VILLAGE}, rows=4)"
    assert [(row.actor, row.action, row.purpose) for row in rows] == [
        ("admin-1", "EXPORT_OPENED", f"asked for: {what}"),
        ("approver-1", "EXPORT_OPENED", f"approved: {what}"),
        ("admin-1", "EXPORT_OPENED", f"taken, approved by approver-1: {what}"),
    ]
    assert all("id_number" in row.fields for row in rows)


async def test_only_the_county_opens_and_only_overseers_export(county: County) -> None:
    for actor, request in ((REVIEWER, asked(opened=True)), (SPECIALIST, asked()), (REVIEWER, asked(area_path=COUNTY))):
        async with county.begin(actor) as uow:
            with pytest.raises(Forbidden):
                await begin_export(uow, actor, request)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"list": "MEMBERS", "format": "CSV"}, "REASON_MISSING"),
        ({"list": "ALERTS", "format": "CSV", "reason": REASON}, "EXPORT_MALFORMED"),
        ({"list": "MEMBERS", "format": "PDF", "reason": REASON}, "EXPORT_MALFORMED"),
        ({"list": "MEMBERS", "format": "CSV", "reason": REASON, "opened": "yes"}, "EXPORT_MALFORMED"),
        ({"list": "MEMBERS", "format": "CSV", "reason": REASON, "ethnicity": "x"}, "EXPORT_MALFORMED"),
    ],
)
def test_an_export_that_is_not_understood_is_refused(body: dict[str, object], code: str) -> None:
    with pytest.raises(Refusal) as caught:
        request_of(body)
    assert caught.value.code == code


async def test_an_opened_list_sent_back_as_a_registry_sheet_changes_nothing(county: County, tmp_path: Path) -> None:
    _, content = await taken(county, asked(opened=True))
    store = FileStore(folder=tmp_path, vault=county.vault)
    async with county.begin(ADMIN) as uow:
        kept = await upload_registry_file(uow, store, ADMIN, file_name="a.csv", content=content, area_path=COUNTY)
        started = await start_registry_import(
            uow, ADMIN, file_id=kept.id, mode=ImportMode.COMMIT_ALL, choice=HeaderChoice()
        )
    runner = Jobs(begin=county.begin, kinds=[registry_import_job(store)])
    while await runner.work_one():
        pass
    async with county.begin(ADMIN) as uow:
        done = await find_import(uow, ADMIN, started.id)
    assert (done.refusal_message, done.account.rows_read, done.account.rows_unchanged) == (None, 5, 5)
