"""The id that ties together everything one request, batch or event set in motion."""

from __future__ import annotations

from contextvars import ContextVar

from chassis.ids import new_id

_current: ContextVar[str] = ContextVar("correlation_id", default="")


def correlation_id() -> str:
    """The current id; a new one where nothing set one."""
    return _current.get() or bind(str(new_id()))


def bind(value: str) -> str:
    """Makes `value` the id of whatever this task does next."""
    _current.set(value)
    return value


def bound() -> str:
    """The current id, empty where nothing set one."""
    return _current.get()
