"""A worker who is not content: another post without a day's gap, or home at once (A30, first half)."""

from __future__ import annotations

from datetime import date, timedelta

from chassis.identity import Actor
from contracts.employment.v1 import events_pb2
from employment_service.placements.domain import Placement
from employment_service.workers.service import update_profile
from tests.employment_service.factories import COUNTY, MORNING, id_of, terms, vacancy
from tests.employment_service.integration.documents import (
    ACCEPT,
    PLACEMENT,
    RESIGN,
    TAKE_BACK,
    contracted,
    nodes,
    offers_of,
    step,
    understand,
)
from tests.employment_service.integration.placements.steps import started
from tests.employment_service.town import ADMIN, EMPLOYER, HEAD, MONITOR, SPECIALIST, STAFF, Json, Town, as_worker

ANOTHER = f"mutation($id: ID!) {{ result: askForAnotherPost(placementId: $id) {{ {PLACEMENT} }} }}"
READ = """query($id: ID!) { placement(id: $id) { state version workedSince anotherPostAsked
    follows { id state } followedBy { id state } } }"""
HOME = """query($area: AreaPath!) { tripsHome(area: $area) {
    totalCount edges { node { placementId workerName trip { direction state leavesOn } } } } }"""
BOOK_HOME = """mutation($input: BookReturnTripInput!) { result: bookReturnTrip(input: $input) {
    __typename ... on TripHome { trip { state leavesOn } } ... on Refused { code } } }"""


async def shared_start(town: Town) -> Placement:
    """Started on 2020-09-12, shown to the household."""
    placed = await started(town)
    async with town.begin(as_worker()) as uow:
        await update_profile(uow, expected_version=1, shares_work_state=True)
    assert await town.work_states() == [("STARTED", "2020-09-12")]
    return placed


async def moved(town: Town) -> tuple[Placement, Json]:
    """Asks for another post at the loading ramp, is offered sewing, decides, and starts there on 2020-09-20."""
    old = await shared_start(town)
    asked = (await town.ask(as_worker(), ANOTHER, {"id": str(old.id)}))["result"]
    assert asked["state"] == "STARTED"
    assert (await town.ask(STAFF, READ, {"id": str(old.id)}))["placement"]["anotherPostAsked"] is True
    better = vacancy(
        2, terms=vacancy().terms.of(terms(task="Packing", monthly_wage_cents=310_000), number=1, at=MORNING)
    )
    await town.add(better)
    made = await town.offer(vacancy_number=2)
    given = await understand(town, 1, str(made.id))
    town.set_clock(date(2020, 9, 18))
    accepted = await town.mutate(as_worker(), ACCEPT, given)
    placement = await contracted(town, accepted, monthlyWage="3100")
    for day, name in ((19, "confirmArrival"), (20, "confirmStart")):
        town.set_clock(date(2020, 9, day))
        given = {"placementId": placement["id"], "expectedVersion": placement["version"]}
        placement = await town.mutate(as_worker(), step(name), given)
    return old, placement


async def test_a_transfer_closes_one_placement_and_opens_a_linked_one_without_a_gap(town: Town) -> None:
    old, new = await moved(town)

    before = (await town.ask(as_worker(), READ, {"id": str(old.id)}))["placement"]
    after = (await town.ask(as_worker(), READ, {"id": new["id"]}))["placement"]
    assert (before["state"], before["followedBy"]) == ("TRANSFERRED", {"id": new["id"], "state": "STARTED"})
    assert (after["state"], after["follows"]) == ("STARTED", {"id": str(old.id), "state": "TRANSFERRED"})
    assert after["workedSince"] == "2020-09-12"
    # Told once, at the first start: neither an end nor another day since when.
    assert await town.work_states() == [("STARTED", "2020-09-12")]
    async with town.begin() as uow:
        (shared,) = await uow.placements.shared_states()
    assert str(shared.placement.id) == new["id"]
    assert (await town.ask(STAFF, READ, {"id": new["id"]}))["placement"]["follows"] is None
    assert await town.count("vacancy_places", f"taken = 0 and vacancy_id = '{id_of(201)}'") == 1


async def test_a_start_taken_back_lets_the_earlier_post_go_on_and_nothing_was_ever_interrupted(town: Town) -> None:
    old, new = await moved(town)
    given = {"placementId": new["id"], "expectedVersion": new["version"]}
    back = await town.mutate(as_worker(), TAKE_BACK, given)

    assert back["state"] == "ARRIVED"
    again = (await town.ask(as_worker(), READ, {"id": str(old.id)}))["placement"]
    assert (again["state"], again["followedBy"], again["workedSince"]) == ("STARTED", None, "2020-09-12")
    assert await town.work_states() == [("STARTED", "2020-09-12")]
    assert await town.count("vacancy_places", "taken = 1") == 2


async def test_steady_work_that_moves_on_is_told_as_work_since_its_first_day(town: Town) -> None:
    old, new = await moved(town)
    del old
    for day, month in (
        (date(2020, 10, 12), "2020-09"),
        (date(2020, 11, 12), "2020-10"),
        (date(2020, 12, 20), "2020-11"),
    ):
        town.set_clock(day)
        version = (await town.ask(as_worker(), READ, {"id": new["id"]}))["placement"]["version"]
        document = """mutation($input: ConfirmWageInput!) { result: confirmWage(input: $input) { __typename } }"""
        given = {"placementId": new["id"], "month": month, "expectedVersion": version}
        assert (await town.mutate(as_worker(), document, given))["__typename"] == "Placement"

    assert await town.work_states() == [("STARTED", "2020-09-12"), ("STABLE", "2020-12-20")]


async def test_going_home_takes_effect_at_once_with_a_funded_trip_and_nobody_can_stop_it(town: Town) -> None:
    placed = await started(town)
    events = await town.total_events()
    wish = {"placementId": str(placed.id), "returnTrip": True, "reason": "GOES_HOME"}
    others: tuple[Actor, ...] = (STAFF, EMPLOYER, ADMIN, HEAD, SPECIALIST, MONITOR)
    for other in others:
        assert (await town.mutate(other, RESIGN, wish))["code"] == "FORBIDDEN"

    left = await town.mutate(as_worker(), RESIGN, wish)

    assert left["state"] == "RESIGNED"
    # No word of it to others: the household sees nothing, and nothing that touches aid is told to anybody.
    assert await town.total_events() == events + 1
    assert len(await town.events(events_pb2.VacancyChanged)) >= 1
    assert await town.work_states() == []
    (trip,) = nodes((await town.ask(STAFF, HOME, {"area": COUNTY}))["tripsHome"])
    assert trip == {
        "placementId": str(placed.id),
        "workerName": "Invented Person 1",
        "trip": {"direction": "HOME", "state": "WANTED", "leavesOn": None},
    }
    booked = await town.mutate(STAFF, BOOK_HOME, {"placementId": str(placed.id), "leavesOn": "2020-09-13"})
    assert booked["trip"] == {"state": "BOOKED", "leavesOn": "2020-09-13"}
    assert await town.ask(STAFF, HOME, {"area": COUNTY}) == {"tripsHome": {"totalCount": 0, "edges": []}}


async def test_whoever_was_let_go_gets_the_trip_home_too_so_that_it_tells_nothing(town: Town) -> None:
    placed = await started(town)
    document = f"mutation($input: EndPlacementInput!) {{ result: endPlacement(input: $input) {{ {PLACEMENT} }} }}"
    given = {"placementId": str(placed.id), "how": "EMPLOYER_TERMINATED", "expectedVersion": placed.version}
    await town.mutate(EMPLOYER, document, given)
    wish = f"mutation($id: ID!) {{ result: askForReturnTrip(placementId: $id) {{ {PLACEMENT} }} }}"
    for _ in range(2):
        assert (await town.ask(as_worker(), wish, {"id": str(placed.id)}))["result"]["__typename"] == "Placement"

    assert (await town.ask(STAFF, HOME, {"area": COUNTY}))["tripsHome"]["totalCount"] == 1


async def test_asking_for_another_post_lets_offers_through_after_an_earlier_no(town: Town) -> None:
    placed = await started(town)
    await town.add(vacancy(2), vacancy(3))
    made = await town.offer(vacancy_number=2)
    document = "mutation($input: OfferInput!) { result: declineOffer(input: $input) { __typename } }"
    await town.mutate(as_worker(), document, {"offerId": str(made.id)})
    town.clock.advance(timedelta(days=1))
    assert (await town.ask(as_worker(), ANOTHER, {"id": str(placed.id)}))["result"]["__typename"] == "Placement"
    await town.offer(vacancy_number=3)

    newest, *_ = await offers_of(town, 1)
    assert newest["vacancy"]["id"] == str(id_of(203))
