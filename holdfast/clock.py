"""`holdfast clock`: moves the business clock of a system that runs in demo mode. Tokens keep wall time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from chassis.clock import OffsetClock
from chassis.errors import Forbidden, InvalidInput
from holdfast.console import plain_refusals
from holdfast.settings import console_settings


class ClockFixed(Forbidden):
    code = "CLOCK_FIXED"


def register(root: typer.Typer) -> None:
    group = typer.Typer(help="Move the clock of a system in demo mode.", no_args_is_help=True)
    group.command("show")(show)
    group.command("advance")(advance)
    group.command("set")(move_to)
    group.command("reset")(reset)
    root.add_typer(group, name="clock")


def show() -> None:
    """Print the business time of the system."""
    with plain_refusals():
        _print(_clock())


def advance(
    hours: Annotated[float, typer.Option("--hours", help="Hours to add.")] = 0.0,
    days: Annotated[float, typer.Option("--days", help="Days to add.")] = 0.0,
) -> None:
    """Move the clock forward.

    Example: HOLDFAST_MODE=demo holdfast clock advance --hours 72
    """
    with plain_refusals():
        try:
            by = timedelta(hours=hours, days=days)
        except (ValueError, OverflowError):
            raise InvalidInput("Give a number of hours or days.", field="hours") from None
        if by <= timedelta(0):
            raise InvalidInput("A clock goes forward: give --hours or --days above zero.", field="hours")
        clock = _clock()
        clock.set_offset(clock.offset() + by)
        _print(clock)


def move_to(
    instant: Annotated[str, typer.Argument(help="Such as 2020-09-18T01:00:00Z; without a zone it is UTC.")],
) -> None:
    """Set the clock to an instant; it goes on from there. Meant for the beginning: stored times do not move back."""
    with plain_refusals():
        clock = _clock()
        try:
            wanted = datetime.fromisoformat(instant)
        except ValueError:
            raise InvalidInput("This is not an instant; write 2020-09-18T01:00:00Z.", field="instant") from None
        if wanted.tzinfo is None:
            wanted = wanted.replace(tzinfo=UTC)
        clock.set_offset(wanted - datetime.now(UTC))
        _print(clock)


def reset() -> None:
    """Back to wall time."""
    with plain_refusals():
        clock = _clock()
        clock.set_offset(timedelta(0))
        _print(clock)


def _clock() -> OffsetClock:
    """Raises ClockFixed outside of demo mode."""
    settings = console_settings()
    if settings.mode != "demo":
        raise ClockFixed("The clock moves in demo mode only: set HOLDFAST_MODE=demo, for the system too.")
    return OffsetClock(settings.clock_file or settings.data_folder / "run" / "clock-offset")


def _print(clock: OffsetClock) -> None:
    typer.echo(f"{clock.now().isoformat(timespec='seconds')} (wall time {clock.offset().total_seconds():+.0f} s)")
