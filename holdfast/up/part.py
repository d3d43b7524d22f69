"""A part of the system that the supervisor starts, watches and ends."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from chassis.embedded.lifeline import ending_with_parent
from chassis.embedded.ports import LOOPBACK

Report = Callable[[str, str], None]
"""Takes the part's name and one line of text."""

_LINE_LIMIT_BYTES = 1 << 20
_LOG_LIMIT_BYTES = 10_000_000
_END_SECONDS = 20.0


class Part(Protocol):
    """`start` returns when the part was started (an engine: when it answers); `wait` when it has ended."""

    @property
    def name(self) -> str: ...
    @property
    def pid(self) -> int | None: ...
    async def start(self) -> None: ...
    async def wait(self) -> int: ...
    async def stop(self) -> None: ...
    async def ready(self) -> bool: ...
    async def alive(self, seconds: float) -> bool:
        """Whether it says anything at all within the time; of less than `ready`, and cheap."""
        ...

    def kill(self) -> None:
        """At once: a process that hangs hears nothing else."""
        ...


@dataclass(slots=True, kw_only=True)
class ServiceProcess:
    """`python -m <package> [words]` in a session of its own: Ctrl-C at a terminal reaches the supervisor alone."""

    name: str
    words: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    port: int
    log: Path
    report: Report
    last_lines: deque[str] = field(default_factory=lambda: deque(maxlen=30), init=False)
    _process: asyncio.subprocess.Process | None = field(default=None, init=False)
    _reading: asyncio.Task[None] | None = field(default=None, init=False)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *ending_with_parent(signal.SIGTERM),
            sys.executable,
            "-m",
            *self.words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            cwd=self.folder,
            env=dict(self.environment),
            limit=_LINE_LIMIT_BYTES,
        )
        if self._process.stdout is not None:
            self._reading = asyncio.create_task(self._pass_on(self._process.stdout))

    async def wait(self) -> int:
        """Its exit code, after its last line was passed on."""
        if self._process is None:
            return 0
        code = await self._process.wait()
        if self._reading is not None:
            await self._reading
        return code

    async def stop(self) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self._process is None or self._process.returncode is not None:
                break
            try:
                self._process.send_signal(number)
                await asyncio.wait_for(self._process.wait(), _END_SECONDS)
            except ProcessLookupError:
                break
            except TimeoutError:
                self.report(self.name, f"did not end within {_END_SECONDS:.0f} seconds and is killed")
        await self.wait()

    async def ready(self) -> bool:
        return await answers(self.port, "/readyz")

    async def alive(self, seconds: float) -> bool:
        return await answers(self.port, "/livez", seconds=seconds)

    def kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()

    async def _pass_on(self, stream: asyncio.StreamReader) -> None:
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT_BYTES:
            self.log.replace(self.log.with_suffix(".old.log"))
        descriptor = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", buffering=1) as file:
            while True:
                try:
                    raw = await stream.readline()
                except ValueError:
                    continue  # a line beyond the limit is dropped
                if not raw:
                    return
                line = raw.decode(errors="replace").rstrip()
                if not line:
                    continue
                file.write(line + "\n")
                self.last_lines.append(line)
                self.report(self.name, line)


async def answers(port: int, path: str, *, seconds: float = 3.0) -> bool:
    """Whether GET `path` on the loopback port is answered with 200 in time."""
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(LOOPBACK, port)
            try:
                writer.write(f"GET {path} HTTP/1.1\r\nHost: {LOOPBACK}:{port}\r\nConnection: close\r\n\r\n".encode())
                await writer.drain()
                status = await reader.readline()
            finally:
                writer.close()
                await writer.wait_closed()
    except (OSError, TimeoutError):
        return False
    return status.split()[1:2] == [b"200"]
