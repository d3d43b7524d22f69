"""Processes of ours that an earlier supervisor left behind: found by what they are, never by number alone.

A process number may long belong to someone else. So a process is known by an argument or a variable that
only ours carry (the absolute path of the data folder), together with its number and its time of birth.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    pid: int
    born: str
    """Start time in clock ticks since boot, as the kernel writes it."""

    def alive(self) -> bool:
        return _born(self.pid) == self.born

    def signal(self, number: signal.Signals) -> None:
        if self.alive():
            try:
                os.kill(self.pid, number)
            except (ProcessLookupError, PermissionError):
                return  # gone, or another user's: then its files are another user's too, which is told elsewhere


def with_argument(argument: str, *, program: str) -> list[Found]:
    """Processes called by this program name that have exactly this word on their command line."""

    def test(words: list[bytes]) -> bool:
        return os.path.basename(words[0]) == program.encode() and argument.encode() in words  # noqa: PTH119 - bytes of another process, no path of ours

    return list(_matching("cmdline", test))


def with_variable(name: str, value: str) -> list[Found]:
    """Processes started with this variable in their environment."""
    return list(_matching("environ", lambda words: f"{name}={value}".encode() in words))


async def end(processes: Sequence[Found], *, steps: Sequence[tuple[signal.Signals, float]]) -> None:
    """Send each signal in turn and wait its seconds, until all are gone."""
    loop = asyncio.get_running_loop()
    for number, patience_seconds in steps:
        for process in processes:
            process.signal(number)
        deadline = loop.time() + patience_seconds
        while any(process.alive() for process in processes) and loop.time() < deadline:
            await asyncio.sleep(0.05)


def _matching(file: str, test: Callable[[list[bytes]], bool]) -> Iterator[Found]:
    for place in _PROC.iterdir():
        if not place.name.isdigit() or int(place.name) == os.getpid():
            continue
        try:
            words = (place / file).read_bytes().split(b"\0")
        except OSError:
            continue  # gone meanwhile, or another user's
        born = _born(int(place.name))
        if born is not None and test(words):
            yield Found(pid=int(place.name), born=born)


def _born(pid: int) -> str | None:
    """None when there is no such process or only its remains wait to be collected."""
    try:
        line = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    fields = line.rpartition(")")[2].split()
    return None if fields[0] in {"Z", "X"} else fields[19]
