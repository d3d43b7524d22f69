"""Water and prices speak of places: of whom they serve, and of nobody by name."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.households.v1 import events_pb2
from tests.households_service.county import ADMIN, County
from tests.households_service.departments import codes_of, fresh, record, send, tally
from tests.households_service.factories import VILLAGE

SERVE = """
mutation ($point: RegisterSupplyPointInput!, $serve: ServeHouseholdsInput!) {
  registerSupplyPoint(input: $point) { ... on SupplyPoint { number householdCount } ... on Refused { code } }
  serveHouseholds(input: $serve) { ... on SupplyPoint { number householdCount } ... on Refused { code field } }
}
"""


async def test_a25_one_water_report_is_one_event_with_the_thirty_homes_the_point_serves(county: County) -> None:
    families = [await county.register() for _ in range(30)]
    number = fresh("WP")
    data = await county.ask(
        ADMIN,
        SERVE,
        {
            "point": {"number": number, "name": "Lower well", "areaPath": VILLAGE},
            "serve": {"number": number, "householdIds": [str(one.id) for one in families], "since": "2020-01-01"},
        },
    )
    assert data["serveHouseholds"] == {"number": number, "householdCount": 30}
    async with county.begin() as uow:
        point = await uow.points.by_number(number)
    outage = record("OUTAGE", None, fresh("R"), supplyPointId=number, outageDays=7)

    batch = await send(county, "WATER", outage)
    again = await send(county, "WATER", outage)

    assert (tally(batch.account), tally(again.account)) == ((1, 1, 0, 0, 0), (1, 0, 0, 0, 1))
    (event,) = await county.events(point.id)
    assert isinstance(event, events_pb2.AreaConditionReported)
    assert sorted(event.household_ids) == sorted(str(one.id) for one in families)
    assert (event.point_id, event.version, event.part, event.parts, event.area_path) == (
        str(point.id),
        1,
        1,
        1,
        VILLAGE,
    )
    assert (event.water.supply_point_id, event.water.outage_days) == (number, 7)


async def test_a_household_has_one_point_at_a_time_and_who_is_served_depends_on_the_day(county: County) -> None:
    household = await county.register()
    old, new = fresh("WP"), fresh("WP")
    for number, since in ((old, "2020-01-01"), (new, "2020-09-01")):
        await county.ask(
            ADMIN,
            SERVE,
            {
                "point": {"number": number, "name": "Well", "areaPath": VILLAGE},
                "serve": {"number": number, "householdIds": [str(household.id)], "since": since},
            },
        )
    async with county.begin() as uow:
        points = await uow.points.by_numbers([old, new])
        august = await uow.points.served([one.id for one in points.values()], date(2020, 8, 31))
        september = await uow.points.served([one.id for one in points.values()], date(2020, 9, 1))
    assert august == [(points[old].id, household.id)]
    assert september == [(points[new].id, household.id)]


@pytest.mark.parametrize(
    ("department", "event", "values", "person", "issue"),
    [
        ("WATER", "OUTAGE", {"supplyPointId": "NOWHERE", "outageDays": 3}, None, ("supplyPointId", "SUPPLY_POINT_NOT_KNOWN")),
        ("WATER", "OUTAGE", {"supplyPointId": "WP", "outageDays": 3}, {"name": "X"}, ("person", "PERSON_NOT_ALLOWED")),
        ("WATER", "QUALITY_TEST", {"supplyPointId": "WP"}, None, ("qualityOk", "VALUE_MISSING")),
        ("AGRICULTURE", "PRICE_REPORT", {"commodityCode": "COTTON", "area": "880101", "priceIndex": "79.5"}, None, ("area", "AREA_NOT_KNOWN")),
    ],
)  # fmt: skip
async def test_a_report_about_no_known_place_or_about_a_person_is_rejected(  # noqa: PLR0917 - cases
    county: County,
    department: str,
    event: str,
    values: dict[str, object],
    person: dict[str, object] | None,
    issue: tuple[str, str],
) -> None:
    batch = await send(county, department, record(event, person, fresh("R"), **values))
    assert (tally(batch.account), await codes_of(county, batch)) == ((1, 0, 0, 1, 0), [issue])


async def test_agriculture_speaks_of_an_area_and_of_nobody(county: County) -> None:
    async with county.begin() as uow:
        area = (await uow.areas.by_paths([VILLAGE]))[VILLAGE]
    before = len(await county.events(area.id))
    batch = await send(
        county,
        "AGRICULTURE",
        record("PRICE_REPORT", None, fresh("R"), commodityCode="COTTON", area="990101001201", priceIndex="79.5"),
    )
    (event,) = (await county.events(area.id))[before:]
    assert tally(batch.account) == (1, 1, 0, 0, 0)
    assert isinstance(event, events_pb2.AreaConditionReported)
    assert (event.area_path, list(event.household_ids), event.agriculture.price_index) == (VILLAGE, [], "79.50")
