"""Placements half a year old teach the chance: noted when accepted, judged once, fitted where there are enough."""

from __future__ import annotations

from datetime import date

import pytest

from chassis.identity import Actor
from employment_service.matching.outcomes.collecting import collect
from employment_service.matching.outcomes.domain import Begun
from employment_service.offers.service import withdraw
from employment_service.placements.domain import PlacementState as P
from tests.employment_service.factories import VILLAGE, employer, id_of, placement, vacancy, worker
from tests.employment_service.town import STAFF, TOWNSHIP_STAFF, Town, as_worker

CHANCE = """query($id: ID!) { nearbyVacancies(worker: $id, first: 10) {
    edges { node { scoreParts { stableChance } } } } }"""
ACCEPTED, STARTED = date(2020, 1, 1), date(2020, 2, 1)
KEPT = ((P.ARRIVED, STARTED), (P.STARTED, STARTED), (P.STABLE, date(2020, 5, 2)))


async def placed(town: Town, *counts: tuple[tuple[tuple[P, date], ...], int, int]) -> None:
    """So many placements of each log, and the points they were accepted with."""
    number = 10_000
    async with town.begin() as uow:
        for states, points, count in counts:
            for _ in range(count):
                number += 1
                one = placement(*states, id=id_of(number), offer_id=id_of(number), area_path=VILLAGE)
                await uow.placements.add(one)
                await uow.outcomes.begin(
                    Begun(placement_id=one.id, area_path=VILLAGE, points=points, accepted_on=ACCEPTED)
                )


def ended(how: P, day: date, *, stable: bool = False) -> tuple[tuple[P, date], ...]:
    return (*(KEPT if stable else KEPT[:2]), (how, day))


async def chance(town: Town, actor: Actor) -> float:
    edges = (await town.ask(actor, CHANCE, {"id": str(id_of(301))}))["nearbyVacancies"]["edges"]
    return float(edges[0]["node"]["scoreParts"]["stableChance"])


async def test_from_two_hundred_outcomes_on_the_chance_is_that_of_our_own_placements(town: Town) -> None:
    await town.add_areas()
    await town.add(employer(), vacancy(1), worker(1))
    town.set_clock(date(2020, 9, 18))
    left = ended(P.RESIGNED, date(2020, 3, 1))
    await placed(town, (KEPT, 126, 59), (left, 126, 80), (left, 60, 60))
    await town.plant_timers()
    await town.fire_timers()

    assert await town.count("stability_outcomes", "judged_on = date '2020-09-18'") == 199
    assert await town.count("stability_calibrations") == 0
    assert await chance(town, STAFF) == 0.779

    async with town.begin() as uow:
        one = placement(*KEPT, id=id_of(9_999), offer_id=id_of(9_999), area_path=VILLAGE)
        await uow.placements.add(one)
        await uow.outcomes.begin(Begun(placement_id=one.id, area_path=VILLAGE, points=126, accepted_on=ACCEPTED))
    town.set_clock(date(2020, 9, 19))
    await town.fire_timers()

    assert await town.count("stability_calibrations", "outcomes = 200 and fitted_on = date '2020-09-19'") == 1
    fitted = await chance(town, STAFF)
    assert fitted == 0.3491
    assert [await chance(town, actor) for actor in (TOWNSHIP_STAFF, as_worker(1))] == [fitted, fitted]

    async with town.begin() as uow:
        await collect(uow)
        await collect(uow)
    town.set_clock(date(2020, 9, 20))
    await town.fire_timers()
    assert await town.count("stability_outcomes", "judged_on is not null") == 200
    assert await town.count("stability_calibrations") == 1


@pytest.mark.parametrize(
    ("states", "today", "expected"),
    [
        (KEPT, date(2020, 7, 31), "none"),
        (KEPT, date(2020, 8, 1), "stable"),
        (KEPT[:2], date(2020, 8, 31), "none"),
        (KEPT[:2], date(2020, 9, 1), "not stable"),
        (ended(P.RESIGNED, date(2020, 7, 31), stable=True), date(2020, 8, 1), "not stable"),
        (ended(P.RESIGNED, date(2020, 8, 1), stable=True), date(2020, 8, 1), "stable"),
        (ended(P.EMPLOYER_TERMINATED, date(2020, 3, 1)), date(2020, 7, 31), "none"),
        (ended(P.EMPLOYER_TERMINATED, date(2020, 3, 1)), date(2020, 8, 1), "not stable"),
        (KEPT[:1], date(2020, 9, 1), "none"),
        (((P.WITHDRAWN, date(2020, 9, 1)),), date(2020, 9, 1), "forgotten"),
        (((P.VOIDED, date(2020, 9, 1)),), date(2020, 9, 1), "forgotten"),
    ],
)
async def test_a_placement_is_judged_half_a_year_after_its_start(
    town: Town, states: tuple[tuple[P, date], ...], today: date, expected: str
) -> None:
    await town.add_areas()
    town.set_clock(today)
    await placed(town, (states, 110, 1))

    async with town.begin() as uow:
        await collect(uow)

    found = {
        "none": await town.count("stability_outcomes", "judged_on is null and stable is null"),
        "stable": await town.count("stability_outcomes", "stable"),
        "not stable": await town.count("stability_outcomes", "not stable"),
    }
    assert found == {name: int(name == expected) for name in found}


async def test_the_points_noted_are_those_the_worker_accepted_with(town: Town) -> None:
    """110, two kilometres of way -4, a contract of a year 20; later wishes change nothing, and a no leaves no row."""
    await town.ready(workers=2)
    _, first = await town.accepted(worker_number=1)

    assert await town.count("stability_outcomes", f"placement_id = '{first.id}' and points = 126") == 1
    assert await town.count("stability_outcomes") == 1

    async with town.begin() as uow:
        offers = await uow.offers.of_pair(id_of(301), id_of(201))
    await withdraw(town.begin, as_worker(1), offer_id=offers[0].id)
    town.set_clock(date(2020, 9, 25))
    async with town.begin() as uow:
        await collect(uow)
    assert await town.count("stability_outcomes") == 0
