"""What the console prints: colours only where a person sees them, refusals without a traceback."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.text import Text

from chassis.errors import HoldfastError

_COLOURS = {
    "gateway": "cyan",
    "households": "green",
    "employment": "yellow",
    "risk": "magenta",
    "postgres": "blue",
    "nats": "blue",
}
_CODE = re.compile(r"[A-Z][A-Z0-9_]+: ")
_STOPPED = (
    "A database does not answer any more; the step under way changed nothing. "
    "Start the system (holdfast up) or see what is wrong (holdfast doctor), then give the command again."
)

out = Console(highlight=False, soft_wrap=True)
err = Console(highlight=False, soft_wrap=True, stderr=True)


def prefixed(*, only: Callable[[str], bool] = lambda _: True) -> Callable[[str, str], None]:
    """A reporter that writes each line behind its part's name."""

    def report(part: str, line: str) -> None:
        if only(line):
            out.print(Text.assemble((f"{part:<10} ", _COLOURS.get(part, "white")), ("│ ", "dim"), line))

    return report


@contextmanager
def plain_refusals() -> Iterator[None]:
    """What a person can mend is said in one sentence with its code, exit code 1; the rest keeps its traceback.

    Of a database's error neither the statement nor its values are shown: they are of persons.
    """
    try:
        yield
    except HoldfastError as failure:
        err.print(Text(_coded(failure), style="red"))
        raise typer.Exit(1) from None
    except Exception as failure:
        said = _of_engine(failure) or _of_database(failure)
        if said is None:
            raise
        err.print(Text(said, style="red"))
        raise typer.Exit(1) from None


def _coded(failure: HoldfastError) -> str:
    text = str(failure)
    return text if _CODE.match(text) else f"{failure.code}: {text}"


def _of_engine(failure: Exception) -> str | None:
    # Read here, as below: most commands start no engine and ask no database, and every command reads this module.
    from chassis.embedded.failures import EngineFailed

    return str(failure) if isinstance(failure, EngineFailed) else None


def _of_database(failure: Exception) -> str | None:
    from asyncpg import PostgresError
    from sqlalchemy.exc import SQLAlchemyError

    from chassis.database import breakdown_code, is_connection_loss

    if is_connection_loss(failure) and isinstance(failure, SQLAlchemyError | PostgresError | ConnectionError):
        return f"{breakdown_code(failure)}: {_STOPPED}"
    if isinstance(failure, SQLAlchemyError | PostgresError):
        kind = type(getattr(failure, "orig", None) or failure).__name__
        return (
            f"{breakdown_code(failure)}: A database refused a statement ({kind}). The step under way changed nothing."
        )
    return None
