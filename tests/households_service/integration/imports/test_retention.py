"""What an import leaves behind goes with the files it came from; its account stays."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from chassis.jobs import Jobs
from chassis.tables import jobs
from households_service.files.columns import HeaderChoice
from households_service.files.domain import FileNotStored
from households_service.files.store import FileStore
from households_service.imports.domain import ImportMode, ImportState
from households_service.imports.retention import GIVEN_UP_DAYS, sweep_imports
from households_service.imports.service import (
    find_import,
    issues_report,
    start_registry_import,
    upload_registry_file,
)
from households_service.imports.tables import registry_import_issues, registry_staged_blocks
from households_service.imports.work import registry_import_job
from tests.households_service.county import ADMIN, County
from tests.households_service.factories import COUNTY
from tests.households_service.sheets import csv_bytes, household_rows


@pytest.fixture
async def later(county: County) -> AsyncIterator[County]:
    start = county.clock.at
    yield county
    county.clock.at = start


async def begun(county: County, store: FileStore, code: str, order: int) -> UUID:
    rows = household_rows(code, order)
    rows += [(*row[:3], "1.23E+17", *row[4:]) for row in household_rows(f"{code}-B", order + 1)]
    async with county.begin(ADMIN) as uow:
        kept = await upload_registry_file(
            uow, store, ADMIN, file_name="a.csv", content=csv_bytes(rows), area_path=COUNTY
        )
        started = await start_registry_import(
            uow, ADMIN, file_id=kept.id, mode=ImportMode.COMMIT_VALID, choice=HeaderChoice()
        )
    return started.id


async def left(county: County, import_id: UUID) -> tuple[int, int]:
    """Blocks of rows, and issues."""
    async with county.begin() as uow:
        counts = [
            await uow.connection.scalar(select(func.count()).select_from(table).where(table.c.import_id == import_id))
            for table in (registry_staged_blocks, registry_import_issues)
        ]
    return int(counts[0] or 0), int(counts[1] or 0)


async def swept(county: County) -> None:
    async with county.begin() as uow:
        await sweep_imports(uow)


async def test_rows_and_issues_of_an_ended_import_go_after_ninety_days(later: County, tmp_path: Path) -> None:
    store = FileStore(folder=tmp_path, vault=later.vault)
    import_id = await begun(later, store, "RET-1", 701)
    runner = Jobs(begin=later.begin, kinds=[registry_import_job(store)])
    while await runner.work_one():
        pass
    start = later.clock.at
    later.clock.at = start + timedelta(days=90)
    await swept(later)
    assert await left(later, import_id) == (2, 2)
    later.clock.at = start + timedelta(days=90, seconds=1)
    await swept(later)
    assert await left(later, import_id) == (0, 0)
    async with later.begin(ADMIN) as uow:
        found = await find_import(uow, ADMIN, import_id)
        assert (found.state, found.account.rows_read, found.account.rows_rejected) == (ImportState.DONE, 4, 2)
        with pytest.raises(FileNotStored):
            await issues_report(uow, ADMIN, import_id)


async def test_rows_of_an_import_whose_work_failed_go_after_a_week(later: County, tmp_path: Path) -> None:
    store = FileStore(folder=tmp_path, vault=later.vault)
    failed, waiting = await begun(later, store, "RET-2", 711), await begun(later, store, "RET-3", 721)
    async with later.begin() as uow:
        one = await uow.imports.get(failed)
        await uow.connection.execute(jobs.update().where(jobs.c.id == one.job_id).values(state="FAILED"))
        await uow.connection.execute(
            registry_staged_blocks.insert().values(
                import_id=failed,
                number=0,
                area_path=COUNTY,
                row_numbers=[2],
                households=[0],
                codes=["RET-2"],
                paths=[COUNTY],
                states=["STAGED"],
                rows_sealed=b"sealed",
            )
        )
    start = later.clock.at
    later.clock.at = start + timedelta(days=GIVEN_UP_DAYS)
    await swept(later)
    assert (await left(later, failed))[0] == 1
    later.clock.at = start + timedelta(days=GIVEN_UP_DAYS, seconds=1)
    await swept(later)
    assert await left(later, failed) == (0, 0)
    async with later.begin(ADMIN) as uow:
        found, other = await find_import(uow, ADMIN, failed), await find_import(uow, ADMIN, waiting)
        await uow.connection.execute(jobs.delete().where(jobs.c.id == other.job_id))
    assert (found.state, found.refusal_code) == (ImportState.REFUSED, "IMPORT_GIVEN_UP")
    assert other.state is ImportState.QUEUED
