"""Asking after a worker who has started."""

from __future__ import annotations

from datetime import date

import pytest

from chassis.errors import Conflict, Forbidden
from employment_service.follow_ups.domain import FollowUpAnswer, FollowUpNotDue
from employment_service.placements.care import answer_follow_up
from employment_service.placements.leaving import take_back_step
from employment_service.placements.service import confirm_start
from employment_service.workers.service import update_profile
from tests.employment_service.factories import id_of, vacancy
from tests.employment_service.integration.placements.steps import WELL, started
from tests.employment_service.town import EMPLOYER, STAFF, Town, as_worker


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
