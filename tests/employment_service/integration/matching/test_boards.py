"""The board that a process keeps: what another process changes shows in the next list."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from employment_service.copies.domain import Point
from employment_service.employers.domain import critical_finding_opened
from employment_service.matching.boards import Boards
from employment_service.vacancies.domain import Requirements, TermsVersion, Vacancy, Workplace
from employment_service.vacancies.service import add_places, close_vacancy, revise_terms
from tests.employment_service.factories import MORNING, employer, id_of, terms, vacancy, worker
from tests.employment_service.town import STAFF, Town

LIST = """query($worker: ID!) { nearbyVacancies(worker: $worker, withUnmatched: true) {
    edges { node { whyNot { code } monthlyWage { amount } smallestChange { kind codes }
        vacancy { workplace { name } placesLeft employer { name } } } } } }"""
Line = tuple[str, str, int, str, list[str]]


def at(number: int, *, lat: float, needs: frozenset[str] = frozenset()) -> Vacancy:
    place = Workplace(name=f"Workshop {number}", place=Point(lat=lat, lon=76.0))
    return vacancy(
        number,
        places=2,
        terms=TermsVersion.of(terms(workplace=place), number=1, at=MORNING),
        requirements=Requirements(qualifications=needs),
    )


async def listed(town: Town) -> list[Line]:
    """Where, for how much, places left, of whom, and why not; the nearest first."""
    found = (await town.ask(STAFF, LIST, {"worker": str(id_of(301))}))["nearbyVacancies"]
    assert isinstance(found, dict)
    return [
        (
            node["vacancy"]["workplace"]["name"],
            node["monthlyWage"]["amount"],
            node["vacancy"]["placesLeft"],
            node["vacancy"]["employer"]["name"],
            [reason["code"] for reason in node["whyNot"]],
        )
        for node in (edge["node"] for edge in found["edges"])
    ]


def line(number: int, *, wage: str = "3000.00", left: int = 2, why_not: tuple[str, ...] = ()) -> Line:
    return (f"Workshop {number}", wage, left, "Invented Textiles", list(why_not))


async def wage_falls(town: Town) -> None:
    async with town.begin(STAFF) as uow:
        place = Workplace(name="Workshop 1", place=Point(lat=39.51, lon=76.0))
        await revise_terms(
            uow,
            vacancy_id=id_of(201),
            terms=terms(workplace=place, monthly_wage_cents=290_000),
            expected_version=1,
        )


async def closes(town: Town) -> None:
    async with town.begin(STAFF) as uow:
        await close_vacancy(uow, vacancy_id=id_of(201), expected_version=1)


async def places_are_added(town: Town) -> None:
    async with town.begin(STAFF) as uow:
        await add_places(uow, vacancy_id=id_of(202), places=7, expected_version=1)


async def last_places_are_taken(town: Town) -> None:
    async with town.begin() as uow:
        given = await uow.vacancies.locked(id_of(201))
        assert given is not None
        await uow.vacancies.save_places(replace(given, taken=2))


async def is_published(town: Town) -> None:
    await town.add(at(4, lat=39.505))


async def asks_for_what_none_asked_before(town: Town) -> None:
    await town.add(at(4, lat=39.505, needs=frozenset({"WELDER"})))


async def employer_comes_under_review(town: Town) -> None:
    async with town.begin() as uow:
        boss = await uow.employers.get(id_of(101))
        assert boss is not None
        await uow.employers.save(critical_finding_opened(boss, at=MORNING))


FIRST = [line(1), line(2), line(3)]


@pytest.mark.parametrize(
    ("change", "then"),
    [
        (wage_falls, [line(2), line(3), line(1, wage="2900.00")]),
        (closes, [line(2), line(3)]),
        (places_are_added, [line(1), line(2, left=7), line(3)]),
        (last_places_are_taken, [line(2), line(3), line(1, left=0, why_not=("NO_PLACES_LEFT",))]),
        (is_published, [line(4), line(1), line(2), line(3)]),
        (
            asks_for_what_none_asked_before,
            [line(1), line(2), line(3), line(4, why_not=("QUALIFICATION_MISSING",))],
        ),
        (
            employer_comes_under_review,
            [line(number, why_not=("EMPLOYER_NOT_IN_STANDING",)) for number in (1, 2, 3)],
        ),
    ],
    ids=lambda each: each.__name__ if callable(each) else "",
)
async def test_what_another_process_changes_shows_in_the_next_list(
    town: Town, change: Callable[[Town], Awaitable[None]], then: list[Line]
) -> None:
    await town.add_areas()
    await town.add(employer(), at(1, lat=39.51), at(2, lat=39.52), at(3, lat=39.53), worker(1))
    other = replace(town, boards=Boards())
    assert await listed(town) == await listed(other) == FIRST

    await change(other)

    assert await listed(town) == await listed(other) == await listed(replace(town, boards=Boards())) == then


async def test_a_list_over_a_board_that_stands_asks_for_the_worker_and_what_is_around(town: Town) -> None:
    """The driver's own statements, two of them, are not counted here: the area's setting, and what is around."""
    await town.add_areas()
    await town.add(employer(), at(1, lat=39.51), worker(1))
    await listed(town)

    with town.counted_queries() as sent:
        assert await listed(town) == [line(1)]

    assert len(sent) == 1
    assert "FROM workers" in sent[0]
