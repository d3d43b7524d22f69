"""The whole system, started as a user starts it, and every one of its processes killed in turn."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from chassis.embedded import Engines
from chassis.embedded.scratch import scratch_folder
from holdfast.settings import ROOT
from holdfast.up.addresses import Addresses
from holdfast.up.leftovers import left_behind
from holdfast.up.part import answers
from holdfast.up.system import System

_SECONDS_TO_RECOVER = 60
_PARTS = ("postgres", "nats", "households", "employment", "risk", "gateway")


@pytest.fixture(scope="module")
async def system() -> AsyncIterator[System]:
    async with scratch_folder("e2e") as data, System.prepare(data, beside_others=True) as started:
        yield started


async def test_every_part_is_ready_and_the_whole_takes_no_more_than_a_gigabyte(system: System) -> None:
    assert dict(await system.ready()) == dict.fromkeys(_PARTS, True)
    assert set(system.parts) == set(_PARTS)
    total_mb = sum(_memory_mb(pid) for part in _PARTS for pid in _family(system.pid(part)))
    assert total_mb < 1_000


@pytest.mark.parametrize("part", _PARTS)
async def test_a_killed_process_comes_back_and_everything_works_again(system: System, part: str) -> None:
    before = {name: system.pid(name) for name in _PARTS}
    os.kill(before[part], signal.SIGKILL)
    async with asyncio.timeout(_SECONDS_TO_RECOVER):
        while system.pid(part) == before[part]:
            await asyncio.sleep(0.05)
    await system.until_ready(_SECONDS_TO_RECOVER)
    after = {name: system.pid(name) for name in _PARTS}
    assert {name for name in _PARTS if after[name] != before[name]} == {part}


async def test_a_second_start_on_the_same_folder_is_refused_and_disturbs_nothing(system: System) -> None:
    refused = await _console("up", data=system.data)
    output, _ = await refused.communicate()
    assert refused.returncode == 1
    assert f"A system already runs in {system.data} (process {os.getpid()})" in output.decode()
    assert dict(await system.ready()) == dict.fromkeys(_PARTS, True)


async def test_the_doctor_finds_a_running_system_well(system: System) -> None:
    doctor = await _console("doctor", data=system.data)
    output, _ = await doctor.communicate()
    assert doctor.returncode == 0, output.decode()
    assert re.search(r"Parts +all ready", output.decode())


async def test_up_greets_with_a_first_query_stops_cleanly_and_a_killed_one_is_taken_over() -> None:
    async with scratch_folder("e2e") as data:
        first = await _console("up", "--no-seed", data=data)
        greeting = await _until_greeted(first)
        addresses = Addresses.load(data / "run" / "addresses.json")
        assert addresses is not None
        assert f"curl -s {addresses.http('gateway')}/graphql" in greeting
        assert f"HOLDFAST_DATA={data}" in greeting
        first.send_signal(signal.SIGKILL)
        await first.communicate()

        second = await _console("up", "--no-seed", data=data)
        await _until_greeted(second)
        assert Addresses.load(data / "run" / "addresses.json") == addresses
        assert await answers(addresses.gateway, "/readyz")
        second.send_signal(signal.SIGTERM)
        output, _ = await second.communicate()
        assert second.returncode == 0
        assert output.decode().splitlines()[-1] == "Stopped."
        assert left_behind(data) == []


async def test_a_start_that_loses_ports_goes_on_with_others() -> None:
    async with scratch_folder("e2e") as data:
        said: list[str] = []
        system = System.prepare(data, beside_others=True, report=lambda _, line: said.append(line))
        lost = system.addresses
        with socket.create_server(("127.0.0.1", lost.postgres)), socket.create_server(("127.0.0.1", lost.gateway)):
            await system.start()
        assert all((await system.ready()).values())
        assert {lost.postgres, lost.gateway}.isdisjoint(system.addresses.by_name().values())
        assert Addresses.load(data / "run" / "addresses.json") == system.addresses
        assert said.count("A port was taken meanwhile; starting again with others.") == 1
        await system.stop()


async def test_the_same_system_runs_on_engines_that_someone_else_keeps() -> None:
    async with (
        scratch_folder("e2e-engines") as elsewhere,
        Engines.prepare(elsewhere, services=(), durable=False) as outside,
        scratch_folder("e2e") as data,
        System.prepare(
            data,
            beside_others=True,
            admin_database_url=outside.postgres.admin_url,
            nats_url=outside.nats.url,
        ) as system,
    ):
        assert set(system.parts) == {"households", "employment", "risk", "gateway"}
        assert all((await system.ready()).values())
        assert not (data / "postgres").exists()


async def _console(*words: str, data: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "holdfast", *words,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, limit=1 << 20, cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}:{ROOT / 'proto'}", "HOLDFAST_DATA": str(data)},
    )  # fmt: skip


async def _until_greeted(console: asyncio.subprocess.Process) -> str:
    assert console.stdout is not None
    lines: list[str] = []
    async with asyncio.timeout(120):
        while not lines or not lines[-1].startswith("Ctrl-C stops everything"):
            raw = await console.stdout.readline()
            assert raw, "It ended:\n" + "\n".join(lines)
            lines.append(raw.decode().rstrip())
    return "\n".join(lines)


def _family(pid: int) -> list[int]:
    """The process and all below it; of PostgreSQL's some end while they are counted."""
    with suppress(FileNotFoundError, ProcessLookupError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [pid, *(member for child in children for member in _family(int(child)))]
    return []


def _memory_mb(pid: int) -> float:
    """Proportional: what PostgreSQL's processes share counts once."""
    with suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1000
    return 0.0
