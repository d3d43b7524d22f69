"""Events that an operator gave up."""

from __future__ import annotations

from uuid import UUID

from chassis.copies import place_events
from chassis.database import Database
from chassis.identity import SYSTEM_ACTOR
from chassis.intake import Intake
from chassis.parked import count_parked, discard, list_parked, request_replay
from tests.chassis.envelopes import an_envelope
from tests.chassis.integration.messaging.conftest import parked_of, position, resumable, words
from tests.chassis.rig import Begin, Ear, RigWork


async def give_up(begin: Begin, number: int) -> bool:
    async with begin(SYSTEM_ACTOR) as work:
        return await discard(work.connection, UUID(int=number), by="operator", reason="Sent twice.")


async def test_later_events_go_on_without_one_that_was_given_up(
    intake: Intake[RigWork], ear: Ear, begin: Begin, database: Database
) -> None:
    ear.refused.add("bad")
    for sequence, word in enumerate(["good", "bad", "third", "fourth"], start=1):
        await intake.absorb([an_envelope(word, subject="a", sequence=sequence, number=sequence)])
    assert await resumable(begin) == []

    assert await give_up(begin, 2)
    assert await resumable(begin) == ["a"]
    assert await intake.resume("a") == 2

    assert await words(begin, "a") == ["good", "third", "fourth"]
    assert await position(database, "a") == 4
    assert await resumable(begin) == []
    again = await intake.absorb([an_envelope("bad", subject="a", sequence=2, number=2)])
    fresh = await intake.absorb([an_envelope("fifth", subject="a", sequence=5, number=5)])
    assert [outcome.word for outcome in (*again, *fresh)] == ["duplicate", "deliver"]


async def test_who_gave_an_event_up_when_and_why_is_kept(intake: Intake[RigWork], ear: Ear, begin: Begin) -> None:
    ear.refused.add("bad")
    await intake.absorb([an_envelope("bad", subject="a", sequence=1, number=1)])
    assert await give_up(begin, 1)
    assert not await give_up(begin, 1)
    assert not await give_up(begin, 7)
    await intake.resume("a")

    assert await parked_of(begin) == []
    async with begin(SYSTEM_ACTOR) as work:
        assert await count_parked(work.connection) == {}
        assert await request_replay(work.connection) == 0
        (kept,) = await list_parked(work.connection, with_discarded=True)
    assert kept.discarded is not None
    assert (kept.discarded.by, kept.discarded.reason) == ("operator", "Sent twice.")
    assert kept.discarded.at >= kept.parked_at
    assert kept.code == "WORD_REFUSED"


async def test_one_given_up_behind_another_waits_for_it_and_is_then_passed_over(
    intake: Intake[RigWork], ear: Ear, begin: Begin
) -> None:
    ear.refused.add("bad")
    for sequence, word in enumerate(["bad", "second", "third"], start=1):
        await intake.absorb([an_envelope(word, subject="a", sequence=sequence, number=sequence)])

    assert await give_up(begin, 2)
    assert await resumable(begin) == []
    ear.refused.clear()
    async with begin(SYSTEM_ACTOR) as work:
        await request_replay(work.connection, event_id=UUID(int=1))
    assert await intake.resume("a") == 2

    assert await words(begin, "a") == ["bad", "third"]


async def test_an_event_that_comes_before_one_given_up_is_passed_over_keeps_its_place(
    intake: Intake[RigWork], ear: Ear, begin: Begin
) -> None:
    ear.refused.add("bad")
    await intake.absorb([an_envelope("bad", subject="a", sequence=1, number=1)])
    assert await give_up(begin, 1)
    outcomes = await intake.absorb([an_envelope("second", subject="a", sequence=2, number=2)])
    assert [outcome.word for outcome in outcomes] == ["parked"]
    assert await intake.resume("a") == 1
    assert await words(begin, "a") == ["second"]


async def test_a_gap_is_passed_over_with_the_event_behind_it(intake: Intake[RigWork], begin: Begin) -> None:
    for _ in range(3):
        await intake.absorb([an_envelope("second", subject="a", sequence=2, number=2)])
    await intake.absorb([an_envelope("third", subject="a", sequence=3, number=3)])

    assert await give_up(begin, 2)
    assert await resumable(begin) == ["a"]
    assert await intake.resume("a") == 1
    assert await words(begin, "a") == ["third"]


async def test_a_snapshot_keeps_what_was_given_up(intake: Intake[RigWork], ear: Ear, begin: Begin) -> None:
    ear.refused.add("bad")
    await intake.absorb([an_envelope("bad", subject="a", sequence=1, number=1)])
    await give_up(begin, 1)
    async with begin(SYSTEM_ACTOR) as work:
        await place_events(work.connection, source="households", sequences={"a": 7})
        assert len(await list_parked(work.connection, with_discarded=True)) == 1
    assert await resumable(begin) == []
