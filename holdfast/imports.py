"""`holdfast import`: a registry sheet through the public endpoint."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Literal
from uuid import uuid4

import typer

from holdfast.console import out, plain_refusals

_START = """
mutation Start($input: StartRegistryImportInput!) {
  startRegistryImport(input: $input) { __typename ... on ImportJob { id } ... on Refused { code message field } }
}"""
_FOLLOW = """
query Follow($id: ID!) {
  importJob(id: $id) {
    state refusalCode refusalMessage progress { done total }
    account {
      rowsRead rowsRegistered rowsUnchanged rowsRejected rowsValid
      householdsRead householdsRegistered householdsUnchanged householdsRejected householdsValid
      bannedColumnsDropped bannedValuesRefused
    }
    %s
  }
}"""


def register(root: typer.Typer) -> None:
    root.command("import")(import_registry)


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
) -> None:
    """Import a registry sheet into the running system, and say what is wrong by row and column.

    Exit code 1 when the sheet was refused or rows were rejected.

    Examples:

        holdfast import villages.xlsx --area 990101

        holdfast import villages.csv --area 990101 --mode COMMIT_VALID --ignore 备注
    """
    from gateway.login.issuer import area_path

    with plain_refusals():
        code = asyncio.run(_import(file, area_path(area), mode, tuple(ignore or ()), tuple(renamed or ())))
    raise typer.Exit(code)


async def _import(file: Path, area: str, mode: str, ignored: tuple[str, ...], renamed: tuple[str, ...]) -> int:
    from chassis.identity import Role
    from holdfast.sending import ISSUES, calling, follow, refused, send_file, tell

    async with calling(Role.COUNTY_ADMIN, areas=(area,)) as caller:
        kept = await send_file(caller, "registry-imports", file, {"areaPath": area})
        mapped = [dict(zip(("header", "column"), text.rpartition("=")[::2], strict=True)) for text in renamed]
        wanted = {
            "fileId": kept.text("fileId"),
            "mode": mode,
            "ignoredHeaders": list(ignored),
            "mappedHeaders": mapped,
            "idempotencyKey": str(uuid4()),
        }
        started = (await caller.ask(_START, {"input": wanted})).at("startRegistryImport")
        refused(started)
        title = "Reading" if mode == "VALIDATE" else "Importing"
        done = await follow(caller, _FOLLOW % ISSUES, id_=started.text("id"), root="importJob", title=title)
    code = tell(done, wrong="rowsRejected")
    if done.text("state") == "DONE" and done.number("account.bannedValuesRefused"):
        out.print("An attitude among the causes of poverty, such as 自身动力, is no cause: refused, and kept nowhere.")
    return code
