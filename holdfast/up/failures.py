"""Why a system did not come up."""

from __future__ import annotations

from chassis.errors import Breakdown


class StartFailed(Breakdown):
    """A part did not come up; the message holds its last lines, which carry no personal value."""

    code = "START_FAILED"
