"""`holdfast policy`: reading a policy pack before anybody relies on it, and putting it into force."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from chassis.database import Database, is_connection_loss
from chassis.errors import DependencyDown, NotFound
from chassis.identity import SYSTEM_ACTOR
from holdfast.console import out, plain_refusals
from holdfast.settings import console_settings
from holdfast.up.running import places
from risk_service.copies.service import settle
from risk_service.policy.differences import differences
from risk_service.policy.domain import PolicyPack
from risk_service.policy.reading import read_pack
from risk_service.policy.sayings import sayings
from risk_service.policy.section import PolicyPackMalformed
from risk_service.policy.service import apply_pack
from risk_service.uow import RiskUnitOfWork

app = typer.Typer(help="Check, compare and try policy packs, and put them into force.", no_args_is_help=True)
FileArgument = Annotated[Path, typer.Argument(help="A policy pack in TOML.")]

BeforeArgument = Annotated[Path, typer.Argument(help="The policy pack it is held against.")]
DIFFERS = 2


class PolicyFileMissing(NotFound):
    code = "POLICY_FILE_MISSING"


def register(root: typer.Typer) -> None:
    root.add_typer(app, name="policy")


@app.command("check")
def check(file: FileArgument) -> None:
    """Read a pack and show what it says; nothing is stored. A wrong one is refused by the name of its key.

    Example:

        holdfast policy check county.toml
    """
    with plain_refusals():
        _, pack = _read(file)
    _show(pack)


@app.command("diff")
def diff(before: BeforeArgument, after: FileArgument) -> None:
    """Say in words what changes from one pack to another, and who is warned more or less by it.

    Exit code 0: they say the same. 2: they differ. 1: a file cannot be read.

    Example:

        holdfast policy diff county-2020.toml county-2021.toml
    """
    with plain_refusals():
        old, new = _read(before)[1], _read(after)[1]
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
        source, _ = _read(file)
        pack, is_new = asyncio.run(_apply(source))
    out.print(f"{pack.label} {'applied' if is_new else 'was applied before, unchanged'}: {_where(pack)}.")


def _read(file: Path) -> tuple[str, PolicyPack]:
    try:
        source = file.read_text(encoding="utf-8")
    except (FileNotFoundError, IsADirectoryError):
        raise PolicyFileMissing(f"There is no file {file.name}.") from None
    except UnicodeDecodeError:
        raise PolicyPackMalformed(f"{file.name} is not UTF-8.") from None
    return source, read_pack(source)


async def _apply(source: str) -> tuple[PolicyPack, bool]:
    settings = console_settings(os.environ)
    given = settings.database_url
    is_own = given.rpartition("/")[2].partition("?")[0] not in {"", "postgres"}
    url = given if is_own else places(settings).database_urls["risk"]
    database = Database.connect(url, pool_size=1)
    try:
        async with RiskUnitOfWork(database, SYSTEM_ACTOR, settings.clock(), settle=settle) as uow:
            return await apply_pack(uow, SYSTEM_ACTOR, source=source)
    except Exception as error:
        if is_connection_loss(error):
            raise DependencyDown("The database of the risk service does not answer.") from error
        raise
    finally:
        await database.close()


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


def _where(pack: PolicyPack) -> str:
    until = f" until {pack.effective_until}" if pack.effective_until else ""
    return f"{pack.area_path or 'everywhere'} from {pack.effective_from}{until}"
