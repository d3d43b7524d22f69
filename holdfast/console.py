"""What the console prints: colours only where a person sees them, refusals without a traceback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.text import Text

from chassis.embedded.failures import EngineFailed
from chassis.errors import HoldfastError

_COLOURS = {
    "gateway": "cyan",
    "households": "green",
    "employment": "yellow",
    "risk": "magenta",
    "postgres": "blue",
    "nats": "blue",
}

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
    """What a person can mend is said in one sentence, with exit code 1; anything else keeps its traceback."""
    try:
        yield
    except (HoldfastError, EngineFailed) as failure:
        err.print(Text(str(failure), style="red"))
        raise typer.Exit(1) from None
