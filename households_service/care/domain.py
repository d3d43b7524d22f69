"""Care duties: a member looks after somebody, in the own or in another household, perhaps in another village."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from chassis.errors import Conflict, InvalidInput, NotFound
from households_service.areas.domain import AreaLevel, level_of


class CareKind(StrEnum):
    CHILD = "CHILD"
    ELDER = "ELDER"
    DISABLED = "DISABLED"


class UnknownCareDuty(NotFound):
    code = "UNKNOWN_CARE_DUTY"


class CareDutyEnded(Conflict):
    code = "CARE_DUTY_ENDED"


class CarePlaceNotAVillage(InvalidInput):
    code = "CARE_PLACE_NOT_A_VILLAGE"


class CareEndsBeforeItBegins(InvalidInput):
    code = "CARE_ENDS_BEFORE_IT_BEGINS"


@dataclass(frozen=True, slots=True, kw_only=True)
class CareDuty:
    """`care_area_path` is the village where care is needed; `area_path` that of the one who cares.

    `valid_to` is exclusive.
    """

    id: UUID
    member_id: UUID
    household_id: UUID
    area_path: str
    kind: CareKind
    care_area_path: str
    valid_from: date
    valid_to: date | None = None

    def __post_init__(self) -> None:
        if level_of(self.care_area_path) is not AreaLevel.VILLAGE:
            raise CarePlaceNotAVillage("Care is needed in a village.", field="careAreaPath")

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def end(self, on: date) -> CareDuty:
        if self.valid_to is not None:
            raise CareDutyEnded("This care duty has ended already.")
        if on < self.valid_from:
            raise CareEndsBeforeItBegins("A care duty ends on or after the day it began.", field="endsOn")
        return replace(self, valid_to=on)
