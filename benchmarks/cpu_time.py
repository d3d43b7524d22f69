"""CPU time of everything that worked for a figure: this process, those it started, and a server it did not start.

CPU seconds and not the clock's, since a machine is seldom ours alone; and the best of several rounds, since what
others do to its caches only ever adds.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import psutil


@dataclass(frozen=True, slots=True, kw_only=True)
class Cpu:
    """Seconds. `server`: of processes that are not ours to wait for."""

    own: float
    children: float
    server: float = 0.0

    @property
    def total(self) -> float:
        return self.own + self.children + self.server

    def told(self) -> str:
        parts = f"this process {self.own:.2f}, reading process {self.children:.2f}"
        return parts + (f", database server {self.server:.2f}" if self.server else "")


def cpu_now(server: psutil.Process | None = None) -> Cpu:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    serving = 0.0
    if server is not None:
        # The server waits for its own, so that those who ended are in children_*.
        for process in (server, *server.children(recursive=True)):
            times = process.cpu_times()
            serving += times.user + times.system
        ended = server.cpu_times()
        serving += ended.children_user + ended.children_system
    return Cpu(own=own.ru_utime + own.ru_stime, children=children.ru_utime + children.ru_stime, server=serving)


def since(before: Cpu, server: psutil.Process | None = None) -> Cpu:
    now = cpu_now(server)
    return Cpu(own=now.own - before.own, children=now.children - before.children, server=now.server - before.server)


def spent(run: Callable[[], object]) -> Cpu:
    before = cpu_now()
    run()
    return since(before)


def best(run: Callable[[], object], times: int) -> Cpu:
    return min((spent(run) for _ in range(times)), key=lambda cpu: cpu.total)


@dataclass(slots=True, kw_only=True)
class Machine:
    """What works for an answer: processes by name, and a database server with its backends.

    Milliseconds by the kernel's own clock of each process: what `psutil` reads is counted in steps of ten.
    """

    pids: dict[str, int]
    server: psutil.Process
    _backends: list[int] = field(default_factory=list)

    def look(self) -> None:
        """Which backends there are; costs more than an answer, so it is done between measurements."""
        self._backends = [self.server.pid, *(one.pid for one in self.server.children(recursive=True))]

    def milliseconds(self) -> dict[str, float]:
        """By name, so far."""
        if not self._backends:
            self.look()
        database = 0.0
        for pid in self._backends:
            with suppress(OSError):
                database += _process_seconds(pid)
        return {name: _process_seconds(pid) * 1000 for name, pid in self.pids.items()} | {"database": database * 1000}

    def all_milliseconds(self) -> float:
        return sum(self.milliseconds().values())


def _process_seconds(pid: int) -> float:
    """CPU time of all threads of a process (Linux: the clock that `clock_getcpuclockid` names)."""
    return time.clock_gettime((~pid << 3) | 2)
