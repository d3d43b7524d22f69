"""Files that are no registry sheet are refused as a whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from households_service.files.columns import HeaderChoice
from households_service.files.store import FileStore
from households_service.imports.domain import ImportMode
from tests.households_service.county import County
from tests.households_service.imported import events_written, report, run_import
from tests.households_service.sheets import HEADER, csv_bytes, household_rows, xlsx_bytes


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        pytest.param(
            csv_bytes([], header=("户编号", "姓名")) + b"H-1,X\n", "a.csv", "COLUMN_MISSING", id="columns missing"
        ),
        pytest.param(
            csv_bytes([(*household_rows("U-1", 301)[0], "x")], header=(*HEADER, "户主爱好")),
            "a.csv",
            "UNKNOWN_COLUMN",
            id="a wrong column",
        ),
        pytest.param(b"a,b\n\xff\xff,1\n", "a.csv", "FILE_ENCODING_UNKNOWN", id="bytes of no encoding"),
        pytest.param(b"PK\x03\x04" + b"x" * 100, "a.xlsx", "FILE_NOT_A_WORKBOOK", id="an XLSX that is not one"),
    ],
)
async def test_a_file_that_cannot_be_a_registry_sheet_is_refused_whole(
    county: County, store: FileStore, content: bytes, name: str, code: str
) -> None:
    before = await events_written(county)
    done = await run_import(county, store, content, ImportMode.COMMIT_VALID, name=name)
    assert (done.state, done.refusal_code) == ("REFUSED", code)
    assert done.account.rows_read == 0
    assert await events_written(county) == before


async def test_an_unknown_header_names_the_nearest_and_goes_on_when_ignored(county: County, store: FileStore) -> None:
    content = csv_bytes([(*row, "x") for row in household_rows("I-1", 311)], header=(*HEADER, "证件号"))
    refused = await run_import(county, store, content, ImportMode.COMMIT_ALL)
    assert refused.refusal_message is not None
    assert "column I “证件号” (nearest known: id_number, also written 证件号码)" in refused.refusal_message
    ignored = await run_import(county, store, content, ImportMode.COMMIT_ALL, choice=HeaderChoice(ignored=("证件号",)))
    assert ignored.account.households_registered == 1


@pytest.mark.parametrize(("written", "name"), [(csv_bytes, "county.csv"), (xlsx_bytes, "county.xlsx")])
async def test_a_title_above_the_header_is_left_out_and_issues_keep_the_sheets_rows(
    county: County, store: FileStore, written: Callable[..., bytes], name: str
) -> None:
    order = 321 if name.endswith("csv") else 331
    sound, faulty = household_rows(f"T-{order}", order), household_rows(f"T-{order + 1}", order + 1)
    faulty[1] = (*faulty[1][:5], "无此关系", *faulty[1][6:])
    content = written([*sound, *faulty], above=[("某县脱贫户花名册",), ("填报日期：2020-09-18",), ()])

    done = await run_import(county, store, content, ImportMode.COMMIT_VALID, name=name)

    assert (done.header_row, done.account.households_registered, done.account.households_rejected) == (4, 1, 1)
    assert [(issue["row"], issue["code"]) for issue in await report(county, done)] == [
        (7, "HOUSEHOLD_HAS_ERRORS"),
        (8, "NOT_IN_LIST"),
    ]
