"""What begins with a transaction and what ends with it: the area wall, the driver's own statements, audit rows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chassis.database import Database, driver_of, is_connection_loss, say_last
from chassis.identity import SYSTEM_ACTOR, Actor, Role
from chassis.uow import audit_hash
from tests.chassis.rig import opener

OFFICER = Actor(subject="officer", roles=frozenset({Role.COUNTY_ADMIN}), areas=("99/01/01/",))
NEIGHBOUR = Actor(subject="neighbour", roles=frozenset({Role.COUNTY_ADMIN}), areas=("99/01/02/",))
WALL = "select current_setting('app.area_from', true) || ' ' || current_setting('app.area_to', true)"


@pytest.fixture
async def single(database: Database) -> AsyncIterator[Database]:
    """One connection for everybody, so that whatever is left on it is met again."""
    one = Database.connect(database.engine.url.render_as_string(hide_password=False), pool_size=1)
    yield one
    await one.close()


async def test_each_transaction_on_a_connection_has_its_callers_wall(single: Database) -> None:
    begin = opener(single)
    for actor, wall in ((OFFICER, "99/01/01/ 99/01/01/~"), (NEIGHBOUR, "99/01/02/ 99/01/02/~"), (SYSTEM_ACTOR, "0 ~")):
        async with begin(actor) as work:
            assert (await work.connection.execute(text(WALL))).scalar_one() == wall
        async with begin(actor) as work:
            assert await (await driver_of(work.connection)).fetchval(WALL) == wall


async def test_the_wall_of_a_transaction_that_asked_nothing_is_nobody_elses(single: Database) -> None:
    async with opener(single)(OFFICER):
        pass
    async with single.engine.connect() as connection:
        assert (await connection.execute(text(WALL))).scalar_one() in {None, " "}


async def test_a_wall_is_not_raised_within_a_transaction_nor_of_foreign_signs(single: Database) -> None:
    async with opener(single)(OFFICER) as work:
        foreign = Actor(subject="x", roles=frozenset({Role.COUNTY_ADMIN}), areas=("99'; drop table places",))
        with pytest.raises(ValueError, match="made of area paths"):
            single.raise_wall(work.connection, foreign)
        await work.connection.execute(text("select 1"))
        with pytest.raises(ValueError, match="where a transaction begins"):
            single.raise_wall(work.connection, NEIGHBOUR)


async def test_what_the_driver_wrote_goes_and_stays_with_the_transaction(single: Database) -> None:
    begin = opener(single)

    async def fail() -> None:
        async with begin(SYSTEM_ACTOR) as work:
            await (await driver_of(work.connection)).execute("insert into places values ('99/01/01/', 'a')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with begin(SYSTEM_ACTOR) as work:
        await (await driver_of(work.connection)).execute("insert into places values ('99/01/02/', 'b')")
    async with begin(SYSTEM_ACTOR) as work:
        rows = await work.connection.execute(text("select area_path from places"))
        assert [row.area_path for row in rows] == ["99/01/02/"]


async def test_a_connection_that_is_lost_under_the_driver_is_known_as_lost(single: Database) -> None:
    begin = opener(single)

    async def lose() -> None:
        async with begin(SYSTEM_ACTOR) as work:
            driver = await driver_of(work.connection)
            with pytest.raises(asyncpg.PostgresError) as first:
                await driver.execute("select pg_terminate_backend(pg_backend_pid())")
            assert is_connection_loss(first.value)
            await driver.fetchval("select 1")

    with pytest.raises((asyncpg.InterfaceError, DBAPIError)) as caught:
        await lose()
    assert is_connection_loss(caught.value)
    async with begin(SYSTEM_ACTOR) as work:
        assert await (await driver_of(work.connection)).fetchval("select 1") == 1


async def test_last_words_are_said_with_the_commit_and_only_with_it(single: Database) -> None:
    begin = opener(single)
    count = text("select count(*) from places")

    async def leave() -> None:
        async with begin(SYSTEM_ACTOR) as work:
            await say_last(work.connection, "insert into places values ('99/01/01/', 'never')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await leave()
    async with begin(SYSTEM_ACTOR) as work:
        await say_last(work.connection, "insert into places values ('99/01/01/', 'a')")
        await say_last(work.connection, "insert into places values ('99/01/02/', 'b')")
        assert (await work.connection.execute(count)).scalar_one() == 0
    async with begin(SYSTEM_ACTOR) as work:
        assert (await work.connection.execute(count)).scalar_one() == 2


async def test_a_commit_whose_last_words_fail_takes_everything_back_and_leaves_the_connection_usable(
    single: Database,
) -> None:
    begin = opener(single)

    async def fail() -> None:
        async with begin(OFFICER) as work:
            await work.connection.execute(text("insert into places values ('99/01/01/', 'a')"))
            await say_last(work.connection, "select 1 / 0")

    with pytest.raises(DBAPIError, match="division by zero"):
        await fail()
    async with begin(NEIGHBOUR) as work:
        assert (await work.connection.execute(text(WALL))).scalar_one() == "99/01/02/ 99/01/02/~"
        assert (await work.connection.execute(text("select count(*) from places"))).scalar_one() == 0


async def test_an_audit_row_holds_any_text_as_it_was_said(single: Database) -> None:
    begin = opener(single)
    purpose = '\'); drop table places; -- \\ $1 :name \N{SNOWMAN} "quoted"\n' + "艾合买提"
    async with begin(OFFICER) as work:
        await work.audit(action="look", subject_id="s'1", purpose=purpose, fields=["a,b", "{c}", ""])
        await work.audit(action="list", subject_id="s2", purpose="")
    async with begin(SYSTEM_ACTOR) as work:
        rows = (await work.connection.execute(text("select * from chassis.audit order by n"))).all()
    assert [(row.action, row.subject_id, row.purpose, row.fields) for row in rows] == [
        ("look", "s'1", purpose, ["a,b", "{c}", ""]),
        ("list", "s2", "", []),
    ]
    assert {row.at for row in rows} == {rows[0].at}


async def test_audit_rows_written_at_once_make_one_chain(database: Database) -> None:
    begin = opener(database)

    async def note(number: int) -> None:
        async with begin(OFFICER) as work:
            await work.audit(action="look", subject_id=f"s-{number}", purpose="a, b", fields=["name", "born"])

    await asyncio.gather(*(note(number) for number in range(12)))
    async with begin(SYSTEM_ACTOR) as work:
        rows = (await work.connection.execute(text("select * from chassis.audit order by n"))).all()
    assert [row.n for row in rows] == list(range(1, 13))
    assert {row.subject_id for row in rows} == {f"s-{number}" for number in range(12)}
    previous = b""
    for row in rows:
        assert row.previous_hash == previous
        previous = audit_hash(
            previous, str(row.n), row.at.isoformat(), row.actor, ",".join(row.roles), row.action, row.subject_id,
            row.purpose, ",".join(row.fields),
        )  # fmt: skip
        assert row.hash == previous
