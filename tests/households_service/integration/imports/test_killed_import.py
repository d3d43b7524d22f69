"""Kill -9 anywhere in an import, again and again: the end is that of an undisturbed one.

As many rows as a county has, which takes minutes:

    IMPORT_KILL_ROWS=100000 python -m pytest tests/households_service/integration/imports/test_killed_import.py
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from benchmarks.registry_sheet import VILLAGES, csv_content, rows
from chassis.identity import SYSTEM_ACTOR
from chassis.tables import jobs
from households_service.areas.service import NewArea, add_areas
from households_service.files.columns import HeaderChoice
from households_service.files.store import FileStore
from households_service.imports.domain import ImportAccount, ImportMode, ImportState
from households_service.imports.service import start_registry_import, upload_registry_file
from tests.conftest import FreshDatabase
from tests.households_service.county import ADMIN, County, open_county
from tests.households_service.factories import COUNTY, TOWNSHIP

ROOT = Path(__file__).resolve().parents[4]
ROWS = int(os.environ.get("IMPORT_KILL_ROWS", "10000"))
HOUSEHOLDS_PER_BLOCK = max(20, ROWS // 100)
KILLS = 5
STATE = (
    """select code, area_path, registration_history, monitoring_category, safe_housing, safe_water, version
    from households order by code""",
    """select h.code, encode(m.name_token, 'hex'), encode(m.id_number_token, 'hex'), m.relation, m.date_of_birth,
    m.labour_capacity, m.residence, m.in_school, m.disabled, m.version
    from members m join households h on h.id = m.household_id order by 1, 2, 3, 5""",
    """select h.code, o.event_type, o.subject_sequence from chassis.outbox o
    join households h on h.id::text = o.subject_id order by 1, 2, 3""",
    "select code, encode(content_token, 'hex') from imported_households order by code",
    "select row_number, number, column_name, code, message, value_masked from registry_import_issues order by 1, 2",
    "select number, row_numbers, codes, states, rows_sealed is null from registry_staged_blocks order by 1",
)


async def begun(county: County, folder: Path, content: bytes) -> UUID:
    async with county.begin() as uow:
        places = [
            NewArea(
                path=f"{TOWNSHIP}{200 + number}/",
                code=f"990101001{200 + number}",
                name=f"Village {number}",
                time_zone="Asia/Shanghai",
                lat=40.0,
                lon=75.0,
                valid_from=county.clock.now().date().replace(year=2010),
            )
            for number in range(VILLAGES)
            if number not in {1, 2}
        ]
        await add_areas(uow, SYSTEM_ACTOR, places)
    store = FileStore(folder=folder, vault=county.vault)
    async with county.begin(ADMIN) as uow:
        kept = await upload_registry_file(uow, store, ADMIN, file_name="a.csv", content=content, area_path=COUNTY)
        started = await start_registry_import(
            uow, ADMIN, file_id=kept.id, mode=ImportMode.COMMIT_VALID, choice=HeaderChoice()
        )
    return started.id


async def worker(url: str, folder: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.households_service.import_worker",
        url,
        str(folder),
        str(HOUSEHOLDS_PER_BLOCK),
        cwd=ROOT,
        env={"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": f"{ROOT}:{ROOT / 'proto'}"},
    )


async def where(county: County, import_id: UUID) -> tuple[ImportState, int]:
    async with county.begin() as uow:
        found = await uow.imports.get(import_id)
        done = await uow.connection.scalar(text("select done from chassis.jobs where id = :id"), {"id": found.job_id})
        return found.state, int(done or 0)


async def end_state(county: County, import_id: UUID) -> tuple[ImportAccount, list[list[tuple[object, ...]]]]:
    async with county.begin() as uow:
        found = await uow.imports.get(import_id)
        assert found.state is ImportState.DONE
        tables = [[tuple(row) for row in await uow.connection.execute(text(query))] for query in STATE]
        return found.account, tables


async def killed_until_done(county: County, url: str, folder: Path, import_id: UUID, chance: random.Random) -> int:
    """Runs the worker, and kills it when the import has come to some further point; how often."""
    kills = 0
    points = sorted(chance.sample(range(1, 2 * ROWS), KILLS))
    while True:
        process = await worker(url, folder)
        goal = points[kills] if kills < len(points) else None
        async with asyncio.timeout(600):
            while process.returncode is None:
                state, done = await where(county, import_id)
                if goal is not None and (done >= goal or (kills == 0 and state is ImportState.READING)):
                    process.send_signal(signal.SIGKILL)
                    await process.wait()
                    kills += 1
                    break
                await asyncio.sleep(0.01)
        if process.returncode == 0:
            return kills
        async with county.begin() as uow:
            await uow.connection.execute(jobs.update().where(jobs.c.state == "RUNNING").values(lease_until=None))


@pytest.mark.slow
async def test_an_import_killed_anywhere_ends_as_one_left_alone(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    content = csv_content(rows(ROWS))
    ends = []
    kills = 0
    for name in ("alone", "killed"):
        url = await fresh_database("households")
        async for county in open_county(url):
            import_id = await begun(county, tmp_path / name, content)
            if name == "alone":
                process = await worker(url, tmp_path / name)
                assert await process.wait() == 0
            else:
                kills = await killed_until_done(county, url, tmp_path / name, import_id, random.Random(ROWS))
            ends.append(await end_state(county, import_id))
    (account, state), (account_of_killed, state_of_killed) = ends
    assert kills >= 3
    assert account_of_killed == account
    assert account.rows_read == ROWS
    assert account.rows_registered + account.rows_rejected == ROWS
    for expected, found in zip(state, state_of_killed, strict=True):
        assert found == expected
