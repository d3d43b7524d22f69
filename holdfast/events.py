"""`holdfast events parked|replay`: events that a service could not take in, and a second try for them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, TypeVar
from uuid import UUID

import typer
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import parked
from chassis.database import Database
from chassis.errors import DependencyDown, InvalidInput, NotFound
from holdfast.console import out, plain_refusals
from holdfast.settings import console_settings
from holdfast.up.environment import SERVICES
from holdfast.up.running import places

T = TypeVar("T")
ServiceOption = Annotated[
    str | None, typer.Option("--service", help="The service that could not take the event in; else all three.")
]


class UnknownService(InvalidInput):
    code = "UNKNOWN_SERVICE"


class NotParked(NotFound):
    code = "NOT_PARKED"


def register(root: typer.Typer) -> None:
    group = typer.Typer(help="Show and replay parked events.", no_args_is_help=True)
    group.command("parked")(show)
    group.command("replay")(replay)
    root.add_typer(group, name="events")


def show(*, service: ServiceOption = None) -> None:
    """List the events a service refused or could not understand, with the reason, oldest of a subject first.

    Exit code 1 when there are any.

    Example:

        holdfast events parked --service risk
    """
    with plain_refusals():
        found = {name: _ask(name, parked.list_parked) for name in _services(service)}
    for name, events in found.items():
        for event in events:
            asked = ", asked to be tried again" if event.is_replay_requested else ""
            out.print(
                f"{name}  {event.event_id}  {event.event_type} from {event.source}, number {event.subject_sequence}"
            )
            out.print(f"    {event.code}: {event.reason} (parked {event.parked_at:%Y-%m-%d %H:%M} UTC{asked})")
    total = sum(len(events) for events in found.values())
    out.print("No event is parked." if total == 0 else f"{total} parked. Mend the reason, then: holdfast events replay")
    raise typer.Exit(1 if total else 0)


def replay(
    *,
    event: Annotated[str | None, typer.Argument(help="The event's id, as `parked` lists it; else all.")] = None,
    service: ServiceOption = None,
) -> None:
    """Have parked events tried again by the running consumers, in the order of their subject.

    An event that is refused again is parked again.

    Examples:

        holdfast events replay

        holdfast events replay 0199a3c2-5b1e-7c3d-9f60-2f6a1b0c9d11 --service risk
    """
    with plain_refusals():
        wanted = _event_id(event)
        asked = {
            name: _ask(name, lambda connection: parked.request_replay(connection, event_id=wanted))
            for name in _services(service)
        }
        if wanted is not None and not any(asked.values()):
            raise NotParked(f"No event {wanted} is parked.")
    for name, count in asked.items():
        if count:
            out.print(f"{name}: {count} will be tried again.")
    if not any(asked.values()):
        out.print("No event is parked.")


def _ask(service: str, question: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    """One transaction on the service's own database."""
    url = places(console_settings()).database_urls[service]

    async def ask() -> T:
        database = Database.connect(url, pool_size=1)
        try:
            async with database.engine.begin() as connection:
                return await question(connection)
        except (OSError, DBAPIError) as failure:
            raise DependencyDown(
                f"The database of {service} does not answer. Start the system: holdfast up"
            ) from failure
        finally:
            await database.close()

    return asyncio.run(ask())


def _services(wanted: str | None) -> Sequence[str]:
    if wanted is None:
        return SERVICES
    if wanted not in SERVICES:
        raise UnknownService(f"{wanted} is no service; there are {', '.join(SERVICES)}.", field="service")
    return (wanted,)


def _event_id(text: str | None) -> UUID | None:
    if text is None:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInput("An event's id is a UUID, as `holdfast events parked` lists it.", field="event") from None
