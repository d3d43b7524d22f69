"""Events through the graph after which an area's plan lives on: few move, and it stays what the database says."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from chassis.ids import new_id
from employment_service.copies.domain import Point
from employment_service.copies.subscribers import put_household
from employment_service.offers.service import decline
from employment_service.vacancies.domain import TermsVersion, Vacancy, Workplace
from employment_service.workers.domain import Wishes
from tests.employment_service.factories import COUNTY, MORNING, employer, household, id_of, terms, vacancy, worker
from tests.employment_service.town import EMPLOYER, STAFF, Town, as_worker

START = """mutation($input: StartMatchingRunInput!) { result: startMatchingRun(input: $input) {
    __typename ... on MatchingJob { id } ... on Refused { code } } }"""
NEWEST = """query($area: AreaPath!) { matchingRuns(area: $area) { totalCount edges { node { id cause livedOn seconds
    keepBonus workers boundNow carers vacancies places pairs points bound gap placed displaced moved
    compared { way points } audit { objective without placed groups { group label workers } }
    prices(first: 50) { edges { node { proposed price vacancy { id } } } }
    proposals(first: 100) { edges { node { number options score price distanceKm worker { id } vacancy { id }
        movedFrom { id } scoreParts { stableChance } } } } } } } }"""
CLOSE = """mutation($input: CloseVacancyInput!) { result: closeVacancy(input: $input) { __typename } }"""
ADD = """mutation($input: AddPlacesInput!) { result: addPlaces(input: $input) { __typename } }"""
PROFILE = """mutation($input: UpdateProfileInput!) { result: updateProfile(input: $input) {
    __typename ... on Worker { version } ... on Refused { code } } }"""


def posted(number: int, *, lat: float, wage: int, places: int) -> Vacancy:
    place = Workplace(name=f"Workshop {number}", place=Point(lat=lat, lon=76.0))
    named = terms(workplace=place, monthly_wage_cents=wage)
    return vacancy(number, terms=TermsVersion.of(named, number=1, at=MORNING), places=places)


async def market(town: Town, *, workers: int = 14) -> None:
    await town.add_areas()
    await town.add_safeguards()
    await town.add(
        employer(),
        posted(1, lat=39.51, wage=400_000, places=3),
        posted(2, lat=39.52, wage=330_000, places=4),
        posted(3, lat=39.53, wage=290_000, places=3),
        posted(4, lat=39.54, wage=260_000, places=3),
    )
    await town.add(*(worker(number) for number in range(1, workers + 1)))


async def run(town: Town) -> dict[str, Any]:
    await town.mutate(STAFF, START, {"area": COUNTY, "idempotencyKey": str(new_id())})
    assert await town.work_jobs() == 1
    return await newest(town)


async def newest(town: Town) -> dict[str, Any]:
    found: dict[str, Any] = (await town.ask(STAFF, NEWEST, {"area": COUNTY}))["matchingRuns"]["edges"][0]["node"]
    return found


async def followed(town: Town) -> dict[str, Any]:
    await town.fire_timers()
    assert await town.work_jobs() == 1
    found = await newest(town)
    nodes = proposals(found)
    counted = Counter(node["vacancy"]["id"] for node in nodes.values() if node["vacancy"])
    told = {edge["node"]["vacancy"]["id"]: edge["node"]["proposed"] for edge in found["prices"]["edges"]}
    assert counted == {key: count for key, count in told.items() if count}
    assert found["placed"] == sum(counted.values())
    assert found["points"] == sum(node["score"] for node in nodes.values())
    assert found["points"] <= found["bound"]
    prices = {edge["node"]["vacancy"]["id"]: edge["node"]["price"] for edge in found["prices"]["edges"]}
    assert all(node["price"] == prices[node["vacancy"]["id"]] for node in nodes.values() if node["vacancy"])
    assert len(nodes) == found["workers"]
    return found


def proposals(found: dict[str, Any]) -> dict[str, Any]:
    return {edge["node"]["worker"]["id"]: edge["node"] for edge in found["proposals"]["edges"]}


def where(found: dict[str, Any]) -> dict[str, str | None]:
    return {key: (node["vacancy"] or {}).get("id") for key, node in proposals(found).items()}


async def the_same_anew(town: Town, found: dict[str, Any]) -> None:
    """Made from nothing but the database: the same people, work and pairs, and no more value than staying may cost."""
    anew = await run(town)
    assert anew["livedOn"] is False
    for name in ("workers", "boundNow", "carers", "vacancies", "places", "pairs", "placed"):
        assert anew[name] == found[name], name
    assert anew["points"] >= found["points"] >= anew["points"] - found["keepBonus"] * found["placed"]
    assert found["bound"] >= anew["points"]
    options = {key: node["options"] for key, node in proposals(anew).items()}
    assert options == {key: node["options"] for key, node in proposals(found).items()}
    assert anew["audit"][0]["groups"] == found["audit"][0]["groups"]


async def test_a_closed_vacancy_is_answered_from_the_plan_that_is_kept(town: Town) -> None:
    await market(town)
    first = await run(town)
    assert (first["livedOn"], first["seconds"] > 0) == (False, True)

    await town.mutate(EMPLOYER, CLOSE, {"vacancyId": str(id_of(202)), "expectedVersion": 1})
    after = await followed(town)

    assert (after["cause"], after["livedOn"], after["displaced"]) == ("VACANCY_CLOSED", True, 4)
    assert 0 < after["seconds"] < 60
    assert after["moved"] <= after["displaced"]
    changed = {key for key, place in where(first).items() if place is not None and where(after)[key] != place}
    assert len(changed) == after["displaced"] + after["moved"]
    told = {key: node["movedFrom"]["id"] for key, node in proposals(after).items() if node["movedFrom"]}
    assert told == {key: where(first)[key] for key in changed}
    assert [each["way"] for each in after["compared"]] == ["THIS_RUN"]
    assert [(each["objective"], each["without"]) for each in after["audit"]] == [("SURPLUS", "NONE")]
    await the_same_anew(town, after)


async def test_events_one_after_the_other_keep_to_what_the_database_says(town: Town) -> None:
    await market(town)
    await run(town)

    narrow = {"wishes": {"wageFloor": "3000.00", "maxDistanceKm": 20.0}, "expectedVersion": 1}
    assert (await town.mutate(as_worker(3), PROFILE, narrow))["__typename"] == "Worker"
    wishes = await followed(town)
    assert (wishes["cause"], wishes["livedOn"], wishes["workers"]) == ("WISHES_CHANGED", True, 14)
    assert proposals(wishes)[str(id_of(303))]["options"] == 2

    more = {"vacancyId": str(id_of(201)), "places": 5, "expectedVersion": 1}
    assert (await town.mutate(EMPLOYER, ADD, more))["__typename"] == "Vacancy"
    places = await followed(town)
    assert (places["cause"], places["livedOn"], places["displaced"]) == ("PLACES_CHANGED", True, 0)
    assert (places["places"], places["placed"], places["moved"] <= 2) == (15, 14, True)

    await put_care(town, 6)
    care = await followed(town)
    assert (care["cause"], care["livedOn"], care["carers"]) == ("CARE_CHANGED", True, 1)
    await the_same_anew(town, care)


async def put_care(town: Town, number: int) -> None:
    async with town.begin() as uow:
        await put_household(uow, household(number, care_in="99/01/01/001/202/", sequence=2))


async def test_an_offer_freezes_a_place_and_its_end_gives_back_place_and_person_alike(town: Town) -> None:
    """Of two offers one is declined and one is not answered: the plan tells neither before nor after which."""
    await market(town)
    await run(town)
    for number in (1, 2):
        await town.offer(worker_number=number)
    async with town.begin() as uow:
        offers = await uow.offers.of_pair(id_of(301), id_of(201))
    await decline(town.begin, as_worker(1), offer_id=offers[0].id)
    await town.mutate(EMPLOYER, CLOSE, {"vacancyId": str(id_of(204)), "expectedVersion": 1})
    frozen = await followed(town)
    assert (frozen["livedOn"], frozen["workers"], frozen["boundNow"], frozen["places"]) == (True, 12, 2, 8)
    assert not {str(id_of(301)), str(id_of(302))} & proposals(frozen).keys()
    await the_same_anew(town, frozen)

    town.clock.advance(timedelta(days=15))
    await town.fire_timers()
    await town.work_jobs()
    ended = await newest(town)
    assert (ended["cause"], ended["workers"], ended["boundNow"], ended["places"]) == ("OFFER_ENDED", 14, 0, 10)
    first, second = (proposals(ended)[str(id_of(number))] for number in (301, 302))
    assert first["options"] == second["options"] == 2
    assert str(id_of(201)) not in {where(ended)[str(id_of(301))], where(ended)[str(id_of(302))]}


async def test_somebody_new_is_met_by_the_plan_as_it_is(town: Town) -> None:
    await market(town, workers=11)
    first = await run(town)
    seen = {"seeking": False, "expectedVersion": 1}
    assert (await town.mutate(as_worker(2), PROFILE, seen))["version"] == 2
    gone = await followed(town)
    assert (gone["livedOn"], gone["workers"], str(id_of(302)) in proposals(gone)) == (True, 10, False)

    again = {"seeking": True, "expectedVersion": 2, "wishes": {"wageFloor": "1000.00", "maxDistanceKm": 20.0}}
    assert (await town.mutate(as_worker(2), PROFILE, again))["version"] == 3
    back = await followed(town)
    assert (back["livedOn"], back["workers"], back["placed"]) == (True, 11, first["placed"])
    assert proposals(back)[str(id_of(302))]["number"] == 12
    await the_same_anew(town, back)


async def test_new_work_and_a_change_that_nobody_told_of_are_found_by_the_stamps(town: Town) -> None:
    await market(town)
    await run(town)
    async with town.begin() as uow:
        stored = await uow.workers.get(id_of(304))
        assert stored is not None
        await uow.workers.save(worker(4, wishes=Wishes(wage_floor_cents=390_000, max_distance_km=20.0), version=2))
    await town.mutate(EMPLOYER, CLOSE, {"vacancyId": str(id_of(203)), "expectedVersion": 1})
    told = await followed(town)
    assert (told["livedOn"], proposals(told)[str(id_of(304))]["options"]) == (True, 1)

    await town.add(posted(5, lat=39.5, wage=500_000, places=2))
    await town.mutate(EMPLOYER, CLOSE, {"vacancyId": str(id_of(204)), "expectedVersion": 1})
    anew = await followed(town)
    assert (anew["livedOn"], anew["vacancies"]) == (False, 3)
