from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from chassis.embedded import EngineFailed
from holdfast.up.supervision import Supervision, delay_seconds


@dataclass
class _Part:
    """A part that ends when told, and fails to start as often as told."""

    name: str = "part"
    failing_starts: int = 0
    starts: int = 0
    stops: int = 0
    pid: int | None = 1
    _ended: asyncio.Queue[int] = field(default_factory=asyncio.Queue)

    async def start(self) -> None:
        self.starts += 1
        if self.failing_starts:
            self.failing_starts -= 1
            raise EngineFailed("Port taken.", remedy="Free it.")

    async def wait(self) -> int:
        return await self._ended.get()

    async def stop(self) -> None:
        self.stops += 1

    async def ready(self) -> bool:
        return True

    def end_with(self, code: int) -> None:
        self._ended.put_nowait(code)


@pytest.mark.parametrize(("failures", "seconds"), [(1, 0.2), (2, 0.4), (3, 0.8), (7, 12.8), (8, 15.0), (100_000, 15.0)])
def test_the_wait_doubles_up_to_a_quarter_of_a_minute(failures: int, seconds: float) -> None:
    assert delay_seconds(failures) == pytest.approx(seconds)


async def _until(condition: object) -> None:
    async with asyncio.timeout(5):
        while not condition():  # type: ignore[operator]
            await asyncio.sleep(0.01)


async def test_a_killed_part_is_started_again_and_the_report_says_how_it_ended() -> None:
    lines: list[tuple[str, str]] = []
    supervision = Supervision(report=lambda name, line: lines.append((name, line)))
    part = _Part()
    await part.start()
    supervision.watch(part)
    part.end_with(-9)
    await _until(lambda: part.starts == 2)
    await supervision.end([part])
    assert lines == [("part", "was killed by signal 9; it is started again in 0.2 s")]
    assert supervision.ended == {"part": 1}


async def test_a_part_that_cannot_start_is_tried_again_later() -> None:
    lines: list[str] = []
    supervision = Supervision(report=lambda _, line: lines.append(line))
    part = _Part()
    await part.start()
    part.failing_starts = 1
    supervision.watch(part)
    part.end_with(1)
    await _until(lambda: part.starts == 3)
    await supervision.end([part])
    assert lines == [
        "ended with code 1; it is started again in 0.2 s",
        "Port taken. Free it. Next try in 0.4 s.",
    ]


async def test_a_part_that_is_stopped_for_good_is_not_started_again() -> None:
    supervision = Supervision(report=lambda _name, _line: None)
    part = _Part()
    await part.start()
    supervision.watch(part)
    await supervision.end([part])
    part.end_with(0)
    await asyncio.sleep(0)
    assert (part.starts, part.stops) == (1, 1)
