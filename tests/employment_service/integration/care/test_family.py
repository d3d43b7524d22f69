"""Somebody at home needs care: the worker is told and may ask for work nearby; nothing else happens (A30)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from chassis.identity import Actor
from employment_service.placements.domain import PlacementState
from tests.employment_service.factories import (
    employer,
    id_of,
    vacancy,
    worker,
)
from tests.employment_service.integration.calls.phoning import (
    ask_for_nearby_work,
    find_matches,
    listed,
    phoned,
    wants_calls,
)
from tests.employment_service.integration.copies.messages import household_message, take
from tests.employment_service.integration.placements.steps import started, state_of
from tests.employment_service.town import ADMIN, EMPLOYER, MONITOR, SPECIALIST, STAFF, Town, as_worker

NOTICES = """{ myNotices { totalCount edges { node { id kind text since careKind ownDuty } } } }"""
CLOSE = """mutation($id: ID!) { result: closeNotice(id: $id) {
    ... on Notice { id closedAt } ... on Refused { code } } }"""
NEARBY = """query($id: ID!) { _entities(representations: [{__typename: "Member", id: $id}]) {
    ... on Member { nearbyVacancies { edges { node { vacancy { id } careDistanceKm } } } } } }"""
ASKED = "query($id: ID!) { worker(id: $id) { askedNearbyAt seeking } }"


async def notices(town: Town, number: int = 1) -> list[dict[str, object]]:
    found = (await town.ask(as_worker(number), NOTICES))["myNotices"]["edges"]
    return [{key: value for key, value in edge["node"].items() if key not in {"id", "text"}} for edge in found]


async def test_a_parent_needs_care_and_the_worker_asks_and_nothing_moves_by_itself(town: Town) -> None:
    """A30, second half."""
    placed = await started(town)
    await wants_calls(town)
    town.set_clock(date(2020, 9, 20))
    await take(town, household_message(care=False), sequence=2)
    events = await town.total_events()

    await take(town, household_message(), sequence=3)

    assert await notices(town) == [{"kind": "CARE_NEEDED", "since": "2020-09-20", "careKind": "ELDER", "ownDuty": True}]
    await find_matches(town)
    assert await listed(town) == []
    before = await town.ask(STAFF, ASKED, {"id": str(id_of(301))})
    assert before == {"worker": {"askedNearbyAt": None, "seeking": True}}
    assert await town.total_events() == events

    await town.add(vacancy(2))
    await ask_for_nearby_work(town, as_worker())

    listing = (await town.ask(as_worker(), NEARBY, {"id": str(id_of(401))}))["_entities"][0]["nearbyVacancies"]
    assert [edge["node"]["vacancy"]["id"] for edge in listing["edges"]] == [str(id_of(202))]
    await find_matches(town)
    assert await listed(town) == [("1", ["NEW_MATCH"])]
    assert await state_of(town, placed) is PlacementState.STARTED
    assert await town.count("offers") == 1
    assert await town.total_events() == events


async def test_of_a_household_those_who_work_or_look_for_work_are_told_once(town: Town) -> None:
    await town.add_areas()
    for number, seeking in ((1, True), (2, True), (3, False)):
        await town.add(replace(worker(number), household_id=id_of(501), seeking=seeking))
    await take(town, household_message(members=(1, 2, 3), care=False), sequence=2)
    message = household_message(members=(1, 2, 3))
    for member in message.members[1:]:
        del member.care_duties[:]

    await take(town, message, sequence=3)
    await take(town, message, sequence=4)

    assert [each["ownDuty"] for each in await notices(town, 1)] == [True]
    assert [each["ownDuty"] for each in await notices(town, 2)] == [False]
    assert await notices(town, 3) == []
    assert await town.count("worker_notices") == 2


async def test_care_that_is_over_is_told_of_no_more(town: Town) -> None:
    await town.add_areas()
    await town.add(worker(1))
    await take(town, household_message(care=False), sequence=2)
    await take(town, household_message(), sequence=3)
    assert len(await notices(town)) == 1

    await take(town, household_message(care=False), sequence=4)

    assert await notices(town) == []


async def test_a_first_copy_of_a_household_tells_of_no_change(town: Town) -> None:
    await town.add_areas()
    async with town.begin() as uow:
        await uow.workers.add(worker(1))

    await take(town, household_message(), sequence=1)

    assert await town.count("worker_notices") == 0


async def test_a_notice_is_put_away_by_its_worker_alone(town: Town) -> None:
    await town.add_areas()
    await town.add(worker(1), worker(2))
    await take(town, household_message(care=False), sequence=2)
    await take(town, household_message(), sequence=3)
    found = (await town.ask(as_worker(1), NOTICES, locale="zh-CN"))["myNotices"]
    node = found["edges"][0]["node"]
    assert (found["totalCount"], node["text"][:7]) == (1, "您家里有人需要")

    refused = await town.ask(as_worker(2), CLOSE, {"id": node["id"]})
    closed = await town.ask(as_worker(1), CLOSE, {"id": node["id"]})

    assert refused["result"] == {"code": "NOTICE_NOT_FOUND"}
    assert closed["result"]["id"] == node["id"]
    assert await notices(town) == []


@pytest.mark.parametrize("other", [STAFF, ADMIN, EMPLOYER, SPECIALIST, MONITOR], ids=lambda actor: actor.subject)
async def test_nobody_else_reads_notices(town: Town, other: Actor) -> None:
    assert (await town.answer(other, NOTICES))[1] == ["FORBIDDEN"]


async def test_staff_cannot_tell_who_was_told(town: Town) -> None:
    """The list is the same for whoever was told of care and whoever was not, until they ask."""
    await town.add_areas()
    await town.add_safeguards()
    await town.add(employer(), vacancy(terms=vacancy().terms), phoned(1), phoned(2))
    await take(town, household_message(care=False), sequence=2)
    await take(town, household_message(), sequence=3)
    await find_matches(town)

    assert await listed(town) == []
    assert await town.count("new_matches") == 0
