"""An invented county in a database: the people and the work of `matching_county` as registered and published."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Protocol
from uuid import UUID

import numpy as np
from sqlalchemy import text

from benchmarks.matching_county import County
from chassis.ids import new_id
from employment_service.copies.domain import AreaCopy, CareDuty, CareKind, HouseholdCopy, MemberCopy, Point
from employment_service.employers.domain import Employer, Inspection
from employment_service.uow import EmploymentUnitOfWork
from employment_service.vacancies.domain import Housing, Requirements, Terms, TermsVersion, Vacancy, Workplace
from employment_service.workers.domain import Contact, PhysicalDemand, Wishes, Worker

NOW = datetime(2026, 2, 20, 1, tzinfo=UTC)
COUNTY = "99/01/01/"


class Office(Protocol):
    def begin(self) -> EmploymentUnitOfWork: ...


async def fill(office: Office, invented: County) -> list[UUID]:
    people, work = invented.workers, invented.vacancies
    homes, of = np.unique(np.stack([people.lat, people.lon], axis=1), axis=0, return_inverse=True)
    paths = [f"{COUNTY}{1 + n // 90:03d}/{201 + n % 90:03d}/" for n in range(len(homes))]
    caring = {int(row) for row in people.care_of}
    workers = [_worker(invented, row, paths[int(of.reshape(-1)[row])]) for row in range(len(people.age))]
    async with office.begin() as uow:
        await uow.areas.put(
            [
                _area(COUNTY, "COUNTY", float(homes[:, 0].mean()), float(homes[:, 1].mean())),
                *(
                    _area(path, "VILLAGE", float(lat), float(lon))
                    for path, (lat, lon) in zip(paths, homes, strict=True)
                ),
            ]
        )
        boss = Employer(
            id=new_id(),
            area_path=COUNTY,
            name="Invented Works",
            registration_number="R-1",
            inspected_on={each: date(2026, 1, 5) for each in Inspection},
        )
        await uow.employers.add(boss)
        await uow.vacancies.add(*(_vacancy(invented, row, boss.id) for row in range(len(work.places))))
        await uow.households.fill([_household(worker, row in caring) for row, worker in enumerate(workers)])
        for start in range(0, len(workers), 1_000):
            await uow.workers.add(*workers[start : start + 1_000])
    async with office.begin() as uow:
        for table in ("workers", "vacancies", "vacancy_terms", "vacancy_places", "copied_members"):
            await uow.connection.execute(text(f"analyze {table}"))
    return [worker.id for worker in workers]


def _area(path: str, level: str, lat: float, lon: float) -> AreaCopy:
    return AreaCopy(
        id=new_id(),
        path=path,
        code=path.replace("/", ""),
        level=level,
        name=f"Invented {path}",
        time_zone="Asia/Shanghai",
        centre=Point(lat=lat, lon=lon),
    )


def _worker(invented: County, row: int, path: str) -> Worker:
    given = invented.workers

    def codes(of: str) -> frozenset[str]:
        sets = getattr(given, of)
        found: frozenset[str] = sets.sets[sets.of[row]]
        return found

    ready = int(given.free_from[row])
    return Worker(
        id=new_id(),
        subject=f"worker-{row}",
        member_id=new_id(),
        household_id=new_id(),
        area_path=path,
        date_of_birth=date(2026 - int(given.age[row]), 1, 1),
        contact=Contact(display_name=f"Invented Person {row}"),
        wishes=Wishes(
            qualifications=codes("qualifications"),
            wage_floor_cents=int(given.floor_cents[row]),
            max_distance_km=None if np.isinf(given.max_km[row]) else float(given.max_km[row]),
            max_commute_minutes=None if np.isinf(given.max_minutes[row]) else int(given.max_minutes[row]),
            health_limits=frozenset(PhysicalDemand(code) for code in codes("health_limits")),
            languages=codes("languages"),
            farm_months=frozenset(month for month in range(1, 13) if int(given.farm_months[row]) >> (month - 1) & 1),
            free_from=date.fromordinal(ready) if ready else None,
        ),
        registered_at=NOW,
    )


def _household(worker: Worker, cares: bool) -> HouseholdCopy:  # noqa: FBT001 - one private call
    duty = CareDuty(id=new_id(), kind=CareKind.ELDER, area_path=worker.area_path, valid_from=date(2026, 1, 1))
    member = MemberCopy(
        id=worker.member_id,
        household_id=worker.household_id,
        area_path=worker.area_path,
        date_of_birth=worker.date_of_birth,
        in_school=False,
        care_duties=(duty,) if cares else (),
    )
    return HouseholdCopy(id=worker.household_id, area_path=worker.area_path, subject_sequence=1, members=(member,))


def _vacancy(invented: County, row: int, boss: UUID) -> Vacancy:
    given = invented.vacancies
    terms = Terms(
        employer_name="Invented Works",
        workplace=Workplace(name=f"Workshop {row}", place=Point(lat=float(given.lat[row]), lon=float(given.lon[row]))),
        task="Work as described",
        monthly_wage_cents=int(given.wage_cents[row]),
        currency="CNY",
        pay_day=10,
        shift_from_minutes=int(given.shift_from[row]),
        shift_to_minutes=int(given.shift_to[row]),
        weekly_hours=int(given.weekly_hours[row]),
        housing=Housing.FREE if given.housed[row] else Housing.NONE,
        contract_months=int(given.contract_months[row]),
        notice_days=30,
        help_contact="Legal aid desk 12348",
        starts_on=date.fromordinal(int(given.starts[row])),
    )
    return Vacancy(
        id=new_id(),
        employer_id=boss,
        area_path=COUNTY,
        terms=TermsVersion.of(terms, number=1, at=NOW),
        requirements=Requirements(
            qualifications=given.qualifications.sets[given.qualifications.of[row]],
            demands=frozenset(PhysicalDemand(code) for code in given.demands.sets[given.demands.of[row]]),
            least_age=int(given.least_age[row]),
            group=bool(given.group[row]),
            languages=given.languages.sets[given.languages.of[row]],
            farm_leave=bool(given.farm_leave[row]),
        ),
        places=int(given.places[row]),
        published_at=NOW,
    )
