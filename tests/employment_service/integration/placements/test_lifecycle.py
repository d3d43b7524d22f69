"""From a yes to steady work and out again (domain scenarios A29, A30, A36)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, update

from chassis.errors import Conflict, Forbidden, InvalidInput
from chassis.identity import Actor
from employment_service.placements.care import answer_follow_up
from employment_service.placements.domain import (
    CURRENT,
    FollowUpAnswer,
    FollowUpNotDue,
    MonthNotWorked,
    Placement,
    PlacementState,
    StepNotPossible,
    WageAlreadyConfirmed,
)
from employment_service.placements.service import (
    Contract,
    ContractDiffers,
    book_travel,
    confirm_arrival,
    confirm_return,
    confirm_start,
    confirm_wage,
    end_placement,
    record_contract,
    resign,
    take_back_step,
)
from employment_service.placements.tables import placement_steps, placements
from employment_service.workers.service import update_profile
from tests.employment_service.factories import id_of, vacancy
from tests.employment_service.town import EMPLOYER, HEAD, OTHER_EMPLOYER, SPECIALIST, STAFF, Town, as_worker

CONTRACT = Contract(monthly_wage_cents=300_000, contract_months=12, starts_on=date(2020, 10, 1))
WELL = FollowUpAnswer(wages_on_time=True, documents_with_me=True, free_to_leave=True, paid_a_fee=False)


async def contracted(town: Town) -> Placement:
    """Accepted on 1 September 2020, with a contract."""
    await town.ready()
    town.set_clock(date(2020, 8, 29))
    _, placed = await town.accepted()
    async with town.begin(EMPLOYER) as uow:
        return await record_contract(uow, placement_id=placed.id, contract=CONTRACT, expected_version=placed.version)


async def started(town: Town) -> Placement:
    """Arrived on 2020-09-10, started on 09-12."""
    placed = await contracted(town)
    town.set_clock(date(2020, 9, 10))
    async with town.begin(as_worker()) as uow:
        placed = await confirm_arrival(uow, placement_id=placed.id, on=None, expected_version=placed.version)
    town.set_clock(date(2020, 9, 12))
    async with town.begin(as_worker()) as uow:
        return await confirm_start(uow, placement_id=placed.id, on=None, expected_version=placed.version)


async def wage(town: Town, placed: Placement, month: date) -> Placement:
    async with town.begin(as_worker()) as uow:
        return await confirm_wage(
            uow, placement_id=placed.id, month=month, cents=300_000, expected_version=placed.version
        )


async def state_of(town: Town, placed: Placement) -> PlacementState:
    async with town.begin() as uow:
        found = await uow.placements.get(placed.id)
    assert found is not None
    return found.state


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


async def test_a_contract_that_says_less_than_the_worker_accepted_is_refused(town: Town) -> None:
    await town.ready()
    _, placed = await town.accepted()
    worse = Contract(monthly_wage_cents=250_000, contract_months=12, starts_on=date(2020, 10, 1))

    with pytest.raises(ContractDiffers) as refused:
        async with town.begin(EMPLOYER) as uow:
            await record_contract(uow, placement_id=placed.id, contract=worse, expected_version=placed.version)

    assert refused.value.field == "monthlyWage"
    assert await state_of(town, placed) is PlacementState.ACCEPTED


async def test_an_employer_touches_only_placements_of_its_own(town: Town) -> None:
    await town.ready()
    _, placed = await town.accepted()

    with pytest.raises(Forbidden):
        async with town.begin(OTHER_EMPLOYER) as uow:
            await record_contract(uow, placement_id=placed.id, contract=CONTRACT, expected_version=placed.version)


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


async def test_a_start_taken_back_and_recorded_again_plans_its_follow_ups_anew(town: Town) -> None:
    placed = await started(town)
    async with town.begin(as_worker()) as uow:
        placed = await take_back_step(uow, placement_id=placed.id, expected_version=placed.version)
    assert await town.count("follow_ups") == 0
    town.set_clock(date(2020, 9, 14))
    async with town.begin(as_worker()) as uow:
        placed = await confirm_start(uow, placement_id=placed.id, on=None, expected_version=placed.version)

    assert placed.since == date(2020, 9, 14)
    assert await town.count("follow_ups", "day = 7 and due_on = '2020-09-21'") == 1


async def test_follow_ups_fall_due_on_days_7_30_90_and_180(town: Town) -> None:
    await started(town)
    async with town.begin() as uow:
        rows = next(
            iter(
                (
                    await uow.follow_ups.by_placement(
                        [p.id for p in await uow.placements.current_of_worker(id_of(301))]
                    )
                ).values()
            )
        )
    assert [(each.day, each.due_on) for each in rows] == [
        (7, date(2020, 9, 19)),
        (30, date(2020, 10, 12)),
        (90, date(2020, 12, 11)),
        (180, date(2021, 3, 11)),
    ]
    town.set_clock(date(2020, 9, 18), hour=23)
    await town.fire_timers()
    assert await town.count("follow_ups", "state = 'DUE'") == 0
    with pytest.raises(FollowUpNotDue):
        async with town.begin(as_worker()) as uow:
            await answer_follow_up(uow, follow_up_id=rows[0].id, answer=WELL)

    town.set_clock(date(2020, 9, 19), hour=0)
    await town.fire_timers()
    async with town.begin(as_worker()) as uow:
        await answer_follow_up(uow, follow_up_id=rows[0].id, answer=WELL)

    assert await town.count("follow_ups", "state = 'ANSWERED'") == 1
    assert await town.count("employers", "critical_finding_at is not null") == 0


async def test_papers_kept_by_others_stop_the_employers_offers_at_once(town: Town) -> None:
    await started(town)
    await town.add(vacancy(2))
    town.set_clock(date(2020, 9, 19))
    await town.fire_timers()
    async with town.begin() as uow:
        placed = (await uow.placements.current_of_worker(id_of(301)))[0]
        due = (await uow.follow_ups.by_placement([placed.id]))[placed.id][0]
    kept = FollowUpAnswer(wages_on_time=True, documents_with_me=False, free_to_leave=True, paid_a_fee=False)
    for other in (EMPLOYER, STAFF):
        with pytest.raises(Forbidden):
            async with town.begin(other) as uow:
                await answer_follow_up(uow, follow_up_id=due.id, answer=kept)

    async with town.begin(as_worker()) as uow:
        await answer_follow_up(uow, follow_up_id=due.id, answer=kept)

    with pytest.raises(Conflict, match="UNDER_REVIEW"):
        await town.offer(vacancy_number=2)


async def test_a_worker_who_wants_no_follow_up_gets_none(town: Town) -> None:
    await started(town)
    async with town.begin(as_worker()) as uow:
        await update_profile(uow, expected_version=1, follow_up_wanted=False)
    town.set_clock(date(2021, 4, 1))
    await town.fire_timers()

    assert await town.count("follow_ups", "state = 'CANCELLED'") == 4


async def test_another_post_is_a_new_offer_and_its_start_ends_the_old_one_as_a_transfer(town: Town) -> None:
    old = await started(town)
    await town.add(vacancy(2))
    made = await town.offer(vacancy_number=2)
    from employment_service.offers.service import accept, show_terms

    shown = await show_terms(town.begin, as_worker(), offer_id=made.id)
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
