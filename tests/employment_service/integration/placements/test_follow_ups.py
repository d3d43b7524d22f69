"""Asking after a worker who has started."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from chassis.errors import Conflict, Forbidden
from employment_service.follow_ups.domain import FollowUpAnswer, FollowUpNotDue
from employment_service.follow_ups.words import QUESTIONS
from employment_service.placements.care import answer_follow_up
from employment_service.placements.leaving import take_back_step
from employment_service.placements.service import confirm_arrival, confirm_start
from employment_service.safeguards.flags.domain import FlagCode
from employment_service.safeguards.flags.service import About, raise_flag
from employment_service.workers.domain import Contact
from employment_service.workers.service import update_profile
from tests.employment_service.factories import VILLAGE, id_of, vacancy
from tests.employment_service.integration.placements.steps import WELL, contracted, started
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


async def test_who_wants_follow_ups_again_gets_those_whose_day_has_not_passed(town: Town) -> None:
    await started(town)
    wanted = []
    for day, wish, version in ((date(2020, 9, 13), False, 1), (date(2020, 9, 20), True, 2)):
        town.set_clock(day)
        async with town.begin(as_worker()) as uow:
            await update_profile(uow, expected_version=version, follow_up_wanted=wish)
        wanted.append(await town.count("follow_ups", "state = 'PLANNED'"))
    assert wanted == [0, 3]

    town.set_clock(date(2020, 10, 12), hour=0)
    await town.fire_timers()
    assert await town.count("follow_ups", "day = 30 and state = 'DUE'") == 1
    assert await town.count("follow_ups", "day = 7 and state = 'CANCELLED'") == 1


async def test_who_never_wanted_one_and_then_does_is_asked_from_then_on(town: Town) -> None:
    placed = await contracted(town)
    async with town.begin(as_worker()) as uow:
        await update_profile(uow, expected_version=1, follow_up_wanted=False)
    async with town.begin(as_worker()) as uow:
        placed = await confirm_arrival(uow, placement_id=placed.id, on=None, expected_version=placed.version)
    async with town.begin(as_worker()) as uow:
        placed = await confirm_start(uow, placement_id=placed.id, on=None, expected_version=placed.version)
    assert await town.count("follow_ups") == 0
    town.clock.advance(timedelta(days=10))
    async with town.begin(as_worker()) as uow:
        await update_profile(uow, expected_version=2, follow_up_wanted=True)

    assert await town.count("follow_ups", "state = 'PLANNED' and day in (30, 90, 180)") == 3
    assert await town.count("follow_ups") == 3


ANSWER = """mutation($input: AnswerFollowUpInput!) { result: answerFollowUp(input: $input) {
    __typename ... on FollowUp { state questions { code text } } ... on Refused { code } } }"""


async def test_whoever_wants_to_be_called_from_outside_is_called_by_the_monitor(town: Town) -> None:
    await started(town)
    async with town.begin(as_worker()) as uow:
        contact = Contact(display_name="Invented Person 1", language="ug")
        await update_profile(uow, expected_version=1, contact=contact)
    town.set_clock(date(2020, 9, 19))
    await town.fire_timers()
    async with town.begin() as uow:
        (placed,) = await uow.placements.current_of_worker(id_of(301))
        due = (await uow.follow_ups.by_placement([placed.id]))[placed.id][0]
    before = await town.count("monitor_tasks")
    said = {"followUpId": str(due.id), "wagesOnTime": True, "documentsWithMe": True, "freeToLeave": True}
    answered = await town.mutate(as_worker(), ANSWER, said | {"paidAFee": False, "wantsContact": True})

    assert answered["state"] == "ANSWERED"
    assert {each["code"]: each["text"] for each in answered["questions"]} == {
        code: words["ug"] for code, words in QUESTIONS.items()
    }
    assert await town.count("monitor_tasks", "kind = 'CALL_BACK' and due_at::date = '2020-09-26'") == 1
    assert await town.count("monitor_tasks") == before + 1
    assert (await town.mutate(as_worker(), ANSWER, said | {"paidAFee": False}))["code"] == "FOLLOW_UP_NOT_DUE"


async def test_two_workers_who_tell_of_one_employer_at_once_are_both_heard(town: Town) -> None:
    await town.ready(workers=2)

    async def tell(number: int) -> None:
        async with town.begin(as_worker(number)) as uow:
            about = About(area_path=VILLAGE, employer_id=id_of(101))
            await raise_flag(uow, FlagCode.CF8, about, key=f"placement {number}")

    await asyncio.gather(*map(tell, (1, 2, 3, 4)))

    assert await town.count("coercion_flags", "code = 'CF8'") == 4
    assert await town.count("employers", "critical_finding_at is not null and version = 2") == 1
