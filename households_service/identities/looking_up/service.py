"""At most five people who may be meant, masked, for somebody who decides over a record. One audit row each."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from chassis.identity import Actor, ScopeKind
from households_service.access import POLICY, Action
from households_service.feeds.departments import department_of
from households_service.feeds.domain import RowStatus, StoredRecord
from households_service.identities.keys import UNKNOWN_BIRTH, Birth
from households_service.identities.looking_up.domain import (
    MOST_SHOWN,
    PER_DAY,
    PER_MINUTE,
    Found,
    NothingToLookUpFor,
    Question,
    TooManyLookUps,
)
from households_service.identities.people import Asked, Likely, weigh_people
from households_service.identities.sketches import FEATURES, Agreement
from households_service.linkage.identity_number import is_valid, plain_number, repair_candidates
from households_service.members.domain import masked_id_number, masked_name
from households_service.uow import HouseholdsUnitOfWork

_MOST_COMPARED = 48
_PERSONS = 100_000
"""Only the order matters here, and it does not depend on how many are registered."""
_ANYBODY_BITS = -40.0


async def look_up(
    uow: HouseholdsUnitOfWork,
    actor: Actor,
    question: Question,
    *,
    row_id: UUID | None = None,
    record: tuple[str, str] | None = None,
) -> Sequence[Found]:
    """For a record by its row id, or by department and record id (an alert names those it is made of).

    Raises NothingToLookUpFor, Forbidden or TooManyLookUps.
    """
    scope = POLICY.require(actor, Action.LOOK_UP_PERSON)
    about = await _record(uow, row_id, record)
    if about is None or not scope.covers(area_path=about.area_path):
        raise NothingToLookUpFor("There is no such record, or not for you.", field="about")
    minute, day = await uow.look_ups.count(actor.subject, now=uow.now, most=PER_DAY + 1)
    if minute >= PER_MINUTE or day >= PER_DAY:
        raise TooManyLookUps("Too many look-ups; wait a while.")
    within = max((area for area in actor.areas if about.area_path.startswith(area)), key=len, default="")
    if not within and ScopeKind.SYSTEM not in scope.kinds:
        raise NothingToLookUpFor("There is no such record, or not for you.", field="about")
    verdicts = await weigh_people(
        uow,
        [await _asked(uow, question)],
        within=within,
        most=_MOST_COMPARED,
        persons=_PERSONS,
        shown_from=_ANYBODY_BITS,
    )
    found = [_found(one) for one in verdicts.of_rows[0].likely if _agrees(one)][:MOST_SHOWN]
    await uow.audit(
        action=Action.LOOK_UP_PERSON,
        subject_id=str(about.id),
        purpose=f"record {about.department}/{about.record_id}",
        fields=[str(one.member_id) for one in found],
    )
    return found


async def _record(
    uow: HouseholdsUnitOfWork, row_id: UUID | None, record: tuple[str, str] | None
) -> StoredRecord | None:
    """The version that counts, if it waits or is linked."""
    if row_id is not None:
        found = await uow.records.by_key(row_id)
    elif record is not None:
        versions = await uow.records.versions(department_of(record[0]), [record[1]])
        found = next((one for one in reversed(versions) if one.record_id == record[1]), None)
    else:
        found = None
    return found if found is not None and found.status in {RowStatus.IN_REVIEW, RowStatus.LINKED} else None


async def _asked(uow: HouseholdsUnitOfWork, question: Question) -> Asked:
    likely: list[UUID] = []
    number = plain_number(question.id_number)
    if number:
        probes = [number] if is_valid(number) else list(repair_candidates(number))
        likely += [member.id for member in (await uow.members.by_id_numbers(probes)).values()]
    if question.household_code:
        homes = await uow.households.by_codes([question.household_code])
        families = await uow.members.of_households([home.id for home in homes.values()])
        likely += [member.id for family in families.values() for member in family if member.left_on is None]
    born = question.date_of_birth
    birth: Birth = (question.birth_year or 0, 0, 0) if born is None else (born.year, born.month, born.day)
    return Asked(
        name=question.name,
        id_number=number,
        birth=birth if birth[0] else UNKNOWN_BIRTH,
        date_of_birth=born.isoformat() if born is not None else str(question.birth_year or ""),
        village_code=question.village_code,
        household=question.household_code,
        likely=tuple(likely),
    )


def _agrees(one: Likely) -> bool:
    return any(weight.agreement in {Agreement.SAME, Agreement.CLOSE} for weight in one.weights)


def _found(one: Likely) -> Found:
    member = one.person.member
    return Found(
        member_id=member.id,
        household_id=member.household_id,
        household_code=one.person.household_code,
        area_path=member.area_path,
        masked_name=masked_name(member.details.name),
        masked_id_number=masked_id_number(member.details.id_number),
        birth_year=None if member.date_of_birth is None else member.date_of_birth.year,
        agreements=tuple(weight for weight in one.weights if weight.field in FEATURES),
    )
