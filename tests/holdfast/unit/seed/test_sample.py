"""The sample county on paper: exact counts, nobody real, the same every time."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime
from hashlib import sha256

import pytest

from chassis.identity import Role
from employment_service.copies.domain import Point
from holdfast.seed import story, work
from holdfast.seed.families import Family, families
from holdfast.seed.ids import sample_id
from holdfast.seed.ledgers import ledger_of, story_facts
from holdfast.seed.officers import FAMILIES_PER_OFFICER, officers, pairings
from holdfast.seed.places import COUNTY, TOWNSHIPS, VILLAGES
from holdfast.settings import ROOT
from households_service.ledger.domain import LedgerEntry
from households_service.members.id_number import IdNumber
from households_service.statements.domain import AccountingRules, IncomeBasis, all_statements

TODAY = date(2020, 9, 18)
VILLAGE_NAMES = [village.name for village in VILLAGES]
NOW = datetime(2020, 9, 18, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def county() -> list[Family]:
    return [family for _, people in families() for family in people]


def test_the_county_has_exactly_the_size_it_promises(county: list[Family]) -> None:
    assert (len(TOWNSHIPS), len(VILLAGES)) == (3, 20)
    assert len(county) == 5_000
    assert sum(len(family.members) for family in county) == 18_000
    assert sum(family.household.monitored for family in county) == 400
    assert Counter(family.household.area_path for family in county) == dict.fromkeys(
        (village.path for village in VILLAGES), 250
    )


def test_every_id_number_is_valid_unique_and_of_an_unassigned_area(county: list[Family]) -> None:
    numbers = [member.details.id_number for family in county for member in family.members]
    assert len(set(numbers)) == 18_000
    for number in numbers:
        assert number is not None
        assert IdNumber.parse(number, samples_allowed=True).text.startswith("990101")


def test_every_household_has_one_head_and_nobody_is_unborn(county: list[Family]) -> None:
    for family in county:
        assert sum(member.head for member in family.members) == 1
        assert all(member.date_of_birth is not None and member.date_of_birth < TODAY for member in family.members)


def test_names_are_of_both_forms(county: list[Family]) -> None:
    names = [member.details.name for family in county for member in family.members]
    dotted = sum("·" in name for name in names)
    assert 5_000 < dotted < 9_000
    assert {len(name) for name in names if "·" not in name} == {2, 3}


def test_forty_support_officers_know_ten_monitored_families_each() -> None:
    everyone = officers()
    assert Counter(role for officer in everyone for role in officer.roles) == {
        Role.SUPPORT_OFFICER: 40,
        Role.VILLAGE_SPECIALIST: 20,
        Role.TOWNSHIP_REVIEWER: 3,
        Role.COUNTY_APPROVER: 1,
        Role.COUNTY_ADMIN: 1,
        Role.EMPLOYMENT_STAFF: 1,
        Role.SECTOR_LIAISON: 1,
        Role.PLANNER: 1,
        Role.SUPERVISOR: 1,
    }
    assert len({officer.subject for officer in everyone}) == len(everyone)
    load = Counter(pairing.officer_id for village, people in families() for pairing in pairings(village, people))
    assert load == {officer.id: FAMILIES_PER_OFFICER for officer in everyone if Role.SUPPORT_OFFICER in officer.roles}


def test_six_hundred_workers_of_whom_a_quarter_look_after_somebody(county: list[Family]) -> None:
    workers = work.workers(county)
    caring = {duty.member_id for family in county for duty in family.care_duties}
    assert len({worker.member_id for worker in workers}) == 600
    assert sum(worker.member_id in caring for worker in workers) == 150
    assert len({worker.area_path for worker in workers}) == 20
    assert not {worker.member_id for worker in workers} & {person.id for person in (*story.FAMILY, *story.PARENTS)}


def test_sixty_employers_offer_three_hundred_vacancies_inside_and_outside_the_county() -> None:
    vacancies = work.vacancies(TODAY)
    assert (len(work.employers(TODAY)), len(vacancies)) == (60, 300)
    inside = sum(
        vacancy.terms.workplace.place.lat > 38 and vacancy.terms.workplace.place.lon < 93 for vacancy in vacancies
    )
    assert inside == 200
    assert {vacancy.area_path for vacancy in vacancies} == {COUNTY}
    villages = Counter(name for vacancy in vacancies for name in VILLAGE_NAMES if name in vacancy.terms.workplace.name)
    assert villages == dict.fromkeys(VILLAGE_NAMES, 10)


def test_there_is_day_work_near_the_mothers_parent() -> None:
    village = next(village for village in VILLAGES if village.path == story.PARENT_VILLAGE)
    near = [
        vacancy
        for vacancy in work.vacancies(TODAY)
        if _near(vacancy.terms.workplace.place, village.lat, village.lon)
        and not vacancy.terms.works_at_night
        and not vacancy.requirements.qualifications
        and vacancy.terms.shift_to_minutes <= 19 * 60
        and vacancy.terms.monthly_wage_cents >= 200_000
    ]
    assert len(near) >= 3


def _near(place: Point, lat: float, lon: float) -> bool:
    """Within about 11 km."""
    return abs(place.lat - lat) < 0.07 and abs(place.lon - lon) < 0.09


def test_the_ledger_of_the_story_gives_the_figures_of_the_worked_example(county: list[Family]) -> None:
    family = next(family for family in county if family.household.code == story.HOUSEHOLD_CODE)
    entries = ledger_of(family, today=TODAY, recorded_at=NOW, with_story=True)
    assert tuple(entry.fact for entry in entries) == story_facts()
    statements = all_statements(entries, [], member_count=4, as_of=TODAY, rules=AccountingRules())
    assert {statement.basis: statement.net_cents for statement in statements} == {
        IncomeBasis.RUN_RATE_12M: 3_240_000,
        IncomeBasis.CALENDAR_YEAR_PROJECTED: 2_790_000,
        IncomeBasis.RECEIVED_12M: 2_190_000,
    }
    assert ledger_of(family, today=TODAY, recorded_at=NOW, with_story=False) == ()


def test_every_other_family_lives_on_something(county: list[Family]) -> None:
    ledgers = [ledger_of(family, today=TODAY, recorded_at=NOW, with_story=False) for family in county]
    assert sum(not ledger for ledger in ledgers) == 1
    assert all(_counted(entry) for ledger in ledgers for entry in ledger)


def _counted(entry: LedgerEntry) -> bool:
    return entry.status == "COUNTED" and entry.fact.amount_cents > 0


def test_the_sample_is_the_same_every_time(county: list[Family]) -> None:
    again = [family for _, people in families() for family in people]
    assert again == county
    digest = sha256(
        "\n".join(
            f"{member.id} {member.details.name} {member.details.id_number}"
            for family in county
            for member in family.members
        ).encode()
    )
    assert digest.hexdigest()[:16] == "55cfa0420d8baaab"


def test_the_page_of_its_people_names_those_who_are_there(county: list[Family]) -> None:
    page = (ROOT / "docs" / "sample.md").read_text(encoding="utf-8")
    known = {str(story.FATHER.id), str(sample_id("employer", "1")), str(sample_id("vacancy", "1 0"))}
    # Whom the mistyped number of the first waiting record may mean.
    known.add(str(sample_id("member", "990101001202-0002 0")))
    subjects = {officer.subject for officer in officers()} | {story.INDEPENDENT_MONITOR}
    workers = {worker.subject for worker in work.workers(county)}

    assert set(re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}", page)) == known
    named = set(
        re.findall(r"\b(?:county|supervisor|planner|sector|employment|township|village|support)-[a-z-]+[0-9-]+", page)
    )
    assert named - {"employer-1"} <= subjects
    assert set(re.findall(r"sample-worker-\d+", page)) <= workers
