"""The sample county for a system that holds none yet. What it is made of is the seed's business."""

from __future__ import annotations

import asyncio

from holdfast.settings import ROOT
from holdfast.up.failures import StartFailed
from holdfast.up.part import ServiceProcess
from holdfast.up.system import System


async def seed_when_empty(system: System) -> None:
    """Runs `holdfast seed --when-empty` on the started system; a system with data is left as it is."""
    seed = ServiceProcess(
        name="seed",
        words=("holdfast", "seed", "--when-empty"),
        environment=system.console_environment(),
        folder=ROOT,
        port=0,
        log=system.data / "logs" / "seed.log",
        report=system.report,
    )
    await seed.start()
    try:
        code = await seed.wait()
    except asyncio.CancelledError:
        await seed.stop()
        raise
    if code != 0:
        raise StartFailed(f"The sample county could not be loaded: {' | '.join(seed.last_lines)}")
