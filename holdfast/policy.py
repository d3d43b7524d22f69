"""`holdfast policy`: reading a policy pack before anybody relies on it, and putting it into force."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from chassis.identity import SYSTEM_ACTOR
from holdfast.console import out, plain_refusals
from holdfast.policy_files import read_policy_file
from holdfast.risk.database import risk_database
from risk_service.policy.differences import differences
from risk_service.policy.domain import PolicyPack
from risk_service.policy.sayings import sayings
from risk_service.policy.service import apply_pack
from risk_service.signals.replay.service import try_source
from risk_service.signals.replay.trial import Trial

app = typer.Typer(help="Check, compare and try policy packs, and put them into force.", no_args_is_help=True)
FileArgument = Annotated[Path, typer.Argument(help="A policy pack in TOML.")]

BeforeArgument = Annotated[Path, typer.Argument(help="The policy pack it is held against.")]
DAY_FORMATS = ["%Y-%m-%d"]
SinceOption = Annotated[
    datetime | None, typer.Option(formats=DAY_FORMATS, help="First day of costs; a year before the last by default.")
]
UntilOption = Annotated[datetime | None, typer.Option(formats=DAY_FORMATS, help="Last day of costs; today by default.")]
DIFFERS = 2


def register(root: typer.Typer) -> None:
    root.add_typer(app, name="policy")


@app.command("check")
def check(file: FileArgument) -> None:
    """Read a pack and show what it says; nothing is stored. A wrong one is refused by the name of its key.

    Example:

        holdfast policy check county.toml
    """
    with plain_refusals():
        _, pack = read_policy_file(file)
    _show(pack)


@app.command("diff")
def diff(before: BeforeArgument, after: FileArgument) -> None:
    """Say in words what changes from one pack to another, and who is warned more or less by it.

    Exit code 0: they say the same. 2: they differ. 1: a file cannot be read.

    Example:

        holdfast policy diff county-2020.toml county-2021.toml
    """
    with plain_refusals():
        old, new = read_policy_file(before)[1], read_policy_file(after)[1]
    found = differences(old, new)
    for sentence in found:
        out.print(sentence, markup=False)
    if not found:
        out.print("Both say the same.")
        return
    raise typer.Exit(DIFFERS)


@app.command("apply")
def put_into_force(file: FileArgument) -> None:
    """Store a pack; it holds from its first day on, for its area and everything below that has no own.

    Applying the same pack again changes nothing. Changed content needs a new version.

    Example:

        holdfast policy apply county.toml
    """
    with plain_refusals():
        source, _ = read_policy_file(file)
        pack, is_new = asyncio.run(_apply(source))
    out.print(f"{pack.label} {'applied' if is_new else 'was applied before, unchanged'}: {_where(pack)}.")


@app.command("dry-run")
def dry_run(file: FileArgument, since: SinceOption = None, until: UntilOption = None) -> None:
    """Replay what was reported under a pack that is not in force; nothing is stored and nobody is warned.

    Shows alerts, visits and officer hours beside those of the policy in force, and which cases that visits confirmed
    would have been missed or warned of later. Exit code 0: none would have been missed. 2: some would. 1: refused.

    Example:

        holdfast policy dry-run county-2021.toml --since 2020-01-01 --until 2020-12-31
    """
    with plain_refusals():
        source, _ = read_policy_file(file)
        trial = asyncio.run(_try(source, _day(since), _day(until)))
    _show_trial(trial)
    if trial.missed:
        raise typer.Exit(DIFFERS)


async def _apply(source: str) -> tuple[PolicyPack, bool]:
    async with risk_database() as begin, begin(SYSTEM_ACTOR) as uow:
        return await apply_pack(uow, SYSTEM_ACTOR, source=source)


async def _try(source: str, since: date | None, until: date | None) -> Trial:
    async with risk_database() as begin, begin(SYSTEM_ACTOR) as uow:
        trial, _ = await try_source(uow, SYSTEM_ACTOR, source=source, since=since, until=until)
    return trial


def _show(pack: PolicyPack) -> None:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column()
    table.add_column(overflow="fold")
    table.add_row("pack", pack.label)
    table.add_row("in force", _where(pack))
    table.add_row("approved", f"{pack.approved_by}, {pack.approved_on}")
    about = ""
    for one in sayings(pack):
        words = one.what.partition(" …")[0]
        table.add_row("" if one.about == about else one.about, f"{words} {one.value}")
        about = one.about
    table.add_row("holidays", f"known until {pack.calendar.known_until}")
    table.add_row("content", pack.content_hash)
    out.print(table)


def _day(given: datetime | None) -> date | None:
    return None if given is None else given.date()


def _show_trial(trial: Trial) -> None:
    before, after = trial.before, trial.after
    table = Table(box=None, pad_edge=False)
    for name in ("", "in force", trial.tried):
        table.add_column(name, justify="left" if not name else "right")
    table.add_row("alerts", str(before.alerts), str(after.alerts))
    for old, new in zip(before.by_factor, after.by_factor, strict=True):
        for what, was, now in (
            ("yellow", old.yellow, new.yellow),
            ("red", old.red, new.red),
            ("yellow, then red", old.escalated, new.escalated),
        ):
            if was or now:
                table.add_row(f"  {old.factor.value} {what}", str(was), str(now))
    table.add_row("households", str(before.households), str(after.households))
    table.add_row("visits", str(before.visits), str(after.visits))
    table.add_row("officer hours", f"{before.officer_hours:,.1f}", f"{after.officer_hours:,.1f}")
    table.add_row(
        f"confirmed cases warned of, of {trial.confirmed}", str(before.confirmed_warned), str(after.confirmed_warned)
    )
    out.print(table)
    for case in trial.missed:
        out.print(f"missed: household {case.household_id}, {case.factor.value}, confirmed {case.on}")
    for one in trial.later:
        out.print(f"later: household {one.household_id}, {one.factor.value}, {one.after_on} instead of {one.before_on}")


def _where(pack: PolicyPack) -> str:
    until = f" until {pack.effective_until}" if pack.effective_until else ""
    return f"{pack.area_path or 'everywhere'} from {pack.effective_from}{until}"
