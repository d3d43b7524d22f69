"""`holdfast import`: a registry sheet through the public endpoint, and the workbook to fill in."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Literal
from uuid import uuid4

import typer
from typer.core import TyperGroup

from holdfast.console import err, out, plain_refusals

_START = """
mutation Start($input: StartRegistryImportInput!) {
  startRegistryImport(input: $input) { __typename ... on ImportJob { id } ... on Refused { code message field } }
}"""
_FOLLOW = """
query Follow($id: ID!) {
  importJob(id: $id) {
    state refusalCode refusalMessage headerRow reportPath errorSheetPath progress { state done total code message }
    account {
      rowsRead rowsRegistered rowsUpdated rowsUnchanged rowsRejected rowsValid
      householdsRead householdsRegistered householdsUpdated householdsUnchanged householdsRejected householdsValid
      bannedColumnsDropped bannedValuesRefused householdsMissing membersMissing
    }
    %s
  }
}"""


class SheetFirst(TyperGroup):
    """`holdfast import FILE` is `holdfast import sheet FILE`: what is no subcommand's name is a file."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # its own name is private
        if args and args[0] not in self.commands and not {"-h", "--help"} & set(args[:1]):
            args = ["sheet", *args]
        return super().parse_args(ctx, args)


_HELP = """Import a registry sheet, or get one to fill in.

FILE is a CSV or XLSX sheet, one row a member: holdfast import FILE --area CODE [--mode COMMIT_VALID] ...

Every option of it (--mode, --map, --ignore, --encoding, --errors): holdfast import sheet --help

Examples:

    holdfast import villages.xlsx --area 990101

    holdfast import villages.xlsx --area 990101 --mode COMMIT_VALID --errors to-mend.xlsx

    holdfast import template --area 990101 --out registry.xlsx
"""


def register(root: typer.Typer) -> None:
    group = typer.Typer(cls=SheetFirst, no_args_is_help=True, help=_HELP)
    group.command("sheet")(import_registry)
    group.command("template")(get_template)
    root.add_typer(group, name="import")


def get_template(
    *,
    area: Annotated[str, typer.Option("--area", help="The county or township it is for: 99/01/01/ or 990101.")],
    target: Annotated[Path, typer.Option("--out", help="The workbook to write.")],
    english: Annotated[bool, typer.Option("--english", help="English headers instead of Chinese ones.")] = False,
) -> None:
    """Get the workbook that a county or township fills in: Help, Households, Members, Codes.

    Example:

        holdfast import template --area 990101 --out registry.xlsx
    """
    from gateway.login.issuer import area_path

    with plain_refusals():
        asyncio.run(_template(area_path(area), target, "en" if english else "zh"))


async def _template(area: str, target: Path, headers: str) -> None:
    from chassis.identity import Role
    from holdfast.sending import calling, fetch_file

    async with calling(Role.COUNTY_ADMIN, areas=(area,)) as caller:
        size, _ = await fetch_file(caller, "registry-templates", target, query={"area": area, "headers": headers})
    err.print(f"{target}: {size:,} bytes. Fill in Households and Members, then: holdfast import {target} --area {area}")


def import_registry(
    file: Annotated[Path, typer.Argument(help="A CSV or XLSX sheet, one row a member.")],
    *,
    area: Annotated[str, typer.Option("--area", help="The county the sheet is for: 99/01/01/ or 990101.")],
    mode: Annotated[
        Literal["VALIDATE", "COMMIT_VALID", "COMMIT_ALL"],
        typer.Option("--mode", help="Report only; register the sound households; all or nothing."),
    ] = "VALIDATE",
    ignore: Annotated[list[str] | None, typer.Option("--ignore", help="A header to leave out.")] = None,
    renamed: Annotated[list[str] | None, typer.Option("--map", help='An unknown header: "theirs=ours".')] = None,
    encoding: Annotated[
        str | None,
        typer.Option("--encoding", help="Of a CSV whose bytes do not tell it: GB18030, BIG5, WINDOWS_1256 ..."),
    ] = None,
    errors: Annotated[
        Path | None,
        typer.Option("--errors", help="Where the rejected rows go, to be mended and sent; .json: the whole report."),
    ] = None,
) -> None:
    """Import a registry sheet into the running system, and say what is wrong by row and column.

    Exit code 1 when the sheet was refused or rows were rejected.

    Examples:

        holdfast import villages.xlsx --area 990101

        holdfast import villages.csv --area 990101 --mode COMMIT_VALID --ignore 备注 --errors to-mend.csv

        holdfast import to-mend.csv --area 990101 --mode COMMIT_VALID
    """
    from gateway.login.issuer import area_path
    from households_service.files.encodings import encoding_named

    wanted: dict[str, object] = {
        "mode": mode,
        "ignoredHeaders": list(ignore or ()),
        "mappedHeaders": [_mapping(text) for text in renamed or ()],
        "idempotencyKey": str(uuid4()),
    }
    with plain_refusals():
        if encoding is not None:
            wanted["encoding"] = encoding_named(encoding).name
        code = asyncio.run(_import(file, area_path(area), wanted, errors))
    raise typer.Exit(code)


def _mapping(text: str) -> dict[str, str]:
    header, _, column = text.rpartition("=")
    return {"header": header, "column": column}


async def _import(file: Path, area: str, wanted: dict[str, object], errors: Path | None) -> int:
    from chassis.identity import Role
    from holdfast.sending import ISSUES, calling, fetch_file, follow, refused, send_file, tell

    async with calling(Role.COUNTY_ADMIN, areas=(area,)) as caller:
        kept = await send_file(caller, "registry-imports", file, {"areaPath": area})
        wanted["fileId"] = kept.text("fileId")
        started = (await caller.ask(_START, {"input": wanted})).at("startRegistryImport")
        refused(started)
        title = "Reading" if wanted["mode"] == "VALIDATE" else "Importing"
        done = await follow(caller, _FOLLOW % ISSUES, id_=started.text("id"), root="importJob", title=title)
        code = tell(done, wrong="rowsRejected")
        path = done.at("reportPath" if errors is not None and errors.suffix == ".json" else "errorSheetPath").value
        if errors is not None and isinstance(path, str):
            await fetch_file(caller, path.removeprefix("/files/"), errors)
            out.print(f"What was not taken: {errors}")
        elif code and isinstance(path, str):
            out.print("For the rejected rows as a sheet to mend, add: --errors to-mend" + file.suffix)
    if done.text("state") == "DONE" and done.number("account.bannedValuesRefused"):
        out.print("An attitude among the causes of poverty, such as 自身动力, is no cause: refused, and kept nowhere.")
    return code
