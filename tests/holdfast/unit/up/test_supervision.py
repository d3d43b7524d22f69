from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from chassis.embedded import EngineFailed
from holdfast.up.supervision import Patience, Supervision, delay_seconds


@dataclass
class _Part:
    """A part that ends when told, and fails to start as often as told."""

    name: str = "part"
    failing_starts: int = 0
    starts: int = 0
    stops: int = 0
    pid: int | None = 1
    answers: list[bool] = field(default_factory=list)
    """To the next probes; afterwards it answers as to the last. Killed, it answers again."""
    probes: int = 0
    kills: int = 0
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

    async def alive(self, seconds: float) -> bool:
        self.probes += 1
        return self.answers[min(self.probes, len(self.answers)) - 1] if self.answers else True

    def kill(self) -> None:
        self.kills += 1
        self.answers.clear()
        self.end_with(-9)

    def end_with(self, code: int) -> None:
        self._ended.put_nowait(code)


@pytest.mark.parametrize(("failures", "seconds"), [(1, 0.2), (2, 0.4), (3, 0.8), (7, 12.8), (8, 15.0), (100_000, 15.0)])
def test_the_wait_doubles_up_to_a_quarter_of_a_minute(failures: int, seconds: float) -> None:
    assert delay_seconds(failures) == pytest.approx(seconds)


async def _until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not condition():
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


HASTY = Patience(silent_seconds=0.06, starting_seconds=0.2, probes=3)


async def test_a_part_that_falls_silent_is_killed_and_started_again() -> None:
    lines: list[str] = []
    supervision = Supervision(report=lambda _, line: lines.append(line), patience=HASTY)
    part = _Part(answers=[True, False])
    await part.start()
    supervision.watch(part)
    await _until(lambda: part.starts == 2)
    await supervision.end([part])
    assert part.kills == 1
    assert lines == [
        "has not answered for 0 s and is killed",
        "was killed by signal 9; it is started again in 0.2 s",
    ]


async def test_a_part_that_answers_now_and_then_is_left_alone() -> None:
    supervision = Supervision(report=lambda _name, _line: None, patience=HASTY)
    part = _Part(answers=[True, False, False] * 10)
    await part.start()
    supervision.watch(part)
    await _until(lambda: part.probes >= 20)
    await supervision.end([part])
    assert part.kills == 0


async def test_a_part_that_has_not_answered_yet_is_given_longer_to_start() -> None:
    """The time of a hang passes several times before; one that never comes is killed all the same."""
    supervision = Supervision(report=lambda _name, _line: None, patience=HASTY)
    slow, never = _Part(name="slow", answers=[False] * 8 + [True]), _Part(name="never", answers=[False])
    for part in (slow, never):
        await part.start()
        supervision.watch(part)
    await _until(lambda: slow.probes >= 12 and never.starts == 2)
    await supervision.end([slow, never])
    assert (slow.kills, never.kills) == (0, 1)
    assert never.probes > 8


async def test_without_patience_nobody_is_asked() -> None:
    supervision = Supervision(report=lambda _name, _line: None, patience=Patience(silent_seconds=0))
    part = _Part(answers=[False])
    await part.start()
    supervision.watch(part)
    part.end_with(1)
    await _until(lambda: part.starts == 2)
    await supervision.end([part])
    assert (part.probes, part.kills) == (0, 0)


def test_a_part_may_be_silent_for_half_a_minute_and_three_probes() -> None:
    assert (Patience().silent_seconds, Patience().probes, Patience().probe_seconds) == (30.0, 3, 10.0)
