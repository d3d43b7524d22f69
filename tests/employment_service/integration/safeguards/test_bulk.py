"""Many acceptances at once are held, and only the named independent monitor lets them go (A32)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from chassis.identity import Actor, Role
from tests.employment_service.factories import COUNTY, NEXT_VILLAGE, worker
from tests.employment_service.integration.documents import BOOK
from tests.employment_service.integration.safeguards.questions import (
    CONTRACT,
    FLAGS,
    LIFT,
    accept,
    accepted_together,
    flags,
    shown,
    step,
)
from tests.employment_service.town import ADMIN, EMPLOYER, MONITOR, SPECIALIST, STAFF, SUPERVISOR, Town, as_worker

PAPER = {"monthlyWage": "3000.00", "weeklyHours": 40, "contractMonths": 12, "startsOn": "2020-10-01"}


async def test_a32_twelve_acceptances_of_one_village_and_session_in_forty_minutes_are_held(town: Town) -> None:
    await town.ready(workers=12, places=20)

    placements = await accepted_together(town, range(1, 13), session="kiosk", minutes=40)

    found = await flags(town, "CF1")
    assert {flag["figure"] for flag in found} == {12}
    held = {hold["placementId"] for flag in found for hold in flag["holds"]}
    assert held == {placement["id"] for placement in placements}
    assert {tuple(flag["effects"]) for flag in found} == {("HOLD",)}

    # Neither contract nor travel nor arrival goes on, whoever asks.
    first = placements[0]
    for actor, document, more in (
        (EMPLOYER, CONTRACT, PAPER),
        (STAFF, BOOK, {}),
        (as_worker(1), BOOK, {}),
        (EMPLOYER, step("confirmArrival"), {}),
        (as_worker(1), step("confirmStart"), {}),
    ):
        asked = {"placementId": first["id"], "expectedVersion": first["version"], **more}
        assert (await town.mutate(actor, document, asked))["code"] == "PLACEMENT_ON_HOLD"
    assert await town.count("placements", "state = 'ACCEPTED'") == 12

    # Only the monitor named in the record lifts, and says why.
    friend = Actor(subject="monitor-2", roles=frozenset({Role.INDEPENDENT_MONITOR}), areas=(COUNTY,))
    both = Actor(subject="monitor-1", roles=frozenset({Role.INDEPENDENT_MONITOR, Role.COUNTY_ADMIN}), areas=(COUNTY,))
    for other in (STAFF, ADMIN, EMPLOYER, SPECIALIST, as_worker(1), friend, both):
        for flag in found:
            answer = await town.mutate(other, LIFT, {"flagId": flag["id"], "reason": "They asked me to."})
            assert answer["code"] in {"FORBIDDEN", "FLAG_NOT_FOUND"}
    assert await town.count("holds", "lifted_at is not null") == 0
    assert (await town.mutate(MONITOR, LIFT, {"flagId": found[0]["id"], "reason": " "}))["code"] == "INVALID_INPUT"

    for flag in found:
        lifted = await town.mutate(MONITOR, LIFT, {"flagId": flag["id"], "reason": "Called all twelve; all free."})
        assert lifted == {"settledBy": "monitor-1", "settledReason": "Called all twelve; all free."}
    assert sorted({subject for subject, _ in await town.audited("liftHold")}) == ["monitor-1"]
    asked = {"placementId": first["id"], "expectedVersion": first["version"], **PAPER}
    assert (await town.mutate(EMPLOYER, CONTRACT, asked))["state"] == "CONTRACTED"


async def test_a_hold_never_keeps_a_worker_from_leaving(town: Town) -> None:
    await town.ready(workers=5, places=10)
    offers = await shown(town, *range(1, 6))
    town.clock.advance(timedelta(hours=72))
    placed = [(await accept(town, number, offers[number], session="one phone"))["placement"] for number in range(1, 6)]
    (flag,) = await flags(town, "CF1")
    assert flag["figure"] == 5

    withdraw = "mutation($input: OfferInput!) { result: withdrawAcceptance(input: $input) { ... on Offer { state } } }"
    assert await town.mutate(as_worker(1), withdraw, {"offerId": offers[1]["id"]}) == {"state": "WITHDRAWN"}
    resign = "mutation($input: ResignInput!) { result: resign(input: $input) { ... on Placement { state } } }"
    assert await town.mutate(as_worker(2), resign, {"placementId": placed[1]["id"]}) == {"state": "RESIGNED"}


async def test_nine_of_a_village_and_four_of_a_session_are_no_sign(town: Town) -> None:
    await town.ready(workers=9, places=10)
    offers = await shown(town, *range(1, 10))
    town.clock.advance(timedelta(hours=72))
    for number in range(1, 10):
        await accept(town, number, offers[number], session=f"session {number % 3}")

    assert await flags(town, "CF1") == []


async def test_five_in_a_session_count_across_midnight_and_not_beyond_the_hour(town: Town) -> None:
    await town.ready(workers=9, places=10)
    offers = await shown(town, *range(1, 10))
    town.set_clock(date(2020, 9, 22), hour=23)
    town.clock.advance(timedelta(minutes=45))
    for number in range(1, 6):
        await accept(town, number, offers[number], session="night")
        town.clock.advance(timedelta(minutes=6))

    (flag,) = await flags(town, "CF1")
    assert (flag["figure"], len(flag["holds"])) == (5, 5)

    town.clock.advance(timedelta(minutes=61))
    for number in range(6, 10):
        await accept(town, number, offers[number], session="night")
    assert await flags(town, "CF1") == [flag]


async def test_another_village_is_counted_for_itself(town: Town) -> None:
    await town.ready(workers=9, places=20)
    await town.add(worker(10, area_path=NEXT_VILLAGE))
    await accepted_together(town, range(1, 11), session=None)

    assert await flags(town, "CF1") == []


async def test_whom_the_monitor_let_go_is_not_held_again_by_the_next_acceptance(town: Town) -> None:
    await town.ready(workers=11, places=20)
    offers = await shown(town, *range(1, 12))
    town.clock.advance(timedelta(hours=72))
    for number in range(1, 11):
        await accept(town, number, offers[number])
    (flag,) = await flags(town, "CF1")
    await town.mutate(MONITOR, LIFT, {"flagId": flag["id"], "reason": "A village meeting; all were free."})

    await accept(town, 11, offers[11])

    (again,) = await flags(town, "CF1")
    assert (again["figure"], len(again["holds"])) == (11, 1)


@pytest.mark.parametrize(
    "other", [STAFF, ADMIN, SPECIALIST, SUPERVISOR, EMPLOYER, as_worker(1)], ids=lambda a: a.subject
)
async def test_nobody_but_the_monitor_sees_a_flag(town: Town, other: Actor) -> None:
    await town.ready(workers=5, places=10)
    await accepted_together(town, range(1, 6), session="one phone")
    assert len(await flags(town, "CF1")) == 1

    data, errors = await town.answer(other, FLAGS, {"area": COUNTY})

    assert (data, errors) == (None, ["FORBIDDEN"])


async def test_the_database_itself_shows_the_store_to_nobody_else(town: Town) -> None:
    """Past every use case: the wall of the tables, by role and by area."""
    await town.ready(workers=5, places=10)
    await accepted_together(town, range(1, 6), session="one phone")
    elsewhere = Actor(subject="monitor-9", roles=frozenset({Role.INDEPENDENT_MONITOR}), areas=("99/01/02/",))
    tables = ("coercion_flags", "holds", "monitor_tasks", "acceptance_traces", "term_readings")

    async def rows(actor: Actor) -> list[int]:
        async with town.begin(actor) as uow:
            return [int(await uow.connection.scalar(text(f"select count(*) from {name}")) or 0) for name in tables]

    for other in (STAFF, ADMIN, SPECIALIST, SUPERVISOR, EMPLOYER, as_worker(1), elsewhere):
        assert await rows(other) == [0, 0, 0, 0, 0], other.subject
    seen = await rows(MONITOR)
    assert seen[0] >= 1
    assert seen[1] == 5
    assert seen[3] == 5
    async with town.begin() as uow:
        days = {uow.traces.session_token("one phone", day) for day in (date(2020, 9, 21), date(2020, 9, 22))}
    assert len(days) == 2
