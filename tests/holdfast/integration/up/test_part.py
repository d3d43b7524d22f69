from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from chassis.embedded.ports import free_port
from holdfast.up.part import ServiceProcess, answers


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
