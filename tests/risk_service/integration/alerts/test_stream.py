"""The subscription: nothing missed, nothing twice, only in the caller's area."""

from __future__ import annotations

import asyncio

import pytest

from chassis.graph import encode_cursor
from chassis.identity import Actor
from tests.risk_service.desk import APPROVER, ELSEWHERE, STAFF, SUPPORT, Desk
from tests.risk_service.factories import VILLAGE
from tests.risk_service.watching import DEADLINE, watching


async def test_an_alert_arrives_while_one_listens_and_again_when_it_escalates(desk: Desk) -> None:
    family = await desk.family()
    async with watching(desk, VILLAGE) as listener:
        first = asyncio.create_task(listener.next())
        await asyncio.sleep(0.3)  # from now on: the subscription has to have begun
        await desk.bill(family, "2500.00", record_id="S1")
        raised = await first
        await desk.bill(family, "7818.18", record_id="S2")
        escalated = await listener.next()

    assert (raised["kind"], escalated["kind"]) == ("RAISED", "ESCALATED")
    assert escalated["alert"] == {
        "level": "RED",
        "amount": {"amount": "10318.18"},
        "task": {"dueOn": "2020-09-23"},
        "history": [{"kind": "RAISED"}, {"kind": "ESCALATED"}],
    }


async def test_what_was_missed_is_told_first_and_in_order(desk: Desk) -> None:
    village = "99/01/01/005/201/"
    first = await desk.family(area_path=village)
    async with desk.begin() as uow:
        before = await uow.feed.newest()
    await desk.bill(first, "2500.00", record_id="S3")
    for number in range(3):
        await desk.bill(await desk.family(area_path=village), "3500.00", record_id=f"S4-{number}")
    async with watching(desk, village, after=encode_cursor(before)) as listener:
        told = [await listener.next() for _ in range(4)]
    assert [one["alert"]["level"] for one in told] == ["YELLOW", "RED", "RED", "RED"]

    async with watching(desk, village, after=str(told[2]["cursor"])) as listener:
        assert (await listener.next())["cursor"] == told[3]["cursor"]


async def test_another_area_s_alerts_are_not_told(desk: Desk) -> None:
    here, there = "99/01/01/006/201/", "99/01/01/006/202/"
    async with desk.begin() as uow:
        before = await uow.feed.newest()
    await desk.bill(await desk.family(area_path=there), "2500.00", record_id="S5")
    await desk.bill(await desk.family(area_path=here), "3500.00", record_id="S6")

    async with watching(desk, here, after=encode_cursor(before)) as listener:
        assert (await listener.next())["alert"]["level"] == "RED"


async def newest(desk: Desk, actor: Actor = APPROVER) -> str:
    return str((await desk.ask(actor, "{ alertRaisedCursor }"))["alertRaisedCursor"])


async def test_the_newest_cursor_is_the_last_event_s_and_what_comes_after_it_is_told(desk: Desk) -> None:
    """Nobody listens while the alert is raised: the place to begin at was known before."""
    village = "99/01/01/007/201/"
    start = await newest(desk)
    await desk.bill(await desk.family(area_path=village), "3500.00", record_id="S9")

    async with watching(desk, village, after=start) as listener:
        told = await listener.next()
    assert told["alert"]["level"] == "RED"
    assert told["cursor"] == await newest(desk) != start


async def test_where_nothing_was_raised_the_newest_cursor_is_the_beginning(desk: Desk) -> None:
    assert await newest(desk, ELSEWHERE) == encode_cursor(0)


@pytest.mark.parametrize("actor", [STAFF, SUPPORT])
async def test_the_newest_cursor_is_for_those_who_may_listen(desk: Desk, actor: Actor) -> None:
    answer = await desk.answer(actor, "{ alertRaisedCursor }")
    assert [error["code"] for error in answer["errors"]] == ["FORBIDDEN"]


@pytest.mark.parametrize("actor", [ELSEWHERE, STAFF, SUPPORT])
async def test_only_the_offices_of_the_area_listen(desk: Desk, actor: Actor) -> None:
    async with watching(desk, VILLAGE, actor=actor) as listener:
        result = await asyncio.wait_for(anext(listener.events), DEADLINE)
    assert [error.extensions["code"] for error in result.errors] == ["FORBIDDEN"]  # type: ignore[attr-defined]  # strawberry's streams are untyped


async def test_positions_become_visible_in_their_order(desk: Desk) -> None:
    """Two transactions that add at once: the second waits, so no reader can pass over the first."""
    family, other = await desk.family(), await desk.family()
    await desk.bill(family, "2500.00", record_id="S7")
    await desk.bill(other, "2500.00", record_id="S8")
    (alert,), (second,) = await desk.open_alerts(family), await desk.open_alerts(other)
    from risk_service.alerts.domain import ChangeKind

    order: list[str] = []

    async def late() -> None:
        async with desk.begin() as uow:
            await uow.feed.add_all([(second, ChangeKind.RAISED)], at=uow.now)
            order.append("second added")

    async with desk.begin() as uow:
        await uow.feed.add_all([(alert, ChangeKind.RAISED)], at=uow.now)
        waiting = asyncio.create_task(late())
        done, _ = await asyncio.wait({waiting}, timeout=0.5)
        assert done == set()
        order.append("first commits")
    await asyncio.wait_for(waiting, DEADLINE)
    assert order == ["first commits", "second added"]
