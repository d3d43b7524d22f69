"""One worker on the phone: lists through the public endpoint over 5,000 vacancies, and 1,000 smallest changes replayed.

    python benchmarks/matching_phone.py [--quick]

On a throw-away PostgreSQL: 5,000 vacancies, 2,000 workers, a run of the whole area for its prices. Gateway and
employment service are processes of their own, and each list is an HTTP request with a token, as the employment staff
ask for it: open vacancies; closed ones too, with reasons and smallest changes; and right after somebody else changed
one of the vacancies. Of the changes told, 1,000 are made and looked at again. Exits 1 when a bar is short.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import orjson
import psutil
from sqlalchemy import text

from benchmarks.bars import Bars
from benchmarks.cpu_time import Machine
from benchmarks.http_caller import HttpCaller
from benchmarks.matching_county import county
from benchmarks.matching_phone_county import COUNTY, NOW, fill
from benchmarks.public_endpoint import public_endpoint
from chassis.clock import FixedClock
from chassis.database import Database
from chassis.embedded import Engines
from chassis.embedded.scratch import scratch_folder
from chassis.identity import SYSTEM_ACTOR, Actor, Role
from chassis.ids import new_id
from chassis.jobs import JobKind, Jobs
from chassis.migrate import migrate
from chassis.vault import Vault
from employment_service.matching.boards import Boards
from employment_service.matching.changes import changed, smallest_changes
from employment_service.matching.engine import match, match_on
from employment_service.matching.gathering import board_in, limits_of, match_workers
from employment_service.matching.runs.service import JOB
from employment_service.matching.runs.working import work_run
from employment_service.matching.why_not import WhyNot
from employment_service.uow import EmploymentUnitOfWork

ROOT = Path(__file__).resolve().parent.parent
VAULT_KEY = b"b" * 32
STAFF = Actor(subject="staff", roles=frozenset({Role.EMPLOYMENT_STAFF}), areas=(COUNTY,))
SLOWEST_MS = 80.0
REPLAYED = 1_000
LIST = """query($w: ID!, $all: Boolean!) { nearbyVacancies(worker: $w, withUnmatched: $all, first: 20) {
    totalCount edges { node { possible score price surplus distanceKm commuteMinutes monthlyWage { amount }
        reasons { code text } whyNot { code text } smallestChange { kind amount text }
        vacancy { id workplace { name } placesLeft employer { name } } } } } }"""


class Office:
    """The service's own parts over one database, without a network between."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.boards = Boards()
        self.vault = Vault.of_key(VAULT_KEY)

    def begin(self, actor: Actor = SYSTEM_ACTOR) -> EmploymentUnitOfWork:
        return EmploymentUnitOfWork(
            self.database,
            actor,
            FixedClock(NOW),
            vault=self.vault,
            zone=ZoneInfo("Asia/Shanghai"),
            boards=self.boards,
        )

    async def take_a_place(self, row: int) -> None:
        """Of one vacancy, as a placement does."""
        async with self.begin() as uow:
            await uow.connection.execute(
                text(
                    "update vacancy_places set taken = taken + 1 where vacancy_id ="
                    " (select id from vacancies order by id offset :row limit 1)"
                ),
                {"row": row},
            )


@dataclass(slots=True)
class Phone:
    """Lists asked for, and what each took: milliseconds by the clock, and of processor by what worked for it."""

    caller: HttpCaller
    machine: Machine
    wall: list[float] = field(default_factory=list)
    processor: list[dict[str, float]] = field(default_factory=list)

    async def ask(self, worker: UUID, *, everything: bool) -> None:
        body = orjson.dumps({"query": LIST, "variables": {"w": str(worker), "all": everything}})
        before, started = self.machine.milliseconds(), time.perf_counter()
        answer = await self.caller.post(body)
        self.wall.append((time.perf_counter() - started) * 1000)
        after = self.machine.milliseconds()
        self.processor.append({name: spent - before[name] for name, spent in after.items()})
        found = orjson.loads(answer)
        if found.get("errors") or not found["data"]["nearbyVacancies"]["edges"]:
            raise SystemExit(f"No list: {found}")

    def tell(self, name: str, bars: Bars) -> None:
        spent = [sum(each.values()) for each in self.processor]
        parts = ", ".join(
            f"{part} {np.percentile([each[part] for each in self.processor], 95):.1f}" for part in self.processor[0]
        )
        for measure, figures in (("on the clock", self.wall), ("of processor", spent)):
            bars.at_most(
                f"ms {measure} p95 of a list of {name}",
                float(np.percentile(figures, 95)),
                SLOWEST_MS,
                digits=1,
                note=f"median {np.median(figures):.1f} ms"
                + (f"; {len(spent)} lists" if figures is self.wall else f"; p95 of each: {parts}"),
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="100 lists of a kind instead of 400")
    bars = Bars()
    run(bars, quick=parser.parse_args().quick)
    bars.finish()


def run(bars: Bars, *, quick: bool) -> None:
    asyncio.run(_run(bars, lists=100 if quick else 400))


async def _run(bars: Bars, *, lists: int) -> None:
    async with _office() as (office, workers, answering):
        await _made_run(office)
        random = np.random.default_rng(5)
        picks = random.choice(len(workers), lists, replace=False)
        changed_rows = iter(random.integers(0, 5_000, lists))

        async def nothing() -> None:
            """Everything as it was."""

        async def a_place_goes() -> None:
            await office.take_a_place(int(next(changed_rows)))

        kinds: tuple[tuple[str, bool, Callable[[], Awaitable[None]]], ...] = (
            ("open vacancies", False, nothing),
            ("open and closed vacancies", True, nothing),
            ("open vacancies after a change", False, a_place_goes),
        )
        async with answering() as phone:
            for name, everything, before in kinds:
                for pick in picks[:10]:
                    await phone.ask(workers[pick], everything=everything)
                phone.machine.look()
                phone.wall, phone.processor = [], []
                for pick in picks:
                    await before()
                    await phone.ask(workers[pick], everything=everything)
                phone.tell(name, bars)
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


Answering = Callable[[], AbstractAsyncContextManager[Phone]]


@asynccontextmanager
async def _office() -> AsyncIterator[tuple[Office, list[UUID], Answering]]:
    async with scratch_folder("benchmark") as data, Engines.prepare(data, durable=False) as engines:
        url = engines.postgres.url("employment")
        await migrate(url, ROOT / "employment_service" / "migrations")
        database = Database.connect(url)

        @asynccontextmanager
        async def answering() -> AsyncIterator[Phone]:
            async with public_endpoint(data, "employment", url, vault_key=VAULT_KEY, now=NOW) as public:
                yield Phone(await public.caller(STAFF), Machine(pids=public.pids, server=await server_of(database)))

        try:
            office = Office(database)
            ids = await fill(office, county(2_000, 5_000, seed=1, filled=5.0))
            yield office, ids, answering
        finally:
            await database.close()


async def server_of(database: Database) -> psutil.Process:
    async with database.engine.connect() as connection:
        backend = (await connection.exec_driver_sql("select pg_backend_pid()")).scalar_one()
    server = psutil.Process(backend).parent()
    if server is None:
        raise SystemExit("The database server is not there.")
    return server


if __name__ == "__main__":
    main()
