"""Records whose identifiers are mistyped, transliterated or partial find their person, wait, or stay unknown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import count
from uuid import UUID

import pytest

from chassis.identity import Actor, Role
from households_service.feeds.departments import Department
from households_service.feeds.domain import DepartmentBatch, LinkRule, ReviewReason, StoredRecord
from households_service.feeds.service import Envelope, submit_batch
from households_service.members.domain import Relation
from households_service.registry.domain import Household
from households_service.registry.service import NewMember
from tests.households_service.county import County
from tests.households_service.factories import COUNTY, NEXT_VILLAGE, OTHER_VILLAGE, VILLAGE, id_number

_numbers = count(1)
BORN = date(1958, 4, 17)
NUMBER = id_number(born=BORN, order=701)
SENDER = Actor(subject="feed-hi", roles=frozenset({Role.DEPARTMENT}), areas=(COUNTY,), department="HEALTH_INSURANCE")
VILLAGE_CODE, OTHER_CODE = "990101001201", "990101001202"


def mistyped(number: str, place: int = 15) -> str:
    return f"{number[:place]}{(int(number[place]) + 1) % 10}{number[place + 1 :]}"


async def send(county: County, *persons: Mapping[str, object]) -> list[StoredRecord | str]:
    """Per record what was stored, or the code of its refusal."""
    names = [f"L-{next(_numbers)}" for _ in persons]
    records = [
        {
            "recordId": name,
            "eventType": "SETTLEMENT",
            "eventDate": "2020-09-17",
            "purposeCode": "MONITORING",
            "oopAmount": "12.50",
            "person": person,
        }
        for name, person in zip(names, persons, strict=True)
    ]
    async with county.begin(SENDER) as uow:
        batch: DepartmentBatch = await submit_batch(
            uow,
            SENDER,
            envelope=Envelope(department="HEALTH_INSURANCE", batch_id=f"LB-{names[0]}"),
            records=records,
        )
    assert batch.account.balanced
    async with county.begin() as uow:
        stored = {one.record_id: one for one in await uow.records.versions(Department.HEALTH_INSURANCE, names)}
        issues = {issue.row: issue.code for _, issue in await uow.batches.issues(batch.id)}
    return [stored.get(name) or issues[row] for row, name in enumerate(names, start=1)]


async def outcome(county: County, person: Mapping[str, object]) -> tuple[object, ...]:
    (found,) = await send(county, person)
    if isinstance(found, str):
        return (found,)
    return (found.link_rule or found.review_reason, *([found.member_id] if found.member_id else found.candidate_ids))


@pytest.fixture(scope="module")
async def family(county: County) -> tuple[Household, list[UUID]]:
    """A family of an invented man whose name is spelled in three ways, among sixty others."""
    members = (
        NewMember(name="阿布都热依木·卡德尔", relation=Relation.HEAD, id_number=NUMBER),
        NewMember(name="帕提古丽·托合提", relation=Relation.SPOUSE, date_of_birth=date(1960, 9, 2)),
        NewMember(name="艾尔肯·阿布都热依木", relation=Relation.CHILD, date_of_birth=date(1989, 1, 30)),
    )
    household = await county.register(members=members)
    for number in range(60):
        await county.register(
            area_path=(VILLAGE, OTHER_VILLAGE, NEXT_VILLAGE)[number % 3],
            members=(
                NewMember(
                    name=f"{('艾合买提', '麦麦提', '吐尔逊', '古丽')[number % 4]}·{('托合提', '卡德尔', '依明')[number % 3]}",
                    relation=Relation.HEAD,
                    id_number=id_number(born=date(1950 + number % 40, 1 + number % 12, 3), order=702 + number),
                ),
            ),
        )
    return household, await county.members_of(household)


async def test_a_mistyped_id_with_a_name_finds_its_person(county: County, family: tuple[Household, list[UUID]]) -> None:
    _, (father, *_) = family
    person = {"idNumber": mistyped(NUMBER), "name": "阿布都热依木·卡德尔", "villageCode": VILLAGE_CODE}
    assert await outcome(county, person) == (LinkRule.LINKAGE, father)


async def test_a_mistyped_id_alone_waits_with_whom_it_may_mean(
    county: County, family: tuple[Household, list[UUID]]
) -> None:
    _, (father, *_) = family
    assert await outcome(county, {"idNumber": mistyped(NUMBER)}) == (ReviewReason.LIKELY_PERSON, father)


async def test_a_mistyped_id_of_nobody_is_refused_so_that_it_is_mended(
    county: County, family: tuple[Household, list[UUID]]
) -> None:
    person = {"idNumber": mistyped(id_number(born=date(1931, 2, 3), order=77)), "name": "Nobody Here"}
    assert await outcome(county, person) == ("ID_NUMBER_CHECK_FAILED",)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("阿布都热依木·卡德尔", id="as registered"),
        pytest.param("阿布都热依木", id="the first part alone"),
        pytest.param("阿布都热木", id="the first part with a vowel lost"),
        pytest.param("Abdurehim Qadir", id="Latin"),
        pytest.param("Abdurehim", id="Latin, the first part alone"),
        pytest.param("Abdurhim", id="Latin, a vowel lost"),
    ],
)
async def test_one_man_spelled_in_three_ways_is_linked_when_village_and_household_agree(
    county: County, family: tuple[Household, list[UUID]], name: str
) -> None:
    household, (father, *_) = family
    agreeing = {"name": name, "villageCode": VILLAGE_CODE, "householdCode": household.code}
    (rule, member) = await outcome(county, agreeing)
    assert rule in {LinkRule.LINKAGE, LinkRule.HOUSEHOLD_AND_NAME}
    assert member == father
    elsewhere = {"name": name, "villageCode": OTHER_CODE, "householdCode": "990101001202-9999"}
    found = await outcome(county, elsewhere)
    assert found[0] in {ReviewReason.LIKELY_PERSON, ReviewReason.UNKNOWN_PERSON}
    alone = await outcome(county, {"name": name})
    assert alone[0] in {ReviewReason.LIKELY_PERSON, ReviewReason.NOT_ENOUGH_IDENTIFIERS}


async def test_a_relative_of_the_same_household_is_not_linked_by_the_fathers_name(
    county: County, family: tuple[Household, list[UUID]]
) -> None:
    household, _ = family
    person = {"name": "Ghalip Abdurehim", "villageCode": VILLAGE_CODE, "householdCode": household.code}
    found = await outcome(county, person)
    assert found[0] in {ReviewReason.LIKELY_PERSON, ReviewReason.UNKNOWN_PERSON}


async def test_an_exact_id_with_a_transliterated_name_is_the_person(
    county: County, family: tuple[Household, list[UUID]]
) -> None:
    _, (father, *_) = family
    assert await outcome(county, {"idNumber": NUMBER, "name": "Abdurehim Qadir"}) == (LinkRule.LINKAGE, father)
    assert (await outcome(county, {"idNumber": NUMBER, "name": "别人"}))[0] is ReviewReason.IDENTIFIERS_DISAGREE


async def test_rows_of_one_unregistered_household_code_find_its_members_together(
    county: County, family: tuple[Household, list[UUID]]
) -> None:
    _, (father, mother, son) = family
    code = "990101001201-7777"
    found = await send(
        county,
        {"name": "Abdurehim Qadir", "dateOfBirth": BORN.isoformat(), "householdCode": code},
        {"name": "Patigul Toxti", "villageCode": VILLAGE_CODE, "householdCode": code},
        {"name": "Erkin", "dateOfBirth": "1989-01-30", "householdCode": code},
    )
    assert [one if isinstance(one, str) else (one.link_rule, one.member_id) for one in found] == [
        (LinkRule.LINKAGE, father),
        (LinkRule.LINKAGE, mother),
        (LinkRule.LINKAGE, son),
    ]


async def test_a_step_takes_as_many_queries_for_one_row_as_for_many(
    county: County, family: tuple[Household, list[UUID]]
) -> None:
    async def queries(rows: int) -> int:
        people = [{"name": f"Alim Tursun {number}", "villageCode": VILLAGE_CODE} for number in range(rows)]
        with county.statements() as sent:
            await send(county, *people)
        return len(sent)

    assert await queries(3) == await queries(40)
