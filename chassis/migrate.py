"""Brings one service's database to the newest schema: the chassis' chain first, then the service's own.

A service's chain lies in `<service>/migrations/versions/`, hand-written, dated file names.

`python -m <service> migrate`, or without importing the service, which takes a fifth of the time:
`python -m chassis.migrate <service>/migrations`.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from chassis import log
from chassis.errors import Breakdown, DependencyDown, HoldfastError
from chassis.migrations import FOLDER
from chassis.settings import CommonSettings, load

LOCK = 0x6D696772
WAIT_FOR_OTHERS = "90s"
LOCK_TIMEOUT = "5s"
VERSION_TABLE = "alembic_version"


class MigrationFailed(Breakdown):
    code = "MIGRATION_FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """One line of migrations and the schema that holds the table with its state."""

    name: str
    folder: Path
    schema: str

    def config(self) -> Config:
        config = Config()
        config.set_main_option("script_location", _escaped(FOLDER))
        config.set_main_option("version_locations", _escaped(self.folder / "versions"))
        config.set_main_option("path_separator", "newline")
        config.attributes["version_table"] = VERSION_TABLE
        config.attributes["version_table_schema"] = self.schema
        return config

    def script(self) -> ScriptDirectory:
        return ScriptDirectory.from_config(self.config())

    def head(self) -> str:
        head = self.script().get_current_head()
        if head is None:
            raise MigrationFailed(f"The chain {self.name} has no migration.")
        return head


CHASSIS = Chain(name="chassis", folder=FOLDER, schema="chassis")


def chains(migrations: Path | None) -> list[Chain]:
    """`migrations`: the service's folder; None: only the chassis' tables."""
    return [CHASSIS] + ([Chain(name="service", folder=migrations, schema="public")] if migrations else [])


async def migrate(database_url: str, migrations: Path | None, *, revision: str = "head") -> None:
    """Applies what is missing. Two starts at once wait for each other; the second finds nothing to do.

    `revision` is meant for the service's chain ("head", or an earlier one to go back to).
    """
    engine = create_async_engine(database_url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await connection.execute(text(f"set lock_timeout = '{WAIT_FOR_OTHERS}'"))
            await connection.execute(text("select pg_advisory_lock(:lock)"), {"lock": LOCK})
            await connection.execute(text(f"set lock_timeout = '{LOCK_TIMEOUT}'"))
            for chain in chains(migrations):
                # Made here because alembic's own column ends at 32 characters.
                await connection.execute(text(f"create schema if not exists {chain.schema}"))
                table = f"{chain.schema}.{VERSION_TABLE}"
                await connection.execute(text(f"create table if not exists {table} (version_num text primary key)"))
                await connection.commit()
                goal = revision if chain is not CHASSIS else "head"
                await connection.run_sync(_move, chain, goal)
    finally:
        await engine.dispose()


def _move(connection: Connection, chain: Chain, revision: str) -> None:
    config = chain.config()
    config.attributes["connection"] = connection
    script = chain.script()
    now = _version(connection, chain)
    connection.commit()
    goal = script.get_current_head() if revision == "head" else revision
    if now == goal:
        return
    back = now is not None and goal not in {step.revision for step in script.iterate_revisions("head", now)}
    if back:
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)
    connection.commit()


def _version(connection: Connection, chain: Chain) -> str | None:
    table = f"{chain.schema}.{VERSION_TABLE}"
    if connection.scalar(text("select to_regclass(:name)"), {"name": table}) is None:
        return None
    version: str | None = connection.scalar(text(f"select version_num from {table}"))  # noqa: S608 - constants
    return version


async def versions(engine: AsyncEngine, migrations: Path | None) -> Mapping[str, str | None]:
    """The revision the database is at, by chain."""
    async with engine.connect() as connection:
        return {chain.name: await connection.run_sync(_version, chain) for chain in chains(migrations)}


def main(arguments: Sequence[str]) -> None:
    """Leaves with status 0, 1 or 2 (usage), as the service's own command does."""
    if len(arguments) != 1 or not (Path(arguments[0]) / "versions").is_dir():
        sys.stderr.write("Usage: python -m chassis.migrate <folder of migrations>\n")
        raise SystemExit(2)
    try:
        settings = load(CommonSettings)
        log.set_up("migrate", level=settings.log_level, form=settings.log_format)
        try:
            asyncio.run(migrate(settings.database_url, Path(arguments[0])))
        except OSError:
            raise DependencyDown("The database does not answer.") from None
    except HoldfastError as error:
        sys.stderr.write(f"migrate: {error.code}: {error}\n")
        raise SystemExit(1) from None


def _escaped(path: Path) -> str:
    return str(path).replace("%", "%%")


if __name__ == "__main__":
    main(sys.argv[1:])
