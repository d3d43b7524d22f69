"""Every offer keeps job-related calls away alike, in a transfer to another post and when it is put anew."""

from __future__ import annotations

from datetime import date, timedelta

from employment_service.offers.service import decline, show_terms
from tests.employment_service.factories import id_of, vacancy
from tests.employment_service.integration.calls.phoning import find_matches, listed, wants_calls
from tests.employment_service.integration.documents import ACCEPT, contracted, understand
from tests.employment_service.integration.placements.steps import started
from tests.employment_service.town import Town, as_worker

ANOTHER = """mutation($id: ID!) { result: askForAnotherPost(placementId: $id) {
    ... on Placement { anotherPostAsked } ... on Refused { code } } }"""
JOBS = ["NEW_MATCH"]


async def test_whoever_asks_for_another_post_hears_of_work_until_an_offer_is_made_whatever_they_say_to_it(
    town: Town,
) -> None:
    placed = await started(town)
    await wants_calls(town)
    await town.add(vacancy(2), vacancy(3))
    await find_matches(town)
    assert await listed(town, reasons=JOBS) == []
    assert (await town.ask(as_worker(), ANOTHER, {"id": str(placed.id)}))["result"] == {"anotherPostAsked": True}
    await find_matches(town)
    assert await listed(town, reasons=JOBS) == [("1", ["NEW_MATCH", "NEW_MATCH"])]

    made = await town.offer(vacancy_number=2)
    await find_matches(town)
    assert await listed(town, reasons=JOBS) == []
    await show_terms(town.begin, as_worker(), offer_id=made.id)
    await decline(town.begin, as_worker(), offer_id=made.id)

    for _ in range(11):
        town.clock.advance(timedelta(days=10))
        await find_matches(town)
        assert await listed(town, reasons=JOBS) == []


async def test_an_offer_put_anew_rests_from_then_on(town: Town) -> None:
    await town.ready()
    town.set_clock(date(2020, 8, 29))
    made = await town.offer()
    first = await rests_until(town)
    given = await understand(town, 1, str(made.id))
    town.clock.advance(timedelta(days=5))
    assert await rests_until(town) == first, "Opening the terms shows nowhere."

    offer = await town.mutate(as_worker(), ACCEPT, given)
    await contracted(town, offer, monthlyWage="2600")

    assert await rests_until(town) == first + timedelta(days=5)


async def rests_until(town: Town) -> date:
    async with town.begin() as uow:
        rows = await uow.connection.exec_driver_sql(f"select until from call_rests where worker_id = '{id_of(301)}'")
        found: date = rows.scalar_one().date()
    return found
