"""Supply points: places that serve households with water. Who is served is registered by the county, from a day on."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from chassis.errors import Conflict, InvalidInput, NotFound
from households_service.areas.domain import AreaLevel, level_of

_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z._\-]{0,39}")
MOST_SERVED_AT_ONCE = 5_000


class UnknownSupplyPoint(NotFound):
    code = "UNKNOWN_SUPPLY_POINT"


class SupplyPointNumberTaken(Conflict):
    code = "SUPPLY_POINT_NUMBER_TAKEN"


class SupplyPointNumberMalformed(InvalidInput):
    code = "SUPPLY_POINT_NUMBER_MALFORMED"


class SupplyPointNotInAVillage(InvalidInput):
    code = "SUPPLY_POINT_NOT_IN_A_VILLAGE"


class HouseholdNotServable(InvalidInput):
    """No such household, or it lies outside what the caller may change."""

    code = "HOUSEHOLD_NOT_SERVABLE"


class ServiceOutOfOrder(InvalidInput):
    """A household cannot begin to be served before the day on which its present service began."""

    code = "SERVICE_OUT_OF_ORDER"


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyPoint:
    """`number`: the water bureau's own, by which its records name the point."""

    id: UUID
    number: str
    name: str
    area_path: str
    registered_on: date

    def __post_init__(self) -> None:
        if not _NUMBER.fullmatch(self.number):
            raise SupplyPointNumberMalformed("A number has 1 to 40 letters, digits and . _ -", field="number")
        if level_of(self.area_path) is not AreaLevel.VILLAGE:
            raise SupplyPointNotInAVillage("A supply point stands in a village.", field="areaPath")


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One household at one point, from a day on until another (exclusive; None: still)."""

    id: UUID
    point_id: UUID
    household_id: UUID
    area_path: str
    valid_from: date
    valid_to: date | None = None

    def end(self, on: date) -> Served:
        """Raises ServiceOutOfOrder."""
        if on < self.valid_from:
            raise ServiceOutOfOrder("The household's present service began later than that.", field="from")
        return replace(self, valid_to=on)
