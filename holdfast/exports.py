"""`holdfast export`: households or members as a file, through the public endpoint."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Literal

import typer

from holdfast.console import err, plain_refusals


def register(root: typer.Typer) -> None:
    root.command("export")(export)


def export(
    what: Annotated[Literal["households", "members"], typer.Argument(help="Which list.")],
    *,
    area: Annotated[str, typer.Option("--area", help="At or below this area: 99/01/01/ or 990101.")],
    out: Annotated[Path, typer.Option("--out", help="The file to write; .csv or .xlsx says which.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it is written to the audit log.")],
    category: Annotated[list[str] | None, typer.Option("--category", help="A monitoring category.")] = None,
    history: Annotated[list[str] | None, typer.Option("--history", help="A registration history.")] = None,
    code_prefix: Annotated[str | None, typer.Option("--code-prefix", help="How household codes begin.")] = None,
    opened: Annotated[bool, typer.Option("--opened", help="Names, ID numbers and phones in the open.")] = False,
) -> None:
    """Take a list as a file: masked, unless opened by the county and with a reason. Every export is logged.

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
    from holdfast.sending import calling, fetch_file, fetch_json

    async with calling(Role.COUNTY_ADMIN, areas=(area,)) as caller:
        size, location = await fetch_file(caller, "exports", out, body=wanted)
        logged = await fetch_json(caller, location.removeprefix("/files/"))
    err.print(f"{out}: {logged.number('rowsSent'):,.0f} rows, {size:,} bytes; logged as {logged.text('id')}.")
