"""Two at once: places are given out one after the other, and decisions exclude each other."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from chassis.errors import Conflict
from employment_service.offers.service import accept, decline
from employment_service.vacancies.domain import NoPlacesLeft
from tests.employment_service.town import Town, as_worker


async def test_of_ten_offers_at_once_for_three_places_three_are_made(town: Town) -> None:
    await town.ready(workers=10, places=3)

    results = await asyncio.gather(*(town.offer(worker_number=n) for n in range(1, 11)), return_exceptions=True)

    assert sum(isinstance(result, NoPlacesLeft) for result in results) == 7
    assert await town.count("offers") == 3
    assert await town.count("vacancy_places", "reserved = 3") == 1


async def test_a_yes_and_a_no_at_once_leave_exactly_one(town: Town) -> None:
    await town.ready()
    made = await town.offer()
    shown = await town.understood(made)
    town.clock.advance(timedelta(hours=72))

    results = await asyncio.gather(
        accept(town.begin, as_worker(), offer_id=made.id, terms_hash=made.terms_hash, expected_version=shown.version),
        decline(town.begin, as_worker(), offer_id=made.id),
        return_exceptions=True,
    )

    assert sum(isinstance(result, Conflict) for result in results) == 1
    taken, held = await town.count("placements"), await town.count("offers", "place_held")
    assert taken + held == 1
