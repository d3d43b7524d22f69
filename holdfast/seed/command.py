"""`holdfast seed`: the invented sample county, into the databases of a system that was started here."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import typer

from chassis.settings import PREFIX, SERVICE_PREFIXES, SettingsOf, load
from holdfast.console import err, out, plain_refusals
from holdfast.settings import ConsoleSettings, console_settings
from holdfast.up.running import Places, places, require_trying_out

# Ten thousand events take well under a minute on two idle cores.
SETTLE_SECONDS = 300.0


def register(root: typer.Typer) -> None:
    root.command("seed")(seed)


def seed(
    *,
    when_empty: Annotated[
        bool, typer.Option("--when-empty", help="Do nothing when the system holds any area already.")
    ] = False,
    story_ledger: Annotated[
        bool | None,
        typer.Option(
            "--story-ledger/--no-story-ledger",
            help="With or without the ledger of the story's family. In demo mode the visit of the story writes it.",
        ),
    ] = None,
) -> None:
    """Load the invented sample county: 20 villages, 5,000 households, 600 workers, 300 vacancies.

    Everybody in it is invented, with ID numbers of an area that does not exist. Loading it again changes nothing.
    Not in production mode.

    Example:

        holdfast seed
    """
    with plain_refusals():
        settings = console_settings()
        require_trying_out(settings, "The sample county is invented and is not loaded in production mode.")
        with_ledger = settings.mode != "demo" if story_ledger is None else story_ledger
        asyncio.run(_seed(settings, when_empty=when_empty, with_ledger=with_ledger))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Surroundings:
    """The environment in which a service of the system would read its settings."""

    settings: ConsoleSettings
    here: Places

    def of(self, service: str, kind: type[SettingsOf]) -> SettingsOf:
        given = {
            name: value
            for name, value in os.environ.items()
            if name.startswith(PREFIX) and name.removeprefix(PREFIX).startswith(SERVICE_PREFIXES)
        }
        return load(kind, {**given, **self._common(service)})

    def _common(self, service: str) -> Mapping[str, str]:
        common = {
            "MODE": self.settings.mode,
            "DATA": str(self.here.data),
            "KEYS": str(self.here.keys),
            "DATABASE_URL": self.here.database_urls[service],
        }
        if self.settings.mode == "demo":
            common["CLOCK_FILE"] = str(self.here.clock_file)
        return {PREFIX + name: value for name, value in common.items()}


async def _seed(settings: ConsoleSettings, *, when_empty: bool, with_ledger: bool) -> None:
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from chassis.clock import FixedClock
    from chassis.database import Database
    from chassis.identity import Actor
    from employment_service.main import opener
    from employment_service.settings import EmploymentSettings
    from holdfast.seed.loading import STEPS, Loaded, holds_data, load_county
    from holdfast.seed.settling import count_tables, settle
    from households_service.settings import HouseholdsSettings
    from households_service.uow import HouseholdsUnitOfWork

    around = _Surroundings(settings=settings, here=places(settings))
    of_households = around.of("households", HouseholdsSettings)
    of_employment = around.of("employment", EmploymentSettings)
    clock = FixedClock(of_households.clock().now())
    vault, rules = of_households.vault(), of_households.registry_rules()
    households_database = Database.connect(of_households.database_url, pool_size=1)
    employment_database = Database.connect(of_employment.database_url, pool_size=1)

    def begin(actor: Actor) -> HouseholdsUnitOfWork:
        return HouseholdsUnitOfWork(households_database, actor, clock, vault, rules)

    try:
        if when_empty and await holds_data(begin):
            out.print("The system holds data already; the sample county was not loaded.")
            return
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=err, transient=True) as bar:
            task = bar.add_task("Sample county", total=STEPS)
            loaded = await load_county(
                begin,
                opener(of_employment, employment_database, clock),
                with_story_ledger=with_ledger,
                progress=lambda what: bar.update(task, advance=1, description=f"Sample county: {what}"),
            )
        with Progress(TextColumn("{task.description}"), TimeElapsedColumn(), console=err, transient=True) as bar:
            task = bar.add_task("The services' copies follow")
            here = around.here
            settled = await settle(
                here.database_urls,
                here.nats_url,
                seconds=SETTLE_SECONDS,
                progress=lambda left: bar.update(
                    task, description=f"The services' copies follow: {left:,} events left"
                ),
            )
        if loaded != Loaded():
            await count_tables(here.database_urls)
    finally:
        await households_database.close()
        await employment_database.close()
    if not settled:
        out.print("The services' copies have not followed yet; they will, while the services run.")
    out.print(
        f"Sample county: {loaded.households:,} households, {loaded.members:,} members, {loaded.officers:,} officers,"
        f" {loaded.workers:,} workers, {loaded.employers:,} employers, {loaded.vacancies:,} vacancies,"
        f" {loaded.waiting_records:,} records for review were new."
    )
