"""`holdfast up`."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Coroutine
from importlib import util
from typing import Annotated

import typer

from holdfast.console import out, plain_refusals, prefixed
from holdfast.settings import ConsoleSettings, console_settings, default_data_folder
from holdfast.up.running import require_trying_out

PORT_HELP = (
    "Port of the public endpoint; all other parts follow in the usual distances, or move where one is taken. "
    "All addresses are shown at the start and kept for the next one."
)


def register(root: typer.Typer) -> None:
    root.command("up")(up)


def up(
    port: Annotated[int | None, typer.Option(help=PORT_HELP, min=1, max=65535)] = None,
    seed: Annotated[
        bool | None,
        typer.Option(
            "--seed/--no-seed", help="Load the sample county if there is no data yet: so by default, but in production."
        ),
    ] = None,
    hang_seconds: Annotated[
        float, typer.Option(help="A part that answers nothing for so long is started again; 0: never.", min=0)
    ] = 30.0,
    quiet: Annotated[bool, typer.Option(help="Show warnings and errors only; all lines are in logs/.")] = False,
) -> None:
    """Start the whole system and keep it running until Ctrl-C.

    PostgreSQL and NATS (embedded, unless HOLDFAST_DATABASE_URL / HOLDFAST_NATS_URL name others), migrations,
    the sample county (not in production mode), then gateway, households, employment and risk as separate
    processes. Whichever of them dies or hangs is started again. The data lies in HOLDFAST_DATA, by default in
    .holdfast.

    Examples:

        holdfast up

        HOLDFAST_DATA=/tmp/second holdfast up --port 9400
    """
    with plain_refusals():
        settings = console_settings()
        code = asyncio.run(
            _until_stopped(
                settings, port=port, seed=_seed_wanted(seed, settings), hang_seconds=hang_seconds, quiet=quiet
            )
        )
    raise typer.Exit(code)


async def _until_stopped(
    settings: ConsoleSettings, *, port: int | None, seed: bool, hang_seconds: float, quiet: bool
) -> int:
    from holdfast.up.greeting import greeting
    from holdfast.up.seeding import seed_when_empty
    from holdfast.up.supervision import Patience
    from holdfast.up.system import System

    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    system = System.prepare(
        settings.data_folder,
        gateway_port=port,
        mode=settings.mode,
        admin_database_url=settings.database_url,
        nats_url=settings.nats_url,
        given={"HOLDFAST_LOG_FORMAT": "console" if out.is_terminal else "json", **os.environ},
        report=prefixed(only=_worth_a_look) if quiet else prefixed(),
        patience=Patience(silent_seconds=hang_seconds),
    )
    for note in system.claim.notes:
        out.print(note)
    out.print(f"Starting in {system.data} ...")
    try:
        if not await _unless(stopping, system.start()):
            return 0
        if seed and util.find_spec("holdfast.seed.command") and not await _unless(stopping, seed_when_empty(system)):
            return 0
        out.print(greeting(system, default_data=default_data_folder()))
        await stopping.wait()
    finally:
        out.print("Stopping ...")
        await system.stop()
    out.print("Stopped.")
    return 0


async def _unless(stopping: asyncio.Event, work: Coroutine[None, None, None]) -> bool:
    """Do the work; False when a person stopped it half way."""
    working = asyncio.ensure_future(work)
    waiting = asyncio.ensure_future(stopping.wait())
    await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if working.done():
        await working
        return True
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    return False


def _seed_wanted(asked: bool | None, settings: ConsoleSettings) -> bool:
    """Before anything starts. Raises NotForProduction."""
    if settings.mode != "production":
        return asked is not False
    if asked:
        require_trying_out(settings, "The sample county is invented and is not loaded in production mode.")
    return False


def _worth_a_look(line: str) -> bool:
    """Lines of the log at level warning or above, and lines that are no log (tracebacks, the supervisor's)."""
    calm = ('"level": "info"', '"level":"info"', '"level": "debug"', '"level":"debug"', "[info", "[debug")
    return not any(word in line for word in calm)
