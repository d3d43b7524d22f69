"""A county's households scored, explained and written to PostgreSQL: the batch that `holdfast risk rescore` starts.

    python benchmarks/scoring_database.py [--households N]

On a throw-away PostgreSQL of its own, as the job does it: read what is known of each household, compute the features,
look them up, tell the reasons, write everything, take stock for the watch. The second run finds every household
changed by a bill and keeps what was told before. Exits 1 when a bar is short.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from sqlalchemy import text

from benchmarks.bars import Bars
from chassis.clock import FixedClock
from chassis.database import Database
from chassis.embedded import Engines
from chassis.embedded.scratch import scratch_folder
from chassis.identity import SYSTEM_ACTOR
from chassis.jobs import JobKind, Jobs
from chassis.migrate import migrate
from risk_service.assessments.batches import JOB, start_scoring, work_scoring
from risk_service.copies.service import settle
from risk_service.policy.service import load_shipped
from risk_service.uow import RiskUnitOfWork

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2020, 9, 18, 8, tzinfo=UTC)
MOST_SECONDS = 30.0
CORES = 2

# Nobody in it exists: composition, income and bills spread as in a rural county.
_FILL = (
    """
    insert into areas (id, path, code, level, name, time_zone)
    values (gen_random_uuid(), '99/01/01/', '990101', 'COUNTY', 'Invented County', 'Asia/Shanghai')
    """,
    """
    insert into households
    select gen_random_uuid(), 'B' || n, '99/01/01/' || lpad((n % 12 + 1)::text, 3, '0') || '/' ||
        lpad((n % 97 + 201)::text, 3, '0') || '/', case n % 5 when 0 then 'REGISTERED' else 'NEVER_REGISTERED' end,
        'NONE', n % 25 <> 0, n % 40 <> 0
    from generate_series(1, :households) as n
    """,
    """
    insert into members
    select gen_random_uuid(), home.id, home.area_path, date '2020-01-01' - (random() * 29000)::int, m = 1,
        case when random() < 0.55 then 'FULL' when random() < 0.3 then 'PARTIAL' else 'NONE' end,
        random() < 0.1, random() < 0.06, true, (random() < 0.05)::int
    from households as home cross join generate_series(1, 4) as m where m < 3 or random() < 0.6
    """,
    """
    insert into statements
    select id, 'RECEIVED_12M', area_path, date '2020-09-01', 4, 'CNY', wage, 900000, 60000, aid, 200000,
        wage + 760000 + aid, (random() * 300000)::bigint
    from (select id, area_path, (random() * 5000000)::bigint as wage, (random() * 600000)::bigint as aid
        from households) as spread
    """,
)
_BILLS = """
    insert into signals
    select gen_random_uuid(), 'HEALTH_INSURANCE', :run || code, 1, id, id, area_path, 'ILLNESS', 'SETTLEMENT',
        date '2020-09-10', (100 + random() * 5000)::numeric(14, 2), 'CNY', null, false, :at
    from households where :share >= random()
"""


@asynccontextmanager
async def filled_database(households: int) -> AsyncIterator[tuple[Database, psutil.Process]]:
    async with scratch_folder("benchmark") as data, Engines.prepare(data, durable=False) as engines:
        url = engines.postgres.url("risk")
        await migrate(url, ROOT / "risk_service" / "migrations")
        started = [
            one
            for one in psutil.process_iter(["name", "cmdline"])
            if one.info["name"] == "postgres" and str(data) in " ".join(one.info["cmdline"] or ())
        ]
        database = Database.connect(url)
        try:
            async with begun(database, NOW) as uow:
                for statement in _FILL:
                    named = {"households": households} if ":households" in statement else {}
                    await uow.connection.execute(text(statement), named)
                await load_shipped(uow)
            await add_bills(database, "first", 0.15, NOW)
            yield database, started[0] if started else psutil.Process()
        finally:
            await database.close()


def begun(database: Database, now: datetime) -> RiskUnitOfWork:
    return RiskUnitOfWork(database, SYSTEM_ACTOR, FixedClock(now), settle=settle)


async def add_bills(database: Database, run: str, share: float, at: datetime) -> None:
    async with begun(database, at) as uow:
        await uow.connection.execute(text(_BILLS), {"run": run, "share": share, "at": at})
    async with begun(database, at) as uow:
        for table in ("households", "members", "statements", "signals"):
            await uow.connection.execute(text(f"analyze {table}"))


def cpu_seconds(server: psutil.Process) -> tuple[float, float]:
    """Of this process and of the database's."""
    own = time.process_time()
    total = 0.0
    for one in [server, *server.children(recursive=True)]:
        times = one.cpu_times()
        total += times.user + times.system
    return own, total


async def batch(database: Database, server: psutil.Process, now: datetime, *, refit: bool) -> tuple[float, str, int]:
    """Seconds with both cores free (the longer of its own work and half of all), the same in words, households."""
    async with begun(database, now) as uow:
        await start_scoring(uow, SYSTEM_ACTOR, area_path="", refit=refit)
    role: Jobs[RiskUnitOfWork] = Jobs(
        begin=lambda _: begun(database, now), kinds=[JobKind(name=JOB, work=work_scoring)]
    )
    before, started = cpu_seconds(server), time.perf_counter()
    await role.work_one()
    wall, after = time.perf_counter() - started, cpu_seconds(server)
    print(f"  Python {after[0] - before[0]:.1f}, database {after[1] - before[1]:.1f} CPU-seconds, wall {wall:.1f}")
    async with begun(database, now) as uow:
        count = int(await uow.connection.scalar(text("select count(*) from assessments")) or 0)
    own, both = after[0] - before[0], sum(after) - sum(before)
    return max(own, both / CORES), f"{both:.1f} CPU-seconds, wall here {wall:.1f} s", count


async def run(households: int) -> None:
    bars = Bars()
    async with filled_database(households) as (database, server):
        print("fitting the county's prior, and every household for the first time:")
        seconds, told, count = await batch(database, server, NOW, refit=True)
        bars.at_least("households assessed", count, households, digits=0)
        scale = households / 100_000
        print(f"  first time, with fitting: {seconds / scale:.1f} s a 100,000 ({told})")
        later = NOW + timedelta(days=1)
        await add_bills(database, "second", 1.0, later)
        print("every household changed by a bill:")
        seconds, told, _ = await batch(database, server, later, refit=False)
        bars.at_most("100000 scored, explained, written", seconds / scale, MOST_SECONDS, digits=1, unit="s", note=told)
        async with begun(database, later) as uow:
            kept = int(await uow.connection.scalar(text("select count(*) from assessment_history")) or 0)
        bars.at_least("former assessments kept", kept, households, digits=0)
    bars.finish()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", type=int, default=100_000)
    asyncio.run(run(parser.parse_args().households))


if __name__ == "__main__":
    main()
