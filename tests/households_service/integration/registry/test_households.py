"""Households through the graph: who sees whom, lists, and what is told to the other services."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text

from chassis.identity import Actor, Role
from contracts.households.v1 import events_pb2
from households_service.members.tables import members
from households_service.registry.domain import Household, MonitoringCategory
from households_service.registry.tables import households
from tests.households_service.county import (
    ADMIN,
    EMPLOYER,
    REVIEWER,
    SPECIALIST,
    STRANGER,
    SUPERVISOR,
    SUPPORT_OFFICER,
    County,
)
from tests.households_service.factories import (
    COUNTY,
    NEXT_VILLAGE,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    id_number,
)

REGISTER = """
mutation ($input: RegisterHouseholdInput!) {
  registerHousehold(input: $input) {
    __typename
    ... on Household {
      code version monitoringCategory monitoringCategoryLabel area { name code parent { name } }
      members { displayName birthYear ageBand relation relationLabel head idNumberMasked phoneMasked }
      memberCount
    }
    ... on Refused { code message field }
  }
}
"""
LIST = "query ($filter: HouseholdFilterInput, $area: AreaPath) { households(area: $area, filter: $filter, first: 100) { totalCount edges { node { id code } } } }"


def asked(code: str, **changes: object) -> dict[str, object]:
    return {
        "code": code,
        "areaPath": VILLAGE,
        "monitoringCategory": "NEAR_POOR_AT_RISK",
        "idempotencyKey": f"key-{code}",
        "members": [
            {"name": "Fa Ther", "relation": "HEAD", "idNumber": id_number(order=501), "phone": "13900000000"},
            {"name": "Chi Ld", "relation": "CHILD", "dateOfBirth": "2012-05-01", "inSchool": True},
        ],
        **changes,
    }


@pytest.fixture(scope="module")
async def village(county: County) -> list[Household]:
    """Three households in two villages, and one in the next township."""
    return [
        await county.register(category=MonitoringCategory.SUDDEN_HARDSHIP),
        await county.register(category=MonitoringCategory.NONE),
        await county.register(area_path=OTHER_VILLAGE),
        await county.register(area_path=NEXT_VILLAGE),
    ]


async def test_a_household_is_registered_masked_and_told(county: County) -> None:
    data = await county.ask(REVIEWER, REGISTER, {"input": asked("HH-A")}, locale="zh-CN")

    assert data["registerHousehold"] == {
        "__typename": "Household",
        "code": "HH-A",
        "version": 1,
        "monitoringCategory": "NEAR_POOR_AT_RISK",
        "monitoringCategoryLabel": "边缘易致贫户",
        "area": {"name": "First Village", "code": "990101001201", "parent": {"name": "First Township"}},
        "members": [
            {
                "displayName": "F**",
                "birthYear": 1985,
                "ageBand": "FROM_18_TO_59",
                "relation": "HEAD",
                "relationLabel": "户主",
                "head": True,
                "idNumberMasked": "*" * 16 + id_number(order=501)[-2:],
                "phoneMasked": "*********00",
            },
            {
                "displayName": "C**",
                "birthYear": 2012,
                "ageBand": "FROM_6_TO_15",
                "relation": "CHILD",
                "relationLabel": "子女",
                "head": False,
                "idNumberMasked": None,
                "phoneMasked": None,
            },
        ],
        "memberCount": 2,
    }
    async with county.begin() as uow:
        household = (await uow.households.by_codes(["HH-A"]))["HH-A"]
    told = await county.events(household.id)
    assert [type(event).__name__ for event in told] == ["HouseholdChanged", "IncomeStatementChanged"]
    changed = told[0]
    assert isinstance(changed, events_pb2.HouseholdChanged)
    assert (changed.area_path, len(changed.members), changed.members[0].head) == (VILLAGE, 2, True)
    assert b"Ther" not in changed.SerializeToString()


async def test_nothing_personal_lies_open_in_the_table(county: County) -> None:
    await county.register()
    async with county.begin() as uow:
        rows = (await uow.connection.execute(select(members))).all()

    for row in rows:
        stored = b"|".join(bytes(value) for value in row if isinstance(value, bytes))
        assert b"Ther" not in stored
        assert b"990101" not in stored
        assert b"139" not in stored or row.phone_sealed is None or b"13900000000" not in stored


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        pytest.param({"areaPath": "99/01/01/001/"}, "NOT_A_VILLAGE", "areaPath", id="in a township"),
        pytest.param({"areaPath": "99/01/01/001/299/"}, "UNKNOWN_AREA", "areaPath", id="nowhere"),
        pytest.param({"areaPath": NEXT_VILLAGE}, "FORBIDDEN", None, id="beyond the reviewer's township"),
        pytest.param({"code": "a b"}, "MALFORMED_HOUSEHOLD_CODE", "code", id="code"),
        pytest.param({"registeredOn": "2099-01-01"}, "INVALID_INPUT", "registeredOn", id="tomorrow"),
        pytest.param({"members": []}, "HEAD_MISSING", "members", id="nobody"),
        pytest.param(
            {"members": [{"name": "X", "relation": "HEAD", "idNumber": "1.23E+17"}]},
            "ID_NUMBER_LOST_DIGITS",
            "members.0.idNumber",
            id="number from a spreadsheet",
        ),
        pytest.param({"members": [{"name": " ", "relation": "HEAD"}]}, "INVALID_INPUT", "name", id="no name"),
        pytest.param(
            {
                "members": [
                    {"name": "A", "relation": "HEAD", "idNumber": id_number(order=601)},
                    {"name": "B", "relation": "SPOUSE", "idNumber": id_number(order=601)},
                ]
            },
            "MEMBER_ALREADY_REGISTERED",
            "idNumber",
            id="the same person twice",
        ),
    ],
)
async def test_what_is_refused_registers_nothing(
    county: County, changes: dict[str, object], code: str, field: str | None
) -> None:
    async with county.begin() as uow:
        before = await uow.connection.scalar(select(func.count()).select_from(households))

    answer = await county.ask(REVIEWER, REGISTER, {"input": {**asked("HH-BAD"), **changes}})

    refused = answer["registerHousehold"]
    assert isinstance(refused, dict)
    assert (refused["code"], refused["field"]) == (code, field)
    async with county.begin() as uow:
        assert await uow.connection.scalar(select(func.count()).select_from(households)) == before


async def test_a_code_and_a_person_are_registered_once_even_beyond_what_the_caller_sees(county: County) -> None:
    other = await county.register(area_path=NEXT_VILLAGE)
    async with county.begin() as uow:
        number = (await uow.members.of_households([other.id]))[other.id][0].details.id_number

    code_taken = await county.ask(
        REVIEWER, REGISTER, {"input": asked(other.code, members=[{"name": "Some Body", "relation": "HEAD"}])}
    )
    person_taken = await county.ask(
        REVIEWER,
        REGISTER,
        {"input": asked("HH-TWICE", members=[{"name": "Fa Ther", "relation": "HEAD", "idNumber": number}])},
    )

    assert code_taken["registerHousehold"]["code"] == "HOUSEHOLD_CODE_TAKEN"  # type: ignore[index]
    assert person_taken["registerHousehold"]["code"] == "MEMBER_ALREADY_REGISTERED"  # type: ignore[index]


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

    assert {edge["node"]["id"] for edge in data["households"]["edges"]} & ours == expected  # type: ignore[index]
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
    assert [error["code"] for error in answer["errors"]] == ["FORBIDDEN"]  # type: ignore[attr-defined]


async def test_a_member_of_the_household_sees_it_and_the_own_familys_names(
    county: County, village: list[Household]
) -> None:
    mother = (await county.members_of(village[0]))[1]
    own = Actor(subject="family", roles=frozenset({Role.HOUSEHOLD}), member_id=mother)
    worker = Actor(subject="worker", roles=frozenset({Role.WORKER}), member_id=mother)
    document = "{ households { edges { node { id members { displayName } } } } }"

    family = await county.ask(own, document)
    herself = await county.ask(worker, document)

    assert family["households"]["edges"] == [  # type: ignore[index]
        {
            "node": {
                "id": str(village[0].id),
                "members": [{"displayName": name} for name in ("Fa Ther", "Mo Ther", "First Child", "Second Child")],
            }
        }
    ]
    assert herself["households"]["edges"][0]["node"]["members"] == [  # type: ignore[index]
        {"displayName": "F**"},
        {"displayName": "Mo Ther"},
        {"displayName": "F**"},
        {"displayName": "S**"},
    ]


async def test_lists_are_filtered_ordered_and_counted_only_if_asked(county: County, village: list[Household]) -> None:
    data = await county.ask(SUPERVISOR, LIST, {"filter": {"monitoringCategory": ["SUDDEN_HARDSHIP"]}})
    assert data["households"]["edges"] == [{"node": {"id": str(village[0].id), "code": village[0].code}}]  # type: ignore[index]
    assert data["households"]["totalCount"] == 1  # type: ignore[index]

    data = await county.ask(SUPERVISOR, LIST, {"filter": {"codePrefix": village[2].code[:-1]}, "area": TOWNSHIP})
    assert [edge["node"]["id"] for edge in data["households"]["edges"]] == [str(village[2].id)]  # type: ignore[index]

    data = await county.ask(SUPERVISOR, LIST, {"filter": {"codePrefix": "%"}})
    assert data["households"]["totalCount"] == 0  # type: ignore[index]

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
    assert wrong["errors"][0]["code"] == "INVALID_CURSOR"  # type: ignore[index]


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


async def test_an_assessment_needs_the_version_it_is_about(county: County) -> None:
    household = await county.register(category=MonitoringCategory.NONE)
    document = """mutation ($input: AssessHouseholdInput!) { assessHousehold(input: $input) {
        ... on Household { version monitoringCategory safeWater } ... on Refused { code field } } }"""
    change = {
        "householdId": str(household.id),
        "expectedVersion": 1,
        "monitoringCategory": "NEAR_POOR_AT_RISK",
        "safeWater": False,
    }

    first = await county.ask(ADMIN, document, {"input": change})
    second = await county.ask(ADMIN, document, {"input": change})

    assert first["assessHousehold"] == {"version": 2, "monitoringCategory": "NEAR_POOR_AT_RISK", "safeWater": False}
    assert second["assessHousehold"] == {"code": "VERSION_CONFLICT", "field": "expectedVersion"}


async def test_a_household_that_left_is_gone_from_lists_and_told(county: County) -> None:
    household = await county.register()
    document = """mutation ($input: RemoveHouseholdInput!) { removeHousehold(input: $input) {
        ... on Household { removedOn } ... on Refused { code } } }"""

    data = await county.ask(ADMIN, document, {"input": {"householdId": str(household.id), "expectedVersion": 1}})

    assert data["removeHousehold"] == {"removedOn": "2020-09-18"}
    listed = await county.ask(ADMIN, LIST, {"filter": {"codePrefix": household.code}})
    assert listed["households"]["totalCount"] == 0  # type: ignore[index]
    newest = (await county.events(household.id))[-1]
    assert isinstance(newest, events_pb2.HouseholdChanged)
    assert newest.removed is True
