"""`holdfast feed`: a department's records, from a file, through the public endpoint."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from holdfast.console import plain_refusals

_FOLLOW = """
query Follow($id: ID!) {
  departmentBatch(id: $id) {
    state refusalCode refusalMessage headerRow progress { done total }
    account { read linked review rejected unchanged bannedColumnsDropped }
    %s
  }
}"""


def register(root: typer.Typer) -> None:
    root.command("feed")(feed)


def feed(
    file: Annotated[Path, typer.Argument(help="A CSV or XLSX sheet, one row a record.")],
    *,
    area: Annotated[str, typer.Option("--area", help="The county the records are for: 99/01/01/ or 990101.")],
    batch: Annotated[str, typer.Option("--batch", help="The department's own number; the same again does nothing.")],
    department: Annotated[str, typer.Option("--department", help="The sending department.")] = "HEALTH_INSURANCE",
    purpose: Annotated[str | None, typer.Option("--purpose", help="Purpose code of records that name none.")] = None,
    ignore: Annotated[list[str] | None, typer.Option("--ignore", help="A header to leave out.")] = None,
    renamed: Annotated[list[str] | None, typer.Option("--map", help='An unknown header: "theirs=ours".')] = None,
    encoding: Annotated[
        str | None,
        typer.Option("--encoding", help="Of a CSV whose bytes do not tell it: GB18030, BIG5, WINDOWS_1256 ..."),
    ] = None,
) -> None:
    """Send a department's records to the running system, as the department's own service account.

    A row that cannot be linked to a person waits in the review list; a faulty one is told by row and column.
    Exit code 1 when the file was refused or rows were rejected.

    Example:

        holdfast feed bills-2020-09.csv --area 990101 --batch 2020-09
    """
    from gateway.login.issuer import area_path

    fields: dict[str, str | list[str]] = {
        "department": department,
        "batchId": batch,
        "mappedHeader": list(renamed or ()),
        "ignoredHeader": list(ignore or ()),
    }
    if encoding is not None:
        fields["encoding"] = encoding
    if purpose is not None:
        fields["purposeCode"] = purpose
    with plain_refusals():
        path = area_path(area)
        code = asyncio.run(_feed(file, path, department, {**fields, "areaPath": path}))
    raise typer.Exit(code)


async def _feed(file: Path, area: str, department: str, fields: dict[str, str | list[str]]) -> int:
    from chassis.identity import Role
    from holdfast.sending import ISSUES, calling, follow, send_file, tell

    async with calling(Role.DEPARTMENT, areas=(area,), department=department) as caller:
        taken = await send_file(caller, "department-records", file, fields)
        done = await follow(
            caller, _FOLLOW % ISSUES, id_=taken.text("batchKey"), root="departmentBatch", title="Linking"
        )
    return tell(done, wrong="rejected")
