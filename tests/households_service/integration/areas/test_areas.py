from __future__ import annotations

from datetime import date

import pytest

from chassis.errors import InvalidInput
from chassis.identity import SYSTEM_ACTOR
from contracts.households.v1 import events_pb2
from households_service.areas.domain import (
    AreaCodeTaken,
    AreaPathTaken,
    MalformedAreaCode,
    ParentAreaMissing,
    UnknownArea,
)
from households_service.areas.service import NewArea, add_areas, area_by_code
from tests.households_service.county import ADMIN, SPECIALIST, County
from tests.households_service.factories import COUNTY, NEXT_TOWNSHIP, OTHER_VILLAGE, TOWNSHIP, VILLAGE


def new(path: str, code: str) -> NewArea:
    return NewArea(
        path=path,
        code=code,
        name="Another Place",
        time_zone="Asia/Shanghai",
        lat=40.0,
        lon=75.0,
        valid_from=date(2015, 1, 1),
    )


async def test_the_tree_is_read_level_by_level_in_one_query_each(county: County) -> None:
    household = await county.register()
    document = """{ area(path: "99/01/01/") { name level householdCount
        children { name level householdCount children { path code parent { name } } } } }"""

    with county.statements() as sent:
        data = await county.ask(ADMIN, document)

    assert data["area"] == {
        "name": "Invented County",
        "level": "COUNTY",
        "householdCount": 1,
        "children": [
            {
                "name": "First Township",
                "level": "TOWNSHIP",
                "householdCount": 1,
                "children": [
                    {"path": VILLAGE, "code": "990101001201", "parent": {"name": "First Township"}},
                    {"path": OTHER_VILLAGE, "code": "990101001202", "parent": {"name": "First Township"}},
                ],
            },
            {
                "name": "Next Township",
                "level": "TOWNSHIP",
                "householdCount": 0,
                "children": [
                    {"path": "99/01/01/002/201/", "code": "990101002201", "parent": {"name": "Next Township"}}
                ],
            },
        ],
    }
    # The county, its count and children, the townships' counts and children, the parents.
    assert len(sent) == 6
    assert household.area_path == VILLAGE


async def test_a_specialist_sees_the_county_above_and_counts_the_own_village(county: County) -> None:
    await county.register(area_path=OTHER_VILLAGE)
    data = await county.ask(SPECIALIST, '{ area(path: "99/01/01/") { name householdCount } }')

    async with county.begin() as uow:
        own = len(await uow.households.in_id_order(VILLAGE, after=None, limit=100))
    assert data["area"] == {"name": "Invented County", "householdCount": own}


async def test_areas_are_listed_by_level_and_paged(county: County) -> None:
    document = """query ($after: String) { areas(under: "99/01/01/", level: VILLAGE, first: 2, after: $after) {
        totalCount pageInfo { hasNextPage endCursor } edges { node { path } } } }"""

    first = (await county.ask(ADMIN, document))["areas"]
    assert isinstance(first, dict)
    second = (await county.ask(ADMIN, document, {"after": first["pageInfo"]["endCursor"]}))["areas"]
    assert isinstance(second, dict)

    assert [edge["node"]["path"] for edge in first["edges"]] == [VILLAGE, OTHER_VILLAGE]
    assert [edge["node"]["path"] for edge in second["edges"]] == ["99/01/01/002/201/"]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (
        3,
        True,
        False,
    )


async def test_a_code_is_looked_up_as_of_a_day(county: County) -> None:
    recode = """mutation ($input: RecodeAreaInput!) { recodeArea(input: $input) {
        ... on Area { path version codes { code validTo successor } } ... on Refused { code field } } }"""
    change = {"path": NEXT_TOWNSHIP, "code": "990121002", "validFrom": "2020-07-01", "expectedVersion": 1}

    recoded = await county.ask(ADMIN, recode, {"input": change})
    again = await county.ask(ADMIN, recode, {"input": change})
    taken = await county.ask(ADMIN, recode, {"input": {**change, "path": TOWNSHIP, "expectedVersion": 1}})

    assert recoded["recodeArea"] == {
        "path": NEXT_TOWNSHIP,
        "version": 2,
        "codes": [
            {"code": "990101002", "validTo": "2020-07-01", "successor": "990121002"},
            {"code": "990121002", "validTo": None, "successor": None},
        ],
    }
    assert again["recodeArea"] == {"code": "VERSION_CONFLICT", "field": "expectedVersion"}
    assert taken["recodeArea"] == {"code": "AREA_CODE_TAKEN", "field": "code"}
    asked = """{ then: areaByCode(code: "990101002", on: "2020-06-30") { path code(on: "2020-06-30") }
        after: areaByCode(code: "990101002") { path } now: areaByCode(code: "990121002") { path code } }"""
    assert await county.ask(ADMIN, asked) == {
        "then": {"path": NEXT_TOWNSHIP, "code": "990101002"},
        "after": None,
        "now": {"path": NEXT_TOWNSHIP, "code": "990121002"},
    }
    async with county.begin() as uow:
        area = await uow.areas.get(NEXT_TOWNSHIP)
        with pytest.raises(UnknownArea):
            await area_by_code(uow, SYSTEM_ACTOR, code="990101002")
    told = await county.events(area.id)
    assert [(event.code, event.path) for event in told if isinstance(event, events_pb2.AreaChanged)] == [
        ("990101002", NEXT_TOWNSHIP),
        ("990121002", NEXT_TOWNSHIP),
    ]


@pytest.mark.parametrize(
    ("place", "refusal"),
    [
        pytest.param(new(VILLAGE, "990101001999"), AreaPathTaken, id="the path is taken"),
        pytest.param(new("99/01/01/001/301/", "990101001201"), AreaCodeTaken, id="the code is taken"),
        pytest.param(new("99/01/01/009/301/", "990101009301"), ParentAreaMissing, id="nothing above it"),
        pytest.param(new("99/01/01/001/302/", "990101001"), MalformedAreaCode, id="the code of a township"),
    ],
)
async def test_what_does_not_fit_the_tree_is_not_added(
    county: County, place: NewArea, refusal: type[InvalidInput]
) -> None:
    async with county.begin() as uow:
        before = await uow.areas.count_under(COUNTY, None)

    with pytest.raises(refusal):
        async with county.begin() as uow:
            await add_areas(uow, SYSTEM_ACTOR, [place])

    async with county.begin() as uow:
        assert await uow.areas.count_under(COUNTY, None) == before


async def test_an_area_is_added_once(county: County) -> None:
    add = """mutation ($input: AddAreaInput!) { addArea(input: $input) {
        ... on Area { path level code } ... on Refused { code } } }"""
    asked = {
        "path": "99/01/01/001/401/",
        "code": "990101001401",
        "name": "New Village",
        "lat": 40.5,
        "lon": 75.5,
        "validFrom": "2020-09-01",
        "idempotencyKey": "new-village",
    }

    first = await county.ask(ADMIN, add, {"input": asked})
    second = await county.ask(ADMIN, add, {"input": asked})
    not_hers = await county.ask(SPECIALIST, add, {"input": asked})

    assert first == second == {"addArea": {"path": "99/01/01/001/401/", "level": "VILLAGE", "code": "990101001401"}}
    assert not_hers == {"addArea": {"code": "FORBIDDEN"}}
