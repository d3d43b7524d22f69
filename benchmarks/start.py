"""How long `holdfast up` takes until everything answers, and how much memory all its processes take.

A throw-away system is started from nothing (engines made, databases migrated, the sample county loaded), stopped, and
started again on its data. Seconds count from the start of the command until the gateway, the three services and a
query through them answer. Memory is proportional (PSS): what processes share counts once.

    python benchmarks/start.py [--quick]

`--quick` leaves the sample county out. Run it on a machine that does nothing else; its load is printed beside. The
processor's seconds until everything answered hardly depend on what else runs. Exits 1 when a bar is short.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import aiohttp

from benchmarks.bars import Bars
from chassis.embedded.scratch import scratch_folder
from chassis.identity import Actor, Role, TokenIssuer, load_private_key
from holdfast.settings import ROOT
from holdfast.up.addresses import Addresses
from holdfast.up.environment import PROCESSES

SECONDS_BAR = 15.0
MEGABYTES_BAR = 1000.0
GIVE_UP_SECONDS = 300.0
POLL_SECONDS = 0.05
COUNTY = "99/01/01/"
GREETED = "Ctrl-C stops everything"
# One field of each service, so that none is left out.
QUERY = f"""{{
  households(area: "{COUNTY}", first: 1) {{ totalCount }}
  alerts(area: "{COUNTY}", first: 1) {{ totalCount }}
  vacancies(area: "{COUNTY}", first: 1) {{ totalCount }}
}}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """`answered`: everything answers; `greeted`: the county is loaded too. Seconds; megabytes by kind of process.

    `processor`: seconds of all processes, those that have ended included, until everything answered.
    """

    answered: float
    greeted: float
    processor: float
    memory: dict[str, float]

    @property
    def megabytes(self) -> float:
        return sum(self.memory.values())


@asynccontextmanager
async def started(data: Path, *, seed: bool) -> AsyncIterator[asyncio.subprocess.Process]:
    """`holdfast up` as a person starts it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "holdfast", "up", "--quiet", "--seed" if seed else "--no-seed",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, limit=1 << 20, cwd=ROOT,
        env={**_without_ours(), "PYTHONPATH": f"{ROOT}:{ROOT / 'proto'}", "HOLDFAST_DATA": str(data)},
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.communicate()


def _without_ours() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")}


async def start(data: Path, *, seed: bool) -> Figures:
    began = perf_counter()
    async with started(data, seed=seed) as process, asyncio.timeout(GIVE_UP_SECONDS):
        greeting = asyncio.create_task(_greeted(process))
        await _until_answered(data, process)
        answered = perf_counter() - began
        processor = sum(_processor_seconds(pid) for pid in _family(process.pid))
        await greeting
        return Figures(
            answered=answered,
            greeted=perf_counter() - began,
            processor=processor,
            memory=_memory(process.pid),
        )


async def _greeted(process: asyncio.subprocess.Process) -> None:
    assert process.stdout is not None
    said: list[str] = []
    while not any(line.startswith(GREETED) for line in said[-1:]):
        raw = await process.stdout.readline()
        if not raw:
            raise SystemExit("`holdfast up` ended:\n" + "\n".join(said))
        said.append(raw.decode().rstrip())


async def _until_answered(data: Path, process: asyncio.subprocess.Process) -> None:
    async with aiohttp.ClientSession() as session:
        while process.returncode is None:
            addresses = Addresses.load(data / "run" / "addresses.json")
            if addresses is not None and await _answers(session, data, addresses):
                return
            await asyncio.sleep(POLL_SECONDS)


async def _answers(session: aiohttp.ClientSession, data: Path, addresses: Addresses) -> bool:
    try:
        for name in PROCESSES:
            async with session.get(addresses.http(name) + "/readyz") as probe:
                if probe.status != 200:
                    return False
        issuer = TokenIssuer(key=load_private_key(data / "keys", "issuer"))
        admin = Actor(subject="benchmark", roles=frozenset({Role.COUNTY_ADMIN}), areas=(COUNTY,))
        headers = {"Authorization": f"Bearer {issuer.issue(admin)}"}
        async with session.post(
            addresses.http("gateway") + "/graphql", json={"query": QUERY}, headers=headers
        ) as answer:
            body = await answer.json(content_type=None)
    except aiohttp.ClientError:
        return False
    assert "errors" not in body, body["errors"]
    return True


def _family(root: int) -> list[int]:
    """The process and everything below it."""
    below: dict[int, list[int]] = {}
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            below.setdefault(parent, []).append(int(place.name))
    family = [root]
    for pid in family:
        family += below.get(pid, [])
    return family


def _processor_seconds(pid: int) -> float:
    """Its own and those of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _memory(root: int) -> dict[str, float]:
    """Megabytes by kind of process."""
    found: dict[str, float] = {}
    for pid in _family(root):
        name, megabytes = _kind(pid), _pss_megabytes(pid)
        found[name] = found.get(name, 0.0) + megabytes
    return found


def _kind(pid: int) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    known = [
        word.removesuffix("_service") for word in words if word.removesuffix("_service") in {*PROCESSES, "holdfast"}
    ]
    if known:
        return known[0]
    return "nats" if "nats-server" in words[0] else "postgres"


def _pss_megabytes(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1000
    return 0.0


def report(name: str, figures: Figures) -> None:
    print(
        f"{name}: answers after {figures.answered:.1f} s ({figures.processor:.1f} s of processor), "
        f"greets after {figures.greeted:.1f} s"
    )


async def main(*, quick: bool) -> None:
    print(f"load before: {os.getloadavg()[0]:.2f} on {os.cpu_count()} processors")
    async with scratch_folder("start") as data:
        first = await start(data, seed=not quick)
        report("first start", first)
        second = await start(data, seed=not quick)
        report("second start", second)
    for name, megabytes in sorted(second.memory.items(), key=lambda item: -item[1]):
        print(f"  {name:12} {megabytes:6.0f} MB")
    print(f"load after: {os.getloadavg()[0]:.2f}")
    bars = Bars()
    for name, figures in (("first", first), ("second", second)):
        bars.at_most(f"{name} start", figures.answered, SECONDS_BAR, digits=1, unit="s")
        bars.at_most(f"memory after the {name} start", figures.megabytes, MEGABYTES_BAR, digits=0, unit="MB")
    bars.finish()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="without the sample county")
    asyncio.run(main(quick=parser.parse_args().quick))
