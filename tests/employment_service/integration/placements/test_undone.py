"""What a step brought with it comes back when the worker takes the step back: seats, trips home, clocks, other posts."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

from employment_service.offers.service import withdraw
from employment_service.placements.contracts import record_contract
from employment_service.placements.domain import Placement, PlacementState
from employment_service.placements.leaving import confirm_return, end_placement, resign, take_back_step
from employment_service.placements.service import confirm_arrival, confirm_start, confirm_wage
from employment_service.trips.service import book_return_trip, book_travel
from tests.employment_service.factories import vacancy
from tests.employment_service.integration.placements.steps import CONTRACT, contracted, started, state_of
from tests.employment_service.town import EMPLOYER, STAFF, Town, as_worker

P = PlacementState


async def taken_back(town: Town, placed: Placement) -> Placement:
    async with town.begin(as_worker()) as uow:
        return await take_back_step(uow, placement_id=placed.id, expected_version=placed.version)


async def at_another_post(town: Town, number: int) -> Placement:
    """Arrived there, work not begun."""
    await town.add(vacancy(number))
    _, fresh = await town.accepted(vacancy_number=number)
    async with town.begin(EMPLOYER) as uow:
        fresh = await record_contract(uow, placement_id=fresh.id, contract=CONTRACT, expected_version=fresh.version)
    async with town.begin(as_worker()) as uow:
        return await confirm_arrival(uow, placement_id=fresh.id, on=None, expected_version=fresh.version)


async def begun(town: Town, placed: Placement) -> Placement:
    async with town.begin(as_worker()) as uow:
        return await confirm_start(uow, placement_id=placed.id, on=None, expected_version=placed.version)


async def test_the_wage_clock_runs_again_after_a_false_end_was_taken_back(town: Town) -> None:
    placed = await started(town)
    async with town.begin(EMPLOYER) as uow:
        placed = await end_placement(uow, placement_id=placed.id, how=P.ENDED, on=None, expected_version=placed.version)
    for day in (date(2020, 10, 26), date(2020, 11, 10), date(2020, 11, 20)):
        town.set_clock(day)
        await town.fire_timers()
    assert await town.count("wage_arrears") == 1

    await taken_back(town, placed)
    town.set_clock(date(2020, 11, 26), hour=0)
    await town.fire_timers()

    assert await town.count("wage_arrears", "month = '2020-10-01' and level = 'YELLOW'") == 1


async def test_a_booked_way_stands_again_with_the_step_it_belongs_to(town: Town) -> None:
    placed = await contracted(town)
    async with town.begin(as_worker()) as uow:
        placed = await book_travel(
            uow, placement_id=placed.id, on=None, expected_version=placed.version, leaves_on=date(2020, 9, 5)
        )
    async with town.begin(as_worker()) as uow:
        placed = await confirm_arrival(uow, placement_id=placed.id, on=None, expected_version=placed.version)
    assert await town.count("trips", "state = 'DONE'") == 1
    placed = await taken_back(town, placed)
    assert await town.count("trips", "state = 'BOOKED' and leaves_on = '2020-09-05'") == 1

    await withdraw(town.begin, as_worker(), offer_id=placed.offer_id)
    assert await town.count("trips", "state = 'CANCELLED'") == 1
    async with town.begin() as uow:
        gone = await uow.placements.get(placed.id)
    assert gone is not None
    assert (await taken_back(town, gone)).state is P.TRAVEL_BOOKED
    assert await town.count("trips", "state = 'BOOKED'") == await town.count("trips") == 1


async def test_a_trip_home_is_owed_again_when_coming_home_is_taken_back(town: Town) -> None:
    placed = await started(town)
    async with town.begin(as_worker()) as uow:
        placed = await resign(uow, placement_id=placed.id, return_trip=True)
    for booked, state in ((False, "WANTED"), (True, "BOOKED")):
        if booked:
            async with town.begin(STAFF) as uow:
                await book_return_trip(uow, placement_id=placed.id, leaves_on=date(2020, 9, 20))
        async with town.begin(as_worker()) as uow:
            placed = await confirm_return(uow, placement_id=placed.id, expected_version=placed.version)
        assert await town.count("trips", "direction = 'HOME' and state = 'DONE'") == 1
        placed = await taken_back(town, placed)
        assert await town.count("trips", f"direction = 'HOME' and state = '{state}'") == 1


async def test_every_post_that_a_start_ended_goes_on_when_the_start_is_taken_back(town: Town) -> None:
    working = await started(town)
    waiting = await at_another_post(town, 2)
    third = await begun(town, await at_another_post(town, 3))
    assert (await state_of(town, working), await state_of(town, waiting)) == (P.TRANSFERRED, P.TRANSFERRED)
    town.clock.advance(timedelta(days=1))
    async with town.begin(as_worker()) as uow:
        third = await resign(uow, placement_id=third.id, return_trip=False)
    third = await taken_back(town, third)

    await taken_back(town, third)

    assert (await state_of(town, working), await state_of(town, waiting)) == (P.STARTED, P.ARRIVED)
    assert await town.count("vacancy_places", "taken = 1") == 3


async def test_a_yes_withdrawn_in_error_stands_again_while_the_worker_is_at_work_elsewhere(town: Town) -> None:
    await started(town)
    await town.add(vacancy(2))
    made, placed = await town.accepted(vacancy_number=2)
    await withdraw(town.begin, as_worker(), offer_id=made.id)
    async with town.begin() as uow:
        gone = await uow.placements.get(placed.id)
    assert gone is not None

    assert (await taken_back(town, gone)).state is P.ACCEPTED


async def test_follow_ups_long_past_do_not_come_back_with_work_that_goes_on(town: Town) -> None:
    placed = await started(town)
    async with town.begin(EMPLOYER) as uow:
        placed = await end_placement(uow, placement_id=placed.id, how=P.ENDED, on=None, expected_version=placed.version)
    town.set_clock(date(2020, 12, 1))
    await taken_back(town, placed)
    await town.fire_timers()

    assert await town.count("follow_ups", "state = 'CANCELLED' and day in (7, 30)") == 2
    assert await town.count("follow_ups", "state = 'PLANNED' and day in (90, 180)") == 2


async def test_two_starts_of_one_worker_at_once_wait_for_each_other_and_end_in_one_post(town: Town) -> None:
    first = await contracted(town)
    async with town.begin(as_worker()) as uow:
        first = await confirm_arrival(uow, placement_id=first.id, on=None, expected_version=first.version)
    second = await at_another_post(town, 2)
    both = (first, second)

    results = await asyncio.gather(*(begun(town, each) for each in both), return_exceptions=True)

    assert sorted(type(each).__name__ for each in results) == ["Conflict", "Placement"]
    assert sorted([await state_of(town, each) for each in both]) == [P.STARTED, P.TRANSFERRED]
    assert await town.count("vacancy_places", "taken = 1") == 1


async def test_a_wage_of_a_start_that_was_taken_back_makes_no_later_work_steady(town: Town) -> None:
    placed = await started(town)
    async with town.begin(as_worker()) as uow:
        placed = await confirm_wage(
            uow, placement_id=placed.id, month=date(2020, 9, 1), cents=None, expected_version=placed.version
        )
    placed = await taken_back(town, placed)
    town.set_clock(date(2020, 11, 2))
    placed = await begun(town, placed)
    town.set_clock(date(2021, 2, 2))
    for month, state in ((date(2020, 11, 1), P.STARTED), (date(2020, 12, 1), P.STARTED), (date(2021, 1, 1), P.STABLE)):
        async with town.begin(as_worker()) as uow:
            placed = await confirm_wage(
                uow, placement_id=placed.id, month=month, cents=None, expected_version=placed.version
            )
        assert placed.state is state
        town.clock.advance(timedelta(hours=1))
