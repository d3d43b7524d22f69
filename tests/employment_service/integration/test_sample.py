"""A whole sample county in one go: 600 workers, 60 employers, 300 vacancies."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from chassis.errors import Refusal
from contracts.employment.v1 import events_pb2
from employment_service.copies.domain import Point
from employment_service.sample import Loaded, SampleEmployer, SampleSafeguards, SampleVacancy, SampleWorker, load_sample
from employment_service.vacancies.domain import Workplace
from employment_service.workers.domain import Contact, Wishes
from tests.employment_service.factories import COUNTY, VILLAGE, checklist, id_of, terms
from tests.employment_service.town import STAFF, Town

WORKERS = [
    SampleWorker(
        id=id_of(10_000 + n),
        subject=f"sample-worker-{n}",
        member_id=id_of(20_000 + n),
        household_id=id_of(30_000 + n),
        area_path=VILLAGE,
        date_of_birth=date(1960, 1, 1) + timedelta(days=37 * (n % 400)),
        contact=Contact(display_name=f"Invented {n}"),
        wishes=Wishes(wage_floor_cents=150_000 + 1_000 * (n % 100), max_distance_km=30.0),
    )
    for n in range(600)
]
EMPLOYERS = [
    SampleEmployer(
        id=id_of(40_000 + n),
        area_path=COUNTY,
        name=f"Firm {n}",
        registration_number=f"S-{n}",
        inspected_on=date(2020, 6, 1),
    )
    for n in range(60)
]
VACANCIES = [
    SampleVacancy(
        id=id_of(50_000 + n),
        employer_id=id_of(40_000 + n % 60),
        area_path=COUNTY,
        terms=terms(
            workplace=Workplace(name=f"Place {n}", place=Point(lat=39.5 + (n % 40) / 100, lon=76.0 + n / 1000))
        ),
        places=1 + n % 7,
    )
    for n in range(300)
]
SAFEGUARDS = [SampleSafeguards(id=id_of(60_000), area_path=COUNTY, checklist=checklist(), activated_by="admin-1")]


async def test_a_county_is_loaded_once(town: Town) -> None:
    await town.add_areas()

    loaded = await load_sample(
        town.begin, workers=WORKERS, employers=EMPLOYERS, vacancies=VACANCIES, safeguards=SAFEGUARDS
    )

    assert loaded == Loaded(safeguards=1, employers=60, vacancies=300, workers=600)
    assert len(await town.events(events_pb2.VacancyChanged)) == 300
    again = await load_sample(
        town.begin, workers=WORKERS, employers=EMPLOYERS, vacancies=VACANCIES, safeguards=SAFEGUARDS
    )
    assert again == Loaded(safeguards=0, employers=0, vacancies=0, workers=0)
    assert await town.total_events() == 300

    found = await town.ask(
        STAFF,
        "query($id: ID!) { shortlistForVacancy(vacancyId: $id, first: 100) { totalCount edges { node { distanceKm } } } }",
        {"id": str(id_of(50_000))},
    )
    assert isinstance(found["shortlistForVacancy"], dict)
    assert found["shortlistForVacancy"]["totalCount"] == 600
    assert len(found["shortlistForVacancy"]["edges"]) == 100


@pytest.mark.parametrize(
    "wrong",
    [
        {
            "workers": [
                SampleWorker(
                    **{name: getattr(WORKERS[0], name) for name in SampleWorker.__slots__}
                    | {"date_of_birth": date(2005, 1, 1)}
                )
            ]
        },
        {
            "vacancies": [
                SampleVacancy(
                    **{name: getattr(VACANCIES[0], name) for name in SampleVacancy.__slots__}
                    | {"employer_id": id_of(1)}
                )
            ]
        },
        {
            "employers": [
                SampleEmployer(
                    **{name: getattr(EMPLOYERS[0], name) for name in SampleEmployer.__slots__}
                    | {"inspected_on": date(2019, 1, 1)}
                )
            ]
        },
    ],
    ids=["a child", "an unknown employer", "an employer without standing"],
)
async def test_the_rules_hold_for_samples_too(town: Town, wrong: dict[str, object]) -> None:
    given = {"workers": WORKERS[:1], "employers": EMPLOYERS[:1], "vacancies": VACANCIES[:1], "safeguards": []} | wrong

    with pytest.raises(Refusal):
        await load_sample(town.begin, **given)  # type: ignore[arg-type]  # arguments by name

    assert await town.count("workers") == await town.count("vacancies") == await town.count("employers") == 0
