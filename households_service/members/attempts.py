"""How often one caller may name a person wrongly before we stop answering for a while.

Guessing is what is limited: right answers cost nothing, so a county can prove its workers one after another.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field

from chassis.errors import Conflict

WINDOW_SECONDS = 60.0


class TooManyAttempts(Conflict):
    code = "TOO_MANY_ATTEMPTS"


@dataclass(slots=True, kw_only=True)
class FailedAttempts:
    """Times are seconds of a monotonic clock, given by the caller. Kept per process."""

    limit: int
    _failures: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def require_room(self, caller: str, *, now: float) -> None:
        """Raises TooManyAttempts when the caller failed `limit` times within the last minute."""
        failures = self._failures[caller]
        while failures and failures[0] <= now - WINDOW_SECONDS:
            failures.popleft()
        if len(failures) >= self.limit:
            raise TooManyAttempts("Too many wrong answers; wait a minute.")

    def note_failure(self, caller: str, *, now: float) -> None:
        self._failures[caller].append(now)
