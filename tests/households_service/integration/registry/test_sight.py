"""Who sees which household."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text

from chassis.identity import Actor, Role
from households_service.members.tables import members
from households_service.registry.domain import Household
from households_service.registry.tables import households
from tests.households_service.county import (
    EMPLOYER,
    REVIEWER,
    SPECIALIST,
    STRANGER,
    SUPERVISOR,
    SUPPORT_OFFICER,
    County,
)
from tests.households_service.factories import (
    VILLAGE,
)
from tests.households_service.integration.registry.conftest import LIST


@pytest.mark.parametrize(
    ("actor", "seen"),
    [
        pytest.param(SPECIALIST, [0, 1], id="a village specialist her village"),
        pytest.param(REVIEWER, [0, 1, 2], id="a township reviewer his township"),
        pytest.param(SUPERVISOR, [0, 1, 2, 3], id="a supervisor the county"),
        pytest.param(STRANGER, [], id="another county's specialist nobody"),
        pytest.param(SUPPORT_OFFICER, [], id="an officer who is paired with nobody, nobody"),
        pytest.param(Actor(subject="h", roles=frozenset({Role.HOUSEHOLD})), [], id="a household without a member"),
    ],
)
async def test_who_sees_whom(county: County, village: list[Household], actor: Actor, seen: list[int]) -> None:
    expected = {str(village[place].id) for place in seen}
    ours = {str(household.id) for household in village}

    data = await county.ask(actor, LIST)

    assert {edge["node"]["id"] for edge in data["households"]["edges"]} & ours == expected
    for household in village:
        found = await county.ask(actor, "query ($id: ID!) { household(id: $id) { id } }", {"id": str(household.id)})
        by_code = await county.ask(
            actor, "query ($code: String!) { householdByCode(code: $code) { id } }", {"code": household.code}
        )
        visible = {"id": str(household.id)} if str(household.id) in expected else None
        assert (found["household"], by_code["householdByCode"]) == (visible, visible)


async def test_who_has_no_business_with_families_is_refused(county: County) -> None:
    answer = await county.answer(EMPLOYER, LIST)

    assert answer["data"] is None
    assert [error["code"] for error in answer["errors"]] == ["FORBIDDEN"]


async def test_a_member_of_the_household_sees_it_and_the_own_familys_names(
    county: County, village: list[Household]
) -> None:
    mother = (await county.members_of(village[0]))[1]
    own = Actor(subject="family", roles=frozenset({Role.HOUSEHOLD}), member_id=mother)
    worker = Actor(subject="worker", roles=frozenset({Role.WORKER}), member_id=mother)
    document = "{ households { edges { node { id members { displayName } } } } }"

    family = await county.ask(own, document)
    herself = await county.ask(worker, document)

    assert family["households"]["edges"] == [
        {
            "node": {
                "id": str(village[0].id),
                "members": [{"displayName": name} for name in ("Fa Ther", "Mo Ther", "First Child", "Second Child")],
            }
        }
    ]
    assert herself["households"]["edges"][0]["node"]["members"] == [
        {"displayName": "F**"},
        {"displayName": "Mo Ther"},
        {"displayName": "F**"},
        {"displayName": "S**"},
    ]


async def test_the_database_itself_shows_no_other_area(county: County, village: list[Household]) -> None:
    async with county.begin(SPECIALIST) as uow:
        paths = (await uow.connection.execute(select(households.c.area_path).distinct())).scalars().all()
        names = await uow.connection.scalar(select(func.count(members.c.area_path.distinct())))

    assert list(paths) == [VILLAGE]
    assert names == 1


async def test_a_forgotten_wall_shows_nothing(county: County, village: list[Household]) -> None:
    async with county.database.engine.connect() as connection:
        walled = await connection.execute(
            text("select relname from pg_class where relrowsecurity and relforcerowsecurity order by 1")
        )
        tables = set(walled.scalars())
        assert await connection.scalar(select(func.count()).select_from(households)) == 0
    with_area = {table.name for table in households.metadata.sorted_tables if "area_path" in table.c}

    assert with_area <= tables
