"""A county's sheet from upload to registry: modes, reports, replays, and a process killed in between."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from chassis.errors import Forbidden
from chassis.identity import SYSTEM_ACTOR, Actor, Role
from chassis.jobs import JobKind, Jobs, RunningJob
from chassis.tables import jobs, outbox
from chassis.uow import JsonObject
from households_service.files.columns import HeaderChoice
from households_service.files.store import FileStore
from households_service.imports.domain import ImportMode, RegistryImport
from households_service.imports.service import (
    find_import,
    issues_report,
    sheet_report,
    start_registry_import,
    upload_registry_file,
)
from households_service.imports.work import registry_import_job
from households_service.members.tables import members
from households_service.registry.tables import households
from households_service.uow import HouseholdsUnitOfWork
from tests.households_service.county import ADMIN, REVIEWER, STRANGER, County
from tests.households_service.factories import COUNTY, TOWNSHIP, id_number
from tests.households_service.sheets import HEADER, csv_bytes, household_rows, xlsx_bytes

Row = tuple[object, ...]


@pytest.fixture
def store(county: County, tmp_path: Path) -> FileStore:
    return FileStore(folder=tmp_path / "files", vault=county.vault)


async def upload(county: County, store: FileStore, content: bytes, name: str = "county.csv") -> UUID:
    async with county.begin(ADMIN) as uow:
        kept = await upload_registry_file(uow, store, ADMIN, file_name=name, content=content, area_path=COUNTY)
    return kept.id


async def run_import(
    county: County,
    store: FileStore,
    content: bytes,
    mode: ImportMode,
    *,
    name: str = "county.csv",
    choice: HeaderChoice | None = None,
) -> RegistryImport:
    file_id = await upload(county, store, content, name)
    async with county.begin(ADMIN) as uow:
        started = await start_registry_import(uow, ADMIN, file_id=file_id, mode=mode, choice=choice or HeaderChoice())
    await work_off(county, store)
    async with county.begin(ADMIN) as uow:
        return await find_import(uow, ADMIN, started.id)


async def work_off(county: County, store: FileStore) -> None:
    runner = Jobs(begin=county.begin, kinds=[registry_import_job(store)])
    while await runner.work_one():
        pass


async def count_of(county: County, code_prefix: str) -> tuple[int, int]:
    """Registered households and members under a code prefix."""
    async with county.begin() as uow:
        mine = select(households.c.id).where(households.c.code.startswith(code_prefix))
        found = len(list(await uow.connection.execute(mine)))
        people = await uow.connection.scalar(
            select(func.count()).select_from(members).where(members.c.household_id.in_(mine))
        )
        return found, int(people or 0)


async def events_written(county: County) -> int:
    async with county.begin() as uow:
        return int(await uow.connection.scalar(select(func.count()).select_from(outbox)) or 0)


async def report(county: County, done: RegistryImport) -> list[Mapping[str, object]]:
    async with county.begin(ADMIN) as uow:
        issues = json.loads(await issues_report(uow, ADMIN, done.id))
    assert isinstance(issues, list)
    return issues


async def test_a_sound_sheet_is_registered_once(county: County, store: FileStore) -> None:
    content = csv_bytes([*household_rows("A-001", 101, size=3), *household_rows("A-002", 102)])
    done = await run_import(county, store, content, ImportMode.COMMIT_VALID)

    account = done.account
    assert (done.state, account.rows_read, account.rows_registered, account.rows_rejected) == ("DONE", 5, 5, 0)
    assert (account.households_read, account.households_registered) == (2, 2)
    assert account.banned_columns_dropped == 1
    assert await count_of(county, "A-") == (2, 5)

    before = await events_written(county)
    again = await run_import(county, store, content, ImportMode.COMMIT_VALID)
    assert (again.account.rows_read, again.account.rows_registered, again.account.rows_unchanged) == (5, 0, 5)
    assert await count_of(county, "A-") == (2, 5)
    assert await events_written(county) == before


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
async def test_the_same_sheet_reads_alike_in_each_encoding(county: County, store: FileStore, encoding: str) -> None:
    order = {"utf-8-sig": 111, "gb18030": 112}[encoding]
    content = csv_bytes(household_rows(f"E-{order}", order), encoding=encoding)
    done = await run_import(county, store, content, ImportMode.COMMIT_ALL)
    assert done.account.households_registered == 1
    async with county.begin() as uow:
        household = (await uow.households.by_codes([f"E-{order}"]))[f"E-{order}"]
        family = (await uow.members.of_households([household.id]))[household.id]
    assert [member.details.name for member in family] == [f"户主{order}", f"孩子{order}之1"]


async def test_a_workbook_is_registered_too(county: County, store: FileStore) -> None:
    done = await run_import(
        county, store, xlsx_bytes(household_rows("X-001", 121)), ImportMode.COMMIT_ALL, name="county.xlsx"
    )
    assert done.account.households_registered == 1
    assert await count_of(county, "X-") == (1, 2)


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


async def test_what_the_registry_knows_is_not_registered_twice(county: County, store: FileStore) -> None:
    await run_import(county, store, csv_bytes(household_rows("D-001", 321)), ImportMode.COMMIT_ALL)
    changed = household_rows("D-001", 322)
    moved = household_rows("D-002", 321)
    done = await run_import(county, store, csv_bytes([*changed, *moved]), ImportMode.COMMIT_VALID)
    codes = [(issue["row"], issue["code"]) for issue in await report(county, done)]
    assert codes == [
        (2, "DUPLICATE_HOUSEHOLD"),
        (3, "HOUSEHOLD_HAS_ERRORS"),
        (4, "DUPLICATE_ID_IN_REGISTRY"),
        (5, "DUPLICATE_ID_IN_REGISTRY"),
    ]
    assert await count_of(county, "D-") == (1, 2)


async def test_a_known_household_with_another_name_is_the_same_household(county: County, store: FileStore) -> None:
    rows = household_rows("N-001", 323)
    await run_import(county, store, csv_bytes(rows), ImportMode.COMMIT_ALL)
    renamed = [tuple("另一名" if cell == "户主323" else cell for cell in row) for row in rows]

    done = await run_import(county, store, csv_bytes(renamed), ImportMode.COMMIT_VALID)

    assert await report(county, done) == []
    assert (done.account.rows_updated, done.account.rows_unchanged, done.account.rows_registered) == (1, 1, 0)
    assert await count_of(county, "N-") == (1, 2)


async def test_a_warning_keeps_nothing_out_and_asks_for_nothing_back(county: County, store: FileStore) -> None:
    rows = [(*row[:-1], "") for row in household_rows("L-001", 331)]
    done = await run_import(county, store, csv_bytes(rows), ImportMode.COMMIT_ALL)
    assert (done.account.rows_registered, done.report_file_id) == (2, None)
    (issue,) = await report(county, done)
    assert (issue["row"], issue["code"], issue["severity"]) == (2, "LABOUR_CAPACITY_ASSUMED", "WARNING")


async def test_an_import_killed_in_the_middle_ends_the_same(county: County, store: FileStore) -> None:
    by_twos = registry_import_job(store, households_per_block=2)
    content = csv_bytes([row for n in range(1, 8) for row in household_rows(f"K-{n:03d}", 400 + n)])
    file_id = await upload(county, store, content)
    async with county.begin(ADMIN) as uow:
        started = await start_registry_import(
            uow, ADMIN, file_id=file_id, mode=ImportMode.COMMIT_VALID, choice=HeaderChoice()
        )

    third_step = asyncio.Event()

    async def hangs(job: RunningJob[HouseholdsUnitOfWork]) -> JsonObject | None:
        """Two written steps commit; in the third the process is gone."""
        steps = 0
        honest = job.advance

        async def advance(uow: HouseholdsUnitOfWork, **progress: object) -> None:
            nonlocal steps
            steps += 1
            await honest(uow, **progress)  # type: ignore[arg-type]  # as the job has it
            if steps == 4:
                third_step.set()
                await asyncio.Event().wait()

        return await by_twos.work(_Watched(job, advance))  # type: ignore[arg-type]  # as the job has it

    runner = Jobs(begin=county.begin, kinds=[JobKind(name="registry-import", work=hangs)])
    process = asyncio.create_task(runner.work_one())
    async with asyncio.timeout(30):
        await third_step.wait()
    process.cancel()
    await asyncio.gather(process, return_exceptions=True)
    assert await count_of(county, "K-") == (4, 8)
    await _lease_runs_out(county)
    await work_off(county, store)

    async with county.begin(ADMIN) as uow:
        done = await find_import(uow, ADMIN, started.id)
    assert (done.account.rows_read, done.account.rows_registered, done.account.rows_unchanged) == (14, 14, 0)
    assert await count_of(county, "K-") == (7, 14)


class _Watched:
    """A job whose steps are counted."""

    def __init__(self, job: RunningJob[HouseholdsUnitOfWork], advance: object) -> None:
        self._job = job
        self.advance = advance

    def __getattr__(self, name: str) -> object:
        return getattr(self._job, name)


async def _lease_runs_out(county: County) -> None:
    async with county.begin() as uow:
        await uow.connection.execute(jobs.update().where(jobs.c.state == "RUNNING").values(lease_until=None))


@pytest.mark.parametrize(
    ("actor", "area"),
    [
        pytest.param(REVIEWER, TOWNSHIP, id="a reviewer"),
        pytest.param(STRANGER, COUNTY, id="somebody from another county"),
        pytest.param(ADMIN, "99/01/02/", id="an admin of another county"),
        pytest.param(
            Actor(subject="d", roles=frozenset({Role.DEPARTMENT}), areas=(COUNTY,), department="HEALTH_INSURANCE"),
            COUNTY,
            id="a department",
        ),
    ],
)
async def test_only_the_county_imports_its_registry(county: County, store: FileStore, actor: Actor, area: str) -> None:
    async with county.begin(actor) as uow:
        with pytest.raises(Forbidden):
            await upload_registry_file(
                uow, store, actor, file_name="a.csv", content=csv_bytes(household_rows("Z-1", 501)), area_path=area
            )
    assert list(store.ids()) == []


async def test_a_stored_file_shows_no_name_on_disk(county: County, store: FileStore) -> None:
    content = csv_bytes(household_rows("S-1", 511))
    file_id = await upload(county, store, content)
    raw = b"".join(path.read_bytes() for path in store.folder.glob("*/*"))
    assert "户主511".encode() not in raw
    assert b"990101" not in raw
    async with county.begin(SYSTEM_ACTOR) as uow:
        file = await uow.files.get(file_id)
    assert store.get(file_id, file.sha256) == content
