"""The tree of what can go wrong, split by whose doing it is and who may read about it.

HoldfastError
├── Refusal            the caller's doing; code, message and field are shown
│   ├── InvalidInput   what was sent cannot be accepted
│   ├── NotFound       it is not there, or not for this caller
│   ├── Conflict       somebody else was first, or the state does not allow it
│   └── Forbidden      this caller may not do this
└── Breakdown          ours; logged, shown only as a correlation id
    └── DependencyDown another part is away; the only failure that is tried again
"""

from __future__ import annotations

from typing import ClassVar


class HoldfastError(Exception):
    """Root of every error this product raises on purpose."""

    code: ClassVar[str] = "INTERNAL"


class Refusal(HoldfastError):
    """A no to the caller. The message is shown: it names the row, column or field, never a personal value."""

    code: ClassVar[str] = "REFUSED"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class InvalidInput(Refusal):
    code = "INVALID_INPUT"


class NotFound(Refusal):
    code = "NOT_FOUND"


class Conflict(Refusal):
    code = "CONFLICT"


class Forbidden(Refusal):
    code = "FORBIDDEN"


class Breakdown(HoldfastError):
    """Our own failure. Its text is for the log, never for the caller."""

    code: ClassVar[str] = "INTERNAL"


class DependencyDown(Breakdown):
    """A database, a broker or another service did not answer; the same call may succeed later."""

    code = "DEPENDENCY_DOWN"
