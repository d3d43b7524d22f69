"""From a yes to steady work (domain scenarios A29, A30)."""

from __future__ import annotations

from datetime import date

import pytest

from chassis.errors import Forbidden, InvalidInput
from chassis.identity import Actor
from employment_service.placements.contracts import record_contract
from employment_service.placements.domain import (
    MonthNotWorked,
    Placement,
    PlacementState,
    StepNotPossible,
    WageAlreadyConfirmed,
)
from employment_service.placements.leaving import resign, take_back_step
from employment_service.placements.service import confirm_arrival, confirm_start, confirm_wage
from employment_service.trips.service import book_travel
from employment_service.workers.service import update_profile
from tests.employment_service.factories import id_of
from tests.employment_service.integration.placements.steps import CONTRACT, contracted, started, state_of
from tests.employment_service.town import EMPLOYER, HEAD, OTHER_EMPLOYER, SPECIALIST, STAFF, Town, as_worker


async def wage(town: Town, placed: Placement, month: date) -> Placement:
    async with town.begin(as_worker()) as uow:
        return await confirm_wage(
            uow, placement_id=placed.id, month=month, cents=300_000, expected_version=placed.version
        )


async def test_work_is_stable_three_months_after_the_start_with_three_wages_the_worker_confirmed(town: Town) -> None:
    placed = await started(town)
    assert (placed.state, placed.since) == (PlacementState.STARTED, date(2020, 9, 12))
    town.set_clock(date(2020, 12, 11))
    for month in (date(2020, 9, 1), date(2020, 10, 1), date(2020, 11, 1)):
        placed = await wage(town, placed, month)
    await town.fire_timers()
    assert await state_of(town, placed) is PlacementState.STARTED

    town.set_clock(date(2020, 12, 12), hour=0)
    await town.fire_timers()

    async with town.begin() as uow:
        stable = await uow.placements.get(placed.id)
    assert stable is not None
    assert (stable.state, stable.since) == (PlacementState.STABLE, date(2020, 12, 12))


async def test_three_months_without_the_third_confirmed_wage_are_not_stable(town: Town) -> None:
    placed = await started(town)
    town.set_clock(date(2020, 12, 20))
    await town.fire_timers()
    for month in (date(2020, 9, 1), date(2020, 10, 1)):
        placed = await wage(town, placed, month)
    assert placed.state is PlacementState.STARTED

    placed = await wage(town, placed, date(2020, 11, 1))

    assert (placed.state, placed.since) == (PlacementState.STABLE, date(2020, 12, 20))


async def test_only_the_worker_confirms_a_wage_and_each_month_once(town: Town) -> None:
    placed = await started(town)
    for other in (EMPLOYER, STAFF, HEAD, as_worker(2)):
        with pytest.raises(Forbidden):
            async with town.begin(other) as uow:
                await confirm_wage(
                    uow, placement_id=placed.id, month=date(2020, 9, 1), cents=None, expected_version=placed.version
                )
    placed = await wage(town, placed, date(2020, 9, 1))
    with pytest.raises(WageAlreadyConfirmed):
        await wage(town, placed, date(2020, 9, 1))
    for month in (date(2020, 8, 1), date(2020, 10, 1)):
        with pytest.raises(MonthNotWorked):
            await wage(town, placed, month)
    assert await town.count("wage_confirmations") == 1


async def test_arrival_is_not_yet_work_and_a_step_cannot_be_skipped(town: Town) -> None:
    placed = await contracted(town)
    with pytest.raises(StepNotPossible):
        async with town.begin(as_worker()) as uow:
            await confirm_start(uow, placement_id=placed.id, on=None, expected_version=placed.version)
    with pytest.raises(InvalidInput):
        async with town.begin(as_worker()) as uow:
            await confirm_arrival(uow, placement_id=placed.id, on=date(2020, 9, 2), expected_version=placed.version)


async def test_nobody_travels_or_arrives_without_a_contract(town: Town) -> None:
    await town.ready()
    _, placed = await town.accepted()

    with pytest.raises(StepNotPossible):
        async with town.begin(STAFF) as uow:
            await book_travel(uow, placement_id=placed.id, on=None, expected_version=placed.version)


async def test_an_employer_touches_only_placements_of_its_own(town: Town) -> None:
    await town.ready()
    _, placed = await town.accepted()

    with pytest.raises(Forbidden):
        async with town.begin(OTHER_EMPLOYER) as uow:
            await record_contract(uow, placement_id=placed.id, contract=CONTRACT, expected_version=placed.version)


async def test_the_worker_takes_back_a_step_that_somebody_else_recorded(town: Town) -> None:
    placed = await contracted(town)
    town.set_clock(date(2020, 9, 10))
    async with town.begin(EMPLOYER) as uow:
        placed = await confirm_arrival(uow, placement_id=placed.id, on=None, expected_version=placed.version)
    async with town.begin(as_worker()) as uow:
        placed = await take_back_step(uow, placement_id=placed.id, expected_version=placed.version)

    assert placed.state is PlacementState.CONTRACTED
    assert [step.state for step in placed.log] == [
        PlacementState.ACCEPTED,
        PlacementState.CONTRACTED,
        PlacementState.ARRIVED,
        PlacementState.CONTRACTED,
    ]
    with pytest.raises(Forbidden):
        async with town.begin(EMPLOYER) as uow:
            await take_back_step(uow, placement_id=placed.id, expected_version=placed.version)


async def test_work_shows_to_the_household_only_while_the_worker_lets_it(town: Town) -> None:
    placed = await started(town)
    document = "query($r: [_Any!]!) { _entities(representations: $r) { ... on Household { workingMembers { memberId state since } } } }"

    async def shown(actor: Actor) -> object:
        household = {"__typename": "Household", "id": str(id_of(501))}
        entities = (await town.ask(actor, document, {"r": [household]}))["_entities"]
        assert isinstance(entities, list)
        return entities[0]["workingMembers"]

    assert await shown(SPECIALIST) == []
    assert await town.work_states() == []

    async with town.begin(as_worker()) as uow:
        await update_profile(uow, expected_version=1, shares_work_state=True)
    member = {"memberId": str(id_of(401)), "state": "STARTED", "since": "2020-09-12"}
    assert await shown(SPECIALIST) == [member]
    assert await shown(as_worker()) == [member]
    assert await shown(EMPLOYER) == []
    assert await shown(HEAD) == []

    async with town.begin(as_worker()) as uow:
        await resign(uow, placement_id=placed.id, return_trip=False)
    assert await shown(SPECIALIST) == []
    assert await town.work_states() == [("STARTED", "2020-09-12"), ("NONE", "2020-09-12")]
