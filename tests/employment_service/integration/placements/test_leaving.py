"""Out of work again: resigning, being let go, moving on (domain scenario A36), and who sees it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, update

from chassis.errors import Forbidden
from chassis.identity import Actor
from employment_service.placements.contracts import record_contract
from employment_service.placements.domain import CURRENT, PlacementState, StepNotPossible
from employment_service.placements.leaving import confirm_return, end_placement, resign
from employment_service.placements.service import confirm_arrival, confirm_start
from employment_service.placements.tables import placement_steps, placements
from tests.employment_service.factories import vacancy
from tests.employment_service.integration.placements.steps import CONTRACT, contracted, started, state_of
from tests.employment_service.town import EMPLOYER, HEAD, OTHER_EMPLOYER, SPECIALIST, STAFF, Town, as_worker


async def test_a_worker_resigns_at_once_and_nobody_is_asked(town: Town) -> None:
    placed = await started(town)
    for other in (EMPLOYER, STAFF, SPECIALIST, HEAD):
        with pytest.raises(Forbidden):
            async with town.begin(other) as uow:
                await resign(uow, placement_id=placed.id, return_trip=False)

    async with town.begin(as_worker()) as uow:
        left = await resign(uow, placement_id=placed.id, return_trip=True)

    assert (left.state, left.return_trip_wanted) == (PlacementState.RESIGNED, True)
    assert await town.count("vacancy_places", "taken = 0") == 1
    assert await town.count("follow_ups", "state <> 'CANCELLED'") == 0
    assert await town.work_states() == []
    async with town.begin(as_worker()) as uow:
        home = await confirm_return(uow, placement_id=placed.id, expected_version=left.version)
    assert home.state is PlacementState.RETURNED


@pytest.mark.parametrize("day", [date(2020, 9, 1), date(2020, 9, 10)])
async def test_a_worker_may_resign_before_work_begins(town: Town, day: date) -> None:
    placed = await contracted(town)
    town.set_clock(day)

    async with town.begin(as_worker()) as uow:
        left = await resign(uow, placement_id=placed.id, return_trip=False)

    assert left.state is PlacementState.RESIGNED


RESIGN = """mutation($input: ResignInput!) { result: resign(input: $input) {
    __typename ... on Placement { state returnTripWanted } ... on Refused { code } } }"""
CURRENT_STATES = sorted(CURRENT)


@pytest.mark.parametrize("state", CURRENT_STATES)
async def test_from_every_state_resigning_is_one_call(town: Town, state: PlacementState) -> None:
    placed = await contracted(town)
    async with town.begin() as uow:
        await uow.connection.execute(
            insert(placement_steps).values(
                placement_id=placed.id,
                number=len(placed.log) + 1,
                state=state.value,
                happened_on=placed.since,
                recorded_at=uow.now,
                recorded_by="test",
            )
        )
        await uow.connection.execute(update(placements).values(state=state.value))

    left = await town.mutate(as_worker(), RESIGN, {"placementId": str(placed.id)})

    assert left == {"__typename": "Placement", "state": "RESIGNED", "returnTripWanted": False}


async def test_a_second_tap_on_resign_is_no_error_and_may_ask_for_the_trip_home(town: Town) -> None:
    placed = await started(town)
    given = {"placementId": str(placed.id)}
    await town.mutate(as_worker(), RESIGN, given)
    before = await town.total_events()

    again = await town.mutate(as_worker(), RESIGN, given)
    home = await town.mutate(as_worker(), RESIGN, {**given, "returnTrip": True})
    kept = await town.mutate(as_worker(), RESIGN, given)

    assert (again["state"], again["returnTripWanted"]) == ("RESIGNED", False)
    assert (home["returnTripWanted"], kept["returnTripWanted"]) == (True, True)
    assert await town.total_events() == before
    assert await town.count("placement_steps", "state = 'RESIGNED'") == 1
    assert await town.count("vacancy_places", "taken = 0") == 1


async def test_how_a_placement_ended_is_the_workers_own(town: Town) -> None:
    placed = await started(town)
    async with town.begin(as_worker()) as uow:
        await resign(uow, placement_id=placed.id, return_trip=True)
    document = """query($id: ID!) { placement(id: $id) {
        state steps { state } returnTripWanted followUps { day } wages { month } workerName } }"""

    async def seen(actor: Actor) -> object:
        return (await town.ask(actor, document, {"id": str(placed.id)}))["placement"]

    to_others = {
        "state": "ENDED",
        "steps": [{"state": state} for state in ("ACCEPTED", "CONTRACTED", "ARRIVED", "STARTED", "ENDED")],
        "returnTripWanted": None,
        "followUps": None,
        "wages": None,
        "workerName": None,
    }
    assert await seen(EMPLOYER) == to_others
    assert await seen(STAFF) == to_others
    assert await seen(OTHER_EMPLOYER) is None
    assert await seen(SPECIALIST) is None
    own = await seen(as_worker())
    assert isinstance(own, dict)
    assert (own["state"], own["returnTripWanted"]) == ("RESIGNED", True)


async def test_another_post_is_a_new_offer_and_its_start_ends_the_old_one_as_a_transfer(town: Town) -> None:
    old = await started(town)
    await town.add(vacancy(2))
    made = await town.offer(vacancy_number=2)
    from employment_service.offers.service import accept

    shown = await town.understood(made)
    town.clock.advance(timedelta(hours=72))
    _, fresh = await accept(
        town.begin, as_worker(), offer_id=made.id, terms_hash=made.terms_hash, expected_version=shown.version
    )
    async with town.begin(EMPLOYER) as uow:
        fresh = await record_contract(uow, placement_id=fresh.id, contract=CONTRACT, expected_version=fresh.version)
    async with town.begin(as_worker()) as uow:
        fresh = await confirm_arrival(uow, placement_id=fresh.id, on=None, expected_version=fresh.version)
    assert await state_of(town, old) is PlacementState.STARTED
    async with town.begin(as_worker()) as uow:
        fresh = await confirm_start(uow, placement_id=fresh.id, on=None, expected_version=fresh.version)

    assert (fresh.state, await state_of(town, old)) == (PlacementState.STARTED, PlacementState.TRANSFERRED)


async def test_an_employer_records_that_it_ended_the_work_but_never_that_the_worker_left(town: Town) -> None:
    placed = await started(town)
    with pytest.raises(StepNotPossible):
        async with town.begin(EMPLOYER) as uow:
            await end_placement(
                uow, placement_id=placed.id, how=PlacementState.RESIGNED, on=None, expected_version=placed.version
            )
    async with town.begin(EMPLOYER) as uow:
        ended = await end_placement(
            uow,
            placement_id=placed.id,
            how=PlacementState.EMPLOYER_TERMINATED,
            on=None,
            expected_version=placed.version,
        )
    assert ended.state is PlacementState.EMPLOYER_TERMINATED
