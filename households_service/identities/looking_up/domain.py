"""Looking somebody up, for a record that waits or was linked: never a search of people for its own sake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.errors import Conflict, InvalidInput, NotFound
from households_service.identities.sketches import FieldAgreement
from households_service.linkage.identity_number import plain_number

MOST_SHOWN = 5
PER_MINUTE = 120
"""A question per half second: as fast as somebody types."""
PER_DAY = 3_000
OLDEST_YEAR = 1880


class TooManyLookUps(Conflict):
    code = "TOO_MANY_LOOK_UPS"


class LookUpTooVague(InvalidInput):
    code = "LOOK_UP_TOO_VAGUE"


class LookUpAboutMissing(InvalidInput):
    code = "LOOK_UP_ABOUT_MISSING"


class NothingToLookUpFor(NotFound):
    code = "NOTHING_TO_LOOK_UP_FOR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is known of the person. Raises LookUpTooVague when nothing names one."""

    name: str = ""
    date_of_birth: date | None = None
    birth_year: int | None = None
    village_code: str = ""
    id_number: str = ""
    household_code: str = ""

    def __post_init__(self) -> None:
        if self.birth_year is not None and not OLDEST_YEAR <= self.birth_year <= 2100:
            raise LookUpTooVague("A year of birth has four digits.", field="birthYear")
        if self.id_number and not plain_number(self.id_number):
            raise LookUpTooVague("An ID number has seventeen digits and a check character.", field="idNumber")
        if len(self.name) > 100:
            raise LookUpTooVague("A name has at most 100 characters.", field="name")
        named = len(self.name.strip()) >= 2
        if not named and not self.id_number and not (self.household_code or self.date_of_birth):
            told = (
                "One character of a name is too little: write at least two, or give"
                if self.name.strip()
                else "Give a name,"
            )
            raise LookUpTooVague(f"{told} an ID number, a household code or a date of birth.", field="name")

    def __repr__(self) -> str:
        """Never the values: a repr ends in logs and tracebacks."""
        return "Question(...)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Masked but for what tells people of one family apart. No odds: whoever decides looks at what agrees."""

    member_id: UUID
    household_id: UUID
    household_code: str
    area_path: str
    masked_name: str
    masked_id_number: str | None
    birth_year: int | None
    agreements: tuple[FieldAgreement, ...]
