"""Signs that what is recorded anyway raises by itself: calls, follow-ups, the wage clock, contracts and wages."""

from __future__ import annotations

from datetime import date, timedelta

from tests.employment_service.factories import id_of
from tests.employment_service.integration.calls.phoning import (
    REVEAL,
    claim_next,
    gather,
    phoned,
    record,
    wants_calls,
)
from tests.employment_service.integration.documents import ACCEPT, contracted, understand
from tests.employment_service.integration.placements.steps import started
from tests.employment_service.integration.safeguards.questions import FOLLOW_UP, HOURS, flags
from tests.employment_service.town import STAFF, Town, as_worker

CONFIRM = """mutation($input: ConfirmWageInput!) { result: confirmWage(input: $input) {
    __typename ... on Placement { version } ... on Refused { code } } }"""


async def test_cf5_a_number_shown_twice_for_no_call_on_the_list_is_told_of(town: Town) -> None:
    await town.add_areas()
    await town.add(phoned())
    for told in (0, 1):
        assert "phone" in (await town.ask(STAFF, REVEAL, {"worker": str(id_of(301))}))["result"]
        assert len(await flags(town, "CF5")) == told
        town.clock.advance(timedelta(days=20))

    (flag,) = await flags(town, "CF5")
    assert (flag["figure"], flag["effects"]) == (2, ["FLAG"])


async def test_cf5_work_spoken_of_unasked_in_calls_about_something_else_is_told_of(town: Town) -> None:
    await started(town)
    await wants_calls(town)
    for spoke, told in ((True, 0), (False, 0), (True, 1)):
        town.clock.advance(timedelta(days=20))
        await town.fire_timers()
        await gather(town)
        mine = await claim_next(town)
        await record(town, {"claimId": mine["id"], "outcome": "REACHED", "spokeOfWork": spoke})
        assert len(await flags(town, "CF5")) == told


async def test_cf12_a_wage_nobody_confirmed_is_told_of_by_the_clock_and_again_when_it_turns_red(town: Town) -> None:
    placed = await started(town)
    figures: dict[date, list[int]] = {}
    for day in (date(2020, 10, 25), date(2020, 10, 26), date(2020, 11, 10)):
        town.set_clock(day)
        await town.fire_timers()
        found = await flags(town, "CF12")
        figures[day] = [each["figure"] for each in found]

    assert figures == {date(2020, 10, 25): [], date(2020, 10, 26): [16], date(2020, 11, 10): [31]}
    assert (found[0]["placementId"], [task["kind"] for task in found[0]["tasks"]]) == (
        str(placed.id),
        ["WAGE_CLAIM_HELP"],
    )


async def test_cf10_a_contract_that_says_less_than_was_accepted_is_told_of(town: Town) -> None:
    await town.ready()
    made = await town.offer()
    given = await understand(town, 1, str(made.id))
    town.clock.advance(timedelta(hours=72))
    offer = await town.mutate(as_worker(), ACCEPT, given)
    assert await flags(town, "CF10") == []

    written = await contracted(town, offer, monthlyWage="2600")

    assert written["state"] == "VOIDED"
    (flag,) = await flags(town, "CF10")
    assert (flag["placementId"], flag["employerId"], flag["effects"]) == (written["id"], str(id_of(101)), ["BLOCK"])


async def test_cf10_a_wage_below_what_was_accepted_is_told_of(town: Town) -> None:
    placed = await started(town)
    town.set_clock(date(2020, 11, 11))
    version = placed.version
    for month, amount, told in (("2020-09", "1900", 0), ("2020-10", "2500.50", 1)):
        given = {"placementId": str(placed.id), "month": month, "amount": amount, "expectedVersion": version}
        version = (await town.mutate(as_worker(), CONFIRM, given))["version"]
        assert [each["placementId"] for each in await flags(town, "CF10")] == [str(placed.id)] * told


async def test_cf13_the_hours_said_in_a_follow_up_complete_three_long_weeks(town: Town) -> None:
    placed = await started(town)
    town.set_clock(date(2020, 10, 12))
    await town.fire_timers()
    async with town.begin() as uow:
        rows = (await uow.follow_ups.by_placement([placed.id]))[placed.id]
    (of_day_30,) = [each for each in rows if each.day == 30]
    for monday in ("2020-09-21", "2020-09-28"):
        assert "at" in await town.mutate(
            as_worker(), HOURS, {"placementId": str(placed.id), "monday": monday, "hours": 61}
        )
    assert await flags(town, "CF13") == []

    # A follow-up asks about the week before it.
    well = {"wagesOnTime": True, "documentsWithMe": True, "freeToLeave": True, "paidAFee": False}
    answered = await town.mutate(as_worker(), FOLLOW_UP, {"followUpId": str(of_day_30.id), "weeklyHours": 62} | well)

    assert answered["state"] == "ANSWERED"
    (flag,) = await flags(town, "CF13")
    assert (flag["employerId"], flag["figure"]) == (str(id_of(101)), 62)
