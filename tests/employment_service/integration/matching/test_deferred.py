"""Runs where employers rank: a plan that no pair would leave, and what that costs beside the best one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from chassis.ids import new_id
from employment_service.vacancies.domain import TermsVersion
from employment_service.workers.domain import WorkerExperience
from tests.employment_service.factories import COUNTY, MORNING, employer, id_of, terms, vacancy, worker
from tests.employment_service.town import STAFF, Town

START = """mutation($input: StartMatchingRunInput!) { result: startMatchingRun(input: $input) {
    __typename ... on MatchingJob { id } ... on Refused { code } } }"""
JOB = "query($id: ID!) { matchingJob(id: $id) { state runId code } }"
RUN = """query($id: ID!) { matchingRun(id: $id) { rule follows cause placed points bound gap
    stability { blockingPairs blockingWorkers stablePoints price }
    proposals(first: 10) { edges { node { worker { id } vacancy { id } } } } } }"""
NEWEST = "query($area: AreaPath!) { matchingRuns(area: $area) { totalCount edges { node { id rule cause } } } }"
ADD_PLACES = """mutation($input: AddPlacesInput!) { result: addPlaces(input: $input) { __typename } }"""
COOK = "5120"


async def market(town: Town) -> None:
    """A good place for a cook and a poor one. The first worker has cooked, the second one's household is warned of."""
    await town.add_areas()
    await town.add_safeguards()
    poor = TermsVersion.of(terms(monthly_wage_cents=200_000), number=1, at=MORNING)
    await town.add(
        employer(),
        vacancy(1, occupation=COOK, places=1),
        vacancy(2, terms=poor, places=1),
        worker(1, experience=(WorkerExperience(title="Cook", occupation=COOK),)),
        worker(2),
    )
    async with town.begin() as uow:
        await uow.matching.put_warning(alert_id=UUID(int=7), household_id=id_of(502), hundredths=150)


async def run(town: Town, rule: str | None) -> dict[str, Any]:
    given: dict[str, object] = {"area": COUNTY, "idempotencyKey": str(new_id())}
    if rule is not None:
        given["rule"] = rule
    started = await town.mutate(STAFF, START, given)
    await town.work_jobs()
    job = (await town.ask(STAFF, JOB, {"id": started["id"]}))["matchingJob"]
    assert job["state"] == "DONE", job
    found: dict[str, Any] = (await town.ask(STAFF, RUN, {"id": job["runId"]}))["matchingRun"]
    return found


def proposed(found: dict[str, Any]) -> dict[str, str | None]:
    nodes = [edge["node"] for edge in found["proposals"]["edges"]]
    return {node["worker"]["id"]: (node["vacancy"] or {}).get("id") for node in nodes}


FIRST, SECOND, GOOD, POOR = (str(id_of(number)) for number in (301, 302, 201, 202))


async def test_the_best_plan_tells_who_would_rather_have_each_other_and_what_it_gains(town: Town) -> None:
    await market(town)

    found = await run(town, None)

    assert (found["rule"], found["gap"]) == ("BY_SURPLUS", 0.0)
    assert proposed(found) == {FIRST: POOR, SECOND: GOOD}
    told = found["stability"]
    assert (told["blockingPairs"], told["blockingWorkers"]) == (1, 1)
    assert 0 < told["stablePoints"] < found["points"]
    assert told["price"] == pytest.approx(1 - told["stablePoints"] / found["points"])


async def test_where_employers_rank_no_pair_would_leave_the_plan(town: Town) -> None:
    await market(town)
    best = await run(town, "BY_SURPLUS")

    found = await run(town, "DEFERRED_ACCEPTANCE")

    assert found["rule"] == "DEFERRED_ACCEPTANCE"
    assert proposed(found) == {FIRST: GOOD, SECOND: POOR}
    told = found["stability"]
    assert (told["blockingPairs"], told["blockingWorkers"]) == (0, 0)
    assert found["points"] == told["stablePoints"] == best["stability"]["stablePoints"]
    assert found["bound"] == best["points"]
    assert told["price"] == pytest.approx(1 - found["points"] / best["points"]) == best["stability"]["price"]


async def test_a_run_that_follows_ranks_as_the_one_before(town: Town) -> None:
    await market(town)
    await run(town, "DEFERRED_ACCEPTANCE")

    more = {"vacancyId": GOOD, "places": 2, "expectedVersion": 1}
    assert (await town.mutate(STAFF, ADD_PLACES, more))["__typename"] == "Vacancy"
    await town.fire_timers()
    assert await town.work_jobs() == 1

    newest = (await town.ask(STAFF, NEWEST, {"area": COUNTY}))["matchingRuns"]
    assert newest["totalCount"] == 2
    told = newest["edges"][0]["node"]
    assert (told["rule"], told["cause"]) == ("DEFERRED_ACCEPTANCE", "PLACES_CHANGED")
    found = (await town.ask(STAFF, RUN, {"id": told["id"]}))["matchingRun"]
    assert proposed(found) == {FIRST: GOOD, SECOND: GOOD}
    assert found["stability"]["blockingPairs"] == 0
