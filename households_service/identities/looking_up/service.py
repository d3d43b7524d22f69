"""At most five people who may be meant, masked, for somebody who decides over a record. One audit row each."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from chassis.identity import Actor, ScopeKind
from chassis.vault import Vault
from households_service.access import POLICY, Action
from households_service.areas.domain import UnknownArea
from households_service.feeds.departments import department_of
from households_service.feeds.domain import RowStatus
from households_service.identities.keys import UNKNOWN_BIRTH, Birth, Traits, place_digits, sought_keys
from households_service.identities.looking_up.domain import (
    MOST_SHOWN,
    PER_DAY,
    PER_MINUTE,
    Found,
    LookUpTooVague,
    NothingToLookUpFor,
    Question,
    TooManyLookUps,
)
from households_service.identities.looking_up.repository import Seen
from households_service.identities.models.domain import LinkModel
from households_service.identities.sketches import FieldAgreement, Sketch
from households_service.linkage.identity_number import is_valid, plain_number, repair_candidates
from households_service.members.domain import masked_id_number, masked_name
from households_service.uow import HouseholdsUnitOfWork

_MOST_COMPARED = 16
_STANDING = frozenset({RowStatus.IN_REVIEW, RowStatus.LINKED})


async def look_up(
    uow: HouseholdsUnitOfWork,
    actor: Actor,
    question: Question,
    *,
    row_id: UUID | None = None,
    record: tuple[str, str] | None = None,
) -> Sequence[Found]:
    """For a record by its row id, or by department and record id (an alert names those it is made of).

    Raises NothingToLookUpFor, Forbidden, TooManyLookUps, UnknownArea or LookUpTooVague.
    """
    scope = POLICY.require(actor, Action.LOOK_UP_PERSON)
    about = await uow.look_ups.about(
        row_id,
        None if record is None else (department_of(record[0]), record[1]),
        subject=actor.subject,
        now=uow.now,
        today=uow.today,
        village_code=question.village_code,
        most=PER_DAY + 1,
    )
    if about is None or about.status not in _STANDING or not scope.covers(area_path=about.area_path):
        raise NothingToLookUpFor("There is no such record, or not for you.", field="about")
    if about.minute >= PER_MINUTE or about.day >= PER_DAY:
        raise TooManyLookUps("Too many look-ups; wait a while.")
    within = max((area for area in actor.areas if about.area_path.startswith(area)), key=len, default="")
    if not within and ScopeKind.SYSTEM not in scope.kinds:
        raise NothingToLookUpFor("There is no such record, or not for you.", field="about")
    if question.village_code and about.village_path is None:
        raise UnknownArea("No area carries this code.", field="villageCode")
    number = plain_number(question.id_number)
    place = place_digits(about.village_path or "")
    traits = Traits(name=question.name, birth=_birth(question), place=place)
    if not number and not question.household_code and not sought_keys(traits):
        raise LookUpTooVague(
            "The name has one part only: give another part of it, or a village or a year of birth beside it.",
            field="name",
        )
    people = await uow.look_ups.likely(
        traits,
        numbers=[number] if not number or is_valid(number) else list(repair_candidates(number)),
        household_code=question.household_code,
        within=within,
        most=_MOST_COMPARED,
    )
    model = await uow.link_models.of_version(about.model_version)
    found = _likeliest(uow.vault, model, _sketch(question, number, place), people)
    await uow.audit(
        action=Action.LOOK_UP_PERSON,
        subject_id=str(about.id),
        purpose=f"record {about.department}/{about.record_id}",
        fields=[str(one.member_id) for one in found],
    )
    return found


def _likeliest(vault: Vault, model: LinkModel, asked: Sketch, people: Sequence[Seen]) -> Sequence[Found]:
    if not people:
        return []
    # The engine and what it stands on cost half a second and eighty megabytes: only where somebody is weighed.
    from households_service.identities.ranking import ranked  # noqa: PLC0415 - the engine is loaded where it is used

    numbers = [(one.id_number(vault) or "") if asked.id_number else "" for one in people]
    sketches = [_sketch_of(person, number) for person, number in zip(people, numbers, strict=True)]
    likeliest = ranked(model, asked, sketches, most=MOST_SHOWN)
    return [_found(people[one.place], vault, one.agreements) for one in likeliest]


def _sketch(question: Question, number: str, place: str) -> Sketch:
    born = question.date_of_birth
    return Sketch(
        name=question.name,
        id_number=number,
        date_of_birth=born.isoformat() if born is not None else str(question.birth_year or ""),
        place=place,
        household=question.household_code,
    )


def _sketch_of(person: Seen, id_number: str) -> Sketch:
    return Sketch(
        name=person.name,
        id_number=id_number,
        date_of_birth="" if person.date_of_birth is None else person.date_of_birth.isoformat(),
        place=place_digits(person.area_path),
        household=person.household_code,
    )


def _birth(question: Question) -> Birth:
    born = question.date_of_birth
    if born is not None:
        return (born.year, born.month, born.day)
    return UNKNOWN_BIRTH if question.birth_year is None else (question.birth_year, 0, 0)


def _found(person: Seen, vault: Vault, agreements: Sequence[FieldAgreement]) -> Found:
    return Found(
        member_id=person.member_id,
        household_id=person.household_id,
        household_code=person.household_code,
        area_path=person.area_path,
        masked_name=masked_name(person.name),
        masked_id_number=masked_id_number(person.id_number(vault)),
        birth_year=None if person.date_of_birth is None else person.date_of_birth.year,
        agreements=tuple(agreements),
    )
