"""Households through the graph: registered, assessed, gone, and told to the other services."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from contracts.households.v1 import events_pb2
from households_service.members.tables import members
from households_service.registry.domain import MonitoringCategory
from households_service.registry.tables import households
from tests.households_service.county import (
    ADMIN,
    REVIEWER,
    County,
)
from tests.households_service.factories import (
    NEXT_VILLAGE,
    VILLAGE,
    id_number,
)
from tests.households_service.integration.registry.conftest import LIST

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

    assert code_taken["registerHousehold"]["code"] == "HOUSEHOLD_CODE_TAKEN"
    assert person_taken["registerHousehold"]["code"] == "MEMBER_ALREADY_REGISTERED"


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
    assert listed["households"]["totalCount"] == 0
    newest = (await county.events(household.id))[-1]
    assert isinstance(newest, events_pb2.HouseholdChanged)
    assert newest.removed is True
