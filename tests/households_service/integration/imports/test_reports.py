"""What a sheet's modes write, and its reports: each fault once, no personal value, and the same sheet to mend."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest
from openpyxl import load_workbook

from households_service.files.store import FileStore
from households_service.imports.domain import ImportMode
from households_service.imports.service import (
    sheet_report,
)
from tests.households_service.county import ADMIN, County
from tests.households_service.factories import id_number
from tests.households_service.imported import count_of, events_written, report, run_import
from tests.households_service.sheets import csv_bytes, household_rows, xlsx_bytes

Row = tuple[object, ...]


def spoilt(prefix: str, order: int) -> list[Row]:
    """A sound household, one with a rounded ID number, one with a typing error, one without a head."""
    rounded = list(household_rows(f"{prefix}-002", order + 1))
    rounded[1] = (*rounded[1][:3], "1.23E+17", *rounded[1][4:])
    mistyped = list(household_rows(f"{prefix}-003", order + 2))
    number = str(mistyped[0][3])
    mistyped[0] = (*mistyped[0][:3], number[:17] + ("1" if number[17] != "1" else "2"), *mistyped[0][4:])
    headless = household_rows(f"{prefix}-004", order + 3)[1:]
    return [*household_rows(f"{prefix}-001", order), *rounded, *mistyped, *headless]


EXPECTED = [
    (4, "户编号", "HOUSEHOLD_HAS_ERRORS"),
    (5, "证件号码", "ID_EXCEL_TRUNCATED"),
    (6, "证件号码", "ID_NUMBER_CHECK_FAILED"),
    (7, "户编号", "HOUSEHOLD_HAS_ERRORS"),
    (8, "与户主关系", "HEAD_MISSING"),
    (8, "人数", "HOUSEHOLD_SIZE_MISMATCH"),
]


async def test_validate_reports_and_registers_nothing(county: County, store: FileStore) -> None:
    before = await events_written(county)
    done = await run_import(county, store, csv_bytes(spoilt("V", 201)), ImportMode.VALIDATE)

    assert (done.account.rows_read, done.account.rows_valid, done.account.rows_rejected) == (7, 2, 5)
    assert (done.account.households_valid, done.account.households_rejected) == (1, 3)
    issues = await report(county, done)
    assert [(issue["row"], issue["column"], issue["code"]) for issue in issues] == EXPECTED
    assert await count_of(county, "V-") == (0, 0)
    assert await events_written(county) == before


async def test_commit_valid_registers_the_sound_households(county: County, store: FileStore) -> None:
    done = await run_import(county, store, csv_bytes(spoilt("W", 211)), ImportMode.COMMIT_VALID)
    assert (done.account.rows_registered, done.account.rows_rejected) == (2, 5)
    assert await count_of(county, "W-") == (1, 2)


async def test_commit_all_registers_all_or_nothing(county: County, store: FileStore) -> None:
    done = await run_import(county, store, csv_bytes(spoilt("N", 221)), ImportMode.COMMIT_ALL)
    assert (done.account.rows_registered, done.account.rows_valid, done.account.rows_rejected) == (0, 2, 5)
    assert await count_of(county, "N-") == (0, 0)


async def test_no_report_shows_a_personal_value(county: County, store: FileStore) -> None:
    rows = spoilt("P", 231)
    done = await run_import(county, store, csv_bytes(rows), ImportMode.VALIDATE)
    shown = json.dumps(await report(county, done), ensure_ascii=False)
    for row in rows:
        assert str(row[2]) not in shown
        assert str(row[3])[:8] not in shown
    assert "某族" not in shown


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_the_faulty_rows_come_back_as_the_same_sheet_and_can_be_mended(
    county: County, store: FileStore, kind: str
) -> None:
    order = {"csv": 241, "xlsx": 251}[kind]
    rows = spoilt(f"M{order}", order)
    content = csv_bytes(rows) if kind == "csv" else xlsx_bytes(rows)
    done = await run_import(county, store, content, ImportMode.COMMIT_VALID, name=f"county.{kind}")
    async with county.begin(ADMIN) as uow:
        file_format, sheet = await sheet_report(uow, store, ADMIN, done.id)

    assert file_format == kind.upper()
    if kind == "csv":
        lines = sheet.decode("utf-8-sig").splitlines()
        header = lines[0].split(",")
        assert len(lines) == 6
        mended = "\n".join([lines[0], *lines[3:5]]).encode()
    else:
        table = [list(row) for row in load_workbook(io.BytesIO(sheet)).active.iter_rows(values_only=True)]  # type: ignore[union-attr]  # a book has a sheet
        header = [str(cell) for cell in table[0]]
        assert len(table) == 6
        mended = xlsx_bytes([tuple(row) for row in table[3:5]], header=header)
    assert "民族" not in header
    assert header[-4:] == ["_row", "_errors", "_errors_columns", "_errors_text"]
    right = id_number(born=date(1980, 1, 1), order=order + 2)
    wrong = str(spoilt("", order)[4][3])
    if kind == "csv":
        mended = mended.replace(wrong.encode(), right.encode())
    else:
        mended = xlsx_bytes(
            [tuple(right if cell == wrong else cell for cell in row) for row in table[3:5]], header=header
        )
    again = await run_import(county, store, mended, ImportMode.COMMIT_ALL, name=f"mended.{kind}")
    assert (again.account.rows_read, again.account.rows_registered) == (2, 2)
