"""What an import leaves behind is forgotten in time: where each row went, what was wrong with it, what it said.

The account of every import stays, and so does what it changed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chassis.jobs import JobState, find_job
from chassis.timers import DueTimer, TimerKind
from households_service.files.domain import RETENTION_DAYS
from households_service.imports.domain import ImportGivenUp, ImportState, RegistryImport
from households_service.uow import HouseholdsUnitOfWork

GIVEN_UP_DAYS = 7
"""For so long an import whose work failed for good shows how far it came; then its sealed rows go."""
_AT_ONCE = 50

IMPORT_SWEEPING = "imports-retention"


def import_sweeping() -> TimerKind[HouseholdsUnitOfWork]:
    async def sweep(uow: HouseholdsUnitOfWork, due: DueTimer) -> None:
        del due
        await sweep_imports(uow)

    return TimerKind(name=IMPORT_SWEEPING, handle=sweep, every=timedelta(days=1))


async def sweep_imports(uow: HouseholdsUnitOfWork) -> None:
    """Daily. Rows and issues of imports that ended are kept as long as the files they came from."""
    for given_up in await uow.imports.unfinished_before(uow.now - timedelta(days=GIVEN_UP_DAYS)):
        if await _nobody_works_on(uow, given_up):
            await uow.staging.clear(given_up.id)
            await uow.imports.save(
                replace(
                    given_up,
                    state=ImportState.REFUSED,
                    finished_at=uow.now,
                    refusal_code=ImportGivenUp.code,
                    refusal_message="The work on this file was given up: send it again.",
                )
            )
    while ended := await uow.imports.ended_with_rows(uow.now - timedelta(days=RETENTION_DAYS), limit=_AT_ONCE):
        for import_id in ended:
            await uow.staging.clear(import_id)
            await uow.imports.clear_issues(import_id)


async def _nobody_works_on(uow: HouseholdsUnitOfWork, asked: RegistryImport) -> bool:
    job = None if asked.job_id is None else await find_job(uow.connection, asked.job_id)
    return job is None or job.state in {JobState.FAILED, JobState.DONE}
