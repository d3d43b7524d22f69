from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from chassis.database import Database
from chassis.health import NotReady
from chassis.identity import SYSTEM_ACTOR, Actor, Role
from chassis.migrate import migrate, versions
from chassis.tables import metadata
from chassis.watch import SchemaCheck
from tests.chassis.rig import PROGRAM, Begin, opener

ROOT = Path(__file__).resolve().parents[4]
NEWEST = {"chassis": "2026_11_25_add_audit", "service": "2020_09_02_effects_of_the_rig_of_the_tests"}


async def test_two_starts_at_once_both_end_well(bare_database_url: str) -> None:
    await asyncio.gather(*(migrate(bare_database_url, PROGRAM.migrations) for _ in range(3)))
    database = Database.connect(bare_database_url)
    assert await versions(database.engine, PROGRAM.migrations) == NEWEST
    await SchemaCheck(database, PROGRAM.migrations)()
    await database.close()


async def test_the_service_goes_back_and_forth_without_the_chassis(bare_database_url: str) -> None:
    await migrate(bare_database_url, PROGRAM.migrations)
    await migrate(bare_database_url, PROGRAM.migrations, revision="base")
    database = Database.connect(bare_database_url)
    assert await versions(database.engine, PROGRAM.migrations) == NEWEST | {"service": None}
    with pytest.raises(NotReady, match="schema of service is behind: run migrate"):
        await SchemaCheck(database, PROGRAM.migrations)()
    await migrate(bare_database_url, PROGRAM.migrations)
    assert await versions(database.engine, PROGRAM.migrations) == NEWEST
    await database.close()


async def test_a_schema_newer_than_this_code_is_ready(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(text("update public.alembic_version set version_num = '2099_01_01_next_release'"))
    await SchemaCheck(database, PROGRAM.migrations)()


async def test_the_tables_are_what_the_migrations_make(database: Database) -> None:
    """Except what only the database has: version table, and an index by block ranges."""

    def differences(connection: Connection) -> list[str]:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "include_name": lambda name, kind, _: kind != "schema" or name == "chassis",
                "compare_type": True,
            },
        )
        return [f"{entry[0]} {entry[1].name}" for entry in compare_metadata(context, metadata)]

    async with database.engine.connect() as connection:
        found = await connection.run_sync(differences)
    assert sorted(found) == ["remove_index outbox_created", "remove_table alembic_version"]


async def test_the_area_wall_shows_and_accepts_only_what_lies_inside(database: Database) -> None:
    begin = opener(database)
    officer = Actor(subject="officer", roles=frozenset({Role.COUNTY_ADMIN}), areas=("99/01/01/",))
    async with begin(SYSTEM_ACTOR) as work:
        for path in ("99/01/01/", "99/01/01/001/", "99/01/02/", "99/01/010/"):
            await work.connection.execute(text("insert into places values (:p, 'x')"), {"p": path})
    assert await _places(begin, officer) == ["99/01/01/", "99/01/01/001/"]
    assert len(await _places(begin, SYSTEM_ACTOR)) == 4
    nobody = Actor(subject="nobody", roles=frozenset({Role.COUNTY_ADMIN}))
    assert await _places(begin, nobody) == []
    with pytest.raises(DBAPIError, match="row-level security"):
        async with begin(officer) as work:
            await work.connection.execute(text("insert into places values ('99/01/02/', 'y')"))
    async with database.engine.connect() as connection:
        # A pooled connection after other transactions: the setting reads '' and must show nothing.
        assert (await connection.execute(text("select count(*) from places"))).scalar() == 0


async def _places(begin: Begin, actor: Actor) -> list[str]:
    async with begin(actor) as work:
        rows = await work.connection.execute(text('select area_path from places order by area_path collate "C"'))
        return [row.area_path for row in rows]


async def _command(database_url: str, folder: str) -> int | None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "chassis.migrate", folder,
        cwd=ROOT, stderr=asyncio.subprocess.DEVNULL,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'proto'}", "HOLDFAST_DATABASE_URL": database_url},
    )  # fmt: skip
    return await process.wait()


async def test_a_folder_of_migrations_is_applied_without_its_service(bare_database_url: str) -> None:
    assert await _command(bare_database_url, "nowhere") == 2
    assert await _command("postgresql+asyncpg://holdfast@127.0.0.1:1/none", str(PROGRAM.migrations)) == 1
    assert await _command(bare_database_url, str(PROGRAM.migrations)) == 0
    database = Database.connect(bare_database_url)
    assert await versions(database.engine, PROGRAM.migrations) == NEWEST
    await database.close()


def test_a_serving_process_needs_no_alembic() -> None:
    code = "import sys, chassis.process; print('alembic' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'proto'}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False\n"
