"""A county's sheet into the registry: registered once, told from what is known, by nobody but the county."""

from __future__ import annotations

import pytest

from chassis.errors import Forbidden
from chassis.identity import SYSTEM_ACTOR, Actor, Role
from households_service.files.store import FileStore
from households_service.imports.domain import ImportMode
from households_service.imports.service import (
    upload_registry_file,
)
from tests.households_service.county import ADMIN, REVIEWER, STRANGER, County
from tests.households_service.factories import COUNTY, TOWNSHIP
from tests.households_service.imported import count_of, events_written, report, run_import, upload
from tests.households_service.sheets import csv_bytes, household_rows, xlsx_bytes


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
