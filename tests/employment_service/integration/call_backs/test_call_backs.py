"""Somebody independent asks whether a yes was free: everybody who was assisted, and a share of the others (G3)."""

from __future__ import annotations

from datetime import timedelta

from chassis.identity import Actor
from employment_service.call_backs.domain import is_sampled
from tests.employment_service.factories import COUNTY
from tests.employment_service.integration.documents import ACCEPT, BOOK, GROUP_TRIP, contracted, understand
from tests.employment_service.town import ADMIN, EMPLOYER, MONITOR, STAFF, Json, Town, as_worker

OPEN = """query($area: AreaPath!) { callBacks(area: $area) { id why dueOn outcome worker { displayName } } }"""
RECORD = """mutation($input: RecordCallBackInput!) { result: recordCallBack(input: $input) {
    __typename ... on CallBack { outcome } ... on Refused { code } } }"""
GROUP = {"leavesOn": "2020-09-28", "meetingPlace": "Square", "idempotencyKey": "1"}


async def assisted(town: Town, witness: str = "teacher-1") -> Json:
    await town.ready()
    made = await town.offer()
    given = await understand(town, 1, str(made.id))
    town.clock.advance(timedelta(hours=72))
    return await town.mutate(as_worker(), ACCEPT, given | {"assistedBy": witness})


async def test_an_assisted_yes_travels_only_after_the_monitor_has_asked(town: Town) -> None:
    accepted = await assisted(town)
    placement = await contracted(town, accepted)
    book = {"placementId": placement["id"], "expectedVersion": placement["version"]}
    assert (await town.mutate(as_worker(), BOOK, book))["code"] == "CALL_BACK_OPEN"
    trip = await town.mutate(STAFF, GROUP_TRIP, GROUP | {"vacancyId": str(await _vacancy(town))})
    assert trip["booked"] == 0

    (asked,) = (await town.ask(MONITOR, OPEN, {"area": COUNTY}))["callBacks"]
    assert (asked["why"], asked["dueOn"], asked["worker"]) == (
        "ASSISTED",
        "2020-09-28",
        {"displayName": "Invented Person 1"},
    )
    for other in (STAFF, ADMIN, EMPLOYER, as_worker()):
        assert (await town.answer(other, OPEN, {"area": COUNTY}))[1] == ["FORBIDDEN"]
        refused = await town.mutate(other, RECORD, {"callBackId": asked["id"], "outcome": "FREELY_GIVEN"})
        assert refused["code"] == "FORBIDDEN"
    tried = await town.mutate(MONITOR, RECORD, {"callBackId": asked["id"], "outcome": "NOT_REACHED"})
    assert tried["outcome"] is None
    assert (await town.mutate(as_worker(), BOOK, book))["code"] == "CALL_BACK_OPEN"
    free = await town.mutate(MONITOR, RECORD, {"callBackId": asked["id"], "outcome": "FREELY_GIVEN"})

    assert free["outcome"] == "FREELY_GIVEN"
    assert (await town.mutate(as_worker(), BOOK, book))["state"] == "TRAVEL_BOOKED"


async def _vacancy(town: Town) -> object:
    async with town.begin() as uow:
        (vacancy,) = await uow.vacancies.open_ones()
        return vacancy.id


async def test_a_yes_that_was_not_free_is_void_and_to_others_the_work_just_ended(town: Town) -> None:
    accepted = await assisted(town)
    (asked,) = (await town.ask(MONITOR, OPEN, {"area": COUNTY}))["callBacks"]
    await town.mutate(MONITOR, RECORD, {"callBackId": asked["id"], "outcome": "NOT_FREELY_GIVEN"})
    document = "query($id: ID!) { placement(id: $id) { state steps { state reason } } }"

    async def last(actor: Actor) -> object:
        seen = await town.ask(actor, document, {"id": accepted["placement"]["id"]})
        return seen["placement"]["steps"][-1]

    assert await last(MONITOR) == {"state": "VOIDED", "reason": "NOT_FREELY_GIVEN"}
    assert await last(STAFF) == await last(EMPLOYER) == {"state": "ENDED", "reason": "NOT_SAID"}
    assert await town.count("vacancy_places", "taken = 0 and reserved = 0") == 1
    again = await town.mutate(MONITOR, RECORD, {"callBackId": asked["id"], "outcome": "FREELY_GIVEN"})
    assert again["code"] == "CALL_BACK_NOT_FOUND"


async def test_whoever_recruits_is_no_witness(town: Town) -> None:
    assert (await assisted(town, witness=STAFF.subject))["code"] == "WITNESS_NOT_OUTSIDE"
    assert await town.count("placements") == 0


async def test_a_fifth_of_the_others_is_asked_and_nobody_can_tell_whom(town: Town) -> None:
    digests = [town.vault.index(str(number), kind="call-back.sample") for number in range(2_000)]

    assert 340 <= sum(is_sampled(digest, 20) for digest in digests) <= 460
    assert not any(is_sampled(digest, 0) for digest in digests)
