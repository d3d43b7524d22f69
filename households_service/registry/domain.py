"""Households as the county registers them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from chassis.errors import Conflict, InvalidInput, NotFound
from households_service.areas.domain import AreaLevel, level_of

_CODE = re.compile(r"[0-9A-Z][0-9A-Z.\-]{2,39}")


class RegistrationHistory(StrEnum):
    NEVER_REGISTERED = "NEVER_REGISTERED"
    REGISTERED = "REGISTERED"
    GRADUATED = "GRADUATED"


class MonitoringCategory(StrEnum):
    NONE = "NONE"
    GRADUATED_UNSTABLE = "GRADUATED_UNSTABLE"
    NEAR_POOR_AT_RISK = "NEAR_POOR_AT_RISK"
    SUDDEN_HARDSHIP = "SUDDEN_HARDSHIP"


class UnknownHousehold(NotFound):
    code = "UNKNOWN_HOUSEHOLD"


class HouseholdCodeTaken(Conflict):
    code = "HOUSEHOLD_CODE_TAKEN"


class HouseholdChangedMeanwhile(Conflict):
    code = "VERSION_CONFLICT"


class HouseholdRemoved(Conflict):
    code = "HOUSEHOLD_REMOVED"


class MalformedHouseholdCode(InvalidInput):
    code = "MALFORMED_HOUSEHOLD_CODE"


class NotAVillage(InvalidInput):
    code = "NOT_A_VILLAGE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """`version` counts every change of the household, its members, duties and pairings."""

    id: UUID
    code: str
    area_path: str
    registration_history: RegistrationHistory
    monitoring_category: MonitoringCategory
    safe_housing: bool
    safe_water: bool
    registered_on: date
    removed_on: date | None = None
    version: int = 1

    def __post_init__(self) -> None:
        if not _CODE.fullmatch(self.code):
            raise MalformedHouseholdCode(
                "A household code has 3 to 40 digits, capital letters, dots or dashes.", field="code"
            )
        if level_of(self.area_path) is not AreaLevel.VILLAGE:
            raise NotAVillage("A household is registered in a village.", field="areaPath")

    @property
    def monitored(self) -> bool:
        return self.monitoring_category is not MonitoringCategory.NONE

    def expect(self, version: int | None) -> None:
        """Raises HouseholdChangedMeanwhile when somebody else was first; None expects nothing."""
        if version is not None and version != self.version:
            raise HouseholdChangedMeanwhile(
                "The household was changed meanwhile; read it again.", field="expectedVersion"
            )

    def changed(self) -> Household:
        """The next version. Raises HouseholdRemoved when it left the registry."""
        if self.removed_on is not None:
            raise HouseholdRemoved("The household left the registry.")
        return replace(self, version=self.version + 1)

    def assess(
        self,
        *,
        monitoring_category: MonitoringCategory,
        registration_history: RegistrationHistory,
        safe_housing: bool,
        safe_water: bool,
    ) -> Household:
        return replace(
            self.changed(),
            monitoring_category=monitoring_category,
            registration_history=registration_history,
            safe_housing=safe_housing,
            safe_water=safe_water,
        )

    def remove(self, on: date) -> Household:
        return replace(self.changed(), removed_on=on)
