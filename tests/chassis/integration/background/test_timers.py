from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from chassis.chores import daily_chores
from chassis.clock import FixedClock
from chassis.database import Database
from chassis.errors import DependencyDown
from chassis.identity import SYSTEM_ACTOR
from chassis.timers import DueTimer, TimerKind, Timers
from tests.chassis.rig import Begin, RigWork, opener, ring

NOON = datetime(2020, 9, 18, 4, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def begin(database: Database, clock: FixedClock) -> Begin:
    return opener(database, clock)


async def _schedule(begin: Begin, key: str, due_at: datetime, kind: str = "ring") -> None:
    async with begin(SYSTEM_ACTOR) as work:
        await work.schedule(kind, key, due_at)


async def _rang(begin: Begin, key: str) -> int:
    async with begin(SYSTEM_ACTOR) as work:
        return len(await work.words(key))


async def _fire_all(timers: Timers[RigWork]) -> int:
    count = 0
    while await timers.fire_one():
        count += 1
    return count


async def test_a_timer_fires_once_when_business_time_reaches_it(begin: Begin, clock: FixedClock) -> None:
    timers = Timers(begin=begin, kinds=[TimerKind(name="ring", handle=ring)])
    await _schedule(begin, "a", NOON + timedelta(hours=72))
    assert await _fire_all(timers) == 0
    clock.advance(timedelta(hours=71, minutes=59, seconds=59))
    assert await _fire_all(timers) == 0
    clock.advance(timedelta(seconds=1))
    assert await _fire_all(timers) == 1
    assert await _fire_all(timers) == 0
    assert await _rang(begin, "a") == 1


async def test_scheduling_again_moves_it(begin: Begin, clock: FixedClock) -> None:
    timers = Timers(begin=begin, kinds=[TimerKind(name="ring", handle=ring)])
    await _schedule(begin, "a", NOON)
    await _schedule(begin, "a", NOON + timedelta(days=1))
    assert await _fire_all(timers) == 0
    clock.advance(timedelta(days=1))
    assert await _fire_all(timers) == 1
    assert await _rang(begin, "a") == 1


async def test_two_processes_share_the_due_timers(begin: Begin) -> None:
    for number in range(30):
        await _schedule(begin, f"k{number}", NOON)
    both = [Timers(begin=begin, kinds=[TimerKind(name="ring", handle=ring)]) for _ in range(2)]
    fired = await asyncio.gather(*(_fire_all(timers) for timers in both))
    assert sum(fired) == 30
    assert [await _rang(begin, f"k{number}") for number in range(30)] == [1] * 30


async def test_a_failing_timer_leaves_nothing_behind_and_lets_the_others_pass(begin: Begin, database: Database) -> None:
    async def fail_a(work: RigWork, due: DueTimer) -> None:
        await ring(work, due)
        if due.key == "a":
            raise DependencyDown("away")

    await _schedule(begin, "a", NOON - timedelta(hours=1))
    await _schedule(begin, "b", NOON)
    timers = Timers(begin=begin, kinds=[TimerKind(name="ring", handle=fail_a)])
    assert await _fire_all(timers) == 2
    assert (await _rang(begin, "a"), await _rang(begin, "b")) == (0, 1)
    async with database.engine.begin() as connection:
        row = (
            await connection.execute(
                text("select attempts, retry_at > now() as later, done_at from chassis.timers where key = 'a'")
            )
        ).one()
        assert tuple(row) == (1, True, None)
        await connection.execute(text("update chassis.timers set retry_at = now()"))
    assert await _fire_all(Timers(begin=begin, kinds=[TimerKind(name="ring", handle=ring)])) == 1
    assert await _rang(begin, "a") == 1


async def test_a_repeating_timer_fires_once_a_period_and_makes_up_for_none(begin: Begin, clock: FixedClock) -> None:
    timers = Timers(begin=begin, kinds=[TimerKind(name="daily", handle=ring, every=timedelta(days=1))])
    await timers.plant()
    await timers.plant()
    assert await _fire_all(timers) == 1
    clock.advance(timedelta(days=1))
    assert await _fire_all(timers) == 1
    clock.advance(timedelta(days=10))
    assert await _fire_all(timers) == 1
    assert await _rang(begin, "") == 3


async def test_once_a_day_what_was_kept_for_its_time_goes(begin: Begin, database: Database) -> None:
    async with database.engine.begin() as connection:
        for age, published in ((31, True), (31, False), (29, True)):
            await connection.execute(
                text(
                    "insert into chassis.outbox (event_id, event_type, subject_id, subject_sequence, area_path,"
                    " payload, occurred_at, correlation_id, traceparent, created_at, published_at) values"
                    " (gen_random_uuid(), 't', gen_random_uuid()::text, 1, '', '', now(), '', '',"
                    " now() - make_interval(days => :age), case when :published then now() end)"
                ),
                {"age": age, "published": published},
            )
    timers = Timers(begin=begin, kinds=daily_chores())
    await timers.plant()
    assert await _fire_all(timers) == 1
    async with database.engine.connect() as connection:
        left = await connection.execute(
            text("select (now()::date - created_at::date), published_at is not null from chassis.outbox order by n")
        )
        assert [tuple(row) for row in left] == [(31, False), (29, True)]
