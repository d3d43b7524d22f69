"""The commands. Each is imported only when it is called, so that every one starts fast.

A command's module offers `register(root: typer.Typer) -> None`, which adds a command or a group of that name.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib import import_module, util

import typer

_HELP = """Backend of a county's platform against falling back into poverty.

Start everything, the sample county included:  [bold]holdfast up[/bold]

Something is wrong:  [bold]holdfast doctor[/bold]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    name: str
    modules: tuple[str, ...]
    """Where it may live; the first that exists is taken."""
    summary: str


ENTRIES = (
    Entry(name="up", modules=("holdfast.up.command",), summary="Start the whole system and keep it running."),
    Entry(
        name="demo",
        modules=("holdfast.demo.command",),
        summary="Play the story of one family, in a throw-away system.",
    ),
    Entry(name="doctor", modules=("holdfast.doctor.command",), summary="Say what is wrong here and how to mend it."),
    Entry(name="migrate", modules=("holdfast.migrate",), summary="Bring the services' databases up to date."),
    Entry(name="seed", modules=("holdfast.seed.command",), summary="Load the invented sample county."),
    Entry(name="token", modules=("holdfast.token",), summary="Make a login token for trying out."),
    Entry(name="clock", modules=("holdfast.clock",), summary="Move the clock of a system in demo mode."),
    Entry(name="import", modules=("holdfast.imports",), summary="Import a registry file."),
    Entry(name="export", modules=("holdfast.exports",), summary="Take a list of households or members as a file."),
    Entry(name="feed", modules=("holdfast.feed",), summary="Send a department's records."),
    Entry(name="feeds", modules=("holdfast.feeds",), summary="Show how the departments' feeds stand."),
    Entry(name="link", modules=("holdfast.linking",), summary="Find the rows of files that are the same person."),
    Entry(
        name="identities",
        modules=("holdfast.identities",),
        summary="Index the registry's people, and fit the model that links records to them.",
    ),
    Entry(name="events", modules=("holdfast.events",), summary="Show, replay and discard parked events."),
    Entry(name="policy", modules=("holdfast.policy",), summary="Apply and check the policy packs of the risk service."),
    Entry(name="risk", modules=("holdfast.risk.command",), summary="Train, test and use the likelihood on any table."),
    Entry(
        name="occupations",
        modules=("holdfast.occupations",),
        summary="Show, import and evaluate classifications of occupations.",
    ),
    Entry(name="plan", modules=("holdfast.planning",), summary="Plan help for households within a budget."),
    Entry(
        name="match",
        modules=("holdfast.matching", "holdfast.assigning"),
        summary="Match workers to vacancies, best for all together.",
    ),
    Entry(
        name="gateway",
        modules=("holdfast.gateway",),
        summary="Compose the supergraph, explain a query, serve alone.",
    ),
)


def main(arguments: list[str] | None = None) -> None:
    """Entry point of the `holdfast` script."""
    words = sys.argv[1:] if arguments is None else arguments
    wanted = next((word for word in words if not word.startswith("-")), None)
    build(wanted)(words, prog_name="holdfast")


def build(wanted: str | None) -> typer.Typer:
    """The console with the wanted command in full, the others by their summary only."""
    root = typer.Typer(
        help=_HELP,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="rich",
        pretty_exceptions_show_locals=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    root.callback()(_console)
    for entry in ENTRIES:
        module = next((name for name in entry.modules if _exists(name)), None)
        if module is None:
            continue
        if entry.name == wanted:
            import_module(module).register(root)
        else:
            root.command(entry.name, help=entry.summary)(_named_only)
    return root


def _console() -> None:
    """Without a root callback a console of one command would lose the command's name."""


def _named_only() -> None:
    """Stands in the overview; the command itself is imported when it is called."""


def _exists(module: str) -> bool:
    try:
        return util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False
