"""Every step after the offer can be taken back by the worker, and each says why it was taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from chassis.identity import Actor
from employment_service.placements.domain import Placement
from employment_service.placements.reasons import StepReason
from tests.employment_service.factories import worker
from tests.employment_service.integration.documents import BOOK, PLACEMENT, RESIGN, TAKE_BACK, WITHDRAW
from tests.employment_service.integration.placements.steps import contracted, started
from tests.employment_service.town import EMPLOYER, MONITOR, STAFF, Json, Town, as_worker

END = f"mutation($input: EndPlacementInput!) {{ result: endPlacement(input: $input) {{ {PLACEMENT} }} }}"
RETURN = f"mutation($input: PlacementInput!) {{ result: confirmReturn(input: $input) {{ {PLACEMENT} }} }}"
LOG = "query($id: ID!) { placement(id: $id) { state version steps { state reason } } }"


async def read(town: Town, placed: Placement | str, actor: Actor | None = None) -> Json:
    placement_id = placed if isinstance(placed, str) else str(placed.id)
    found: Json = (await town.ask(as_worker() if actor is None else actor, LOG, {"id": placement_id}))["placement"]
    return found


async def taken_back(town: Town, placement_id: str) -> Json:
    version = (await read(town, placement_id))["version"]
    return await town.mutate(as_worker(), TAKE_BACK, {"placementId": placement_id, "expectedVersion": version})


async def test_every_step_has_a_reason_of_the_closed_list(town: Town) -> None:
    placed = await started(town)
    steps = (await read(town, placed))["steps"]

    assert steps == [
        {"state": "ACCEPTED", "reason": "DECIDED_BY_WORKER"},
        {"state": "CONTRACTED", "reason": "CONTRACT_MATCHES"},
        {"state": "ARRIVED", "reason": "SAID_BY_WORKER"},
        {"state": "STARTED", "reason": "SAID_BY_WORKER"},
    ]
    assert await town.count("placement_steps", "reason = 'NOT_RECORDED'") == 0


async def test_a_resignation_can_be_taken_back_while_the_place_is_free(town: Town) -> None:
    placed = await started(town)
    left = await town.mutate(as_worker(), RESIGN, {"placementId": str(placed.id), "reason": "WAGE", "returnTrip": True})
    assert left["steps"][-1] == {"state": "RESIGNED", "reason": "WAGE"}
    for actor in (EMPLOYER, STAFF):
        assert (await read(town, placed, actor))["steps"][-1] == {"state": "ENDED", "reason": "NOT_SAID"}
    assert (await read(town, placed, MONITOR))["steps"][-1]["reason"] == "WAGE"

    town.clock.advance(timedelta(days=14))
    back = await taken_back(town, str(placed.id))

    assert (back["state"], back["steps"][-1]["reason"]) == ("STARTED", "TAKEN_BACK_BY_WORKER")
    assert await town.count("vacancy_places", "taken = 1") == 1
    assert await town.count("follow_ups", "state = 'CANCELLED'") == 0
    assert await town.count("trips", "direction = 'HOME' and state = 'CANCELLED'") == 1
    await town.fire_timers()
    assert await town.count("follow_ups", "state = 'DUE' and day = 7") == 1


async def test_leaving_is_not_taken_back_after_two_weeks_nor_when_the_place_is_gone(town: Town) -> None:
    placed = await started(town)
    await town.mutate(as_worker(), RESIGN, {"placementId": str(placed.id)})
    async with town.begin() as uow:
        vacancy = await uow.vacancies.locked(placed.vacancy_id)
        assert vacancy is not None
        await uow.vacancies.save_places(replace(vacancy, taken=vacancy.places))
    assert (await taken_back(town, str(placed.id)))["code"] == "NO_PLACES_LEFT"
    town.clock.advance(timedelta(days=15))
    assert (await taken_back(town, str(placed.id)))["code"] == "PLACEMENT_STEP_NOT_POSSIBLE"


@pytest.mark.parametrize(("how", "reason"), [("ENDED", "SEASON_OVER"), ("EMPLOYER_TERMINATED", "NO_WORK_LEFT")])
async def test_an_end_that_the_employer_recorded_falsely_is_undone_at_any_time(
    town: Town, how: str, reason: str
) -> None:
    placed = await started(town)
    given = {"placementId": str(placed.id), "how": how, "reason": reason, "expectedVersion": placed.version}
    ended = await town.mutate(EMPLOYER, END, given)
    assert ended["steps"][-1] == {"state": "ENDED", "reason": "NOT_SAID"}
    assert (await read(town, placed))["steps"][-1] == {"state": how, "reason": reason}

    town.clock.advance(timedelta(days=40))
    assert (await taken_back(town, str(placed.id)))["state"] == "STARTED"


async def test_a_reason_that_does_not_fit_the_end_is_refused(town: Town) -> None:
    placed = await started(town)
    given = {"placementId": str(placed.id), "how": "ENDED", "reason": "NOT_SUITED", "expectedVersion": placed.version}

    assert (await town.mutate(EMPLOYER, END, given))["field"] == "reason"


async def test_coming_home_can_be_taken_back_to_where_it_stood(town: Town) -> None:
    placed = await started(town)
    left = await town.mutate(as_worker(), RESIGN, {"placementId": str(placed.id), "returnTrip": True})
    home = await town.mutate(as_worker(), RETURN, {"placementId": left["id"], "expectedVersion": left["version"]})
    assert home["state"] == "RETURNED"
    assert await town.count("trips", "direction = 'HOME' and state = 'DONE'") == 1

    assert (await taken_back(town, str(placed.id)))["state"] == "RESIGNED"


async def test_a_withdrawn_acceptance_stands_again_with_its_consent(town: Town) -> None:
    await town.ready(places=1)
    made, placed = await town.accepted()
    await town.mutate(as_worker(), WITHDRAW, {"offerId": str(made.id)})
    assert await town.count("silences") == 1

    back = await taken_back(town, str(placed.id))

    assert back["state"] == "ACCEPTED"
    assert await town.count("offers", "state = 'ACCEPTED'") == 1
    assert (await town.count("silences"), await town.count("consents")) == (0, 1)
    assert await town.count("vacancy_places", "taken = 1 and reserved = 0") == 1


async def test_a_booked_way_is_called_off_with_the_step(town: Town) -> None:
    placed = await contracted(town)
    given = {"placementId": str(placed.id), "expectedVersion": placed.version}
    booked = await town.mutate(as_worker(), BOOK, given)
    assert booked["steps"][-1] == {"state": "TRAVEL_BOOKED", "reason": "OWN_TRAVEL"}

    assert (await taken_back(town, str(placed.id)))["state"] == "CONTRACTED"
    assert await town.count("trips", "state = 'CANCELLED'") == 1


async def test_nobody_else_takes_a_step_back(town: Town) -> None:
    placed = await started(town)
    await town.add(worker(2))
    for other in (STAFF, EMPLOYER, MONITOR, as_worker(2)):
        given = {"placementId": str(placed.id), "expectedVersion": placed.version}
        assert (await town.mutate(other, TAKE_BACK, given))["code"] == "FORBIDDEN"
    assert (await read(town, placed))["state"] == "STARTED"


async def test_rows_of_before_say_that_no_reason_was_recorded(town: Town) -> None:
    placed = await started(town)
    async with town.begin() as uow:
        await uow.connection.execute(text("update placement_steps set reason = default"))
    async with town.begin() as uow:
        found = await uow.placements.get(placed.id)
    assert found is not None
    assert {each.reason for each in found.log} == {StepReason.NOT_RECORDED}
    assert found.since == date(2020, 9, 12)
