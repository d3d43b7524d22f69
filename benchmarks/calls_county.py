"""An invented county of workers for the call list: who works, who is silent, who asked for what."""

from __future__ import annotations

from datetime import UTC, date, datetime
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import text

from chassis.clock import FixedClock
from chassis.database import Database
from chassis.identity import SYSTEM_ACTOR, Actor
from chassis.ids import new_id
from chassis.vault import Vault
from employment_service.copies.domain import AreaCopy, Point
from employment_service.uow import EmploymentUnitOfWork
from employment_service.workers.domain import Contact, ContactPreference, Wishes, Worker

COUNTY = "99/01/01/"
VILLAGES = 200
SEED = 1

# Relative to today: the processes that are measured keep the clock of the machine.
_FILL = (
    """
    insert into employers select gen_random_uuid(), '99/01/01/', 'Invented Works ' || n, 'R-' || n, false, null, 1
    from generate_series(1, :employers) n
    """,
    """
    insert into vacancies
    select gen_random_uuid(), e.id, '99/01/01/', 1, '{}', '{}', 16, false, 40, 'PUBLISHED', now() - interval '90 days',
        1
    from employers e cross join generate_series(1, 10)
    """,
    """
    insert into vacancy_terms
    select id, 1, md5(id::text), now() - interval '90 days', 'Invented Works', 'Workshop', 39.4 + random() * 0.4,
        75.8 + random() * 0.4, 'Sewing', 280000 + (random() * 200000)::int, 'CNY', 1 + (random() * 27)::int, 480, 1020,
        40, 'NONE', 12, 30, '12348', current_date - 80,
        case when random() < 0.2 then '[["SOCIAL_INSURANCE", 20000]]'::jsonb else '[]'::jsonb end
    from vacancies
    """,
    "insert into vacancy_places select id, 0, (random() * 20)::int from vacancies",
    """
    insert into placements
    select gen_random_uuid(), gen_random_uuid(), v.id, v.employer_id, w.id, w.area_path, 1, md5(v.id::text),
        case when w.n % 3 = 0 then 'STABLE' else 'STARTED' end, false, 1
    from (select *, row_number() over (order by id) as n from workers) w
    join (select *, row_number() over (order by id) as k, count(*) over () as all_of from vacancies) v
        on v.k = w.n % v.all_of + 1
    where w.n % 5 < 2
    """,
    """
    insert into placement_steps
    select id, k, (array['ACCEPTED', 'CONTRACTED', 'ARRIVED', 'STARTED'])[k], current_date - 150 + k * 5,
        now() - make_interval(days => 150 - k * 5), 'worker'
    from placements cross join generate_series(1, 4) k
    """,
    """
    insert into wage_confirmations
    select p.id, m::date, case when random() < 0.03 then 200000 else 500000 end, m + interval '1 month 12 days'
    from placements p
    cross join generate_series(
        date_trunc('month', now()) - interval '4 months', date_trunc('month', now()) - interval '1 month', '1 month'
    ) m
    where ('x' || right(p.id::text, 2))::bit(8)::int > 8 or m < now() - interval '3 months'
    """,
    """
    insert into follow_ups
    select gen_random_uuid(), p.id, p.worker_id, p.area_path, d, current_date - 130 + d,
        case when d = 180 then 'PLANNED' when random() < 0.05 then 'DUE' else 'ANSWERED' end
    from placements p cross join unnest(array[7, 30, 90, 180]) d
    """,
    """
    insert into offers
    select gen_random_uuid(), v.id, w.id, w.area_path, 1, md5(v.id::text), 'staff', now() - interval '12 days',
        now() + make_interval(hours => (w.n % 200)::int), case w.n % 3 when 0 then 'DECLINED' else 'MADE' end, null,
        null, false, true, 1
    from (select *, row_number() over (order by id) as n from workers) w
    join (select *, row_number() over (order by id) as k, count(*) over () as all_of from vacancies) v
        on v.k = (w.n * 7) % v.all_of + 1
    where w.n % 5 = 2 and w.n % 4 = 0
    """,
    """
    insert into call_rests
    select id, worker_id, area_path, made_at, made_at + interval '21 days', made_at + interval '111 days' from offers
    """,
    """
    insert into call_requests
    select gen_random_uuid(), worker_id, area_path, 'OFFER', id, made_at, made_at, now() + interval '30 days'
    from offers where random() < 0.3
    """,
    """
    insert into call_requests
    select gen_random_uuid(), id, area_path, 'CALL', null, now() - random() * interval '3 days',
        now() - random() * interval '3 days', now() + interval '10 days'
    from workers where contact_preference = 'PHONE' and random() < 0.01
    """,
    """
    insert into new_matches
    select w.id, v.id, w.area_path, now() - random() * interval '5 days'
    from (select *, row_number() over (order by id) as n from workers where asked_nearby_at is not null) w
    join (select *, row_number() over (order by id) as k, count(*) over () as all_of from vacancies) v
        on v.k in (w.n % v.all_of + 1, (w.n * 3) % v.all_of + 1, (w.n * 11) % v.all_of + 1)
    on conflict do nothing
    """,
    """
    insert into call_pauses
    select w.id, r, w.area_path, now() - interval '1 day', now() + (random() - 0.5) * interval '10 days', null
    from workers w cross join unnest(array['SILENT', 'FOLLOW_UP_OVERDUE', 'NEW_MATCH', 'WAGE_BELOW_TERMS']) r
    where w.contact_preference = 'PHONE' and random() < 0.2
    """,
)


def opener(database: Database, vault: Vault, actor: Actor = SYSTEM_ACTOR) -> EmploymentUnitOfWork:
    return EmploymentUnitOfWork(
        database, actor, FixedClock(datetime.now(UTC)), vault=vault, zone=ZoneInfo("Asia/Shanghai")
    )


async def fill(database: Database, vault: Vault, *, workers: int) -> None:
    """Two workers of three asked to be called, two of five are placed, one of six asked for work nearby."""
    chance = Random(SEED)
    now = datetime.now(UTC)
    villages = [f"{COUNTY}{n // 20 + 1:03d}/{n % 20 + 201:03d}/" for n in range(VILLAGES)]
    async with opener(database, vault) as uow:
        await uow.areas.put(
            [_area(COUNTY, n) for n in range(1)] + [_area(path, n + 1) for n, path in enumerate(villages)]
        )
        await uow.workers.add(*(_worker(n, villages, chance, now) for n in range(workers)))
        for statement in _FILL:
            await uow.connection.execute(
                text(statement), {"employers": max(workers // 100, 1)} if ":emp" in statement else {}
            )
    async with opener(database, vault) as uow:
        await uow.call_list.refresh(now=now, today=now.date(), policy=await uow.policy(""))
    async with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text("vacuum analyze"))


def _area(path: str, number: int) -> AreaCopy:
    centre = Point(lat=39.4 + number % 20 * 0.02, lon=75.8 + number // 20 * 0.04)
    return AreaCopy(
        id=new_id(), path=path, code=f"9901{number:08d}", level="VILLAGE", name=f"Village {number}",
        time_zone="Asia/Shanghai", centre=centre,
    )  # fmt: skip


def _worker(number: int, villages: list[str], chance: Random, now: datetime) -> Worker:
    phoned = number % 3 != 0
    contact = Contact(
        display_name=f"Invented {number}",
        preference=ContactPreference.PHONE if phoned else ContactPreference.MESSAGE,
        phone=f"138{number:08d}" if phoned else None,
        language="zh-CN",
    )
    return Worker(
        id=new_id(),
        subject=f"worker-{number}",
        member_id=new_id(),
        household_id=new_id(),
        area_path=chance.choice(villages),
        date_of_birth=date(1987, 7, 1),
        contact=contact,
        wishes=Wishes(wage_floor_cents=200_000, max_distance_km=30.0),
        registered_at=now,
        asked_nearby_at=now if number % 6 == 1 else None,
    )
