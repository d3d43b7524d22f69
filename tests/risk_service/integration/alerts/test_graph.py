"""Alerts through the graph: who sees what, in how many queries."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chassis.errors import Forbidden
from chassis.identity import Actor, Role
from risk_service.policy.domain import RiskFactor
from tests.risk_service.desk import (
    ADMIN,
    APPROVER,
    ELSEWHERE,
    NEIGHBOUR,
    SPECIALIST,
    STAFF,
    SUPPORT,
    UNPAIRED,
    Desk,
    Family,
)
from tests.risk_service.factories import COUNTY, VILLAGE

HOUSEHOLD = """query H($id: ID!) { _entities(representations: [{__typename: "Household", id: $id}]) {
    ... on Household { openAlerts { factor level } } } }"""
ALERT = "query A($id: ID!) { alert(id: $id) { level } }"
LIST = """query L($area: AreaPath, $filter: AlertFilterInput, $order: AlertOrder! = NEWEST_FIRST, $first: Int,
    $after: String) { alerts(area: $area, filter: $filter, orderBy: $order, first: $first, after: $after) {
      totalCount pageInfo { hasNextPage endCursor } edges { node { id level household { id } } } } }"""


async def warned(desk: Desk, amount: str, key: str, *, area_path: str = VILLAGE) -> Family:
    family = await desk.family(area_path=area_path)
    await desk.bill(family, amount, record_id=key)
    return family


SUPERVISOR = Actor(subject="supervisor-1", roles=frozenset({Role.SUPERVISOR}), areas=(COUNTY,))
WORKER = Actor(subject="worker-1", roles=frozenset({Role.WORKER}))
EMPLOYER = Actor(subject="employer-1", roles=frozenset({Role.EMPLOYER}), employer_id="e-1")
OTHER_MEMBER = Actor(subject="m-9", roles=frozenset({Role.HOUSEHOLD}), member_id=None)


@pytest.mark.parametrize(
    ("_case", "actor", "sees"),
    [
        ("specialist of the village", SPECIALIST, True),
        ("paired officer", SUPPORT, True),
        ("county approver", APPROVER, True),
        ("county admin", ADMIN, True),
        ("supervisor", SUPERVISOR, True),
        ("specialist of another village", NEIGHBOUR, False),
        ("officer not paired", UNPAIRED, False),
        ("another county", ELSEWHERE, False),
        ("employment staff", STAFF, False),
        ("worker", WORKER, False),
        ("employer", EMPLOYER, False),
        ("household without a member", OTHER_MEMBER, False),
    ],
)
async def test_who_sees_a_household_s_alerts(desk: Desk, _case: str, actor: Actor, sees: bool) -> None:
    family = await warned(desk, "10318.18", f"see-{_case}")
    (alert,) = await desk.open_alerts(family)

    answer = await desk.answer(actor, HOUSEHOLD, {"id": str(family.id)})
    entity = answer["data"]["_entities"][0]
    one = await desk.answer(actor, ALERT, {"id": str(alert.id)})
    if sees:
        assert entity == {"openAlerts": [{"factor": "ILLNESS", "level": "RED"}]}
        assert one == {"data": {"alert": {"level": "RED"}}}
    else:
        assert entity == {"openAlerts": None}
        assert [error["code"] for error in answer["errors"]] == ["FORBIDDEN"]
        assert one["data"] == {"alert": None}


async def test_a_household_sees_its_own_alerts_and_no_other_s(desk: Desk) -> None:
    own, other = await warned(desk, "2500.00", "own-1"), await warned(desk, "2500.00", "own-2")

    data = await desk.ask(own.actor(), HOUSEHOLD, {"id": str(own.id)})
    assert data["_entities"] == [{"openAlerts": [{"factor": "ILLNESS", "level": "YELLOW"}]}]
    answer = await desk.answer(own.actor(), HOUSEHOLD, {"id": str(other.id)})
    assert [error["code"] for error in answer["errors"]] == ["FORBIDDEN"]
    data = await desk.ask(own.actor(), LIST)
    assert [edge["node"]["household"]["id"] for edge in data["alerts"]["edges"]] == [str(own.id)]


async def test_the_household_is_told_the_rule_in_its_language(desk: Desk) -> None:
    family = await warned(desk, "2500.00", "rule-1")
    document = """{ alerts(filter: {status: [OPEN]}) { edges { node { ruleText policyVersion policyHash
        thresholds { yellowOver { amount } redOver { amount } }
        countedCosts { department recordId occurredOn inAmount amount { amount currency } } } } } }"""

    data = await desk.ask(family.actor(), document, locale="zh-CN")
    (edge,) = data["alerts"]["edges"]
    node = edge["node"]
    assert node["ruleText"].startswith("按政策年度累计")
    assert (node["policyVersion"], len(node["policyHash"])) == ("county-990101@2020.3", 64)
    assert node["thresholds"] == {"yellowOver": {"amount": "2000.00"}, "redOver": {"amount": "3000.00"}}
    assert node["countedCosts"] == [
        {
            "department": "HEALTH_INSURANCE",
            "recordId": "rule-1",
            "occurredOn": "2020-09-18",
            "inAmount": True,
            "amount": {"amount": "2500.00", "currency": "CNY"},
        }
    ]


async def test_alerts_are_filtered_ordered_and_paged(desk: Desk) -> None:
    village = "99/01/01/003/201/"
    families: list[Family] = []
    for number, amount in enumerate(["2500.00", "3500.00", "2600.00", "3600.00"]):
        desk.clock.advance(timedelta(minutes=1))
        families.append(await warned(desk, amount, f"page-{number}", area_path=village))
    names = {str(family.id): number for number, family in enumerate(families)}

    async def read(**variables: object) -> tuple[list[int], dict[str, object], object]:
        found = (await desk.ask(APPROVER, LIST, {"area": village, **variables}))["alerts"]
        assert isinstance(found, dict)
        numbers = [names[edge["node"]["household"]["id"]] for edge in found["edges"]]
        return numbers, found["pageInfo"], found["totalCount"]

    assert (await read())[0] == [3, 2, 1, 0]
    assert (await read(order="OLDEST_FIRST"))[0] == [0, 1, 2, 3]
    assert (await read(order="MOST_URGENT_FIRST"))[0] == [1, 3, 0, 2]
    assert (await read(filter={"level": ["RED"]}))[0] == [3, 1]
    assert (await read(filter={"householdId": str(families[2].id)}))[0] == [2]
    for order, expected in [("NEWEST_FIRST", [3, 2, 1, 0]), ("MOST_URGENT_FIRST", [1, 3, 0, 2])]:
        seen: list[int] = []
        after: object = None
        while True:
            numbers, page, total = await read(order=order, first=3, after=after)
            seen, after = seen + numbers, page["endCursor"]
            assert total == 4
            if not page["hasNextPage"]:
                break
        assert seen == expected


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({"first": 101}, "PAGE_TOO_LARGE"),
        ({"first": 0}, "PAGE_TOO_LARGE"),
        ({"after": "bm9uc2Vuc2U"}, "INVALID_CURSOR"),
        ({"after": "WzAsIngiLCJ5Il0"}, "INVALID_CURSOR"),
        ({"area": "99/01/02/"}, "FORBIDDEN"),
        ({"filter": {"householdId": "x"}}, "INVALID_INPUT"),
    ],
)
async def test_a_wrong_page_is_refused_with_its_code(desk: Desk, variables: dict[str, object], code: str) -> None:
    answer = await desk.answer(APPROVER, LIST, variables)
    assert [error["code"] for error in answer["errors"]] == [code]


async def test_a_list_with_everything_about_each_alert_takes_few_queries(desk: Desk) -> None:
    village = "99/01/01/004/201/"
    for number in range(6):
        await warned(desk, "2500.00", f"n1-{number}", area_path=village)
    document = """query N($area: AreaPath) { alerts(area: $area) { edges { node { id
        history { kind } task { dueOn } visit { id } visits { id } clearance { id }
        household { openAlerts { id } alerts(first: 2) { edges { node { id } } } watchUntil
          assessment { likelihood } recommendedMeasures { type } } } } } }"""

    with desk.statements() as sent:
        data = await desk.ask(APPROVER, document, {"area": village})
    assert len(data["alerts"]["edges"]) == 6
    # The list; history, task, visits, clearance; sight (3); open alerts, pages, watch; assessments, who reads; measures (4).
    assert len(sent) == 17


async def test_fifty_households_are_resolved_together(desk: Desk) -> None:
    families = [await desk.family() for _ in range(5)]
    representations = [{"__typename": "Household", "id": str(family.id)} for family in families * 10]
    document = """query E($r: [_Any!]!) { _entities(representations: $r) { ... on Household {
        openAlerts { id } watchUntil assessment { likelihood } } } }"""

    with desk.statements() as sent:
        await desk.ask(APPROVER, document, {"r": representations})
    assert len(sent) == 7


async def test_the_wall_of_the_database_hides_other_counties_even_from_a_query_without_a_check(desk: Desk) -> None:
    family = await warned(desk, "2500.00", "wall-1")
    async with desk.begin(ELSEWHERE) as uow:
        assert await uow.alerts.open_of_household(family.id) == []
        assert await uow.copies.household(family.id) is None
        assert await uow.signals.current(family.id, RiskFactor.ILLNESS) == []
    async with desk.begin(SPECIALIST) as uow:
        assert len(await uow.alerts.open_of_household(family.id)) == 1


async def test_every_table_about_households_has_its_wall(desk: Desk) -> None:
    from sqlalchemy import text

    query = text(
        "select c.relname, c.relrowsecurity and c.relforcerowsecurity as walled from pg_class c"
        " join pg_attribute a on a.attrelid = c.oid and a.attname = 'area_path'"
        " join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public' where c.relkind = 'r'"
    )
    async with desk.begin() as uow:
        found = {row.relname: row.walled for row in await uow.connection.execute(query)}
    assert len(found) == 33
    # Lists of measures speak of no household, and hold in all areas below theirs.
    assert {table for table, walled in found.items() if not walled} == {"measure_catalogues"}


async def test_nobody_is_forbidden_from_a_role_that_was_never_declared() -> None:
    from risk_service.access import READ_ALERTS, policy

    with pytest.raises(Forbidden):
        policy.require(Actor(subject="x", roles=frozenset()), READ_ALERTS)
