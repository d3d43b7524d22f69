"""The one clock of business time, and the civil dates that belong to an area's time zone.

Tokens, signatures and the broker keep wall time; they do not ask this clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    def now(self) -> datetime:
        """This instant of business time, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(slots=True)
class FixedClock:
    """A clock for tests: stands still until it is moved."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> None:
        self.at += by


@dataclass(slots=True)
class OffsetClock:
    """Wall time plus the seconds written in a file that every process of one system reads (demo mode only).

    The file is read again whenever it changes, so all processes move together.
    """

    file: Path
    _stamp: tuple[int, int] = field(default=(0, 0), init=False)
    _offset: timedelta = field(default=timedelta(0), init=False)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset()

    def offset(self) -> timedelta:
        try:
            status = self.file.stat()
        except FileNotFoundError:
            return timedelta(0)
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp != self._stamp:
            self._offset = timedelta(seconds=float(self.file.read_text(encoding="ascii")))
            self._stamp = stamp
        return self._offset

    def set_offset(self, offset: timedelta) -> None:
        """Writes the offset for every process; replaced in one step, so none reads half of it."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.file.with_suffix(".new")
        fresh.write_text(repr(offset.total_seconds()), encoding="ascii")
        fresh.replace(self.file)


def civil_date(at: datetime, zone: ZoneInfo) -> date:
    """The calendar day of an instant where people live by `zone`."""
    return at.astimezone(zone).date()


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which `day` is over in `zone`, in UTC: what is due on a day is due before this."""
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
