"""`holdfast export`: lists as files, through the public endpoint; those in the open by two persons."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Literal

import typer
from typer.core import TyperGroup

from holdfast.console import err, plain_refusals

_HELP = """Take a list of households or members as a file.

Examples:

    holdfast export members --area 990101 --out members.xlsx --reason "yearly check of the registry"

    holdfast export households --area 99/01/01/001/ --category near_poor_at_risk --out a.csv --reason "visits"

Names and numbers are masked. A list in the open is asked for, approved by somebody else and then taken, once,
within 24 hours:

    holdfast export members --opened --area 990101 --out members.xlsx --reason "letters to every household"

    holdfast export approve ID --area 990101

    holdfast export take ID --area 990101 --out members.xlsx

More: holdfast export list --help
"""


class ListFirst(TyperGroup):
    """`holdfast export members` is `holdfast export list members`: what is no subcommand's name is a list."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # its own name is private
        if args and args[0] not in self.commands and not {"-h", "--help"} & set(args[:1]):
            args = ["list", *args]
        return super().parse_args(ctx, args)


def register(root: typer.Typer) -> None:
    group = typer.Typer(cls=ListFirst, no_args_is_help=True, help=_HELP)
    group.command("list")(export)
    group.command("approve")(approve)
    group.command("take")(take)
    root.add_typer(group, name="export")


def export(
    what: Annotated[Literal["households", "members"], typer.Argument(help="Which list.")],
    *,
    area: Annotated[str, typer.Option("--area", help="At or below this area: 99/01/01/ or 990101.")],
    out: Annotated[Path, typer.Option("--out", help="The file to write; .csv or .xlsx says which.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it is written to the audit log.")],
    category: Annotated[list[str] | None, typer.Option("--category", help="A monitoring category.")] = None,
    history: Annotated[list[str] | None, typer.Option("--history", help="A registration history.")] = None,
    code_prefix: Annotated[str | None, typer.Option("--code-prefix", help="How household codes begin.")] = None,
    opened: Annotated[
        bool, typer.Option("--opened", help="Names, ID numbers and phones in the open; a second person approves it.")
    ] = False,
) -> None:
    """Take a list as a file. Names and numbers are masked; every export is logged.

    Example:

        holdfast export members --area 990101 --out members.xlsx --reason "yearly check of the registry"
    """
    from gateway.login.issuer import area_path

    wanted: dict[str, object] = {
        "list": what.upper(),
        "format": "XLSX" if out.suffix.lower() == ".xlsx" else "CSV",
        "reason": reason,
        "monitoringCategory": [word.upper() for word in category or ()],
        "registrationHistory": [word.upper() for word in history or ()],
        "codePrefix": code_prefix,
        "opened": opened,
    }
    with plain_refusals():
        path = area_path(area)
        asyncio.run(_export({**wanted, "area": path}, path, out))


async def _export(wanted: dict[str, object], area: str, out: Path) -> None:
    from chassis.identity import Role
    from holdfast.sending import calling, fetch_file, fetch_json, post_json

    async with calling(Role.COUNTY_ADMIN, areas=(area,)) as caller:
        if wanted["opened"]:
            waiting = await post_json(caller, "exports", wanted)
            export_id = waiting.text("id")
            err.print(
                f"{waiting.number('rowsFound'):,.0f} rows wait for a second person, who approves them within 24 hours:"
                f"\n  holdfast export approve {export_id} --area {area}\nThen take them:"
                f"\n  holdfast export take {export_id} --area {area} --out {out}"
            )
            return
        size, location = await fetch_file(caller, "exports", out, body=wanted)
        logged = await fetch_json(caller, location.removeprefix("/files/"))
    err.print(f"{out}: {logged.number('rowsSent'):,.0f} rows, {size:,} bytes; logged as {logged.text('id')}.")


def approve(
    export_id: Annotated[str, typer.Argument(metavar="ID", help="Of the export that waits.")],
    *,
    area: Annotated[str, typer.Option("--area", help="The area it was asked for: 99/01/01/ or 990101.")],
) -> None:
    """Let a list in the open go, as a second person: it says who asked for what and why."""
    from gateway.login.issuer import area_path

    with plain_refusals():
        asyncio.run(_approve(export_id, area_path(area)))


async def _approve(export_id: str, area: str) -> None:
    from chassis.identity import Role
    from holdfast.sending import calling, fetch_json, post_json

    async with calling(Role.COUNTY_APPROVER, areas=(area,), subject="console-approver") as caller:
        asked = await fetch_json(caller, f"exports/{export_id}")
        err.print(f"{asked.text('requestedBy')} asks for {asked.text('what')}: {asked.text('reason')}")
        await post_json(caller, f"exports/{export_id}/approval")
    err.print("Approved: the one who asked may take it once within 24 hours.")


def take(
    export_id: Annotated[str, typer.Argument(metavar="ID", help="Of the approved export.")],
    *,
    area: Annotated[str, typer.Option("--area", help="The area it was asked for: 99/01/01/ or 990101.")],
    out: Annotated[Path, typer.Option("--out", help="The file to write.")],
) -> None:
    """Take an approved list in the open, once."""
    from gateway.login.issuer import area_path

    with plain_refusals():
        asyncio.run(_take(export_id, area_path(area), out))


async def _take(export_id: str, area: str, out: Path) -> None:
    from chassis.identity import Role
    from holdfast.sending import calling, fetch_file, fetch_json

    async with calling(Role.COUNTY_ADMIN, areas=(area,)) as caller:
        size, location = await fetch_file(caller, f"exports/{export_id}/content", out)
        logged = await fetch_json(caller, location.removeprefix("/files/"))
    err.print(f"{out}: {logged.number('rowsSent'):,.0f} rows, {size:,} bytes; logged as {logged.text('id')}.")
