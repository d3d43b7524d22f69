from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import nats
import pytest
from nats.aio.msg import Msg
from sqlalchemy import text

from chassis.broker import Broker
from chassis.database import Database
from chassis.identity import SYSTEM_ACTOR
from chassis.parcels import read_parcel
from chassis.relay import POLL_SECONDS, Relay
from contracts.common.v1.envelope_pb2 import Envelope
from contracts.households.v1.events_pb2 import AreaChanged
from tests.chassis.rig import Begin, Noted, say
from tests.chassis.waiting import until

Running = Callable[[], Awaitable[None]]


@asynccontextmanager
async def relaying(
    database_url: str, broker_url: str, *, relays: int = 1, poll_seconds: float = POLL_SECONDS
) -> AsyncIterator[asyncio.Event]:
    """Broker connection and relays, as a process runs them."""
    stop = asyncio.Event()
    tasks = []
    for number in range(relays):
        broker = Broker(broker_url, f"relay-{number}")
        relay = Relay(source="households", database_url=database_url, broker=broker, poll_seconds=poll_seconds)
        tasks += [asyncio.create_task(broker.hold(stop)), asyncio.create_task(relay.run(stop))]
    try:
        yield stop
    finally:
        stop.set()
        await asyncio.wait_for(asyncio.gather(*tasks), 10)


async def waiting(database: Database) -> int:
    async with database.engine.connect() as connection:
        return int(await connection.scalar(text("select count(*) from chassis.outbox where published_at is null")) or 0)


async def everything(url: str) -> list[Envelope]:
    """All events of the stream, in its order; there are no more."""
    return [envelope for message in await messages(url) for envelope in read_parcel(message.subject, message.data)]


async def messages(url: str) -> list[Msg]:
    client = await nats.connect(url)
    subscription = await client.jetstream().subscribe("events.households.>", ordered_consumer=True)
    info = await client.jetstream().stream_info("HOUSEHOLDS")
    found = [await subscription.next_msg(timeout=10) for _ in range(info.state.messages)]
    await client.close()
    return found


def read(envelope: Envelope) -> tuple[str, int, str]:
    return envelope.subject_id, envelope.subject_sequence, AreaChanged.FromString(envelope.payload).name


async def test_events_are_published_in_order_with_id_and_trace(
    database: Database, database_url: str, begin: Begin, broker_url: str
) -> None:
    await say(begin, "one", "two", subject="a")
    await say(begin, "three", subject="a")
    async with relaying(database_url, broker_url):
        await until(lambda: _none_waiting(database))
        sent, events = await messages(broker_url), await everything(broker_url)
    assert [read(event) for event in events] == [("a", 1, "one"), ("a", 2, "two"), ("a", 3, "three")]
    envelope = events[0]
    assert {message.subject for message in sent} == {"events.households.9901.parcel"}
    assert len({(message.headers or {})["Nats-Msg-Id"] for message in sent}) == len(sent)
    assert envelope.source == "households"
    assert envelope.event_type == "contracts.households.v1.AreaChanged"
    assert envelope.area_path == "99/01/01/"


async def test_a_commit_wakes_the_relay_at_once(
    database: Database, database_url: str, begin: Begin, broker_url: str
) -> None:
    # It does not look by itself within the test: only the commit can have woken it.
    async with relaying(database_url, broker_url, poll_seconds=600):
        await say(begin, "first", subject="a")
        await until(lambda: _none_waiting(database))
        await say(begin, "second", subject="a")
        await until(lambda: _none_waiting(database))


async def test_five_thousand_events_leave_in_their_order(
    database: Database, database_url: str, begin: Begin, broker_url: str
) -> None:
    async with begin(SYSTEM_ACTOR) as work:
        work.emit(*(Noted(subject_id=f"s{number % 50}", word=str(number)) for number in range(5000)))
    async with relaying(database_url, broker_url):
        await until(lambda: _none_waiting(database), seconds=60)
        events = await everything(broker_url)
    assert [int(read(event)[2]) for event in events] == list(range(5000))


async def test_only_one_relay_works_and_the_other_takes_over(
    database: Database, database_url: str, begin: Begin, broker_url: str
) -> None:
    async with relaying(database_url, broker_url, relays=2):
        await say(begin, *(str(number) for number in range(20)), subject="a")
        await until(lambda: _none_waiting(database))
        async with database.engine.begin() as connection:
            ended = await connection.scalar(
                text(
                    "select count(pg_terminate_backend(pid)) from pg_locks"
                    " where locktype = 'advisory' and granted and pid <> pg_backend_pid()"
                    " and database = (select oid from pg_database where datname = current_database())"
                )
            )
        assert ended == 1
        await say(begin, *(str(number) for number in range(20, 40)), subject="a")
        await until(lambda: _none_waiting(database))
        events = await everything(broker_url)
    assert [int(read(event)[2]) for event in events] == list(range(40))


@pytest.mark.parametrize("stopped", [False, True], ids=["under-the-running-relay", "while-the-relay-is-down"])
async def test_a_lost_store_is_refilled_with_everything_kept(
    database: Database, database_url: str, begin: Begin, broker_url: str, stopped: bool
) -> None:
    async with relaying(database_url, broker_url):
        await say(begin, "one", "two", "three", subject="a")
        await until(lambda: _none_waiting(database))
        if not stopped:
            await _delete_stream(broker_url)
            await say(begin, "four", subject="a")
            await until(lambda: _all_published(database, broker_url))
    if stopped:
        await _delete_stream(broker_url)
        await say(begin, "four", subject="a")
        async with relaying(database_url, broker_url):
            await until(lambda: _all_published(database, broker_url))
    # Behind what was published before the loss was noticed, everything comes in its order.
    assert [read(event)[1] for event in await everything(broker_url)][-4:] == [1, 2, 3, 4]


async def test_a_store_that_lost_its_end_is_refilled(
    database: Database, database_url: str, begin: Begin, broker_url: str
) -> None:
    async with relaying(database_url, broker_url):
        await say(begin, "one", "two", subject="a")
        await until(lambda: _none_waiting(database))
    async with database.engine.begin() as connection:
        # As if the broker had acknowledged three more and forgotten them.
        await connection.execute(text("update chassis.broker_stores set last_sequence = last_sequence + 3"))
    async with relaying(database_url, broker_url):
        await until(lambda: _republished(database))
        assert await waiting(database) == 0
    # The broker recognised the repeated parcel.
    assert [read(event)[2] for event in await everything(broker_url)] == ["one", "two"]


async def _none_waiting(database: Database) -> bool:
    return await waiting(database) == 0


async def _republished(database: Database) -> bool:
    async with database.engine.connect() as connection:
        noted = await connection.scalar(text("select last_sequence from chassis.broker_stores"))
    return noted == 1 and await waiting(database) == 0


async def _all_published(database: Database, url: str) -> bool:
    if await waiting(database):
        return False
    return {read(event)[1] for event in await everything(url)} == {1, 2, 3, 4}


async def _delete_stream(url: str) -> None:
    client = await nats.connect(url)
    await client.jetstream().delete_stream("HOUSEHOLDS")
    await client.close()
