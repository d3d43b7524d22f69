"""A process that is gone in the middle of an import is followed by one that goes on there."""

from __future__ import annotations

import asyncio

from chassis.jobs import JobKind, Jobs, RunningJob
from chassis.tables import jobs
from chassis.uow import JsonObject
from households_service.files.columns import HeaderChoice
from households_service.files.store import FileStore
from households_service.imports.domain import ImportMode
from households_service.imports.service import (
    find_import,
    start_registry_import,
)
from households_service.imports.work import registry_import_job
from households_service.uow import HouseholdsUnitOfWork
from tests.households_service.county import ADMIN, County
from tests.households_service.imported import count_of, upload, work_off
from tests.households_service.sheets import csv_bytes, household_rows


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
            await honest(uow, **progress)  # type: ignore[arg-type]  # as its caller was
            if steps == 4:
                third_step.set()
                await asyncio.Event().wait()

        return await by_twos.work(_Watched(job, advance))  # type: ignore[arg-type]  # stands in for a job

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
