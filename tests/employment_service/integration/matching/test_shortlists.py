"""Shortlists through the graph (A30: asks for nearby work), with exact distances, points and reasons."""

from __future__ import annotations

from datetime import date

import pytest

from chassis.identity import Actor
from employment_service.copies.domain import Point
from employment_service.vacancies.domain import Housing, Requirements, TermsVersion, Vacancy, Workplace
from employment_service.workers.domain import Wishes
from tests.employment_service.factories import (
    FAR_VILLAGE,
    MORNING,
    NEXT_VILLAGE,
    OTHER_COUNTY_VILLAGE,
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
    SPECIALIST,
    STAFF,
    STRANGE_STAFF,
    TOWNSHIP_STAFF,
    Town,
    as_worker,
)

SHORTLIST = """query($id: ID!, $all: Boolean!, $first: Int, $after: String) {
    shortlistForWorker(workerId: $id, withUnmatched: $all, first: $first, after: $after) {
        edges { cursor node { possible distanceKm careDistanceKm score price scoreParts { stableChance incomeGain { amount } householdWeight wayCost { amount } careCost { amount } } smallestChange { kind amount }
            reasons { code text } whyNot { code } vacancy { id workplace { name } employer { name } } } }
        pageInfo { hasNextPage endCursor } totalCount } }"""


def at(number: int, *, lat: float, **changes: object) -> Vacancy:
    place = Workplace(name=f"Workshop {number}", place=Point(lat=lat, lon=76.0))
    return vacancy(number, terms=TermsVersion.of(terms(workplace=place, **changes), number=1, at=MORNING))


async def shortlist(
    town: Town, actor: Actor, *, everything: bool = False, locale: str = "en"
) -> list[dict[str, object]]:
    data = await town.ask(actor, SHORTLIST, {"id": str(id_of(301)), "all": everything}, locale=locale)
    connection = data["shortlistForWorker"]
    assert isinstance(connection, dict)
    return [edge["node"] for edge in connection["edges"]]


async def four_vacancies(town: Town) -> None:
    """Near; nearer but badly paid; near but lived in; far."""
    await town.add_areas()
    await town.add(
        employer(),
        at(1, lat=39.55),
        at(2, lat=39.51, monthly_wage_cents=210_000),
        at(3, lat=39.52, housing=Housing.FREE),
        at(4, lat=40.5),
        worker(1, wishes=Wishes(wage_floor_cents=200_000, max_distance_km=20.0)),
    )


async def test_a_worker_with_a_care_duty_gets_work_near_whoever_needs_care_with_reasons(town: Town) -> None:
    await four_vacancies(town)
    async with town.begin() as uow:
        await uow.households.put(household(1, care_in=NEXT_VILLAGE, sequence=2))

    found = await shortlist(town, as_worker(), everything=True)

    assert [(each["vacancy"]["workplace"]["name"], each["possible"]) for each in found] == [  # type: ignore[index]  # JSON of an answer
        ("Workshop 1", True),
        ("Workshop 2", True),
        ("Workshop 3", False),
        ("Workshop 4", False),
    ]
    best = found[0]
    assert (best["distanceKm"], best["careDistanceKm"]) == (5.6, 0.0)
    assert best["scoreParts"] == {
        "stableChance": 0.7941,
        "incomeGain": {"amount": "3000.00"},
        "householdWeight": 1.0,
        "wayCost": {"amount": "95.41"},
        "careCost": {"amount": "0.00"},
    }
    assert (best["score"], best["price"]) == (2286, None)
    assert best["reasons"] == [
        {"code": "NEAR_HOME", "text": "Near home (5.6 km)"},
        {"code": "NEAR_CARE", "text": "Near whoever you look after (0.0 km of at most 15.0 km)"},
        {"code": "HOURS_LEAVE_ROOM_FOR_CARE", "text": "The hours leave room for care"},
        {"code": "WAGE_ABOVE_FLOOR", "text": "The wage is 1,000.00 above your least wage"},
    ]
    assert [reason["code"] for reason in found[2]["whyNot"]] == ["CARE_HOURS"]  # type: ignore[attr-defined]  # JSON of an answer
    assert [reason["code"] for reason in found[3]["whyNot"]] == ["TOO_FAR", "COMMUTE_TOO_LONG", "CARE_TOO_FAR"]  # type: ignore[attr-defined]  # JSON of an answer


async def test_a_care_duty_counts_from_its_first_day_to_before_its_last(town: Town) -> None:
    await four_vacancies(town)
    async with town.begin() as uow:
        await uow.households.put(household(1, care_in=FAR_VILLAGE, sequence=2))
    assert await shortlist(town, as_worker()) == []

    town.set_clock(date(2020, 8, 31))

    assert len(await shortlist(town, as_worker())) == 3


async def test_reasons_follow_the_readers_language(town: Town) -> None:
    await four_vacancies(town)

    found = await shortlist(town, STAFF, locale="zh-CN")

    assert found[0]["reasons"][0] == {"code": "NEAR_HOME", "text": "离家近（5.6 公里）"}  # type: ignore[index]  # JSON of an answer


async def test_the_shortlist_works_without_safeguards(town: Town) -> None:
    await four_vacancies(town)

    assert len(await shortlist(town, STAFF)) == 3
    assert await town.count("recruitment_safeguards") == 0


@pytest.mark.parametrize(
    "other", [SPECIALIST, ADMIN, EMPLOYER, HEAD, STRANGE_STAFF, as_worker(2)], ids=lambda actor: actor.subject
)
async def test_nobody_else_reads_a_workers_shortlist(town: Town, other: Actor) -> None:
    await four_vacancies(town)

    data, errors = await town.answer(other, SHORTLIST, {"id": str(id_of(301)), "all": False})

    assert data is None
    assert errors in (["FORBIDDEN"], ["WORKER_NOT_FOUND"])


async def test_a_page_goes_on_where_the_last_one_ended(town: Town) -> None:
    await four_vacancies(town)
    first = await town.ask(STAFF, SHORTLIST, {"id": str(id_of(301)), "all": True, "first": 3})
    page = first["shortlistForWorker"]
    assert isinstance(page, dict)
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"], len(page["edges"])) == (4, True, 3)

    rest = await town.ask(
        STAFF, SHORTLIST, {"id": str(id_of(301)), "all": True, "first": 3, "after": page["pageInfo"]["endCursor"]}
    )

    assert isinstance(rest["shortlistForWorker"], dict)
    assert [edge["node"]["vacancy"]["workplace"]["name"] for edge in rest["shortlistForWorker"]["edges"]] == [
        "Workshop 4"
    ]


async def test_a_shortlist_is_read_with_a_fixed_number_of_queries(town: Town) -> None:
    await four_vacancies(town)
    with town.counted_queries() as four:
        await shortlist(town, STAFF)
    await town.add(*(at(number, lat=39.5 + number / 1000) for number in range(5, 35)))

    with town.counted_queries() as many:
        await shortlist(town, STAFF)

    # The worker; vacancies that changed; and at first their employers and these' inspections.
    assert (len(four), len(many)) == (4, 2)


async def test_for_a_vacancy_only_workers_who_registered_and_seek_are_listed(town: Town) -> None:
    await town.add_areas()
    await town.add(
        employer(),
        vacancy(1, requirements=Requirements(qualifications=frozenset({"SEWING"}))),
        worker(1, wishes=Wishes(qualifications=frozenset({"SEWING"}))),
        worker(2, wishes=Wishes(qualifications=frozenset({"SEWING"})), area_path=NEXT_VILLAGE),
        worker(3, wishes=Wishes(qualifications=frozenset({"SEWING"})), seeking=False),
        worker(4),
        worker(5, wishes=Wishes(qualifications=frozenset({"SEWING"})), area_path=FAR_VILLAGE),
        worker(6, wishes=Wishes(qualifications=frozenset({"SEWING"})), area_path=OTHER_COUNTY_VILLAGE),
    )
    async with town.begin() as uow:
        await uow.households.put(household(77))
    document = """query($id: ID!) { shortlistForVacancy(vacancyId: $id) {
        edges { node { distanceKm worker { displayName } } } } }"""

    async def listed(actor: Actor) -> list[tuple[str, float]]:
        connection = (await town.ask(actor, document, {"id": str(id_of(201))}))["shortlistForVacancy"]
        assert isinstance(connection, dict)
        return [(e["node"]["worker"]["displayName"][-1], e["node"]["distanceKm"]) for e in connection["edges"]]

    assert await listed(STAFF) == [("1", 2.2), ("2", 3.3), ("5", 54.4)]
    assert await listed(TOWNSHIP_STAFF) == [("1", 2.2), ("2", 3.3)]
    assert await listed(STRANGE_STAFF) == [("6", 54.4)]
    for other in (EMPLOYER, as_worker(), SPECIALIST, ADMIN):
        assert (await town.answer(other, document, {"id": str(id_of(201))}))[1] == ["FORBIDDEN"]


async def test_a_pair_that_was_offered_leaves_the_list_whatever_the_answer(town: Town) -> None:
    await town.ready(workers=2)
    from employment_service.offers.service import decline

    document = "query($id: ID!) { shortlistForVacancy(vacancyId: $id) { totalCount } }"
    said_no = await town.offer(worker_number=1)
    await town.offer(worker_number=2)
    await decline(town.begin, as_worker(1), offer_id=said_no.id)

    assert await town.ask(STAFF, document, {"id": str(id_of(201))}) == {"shortlistForVacancy": {"totalCount": 0}}
