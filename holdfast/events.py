"""`holdfast events`: what a service could not take in, why, and having it tried again."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import monotonic
from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table

from chassis.database import Database, is_connection_loss
from chassis.errors import DependencyDown, InvalidInput, NotFound
from chassis.ids import parse_id
from chassis.parked import ParkedEvent, list_parked, request_replay
from holdfast.console import out, plain_refusals
from holdfast.settings import console_settings
from holdfast.up.running import places

SERVICES = ("households", "employment", "risk")
ANSWER_SECONDS = 20.0

app = typer.Typer(help="Show and replay parked events.", no_args_is_help=True)
ServiceOption = Annotated[
    str | None, typer.Option(help="The service that parked them; all three unless HOLDFAST_DATABASE_URL is set.")
]


class UnknownService(InvalidInput):
    code = "UNKNOWN_SERVICE"


class EventNotParked(NotFound):
    code = "EVENT_NOT_PARKED"


def register(root: typer.Typer) -> None:
    root.add_typer(app, name="events")


@app.command("parked")
def show_parked(service: ServiceOption = None) -> None:
    """Show the events that wait to be tried again, in the order in which that has to happen.

    Those with the code BEHIND only wait for an earlier one of the same subject.

    Example:

        holdfast events parked --service risk
    """
    with plain_refusals():
        found = asyncio.run(_all_parked(service))
    if not found:
        out.print("No event is parked.")
        return
    table = Table(box=None, pad_edge=False)
    for title in ("service", "event", "id", "subject", "no.", "since", "code", "reason"):
        table.add_column(title, overflow="fold")
    for name, event in found:
        table.add_row(
            name,
            event.event_type.rpartition(".")[2],
            str(event.event_id),
            event.subject_id,
            str(event.subject_sequence),
            event.parked_at.strftime("%Y-%m-%d %H:%M:%SZ"),
            event.code,
            event.reason,
        )
    out.print(table)


@app.command("replay")
def replay(
    service: ServiceOption = None,
    event_id: Annotated[str | None, typer.Option("--id", help="Only this event, and those behind it.")] = None,
) -> None:
    """Have parked events tried again by the running service, and say what became of them.

    Ends with 1 when an event is still parked afterwards.

    Examples:

        holdfast events replay --service risk

        holdfast events replay --service risk --id 0190f3b2-5c1e-7d5a-9f0e-2f6a0f1c2d3e
    """
    with plain_refusals():
        taken, left = asyncio.run(_replay(service, None if event_id is None else parse_id(event_id)))
    out.print(f"{taken} taken in, {left} still parked.")
    if left:
        raise typer.Exit(1)


async def _all_parked(service: str | None) -> list[tuple[str, ParkedEvent]]:
    found: list[tuple[str, ParkedEvent]] = []
    for name, url in _databases(service):
        async with _opened(name, url) as database, database.engine.connect() as connection:
            found += [(name, event) for event in await list_parked(connection)]
    return found


async def _replay(service: str | None, event_id: UUID | None) -> tuple[int, int]:
    """How many were taken in, how many are left."""
    asked = taken = left = 0
    for name, url in _databases(service):
        async with _opened(name, url) as database:
            async with database.engine.connect() as connection:
                before = len(await list_parked(connection))
            async with database.engine.begin() as connection:
                asked_here = await request_replay(connection, event_id=event_id)
            if asked_here == 0:
                continue
            remaining = await _settled(name, database)
        asked += asked_here
        taken += before - remaining
        left += remaining
    if event_id is not None and asked == 0:
        raise EventNotParked("No event with this id is parked.", field="id")
    return taken, left


async def _settled(name: str, database: Database) -> int:
    """Waits until the service has tried what was asked for; how many events are left."""
    deadline = monotonic() + ANSWER_SECONDS
    while True:
        async with database.engine.connect() as connection:
            waiting = await list_parked(connection)
        if not any(event.is_replay_requested for event in waiting):
            return len(waiting)
        if monotonic() > deadline:
            raise DependencyDown(
                f"The {name} service does not run; the request is noted and carried out when it is started."
            )
        await asyncio.sleep(0.2)


def _databases(service: str | None) -> Sequence[tuple[str, str]]:
    """Name and address: of the system in the data folder, or of the one service HOLDFAST_DATABASE_URL belongs to."""
    if service is not None and service not in SERVICES:
        raise UnknownService(f"A service is one of {', '.join(SERVICES)}.", field="service")
    settings = console_settings(os.environ)
    given = settings.database_url
    if given and service is not None and given.rpartition("/")[2].partition("?")[0] not in {"", "postgres"}:
        return [(service, given)]
    urls = places(settings).database_urls
    return [(name, urls[name]) for name in SERVICES if service in {None, name}]


@asynccontextmanager
async def _opened(name: str, url: str) -> AsyncIterator[Database]:
    database = Database.connect(url, pool_size=1)
    try:
        yield database
    except Exception as error:
        if is_connection_loss(error):
            raise DependencyDown(f"The database of {name} does not answer.") from error
        raise
    finally:
        await database.close()
