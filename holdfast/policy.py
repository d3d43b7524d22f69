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
from risk_service.policy.domain import PolicyPack
from risk_service.policy.reading import read_pack
from risk_service.policy.section import PolicyPackMalformed
from risk_service.policy.service import apply_pack
from risk_service.uow import RiskUnitOfWork

app = typer.Typer(help="Check policy packs and put them into force.", no_args_is_help=True)
FileArgument = Annotated[Path, typer.Argument(help="A policy pack in TOML.")]


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
    table.add_row("pack", pack.label)
    table.add_row("in force", _where(pack))
    table.add_row("approved", f"{pack.approved_by}, {pack.approved_on}")
    for rule in pack.rules:
        lines = f"yellow over {rule.thresholds.yellow_over:,.2f}, red over {rule.thresholds.red_over:,.2f}"
        table.add_row(rule.factor.value, f"{lines} {pack.currency}, per {rule.scope.value}")
    clocks = pack.clocks
    table.add_row("visits", f"red {clocks.red_working_days}, yellow {clocks.yellow_working_days} working days")
    table.add_row("holidays", f"known until {pack.calendar.known_until}")
    note = "with" if pack.clearing.note_on_bill_required else "without"
    table.add_row("clearing", f"{pack.clearing.income_basis.value}, {note} a note on how the bill was paid")
    table.add_row("content", pack.content_hash)
    out.print(table)


def _where(pack: PolicyPack) -> str:
    until = f" until {pack.effective_until}" if pack.effective_until else ""
    return f"{pack.area_path or 'everywhere'} from {pack.effective_from}{until}"
