"""Files that are broken, hostile or spoilt, sent as everybody sends them: a coded answer, nothing half written.

After each a sound file is taken by the same process: what a bad one costs, it costs alone.
"""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import func, select

from chassis.jobs import Jobs
from households_service.files.store import FileStore
from households_service.imports.work import registry_import_job
from households_service.members.tables import members
from households_service.registry.tables import households
from tests.households_service.county import ADMIN, County
from tests.households_service.factories import COUNTY, id_number
from tests.households_service.http import Answer, Http, open_http
from tests.households_service.sheets import HEADER, Row, csv_bytes, household_rows, xlsx_bytes
from tests.households_service.workbooks import OLD_BINARY, WITH_PASSWORD, bomb, book, far_corner, lying, saved

START = """
mutation ($input: StartRegistryImportInput!) {
  startRegistryImport(input: $input) { ... on ImportJob { id } ... on Refused { code } }
}
"""
FOLLOW = """
query ($id: ID!) {
  importJob(id: $id) {
    state refusalCode refusalMessage reportPath account { rowsRead rowsRegistered rowsRejected }
    issues(first: 50) { edges { node { row column code value } } }
  }
}
"""
_orders: Iterator[int] = iter(count(100))


def sound() -> list[Row]:
    order = next(_orders)
    return household_rows(f"BAD-{order}", order)


def spoilt(place: int, value: object, *, header: str = "证件号码") -> list[Row]:
    """Three households, one cell of the second one's head changed."""
    rows = [*sound(), *sound(), *sound()]
    row = list(rows[place])
    row[HEADER.index(header)] = value
    rows[place] = tuple(row)
    return rows


@pytest.fixture
def http(county: County, store: FileStore, tmp_path: Path) -> Http:
    return open_http(county, store, tmp_path / "keys")


@pytest.fixture(autouse=True)
async def a_sound_file_is_taken_afterwards(county: County, store: FileStore, http: Http) -> AsyncIterator[None]:
    yield
    done = await taken(county, store, http, "sound.csv", csv_bytes(sound()))
    assert (done["state"], done["account"]) == ("DONE", {"rowsRead": 2, "rowsRegistered": 2, "rowsRejected": 0})


async def sent(http: Http, name: str, content: bytes) -> Answer:
    return await http.upload("/files/registry-imports", ADMIN, {"areaPath": COUNTY}, name, content)


async def taken(county: County, store: FileStore, http: Http, name: str, content: bytes) -> Mapping[str, object]:
    """Sent, started, worked off: what a follower sees in the end."""
    kept = await sent(http, name, content)
    assert kept.status == 201, kept.body
    asked = {"fileId": kept.json()["fileId"], "mode": "COMMIT_VALID", "idempotencyKey": str(kept.json()["fileId"])}
    started = (await county.ask(ADMIN, START, {"input": asked}))["startRegistryImport"]
    assert isinstance(started, dict)
    runner = Jobs(begin=county.begin, kinds=[registry_import_job(store)])
    while await runner.work_one():
        pass
    done = (await county.ask(ADMIN, FOLLOW, {"id": started["id"]}))["importJob"]
    assert isinstance(done, dict)
    return done


async def registered(county: County) -> tuple[int, int]:
    async with county.begin() as uow:
        found = [await uow.connection.scalar(select(func.count()).select_from(one)) for one in (households, members)]
    return int(found[0] or 0), int(found[1] or 0)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        pytest.param("a.xlsx", WITH_PASSWORD, "WORKBOOK_PROTECTED", id="a workbook with a password"),
        pytest.param("a.xls", OLD_BINARY, "FILE_NOT_A_WORKBOOK", id="the old binary form"),
        pytest.param("a.xlsx", OLD_BINARY, "FILE_NOT_A_WORKBOOK", id="the old binary form, renamed"),
        pytest.param("a.csv", b"", "FILE_EMPTY", id="nothing"),
    ],
)
async def test_what_its_first_bytes_betray_is_not_even_kept(
    county: County, store: FileStore, http: Http, *, name: str, content: bytes, code: str
) -> None:
    before = await registered(county)
    answer = await sent(http, name, content)
    assert (answer.status, json.loads(answer.body)["errors"][0]["extensions"]["code"]) == (400, code)
    assert list(store.ids()) == []
    assert await registered(county) == before


def doubled() -> bytes:
    return csv_bytes([(*row, row[2]) for row in sound()], header=(*HEADER, "姓名"))


REFUSED = [
    pytest.param("a.xlsx", lambda: far_corner(told=True), "FILE_TOO_LARGE", "200 columns", id="two cells far apart"),
    pytest.param("a.xlsx", lambda: far_corner(told=False), "WORKBOOK_TOO_COSTLY", "CSV", id="the same, and it lies"),
    pytest.param("a.xlsx", bomb, "WORKBOOK_TOO_COSTLY", "200 MB", id="a ZIP bomb"),
    pytest.param("a.xlsx", lying, "FILE_NOT_A_WORKBOOK", "save it again", id="a ZIP that lies about sizes"),
    pytest.param("a.xlsx", lambda: b"PK\x03\x04" + b"x" * 99, "FILE_NOT_A_WORKBOOK", "no workbook", id="half a ZIP"),
    pytest.param("a.csv", lambda: csv_bytes([]), "FILE_EMPTY", "no rows", id="a header alone"),
    pytest.param("a.xlsx", lambda: xlsx_bytes([]), "FILE_EMPTY", "no rows", id="a header alone in a workbook"),
    pytest.param("a.csv", lambda: b" \n,,\n", "FILE_EMPTY", "no rows", id="blanks alone"),
    pytest.param(
        "a.csv",
        lambda: csv_bytes(sound()).decode().encode("utf-16-le"),
        "FILE_ENCODING_UNKNOWN",
        "say the file's encoding",
        id="UTF-16 without a mark",
    ),
    pytest.param(
        "a.csv", lambda: csv_bytes(sound()) + b"\0\0", "FILE_ENCODING_UNKNOWN", "zero bytes", id="zero bytes"
    ),
    pytest.param(
        "a.csv", lambda: b"," * 2_000_000 + b"x\n1\n", "FILE_TOO_LARGE", "200 columns", id="two million columns"
    ),
    pytest.param(
        "a.csv", lambda: csv_bytes(sound()) + b"1" + b",1" * 2_000_000, "CSV_MALFORMED", "Row 4", id="a slipped row"
    ),
    pytest.param("a.csv", doubled, "COLUMN_TWICE", "Columns C and I are both name", id="a header twice"),
    pytest.param(
        "a.csv", lambda: csv_bytes(sound()).replace("姓名".encode(), "姓民".encode()), "UNKNOWN_COLUMN", "column C",
        id="an unknown header",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "made", "code", "says"), REFUSED)
async def test_a_file_that_cannot_be_read_is_refused_as_a_whole(
    county: County, store: FileStore, http: Http, *, name: str, made: object, code: str, says: str
) -> None:
    assert callable(made)
    before = await registered(county)
    done = await taken(county, store, http, name, made())
    assert (done["state"], done["refusalCode"]) == ("REFUSED", code)
    assert says in str(done["refusalMessage"])
    assert done["account"] == {"rowsRead": 0, "rowsRegistered": 0, "rowsRejected": 0}
    assert await registered(county) == before


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("gb18030", b""), ("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE), ("utf-8-sig", b"")],
)
async def test_every_encoding_that_tells_itself_is_read(
    county: County, store: FileStore, http: Http, encoding: str, mark: bytes
) -> None:
    done = await taken(county, store, http, "a.csv", mark + csv_bytes(sound(), encoding=encoding))
    assert done["account"] == {"rowsRead": 2, "rowsRegistered": 2, "rowsRejected": 0}


@pytest.mark.parametrize("as_book", [False, True], ids=["CSV", "XLSX"])
@pytest.mark.parametrize(
    ("value", "code"),
    [
        pytest.param("990101198001010000", "ID_EXCEL_TRUNCATED", id="rounded to noughts"),
        pytest.param("9.90101198001010E+17", "ID_EXCEL_TRUNCATED", id="with an exponent"),
        pytest.param("9901011980010100", "MALFORMED_ID_NUMBER", id="sixteen digits"),
        pytest.param("990101198013010016", "ID_NUMBER_CHECK_FAILED", id="mistyped"),
    ],
)
async def test_a_spoilt_number_keeps_its_household_out_and_says_where(
    county: County, store: FileStore, http: Http, value: str, code: str, *, as_book: bool
) -> None:
    before = await registered(county)
    rows = spoilt(2, value)
    done = await taken(
        county, store, http, "a.xlsx" if as_book else "a.csv", xlsx_bytes(rows) if as_book else csv_bytes(rows)
    )
    assert done["account"] == {"rowsRead": 6, "rowsRegistered": 4, "rowsRejected": 2}
    found = [edge["node"] for edge in done["issues"]["edges"]]  # type: ignore[index]  # JSON of an answer
    assert [(one["row"], one["column"], one["code"]) for one in found] == [
        (4, "证件号码", code),
        (5, "户编号", "HOUSEHOLD_HAS_ERRORS"),
    ]
    assert found[0]["value"] == value[:2] + "*" * min(len(value) - 2, 16)
    assert await registered(county) == (before[0] + 2, before[1] + 4)
    report = await http.send("GET", str(done["reportPath"]), ADMIN)
    assert [tuple(one[key] for key in ("row", "column", "code", "value")) for one in json.loads(report.body)] == [
        tuple(one[key] for key in ("row", "column", "code", "value")) for one in found
    ]
    assert all(one["message"] for one in json.loads(report.body))


async def test_a_number_typed_as_a_number_is_told_as_what_it_is(county: County, store: FileStore, http: Http) -> None:
    """A spreadsheet keeps 15 digits of the 18."""
    done = await taken(county, store, http, "a.xlsx", xlsx_bytes(spoilt(2, float(id_number(order=99)[:17] + "0"))))
    found = [edge["node"] for edge in done["issues"]["edges"]]  # type: ignore[index]  # JSON of an answer
    assert (found[0]["row"], found[0]["code"]) == (4, "ID_EXCEL_TRUNCATED")


async def test_dates_as_day_numbers_are_dates(county: County, store: FileStore, http: Http) -> None:
    header = (*HEADER, "出生日期")
    born = (date(1980, 1, 1) - date(1899, 12, 30)).days
    first, second = sound()
    rows = [(*first[:3], None, *first[4:], born), (*second[:3], None, *second[4:], date(2010, 1, 1))]
    done = await taken(county, store, http, "a.xlsx", xlsx_bytes(rows, header=header))
    assert done["account"] == {"rowsRead": 2, "rowsRegistered": 2, "rowsRejected": 0}
    async with county.begin() as uow:
        found = (await uow.households.by_codes([str(first[1])]))[str(first[1])]
        held = (await uow.members.of_households([found.id]))[found.id]
    assert sorted(member.date_of_birth for member in held if member.date_of_birth) == [
        date(1980, 1, 1),
        date(2010, 1, 1),
    ]


async def test_cells_that_were_merged_are_missing_and_told(county: County, store: FileStore, http: Http) -> None:
    made = book([HEADER, *sound()])
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("B2:B3")
    done = await taken(county, store, http, "a.xlsx", saved(made))
    assert done["account"] == {"rowsRead": 2, "rowsRegistered": 0, "rowsRejected": 2}
    found = [edge["node"] for edge in done["issues"]["edges"]]  # type: ignore[index]  # JSON of an answer
    assert (3, "户编号", "HOUSEHOLD_CODE_MALFORMED") in [(one["row"], one["column"], one["code"]) for one in found]


async def test_the_first_sheet_that_can_be_seen_is_read(county: County, store: FileStore, http: Http) -> None:
    made = book([["hidden"], ["rows"]])
    hidden = made.active
    assert isinstance(hidden, Worksheet)
    shown = made.create_sheet("shown")
    for row in (HEADER, *sound()):
        shown.append(list(row))
    hidden.sheet_state = "hidden"
    made.active = 1
    content = io.BytesIO()
    made.save(content)
    done = await taken(county, store, http, "a.xlsx", content.getvalue())
    assert done["account"] == {"rowsRead": 2, "rowsRegistered": 2, "rowsRejected": 0}
