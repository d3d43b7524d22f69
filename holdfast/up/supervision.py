"""Keep parts running: whichever ends unasked is started again, later and later while it keeps ending.

A part that hangs is killed, which ends it unasked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from chassis.embedded import EngineFailed
from holdfast.up.part import Part, Report

_FIRST_DELAY_SECONDS = 0.2
_LONGEST_DELAY_SECONDS = 15.0
_CALM_AFTER_SECONDS = 30.0


def delay_seconds(failures: int) -> float:
    """0.2, 0.4, 0.8 ... 15: the wait before a start that follows so many failures in a row."""
    return float(min(_LONGEST_DELAY_SECONDS, _FIRST_DELAY_SECONDS * 2.0 ** min(failures - 1, 20)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a part may say nothing before it is taken to hang.

    The time alone is not enough: so many probes in a row must have gone unanswered, each given its share of it.
    So neither one slow answer of a loaded machine nor a pause of the supervisor itself costs a part its life.
    """

    silent_seconds: float = 30.0
    """After an answer; 0: no part is ever killed."""
    starting_seconds: float = 300.0
    """Before the first answer: importing, recovering."""
    probes: int = 3

    @property
    def probe_seconds(self) -> float:
        return self.silent_seconds / self.probes


@dataclass(slots=True, kw_only=True)
class Supervision:
    report: Report
    patience: Patience = field(default_factory=Patience)
    ended: dict[str, int] = field(default_factory=dict, init=False)
    """How often each part ended unasked."""
    _watches: dict[str, asyncio.Task[None]] = field(default_factory=dict, init=False)

    def watch(self, part: Part) -> None:
        """From now on a started part is started again whenever it ends."""
        self._watches[part.name] = asyncio.create_task(self._keep(part), name=f"watch {part.name}")

    async def end(self, parts: Sequence[Part]) -> None:
        """Stop these parts for good, all at once."""
        watches = [self._watches.pop(part.name) for part in parts if part.name in self._watches]
        for watch in watches:
            watch.cancel()
        await asyncio.gather(*watches, return_exceptions=True)
        await asyncio.gather(*(part.stop() for part in parts))

    async def _keep(self, part: Part) -> None:
        loop = asyncio.get_running_loop()
        failures = 0
        started = loop.time()
        while True:
            guard = asyncio.create_task(self._kill_when_hanging(part), name=f"guard {part.name}")
            try:
                code = await part.wait()
            finally:
                guard.cancel()
                await asyncio.gather(guard, return_exceptions=True)
            self.ended[part.name] = self.ended.get(part.name, 0) + 1
            failures = 1 if loop.time() - started > _CALM_AFTER_SECONDS else failures + 1
            self.report(part.name, f"{_ending(code)}; it is started again in {delay_seconds(failures):.1f} s")
            failures = await self._start_again(part, failures)
            started = loop.time()

    async def _kill_when_hanging(self, part: Part) -> None:
        patience, loop = self.patience, asyncio.get_running_loop()
        heard, missed, since = False, 0, loop.time()
        while patience.silent_seconds > 0:
            await asyncio.sleep(patience.probe_seconds / 2)
            if await part.alive(patience.probe_seconds):
                heard, missed, since = True, 0, loop.time()
                continue
            missed += 1
            silent = loop.time() - since
            limit = patience.silent_seconds if heard else patience.starting_seconds
            if missed >= patience.probes and silent >= limit:
                self.report(part.name, f"has not answered for {silent:.0f} s and is killed")
                part.kill()
                return

    async def _start_again(self, part: Part, failures: int) -> int:
        while True:
            await asyncio.sleep(delay_seconds(failures))
            try:
                await part.start()
            except (EngineFailed, OSError) as failure:
                failures += 1
                self.report(part.name, f"{failure} Next try in {delay_seconds(failures):.1f} s.")
            else:
                return failures


def _ending(code: int) -> str:
    return f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
