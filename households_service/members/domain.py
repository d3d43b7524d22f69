"""Members of a household: who counts, who can work, how old they are, and what may be shown of them.

Nothing on ethnicity, religion, politics or attitude exists here, and nothing may be added.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from chassis.errors import Conflict, InvalidInput, NotFound
from households_service.members.characters import can_be_shown


class Relation(StrEnum):
    """To the head of the household."""

    HEAD = "HEAD"
    SPOUSE = "SPOUSE"
    CHILD = "CHILD"
    CHILD_IN_LAW = "CHILD_IN_LAW"
    GRANDCHILD = "GRANDCHILD"
    PARENT = "PARENT"
    PARENT_IN_LAW = "PARENT_IN_LAW"
    GRANDPARENT = "GRANDPARENT"
    SIBLING = "SIBLING"
    OTHER = "OTHER"


class LabourCapacity(StrEnum):
    FULL = "FULL"
    PARTIAL = "PARTIAL"
    NONE = "NONE"


class Residence(StrEnum):
    """What makes a person a member: the household register, living together, or both."""

    REGISTERED_AND_LIVING = "REGISTERED_AND_LIVING"
    REGISTERED_AWAY = "REGISTERED_AWAY"
    LIVING_UNREGISTERED = "LIVING_UNREGISTERED"


class MembershipRule(StrEnum):
    """Whom a county counts for per-capita income."""

    REGISTERED = "REGISTERED"
    LIVING = "LIVING"
    REGISTERED_AND_LIVING = "REGISTERED_AND_LIVING"


class AgeBand(StrEnum):
    UNDER_6 = "UNDER_6"
    FROM_6_TO_15 = "FROM_6_TO_15"
    FROM_16_TO_17 = "FROM_16_TO_17"
    FROM_18_TO_59 = "FROM_18_TO_59"
    FROM_60_TO_79 = "FROM_60_TO_79"
    FROM_80 = "FROM_80"
    UNKNOWN = "UNKNOWN"


_BANDS = (
    (6, AgeBand.UNDER_6),
    (16, AgeBand.FROM_6_TO_15),
    (18, AgeBand.FROM_16_TO_17),
    (60, AgeBand.FROM_18_TO_59),
    (80, AgeBand.FROM_60_TO_79),
)

_COUNTED = {
    MembershipRule.REGISTERED: {Residence.REGISTERED_AND_LIVING, Residence.REGISTERED_AWAY},
    MembershipRule.LIVING: {Residence.REGISTERED_AND_LIVING, Residence.LIVING_UNREGISTERED},
    MembershipRule.REGISTERED_AND_LIVING: {Residence.REGISTERED_AND_LIVING},
}


class UnknownMember(NotFound):
    code = "UNKNOWN_MEMBER"


class MemberAlreadyRegistered(Conflict):
    """The same ID number is a member of a household already."""

    code = "MEMBER_ALREADY_REGISTERED"


class HeadMissing(InvalidInput):
    code = "HEAD_MISSING"


class BirthDateInFuture(InvalidInput):
    code = "BIRTH_DATE_IN_FUTURE"


_PHONE = re.compile(r"[0-9+()\- ]{5,20}")


class ReasonMissing(InvalidInput):
    code = "REASON_MISSING"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalDetails:
    """What is sealed at rest and masked on screen. `id_number` is a valid 18-character number or absent."""

    name: str
    id_number: str | None = None
    phone: str | None = None

    def __post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > 100:
            raise InvalidInput("A name has 1 to 100 characters.", field="name")
        if not can_be_shown(self.name):
            raise InvalidInput("A name holds no control characters.", field="name")
        if self.phone is not None and not _PHONE.fullmatch(self.phone):
            raise InvalidInput("A phone number has 5 to 20 digits, blanks and + - ( ) characters.", field="phone")

    def __repr__(self) -> str:
        """Never the values: a repr ends in logs and tracebacks."""
        return "PersonalDetails(...)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Belonging:
    """All that decides whether somebody counts as a member, and nothing else of them."""

    household_id: UUID
    residence: Residence
    joined_on: date
    left_on: date | None

    def present_on(self, day: date) -> bool:
        return self.joined_on <= day and (self.left_on is None or day < self.left_on)

    def counted(self, rule: MembershipRule, day: date) -> bool:
        return self.present_on(day) and self.residence in _COUNTED[rule]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    id: UUID
    household_id: UUID
    area_path: str
    details: PersonalDetails
    relation: Relation
    date_of_birth: date | None
    labour_capacity: LabourCapacity
    residence: Residence
    in_school: bool
    disabled: bool
    joined_on: date
    left_on: date | None = None
    version: int = 1

    @property
    def head(self) -> bool:
        return self.relation is Relation.HEAD

    @property
    def belonging(self) -> Belonging:
        return Belonging(
            household_id=self.household_id, residence=self.residence, joined_on=self.joined_on, left_on=self.left_on
        )

    def present_on(self, day: date) -> bool:
        return self.belonging.present_on(day)

    def counted(self, rule: MembershipRule, day: date) -> bool:
        return self.belonging.counted(rule, day)

    def leave(self, on: date) -> Member:
        return replace(self, left_on=on, version=self.version + 1)


def require_household_of(members: tuple[Member, ...], *, today: date) -> None:
    """A household has exactly one head, and nobody born in the future."""
    if sum(member.head and member.left_on is None for member in members) != 1:
        raise HeadMissing("A household has exactly one head.", field="members")
    for number, member in enumerate(members):
        if member.date_of_birth is not None and member.date_of_birth > today:
            raise BirthDateInFuture("A date of birth lies in the future.", field=f"members.{number}.dateOfBirth")


def age_on(born: date, day: date) -> int:
    """Completed years; born on 29 February means a year older on 1 March of other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def age_band(born: date | None, day: date) -> AgeBand:
    if born is None:
        return AgeBand.UNKNOWN
    age = age_on(born, day)
    return next((band for below, band in _BANDS if age < below), AgeBand.FROM_80)


def masked_name(name: str) -> str:
    """The first character only: enough to tell two children of a family apart by their order, not by name."""
    return name.strip()[:1] + "**"


def masked_id_number(id_number: str | None) -> str | None:
    """All but the last two characters hidden; the birth date inside stays hidden too."""
    return None if id_number is None else "*" * (len(id_number) - 2) + id_number[-2:]


def masked_phone(phone: str | None) -> str | None:
    return None if phone is None else "*" * (len(phone) - 2) + phone[-2:]


def require_reason(reason: str) -> str:
    """Why somebody opens a personal detail or decides over people. Raises ReasonMissing."""
    text = reason.strip()
    if len(text) < 5:
        raise ReasonMissing("Say why, in at least five characters.", field="reason")
    return text[:500]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedPerson:
    """A member found by exact ID number, name and date of birth."""

    member_id: UUID
    household_id: UUID
    area_path: str
