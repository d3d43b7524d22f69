"""Areas: a tree whose paths never change and whose codes do.

A path is made of fixed-width segments, each ending in "/", so that the path of "01" is never a prefix of "012":
province, prefecture and county have two digits, township and village three ("99/01/01/001/201/").
Codes (GB/T 2260 to the county, the 12-digit statistical code to the village) are in force for a period each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chassis.errors import Conflict, InvalidInput, NotFound

SEGMENT_WIDTHS = (2, 2, 2, 3, 3)
CODE_DIGITS = (2, 4, 6, 9, 12)
_PATH = re.compile(r"\d{2}/(?:\d{2}/){0,2}|(?:\d{2}/){3}\d{3}/(?:\d{3}/)?")


class AreaLevel(StrEnum):
    PROVINCE = "PROVINCE"
    PREFECTURE = "PREFECTURE"
    COUNTY = "COUNTY"
    TOWNSHIP = "TOWNSHIP"
    VILLAGE = "VILLAGE"

    @property
    def depth(self) -> int:
        """1 for a province ... 5 for a village: the number of segments in its path."""
        return list(AreaLevel).index(self) + 1


class UnknownArea(NotFound):
    code = "UNKNOWN_AREA"


class MalformedAreaPath(InvalidInput):
    code = "MALFORMED_AREA_PATH"


class MalformedAreaCode(InvalidInput):
    code = "MALFORMED_AREA_CODE"


class UnknownTimeZone(InvalidInput):
    code = "UNKNOWN_TIME_ZONE"


class PositionOutOfRange(InvalidInput):
    code = "POSITION_OUT_OF_RANGE"


class ParentAreaMissing(InvalidInput):
    code = "PARENT_AREA_MISSING"


class AreaCodeTaken(Conflict):
    code = "AREA_CODE_TAKEN"


class AreaPathTaken(Conflict):
    code = "AREA_PATH_TAKEN"


class AreaChangedMeanwhile(Conflict):
    code = "VERSION_CONFLICT"


class CodePeriodOutOfOrder(InvalidInput):
    code = "CODE_PERIOD_OUT_OF_ORDER"


def level_of(path: str) -> AreaLevel:
    """Raises MalformedAreaPath."""
    if not _PATH.fullmatch(path):
        raise MalformedAreaPath('An area path looks like "99/01/01/001/201/".', field="areaPath")
    return list(AreaLevel)[path.count("/") - 1]


def common_area(paths: Sequence[str]) -> str:
    """The smallest area that holds them all; "" where they share nothing."""
    shared: list[str] = []
    for parts in zip(*(path.split("/")[:-1] for path in paths), strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return "".join(f"{part}/" for part in shared)


def parent_path(path: str) -> str | None:
    """None for a province."""
    depth = level_of(path).depth
    return path[: -SEGMENT_WIDTHS[depth - 1] - 1] if depth > 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePeriod:
    """`valid_to` is exclusive; `successor` is the code that took over on that day."""

    code: str
    valid_from: date
    valid_to: date | None = None
    successor: str | None = None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """`lat` and `lon` are degrees of the area's office or centre; `codes` are in order of time."""

    id: UUID
    path: str
    name: str
    time_zone: str
    lat: float
    lon: float
    codes: tuple[CodePeriod, ...]
    valid_from: date
    valid_to: date | None = None
    version: int = 1

    def __post_init__(self) -> None:
        level_of(self.path)
        if not self.codes:
            raise CodePeriodOutOfOrder("An area has a code.", field="code")
        for period in self.codes:
            _require_code(period.code, self.level)
        if not self.name.strip():
            raise InvalidInput("An area has a name.", field="name")
        # A NaN fails both comparisons and is refused with them.
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise PositionOutOfRange("Latitude is within 90 and longitude within 180 degrees.", field="lat")
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise UnknownTimeZone('A time zone has an IANA name like "Asia/Shanghai".', field="timeZone") from None

    @property
    def level(self) -> AreaLevel:
        return level_of(self.path)

    @property
    def parent_path(self) -> str | None:
        return parent_path(self.path)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def code_on(self, day: date) -> str:
        """The code in force on a day; before the first period the first, after the last the last."""
        holding = next((period for period in self.codes if period.holds_on(day)), None)
        if holding is not None:
            return holding.code
        return (self.codes[0] if day < self.codes[0].valid_from else self.codes[-1]).code

    def recode(self, code: str, *, valid_from: date) -> Area:
        """The area under a new code; the old period ends on the day the new one begins and names it."""
        _require_code(code, self.level)
        last = self.codes[-1]
        if valid_from <= last.valid_from:
            raise CodePeriodOutOfOrder("A new code begins after the one in force.", field="validFrom")
        closed = replace(last, valid_to=valid_from, successor=code)
        opened = CodePeriod(code=code, valid_from=valid_from)
        return replace(self, codes=(*self.codes[:-1], closed, opened), version=self.version + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaChanged:
    """The whole state of the area, with the code in force on the day of the change."""

    area: Area
    code: str


def _require_code(code: str, level: AreaLevel) -> None:
    if not re.fullmatch(rf"\d{{{CODE_DIGITS[level.depth - 1]}}}", code):
        digits = CODE_DIGITS[level.depth - 1]
        raise MalformedAreaCode(f"The code of a {level.lower()} has {digits} digits.", field="code")
