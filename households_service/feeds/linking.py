"""Whose record is it? Exact ID number, or household code with exact name or birth date; anything less is for a person.

Pure: candidates come as arguments. An identifier that disagrees with the member found is never overlooked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from households_service.feeds.domain import LinkRule, ReviewReason
from households_service.feeds.incoming import PersonReference

_PUNCTUATION = re.compile(r"[\s·•.\-'’`]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedMember:
    """All that is kept of whom a record is about."""

    member_id: UUID
    household_id: UUID
    area_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A present member, with what identifies them. `village_codes`: every code the village ever carried."""

    member_id: UUID
    household_id: UUID
    area_path: str
    household_code: str
    name: str
    id_number: str | None
    date_of_birth: date | None
    village_codes: frozenset[str]

    @property
    def member(self) -> LinkedMember:
        return LinkedMember(member_id=self.member_id, household_id=self.household_id, area_path=self.area_path)

    def __repr__(self) -> str:
        """Never the values: a repr ends in logs and tracebacks."""
        return f"Candidate({self.member_id})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    candidate: Candidate
    rule: LinkRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlinked:
    """`candidates`: who a person may look at first, the likeliest first."""

    reason: ReviewReason
    candidates: tuple[Candidate, ...] = ()


def link(person: PersonReference, by_id: Candidate | None, of_household: Sequence[Candidate]) -> Linked | Unlinked:
    """`by_id`: who carries the ID number; `of_household`: the members of the household with the code given.

    A mistyped number is no exact identifier: whoever it may mean is weighed, not decided here.
    """
    if person.mistyped_number is not None:
        return Unlinked(reason=ReviewReason.UNKNOWN_PERSON)
    if by_id is not None:
        if _disagrees(person, by_id):
            others = tuple(
                other for other in of_household if other.member_id != by_id.member_id and _fits(person, other)
            )
            return Unlinked(reason=ReviewReason.IDENTIFIERS_DISAGREE, candidates=(by_id, *others))
        return Linked(candidate=by_id, rule=LinkRule.ID_NUMBER)
    if person.household_code is not None and (person.name is not None or person.date_of_birth is not None):
        return _link_by_household(person, of_household)
    if person.id_number is not None:
        return Unlinked(reason=ReviewReason.UNKNOWN_PERSON)
    return Unlinked(reason=ReviewReason.NOT_ENOUGH_IDENTIFIERS)


def _link_by_household(person: PersonReference, members: Sequence[Candidate]) -> Linked | Unlinked:
    if not members:
        return Unlinked(reason=ReviewReason.UNKNOWN_PERSON)
    fitting = tuple(member for member in members if _fits(person, member))
    if len(fitting) > 1:
        return Unlinked(reason=ReviewReason.AMBIGUOUS_PERSON, candidates=fitting)
    if len(fitting) == 1 and not _disagrees(person, fitting[0]):
        rule = LinkRule.HOUSEHOLD_AND_NAME if person.name is not None else LinkRule.HOUSEHOLD_AND_BIRTH_DATE
        return Linked(candidate=fitting[0], rule=rule)
    near = tuple(
        member
        for member in members
        if (person.name is not None and same_name(person.name, member.name))
        or (person.date_of_birth is not None and person.date_of_birth == member.date_of_birth)
    )
    if near:
        return Unlinked(reason=ReviewReason.IDENTIFIERS_DISAGREE, candidates=near)
    return Unlinked(reason=ReviewReason.UNKNOWN_PERSON)


def _fits(person: PersonReference, member: Candidate) -> bool:
    """Name and birth date, as far as given, are the member's."""
    return (person.name is None or same_name(person.name, member.name)) and (
        person.date_of_birth is None or person.date_of_birth == member.date_of_birth
    )


def _disagrees(person: PersonReference, member: Candidate) -> bool:
    return (
        not _fits(person, member)
        or (person.household_code is not None and person.household_code != member.household_code)
        or (person.village_code is not None and person.village_code not in member.village_codes)
        or (person.id_number is not None and member.id_number is not None and person.id_number.text != member.id_number)
        or (
            person.id_number is not None
            and member.date_of_birth is not None
            and person.id_number.date_of_birth != member.date_of_birth
        )
    )


def disagrees_but_for_name(person: PersonReference, member: Candidate) -> bool:
    """Does anything but the spelling of the name speak against the member?"""
    others = (person.id_number, person.date_of_birth, person.village_code, person.household_code)
    return any(value is not None for value in others) and _disagrees(replace(person, name=None), member)


def same_name(one: str, other: str) -> bool:
    """Exact but for width, case, blanks and the dots inside transliterated names."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", name)).casefold()
