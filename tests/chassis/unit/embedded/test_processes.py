from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from chassis.embedded import processes

_SLEEPER = "import signal, sys; print('up', flush=True); signal.pause()"
_STUBBORN = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True)\nwhile True: signal.pause()"
)


async def _start(code: str, *arguments: str, **variables: str) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        code,
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, **variables},
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"up\n"
    return process


async def test_a_process_is_found_by_program_and_argument_together(tmp_path: Path) -> None:
    mark = str(tmp_path / "cluster")
    process = await _start(_SLEEPER, mark)
    program = Path(sys.executable).name
    try:
        assert [found.pid for found in processes.with_argument(mark, program=program)] == [process.pid]
        assert processes.with_argument(mark, program="postgres") == []
        assert processes.with_argument(mark[:-1], program=program) == []
    finally:
        process.kill()
        await process.wait()
    assert processes.with_argument(mark, program=program) == []


async def test_a_process_is_found_by_a_variable_of_its_environment(tmp_path: Path) -> None:
    process = await _start(_SLEEPER, HOLDFAST_TEST_MARK=str(tmp_path))
    try:
        assert [found.pid for found in processes.with_variable("HOLDFAST_TEST_MARK", str(tmp_path))] == [process.pid]
    finally:
        process.kill()
        await process.wait()


async def test_a_process_that_ignores_the_gentle_signal_is_killed_after_its_seconds(tmp_path: Path) -> None:
    process = await _start(_STUBBORN, str(tmp_path))
    found = processes.with_argument(str(tmp_path), program=Path(sys.executable).name)
    await processes.end(found, steps=((signal.SIGTERM, 0.2), (signal.SIGKILL, 5.0)))
    assert await process.wait() == -signal.SIGKILL
    assert not found[0].alive()


def test_a_number_that_belongs_to_a_younger_process_is_not_ours() -> None:
    stranger = processes.Found(pid=os.getpid(), born="1")
    assert not stranger.alive()
    stranger.signal(signal.SIGKILL)  # reaches nobody
