"""Keys follow the registry: whoever is registered is found by the next query, whoever left is not."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from chassis.identity import SYSTEM_ACTOR
from households_service.identities.keys import Traits
from households_service.identities.tables import link_keys
from households_service.members.domain import Relation
from households_service.members.service import add_member, remove_member
from households_service.registry.service import NewMember
from tests.households_service.county import County
from tests.households_service.factories import COUNTY, NEXT_TOWNSHIP, VILLAGE, id_number

BORN = date(1961, 7, 9)
PLACE = VILLAGE.replace("/", "")
ALIM = NewMember(name="阿里木·卡地尔", relation=Relation.HEAD, id_number=id_number(born=BORN, order=601))


async def found(county: County, *asked: Traits, within: str = COUNTY) -> list[list[object]]:
    async with county.begin() as uow:
        candidates = await uow.link_keys.candidates(asked, within=within)
    return [list(candidates.get(row, ())) for row in range(len(asked))]


async def test_a_transliterated_name_finds_its_member_in_the_next_query(county: County) -> None:
    household = await county.register(members=(ALIM,))
    (member,) = await county.members_of(household)
    asked = Traits(name="Alim Qadir", place=PLACE)
    assert await found(county, asked, Traits(name="Alim"), Traits(name="Alim", birth=(1962, 0, 0))) == [
        [member],
        [],
        [member],
    ]
    assert await found(county, asked, within=NEXT_TOWNSHIP) == [[]]


async def test_one_who_joins_is_found_and_one_who_leaves_is_not(county: County) -> None:
    household = await county.register(members=(ALIM.__class__(name="Guzel Tahir", relation=Relation.HEAD),))
    asked = Traits(name="Tursun Osman", birth=(1990, 2, 3))
    assert await found(county, asked) == [[]]
    async with county.begin() as uow:
        new = NewMember(name="吐尔逊·吾斯曼", relation=Relation.SIBLING, date_of_birth=date(1990, 3, 2))
        member = await add_member(uow, SYSTEM_ACTOR, household_id=household.id, new=new, expected_version=None)
    assert await found(county, asked) == [[member.id]]
    async with county.begin() as uow:
        await remove_member(uow, SYSTEM_ACTOR, member_id=member.id, left_on=None, expected_version=None)
    assert await found(county, asked) == [[]]
    async with county.begin() as uow:
        query = select(func.count()).select_from(link_keys).where(link_keys.c.member_id == member.id)
        assert await uow.connection.scalar(query) == 0


async def test_a_key_that_too_many_share_is_skipped_and_not_cut(county: County) -> None:
    twins = tuple(
        NewMember(
            name=f"Polat {number:03}", relation=Relation.HEAD if number == 0 else Relation.OTHER, date_of_birth=BORN
        )
        for number in range(151)
    )
    household = await county.register(members=twins[:150])
    asked = Traits(name="Polat", birth=(BORN.year, BORN.month, BORN.day), place=PLACE)
    assert len((await found(county, asked))[0]) == 150
    async with county.begin() as uow:
        await add_member(uow, SYSTEM_ACTOR, household_id=household.id, new=twins[150], expected_version=None)
    assert len((await found(county, asked))[0]) in {0, 1}
