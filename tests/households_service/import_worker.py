"""A process that works off registry imports as the service does, to be killed: URL, file folder, households a block."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from chassis.database import Database
from chassis.jobs import Jobs
from households_service.files.store import FileStore
from households_service.imports.work import registry_import_job
from tests.households_service.county import County


async def main(url: str, folder: str, households_per_block: str) -> None:
    database = Database.connect(url)
    county = County(database)
    store = FileStore(folder=Path(folder), vault=county.vault)
    kind = registry_import_job(store, households_per_block=int(households_per_block))
    runner = Jobs(begin=county.begin, kinds=[kind])
    while await runner.work_one():
        pass
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
