"""What employers, staff and others read of a placement: never how it ended, nor what the worker wishes or is owed."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.identity import Actor
from employment_service.placements.leaving import ask_for_another_post, resign
from tests.employment_service.factories import id_of, vacancy, worker
from tests.employment_service.integration.documents import BOOK, CONTRACT, step
from tests.employment_service.integration.placements.steps import contracted, started
from tests.employment_service.town import (
    ADMIN,
    EMPLOYER,
    HEAD,
    MONITOR,
    OTHER_EMPLOYER,
    SPECIALIST,
    STAFF,
    STRANGE_STAFF,
    SUPERVISOR,
    Town,
    as_worker,
)

# Every field but ids and version: a new one has to be given its readers here.
OPEN_TO_ALL = ("state", "since", "steps", "trips", "vacancy", "employer", "workerName", "terms", "stableFrom")
OWN = ("follows", "followedBy", "workedSince", "travelSubsidy", "lateWages", "wages", "followUps", "returnTripWanted")
NOT_FOR_EMPLOYERS = ("anotherPostAsked", "confirmedWageMonths")
FIELDS = """query($id: ID!) { placement(id: $id) { id version state since steps { state reason } trips { direction }
    vacancy { id } employer { id } workerName terms { hash } stableFrom
    follows { id } followedBy { id } workedSince travelSubsidy { km } lateWages { month } wages { month }
    followUps { day } returnTripWanted onHold mismatches { figure } anotherPostAsked confirmedWageMonths
    worker { id } } }"""


async def seen(town: Town, actor: Actor, placement_id: object) -> dict[str, Any] | None:
    found = (await town.ask(actor, FIELDS, {"id": str(placement_id)}))["placement"]
    assert found is None or isinstance(found, dict)
    return found


async def test_each_reads_of_a_placement_what_is_theirs(town: Town) -> None:
    placed = await started(town)
    async with town.begin(as_worker()) as uow:
        placed = await ask_for_another_post(uow, placement_id=placed.id)
    await town.add(worker(2))

    own = await seen(town, as_worker(), placed.id)
    assert own is not None
    assert (own["anotherPostAsked"], own["confirmedWageMonths"], own["onHold"]) == (True, [], False)
    assert own["worker"] == {"id": str(id_of(301))}
    assert set(own) == {*OPEN_TO_ALL, *OWN, *NOT_FOR_EMPLOYERS, "id", "version", "onHold", "mismatches", "worker"}
    staff, employer = await seen(town, STAFF, placed.id), await seen(town, EMPLOYER, placed.id)
    assert staff is not None
    assert employer is not None
    for field in OPEN_TO_ALL:
        assert staff[field] == employer[field] == own[field]
    for field in (*OWN, "onHold"):
        assert (staff[field], employer[field]) == (None, None)
    assert (staff["anotherPostAsked"], staff["confirmedWageMonths"], staff["mismatches"]) == (True, [], None)
    assert (employer["anotherPostAsked"], employer["confirmedWageMonths"], employer["mismatches"]) == (None, None, [])
    assert (staff["worker"], employer["worker"]) == ({"id": str(id_of(301))}, None)
    for other in (OTHER_EMPLOYER, STRANGE_STAFF, SPECIALIST, HEAD, ADMIN, SUPERVISOR, as_worker(2)):
        assert await seen(town, other, placed.id) is None
    assert (await seen(town, MONITOR, placed.id) or {})["workedSince"] == "2020-09-12"


@pytest.mark.parametrize("actor", [EMPLOYER, STAFF], ids=["employer", "staff"])
async def test_a_step_that_is_refused_does_not_tell_that_the_worker_left(town: Town, actor: Actor) -> None:
    placed = await contracted(town)
    async with town.begin(as_worker()) as uow:
        left = await resign(uow, placement_id=placed.id, return_trip=False)
    given = {"placementId": str(placed.id), "expectedVersion": left.version}
    figures = {"monthlyWage": "3000", "weeklyHours": 40, "contractMonths": 12, "startsOn": "2020-10-01"}
    asked = [(step("confirmArrival"), given), (CONTRACT, given | figures)] if actor is EMPLOYER else [(BOOK, given)]

    for document, said in asked:
        refused = await town.mutate(actor, document.replace("code field", "code message"), said)
        assert refused["code"] == "PLACEMENT_STEP_NOT_POSSIBLE"
        assert refused["message"].startswith("A placement that is ENDED ")


async def test_a_worker_lists_own_placements_of_one_vacancy(town: Town) -> None:
    placed = await started(town)
    await town.add(vacancy(2))
    document = (
        """query($vacancy: ID) { placements(filter: {vacancyId: $vacancy}) { totalCount edges { node { id } } } }"""
    )

    mine = [
        (await town.ask(as_worker(), document, {"vacancy": each}))["placements"] for each in (None, str(id_of(201)))
    ]
    assert [each["edges"] for each in mine] == [[{"node": {"id": str(placed.id)}}]] * 2
    other = (await town.ask(as_worker(), document, {"vacancy": str(id_of(202))}))["placements"]
    assert other == {"totalCount": 0, "edges": []}
