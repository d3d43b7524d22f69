"""Couples who go together or not at all, and batches that open when enough come: through the graph."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.ids import new_id
from employment_service.vacancies.domain import Requirements, TermsVersion
from employment_service.vacancies.places import BatchOutOfRange
from employment_service.vacancies.service import publish_vacancy
from employment_service.workers.domain import Wishes
from tests.employment_service.factories import COUNTY, MORNING, employer, id_of, terms, vacancy, worker
from tests.employment_service.town import ADMIN, EMPLOYER, MONITOR, STAFF, Town, as_worker

NAME = """mutation($input: NameCompanionInput!) { result: nameCompanion(input: $input) {
    __typename ... on Worker { companion { workerId displayName confirmed } } ... on Refused { code field } } }"""
LEAVE = """mutation { result: leaveCompanion { __typename ... on Worker { companion { confirmed } } } }"""
REFUSE = """mutation($input: RefuseCompanionInput!) { result: refuseCompanion(input: $input) {
    __typename ... on Worker { namedBy { workerId } } } }"""
ME = "{ me { companion { workerId displayName confirmed } namedBy { workerId displayName } } }"
SEEN = "query($id: ID!) { worker(id: $id) { companion { workerId confirmed } namedBy { workerId } } }"
START = """mutation($input: StartMatchingRunInput!) { result: startMatchingRun(input: $input) {
    __typename ... on MatchingJob { id } ... on Refused { code } } }"""
JOB = "query($id: ID!) { matchingJob(id: $id) { state runId code } }"
RUN = """query($id: ID!) { matchingRun(id: $id) { rule cause placed points bound gap displaced moved
    couples couplesPlaced waiting batches batchesBelowMinimum
    stability { blockingPairs stablePoints price }
    prices(first: 10) { edges { node { minimum belowMinimum proposed vacancy { id } } } }
    proposals(first: 10) { edges { node { worker { id } vacancy { id } companion { id } } } } } }"""
NEWEST = "query($area: AreaPath!) { matchingRuns(area: $area) { totalCount edges { node { id } } } }"
LIST = """query($id: ID!) { nearbyVacancies(worker: $id, first: 10) { edges { node {
    placesForBoth reasons { code text } vacancy { id minimumBatch } } } } }"""
BATCH = """mutation($input: SetMinimumBatchInput!) { result: setMinimumBatch(input: $input) {
    __typename ... on Vacancy { minimumBatch version } ... on Refused { code field } } }"""
FIRST, SECOND, THIRD = (str(id_of(number)) for number in (301, 302, 303))
GOOD, POOR = str(id_of(201)), str(id_of(202))


async def market(town: Town, *, good: int, poor: int, workers: int = 2, minimum: int = 1) -> None:
    """Good work and poor work. Worker 2 has the wage floor that rules the poor one out where it is asked for."""
    await town.add_areas()
    await town.add_safeguards()
    low = TermsVersion.of(terms(monthly_wage_cents=210_000), number=1, at=MORNING)
    await town.add(
        employer(),
        vacancy(1, places=good, minimum_batch=minimum),
        vacancy(2, terms=low, places=poor),
        *(worker(number) for number in range(1, workers + 1)),
    )


async def name(town: Town, number: int, other: int) -> dict[str, Any]:
    answer = await town.mutate(as_worker(number), NAME, {"workerId": str(id_of(300 + other))})
    assert answer["__typename"] == "Worker", answer
    found: dict[str, Any] = answer["companion"]
    return found


async def run(town: Town, **given: object) -> dict[str, Any]:
    started = await town.mutate(STAFF, START, {"area": COUNTY, "idempotencyKey": str(new_id()), **given})
    await town.work_jobs()
    job = (await town.ask(STAFF, JOB, {"id": started["id"]}))["matchingJob"]
    assert job["state"] == "DONE", job
    return await read(town, job["runId"])


async def read(town: Town, run_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await town.ask(STAFF, RUN, {"id": run_id}))["matchingRun"]
    return found


async def newest(town: Town) -> dict[str, Any]:
    found = (await town.ask(STAFF, NEWEST, {"area": COUNTY}))["matchingRuns"]
    return await read(town, found["edges"][0]["node"]["id"])


def proposed(found: dict[str, Any]) -> dict[str, str | None]:
    nodes = [edge["node"] for edge in found["proposals"]["edges"]]
    return {node["worker"]["id"]: (node["vacancy"] or {}).get("id") for node in nodes}


async def test_a_name_counts_when_it_is_given_back_and_a_no_looks_like_silence(town: Town) -> None:
    await market(town, good=1, poor=1)
    nobody = await town.mutate(as_worker(1), NAME, {"workerId": str(id_of(399))})
    assert nobody["companion"] == {"workerId": str(id_of(399)), "displayName": None, "confirmed": False}
    unanswered = {"workerId": SECOND, "displayName": None, "confirmed": False}
    assert await name(town, 1, 2) == unanswered
    asked = (await town.ask(as_worker(2), ME))["me"]
    assert asked == {"companion": None, "namedBy": [{"workerId": FIRST, "displayName": "Invented Person 1"}]}
    for other in (STAFF, MONITOR):
        assert (await town.ask(other, SEEN, {"id": FIRST}))["worker"] == {"companion": None, "namedBy": None}

    refused = await town.mutate(as_worker(2), REFUSE, {"workerId": FIRST})
    assert refused == {"__typename": "Worker", "namedBy": []}
    assert (await town.ask(as_worker(1), ME))["me"]["companion"] == unanswered
    assert await name(town, 1, 2) == unanswered
    assert (await town.ask(as_worker(2), ME))["me"]["namedBy"] == []

    both = {"workerId": FIRST, "displayName": "Invented Person 1", "confirmed": True}
    assert await name(town, 2, 1) == both
    seen = (await town.ask(STAFF, SEEN, {"id": FIRST}))["worker"]
    assert seen == {"companion": {"workerId": SECOND, "confirmed": True}, "namedBy": None}
    assert (await town.ask(MONITOR, SEEN, {"id": FIRST}))["worker"]["companion"] is None
    for other in (EMPLOYER, ADMIN):
        assert (await town.ask(other, SEEN, {"id": FIRST}))["worker"] is None

    left = (await town.ask(as_worker(2), LEAVE))["result"]
    assert left == {"__typename": "Worker", "companion": None}
    assert (await town.ask(as_worker(1), ME))["me"]["companion"] == unanswered


@pytest.mark.parametrize("actor", [STAFF, EMPLOYER, MONITOR], ids=lambda actor: actor.subject)
async def test_nobody_else_names_a_companion(town: Town, actor: Any) -> None:
    await market(town, good=1, poor=1)
    answer = await town.mutate(actor, NAME, {"workerId": SECOND})
    assert answer == {"__typename": "Refused", "code": "FORBIDDEN", "field": None}
    assert await town.count("companions") == 0


async def test_nobody_is_their_own_companion(town: Town) -> None:
    await market(town, good=1, poor=1)
    answer = await town.mutate(as_worker(1), NAME, {"workerId": FIRST})
    assert answer == {"__typename": "Refused", "code": "COMPANION_IS_ONESELF", "field": "workerId"}


async def test_a_couple_goes_to_one_workplace_or_nowhere_until_one_of_them_leaves(town: Town) -> None:
    await market(town, good=1, poor=2)
    alone = await run(town)
    assert sorted(proposed(alone).values(), key=str) == [GOOD, POOR]

    await name(town, 1, 2)
    assert await town.fire_timers() == 0
    await name(town, 2, 1)
    await town.fire_timers()
    assert await town.work_jobs() == 1
    joined = await newest(town)
    assert (joined["cause"], joined["couples"], joined["couplesPlaced"]) == ("WISHES_CHANGED", 1, 1)
    assert proposed(joined) == {FIRST: POOR, SECOND: POOR}
    assert joined["points"] <= joined["bound"]
    assert [edge["node"]["companion"]["id"] for edge in joined["proposals"]["edges"]] == [SECOND, FIRST]
    listed = (await town.ask(as_worker(1), LIST, {"id": FIRST}))["nearbyVacancies"]["edges"]
    assert {each["node"]["vacancy"]["id"]: each["node"]["placesForBoth"] for each in listed} == {
        GOOD: False,
        POOR: True,
    }

    stable = await run(town, rule="DEFERRED_ACCEPTANCE")
    assert proposed(stable) == {FIRST: POOR, SECOND: POOR}
    assert stable["stability"] == {"blockingPairs": 0, "stablePoints": stable["points"], "price": 0.0}

    await town.ask(as_worker(2), LEAVE)
    await town.fire_timers()
    assert await town.work_jobs() == 1
    apart = await newest(town)
    assert (apart["couples"], apart["points"]) == (0, alone["points"])
    assert sorted(proposed(apart).values(), key=str) == [GOOD, POOR]


async def test_whoever_cannot_go_together_is_proposed_nothing_and_neither_is_who_waits(town: Town) -> None:
    await market(town, good=1, poor=2, workers=3)
    async with town.begin() as uow:
        stored = await uow.workers.get(id_of(302))
        assert stored is not None
        choosy = worker(2, wishes=Wishes(wage_floor_cents=250_000, max_distance_km=20.0), version=2)
        await uow.workers.save(choosy)
    await name(town, 1, 2)
    await name(town, 2, 1)
    found = await run(town)
    assert (found["couples"], found["couplesPlaced"], found["waiting"]) == (1, 0, 0)
    assert proposed(found) == {FIRST: None, SECOND: None, THIRD: GOOD}

    await town.offer(worker_number=2, vacancy_number=1)
    later = await run(town)
    assert (later["couples"], later["waiting"]) == (0, 1)
    assert proposed(later) == {FIRST: None, THIRD: POOR}


async def test_a_batch_opens_when_enough_would_come_and_says_why_it_does_not(town: Town) -> None:
    await market(town, good=4, poor=4, workers=3, minimum=4)
    closed = await run(town)
    prices = {edge["node"]["vacancy"]["id"]: edge["node"] for edge in closed["prices"]["edges"]}
    assert (prices[GOOD]["minimum"], prices[GOOD]["belowMinimum"], prices[GOOD]["proposed"]) == (4, True, 0)
    assert (prices[POOR]["minimum"], prices[POOR]["belowMinimum"]) == (1, False)
    assert (closed["batches"], closed["batchesBelowMinimum"]) == (1, 1)
    assert set(proposed(closed).values()) == {POOR}
    listed = (await town.ask(as_worker(1), LIST, {"id": FIRST}))["nearbyVacancies"]["edges"]
    told = {each["node"]["vacancy"]["id"]: each["node"] for each in listed}
    assert told[GOOD]["vacancy"]["minimumBatch"] == 4
    assert {"code": "OPENS_WITH_ENOUGH", "text": "Opens when at least 4 people want it"} in told[GOOD]["reasons"]
    assert told[GOOD]["placesForBoth"] is None

    for minimum, version in ((5, 1), (0, 1)):
        given = {"vacancyId": GOOD, "minimumBatch": minimum, "expectedVersion": version}
        answer = await town.mutate(EMPLOYER, BATCH, given)
        assert answer == {"__typename": "Refused", "code": "BATCH_OUT_OF_RANGE", "field": "minimumBatch"}
    answer = await town.mutate(EMPLOYER, BATCH, {"vacancyId": GOOD, "minimumBatch": 3, "expectedVersion": 1})
    assert answer == {"__typename": "Vacancy", "minimumBatch": 3, "version": 2}
    await town.fire_timers()
    assert await town.work_jobs() == 1
    opened = await newest(town)
    assert (opened["cause"], opened["batches"], opened["batchesBelowMinimum"]) == ("PLACES_CHANGED", 1, 0)
    assert set(proposed(opened).values()) == {GOOD}


async def test_a_published_batch_has_no_more_people_than_places(town: Town) -> None:
    await town.add_areas()
    await town.add(employer())

    async def publish(minimum: int) -> int:
        async with town.begin(EMPLOYER) as uow:
            made = await publish_vacancy(
                uow,
                employer_id=id_of(101),
                area_path=COUNTY,
                terms=terms(),
                requirements=Requirements(group=True),
                places=6,
                costs=(),
                minimum_batch=minimum,
                idempotency_key=f"batch-{minimum}",
            )
        return made.minimum_batch

    assert await publish(6) == 6
    with pytest.raises(BatchOutOfRange, match="between 1 and 6"):
        await publish(7)
