"""Invented workers, employers and vacancies; the same every time. The story's clock: 2020, Asia/Shanghai."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from employment_service.copies.domain import AreaCopy, CareDuty, CareKind, HouseholdCopy, MemberCopy, Point
from employment_service.employers.domain import Employer, Inspection
from employment_service.matching.engine import MatchVacancy, MatchWorker
from employment_service.offers.domain import Offer
from employment_service.placements.domain import Placement, Step
from employment_service.placements.domain import PlacementState as P
from employment_service.policies.domain import EmploymentPolicy
from employment_service.safeguards.domain import Checklist
from employment_service.vacancies.domain import (
    Housing,
    Requirements,
    Terms,
    TermsVersion,
    Vacancy,
    Workplace,
)
from employment_service.workers.domain import Contact, Wishes, Worker

COUNTY = "99/01/01/"
TOWNSHIP = "99/01/01/001/"
VILLAGE = "99/01/01/001/201/"
NEXT_VILLAGE = "99/01/01/001/202/"
FAR_VILLAGE = "99/01/01/002/201/"
OTHER_COUNTY_VILLAGE = "99/01/02/001/201/"

HOME = Point(lat=39.5, lon=76.0)
NEXT_PLACE = Point(lat=39.55, lon=76.0)
FAR_PLACE = Point(lat=39.9, lon=76.4)

POLICY = EmploymentPolicy()
MORNING = datetime(2020, 9, 18, 1, 0, tzinfo=UTC)
"""09:00 in Shanghai on 18 September 2020."""
TODAY = date(2020, 9, 18)


def id_of(number: int) -> UUID:
    return UUID(int=0x9900_0000_0000_7000_8000_0000_0000_0000 + number)


AREAS = (
    AreaCopy(id=id_of(1), path=COUNTY, code="990101", level="COUNTY", name="Invented County", time_zone="Asia/Shanghai", centre=HOME),
    AreaCopy(id=id_of(2), path=VILLAGE, code="990101001201", level="VILLAGE", name="First Village", time_zone="Asia/Shanghai", centre=HOME),
    AreaCopy(id=id_of(3), path=NEXT_VILLAGE, code="990101001202", level="VILLAGE", name="Second Village", time_zone="Asia/Shanghai", centre=NEXT_PLACE),
    AreaCopy(id=id_of(4), path=FAR_VILLAGE, code="990101002201", level="VILLAGE", name="Far Village", time_zone="Asia/Shanghai", centre=FAR_PLACE),
    AreaCopy(id=id_of(5), path=OTHER_COUNTY_VILLAGE, code="990102001201", level="VILLAGE", name="Other County Village", time_zone="Asia/Shanghai", centre=FAR_PLACE),
)  # fmt: skip


def terms(**changes: Any) -> Terms:
    given = Terms(
        employer_name="Invented Textiles",
        workplace=Workplace(name="Workshop by the school", place=Point(lat=39.52, lon=76.0)),
        task="Sewing school uniforms by machine",
        monthly_wage_cents=300_000,
        currency="CNY",
        pay_day=10,
        shift_from_minutes=8 * 60,
        shift_to_minutes=17 * 60,
        weekly_hours=40,
        housing=Housing.NONE,
        contract_months=12,
        notice_days=30,
        help_contact="Legal aid desk 12348",
        starts_on=date(2020, 10, 1),
    )
    return replace(given, **changes)


def employer(number: int = 1, /, **changes: Any) -> Employer:
    given = Employer(
        id=id_of(100 + number),
        area_path=COUNTY,
        name="Invented Textiles",
        registration_number=f"R-{number}",
        inspected_on={inspection: date(2020, 3, 1) for inspection in Inspection},
    )
    return replace(given, **changes)


def vacancy(number: int = 1, **changes: Any) -> Vacancy:
    given = Vacancy(
        id=id_of(200 + number),
        employer_id=id_of(101),
        area_path=COUNTY,
        terms=TermsVersion.of(terms(), number=1, at=MORNING),
        requirements=Requirements(),
        places=5,
        published_at=MORNING,
    )
    return replace(given, **changes)


def worker(number: int = 1, **changes: Any) -> Worker:
    given = Worker(
        id=id_of(300 + number),
        subject=f"worker-{number}",
        member_id=id_of(400 + number),
        household_id=id_of(500 + number),
        area_path=VILLAGE,
        date_of_birth=date(1987, 7, 1),
        contact=Contact(display_name=f"Invented Person {number}"),
        wishes=Wishes(wage_floor_cents=200_000, max_distance_km=20.0),
        registered_at=MORNING,
    )
    return replace(given, **changes)


def household(
    number: int = 1, *, care_in: str | None = None, sequence: int = 1, area_path: str = VILLAGE
) -> HouseholdCopy:
    """The household of `worker(number)`; `care_in`: where its worker looks after an elder."""
    duties: tuple[CareDuty, ...] = ()
    if care_in is not None:
        duties = (
            CareDuty(id=id_of(600 + number), kind=CareKind.ELDER, area_path=care_in, valid_from=date(2020, 9, 1)),
        )
    return HouseholdCopy(
        id=id_of(500 + number),
        area_path=area_path,
        subject_sequence=sequence,
        members=(
            MemberCopy(
                id=id_of(400 + number),
                household_id=id_of(500 + number),
                area_path=area_path,
                date_of_birth=date(1987, 7, 1),
                in_school=False,
                care_duties=duties,
            ),
        ),
    )


def checklist(**changes: Any) -> Checklist:
    given = Checklist(
        monitor_subject="monitor-1",
        monitor_organisation="Invented Legal Aid Society",
        monitor_contact="Room 3, market hall; any weekday",
        grievance_line="400-000-0000",
        languages=("zh-CN", "ug"),
        refusal_rule_published_on=date(2020, 7, 1),
        next_audit_on=date(2021, 2, 1),
        valid_until=date(2021, 7, 31),
    )
    return replace(given, **changes)


def offer(**changes: Any) -> Offer:
    given = Offer(
        id=id_of(700),
        vacancy_id=id_of(201),
        worker_id=id_of(301),
        area_path=VILLAGE,
        terms_version=1,
        terms_hash=terms().digest(),
        made_by="staff-1",
        made_at=MORNING,
        expires_at=datetime(2020, 10, 2, 1, 0, tzinfo=UTC),
    )
    return replace(given, **changes)


def placement(*states: tuple[P, date], **changes: Any) -> Placement:
    """`states`: the log, ACCEPTED on 2020-09-01 before it."""
    log = tuple(
        Step(state=state, on=day, recorded_at=MORNING, by="worker-1")
        for state, day in ((P.ACCEPTED, date(2020, 9, 1)), *states)
    )
    given = Placement(
        id=id_of(800),
        offer_id=id_of(700),
        vacancy_id=id_of(201),
        employer_id=id_of(101),
        worker_id=id_of(301),
        area_path=VILLAGE,
        terms_version=1,
        terms_hash=terms().digest(),
        log=log,
    )
    return replace(given, **changes)


def match_worker(**changes: Any) -> MatchWorker:
    given = MatchWorker(key="w", lat=HOME.lat, lon=HOME.lon, age=33, wage_floor_cents=200_000, max_distance_km=20.0)
    return replace(given, **changes)


def match_vacancy(**changes: Any) -> MatchVacancy:
    given = MatchVacancy(
        key="v",
        lat=39.52,
        lon=76.0,
        monthly_wage_cents=300_000,
        shift_from_minutes=480,
        shift_to_minutes=1020,
        weekly_hours=40,
    )
    return replace(given, **changes)


Variables = Mapping[str, object]
