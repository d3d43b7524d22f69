"""`holdfast events`: what a service could not take in, why, and having it tried again or giving it up."""

from __future__ import annotations

import asyncio
import os
import pwd
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from time import monotonic
from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table

from chassis.database import Database, is_connection_loss
from chassis.errors import DependencyDown, InvalidInput, NotFound
from chassis.ids import parse_id
from chassis.parked import ParkedEvent, discard, list_parked, request_replay
from holdfast.console import out, plain_refusals
from holdfast.rebuild import rebuild
from holdfast.settings import console_settings
from holdfast.up.running import places

SERVICES = ("households", "employment", "risk")
ANSWER_SECONDS = 20.0
LONGEST_REASON = 500

app = typer.Typer(help="Show, replay and discard parked events.", no_args_is_help=True)
ServiceOption = Annotated[
    str | None, typer.Option(help="The service that parked them; all three unless HOLDFAST_DATABASE_URL is set.")
]


class UnknownService(InvalidInput):
    code = "UNKNOWN_SERVICE"


class EventNotParked(NotFound):
    code = "EVENT_NOT_PARKED"


class ServiceNeeded(InvalidInput):
    code = "SERVICE_NEEDED"


class ReasonMissing(InvalidInput):
    code = "REASON_MISSING"


def register(root: typer.Typer) -> None:
    app.command("rebuild")(rebuild)
    root.add_typer(app, name="events")


@app.command("parked")
def show_parked(
    service: ServiceOption = None,
    with_discarded: Annotated[
        bool, typer.Option("--all", help="Also those that were discarded, by whom and why.")
    ] = False,
) -> None:
    """Show the events that wait to be tried again, in the order in which that has to happen.

    Those with the code BEHIND only wait for an earlier one of the same subject.

    Examples:

        holdfast events parked --service risk

        holdfast events parked --all
    """
    with plain_refusals():
        found = asyncio.run(_all_parked(service, with_discarded=with_discarded))
    if not found:
        out.print("No event is parked.")
        return
    table = Table(box=None, pad_edge=False)
    further = ("discarded", "by", "because") if with_discarded else ()
    for title in ("service", "event", "id", "subject", "no.", "since", "code", "reason", *further):
        table.add_column(title, overflow="fold")
    for name, event in found:
        table.add_row(
            name,
            event.event_type.rpartition(".")[2],
            str(event.event_id),
            event.subject_id,
            str(event.subject_sequence),
            _instant(event.parked_at),
            event.code,
            event.reason,
            *(_given_up(event) if with_discarded else ()),
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


@app.command("discard")
def discard_one(
    event_id: Annotated[str, typer.Argument(help="As `holdfast events parked` shows it.")],
    *,
    reason: Annotated[str, typer.Option(help="Why it may be left out; no name or number of a person.")],
    by: Annotated[str | None, typer.Option(help="Who decided; your login name if you do not say.")] = None,
    service: ServiceOption = None,
) -> None:
    """Give a parked event up: later events of its subject go on without it.

    Nothing is deleted: who, when and why stay with it, and `holdfast events parked --all` shows them. There is no
    way back; where the copy now lacks something, build it anew from a snapshot.

    Example:

        holdfast events discard 0190f3b2-5c1e-7d5a-9f0e-2f6a0f1c2d3e --reason "sent twice by the department"
    """
    with plain_refusals():
        name = asyncio.run(
            _discard(parse_id(event_id), reason=_reason(reason), by=by or _login_name(), service=service)
        )
    out.print(f"Discarded in {name}. Later events of its subject go on as soon as the service runs.")


def _reason(given: str) -> str:
    reason = given.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise ReasonMissing(f"Say why, in up to {LONGEST_REASON} characters.", field="reason")
    return reason


def _login_name() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%SZ")


def _given_up(event: ParkedEvent) -> tuple[str, str, str]:
    gone = event.discarded
    return ("", "", "") if gone is None else (_instant(gone.at), gone.by, gone.reason)


async def _all_parked(service: str | None, *, with_discarded: bool) -> list[tuple[str, ParkedEvent]]:
    found: list[tuple[str, ParkedEvent]] = []
    for name, url in _databases(service):
        async with _opened(name, url) as database, database.engine.connect() as connection:
            found += [(name, event) for event in await list_parked(connection, with_discarded=with_discarded)]
    return found


async def _discard(event_id: UUID, *, reason: str, by: str, service: str | None) -> str:
    """The service in which it was given up."""
    holders = [name for name, event in await _all_parked(service, with_discarded=False) if event.event_id == event_id]
    if len(holders) > 1:
        raise ServiceNeeded(f"It is parked in {' and '.join(holders)}: say which with --service.", field="service")
    for name, url in _databases(service):
        if name not in holders:
            continue
        async with _opened(name, url) as database, database.engine.begin() as connection:
            if await discard(connection, event_id, by=by, reason=reason):
                return name
    raise EventNotParked("No event with this id is parked.", field="id")


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
