from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from chassis.embedded import Engines
from chassis.embedded.ports import free_port
from chassis.embedded.scratch import scratch_folder
from holdfast.up.engine_part import EnginePart
from holdfast.up.part import ServiceProcess, answers
from holdfast.up.supervision import Patience, Supervision


def _server(folder: Path, lines: list[str]) -> ServiceProcess:
    port = free_port()
    return ServiceProcess(
        name="files",
        words=("http.server", str(port), "--bind", "127.0.0.1"),
        environment={**os.environ, "PYTHONUNBUFFERED": "1"},
        folder=folder,
        port=port,
        log=folder / "files.log",
        report=lambda _, line: lines.append(line),
    )


@pytest.fixture
def served(tmp_path: Path) -> Path:
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "readyz").write_text("ok")
    (folder / "livez").write_text("ok")
    return folder


async def _until_ready(server: ServiceProcess) -> None:
    async with asyncio.timeout(20):
        while not await server.ready():
            await asyncio.sleep(0.05)


async def test_a_process_is_ready_when_it_answers_and_its_lines_go_to_the_log_and_the_report(served: Path) -> None:
    lines: list[str] = []
    server = _server(served, lines)
    assert not await server.ready()
    await server.start()
    await _until_ready(server)
    assert await answers(server.port, "/missing") is False
    await server.stop()
    assert lines[0].startswith("Serving HTTP on 127.0.0.1 port")
    assert server.log.read_text().splitlines() == lines
    assert server.log.stat().st_mode & 0o777 == 0o600
    assert not await server.ready()


async def test_a_killed_process_tells_the_signal_and_can_be_started_again_on_its_port(served: Path) -> None:
    server = _server(served, [])
    await server.start()
    await _until_ready(server)
    first = server.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert await server.wait() == -signal.SIGKILL
    await server.start()
    await _until_ready(server)
    assert server.pid != first
    await server.stop()


async def test_stopping_what_has_ended_or_was_never_started_is_quiet(served: Path) -> None:
    server = _server(served, [])
    await server.stop()
    await server.start()
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    await server.wait()
    await server.stop()


async def test_a_stopped_process_is_killed_and_runs_again(served: Path) -> None:
    """SIGSTOP: the process exists, its port takes connections, and nothing comes back."""
    said: list[str] = []
    lines: list[str] = []
    server = _server(served, said)
    supervision = Supervision(report=lambda _, line: lines.append(line), patience=Patience(silent_seconds=0.6))
    await server.start()
    supervision.watch(server)
    first = server.pid
    assert first is not None
    async with asyncio.timeout(20):
        while not any('"GET /livez HTTP/1.1" 200' in line for line in said):
            await asyncio.sleep(0.02)
    os.kill(first, signal.SIGSTOP)
    async with asyncio.timeout(20):
        while server.pid == first:
            await asyncio.sleep(0.02)
    await _until_ready(server)
    await supervision.end([server])
    assert lines[0].endswith("and is killed")
    assert lines[1] == "was killed by signal 9; it is started again in 0.2 s"


@pytest.mark.parametrize("name", ["postgres", "nats"])
async def test_a_stopped_engine_is_killed_and_runs_again_with_its_data(name: str) -> None:
    lines: list[str] = []
    hasty = Patience(silent_seconds=1.5, starting_seconds=1.5)
    supervision = Supervision(report=lambda _, line: lines.append(line), patience=hasty)
    async with scratch_folder("hang") as data, Engines.prepare(data, services=(), durable=False) as engines:
        part = EnginePart(name=name, engine=engines.postgres if name == "postgres" else engines.nats)
        assert await part.alive(5)
        supervision.watch(part)
        first = part.pid
        assert first is not None
        os.kill(first, signal.SIGSTOP)
        async with asyncio.timeout(30):
            while part.pid == first or not await part.ready():
                await asyncio.sleep(0.05)
        await supervision.end([part])
    assert lines[0].endswith("and is killed")
    assert lines[1] == "was killed by signal 9; it is started again in 0.2 s"
