from __future__ import annotations

from uuid import UUID

from sqlalchemy import text

from chassis.copies import place_events
from chassis.database import Database
from chassis.identity import SYSTEM_ACTOR
from chassis.intake import Intake
from chassis.parked import request_replay, resumable_subjects
from tests.chassis.envelopes import an_envelope, an_unknown_envelope
from tests.chassis.integration.messaging.conftest import parked_of, position, words
from tests.chassis.rig import Begin, Ear, RigWork


async def test_a_batch_has_its_effects_in_one_transaction(
    intake: Intake[RigWork], begin: Begin, database: Database
) -> None:
    outcomes = await intake.absorb(
        [an_envelope(f"w{number}", subject="a", sequence=number, number=number) for number in (1, 2, 3)]
    )
    assert [(outcome.word, outcome.again_in) for outcome in outcomes] == [("deliver", None)] * 3
    assert await words(begin, "a") == ["w1", "w2", "w3"]
    assert await position(database, "a") == 3
    async with database.engine.connect() as connection:
        transactions = await connection.scalar(text("select count(distinct xmin::text) from effects"))
        assert transactions == 1
        assert await connection.scalar(text("select count(*) from chassis.inbox")) == 3
        assert await connection.scalar(text("select count(*) from chassis.attempts")) == 0


async def test_an_event_that_comes_again_has_no_second_effect(intake: Intake[RigWork], begin: Begin) -> None:
    event = an_envelope("once", subject="a", sequence=1, number=1)
    first = await intake.absorb([event])
    second = await intake.absorb([event])
    both = await intake.absorb([event, event])
    assert [outcome.word for outcome in [*first, *second, *both]] == ["deliver", "duplicate", "duplicate", "duplicate"]
    assert await words(begin, "a") == ["once"]


async def test_the_same_event_twice_in_one_batch_has_one_effect(intake: Intake[RigWork], begin: Begin) -> None:
    event = an_envelope("once", subject="a", sequence=1, number=1)
    outcomes = await intake.absorb([event, event])
    assert [outcome.word for outcome in outcomes] == ["deliver", "duplicate"]
    assert await words(begin, "a") == ["once"]


async def test_a_type_without_a_handler_is_passed_over_but_keeps_its_place(
    intake: Intake[RigWork], begin: Begin, database: Database
) -> None:
    outcomes = await intake.absorb(
        [
            an_unknown_envelope(subject="a", sequence=1, number=1),
            an_envelope("second", subject="a", sequence=2, number=2),
        ]
    )
    assert [outcome.word for outcome in outcomes] == ["skip", "deliver"]
    assert await words(begin, "a") == ["second"]
    assert await position(database, "a") == 2


async def test_a_gap_waits_longer_each_time_and_is_closed_by_the_missing_event(
    intake: Intake[RigWork], begin: Begin
) -> None:
    second = an_envelope("second", subject="a", sequence=2, number=2)
    waits = [(await intake.absorb([second]))[0] for _ in range(2)]
    assert [(outcome.word, outcome.again_in) for outcome in waits] == [("gap", 0.2), ("gap", 0.4)]
    assert await words(begin, "a") == []
    await intake.absorb([an_envelope("first", subject="a", sequence=1, number=1)])
    assert [outcome.word for outcome in await intake.absorb([second])] == ["deliver"]
    assert await words(begin, "a") == ["first", "second"]


async def test_a_gap_that_does_not_close_is_parked_and_goes_on_by_itself_when_it_does(
    intake: Intake[RigWork], begin: Begin
) -> None:
    second = an_envelope("second", subject="a", sequence=2, number=2)
    third = an_envelope("third", subject="a", sequence=3, number=3)
    assert [(await intake.absorb([second]))[0].word for _ in range(3)] == ["gap", "gap", "parked"]
    assert [outcome.word for outcome in await intake.absorb([third])] == ["parked"]
    assert await parked_of(begin) == [
        ("a", 2, "GAP", "An earlier event of this subject did not come in time."),
        ("a", 3, "BEHIND", "Waits behind an earlier event of this subject."),
    ]
    await intake.absorb([an_envelope("first", subject="a", sequence=1, number=1)])
    assert await words(begin, "a") == ["first", "second", "third"]
    assert await parked_of(begin) == []


async def test_a_refused_event_is_parked_with_its_reason_and_later_ones_of_its_subject_behind_it(
    intake: Intake[RigWork], ear: Ear, begin: Begin
) -> None:
    ear.refused.add("bad")
    batch = [
        an_envelope("good", subject="a", sequence=1, number=1),
        an_envelope("bad", subject="a", sequence=2, number=2),
        an_envelope("other", subject="b", sequence=1, number=3),
        an_envelope("later", subject="a", sequence=3, number=4),
    ]
    outcomes = await intake.absorb(batch)
    assert [outcome.word for outcome in outcomes] == ["deliver", "parked", "deliver", "parked"]
    assert await words(begin, "a") == ["good"]
    assert await words(begin, "b") == ["other"]
    assert await parked_of(begin) == [
        ("a", 2, "WORD_REFUSED", "This word is not accepted. (field name)"),
        ("a", 3, "BEHIND", "Waits behind an earlier event of this subject."),
    ]


async def test_a_defect_of_ours_is_parked_without_the_value_it_choked_on(
    intake: Intake[RigWork], ear: Ear, begin: Begin
) -> None:
    ear.broken.add("bad")
    await intake.absorb([an_envelope("bad", subject="a", sequence=1, number=1)])
    assert await parked_of(begin) == [("a", 1, "INTERNAL", "A defect of ours: ValueError.")]
    assert await words(begin, "a") == []


async def test_a_replay_takes_the_event_and_everything_behind_it_in_order(
    intake: Intake[RigWork], ear: Ear, begin: Begin
) -> None:
    ear.refused.add("bad")
    for sequence, word in enumerate(["bad", "second", "third"], start=1):
        await intake.absorb([an_envelope(word, subject="a", sequence=sequence, number=sequence)])
    assert len(await parked_of(begin)) == 3
    ear.refused.clear()
    async with begin(SYSTEM_ACTOR) as work:
        assert await request_replay(work.connection, event_id=UUID(int=1)) == 1
    async with begin(SYSTEM_ACTOR) as work:
        assert await resumable_subjects(work.connection, "households") == ["a"]
    assert await intake.resume("a") == 3
    assert await words(begin, "a") == ["bad", "second", "third"]
    assert await parked_of(begin) == []
    again = await intake.absorb([an_envelope("bad", subject="a", sequence=1, number=1)])
    assert again[0].word == "duplicate"


async def test_a_replay_that_is_refused_again_changes_nothing(intake: Intake[RigWork], ear: Ear, begin: Begin) -> None:
    ear.refused.add("bad")
    await intake.absorb([an_envelope("bad", subject="a", sequence=1, number=1)])
    assert await intake.resume("a") == 0
    assert [entry[2] for entry in await parked_of(begin)] == ["WORD_REFUSED"]
    assert await words(begin, "a") == []


async def test_only_an_absent_dependency_is_tried_again(intake: Intake[RigWork], ear: Ear, begin: Begin) -> None:
    ear.down.add("later")
    event = an_envelope("later", subject="a", sequence=1, number=1)
    for _ in range(8):
        outcome = (await intake.absorb([event]))[0]
        assert (outcome.word, outcome.again_in) == ("retry", 2.0)
    assert await words(begin, "a") == []
    ear.down.clear()
    assert (await intake.absorb([event]))[0].word == "deliver"
    assert await words(begin, "a") == ["later"]
    assert await parked_of(begin) == []


async def test_an_event_that_kills_the_process_each_time_is_parked(
    intake: Intake[RigWork], ear: Ear, begin: Begin, database: Database
) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(text("insert into chassis.attempts values (:e, 5, 'STARTED')"), {"e": UUID(int=1)})
    outcome = await intake.absorb([an_envelope("deadly", subject="a", sequence=1, number=1)])
    assert outcome[0].word == "parked"
    assert ear.heard == []
    assert await parked_of(begin) == [("a", 1, "POISON", "The process ended each time it worked on this event.")]


async def test_a_snapshot_sets_the_position_and_makes_older_events_void(
    intake: Intake[RigWork], ear: Ear, begin: Begin
) -> None:
    ear.refused.add("bad")
    await intake.absorb([an_envelope("bad", subject="a", sequence=1, number=1)])
    async with begin(SYSTEM_ACTOR) as work:
        await place_events(work.connection, source="households", sequences={"a": 7})
    assert await parked_of(begin) == []
    outcomes = await intake.absorb(
        [an_envelope(f"w{number}", subject="a", sequence=number, number=number) for number in range(2, 10)]
    )
    assert [outcome.word for outcome in outcomes] == ["duplicate"] * 6 + ["deliver"] * 2
    assert await words(begin, "a") == ["w8", "w9"]


async def test_an_unreadable_payload_is_parked(intake: Intake[RigWork], begin: Begin) -> None:
    event = an_envelope("x", subject="a", sequence=1, number=1)
    event.payload = b"\xff\xff\xff"
    assert (await intake.absorb([event]))[0].word == "parked"
    assert await parked_of(begin) == [
        ("a", 1, "UNREADABLE_EVENT", "The payload is not of the type that the envelope names.")
    ]
