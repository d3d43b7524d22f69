"""`holdfast doctor`."""

from __future__ import annotations

import asyncio

import typer
from rich.text import Text

from chassis.embedded.ports import is_free
from chassis.errors import Refusal
from holdfast.console import out
from holdfast.doctor import folder, machine, neighbours
from holdfast.doctor.findings import Finding
from holdfast.settings import ConsoleSettings, console_settings


def register(root: typer.Typer) -> None:
    root.command("doctor")(doctor)


def doctor() -> None:
    """Say what is wrong on this machine or in the data folder, and how to mend it.

    Changes nothing. Exit code 1 when something is wrong.

    Example:

        HOLDFAST_DATA=/srv/holdfast holdfast doctor
    """
    try:
        settings = console_settings()
    except Refusal as refusal:
        findings = [Finding(subject="Settings", observation=str(refusal), remedy="Correct or unset the variable.")]
    else:
        findings = examine(settings)
    width = max(len(finding.subject) for finding in findings)
    for finding in findings:
        sign = ("well ", "green") if finding.well else ("WRONG", "bold red")
        out.print(Text.assemble(sign, f"  {finding.subject:<{width}}  {finding.observation}"))
        if not finding.well:
            out.print(Text(f"       {'':<{width}}  {finding.remedy}", style="yellow"))
    wrong = sum(not finding.well for finding in findings)
    out.print("Nothing is wrong." if not wrong else f"{wrong} wrong.")
    raise typer.Exit(1 if wrong else 0)


def examine(settings: ConsoleSettings) -> list[Finding]:
    data = settings.data_folder
    findings = [
        machine.python(),
        machine.system(),
        machine.memory(),
        machine.disk(data),
        machine.clock(),
        folder.rights(data),
        machine.engines(data),
        folder.running(data),
        folder.cluster(data),
        folder.keys(data),
        folder.ports(data, is_free=is_free),
    ]
    return [*findings, *asyncio.run(_neighbours(settings))]


async def _neighbours(settings: ConsoleSettings) -> list[Finding]:
    found = await asyncio.gather(
        neighbours.outside_database(settings),
        neighbours.outside_broker(settings),
        neighbours.running_parts(settings),
    )
    return [finding for finding in found if finding is not None]
