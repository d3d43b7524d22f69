"""Runs of a whole area through the graph: proof, proposals that offer nothing, and what nobody may read from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.identity import Actor
from chassis.ids import new_id
from employment_service.copies.domain import Point
from employment_service.copies.subscribers import put_household
from employment_service.offers.service import decline
from employment_service.vacancies.domain import Requirements, TermsVersion, Vacancy, Workplace
from employment_service.vacancies.service import publish_vacancy
from employment_service.workers.domain import Wishes
from tests.employment_service.factories import (
    COUNTY,
    MORNING,
    NEXT_VILLAGE,
    VILLAGE,
    employer,
    household,
    id_of,
    terms,
    vacancy,
    worker,
)
from tests.employment_service.town import (
    ADMIN,
    EMPLOYER,
    HEAD,
    MONITOR,
    SPECIALIST,
    STAFF,
    STRANGE_STAFF,
    SUPERVISOR,
    TOWNSHIP_STAFF,
    Town,
    as_worker,
)

START = """mutation($input: StartMatchingRunInput!) { result: startMatchingRun(input: $input) {
    __typename ... on MatchingJob { id state runId } ... on Refused { code field } } }"""
JOB = "query($id: ID!) { matchingJob(id: $id) { state done total runId code } }"
RUN = """query($id: ID!) { matchingRun(id: $id) {
    areaPath asOf follows cause keepBonus workers boundNow carers vacancies places pairs points bound gap placed
    displaced moved compared { way points placed carersPlaced }
    audit { objective without placed groups { group label workers placedShare meanGain { amount } } }
    prices(first: 100) { totalCount edges { node { price proposed vacancy { id } } } }
    proposals(first: 100) { totalCount edges { node { number score price options distanceKm
        worker { id } vacancy { id } movedFrom { id } scoreParts { stableChance } } } } } }"""
LIST = """query($id: ID!, $all: Boolean!) { nearbyVacancies(worker: $id, withUnmatched: $all, first: 100) {
    totalCount edges { node { possible score price surplus distanceKm monthlyWage { amount } reasons { code }
        whyNot { code } smallestChange { kind amount distanceKm text } vacancy { id } } } } }"""
EXPLAIN = """query($w: ID!, $v: ID!) { explainMatch(worker: $w, vacancy: $v) {
    possible score price commuteMinutes whyNot { code } smallestChange { kind amount distanceKm text } } }"""
CLOSE = """mutation($input: CloseVacancyInput!) { result: closeVacancy(input: $input) {
    __typename ... on Refused { code } } }"""


def posted(number: int, *, lat: float, wage: int, places: int) -> Vacancy:
    place = Workplace(name=f"Workshop {number}", place=Point(lat=lat, lon=76.0))
    named = terms(workplace=place, monthly_wage_cents=wage)
    return vacancy(number, terms=TermsVersion.of(named, number=1, at=MORNING), places=places)


async def market(town: Town, *, workers: int = 12) -> None:
    """Four kinds of work with eight places; workers 1 to 3 want much, 4 and 5 live in the next village."""
    await town.add_areas()
    await town.add_safeguards()
    await town.add(
        employer(),
        posted(1, lat=39.51, wage=400_000, places=2),
        posted(2, lat=39.52, wage=300_000, places=3),
        posted(3, lat=39.53, wage=250_000, places=2),
        posted(4, lat=39.54, wage=210_000, places=1),
    )
    for number in range(1, workers + 1):
        floor = 290_000 if number <= 3 else 200_000
        home = {"area_path": NEXT_VILLAGE} if number in {4, 5} else {}
        await town.add(worker(number, wishes=Wishes(wage_floor_cents=floor, max_distance_km=20.0), **home))


async def run(town: Town, *, follows: str | None = None, area: str = COUNTY) -> str:
    given = {"area": area, "follows": follows, "idempotencyKey": str(new_id())}
    started = await town.mutate(STAFF, START, given)
    assert started["__typename"] == "MatchingJob", started
    await town.work_jobs()
    job = (await town.ask(STAFF, JOB, {"id": started["id"]}))["matchingJob"]
    assert (job["state"], job["done"], job["total"]) == ("DONE", 5, 5)
    return str(job["runId"])


async def read(town: Town, run_id: str, actor: Actor = STAFF) -> dict[str, Any]:
    found: dict[str, Any] = (await town.ask(actor, RUN, {"id": run_id}))["matchingRun"]
    return found


def proposed(found: dict[str, Any]) -> dict[str, str | None]:
    nodes = [edge["node"] for edge in found["proposals"]["edges"]]
    return {node["worker"]["id"]: (node["vacancy"] or {}).get("id") for node in nodes}


async def listed(town: Town, number: int, *, everything: bool = False, actor: Actor = STAFF) -> list[dict[str, Any]]:
    data = await town.ask(actor, LIST, {"id": str(id_of(300 + number)), "all": everything})
    return [edge["node"] for edge in data["nearbyVacancies"]["edges"]]


async def test_a_run_is_proved_best_and_offers_nothing_to_anybody(town: Town) -> None:
    await market(town)

    found = await read(town, await run(town))

    assert (found["areaPath"], found["asOf"], found["follows"]) == (COUNTY, "2020-09-18", None)
    assert (found["workers"], found["vacancies"], found["places"], found["placed"]) == (12, 4, 8, 8)
    assert found["pairs"] == 9 * 4 + 3 * 2
    assert found["bound"] == found["points"]
    assert found["gap"] == 0.0
    ways = {each["way"]: each for each in found["compared"]}
    assert ways["THIS_RUN"]["points"] == found["points"] >= ways["BEST_PAIR_FIRST"]["points"]
    assert ways["THIS_RUN"]["points"] >= ways["FIRST_COME"]["points"] > 0
    assert sorted(edge["node"]["proposed"] for edge in found["prices"]["edges"]) == [1, 2, 2, 3]
    assert found["prices"]["totalCount"] == 4
    assert found["proposals"]["totalCount"] == 12
    assert await town.count("offers") == 0
    assert await town.count("placements") == 0


async def test_a_list_agrees_with_the_run(town: Town) -> None:
    await market(town)
    found = proposed(await read(town, await run(town)))

    for number in range(1, 13):
        entries = await listed(town, number)
        worth = [entry["surplus"] for entry in entries]
        assert worth == sorted(worth, reverse=True)
        chosen = found[str(id_of(300 + number))]
        if chosen is None:
            assert max(worth) <= 0
        else:
            assert {entry["vacancy"]["id"]: entry["surplus"] for entry in entries}[chosen] == max(worth)


async def test_the_audit_compares_groups_and_hides_small_ones(town: Town) -> None:
    await market(town)
    async with town.begin() as uow:
        for number in (6, 7):
            await uow.households.put(household(number, care_in=NEXT_VILLAGE, sequence=2))

    audit = (await read(town, await run(town)))["audit"]

    assert [(each["objective"], each["without"]) for each in audit] == [
        ("SURPLUS", "NONE"),
        ("INCOME_GAIN", "NONE"),
        ("PLACEMENTS", "NONE"),
        ("SURPLUS", "CARE"),
        ("SURPLUS", "DISTANCE"),
        ("SURPLUS", "HEALTH"),
        ("SURPLUS", "SEASON"),
        ("SURPLUS", "WAGE_FLOOR"),
    ]
    groups = {(each["group"], each["label"]): each["workers"] for each in audit[0]["groups"]}
    assert groups["CARE_DUTY", "YES"] is None
    assert groups["CARE_DUTY", "NO"] is None
    assert groups["HEALTH_LIMITS", "NO"] == 12
    assert {group for group, _ in groups} == {"CARE_DUTY", "HEALTH_LIMITS", "VILLAGE_DISTANCE"}


async def test_nobody_can_tell_from_a_run_who_declined(town: Town) -> None:
    """Of two with the same offer one says no, one says nothing: both runs treat them alike, to the last figure."""
    await market(town, workers=2)
    await town.offer(worker_number=1)
    await town.offer(worker_number=2)
    async with town.begin() as uow:
        offers = await uow.offers.of_pair(id_of(301), id_of(201))
    await decline(town.begin, as_worker(1), offer_id=offers[0].id)

    answer = await town.mutate(STAFF, START, {"area": COUNTY, "idempotencyKey": "while-they-run"})
    await town.work_jobs()
    job = (await town.ask(STAFF, JOB, {"id": answer["id"]}))["matchingJob"]
    assert (job["state"], job["code"]) == ("FAILED", "NOBODY_TO_MATCH")

    town.clock.advance(timedelta(days=15))
    await town.fire_timers()
    found = await read(town, await run(town))
    first, second = (edge["node"] for edge in found["proposals"]["edges"])
    assert found["boundNow"] == 0
    assert (first["options"], second["options"]) == (1, 1)
    assert first["vacancy"]["id"] == second["vacancy"]["id"] == str(id_of(202))
    for number in (1, 2):
        reasons = {
            entry["vacancy"]["id"]: [reason["code"] for reason in entry["whyNot"]]
            for entry in await listed(town, number, everything=True)
        }
        assert reasons[str(id_of(201))] == ["ALREADY_OFFERED"]


async def test_whoever_has_an_open_offer_or_work_is_left_alone(town: Town) -> None:
    await market(town)
    await town.offer(worker_number=5, vacancy_number=2)

    found = await read(town, await run(town))

    assert (found["workers"], found["boundNow"], found["places"]) == (11, 1, 7)
    assert str(id_of(305)) not in proposed(found)


async def test_a_closed_vacancy_moves_few_others(town: Town) -> None:
    await market(town)
    before = await read(town, await run(town))
    first = proposed(before)
    await town.mutate(EMPLOYER, CLOSE, {"vacancyId": str(id_of(203)), "expectedVersion": 1})
    await town.fire_timers()
    assert await town.work_jobs() == 1

    runs = "query($area: AreaPath!) { matchingRuns(area: $area) { totalCount edges { node { id } } } }"
    newest = (await town.ask(STAFF, runs, {"area": COUNTY}))["matchingRuns"]
    assert newest["totalCount"] == 2
    after = await read(town, newest["edges"][0]["node"]["id"])

    assert (after["cause"], after["keepBonus"]) == ("VACANCY_CLOSED", 250)
    assert (after["displaced"], after["places"], after["placed"]) == (2, 6, 6)
    assert after["moved"] <= after["displaced"]
    second = proposed(after)
    changed = {key for key in first if first[key] is not None and first[key] != second[key]}
    assert len(changed) == after["displaced"] + after["moved"]
    told = {
        edge["node"]["worker"]["id"]: edge["node"]["movedFrom"]["id"]
        for edge in after["proposals"]["edges"]
        if edge["node"]["movedFrom"]
    }
    assert told == {key: first[key] for key in changed}


ADD_PLACES = """mutation($input: AddPlacesInput!) { result: addPlaces(input: $input) {
    __typename ... on Vacancy { places version } ... on Refused { code field } } }"""


async def test_added_places_and_new_work_are_given_out_by_a_run_that_follows(town: Town) -> None:
    await market(town)
    first = await read(town, await run(town))
    given = {"vacancyId": str(id_of(201)), "places": 5, "expectedVersion": 1}
    assert await town.mutate(EMPLOYER, ADD_PLACES, given) == {"__typename": "Vacancy", "places": 5, "version": 2}
    await town.fire_timers()
    assert await town.work_jobs() == 1

    runs = "query($area: AreaPath!) { matchingRuns(area: $area) { edges { node { id } } } }"
    newest = (await town.ask(STAFF, runs, {"area": COUNTY}))["matchingRuns"]["edges"][0]["node"]["id"]
    after = await read(town, newest)
    assert (after["cause"], after["places"], after["placed"], after["displaced"]) == ("PLACES_CHANGED", 11, 11, 0)
    assert after["moved"] <= 3
    assert (first["placed"], after["bound"] == after["points"] > first["points"]) == (8, True)

    for places, field in ((5, "places"), (4, "places")):
        again = given | {"places": places, "expectedVersion": 2}
        answer = await town.mutate(EMPLOYER, ADD_PLACES, again)
        assert answer == {"__typename": "Refused", "code": "INVALID_INPUT", "field": field}

    async with town.begin(EMPLOYER) as uow:
        await publish_vacancy(
            uow,
            employer_id=id_of(101),
            area_path=COUNTY,
            terms=posted(9, lat=39.51, wage=500_000, places=1).terms.terms,
            requirements=Requirements(),
            places=1,
            costs=(),
            idempotency_key="new-work",
        )
    await town.fire_timers()
    assert await town.work_jobs() == 1
    assert await town.count("matching_runs", "cause = 'PLACES_CHANGED'") == 2


async def test_a_new_care_duty_asks_the_areas_last_run_to_be_followed(town: Town) -> None:
    await market(town)
    await run(town)
    async with town.begin() as uow:
        await put_household(uow, household(6, care_in="99/01/01/002/201/", sequence=2))
    assert await town.work_jobs() == 1
    assert await town.count("matching_runs", "cause = 'CARE_CHANGED'") == 1

    async with town.begin() as uow:
        await put_household(uow, household(7, sequence=3))
    assert await town.work_jobs() == 0


async def test_a_list_tells_what_is_closed_and_the_smallest_change_that_opens_it(town: Town) -> None:
    await market(town)
    await town.add(posted(5, lat=39.75, wage=350_000, places=1))

    closed = {entry["vacancy"]["id"]: entry for entry in await listed(town, 1, everything=True)}

    far = closed[str(id_of(205))]
    assert [reason["code"] for reason in far["whyNot"]] == ["TOO_FAR"]
    assert far["smallestChange"] == [
        {"kind": "FARTHER", "amount": 7.8, "distanceKm": 27.8, "text": "Going 7.8 km farther"}
    ]
    poor = closed[str(id_of(204))]
    assert [reason["code"] for reason in poor["whyNot"]] == ["WAGE_BELOW_FLOOR"]
    assert [(each["kind"], each["amount"]) for each in poor["smallestChange"]] == [("LOWER_FLOOR", 800.0)]

    one = (await town.ask(as_worker(1), EXPLAIN, {"w": str(id_of(301)), "v": str(id_of(205))}))["explainMatch"]
    assert (one["possible"], one["commuteMinutes"]) == (False, 72)
    assert one["smallestChange"][0]["text"] == "Going 7.8 km farther"

    async with town.begin() as uow:
        stored = await uow.workers.get(id_of(301))
        assert stored is not None
        wider = Wishes(wage_floor_cents=290_000 - 80_000, max_distance_km=27.8)
        await uow.workers.save(replace(stored, wishes=wider, version=stored.version + 1))
    assert {entry["vacancy"]["id"] for entry in await listed(town, 1)} >= {str(id_of(204)), str(id_of(205))}


async def test_what_is_published_after_a_list_was_read_stands_in_the_next(town: Town) -> None:
    await market(town, workers=1)
    assert len(await listed(town, 1)) == 2

    await town.add(posted(6, lat=39.5, wage=500_000, places=1))
    assert (await listed(town, 1))[0]["vacancy"]["id"] == str(id_of(206))

    await town.mutate(EMPLOYER, CLOSE, {"vacancyId": str(id_of(206)), "expectedVersion": 1})
    assert len(await listed(town, 1)) == 2
    async with town.begin() as uow:
        stored = await uow.employers.get(id_of(101))
        assert stored is not None
        await uow.employers.save(replace(stored, critical_finding_at=MORNING, version=stored.version + 1))
    assert await listed(town, 1) == []


@pytest.mark.parametrize(
    "other", [HEAD, EMPLOYER, SPECIALIST, ADMIN, as_worker(1), SUPERVISOR], ids=lambda a: a.subject
)
async def test_only_employment_staff_start_runs(town: Town, other: Actor) -> None:
    await market(town, workers=1)

    answer = await town.mutate(other, START, {"area": COUNTY, "idempotencyKey": "k"})

    assert answer == {"__typename": "Refused", "code": "FORBIDDEN", "field": None}
    assert await town.count("chassis.jobs") == 0


async def test_totals_are_for_those_who_watch_and_names_for_those_who_may_offer(town: Town) -> None:
    await market(town)
    run_id = await run(town)

    assert (await read(town, run_id, SUPERVISOR))["proposals"] is None
    assert (await read(town, run_id, ADMIN))["proposals"] is None
    assert (await read(town, run_id, MONITOR))["proposals"]["totalCount"] == 12
    for stranger in (HEAD, EMPLOYER, as_worker(1), SPECIALIST):
        assert (await town.answer(stranger, RUN, {"id": run_id}))[1] == ["FORBIDDEN"]
    for outside in (STRANGE_STAFF, TOWNSHIP_STAFF):
        assert (await town.answer(outside, RUN, {"id": run_id}))[1] == ["MATCHING_RUN_NOT_FOUND"]
    assert await town.audited("readMatchingRun") != []


async def test_without_active_safeguards_no_run_starts(town: Town) -> None:
    await town.add_areas()
    await town.add(employer(), vacancy(1), worker(1))

    answer = await town.mutate(STAFF, START, {"area": COUNTY, "idempotencyKey": "k"})

    assert answer["__typename"] == "Refused"
    assert answer["code"].startswith("SAFEGUARDS") or answer["code"].startswith("REFERRAL")
    assert await town.count("chassis.jobs") == 0


async def test_a_run_to_follow_is_one_of_the_same_area(town: Town) -> None:
    await market(town)
    run_id = await run(town)

    answer = await town.mutate(STAFF, START, {"area": VILLAGE, "follows": run_id, "idempotencyKey": "k"})

    assert answer == {"__typename": "Refused", "code": "MATCHING_RUN_NOT_FOUND", "field": "follows"}


async def test_a_repeated_start_is_the_same_job(town: Town) -> None:
    await market(town)
    given = {"area": COUNTY, "idempotencyKey": "once"}

    first, second = await town.mutate(STAFF, START, given), await town.mutate(STAFF, START, given)

    assert first["id"] == second["id"]
    assert await town.work_jobs() == 1


async def test_a_warned_household_weighs_more_and_no_other_word_is_kept(town: Town) -> None:
    await market(town, workers=1)
    plain = (await listed(town, 1))[0]["score"]
    alert = UUID(int=7)
    async with town.begin() as uow:
        await uow.matching.put_warning(alert_id=alert, household_id=id_of(501), hundredths=150)

    assert (await listed(town, 1))[0]["score"] > plain
    async with town.begin() as uow:
        await uow.matching.end_warning(alert)
    assert (await listed(town, 1))[0]["score"] == plain


async def test_workers_free_later_are_told_by_how_many_days_the_start_would_have_to_move(town: Town) -> None:
    await town.add_areas()
    await town.add(employer(), vacancy(1), worker(1, wishes=Wishes(free_from=date(2020, 10, 11))))

    entry = (await listed(town, 1, everything=True))[0]

    assert [reason["code"] for reason in entry["whyNot"]] == ["NOT_FREE_YET"]
    assert [(each["kind"], each["amount"]) for each in entry["smallestChange"]] == [("LATER_START", 10.0)]
