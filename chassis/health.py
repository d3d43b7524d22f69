"""What a probe is told: /livez asks only the loop, /readyz asks everything that a request would need."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from chassis.errors import HoldfastError

CHECK_SECONDS = 3.0


class NotReady(HoldfastError):
    """A check's no. The text is shown to probes: a few plain words, no address."""

    code = "NOT_READY"


Check = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Health:
    """Checks by name. Each returns, or raises NotReady with its reason."""

    checks: dict[str, Check] = field(default_factory=dict)
    draining: bool = False

    async def readiness(self) -> tuple[bool, dict[str, str]]:
        """Whether requests may come, and each check's word. Draining says no before anything is asked."""
        if self.draining:
            return False, {"process": "stopping"}
        names = list(self.checks)
        words = await asyncio.gather(*(self._ask(self.checks[name]) for name in names))
        return all(word == "ok" for word in words), dict(zip(names, words, strict=True))

    async def _ask(self, check: Check) -> str:
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                await check()
        except NotReady as refusal:
            return str(refusal)
        except TimeoutError:
            return "no answer in time"
        except Exception as error:  # noqa: BLE001 - a probe answers whatever is broken
            return type(error).__name__
        return "ok"
