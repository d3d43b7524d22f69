"""A group is recruited by the platform: n decisions, and nothing from which a no can be read (A27, A28)."""

from __future__ import annotations

from datetime import date
from typing import Any

from chassis.identity import Actor
from contracts.employment.v1 import events_pb2
from employment_service.vacancies.service import revise_terms
from tests.employment_service.factories import COUNTY, id_of, terms, worker
from tests.employment_service.integration.documents import (
    DECLINE,
    GROUP_TRIP,
    MAKE_OFFER,
    all_accept,
    contracted,
    nodes,
    offers_of,
    recruit,
)
from tests.employment_service.town import (
    ADMIN,
    EMPLOYER,
    MONITOR,
    STAFF,
    SUPERVISOR,
    TOWNSHIP_STAFF,
    Json,
    Town,
    as_worker,
)

SEEN = """query($vacancy: ID!, $area: AreaPath!) {
    placements(area: $area, filter: {vacancyId: $vacancy, currentOnly: false}, first: 100) {
      totalCount edges { node { state workerName steps { state reason } } } }
    vacancy(id: $vacancy) { places placesLeft version }
    groupRecruitment(vacancyId: $vacancy, area: $area) { confirmed }
    groupTrips(vacancyId: $vacancy) { booked leavesOn } }"""
SHORTLIST = "query($id: ID!) { shortlistForVacancy(vacancyId: $id, withUnmatched: true) { totalCount } }"
FOR_WORKER = """query($id: ID!) { shortlistForWorker(workerId: $id, withUnmatched: true) {
    totalCount edges { node { whyNot { code } } } } }"""
VACANCY = str(id_of(201))
GROUP = {"vacancyId": VACANCY, "leavesOn": "2020-09-28", "meetingPlace": "Market square", "idempotencyKey": "trip"}


async def forty_six_asked(town: Town) -> dict[int, Json]:
    """41 say yes, 3 say no (42 to 44), 2 stay silent (45, 46); the 41 with their accepted offers."""
    await town.ready(workers=46, places=60)
    assert (await recruit(town))["__typename"] == "GroupRecruitment"
    assert await town.count("offers") == 46
    accepted = await all_accept(town, range(1, 42))
    for number in (42, 43, 44):
        (offer,) = await offers_of(town, number)
        assert (await town.mutate(as_worker(number), DECLINE, {"offerId": offer["id"]}))["state"] == "DECLINED"
    return accepted


async def seen_by(town: Town, actor: Actor) -> Json:
    return await town.ask(actor, SEEN, {"vacancy": VACANCY, "area": COUNTY})


async def test_of_46_asked_41_trips_are_booked_and_the_office_sees_41_confirmed_only(town: Town) -> None:
    accepted = await forty_six_asked(town)
    for offer in accepted.values():
        assert (await contracted(town, offer))["state"] == "CONTRACTED"
    trip = await town.mutate(STAFF, GROUP_TRIP, GROUP)

    assert (trip["booked"], trip["leavesOn"]) == (41, "2020-09-28")
    assert await town.count("trips", "state = 'BOOKED' and way = 'GROUP'") == 41
    seen = await seen_by(town, STAFF)
    assert seen["vacancy"] == {"places": 60, "placesLeft": 19, "version": 1}
    assert seen["groupRecruitment"] == {"confirmed": 41}
    assert seen["groupTrips"] == [{"booked": 41, "leavesOn": "2020-09-28"}]
    assert seen["placements"]["totalCount"] == 41
    assert {each["state"] for each in nodes(seen["placements"])} == {"TRAVEL_BOOKED"}


async def test_nothing_the_office_can_ask_differs_between_a_no_silence_and_never_having_been_asked(town: Town) -> None:
    await town.ready(workers=3)
    await recruit(town)
    await all_accept(town, (1,))
    (offer,) = await offers_of(town, 2)
    await town.mutate(as_worker(2), DECLINE, {"offerId": offer["id"]})
    # 4 came later and was never asked.
    await town.add(worker(4))
    declined, silent, never = (str(id_of(300 + number)) for number in (2, 3, 4))

    for actor in (STAFF, TOWNSHIP_STAFF):
        assert (await town.answer(actor, SHORTLIST, {"id": VACANCY}))[1] == ["RECRUITED_AS_A_GROUP"]
        by_hand = [
            await town.mutate(actor, MAKE_OFFER, {"workerId": each, "vacancyId": VACANCY, "idempotencyKey": each})
            for each in (declined, silent, never)
        ]
        assert {each["code"] for each in by_hand} == {"RECRUITED_AS_A_GROUP"}
        lists = [await town.ask(actor, FOR_WORKER, {"id": each}) for each in (declined, silent, never)]
        assert lists[0] == lists[1] == lists[2] == {"shortlistForWorker": {"totalCount": 0, "edges": []}}
    mine = await town.ask(as_worker(3), FOR_WORKER, {"id": silent})
    assert mine["shortlistForWorker"]["totalCount"] == 1


async def test_a_no_changes_nothing_that_an_official_can_read(town: Town) -> None:
    await town.ready(workers=12, places=60)
    await recruit(town)
    accepted = await all_accept(town, range(1, 11))
    assert len(accepted) == 10

    async def everything() -> list[Any]:
        figures = """query { workFigures(area: "99/01/01/", since: "2020-09", months: 2) { month fact count } }"""
        seen = [await town.ask(actor, figures) for actor in (STAFF, ADMIN, SUPERVISOR)]
        told = [len(await town.events(kind)) for kind in (events_pb2.VacancyChanged, events_pb2.WorkStateChanged)]
        audits = await town.count("chassis.audit")
        return [
            await seen_by(town, STAFF),
            await town.answer(EMPLOYER, SEEN, {"vacancy": VACANCY, "area": COUNTY}),
            seen,
            told,
            audits,
        ]

    before = await everything()
    (figure,) = [
        each for each in before[2][0]["workFigures"] if each["month"] == "2020-09" and each["fact"] == "CONFIRMED"
    ]
    assert figure["count"] == 10
    (offer,) = await offers_of(town, 11)
    await town.mutate(as_worker(11), DECLINE, {"offerId": offer["id"]})

    assert await everything() == before
    again = await recruit(town)
    assert again["confirmed"] == 10
    assert await town.count("offers", "not withheld") == 12


async def test_opening_again_asks_only_whoever_came_since_and_stops_where_places_end(town: Town) -> None:
    await town.ready(workers=5, places=4)
    await recruit(town)
    assert await town.count("offers") == 4
    await town.add(worker(6))
    await recruit(town)

    assert await town.count("offers") == 4
    assert await town.count("vacancy_places", "reserved = 4") == 1


async def test_a_start_moved_by_more_than_60_days_asks_each_again_and_only_the_rest_travels(town: Town) -> None:
    accepted = await forty_six_asked(town)
    for offer in accepted.values():
        await contracted(town, offer)
    await town.mutate(STAFF, GROUP_TRIP, GROUP)
    moved = terms(starts_on=date(2020, 12, 15))
    async with town.begin(EMPLOYER) as uow:
        await revise_terms(uow, vacancy_id=id_of(201), terms=moved, expected_version=1)

    assert await town.count("placement_steps", "state = 'VOIDED' and reason = 'START_MOVED'") == 41
    assert await town.count("trips", "state = 'BOOKED'") == 0
    seen = await seen_by(town, STAFF)
    assert seen["groupRecruitment"] == {"confirmed": 0}
    for number in (40, 41):
        (offer,) = await offers_of(town, number)
        taken_back = await town.mutate(as_worker(number), DECLINE, {"offerId": offer["id"]})
        assert taken_back["state"] == "DECLINED"
    confirmed = list((await all_accept(town, range(1, 40))).values())
    for offer in confirmed:
        assert (await contracted(town, offer, startsOn="2020-12-15"))["state"] == "CONTRACTED"
    trip = await town.mutate(EMPLOYER, GROUP_TRIP, GROUP | {"leavesOn": "2020-12-10", "idempotencyKey": "second"})

    assert trip["booked"] == 39
    assert await town.count("trips", "state = 'BOOKED'") == 39
    assert await town.count("placements", "state = 'TRAVEL_BOOKED'") == 39
    # The three who said no before were not asked again, and the two who withdrew owe nothing and are named nowhere.
    assert await town.count("offers", "state = 'DECLINED'") == 5
    states = [each["state"] for each in nodes((await seen_by(town, STAFF))["placements"])]
    assert (states.count("TRAVEL_BOOKED"), states.count("VOIDED"), len(states)) == (39, 41, 80)
    assert (await town.ask(MONITOR, "query($id: ID!) { offer(id: $id) { state } }", {"id": str(confirmed[0]["id"])}))[
        "offer"
    ] == {"state": "ACCEPTED"}


async def test_staff_of_one_area_ask_only_people_of_their_own(town: Town) -> None:
    await town.ready(workers=2)
    refused = await recruit(town, actor=TOWNSHIP_STAFF)

    assert refused["code"] == "FORBIDDEN"
    assert await town.count("offers") == 0
