from __future__ import annotations

from collections.abc import Sequence

import nats
from opentelemetry import trace
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import text

from chassis import telemetry
from chassis.database import Database
from chassis.identity import SYSTEM_ACTOR
from tests.chassis.integration.conftest import NewDatabase
from tests.chassis.integration.messaging.flow import flowing
from tests.chassis.rig import Noted, opener, say
from tests.chassis.waiting import until


async def effects(database: Database) -> Sequence[tuple[str, int]]:
    async with database.engine.connect() as connection:
        rows = await connection.execute(text("select subject_id, sequence from effects order by n"))
        return [(row.subject_id, row.sequence) for row in rows]


async def has(database: Database, expected: int) -> bool:
    return len(await effects(database)) >= expected


async def test_an_event_arrives_at_once_whoever_started_first(
    database: Database, database_url: str, new_database: NewDatabase, broker_url: str
) -> None:
    """The consumer starts before its source has ever published."""
    source_url = await new_database()
    source = Database.connect(source_url)
    # Nobody looks by himself within the test: each event is heard of.
    async with flowing(source_url, database_url, broker_url, poll_seconds=600):
        await say(opener(source), "first", subject="a")
        await until(lambda: has(database, 1))
        await say(opener(source), "second", subject="a")
        await until(lambda: has(database, 2))
    assert await effects(database) == [("a", 1), ("a", 2)]
    await source.close()


async def test_thousands_of_events_arrive_once_and_in_order_with_two_consumers(
    database: Database, database_url: str, new_database: NewDatabase, broker_url: str
) -> None:
    source_url = await new_database()
    source = Database.connect(source_url)
    async with opener(source)(SYSTEM_ACTOR) as work:
        work.emit(*(Noted(subject_id=f"s{number % 30}", word=str(number)) for number in range(3000)))
    async with flowing(source_url, database_url, broker_url, consumers=2):
        await until(lambda: has(database, 3000), seconds=180)
    found = await effects(database)
    by_subject: dict[str, list[int]] = {}
    for subject, sequence in found:
        by_subject.setdefault(subject, []).append(sequence)
    assert by_subject == {f"s{number}": list(range(1, 101)) for number in range(30)}
    await source.close()


async def test_a_lost_broker_store_loses_and_doubles_nothing(
    database: Database, database_url: str, new_database: NewDatabase, broker_url: str
) -> None:
    """Consumer and stream are made again and refilled; the inbox knows what it has."""
    source_url = await new_database()
    source = Database.connect(source_url)
    async with flowing(source_url, database_url, broker_url):
        await say(opener(source), "one", "two", subject="a")
        await until(lambda: has(database, 2))
        client = await nats.connect(broker_url)
        await client.jetstream().delete_stream("HOUSEHOLDS")
        await client.close()
        await say(opener(source), "three", subject="a")
        await say(opener(source), "one", subject="b")
        await until(lambda: has(database, 4), seconds=40)
    assert sorted(await effects(database)) == [("a", 1), ("a", 2), ("a", 3), ("b", 1)]
    await source.close()


async def test_a_new_copy_is_filled_from_the_stream(
    database_url: str, database: Database, new_database: NewDatabase, broker_url: str
) -> None:
    """What was published long before the consumer existed."""
    source_url = await new_database()
    source = Database.connect(source_url)
    other_url = await new_database()
    other = Database.connect(other_url)
    async with flowing(source_url, other_url, broker_url):
        await say(opener(source), "one", "two", subject="a")
        await until(lambda: has(other, 2))
    client = await nats.connect(broker_url)
    await client.jetstream().delete_consumer("HOUSEHOLDS", "risk")
    await client.close()
    async with flowing(source_url, database_url, broker_url, relay=False):
        await until(lambda: has(database, 2))
    assert await effects(database) == [("a", 1), ("a", 2)]
    await source.close()
    await other.close()


async def test_an_absent_database_stops_nothing_for_good(
    database_url: str, database: Database, new_database: NewDatabase, broker_url: str
) -> None:
    source_url = await new_database()
    source = Database.connect(source_url)
    async with flowing(source_url, database_url, broker_url):
        await say(opener(source), "one", subject="a")
        await until(lambda: has(database, 1))
        async with database.engine.connect() as connection:
            await connection.execute(
                text(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where datname = current_database() and pid <> pg_backend_pid()"
                )
            )
        await say(opener(source), "two", subject="a")
        await until(lambda: has(database, 2))
    assert await effects(database) == [("a", 1), ("a", 2)]
    await source.close()


async def test_the_trace_goes_on_from_the_request_to_the_consumer(
    database_url: str, database: Database, new_database: NewDatabase, broker_url: str
) -> None:
    spans = InMemorySpanExporter()
    telemetry.export_to(spans)
    source_url = await new_database()
    source = Database.connect(source_url)
    async with flowing(source_url, database_url, broker_url):
        with telemetry.span("the request"):
            asked = trace.get_current_span().get_span_context()
            await say(opener(source), "one", subject="a")
        await until(lambda: has(database, 1))
        consumed = [span for span in spans.get_finished_spans() if span.name == "consume AreaChanged"]
    assert len(consumed) == 1
    assert consumed[0].context is not None
    assert consumed[0].context.trace_id == asked.trace_id
    assert consumed[0].parent is not None
    assert consumed[0].parent.span_id == asked.span_id
    await source.close()
