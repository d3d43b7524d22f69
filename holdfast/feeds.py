"""`holdfast feeds`: how every department's feed stands in an area."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated

import typer
from rich.table import Column, Table

from holdfast.console import out, plain_refusals

_FEEDS = """
query Feeds($area: AreaPath!) { feeds(area: $area) {
  department state lastReceivedOn dueOn daysLate
  quality { read linked review rejected unchanged unknownVillages linkRate visits falseAlarmRate }
} }"""


def register(root: typer.Typer) -> None:
    root.command("feeds")(feeds)


def feeds(
    *, area: Annotated[str, typer.Option("--area", help="The county, or a part of it: 99/01/01/ or 990101.")]
) -> None:
    """Show when each department's feed last came, whether it is late, and how good what it sends is.

    Exit code 1 when a feed is more than ten days late.

    Example:

        holdfast feeds --area 990101
    """
    from gateway.login.issuer import area_path

    with plain_refusals():
        late = asyncio.run(_feeds(area_path(area)))
    raise typer.Exit(1 if late else 0)


async def _feeds(area: str) -> bool:
    from chassis.identity import Role
    from holdfast.sending import calling

    async with calling(Role.COUNTY_ADMIN, areas=(area,)) as caller:
        found = (await caller.ask(_FEEDS, {"area": area})).items("feeds")
    table = Table(Column("feed", min_width=21), "last / due", "rows of a year", "quality")
    for feed in found:
        value, quality = feed.value, feed.at("quality").value
        if isinstance(value, Mapping) and isinstance(quality, Mapping):
            table.add_row(
                f"{value['department']}\n{value['state']}{_days(value['daysLate'])}",
                f"{value['lastReceivedOn'] or 'never'}\n{value['dueOn'] or ''}",
                _rows(quality),
                _quality(quality),
            )
    out.print(table)
    return any(feed.text("state") == "LATE" for feed in found)


def _days(late: object) -> str:
    return f", {late} days over" if late else ""


def _rows(quality: Mapping[str, object]) -> str:
    """What was read, then what became of it, as far as there is any."""
    if not quality["read"]:
        return ""
    parts = [f"{quality[name]:,} {name}" for name in ("linked", "review", "rejected", "unchanged") if quality[name]]
    return f"{quality['read']:,} read = {' + '.join(parts)}"


def _quality(quality: Mapping[str, object]) -> str:
    parts = [
        f"{rate:.1%} {what}"
        for what, rate in (("linked", quality["linkRate"]), ("false alarms", quality["falseAlarmRate"]))
        if isinstance(rate, float | int)
    ]
    if quality["unknownVillages"]:
        parts.append(f"{quality['unknownVillages']:,} villages unknown")
    return "\n".join(parts)
