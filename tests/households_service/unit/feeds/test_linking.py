"""Whose record is it: exact or before a person, never guessed."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from households_service.feeds.domain import LinkRule, ReviewReason
from households_service.feeds.incoming import PersonReference
from households_service.feeds.linking import Candidate, Linked, Unlinked, link
from households_service.feeds.refusals import PersonMissing
from households_service.members.id_number import IdNumber
from tests.households_service.factories import VILLAGE, id_number, uuid

BORN = date(1985, 3, 14)
NUMBER = IdNumber(id_number(born=BORN, order=1))
OTHER_NUMBER = IdNumber(id_number(born=BORN, order=2))


def member(number: int = 1, **changes: Any) -> Candidate:
    values: dict[str, Any] = {
        "member_id": uuid(number),
        "household_id": uuid(100),
        "area_path": VILLAGE,
        "household_code": "H-1",
        "name": "阿里木·卡地尔",
        "id_number": NUMBER.text,
        "date_of_birth": BORN,
        "village_codes": frozenset({"990101001201", "990101001299"}),
    }
    return Candidate(**(values | changes))


def who(found: Linked | Unlinked) -> tuple[object, ...]:
    if isinstance(found, Linked):
        return (found.rule, found.candidate.member_id)
    return (found.reason, *(candidate.member_id for candidate in found.candidates))


ME: UUID = uuid(1)


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        pytest.param(PersonReference(id_number=NUMBER), (LinkRule.ID_NUMBER, ME), id="the number alone"),
        pytest.param(
            PersonReference(
                id_number=NUMBER,
                name="阿里木 卡地尔",
                date_of_birth=BORN,
                village_code="990101001299",
                household_code="H-1",
            ),
            (LinkRule.ID_NUMBER, ME),
            id="everything agrees, the village under an older code",
        ),
        pytest.param(
            PersonReference(id_number=NUMBER, name="别人"), (ReviewReason.IDENTIFIERS_DISAGREE, ME), id="another name"
        ),
        pytest.param(
            PersonReference(id_number=NUMBER, date_of_birth=date(1985, 3, 15)),
            (ReviewReason.IDENTIFIERS_DISAGREE, ME),
            id="another birth date",
        ),
        pytest.param(
            PersonReference(id_number=NUMBER, household_code="H-2"),
            (ReviewReason.IDENTIFIERS_DISAGREE, ME),
            id="another household",
        ),
        pytest.param(
            PersonReference(id_number=NUMBER, village_code="990101002201"),
            (ReviewReason.IDENTIFIERS_DISAGREE, ME),
            id="another village",
        ),
    ],
)
def test_an_id_number_links_unless_something_disagrees(person: PersonReference, expected: tuple[object, ...]) -> None:
    assert who(link(person, member(), [member()] if person.household_code == "H-1" else [])) == expected


@pytest.mark.parametrize(
    ("person", "members", "expected"),
    [
        pytest.param(
            PersonReference(household_code="H-1", name="阿里木·卡地尔"),
            [member(), member(2, name="别人", id_number=None)],
            (LinkRule.HOUSEHOLD_AND_NAME, ME),
            id="household and name",
        ),
        pytest.param(
            PersonReference(household_code="H-1", date_of_birth=BORN),
            [member(), member(2, date_of_birth=date(2010, 1, 1))],
            (LinkRule.HOUSEHOLD_AND_BIRTH_DATE, ME),
            id="household and birth date",
        ),
        pytest.param(
            PersonReference(household_code="H-1", date_of_birth=BORN),
            [member(), member(2)],
            (ReviewReason.AMBIGUOUS_PERSON, ME, uuid(2)),
            id="twins",
        ),
        pytest.param(
            PersonReference(household_code="H-1", name="阿里木·卡地尔", date_of_birth=date(1990, 1, 1)),
            [member()],
            (ReviewReason.IDENTIFIERS_DISAGREE, ME),
            id="the name fits, the birth date does not",
        ),
        pytest.param(
            PersonReference(household_code="H-1", name="没有此人"),
            [member()],
            (ReviewReason.UNKNOWN_PERSON,),
            id="nobody of that name",
        ),
        pytest.param(
            PersonReference(household_code="H-9", name="阿里木·卡地尔"),
            [],
            (ReviewReason.UNKNOWN_PERSON,),
            id="no such household",
        ),
        pytest.param(
            PersonReference(household_code="H-1"),
            [member()],
            (ReviewReason.NOT_ENOUGH_IDENTIFIERS,),
            id="household only",
        ),
        pytest.param(
            PersonReference(name="阿里木·卡地尔", date_of_birth=BORN, village_code="990101001201"),
            [],
            (ReviewReason.NOT_ENOUGH_IDENTIFIERS,),
            id="name, birth date and village are not enough",
        ),
        pytest.param(
            PersonReference(id_number=OTHER_NUMBER, household_code="H-1", name="阿里木·卡地尔"),
            [member()],
            (ReviewReason.IDENTIFIERS_DISAGREE, ME),
            id="the member there has another number",
        ),
        pytest.param(
            PersonReference(id_number=OTHER_NUMBER, household_code="H-1", name="阿里木·卡地尔"),
            [member(id_number=None)],
            (LinkRule.HOUSEHOLD_AND_NAME, ME),
            id="the member there has no number yet",
        ),
        pytest.param(
            PersonReference(id_number=OTHER_NUMBER), [], (ReviewReason.UNKNOWN_PERSON,), id="a number nobody carries"
        ),
    ],
)
def test_without_a_known_number_the_household_must_be_named(
    person: PersonReference, members: list[Candidate], expected: tuple[object, ...]
) -> None:
    assert who(link(person, None, members)) == expected


def test_a_record_about_nobody_is_refused() -> None:
    with pytest.raises(PersonMissing):
        PersonReference()
