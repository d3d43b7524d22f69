"""Travelling: alone is always possible, in a group nobody must, and own travel is paid without an application."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from employment_service.copies.domain import Point
from employment_service.policies.domain import EmploymentPolicy
from employment_service.trips.domain import subsidy_cents
from employment_service.vacancies.domain import Housing, Workplace
from employment_service.workers.domain import Wishes
from tests.employment_service.factories import COUNTY, MORNING, employer, id_of, terms, vacancy, worker
from tests.employment_service.integration.documents import (
    ACCEPT,
    BOOK,
    CHOOSE,
    GROUP_TRIP,
    TAKE_BACK,
    all_accept,
    contracted,
    nodes,
    recruit,
    step,
    understand,
)
from tests.employment_service.town import EMPLOYER, OTHER_EMPLOYER, STAFF, Json, Town, as_worker

OWED = """query($area: AreaPath!) { travelSubsidiesOwed(area: $area) {
    edges { node { placementId km amount { amount } owedOn paidOn } } } }"""
PAY = """mutation($input: PayTravelSubsidyInput!) { result: payTravelSubsidy(input: $input) {
    __typename ... on TravelSubsidy { paidOn } ... on Refused { code field } } }"""
GROUP = {"vacancyId": str(id_of(201)), "leavesOn": "2020-09-28", "meetingPlace": "Square", "idempotencyKey": "1"}


async def far_away(town: Town, lat: float, *, cities: int = 1) -> Json:
    """A contract for work so far from home, where workers are housed; the worker's own limits allow it."""
    await town.add_areas()
    await town.add_safeguards()
    place = Workplace(name="Far workshop", place=Point(lat=lat, lon=76.0))
    offered = vacancy(terms=vacancy().terms.of(terms(workplace=place, housing=Housing.FREE), number=1, at=MORNING))
    people = [worker(number, wishes=Wishes()) for number in range(1, cities + 1)]
    await town.add(employer(), offered, *people)
    made = await town.offer()
    given = await understand(town, 1, str(made.id))
    town.clock.advance(timedelta(hours=72))
    return await contracted(town, await town.mutate(as_worker(), ACCEPT, given))


async def arrive_and_start(town: Town, placement: Json) -> Json:
    for name in ("confirmArrival", "confirmStart"):
        given = {"placementId": placement["id"], "expectedVersion": placement["version"]}
        placement = await town.mutate(as_worker(), step(name), given)
    return placement


def test_the_tiers_of_the_policy_are_reached_from_their_kilometre_on() -> None:
    tiers = EmploymentPolicy().travel_subsidy

    assert [subsidy_cents(km, tiers) for km in (49.9, 50, 199, 200, 600, 1_199.9, 1_200, 4_000)] == [
        0, 20_000, 20_000, 30_000, 40_000, 40_000, 60_000, 60_000,
    ]  # fmt: skip


@pytest.mark.parametrize(("lat", "amount"), [(39.6, None), (40.2, "200.00"), (42.0, "300.00"), (51.0, "600.00")])
async def test_own_travel_is_paid_by_the_distance_without_an_application(
    town: Town, lat: float, amount: str | None
) -> None:
    placement = await far_away(town, lat)
    booked = await town.mutate(
        as_worker(), BOOK, {"placementId": placement["id"], "expectedVersion": placement["version"]}
    )
    await arrive_and_start(town, booked)

    owed = nodes((await town.ask(STAFF, OWED, {"area": COUNTY}))["travelSubsidiesOwed"])
    assert [each["amount"]["amount"] for each in owed] == ([] if amount is None else [amount])
    if amount is not None:
        paid = await town.mutate(STAFF, PAY, {"placementId": placement["id"]})
        assert paid["paidOn"] == "2020-09-21"
        assert (await town.mutate(STAFF, PAY, {"placementId": placement["id"]}))["code"] == "SUBSIDY_NOT_OWED"
        assert await town.ask(STAFF, OWED, {"area": COUNTY}) == {"travelSubsidiesOwed": {"edges": []}}


async def test_leaving_does_not_cost_the_subsidy_and_a_start_that_never_was_owes_none(town: Town) -> None:
    placement = await far_away(town, 42.0)
    booked = await town.mutate(
        as_worker(), BOOK, {"placementId": placement["id"], "expectedVersion": placement["version"]}
    )
    at_work = await arrive_and_start(town, booked)
    document = "mutation($input: ResignInput!) { result: resign(input: $input) { __typename } }"
    await town.mutate(as_worker(), document, {"placementId": at_work["id"]})
    assert await town.count("travel_subsidies", "cents = 30000") == 1

    for version in (at_work["version"] + 1, at_work["version"] + 2):
        await town.mutate(as_worker(), TAKE_BACK, {"placementId": at_work["id"], "expectedVersion": version})
    assert await town.count("travel_subsidies") == 0


async def test_amounts_and_months_are_those_of_the_areas_policy(town: Town) -> None:
    async with town.begin() as uow:
        await uow.policies.add(
            EmploymentPolicy(
                version="c",
                area_path=COUNTY,
                valid_from=date(2020, 1, 1),
                travel_subsidy=((100, 50_000),),
                travel_subsidy_months=3,
            )
        )
    placement = await far_away(town, 42.0)
    booked = await town.mutate(
        as_worker(), BOOK, {"placementId": placement["id"], "expectedVersion": placement["version"]}
    )
    await arrive_and_start(town, booked)

    assert (
        await town.count("travel_subsidies", "cents = 50000 and owed_on = '2020-12-21' and policy_version = 'c'") == 1
    )
    assert (await town.mutate(STAFF, PAY, {"placementId": placement["id"]}))["code"] == "SUBSIDY_NOT_OWED"


async def test_who_travels_alone_is_booked_into_no_group_and_a_group_pays_its_people(town: Town) -> None:
    await town.ready(workers=3)
    await recruit(town)
    accepted = await all_accept(town, (1, 2, 3))
    placements = {number: await contracted(town, offer) for number, offer in accepted.items()}
    alone = placements[1]
    chosen = await town.mutate(
        as_worker(1),
        CHOOSE,
        {"placementId": alone["id"], "way": "OWN", "expectedVersion": alone["version"]},
    )
    trip = await town.mutate(STAFF, GROUP_TRIP, GROUP)

    assert trip["booked"] == 2
    refused = await town.mutate(
        STAFF,
        BOOK,
        {"placementId": alone["id"], "way": "GROUP", "groupTripId": trip["id"], "expectedVersion": chosen["version"]},
    )
    assert refused["code"] == "TRAVELS_ALONE"
    own = await town.mutate(
        as_worker(1), BOOK, {"placementId": alone["id"], "expectedVersion": chosen["version"], "leavesOn": "2020-09-27"}
    )
    assert own["steps"][-1]["reason"] == "OWN_TRAVEL"
    # Who changes their mind gets out of the group without anybody's leave.
    second = await town.mutate(
        as_worker(2),
        CHOOSE,
        {"placementId": placements[2]["id"], "way": "OWN", "expectedVersion": placements[2]["version"] + 1},
    )
    assert second["state"] == "TRAVEL_BOOKED"
    again = await town.mutate(STAFF, GROUP_TRIP, GROUP)
    assert (again["id"], again["booked"]) == (trip["id"], 1)


async def test_only_the_vacancys_own_employer_and_staff_arrange_its_trips(town: Town) -> None:
    await town.ready(workers=1)

    assert (await town.mutate(OTHER_EMPLOYER, GROUP_TRIP, GROUP))["code"] == "FORBIDDEN"
    assert (await town.mutate(as_worker(), GROUP_TRIP, GROUP))["code"] == "FORBIDDEN"
    assert (await town.mutate(EMPLOYER, GROUP_TRIP, GROUP | {"leavesOn": "2020-09-17"}))["field"] == "leavesOn"
    assert await town.count("group_trips") == 0


async def test_who_came_without_booking_anything_travelled_on_their_own(town: Town) -> None:
    await arrive_and_start(town, await far_away(town, 42.0))

    assert await town.count("travel_subsidies", "cents = 30000") == 1


async def test_nobody_is_booked_on_a_day_that_has_passed_and_nothing_is_paid_before_it_is_owed(town: Town) -> None:
    placement = await far_away(town, 42.0)
    trip = await town.mutate(EMPLOYER, GROUP_TRIP, GROUP | {"leavesOn": "2020-09-22"})
    assert trip["booked"] == 1
    given = {"placementId": placement["id"], "expectedVersion": placement["version"] + 1}
    back = await town.mutate(as_worker(), TAKE_BACK, given)
    given |= {"expectedVersion": back["version"]}
    assert (await town.mutate(as_worker(), BOOK, given | {"leavesOn": "2020-09-20"}))["field"] == "leavesOn"
    town.set_clock(date(2020, 9, 23))
    # Asked twice, it is one trip, also once its day has passed.
    assert (await town.mutate(EMPLOYER, GROUP_TRIP, GROUP | {"leavesOn": "2020-09-22"}))["id"] == trip["id"]
    left = await town.mutate(as_worker(), BOOK, given | {"way": "GROUP", "groupTripId": trip["id"]})
    assert (left["code"], left["field"]) == ("INVALID_INPUT", "groupTripId")

    booked = await town.mutate(as_worker(), BOOK, given | {"leavesOn": "2020-09-23"})
    chosen = {"placementId": booked["id"], "way": "OWN", "expectedVersion": booked["version"]}
    again = await town.mutate(as_worker(), CHOOSE, chosen)
    assert await town.count("trips", "state = 'BOOKED' and leaves_on = '2020-09-23'") == 1
    await arrive_and_start(town, again)
    early = await town.mutate(STAFF, PAY, {"placementId": placement["id"], "on": "2020-09-22"})
    assert (early["code"], early["field"]) == ("INVALID_INPUT", "on")
