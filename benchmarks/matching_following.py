"""What an event costs an area's plan, and how many others it moves: in the engine, and in the service.

    python -m benchmarks.matching_following [--quick]

The engine first: one vacancy closes after the other, answered by a plan that lives on over all feasible pairs, beside
the same made anew from the prices before. Then the service's own job on a throw-away PostgreSQL: 20,000 workers, 2,000
vacancies; work closes, places are added, wishes change. CPU of the service and of the database apart.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import psutil

from benchmarks.bars import Bars
from benchmarks.cpu_time import cpu_now, since
from benchmarks.matching_county import county
from benchmarks.matching_phone import STAFF, Office, server_of
from benchmarks.matching_phone_county import COUNTY, NOW, fill
from chassis.clock import FixedClock
from chassis.database import Database
from chassis.embedded import Engines
from chassis.embedded.scratch import scratch_folder
from chassis.identity import SYSTEM_ACTOR, Actor
from chassis.ids import new_id
from chassis.jobs import JobKind, Jobs
from chassis.migrate import migrate
from employment_service.matching.living.over_pairs import LivingPairs
from employment_service.matching.market.keeping import with_bonus
from employment_service.matching.market.kernel import Feasible, feasible_pairs
from employment_service.matching.market.solving import solve
from employment_service.matching.runs.domain import Cause, MatchingRun
from employment_service.matching.runs.kept import Plans
from employment_service.matching.runs.service import JOB, follow_up
from employment_service.matching.runs.working import work_run
from employment_service.policies.domain import EmploymentPolicy
from employment_service.uow import EmploymentUnitOfWork
from employment_service.vacancies.service import add_places, close_vacancy

ROOT = Path(__file__).resolve().parent.parent
EVENTS, SERVED = 10, 5
MOST_SECONDS, MOST_MOVED = 0.2, 1.0
LARGE_SECONDS = 1.0
"""At 100,000 the proof alone looks at 40 million pairs."""
Act = Callable[[EmploymentUnitOfWork], Awaitable[None]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="20,000 x 2,000 alone")
    asked = parser.parse_args()
    bars = Bars()
    _follow(None, 400, 60)
    for workers, vacancies in ((20_000, 2_000),) if asked.quick else ((20_000, 2_000), (100_000, 5_000)):
        _follow(bars, workers, vacancies)
    asyncio.run(_service(bars))
    bars.finish()


def _follow(bars: Bars | None, workers: int, vacancies: int) -> None:
    market = county(workers, vacancies, seed=1).market()
    places = market.vacancies.places.copy()
    pairs = feasible_pairs(market)
    before = solve(pairs, places)
    bonus = EmploymentPolicy().keep_bonus_points
    began = time.process_time()
    plan = LivingPairs(pairs, places, before, keep_points=bonus, frozen=np.zeros(workers, dtype=np.bool_))
    kept = time.process_time() - began
    nobody = np.zeros(0, dtype=np.int64)
    nothing = Feasible(first=nobody, last=nobody, vacancy=pairs.vacancy[:0], score=pairs.score[:0])
    taken = np.bincount(before.vacancy[before.vacancy >= 0], minlength=vacancies)
    seconds: list[float] = []
    displaced = moved = 0
    gap = worst = 0.0
    for closed in np.random.default_rng(1).choice(np.flatnonzero(taken > 0), EVENTS, replace=False):
        places = places.copy()
        places[closed] = 0
        began = time.process_time()
        made = plan.answer(nobody, nothing, places)
        seconds.append(time.process_time() - began)
        displaced += len(made.displaced)
        moved += len(made.moved)
        worst = max(worst, len(made.moved) / max(1, len(made.displaced)))
        gap = (made.bound - made.value) / made.value
    began = time.process_time()
    anew = solve(with_bonus(feasible_pairs(market), before.vacancy, bonus), places, prices=before.prices)
    fresh = time.process_time() - began
    if bars is None:
        return
    lost = 1 - made.value / solve(pairs, places).value
    size = f"{workers // 1000}k-x-{vacancies / 1000:g}k"
    note = (
        f"median {np.median(seconds):.3f}, the proof over {pairs.count:,} pairs included; anew from the prices before "
        f"{fresh:.2f}, {anew.placed:,} placed; keeping it ready took {kept:.2f}"
    )
    most = MOST_SECONDS if workers <= 20_000 else LARGE_SECONDS
    bars.at_most(f"CPU-s-of-an-event {size}", max(seconds), most, digits=3, unit="s", note=note)
    note = f"{EVENTS} closed vacancies, {displaced} displaced, {moved} others moved, at worst {worst:.2f}"
    bars.at_most(f"others-moved-per-displaced {size}", moved / displaced, MOST_MOVED, digits=2, note=note)
    note = f"gap proved {gap:.6f}"
    bars.at_most(f"lost-beside-a-plan-made-anew {size}", lost, 0.001, digits=6, note=note)


class LivingOffice(Office):
    def __init__(self, database: Database, server: psutil.Process) -> None:
        super().__init__(database)
        self.server = server
        self.plans = Plans()

    def begin(self, actor: Actor = SYSTEM_ACTOR) -> EmploymentUnitOfWork:
        return EmploymentUnitOfWork(
            self.database,
            actor,
            FixedClock(NOW),
            vault=self.vault,
            zone=ZoneInfo("Asia/Shanghai"),
            boards=self.boards,
            plans=self.plans,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """CPU seconds of one job."""

    ours: float
    database: float
    run: MatchingRun


async def _service(bars: Bars) -> None:
    async with scratch_folder("benchmark") as data, Engines.prepare(data, durable=False) as engines:
        url = engines.postgres.url("employment")
        await migrate(url, ROOT / "employment_service" / "migrations")
        database = Database.connect(url)
        try:
            office = LivingOffice(database, await server_of(database))
            workers = await fill(office, county(20_000, 2_000, seed=1))
            await _events(bars, office, workers)
        finally:
            await database.close()


async def _events(bars: Bars, office: LivingOffice, workers: list[UUID]) -> None:
    async with office.begin() as uow:
        await uow.enqueue_job(JOB, {"run_id": str(new_id())}, area_path=COUNTY)
    first = await _worked(office)
    async with office.begin() as uow:
        prices = await uow.runs.prices_of(first.run.id)
    full = [each.vacancy_id for each in prices if each.proposed > 0]
    draw = np.random.default_rng(1)
    chosen = [full[number] for number in draw.choice(len(full), 2 * SERVED, replace=False)]
    asking = [workers[number] for number in draw.choice(len(workers), SERVED, replace=False)]
    kinds = {
        "closed": [(Cause.VACANCY_CLOSED, _closing(each)) for each in chosen[:SERVED]],
        "places-added": [(Cause.PLACES_CHANGED, _adding(each)) for each in chosen[SERVED:]],
        "wishes": [(Cause.WISHES_CHANGED, _wishing(each)) for each in asking],
    }
    for name, events in kinds.items():
        done: list[Worked] = []
        for cause, act in events:
            async with office.begin(STAFF) as uow:
                await act(uow)
            async with office.begin() as uow:
                await follow_up(uow, cause, office=COUNTY)
            done.append(await _worked(office))
            print(f"  {name}: {done[-1].ours:.2f} and {done[-1].database:.2f} of the database", flush=True)
        totals = [one.run.totals for one in done]
        solving = max(one.seconds for one in totals)
        ours, base = np.median([one.ours for one in done]), np.median([one.database for one in done])
        note = (
            f"{sum(one.lived_on for one in totals)} of {SERVED} lived on; whole job {ours:.2f} of the service and "
            f"{base:.2f} of the database (medians; anew {first.ours:.1f} and {first.database:.1f}); "
            f"{sum(one.displaced for one in totals)} displaced, {sum(one.moved for one in totals)} others moved"
        )
        bars.at_most(f"CPU-s-of-solving {name}", solving, MOST_SECONDS, digits=3, unit="s", note=note)
        bars.at_least(f"events-lived-on {name}", sum(one.lived_on for one in totals), SERVED, digits=0)


async def _worked(office: LivingOffice) -> Worked:
    before = cpu_now(office.server)
    await Jobs(begin=lambda _: office.begin(), kinds=[JobKind(name=JOB, work=work_run)]).work_one()
    spent = since(before, office.server)
    async with office.begin() as uow:
        newest = await uow.runs.newest_for(COUNTY)
        run = None if newest is None else await uow.runs.one(newest)
    if run is None:
        raise SystemExit("The run failed.")
    return Worked(ours=spent.own, database=spent.server, run=run)


def _closing(vacancy_id: UUID) -> Act:
    async def act(uow: EmploymentUnitOfWork) -> None:
        await close_vacancy(uow, vacancy_id=vacancy_id, expected_version=1)

    return act


def _adding(vacancy_id: UUID) -> Act:
    async def act(uow: EmploymentUnitOfWork) -> None:
        vacancy = await uow.vacancies.get(vacancy_id)
        if vacancy is not None:
            await add_places(uow, vacancy_id=vacancy_id, places=vacancy.places + 2, expected_version=1)

    return act


def _wishing(worker_id: UUID) -> Act:
    async def act(uow: EmploymentUnitOfWork) -> None:
        worker = await uow.workers.get(worker_id)
        if worker is not None:
            wishes = replace(worker.wishes, wage_floor_cents=worker.wishes.wage_floor_cents + 20_000)
            await uow.workers.save(replace(worker, wishes=wishes, version=worker.version + 1))

    return act


if __name__ == "__main__":
    main()
