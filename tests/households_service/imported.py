"""A registry sheet from upload to its account, as the service works it off, and what stands in the registry then."""

from __future__ import annotations

import json
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func, select

from chassis.jobs import Jobs
from chassis.tables import outbox
from households_service.files.columns import HeaderChoice
from households_service.files.store import FileStore
from households_service.imports.domain import ImportMode, RegistryImport
from households_service.imports.service import (
    find_import,
    issues_report,
    start_registry_import,
    upload_registry_file,
)
from households_service.imports.work import registry_import_job
from households_service.members.tables import members
from households_service.registry.tables import households
from tests.households_service.county import ADMIN, County
from tests.households_service.factories import COUNTY


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
