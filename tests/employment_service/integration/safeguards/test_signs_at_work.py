"""Signs from the start of work on: follow-ups, wages, hours, exits."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from chassis.identity import Actor, Role
from employment_service.follow_ups.domain import FollowUpAnswer
from employment_service.placements.domain import Placement, PlacementState
from employment_service.placements.leaving import end_placement
from employment_service.safeguards.flags import watch
from employment_service.safeguards.flags.domain import FlagCode
from employment_service.safeguards.flags.rules import RULES
from tests.employment_service.factories import COUNTY, VILLAGE, employer, id_of, placement, vacancy, worker
from tests.employment_service.integration.placements.steps import started
from tests.employment_service.integration.safeguards.questions import (
    CLOSE_FINDING,
    EMPLOYER_SEEN,
    FINISH,
    FOLLOW_UP,
    HOURS,
    OFFER,
    SETTLE,
    flags,
)
from tests.employment_service.town import ADMIN, EMPLOYER, MONITOR, STAFF, Town, as_worker

P = PlacementState
NEIGHBOUR = Actor(subject="neighbour-1", roles=frozenset({Role.HOUSEHOLD}), member_id=id_of(9_002))


async def due_follow_up(town: Town) -> tuple[Placement, str]:
    """A worker who started on 12 September, and the id of the follow-up of day 7."""
    placed = await started(town)
    town.set_clock(date(2020, 9, 19))
    await town.fire_timers()
    async with town.begin() as uow:
        follow_up = (await uow.follow_ups.by_placement([placed.id]))[placed.id][0]
    return placed, str(follow_up.id)


def answer(follow_up_id: str, **changes: object) -> dict[str, object]:
    well = {"wagesOnTime": True, "documentsWithMe": True, "freeToLeave": True, "paidAFee": False}
    return {"followUpId": follow_up_id} | well | changes


async def many_at_work(town: Town, count: int, *, since: date, left: date | None = None) -> None:
    await town.add_areas()
    await town.add_safeguards()
    await town.add(employer(), vacancy())
    async with town.begin() as uow:
        for number in range(count):
            log = [(P.STARTED, since)]
            if left is not None and number == 0:
                log.append((P.RESIGNED, left))
            await uow.placements.add(
                placement(*log, id=id_of(10_000 + number), offer_id=id_of(20_000 + number), worker_id=id_of(301))
            )


@pytest.mark.parametrize(
    ("count", "since", "left", "told"),
    [
        (50, date(2020, 1, 2), None, 1),
        (49, date(2020, 1, 2), None, 0),
        (50, date(2020, 1, 2), date(2020, 9, 1), 0),
        (50, date(2020, 1, 2), date(2020, 2, 1), 1),
    ],
    ids=["fifty and nobody left", "forty-nine", "somebody left", "long ago somebody left"],
)
async def test_cf14_fifty_placements_and_nobody_leaves_is_inspected(
    town: Town, count: int, since: date, left: date | None, told: int
) -> None:
    await many_at_work(town, count, since=since, left=left)
    # The first steps lie before the window.
    async with town.begin() as uow:
        await uow.connection.execute(
            text("update placement_steps set happened_on = '2020-01-01' where state = 'ACCEPTED'")
        )
    await town.plant_timers()
    await town.fire_timers()
    town.clock.advance(timedelta(days=2))
    await town.fire_timers()

    found = await flags(town, "CF14")
    assert [flag["employerId"] for flag in found] == [str(id_of(101))] * told
    assert [task["kind"] for flag in found for task in flag["tasks"]] == ["INSPECTION"] * told


async def test_cf15_two_missed_follow_ups_bring_the_independent_body_and_nobody_else(town: Town) -> None:
    placed = await started(town)
    await town.plant_timers()
    town.set_clock(date(2020, 10, 26))
    await town.fire_timers()
    assert await flags(town, "CF15") == []

    town.set_clock(date(2020, 10, 28))
    await town.fire_timers()

    (flag,) = await flags(town, "CF15")
    assert (flag["placementId"], flag["figure"], [task["kind"] for task in flag["tasks"]]) == (
        str(placed.id),
        2,
        ["WELFARE_CHECK"],
    )


async def test_cf15_whoever_wants_no_follow_up_is_left_in_peace(town: Town) -> None:
    await started(town)
    update = (
        "mutation($input: UpdateProfileInput!) { result: updateProfile(input: $input) { ... on Worker { version } } }"
    )
    await town.mutate(as_worker(), update, {"followUpWanted": False, "expectedVersion": 1})
    await town.plant_timers()
    town.set_clock(date(2021, 4, 28))
    await town.fire_timers()

    assert await flags(town, "CF15") == []


async def test_a35_a_fee_that_was_paid_is_a_finding_a_refund_and_a_pause(town: Town) -> None:
    placed, follow_up = await due_follow_up(town)

    await town.mutate(as_worker(), FOLLOW_UP, answer(follow_up, paidAFee=True, feeAmount="300"))

    (flag,) = await flags(town, "CF9")
    assert (flag["placementId"], flag["employerId"]) == (str(placed.id), str(id_of(101)))
    assert [(task["kind"], task["amount"]["amount"]) for task in flag["tasks"]] == [("REFUND", "300.00")]
    seen = (await town.ask(STAFF, EMPLOYER_SEEN, {"id": str(id_of(101))}))["employer"]
    assert (seen["inStanding"], seen["shortcomings"]) == (False, ["UNDER_REVIEW"])
    await town.add(vacancy(2), worker(2))
    wanted = {"workerId": str(id_of(302)), "vacancyId": str(id_of(202)), "idempotencyKey": "paused"}
    assert (await town.mutate(STAFF, OFFER, wanted))["code"] == "EMPLOYER_NOT_IN_STANDING"

    # The pause ends only after the monitor settled what was told.
    closing = {"employerId": str(id_of(101)), "expectedVersion": seen["version"]}
    assert (await town.mutate(MONITOR, CLOSE_FINDING, closing))["code"] == "FINDING_STILL_OPEN"
    assert (await town.mutate(ADMIN, SETTLE, {"flagId": flag["id"], "reason": "Settled."}))["code"] == "FORBIDDEN"
    await town.mutate(MONITOR, FINISH, {"taskId": flag["tasks"][0]["id"]})
    await town.mutate(MONITOR, SETTLE, {"flagId": flag["id"], "reason": "300 were given back."})
    assert (await town.mutate(MONITOR, CLOSE_FINDING, closing))["inStanding"] is True
    assert "id" in await town.mutate(STAFF, OFFER, wanted)


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"documentsWithMe": False}, "CF8"), ({"freeToLeave": False}, "CF11")],
    ids=["papers kept", "cannot leave"],
)
async def test_a35_kept_papers_and_a_locked_door_are_critical_within_a_day(
    town: Town, changes: dict[str, Any], code: str
) -> None:
    _, follow_up = await due_follow_up(town)
    await town.plant_timers()

    await town.mutate(as_worker(), FOLLOW_UP, answer(follow_up, **changes))

    (flag,) = await flags(town)
    within = (town.clock.at + timedelta(hours=24)).isoformat()
    assert (flag["code"], flag["effects"], flag["dueAt"]) == (code, ["CRITICAL"], within)
    assert [(task["kind"], task["dueAt"]) for task in flag["tasks"]] == [("LOOK_AT_ONCE", within)]
    await town.add(vacancy(2), worker(2))
    wanted = {"workerId": str(id_of(302)), "vacancyId": str(id_of(202)), "idempotencyKey": "paused"}
    assert (await town.mutate(STAFF, OFFER, wanted))["code"] == "EMPLOYER_NOT_IN_STANDING"

    town.clock.advance(timedelta(hours=23))
    await town.fire_timers()
    assert (await flags(town))[0]["escalatedAt"] is None
    town.clock.advance(timedelta(hours=2))
    await town.fire_timers()
    assert (await flags(town))[0]["escalatedAt"] is not None


async def test_cf12_late_wages_bring_help_with_the_claim(town: Town) -> None:
    placed, follow_up = await due_follow_up(town)
    await town.mutate(as_worker(), FOLLOW_UP, answer(follow_up, wagesOnTime=False))
    (flag,) = await flags(town, "CF12")
    assert [task["kind"] for task in flag["tasks"]] == ["WAGE_CLAIM_HELP"]
    await town.mutate(MONITOR, SETTLE, {"flagId": flag["id"], "reason": "Paid the next day."})

    for days, figures in ((15, []), (16, [16]), (31, [31])):
        async with town.begin() as uow:
            await watch.after_wages_late(uow, placed, days_late=days)
        assert [each["figure"] for each in await flags(town, "CF12")] == figures


async def test_cf10_a_contract_that_differs_is_told_of(town: Town) -> None:
    placed = await started(town)
    async with town.begin() as uow:
        await watch.after_terms_differ(uow, placed)

    (flag,) = await flags(town, "CF10")
    assert (flag["placementId"], flag["effects"]) == (str(placed.id), ["BLOCK"])


async def test_cf13_three_long_weeks_in_a_row_are_inspected(town: Town) -> None:
    placed = await started(town)
    town.set_clock(date(2020, 10, 20))
    for monday, hours, told in (
        ("2020-09-14", 61, 0),
        ("2020-09-21", 62, 0),
        ("2020-10-05", 70, 0),
        ("2020-09-28", 60, 0),
        ("2020-09-28", 61, 1),
    ):
        given = {"placementId": str(placed.id), "monday": monday, "hours": hours}
        assert "at" in await town.mutate(as_worker(), HOURS, given)
        assert len(await flags(town, "CF13")) == told, (monday, hours)
    given = {"placementId": str(placed.id), "monday": "2020-09-15", "hours": 1}
    assert (await town.mutate(as_worker(), HOURS, given))["field"] == "monday"
    given["monday"] = "2020-09-14"
    assert (await town.mutate(EMPLOYER, HOURS, given))["code"] == "FORBIDDEN"
    await town.add(worker(2))
    assert (await town.mutate(as_worker(2), HOURS, given))["code"] == "FORBIDDEN"


async def test_a_worker_who_says_all_is_well_raises_nothing(town: Town) -> None:
    _, follow_up = await due_follow_up(town)

    await town.mutate(as_worker(), FOLLOW_UP, answer(follow_up))

    assert await flags(town) == []
    with pytest.raises(Exception, match="amount is named only where"):
        FollowUpAnswer(wages_on_time=True, documents_with_me=True, free_to_leave=True, paid_a_fee=False, fee_cents=1)


async def test_the_rules_are_public_with_the_figures_in_force(town: Town) -> None:
    await town.add_areas()
    document = "query($area: AreaPath!) { coercionFlagRules(area: $area) { code name rule effects seenBy } }"
    for actor in (as_worker(), STAFF, EMPLOYER, MONITOR):
        rules = (await town.ask(actor, document, {"area": VILLAGE}))["coercionFlagRules"]
        assert [rule["code"] for rule in rules] == [code.value for code in RULES]
    assert rules[0]["rule"] == (
        "10 or more acceptances of one vacancy from one village in 24 h, or 5 or more in one login session in 60 min"
    )
    assert {tuple(rule["seenBy"]) for rule in rules} == {("INDEPENDENT_MONITOR",)}
    assert set(FlagCode) == set(RULES)
    assert COUNTY


async def test_g10_nothing_of_a_resignation_is_a_sign_but_work_ended_after_a_grievance_is(town: Town) -> None:
    placed = await started(town)
    file = """mutation($input: FileGrievanceInput!) { result: fileGrievance(input: $input) {
      ... on FiledGrievance { grievance { watchUntil } } ... on Refused { code } } }"""
    filed = await town.mutate(as_worker(), file, {"kind": "HOURS", "text": "Ten hours a day."})
    assert filed["grievance"]["watchUntil"] == (town.clock.at + timedelta(days=180)).isoformat()
    async with town.begin(EMPLOYER) as uow:
        await end_placement(
            uow, placement_id=placed.id, how=P.EMPLOYER_TERMINATED, on=None, expected_version=placed.version
        )

    (flag,) = await flags(town)
    assert (flag["code"], flag["effects"]) == ("RETALIATION", ["CRITICAL"])
