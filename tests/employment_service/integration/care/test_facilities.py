"""A place that gives care opens: which work it makes possible, for whom, and who learns what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from chassis.identity import Actor
from chassis.ids import new_id
from employment_service.copies.domain import CareDuty, CareKind, Point
from employment_service.vacancies.domain import Housing, TermsVersion, Vacancy, Workplace
from employment_service.workers.domain import Wishes, Worker
from tests.employment_service.factories import (
    MORNING,
    VILLAGE,
    employer,
    household,
    id_of,
    terms,
    vacancy,
    worker,
)
from tests.employment_service.integration.calls.phoning import ask_for_nearby_work
from tests.employment_service.town import ADMIN, EMPLOYER, STAFF, STRANGE_STAFF, Town, as_worker

OPEN = """mutation($input: OpenCareFacilityInput!) { result: openCareFacility(input: $input) {
    ... on CareFacility { id version freedWork { totalCount edges { node {
        others vacancy { id } workers { displayName } } } } } ... on Refused { code field } } }"""
CLOSE = """mutation($input: CloseCareFacilityInput!) { result: closeCareFacility(input: $input) {
    ... on CareFacility { id closesOn } ... on Refused { code field } } }"""
FACILITIES = """query($area: AreaPath!) { careFacilities(area: $area) { totalCount edges { node { id name kind opensAt
    closesAt village { path } freedWork(first: 1) { edges { node { vacancy { id } } } } } } } }"""
NOTICES = "{ myNotices { edges { node { kind since } } } }"
FAR = Wishes(wage_floor_cents=200_000, max_distance_km=60.0)


def away(number: int, *, lat: float = 39.7, **changes: object) -> Vacancy:
    """22 km from the first village: too far from whoever is cared for there."""
    place = Workplace(name=f"Workshop {number}", place=Point(lat=lat, lon=76.0))
    return vacancy(number, terms=TermsVersion.of(terms(workplace=place, **changes), number=1, at=MORNING))


async def add_carer(
    town: Town, number: int, *, kinds: tuple[CareKind, ...] = (CareKind.CHILD,), care_in: str = VILLAGE
) -> Worker:
    one = worker(number, wishes=FAR)
    await town.add(one)
    copy = household(number, sequence=9)
    duties = tuple(CareDuty(id=new_id(), kind=kind, area_path=care_in, valid_from=date(2020, 9, 1)) for kind in kinds)
    member = replace(copy.members[0], care_duties=duties)
    async with town.begin() as uow:
        await uow.households.put(replace(copy, members=(member,)))
    return one


async def open_one(town: Town, actor: Actor = STAFF, **changes: object) -> dict[str, object]:
    given = {
        "village": VILLAGE,
        "kind": "CHILD",
        "name": "Invented Kindergarten",
        "places": 20,
        "opensOn": "2020-10-01",
        "opensAt": "06:30",
        "closesAt": "19:00",
        "idempotencyKey": str(new_id()),
    }
    return dict(await town.mutate(actor, OPEN, given | changes))


WITHDRAW = """mutation($input: WithdrawCareFacilityInput!) { result: withdrawCareFacility(input: $input) {
    ... on CareFacilityWithdrawn { id } ... on Refused { code field } } }"""


def freed(facility: dict[str, object]) -> list[tuple[str, list[str], object]]:
    connection = facility["freedWork"]
    assert isinstance(connection, dict)
    return [
        (
            edge["node"]["vacancy"]["id"],
            [each["displayName"][-1] for each in edge["node"]["workers"]],
            edge["node"]["others"],
        )
        for edge in connection["edges"]
    ]


async def test_the_pairs_that_only_care_stood_against_are_shown_for_workers_who_asked(town: Town) -> None:
    await town.add_areas()
    await town.add(
        employer(),
        vacancy(1),
        away(2),
        away(3, shift_from_minutes=6 * 60),
        away(4, housing=Housing.FREE),
        away(5, monthly_wage_cents=150_000),
        away(6, lat=40.5),
        away(7, shift_to_minutes=20 * 60),
    )
    await add_carer(town, 1)
    await ask_for_nearby_work(town, as_worker(1), km=60.0)
    await town.add(worker(2, wishes=FAR))
    await ask_for_nearby_work(town, as_worker(2), km=60.0)

    facility = await open_one(town)

    assert freed(facility) == [(str(id_of(202)), ["1"], None)]


async def test_of_those_who_did_not_ask_only_a_number_of_ten_or_more_is_shown(town: Town) -> None:
    await town.add_areas()
    await town.add(employer(), away(2))
    for number in range(1, 10):
        await add_carer(town, number)
    assert freed(await open_one(town)) == []
    await add_carer(town, 10)

    assert freed(await open_one(town)) == [(str(id_of(202)), [], 10)]

    await ask_for_nearby_work(town, as_worker(10), km=60.0)
    assert freed(await open_one(town)) == [(str(id_of(202)), ["0"], None)]


async def test_care_of_another_kind_or_in_another_village_still_binds(town: Town) -> None:
    await town.add_areas()
    await town.add(employer(), away(2))
    await add_carer(town, 1, kinds=(CareKind.CHILD, CareKind.ELDER))
    await add_carer(town, 2, kinds=(CareKind.ELDER,))
    for number in (1, 2):
        await ask_for_nearby_work(town, as_worker(number), km=60.0)

    assert freed(await open_one(town)) == []
    assert freed(await open_one(town, kind="ELDER")) == [(str(id_of(202)), ["2"], None)]


async def test_a_pair_that_was_offered_before_is_freed_for_nobody_whatever_the_answer(town: Town) -> None:
    await town.add_areas()
    await town.add_safeguards()
    await town.add(employer(), away(2))
    await town.add(worker(1, wishes=FAR))
    await town.offer(vacancy_number=2)
    async with town.begin() as uow:
        copy = household(1, sequence=9)
        duty = CareDuty(id=new_id(), kind=CareKind.CHILD, area_path=VILLAGE, valid_from=date(2020, 9, 1))
        await uow.households.put(replace(copy, members=(replace(copy.members[0], care_duties=(duty,)),)))
    await ask_for_nearby_work(town, as_worker(1), km=60.0)

    assert freed(await open_one(town)) == []


async def test_carers_are_told_and_nobody_is_moved_or_offered_anything(town: Town) -> None:
    await town.add_areas()
    await town.add(employer(), away(2))
    await add_carer(town, 1)
    await town.add(worker(2))

    facility = await open_one(town)

    told = (await town.ask(as_worker(1), NOTICES))["myNotices"]["edges"]
    assert [edge["node"] for edge in told] == [{"kind": "CARE_PLACE_OPENS", "since": "2020-10-01"}]
    assert (await town.ask(as_worker(2), NOTICES))["myNotices"]["edges"] == []
    assert await town.count("offers") == 0
    assert await town.audited("openCareFacility") == [("staff-1", str(facility["id"]))]


async def test_a_closed_facility_frees_nothing(town: Town) -> None:
    await town.add_areas()
    await town.add(employer(), away(2))
    await add_carer(town, 1)
    facility = await open_one(town)
    given = {"facilityId": facility["id"], "closesOn": "2020-12-01", "expectedVersion": facility["version"]}

    closed = await town.mutate(STAFF, CLOSE, given)

    assert closed == {"id": facility["id"], "closesOn": "2020-12-01"}
    assert (await town.mutate(STAFF, CLOSE, given))["code"] == "CONFLICT"
    town.set_clock(date(2020, 12, 1))
    document = FACILITIES.replace("freedWork(first: 1)", "freedWork")
    assert (await town.answer(STAFF, document, {"area": VILLAGE}))[1] == ["CARE_FACILITY_CLOSED"]


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"places": 0}, "CARE_FACILITY_INVALID", "places"),
        ({"name": " "}, "CARE_FACILITY_INVALID", "name"),
        ({"closesAt": "06:30"}, "CARE_FACILITY_INVALID", "opensAt"),
        ({"opensAt": "6:30"}, "INVALID_INPUT", "opensAt"),
        ({"village": "99/01/01/001/999/"}, "UNKNOWN_AREA", "area"),
    ],
    ids=str,
)
async def test_what_makes_no_sense_is_refused_by_name(
    town: Town, wrong: dict[str, object], code: str, field: str
) -> None:
    await town.add_areas()

    assert await open_one(town, STAFF, **wrong) == {"code": code, "field": field}
    assert await town.count("care_facilities") == 0


@pytest.mark.parametrize("other", [ADMIN, EMPLOYER, STRANGE_STAFF, as_worker()], ids=lambda actor: actor.subject)
async def test_only_the_employment_staff_of_the_area_open_and_read_them(town: Town, other: Actor) -> None:
    await town.add_areas()
    await open_one(town)

    assert (await open_one(town, other))["code"] == "FORBIDDEN"
    assert (await town.answer(other, FACILITIES, {"area": VILLAGE}))[1] == ["FORBIDDEN"]
    listed = (await town.ask(STAFF, FACILITIES, {"area": VILLAGE}))["careFacilities"]
    shown = listed["edges"]
    assert listed["totalCount"] == len(shown)
    assert [(edge["node"]["opensAt"], edge["node"]["closesAt"]) for edge in shown] == [("06:30", "19:00")]


async def test_a_facility_recorded_by_mistake_is_taken_away_with_what_was_told_of_it(town: Town) -> None:
    await town.ready(workers=0)
    await add_carer(town, 1)
    made = await open_one(town)
    assert len((await town.ask(as_worker(), NOTICES))["myNotices"]["edges"]) == 1
    given = {"facilityId": made["id"], "expectedVersion": made["version"]}
    for other in (ADMIN, EMPLOYER, STRANGE_STAFF):
        assert (await town.mutate(other, WITHDRAW, given))["code"] in {"FORBIDDEN", "CARE_FACILITY_NOT_FOUND"}

    assert await town.mutate(STAFF, WITHDRAW, given) == {"id": made["id"]}

    assert (await town.ask(STAFF, FACILITIES, {"area": VILLAGE}))["careFacilities"]["edges"] == []
    assert (await town.ask(as_worker(), NOTICES))["myNotices"]["edges"] == []
    assert (await town.mutate(STAFF, WITHDRAW, given))["code"] == "CARE_FACILITY_NOT_FOUND"
    assert await town.audited("withdrawCareFacility") == [(STAFF.subject, made["id"])]
