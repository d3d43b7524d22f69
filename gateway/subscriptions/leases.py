"""How many long connections stand at once, and when a stream must end because its caller's login has."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from gateway.http.refusals import TooManyConnections


@dataclass(slots=True)
class Leases:
    """Places for long connections in this process. `draining` is set when the process stops."""

    places: int
    taken: int = field(default=0, init=False)

    @contextmanager
    def lease(self) -> Iterator[None]:
        """Raises TooManyConnections when every place is taken."""
        if self.taken >= self.places:
            raise TooManyConnections("Too many streams are open. Try again later.")
        self.taken += 1
        try:
            yield
        finally:
            self.taken -= 1


def seconds_left(expires_at: float, now: Callable[[], float] = time.time) -> float:
    """Until the token expires; tokens keep wall time."""
    return max(0.0, expires_at - now())
