"""`holdfast demo`."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from holdfast.console import out, plain_refusals


def register(root: typer.Typer) -> None:
    root.command("demo")(demo)


def demo(
    keep: Annotated[Path | None, typer.Option(help="Use this data folder and leave it; it must be empty.")] = None,
) -> None:
    """Play the story of one family on a throw-away system, from zero, beside whatever else runs.

    Starts the engines and the four services on free ports in a folder of their own, loads the sample county,
    plays the story through the public endpoint with the clock moved from September 2020 on, prints each step,
    and ends everything. Exits 1 when a figure is not what it must be.

    Example: holdfast demo
    """
    with plain_refusals():
        if keep is not None:
            asyncio.run(_play(keep))
            return
        asyncio.run(_play_on_scratch())


async def _play_on_scratch() -> None:
    from chassis.embedded.scratch import scratch_folder

    async with scratch_folder("demo") as data:
        await _play(data)


async def _play(data: Path) -> None:
    from chassis.clock import OffsetClock
    from chassis.identity import TokenIssuer, load_private_key
    from holdfast.demo.endpoint import Endpoint
    from holdfast.demo.stage import START, Stage
    from holdfast.demo.story import play
    from holdfast.up.seeding import seed_when_empty
    from holdfast.up.system import System

    system = System.prepare(data, beside_others=True, mode="demo", given=os.environ)
    clock = OffsetClock(system.places().clock_file)
    clock.set_offset(START - datetime.now(UTC))
    out.print(f"Starting a throw-away system in {system.data} ...")
    async with system:
        out.print("Loading the sample county ...")
        await seed_when_empty(system)
        issuer = TokenIssuer(key=load_private_key(system.places().keys, "issuer"))
        async with Endpoint(f"{system.gateway_url}/graphql", issuer) as endpoint:
            stage = Stage(endpoint=endpoint, clock=clock, say=lambda line: out.print(f"  {line}"))

            async def announce(title: str) -> None:
                out.print(f"\n[bold]{title}[/bold]")

            await play(stage, before=announce)
    out.print("\nThe story ended as it must.")
