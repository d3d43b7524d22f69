"""One worker on the phone: a list through GraphQL over 5,000 vacancies, and 1,000 smallest changes replayed.

    python benchmarks/matching_phone.py [--quick]

On a throw-away PostgreSQL of its own: 5,000 vacancies, 2,000 workers, a run of the whole area for its prices. Then
lists of many workers are asked for as the employment staff ask for them, closed vacancies with reasons and smallest
changes included; and of the changes told, 1,000 are made and looked at again. Exits 1 when a bar is short.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import psutil
from sqlalchemy import text

from benchmarks.bars import Bars
from benchmarks.matching_county import County, county
from chassis.caller import Caller
from chassis.clock import FixedClock
from chassis.database import Database
from chassis.embedded import Engines
from chassis.embedded.scratch import scratch_folder
from chassis.identity import SYSTEM_ACTOR, Actor, Role
from chassis.ids import new_id
from chassis.jobs import JobKind, Jobs
from chassis.migrate import migrate
from chassis.vault import Vault
from employment_service.context import EmploymentContext
from employment_service.copies.domain import AreaCopy, CareDuty, CareKind, HouseholdCopy, MemberCopy, Point
from employment_service.employers.domain import Employer, Inspection
from employment_service.matching.boards import Boards
from employment_service.matching.changes import changed, smallest_changes
from employment_service.matching.engine import match, match_on
from employment_service.matching.gathering import board_in, limits_of, match_workers
from employment_service.matching.runs.service import JOB
from employment_service.matching.runs.working import work_run
from employment_service.matching.why_not import WhyNot
from employment_service.schema import schema
from employment_service.uow import EmploymentUnitOfWork
from employment_service.vacancies.domain import Housing, Requirements, Terms, TermsVersion, Vacancy, Workplace
from employment_service.workers.domain import Contact, PhysicalDemand, Wishes, Worker
from employment_service.workers.service import VerifiedMember

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 2, 20, 1, tzinfo=UTC)
COUNTY = "99/01/01/"
STAFF = Actor(subject="staff", roles=frozenset({Role.EMPLOYMENT_STAFF}), areas=(COUNTY,))
SLOWEST_MS = 80.0
REPLAYED = 1_000
LIST = """query($w: ID!, $all: Boolean!) { nearbyVacancies(worker: $w, withUnmatched: $all, first: 20) {
    totalCount edges { node { possible score price surplus distanceKm commuteMinutes monthlyWage { amount }
        reasons { code text } whyNot { code text } smallestChange { kind amount text }
        vacancy { id workplace { name } placesLeft employer { name } } } } } }"""


class Nobody:
    async def verify(self, *, id_number: str, name: str, date_of_birth: date) -> VerifiedMember | None:
        del id_number, name, date_of_birth
        return None


class Office:
    """The service's own parts over one database, without a network between."""

    def __init__(self, database: Database, server: psutil.Process) -> None:
        self.database = database
        self.server = server
        self.boards = Boards()
        self.vault = Vault.of_key(b"b" * 32)

    def cpu_seconds(self) -> float:
        """Of this process and of the database's."""
        total = time.process_time()
        for one in [self.server, *self.server.children(recursive=True)]:
            times = one.cpu_times()
            total += times.user + times.system
        return total

    def begin(self, actor: Actor = SYSTEM_ACTOR) -> EmploymentUnitOfWork:
        return EmploymentUnitOfWork(
            self.database,
            actor,
            FixedClock(NOW),
            vault=self.vault,
            zone=ZoneInfo("Asia/Shanghai"),
            boards=self.boards,
        )

    async def ask(self, document: str, variables: dict[str, object]) -> dict[str, object]:
        context = EmploymentContext(Caller(actor=STAFF, locale="en"), self.begin, Nobody())
        answer = await schema.execute(document, variable_values=variables, context_value=context)
        if answer.errors or answer.data is None:
            raise SystemExit(str(answer.errors))
        return answer.data


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="100 lists instead of 400")
    bars = Bars()
    run(bars, quick=parser.parse_args().quick)
    bars.finish()


def run(bars: Bars, *, quick: bool) -> None:
    asyncio.run(_run(bars, lists=100 if quick else 400))


async def _run(bars: Bars, *, lists: int) -> None:
    async with _office() as (office, workers):
        await _made_run(office)
        picks = np.random.default_rng(5).choice(len(workers), lists, replace=False)
        await office.ask(LIST, {"w": str(workers[0]), "all": True})
        for all_of_them, name in ((False, "open"), (True, "open-and-closed")):
            wall, cpu = [], []
            for pick in picks:
                started, busy = time.perf_counter(), office.cpu_seconds()
                await office.ask(LIST, {"w": str(workers[pick]), "all": all_of_them})
                wall.append((time.perf_counter() - started) * 1000)
                cpu.append((office.cpu_seconds() - busy) * 1000)
            bars.at_most(
                f"ms p95 of a list of {name} vacancies",
                float(np.percentile(cpu, 95)),
                SLOWEST_MS,
                digits=1,
                note=f"CPU of service and database, {lists} lists over 5,000 vacancies; median {np.median(cpu):.1f} ms;"
                f" on the clock of this machine p95 {np.percentile(wall, 95):.1f} ms",
            )
        flipped, tried = await _replayed(office, [workers[pick] for pick in picks])
        bars.at_least("smallest changes that open the pair", flipped, tried, digits=0, note=f"of {tried} replayed")
        bars.at_least("smallest changes replayed", tried, REPLAYED, digits=0)


async def _replayed(office: Office, ids: list[UUID]) -> tuple[int, int]:
    async with office.begin() as uow:
        board = await board_in(uow, COUNTY)
        found = await uow.workers.by_id(ids)
        people = await match_workers(uow, list(found.values()), await uow.today(COUNTY))
        limits = limits_of(await uow.policy(COUNTY))
    matches = match_on(board.board, board.keys, people)
    random = np.random.default_rng(7)
    flipped = tried = 0
    while tried < REPLAYED:
        row, column = int(random.integers(len(people))), int(random.integers(len(board.keys)))
        broken = WhyNot(int(matches.why_not[row, column]))
        changes = smallest_changes(
            people[row],
            board.vacancies[column],
            broken=broken,
            km=float(matches.distance_km[row, column]),
            minutes=float(matches.commute_minutes[row, column]),
            limits=limits,
        )
        if not changes:
            continue
        worker, vacancy = changed(people[row], board.vacancies[column], changes, limits=limits)
        tried += 1
        flipped += int(match([worker], [vacancy], limits=limits).why_not[0, 0] == 0)
    return flipped, tried


async def _made_run(office: Office) -> None:
    async with office.begin() as uow:
        await uow.enqueue_job(JOB, {"run_id": str(new_id())}, area_path=COUNTY)
    await Jobs(begin=lambda _: office.begin(), kinds=[JobKind(name=JOB, work=work_run)]).work_one()


@asynccontextmanager
async def _office() -> AsyncIterator[tuple[Office, list[UUID]]]:
    async with scratch_folder("benchmark") as data, Engines.prepare(data, durable=False) as engines:
        url = engines.postgres.url("employment")
        await migrate(url, ROOT / "employment_service" / "migrations")
        database = Database.connect(url)
        try:
            office = Office(database, _server(data))
            ids = await _fill(office, county(2_000, 5_000, seed=1, filled=5.0))
            yield office, ids
        finally:
            await database.close()


def _server(data: Path) -> psutil.Process:
    for one in psutil.process_iter(["name", "cmdline"]):
        if one.info["name"] == "postgres" and str(data) in " ".join(one.info["cmdline"] or ()):
            return one
    return psutil.Process()


async def _fill(office: Office, invented: County) -> list[UUID]:
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


if __name__ == "__main__":
    main()
