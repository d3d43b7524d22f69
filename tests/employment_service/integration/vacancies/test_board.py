"""The public board, publishing, and the employers and safeguards behind it."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from chassis.identity import Actor, Role
from contracts.employment.v1 import events_pb2
from employment_service.employers.domain import Inspection
from tests.employment_service.factories import COUNTY, VILLAGE, employer, id_of, vacancy, worker
from tests.employment_service.town import (
    ADMIN,
    EMPLOYER,
    MONITOR,
    OTHER_EMPLOYER,
    SPECIALIST,
    STAFF,
    STRANGE_STAFF,
    SUPERVISOR,
    TOWNSHIP_STAFF,
    Town,
    as_worker,
)

PUBLISH = """mutation($input: PublishVacancyInput!) { result: publishVacancy(input: $input) {
    ... on Vacancy { id placesLeft terms { version monthlyWage { amount currency } shiftFrom } officeArea { path } }
    ... on Refused { code field } } }"""
ACTIVATE = """mutation($input: ActivateSafeguardsInput!) { result: activateSafeguards(input: $input) {
    ... on RecruitmentSafeguards { active missing version } ... on Refused { code field } } }"""

TERMS = {
    "employerName": "Invented Textiles",
    "workplace": {"name": "Workshop by the school", "lat": 39.52, "lon": 76.0},
    "task": "Sewing school uniforms by machine",
    "monthlyWage": "3000.00",
    "payDay": 10,
    "shiftFrom": "08:00",
    "shiftTo": "17:00",
    "weeklyHours": 40,
    "contractMonths": 12,
    "noticeDays": 30,
    "helpContact": "Legal aid desk 12348",
    "startsOn": "2020-10-01",
}
INPUT: dict[str, object] = {
    "employerId": str(id_of(101)),
    "officeArea": COUNTY,
    "terms": TERMS,
    "places": 3,
    "idempotencyKey": "p1",
}
CHECKLIST: dict[str, object] = {
    "area": COUNTY,
    "monitorSubject": "monitor-1",
    "monitorOrganisation": "Invented Legal Aid Society",
    "monitorContact": "Room 3, market hall",
    "grievanceLine": "400-000-0000",
    "languages": ["zh-CN"],
    "refusalRulePublishedOn": "2020-09-01",
    "nextAuditOn": "2021-02-01",
    "validUntil": "2021-09-18",
    "idempotencyKey": "s1",
}


async def test_published_work_is_on_the_board_for_everybody_signed_in(town: Town) -> None:
    await town.add_areas()
    await town.add(employer())

    made = await town.mutate(EMPLOYER, PUBLISH, INPUT)

    assert made["terms"] == {
        "version": 1,
        "monthlyWage": {"amount": "3000.00", "currency": "CNY"},
        "shiftFrom": "08:00",
    }
    assert (made["placesLeft"], made["officeArea"]) == (3, {"path": COUNTY})
    board = '{ vacancies(area: "99/01/01/") { totalCount edges { node { id employer { name inStanding } } } } }'
    for actor in (as_worker(), STAFF, TOWNSHIP_STAFF, STRANGE_STAFF, SPECIALIST, SUPERVISOR, OTHER_EMPLOYER):
        seen = (await town.ask(actor, board))["vacancies"]
        assert seen == {
            "totalCount": 1,
            "edges": [{"node": {"id": made["id"], "employer": {"name": "Invented Textiles", "inStanding": True}}}],
        }, actor
    told = await town.events(events_pb2.VacancyChanged)
    assert [
        (each.open, each.places_left, each.office_area_path)
        for each in told
        if isinstance(each, events_pb2.VacancyChanged)
    ] == [(True, 3, COUNTY)]


REFUSED = [
    ("a deposit", {"workerPaidCosts": [{"kind": "DEPOSIT", "amount": "300"}]}, ("WORKER_PAID_COST", "workerPaidCosts")),
    ("no task", {"terms": TERMS | {"task": ""}}, ("TERMS_INCOMPLETE", "terms.task")),
    ("no wage", {"terms": TERMS | {"monthlyWage": "0"}}, ("TERMS_INCOMPLETE", "terms.monthlyWage")),
    ("a wage finer than a cent", {"terms": TERMS | {"monthlyWage": "1.001"}}, ("INVALID_INPUT", "terms.monthlyWage")),
    ("a wage that is no number", {"terms": TERMS | {"monthlyWage": "NaN"}}, ("INVALID_INPUT", "terms.monthlyWage")),
    ("no time of day", {"terms": TERMS | {"shiftFrom": "8"}}, ("INVALID_INPUT", "terms.shiftFrom")),
    ("no places", {"places": 0}, ("INVALID_INPUT", "places")),
    (
        "nowhere",
        {"terms": TERMS | {"workplace": {"name": "X", "lat": 91, "lon": 0}}},
        ("INVALID_INPUT", "workplace.lat"),
    ),
    ("an office nowhere", {"officeArea": "99/01/01/009/"}, ("UNKNOWN_AREA", "officeArea")),
    ("unknown employer", {"employerId": str(id_of(999))}, ("EMPLOYER_NOT_FOUND", "employerId")),
]


@pytest.mark.parametrize(("_case", "change", "expected"), REFUSED, ids=[case[0] for case in REFUSED])
async def test_what_may_not_be_published_is_refused_and_leaves_nothing(
    town: Town, _case: str, change: dict[str, object], expected: tuple[str, str]
) -> None:
    await town.add_areas()
    await town.add(employer())

    refused = await town.mutate(STAFF, PUBLISH, INPUT | change)

    assert (refused["code"], refused["field"]) == expected
    assert await town.count("vacancies") == 0
    assert await town.total_events() == 0


async def test_an_employer_publishes_in_no_area_that_does_not_exist(town: Town) -> None:
    await town.add_areas()
    await town.add(employer())

    refused = await town.mutate(EMPLOYER, PUBLISH, INPUT | {"officeArea": "99/01/02/"})

    assert (refused["code"], refused["field"]) == ("UNKNOWN_AREA", "officeArea")
    assert await town.count("vacancies") == 0
    assert (await town.mutate(EMPLOYER, PUBLISH, INPUT))["placesLeft"] == 3


async def test_a_vacancy_says_its_occupation_and_no_code_that_does_not_exist(town: Town) -> None:
    await town.ready()
    document = PUBLISH.replace("placesLeft", "placesLeft occupation { code label }", 1)
    made = await town.mutate(EMPLOYER, document, INPUT | {"occupation": "8153"})
    other = await town.mutate(EMPLOYER, PUBLISH, INPUT | {"occupation": "8154"})
    strange = await town.mutate(EMPLOYER, PUBLISH, INPUT | {"occupation": "9999", "idempotencyKey": "p2"})

    assert made["occupation"] == {"code": "8153", "label": "Sewing machine operators"}
    assert other["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert strange == {"code": "OCCUPATION_NOT_FOUND", "field": "code"}


async def test_an_employer_without_standing_publishes_nothing(town: Town) -> None:
    await town.add_areas()
    await town.add(employer(inspected_on=dict.fromkeys(Inspection, date(2019, 9, 17))))

    assert (await town.mutate(EMPLOYER, PUBLISH, INPUT))["code"] == "EMPLOYER_NOT_IN_STANDING"


@pytest.mark.parametrize(
    "other", [OTHER_EMPLOYER, STRANGE_STAFF, TOWNSHIP_STAFF, ADMIN, as_worker()], ids=lambda a: a.subject
)
async def test_nobody_publishes_for_another_employer_or_area(town: Town, other: Actor) -> None:
    await town.add(employer())

    assert (await town.mutate(other, PUBLISH, INPUT))["code"] == "FORBIDDEN"
    assert await town.count("vacancies") == 0


async def test_the_same_key_publishes_once_and_with_other_content_not_at_all(town: Town) -> None:
    await town.add_areas()
    await town.add(employer())
    first, second = await town.mutate(STAFF, PUBLISH, INPUT), await town.mutate(STAFF, PUBLISH, INPUT)

    assert first["id"] == second["id"]
    assert (await town.mutate(STAFF, PUBLISH, INPUT | {"places": 4}))["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert await town.count("vacancies") == 1


async def test_the_board_is_narrowed_and_paged(town: Town) -> None:
    await town.add(employer(), *(vacancy(number, places=number) for number in range(1, 6)), vacancy(6, taken=5))
    document = """query($after: String, $filter: VacancyFilterInput) {
        vacancies(first: 2, after: $after, filter: $filter) { totalCount pageInfo { hasNextPage endCursor } edges { node { places } } } }"""
    seen: list[int] = []
    after: object = None
    while True:
        page = (await town.ask(STAFF, document, {"after": after}))["vacancies"]
        assert isinstance(page, dict)
        assert page["totalCount"] == 5
        seen += [edge["node"]["places"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]

    assert seen == [1, 2, 3, 4, 5]
    everything = await town.ask(STAFF, document, {"filter": {"openOnly": False}})
    dear = await town.ask(STAFF, document, {"filter": {"leastWage": "3000.01"}})
    assert isinstance(everything["vacancies"], dict)
    assert isinstance(dear["vacancies"], dict)
    assert (everything["vacancies"]["totalCount"], dear["vacancies"]["totalCount"]) == (6, 0)


async def test_the_board_is_read_with_a_fixed_number_of_queries(town: Town) -> None:
    document = "{ vacancies(first: 100) { edges { node { id employer { name inStanding } } } } }"
    await town.add(employer(1), employer(2), vacancy(1))
    with town.counted_queries() as one:
        await town.ask(STAFF, document)
    await town.add(*(vacancy(number, employer_id=id_of(101 + number % 2)) for number in range(2, 40)))

    with town.counted_queries() as many:
        await town.ask(STAFF, document)

    assert len(many) == len(one) == 3


async def test_the_county_switches_offers_on_and_cannot_remove_the_monitor(town: Town) -> None:
    await town.add_areas()
    assert await town.mutate(ADMIN, ACTIVATE, CHECKLIST) == {"active": True, "missing": [], "version": 1}
    other = CHECKLIST | {"monitorSubject": "monitor-2", "idempotencyKey": "s2"}
    nowhere = CHECKLIST | {"area": "99/01/01/009/", "idempotencyKey": "s4"}
    assert await town.mutate(ADMIN, ACTIVATE, nowhere) == {"code": "UNKNOWN_AREA", "field": "area"}

    assert await town.mutate(ADMIN, ACTIVATE, other) == {"code": "MONITOR_NOT_REMOVABLE", "field": "monitorSubject"}
    for actor in (STAFF, MONITOR, SUPERVISOR, STRANGE_STAFF):
        assert (await town.mutate(actor, ACTIVATE, CHECKLIST | {"idempotencyKey": "s3"}))["code"] == "FORBIDDEN"
    assert await town.count("recruitment_safeguards") == 1
    assert await town.audited("activateSafeguards") != []


async def test_the_monitor_stops_offers_at_once_and_a_renewal_does_not_start_them_again(town: Town) -> None:
    await town.add_areas()
    await town.add(employer(), vacancy(), worker())
    await town.mutate(ADMIN, ACTIVATE, CHECKLIST)
    record = (await town.ask(MONITOR, '{ safeguards(area: "99/01/01/001/201/") { id version active } }'))["safeguards"]
    assert isinstance(record, list)
    step = """mutation($input: SafeguardsStepInput!) { result: suspendSafeguards(input: $input) {
        ... on RecruitmentSafeguards { active missing } ... on Refused { code } } }"""
    given = {"id": record[0]["id"], "expectedVersion": 1}
    for other in (
        ADMIN,
        STAFF,
        Actor(subject="monitor-9", roles=frozenset({Role.INDEPENDENT_MONITOR}), areas=(COUNTY,)),
    ):
        assert (await town.mutate(other, step, given))["code"] == "FORBIDDEN"

    assert await town.mutate(MONITOR, step, given) == {"active": False, "missing": ["suspended"]}

    renewed = await town.mutate(ADMIN, ACTIVATE, CHECKLIST | {"idempotencyKey": "s2"})
    assert renewed == {"active": False, "missing": ["suspended"], "version": 1}
    offer = """mutation($input: MakeOfferInput!) { result: makeOffer(input: $input) { ... on Refused { code } } }"""
    given = {"workerId": str(id_of(301)), "vacancyId": str(id_of(201)), "idempotencyKey": "o1"}
    assert await town.mutate(STAFF, offer, given) == {"code": "SAFEGUARDS_NOT_ACTIVE"}


async def test_an_employer_is_registered_with_its_inspections(town: Town) -> None:
    document = """mutation($input: RegisterEmployerInput!) { result: registerEmployer(input: $input) {
        ... on Employer { name inStanding shortcomings criticalFindingAt } ... on Refused { code field } } }"""
    given: dict[str, object] = {
        "area": COUNTY,
        "name": "Invented Bakery",
        "registrationNumber": "R-77",
        "inspections": [{"inspection": each.value, "inspectedOn": "2020-06-01"} for each in Inspection],
        "idempotencyKey": "e1",
    }

    await town.add_areas()

    assert await town.mutate(STAFF, document, given) == {
        "name": "Invented Bakery",
        "inStanding": True,
        "shortcomings": [],
        "criticalFindingAt": None,
    }
    assert (await town.mutate(EMPLOYER, document, given))["code"] == "FORBIDDEN"
    future = given | {"inspections": [{"inspection": "HOUSING", "inspectedOn": "2020-09-19"}], "idempotencyKey": "e2"}
    assert await town.mutate(STAFF, document, future) == {"code": "INVALID_INPUT", "field": "inspections"}
    nowhere = given | {"area": "99/01/01/009/", "idempotencyKey": "e3"}
    assert await town.mutate(STAFF, document, nowhere) == {"code": "UNKNOWN_AREA", "field": "area"}
    twice = given | {"area": VILLAGE, "name": "Another Bakery", "registrationNumber": " r-7 7", "idempotencyKey": "e4"}
    assert await town.mutate(STAFF, document, twice) == {
        "code": "EMPLOYER_ALREADY_REGISTERED",
        "field": "registrationNumber",
    }
    assert await town.count("employers") == 1
    at_once = [given | {"registrationNumber": "R-88", "idempotencyKey": f"e{n}"} for n in (5, 6, 7)]
    answers = await asyncio.gather(*(town.mutate(STAFF, document, each) for each in at_once))
    assert sorted(answer.get("code", "") for answer in answers) == ["", *["EMPLOYER_ALREADY_REGISTERED"] * 2]
