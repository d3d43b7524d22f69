"""`holdfast migrate`: the services' own migrations, one after the other visible, on embedded or outside engines."""

from __future__ import annotations

import asyncio

import typer

from holdfast.console import out, plain_refusals, prefixed
from holdfast.settings import ConsoleSettings, console_settings


def register(root: typer.Typer) -> None:
    root.command("migrate")(migrate)


def migrate() -> None:
    """Bring the database of every service up to date, making it first where there is none.

    `holdfast up` does this by itself. Apart from it: before a new release is started on an outside server.

    Example:

        HOLDFAST_DATABASE_URL=postgresql://admin@db.example/postgres holdfast migrate
    """
    with plain_refusals():
        asyncio.run(_migrate(console_settings()))
    out.print("All databases are up to date.")


async def _migrate(settings: ConsoleSettings) -> None:
    from holdfast.up.system import System

    system = System.prepare(
        settings.data_folder,
        mode=settings.mode,
        admin_database_url=settings.database_url,
        nats_url=settings.nats_url,
        report=prefixed(),
    )
    await system.migrate_only()
