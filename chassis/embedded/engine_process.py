"""One engine's process: started in its own session, output to a file, ended in steps."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from chassis.embedded.account import Account
from chassis.embedded.failures import EngineFailed
from chassis.embedded.lifeline import ending_with_parent

_LOG_LIMIT_BYTES = 10_000_000


@dataclass(slots=True, kw_only=True)
class EngineProcess:
    """Its own session, so that Ctrl-C at a terminal reaches the supervisor alone, which ends engines last."""

    name: str
    account: Account
    log: Path
    _process: asyncio.subprocess.Process | None = field(default=None, init=False)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def launch(
        self, argv: Sequence[str | Path], *, variables: Mapping[str, str], farewell: signal.Signals
    ) -> None:
        """`farewell`: what the kernel sends it when we are killed."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT_BYTES:
            self.log.replace(self.log.with_suffix(".old.log"))
        descriptor = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self.account.command(*ending_with_parent(farewell), *argv),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=descriptor,
                stderr=descriptor,
                start_new_session=True,
                cwd="/",
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", **variables},
                **self.account.child_options(),
            )
        except OSError as failure:
            raise EngineFailed(
                f"{self.name} could not be started: {failure.strerror}.", remedy="Run `holdfast doctor`."
            ) from failure
        finally:
            os.close(descriptor)

    async def until(self, ready: Callable[[], Awaitable[bool]], *, deadline_seconds: float) -> None:
        """Wait until `ready`; raises EngineFailed when the process ends or the time is over."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + deadline_seconds
        while not await ready():
            if not self.running:
                raise EngineFailed(
                    f"{self.name} ended at once: {self.last_words()}",
                    remedy=f"Read {self.log} and run `holdfast doctor`.",
                )
            if loop.time() > deadline:
                raise EngineFailed(
                    f"{self.name} did not answer within {deadline_seconds:.0f} seconds.",
                    remedy=f"Read {self.log} and run `holdfast doctor`.",
                )
            await asyncio.sleep(0.03)

    async def wait(self) -> int:
        """Its exit code, once it has ended."""
        if self._process is None:
            raise EngineFailed(f"{self.name} was never started.", remedy="Start it first.")
        return await self._process.wait()

    async def end(self, steps: Sequence[tuple[signal.Signals, float]]) -> None:
        """Send each signal in turn and give it its seconds."""
        if self._process is None:
            return
        for number, patience_seconds in steps:
            if not self.running:
                break
            try:
                self._process.send_signal(number)
            except ProcessLookupError:
                break
            try:
                await asyncio.wait_for(self._process.wait(), patience_seconds)
            except TimeoutError:
                continue
        await self._process.wait()

    def kill(self) -> None:
        if self._process is not None and self.running:
            with suppress(ProcessLookupError):
                self._process.kill()

    def last_words(self) -> str:
        """The last lines of its log, in one line."""
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return "no log."
        return " | ".join(lines[-4:])
