"""Lists of households, and how often the database is asked for them."""

from __future__ import annotations

import pytest

from households_service.registry.domain import Household
from tests.households_service.county import (
    REVIEWER,
    SUPERVISOR,
    County,
)
from tests.households_service.factories import (
    COUNTY,
    TOWNSHIP,
)
from tests.households_service.integration.registry.conftest import LIST


async def test_lists_are_filtered_ordered_and_counted_only_if_asked(county: County, village: list[Household]) -> None:
    data = await county.ask(SUPERVISOR, LIST, {"filter": {"monitoringCategory": ["SUDDEN_HARDSHIP"]}})
    assert data["households"]["edges"] == [{"node": {"id": str(village[0].id), "code": village[0].code}}]
    assert data["households"]["totalCount"] == 1

    data = await county.ask(SUPERVISOR, LIST, {"filter": {"codePrefix": village[2].code[:-1]}, "area": TOWNSHIP})
    assert [edge["node"]["id"] for edge in data["households"]["edges"]] == [str(village[2].id)]

    data = await county.ask(SUPERVISOR, LIST, {"filter": {"codePrefix": "%"}})
    assert data["households"]["totalCount"] == 0

    with county.statements() as sent:
        await county.ask(SUPERVISOR, "{ households { edges { cursor } } }")
    assert len(sent) == 1


@pytest.mark.parametrize("order", ["CODE", "CODE_DESCENDING", "NEWEST_FIRST"])
async def test_a_list_is_read_page_by_page(county: County, village: list[Household], order: str) -> None:
    document = """query ($order: HouseholdOrder!, $after: String) {
        households(orderBy: $order, first: 2, after: $after) {
          pageInfo { hasNextPage endCursor } edges { node { id code } } } }"""
    pages: list[dict[str, str]] = []
    after = None
    while True:
        page = (await county.ask(SUPERVISOR, document, {"order": order, "after": after}))["households"]
        assert isinstance(page, dict)
        pages += [edge["node"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    key = "id" if order == "NEWEST_FIRST" else "code"
    assert [node[key] for node in pages] == sorted((node[key] for node in pages), reverse=order != "CODE")
    assert {str(household.id) for household in village} <= {node["id"] for node in pages}
    wrong = await county.answer(
        SUPERVISOR, document, {"order": "CODE" if order != "CODE" else "NEWEST_FIRST", "after": after}
    )
    assert wrong["errors"][0]["code"] == "INVALID_CURSOR"


async def test_whatever_many_households_show_is_read_once(county: County, village: list[Household]) -> None:
    document = """{ households(first: 50) { edges { node { area { name } memberCount
        members { careDuties { kind } } supportOfficers { officer { displayName } } } } } }"""

    with county.statements() as sent:
        await county.ask(SUPERVISOR, document)

    # Page, areas (two slices share them), rules, members, pairings, duties; nobody is paired yet.
    assert len(sent) == 6


async def test_entities_of_other_subgraphs_are_read_in_one_batch(county: County, village: list[Household]) -> None:
    representations = [{"__typename": "Household", "id": str(household.id)} for household in village]
    document = "query ($of: [_Any!]!) { _entities(representations: $of) { ... on Household { id } } }"

    with county.statements() as sent:
        data = await county.ask(REVIEWER, document, {"of": representations})

    assert data["_entities"] == [{"id": str(household.id)} for household in village[:3]] + [None]
    assert len(sent) == 1


async def test_members_and_areas_are_entities_too(county: County, village: list[Household]) -> None:
    first, outside = (await county.members_of(village[0]))[0], (await county.members_of(village[3]))[0]
    document = """query ($of: [_Any!]!) { _entities(representations: $of) {
        ... on Member { id household { code } } ... on Area { name } } }"""

    data = await county.ask(
        REVIEWER,
        document,
        {
            "of": [
                {"__typename": "Member", "id": str(first)},
                {"__typename": "Member", "id": str(outside)},
                {"__typename": "Area", "path": COUNTY},
            ]
        },
    )

    assert data["_entities"] == [
        {"id": str(first), "household": {"code": village[0].code}},
        None,
        {"name": "Invented County"},
    ]
