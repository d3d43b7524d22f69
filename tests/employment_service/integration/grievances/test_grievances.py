"""Complaining outside the local chain: who hears it, by when, and what is never known (G12)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from chassis.identity import Actor, Role
from tests.employment_service.factories import COUNTY, VILLAGE, id_of, worker
from tests.employment_service.integration.placements.steps import started
from tests.employment_service.integration.safeguards.questions import REFUSED, flags
from tests.employment_service.town import ADMIN, EMPLOYER, HEAD, MONITOR, SPECIALIST, STAFF, SUPERVISOR, Town, as_worker

Json = Mapping[str, Any]
TOLD = "id kind state critical dueAt watchUntil anonymous outsideLine version text steps { state byMonitor said }"
FILE = (
    "mutation($input: FileGrievanceInput!) { result: fileGrievance(input: $input) "
    f"{{ ... on FiledGrievance {{ receipt grievance {{ {TOLD} }} }} {REFUSED} }} }}"
)
HANDLE = (
    "mutation($input: HandleGrievanceInput!) { result: handleGrievance(input: $input) "
    f"{{ ... on Grievance {{ {TOLD} }} {REFUSED} }} }}"
)
REOPEN = (
    "mutation($input: ReopenGrievanceInput!) { result: reopenGrievance(input: $input) "
    f"{{ ... on Grievance {{ {TOLD} }} {REFUSED} }} }}"
)
MINE = f"{{ myGrievances {{ {TOLD} }} }}"
BY_RECEIPT = f"query($receipt: String!) {{ grievanceOfReceipt(receipt: $receipt) {{ {TOLD} }} }}"
LIST = (
    f"query($area: AreaPath!) {{ grievances(area: $area) {{ totalCount edges {{ node {{ {TOLD} escalatedAt }} }} }} }}"
)


async def heard(town: Town, actor: Actor = MONITOR) -> list[Json]:
    data = await town.ask(actor, LIST, {"area": COUNTY})
    return [edge["node"] for edge in data["grievances"]["edges"]]


async def test_a_named_grievance_is_answered_by_the_monitor_and_reopened_by_the_worker(town: Town) -> None:
    await town.ready()
    filed = (await town.mutate(as_worker(), FILE, {"kind": "WAGES", "text": "September is not paid."}))["grievance"]
    assert (filed["state"], filed["critical"], filed["anonymous"]) == ("RECEIVED", False, False)
    assert filed["dueAt"] == (town.clock.at + timedelta(days=15)).isoformat()
    assert filed["watchUntil"] == (town.clock.at + timedelta(days=180)).isoformat()
    assert filed["outsideLine"] == "400-000-0000"
    assert [one["id"] for one in await heard(town)] == [filed["id"]]

    given = {"grievanceId": filed["id"], "state": "TAKEN_UP", "expectedVersion": 1}
    assert (await town.mutate(MONITOR, HANDLE, given))["state"] == "TAKEN_UP"
    given = {"grievanceId": filed["id"], "state": "ANSWERED", "expectedVersion": 2}
    assert (await town.mutate(MONITOR, HANDLE, given))["field"] == "text"
    answered = await town.mutate(MONITOR, HANDLE, given | {"text": "It is paid on Friday; tell us if not."})
    (mine,) = (await town.ask(as_worker(), MINE))["myGrievances"]
    assert mine["steps"][-1] == {
        "state": "ANSWERED",
        "byMonitor": True,
        "said": "It is paid on Friday; tell us if not.",
    }
    assert answered["state"] == "ANSWERED"

    again = await town.mutate(as_worker(), REOPEN, {"grievanceId": filed["id"], "text": "It was not."})
    assert (again["state"], again["steps"][-1]["byMonitor"]) == ("REOPENED", False)
    await town.add(worker(2))
    other = await town.mutate(as_worker(2), REOPEN, {"grievanceId": filed["id"], "text": "Mine too."})
    assert other["code"] == "GRIEVANCE_NOT_FOUND"
    assert await town.audited("handleGrievance") == [("monitor-1", filed["id"])] * 2


async def test_an_anonymous_one_leaves_no_trace_of_who_spoke(town: Town) -> None:
    await town.ready()
    filed = await town.mutate(
        as_worker(), FILE, {"kind": "PRESSURE_TO_ACCEPT", "text": "They come every evening.", "anonymous": True}
    )
    grievance, receipt = filed["grievance"], filed["receipt"]
    assert (grievance["anonymous"], grievance["watchUntil"]) == (True, None)
    assert len(receipt) >= 20

    async with town.begin() as uow:
        names = await uow.connection.execute(
            text("select schemaname, tablename from pg_tables where schemaname in ('public', 'chassis')")
        )
        tables = [f"{row.schemaname}.{row.tablename}" for row in names]
        for table in tables:
            if table in {"public.workers", "public.copied_members", "public.copied_households"}:
                continue
            rows = await uow.connection.execute(text(f"select row_to_json(t)::text as row from {table} t"))
            for row in rows:
                assert "worker-1" not in row.row, table
                assert str(id_of(301)) not in row.row, table
                assert receipt not in row.row, table
                assert "every evening" not in row.row, table

    assert (await town.ask(as_worker(), MINE))["myGrievances"] == []
    given = {"grievanceId": grievance["id"], "state": "ANSWERED", "text": "We call them off.", "expectedVersion": 1}
    await town.mutate(MONITOR, HANDLE, given)
    # Whoever holds the receipt reads the answer, from another account too.
    seen = (await town.ask(HEAD, BY_RECEIPT, {"receipt": receipt}))["grievanceOfReceipt"]
    assert seen["steps"][-1]["said"] == "We call them off."
    assert (await town.ask(HEAD, BY_RECEIPT, {"receipt": receipt[::-1]}))["grievanceOfReceipt"] is None
    reopen = {"grievanceId": grievance["id"], "receipt": receipt, "text": "They came again."}
    assert (await town.mutate(HEAD, REOPEN, reopen))["state"] == "REOPENED"


@pytest.mark.parametrize("kind", ["DOCUMENTS_KEPT", "CANNOT_LEAVE", "VIOLENCE", "THREATS", "THREAT_TO_AID"])
async def test_a_critical_one_has_a_day_and_is_marked_when_it_is_over(town: Town, kind: str) -> None:
    await town.ready()
    await town.plant_timers()
    filed = (await town.mutate(as_worker(), FILE, {"kind": kind, "text": "Please come."}))["grievance"]
    assert filed["critical"]
    assert filed["dueAt"] == (town.clock.at + timedelta(hours=24)).isoformat()

    town.clock.advance(timedelta(hours=23))
    await town.fire_timers()
    assert [one["escalatedAt"] for one in await heard(town)] == [None]
    town.clock.advance(timedelta(hours=2))
    await town.fire_timers()

    assert [one["escalatedAt"] is not None for one in await heard(town)] == [True]


@pytest.mark.parametrize(
    ("kind", "code"),
    [("DOCUMENTS_KEPT", "CF8"), ("FEE_OR_DEBT", "CF9"), ("CANNOT_LEAVE", "CF11"), ("WAGES", "CF12")],
)
async def test_what_a_grievance_tells_raises_the_same_signs_as_a_follow_up(town: Town, kind: str, code: str) -> None:
    placed = await started(town)

    await town.mutate(as_worker(), FILE, {"kind": kind, "text": "So it is.", "aboutPlacementId": str(placed.id)})

    (flag,) = await flags(town)
    assert (flag["code"], flag["employerId"]) == (code, str(id_of(101)))


@pytest.mark.parametrize(
    "other", [STAFF, ADMIN, SPECIALIST, SUPERVISOR, EMPLOYER, as_worker()], ids=lambda actor: actor.subject
)
async def test_nobody_but_the_monitor_hears_it_and_the_database_agrees(town: Town, other: Actor) -> None:
    await town.ready()
    filed = await town.mutate(as_worker(), FILE, {"kind": "VIOLENCE", "text": "Hit.", "aboutSubject": other.subject})

    assert await town.answer(other, LIST, {"area": COUNTY}) == (None, ["FORBIDDEN"])
    given = {"grievanceId": filed["grievance"]["id"], "state": "CLOSED", "expectedVersion": 1}
    assert (await town.mutate(other, HANDLE, given))["code"] == "FORBIDDEN"
    async with town.begin(other) as uow:
        for table in ("grievances", "grievance_steps"):
            assert await uow.connection.scalar(text(f"select count(*) from {table}")) == 0


async def test_a_monitor_neither_reads_nor_handles_what_is_about_them(town: Town) -> None:
    await town.ready()
    second = Actor(subject="monitor-2", roles=frozenset({Role.INDEPENDENT_MONITOR}), areas=(COUNTY,))
    filed = await town.mutate(
        as_worker(), FILE, {"kind": "THREATS", "text": "The monitor told my village.", "aboutSubject": "monitor-1"}
    )
    assert await heard(town, MONITOR) == []
    assert len(await heard(town, second)) == 1

    given = {"grievanceId": filed["grievance"]["id"], "state": "TAKEN_UP", "expectedVersion": 1}
    assert (await town.mutate(MONITOR, HANDLE, given))["code"] == "GRIEVANCE_IS_ABOUT_YOU"
    assert (await town.mutate(second, HANDLE, given))["state"] == "TAKEN_UP"


async def test_a_monitor_who_holds_an_office_besides_hears_nothing(town: Town) -> None:
    await town.ready()
    await town.mutate(as_worker(), FILE, {"kind": "OTHER", "text": "Something else."})
    both = Actor(
        subject="monitor-1", roles=frozenset({Role.INDEPENDENT_MONITOR, Role.EMPLOYMENT_STAFF}), areas=(COUNTY,)
    )

    assert await town.answer(both, LIST, {"area": COUNTY}) == (None, ["FORBIDDEN"])


async def test_the_monitor_writes_down_what_came_by_phone_or_letter(town: Town) -> None:
    await town.ready()
    given = {"kind": "HOURS", "text": "Told on the phone.", "channel": "PHONE", "area": VILLAGE}
    filed = await town.mutate(MONITOR, FILE, given)

    assert filed["grievance"]["anonymous"]
    assert filed["receipt"], "Read out to the caller."
    assert (await town.mutate(as_worker(), FILE, given))["field"] == "channel"
    assert (await town.mutate(MONITOR, FILE, given | {"channel": "APP"}))["field"] == "channel"
    assert (await town.mutate(STAFF, FILE, given))["code"] == "FORBIDDEN"


async def test_a_household_may_complain_too_and_says_where(town: Town) -> None:
    await town.ready()
    assert (await town.mutate(HEAD, FILE, {"kind": "THREAT_TO_AID", "text": "Or the aid ends."}))["field"] == "area"

    given = {"kind": "THREAT_TO_AID", "text": "Or the aid ends.", "area": VILLAGE}
    assert (await town.mutate(HEAD, FILE, given))["grievance"]["state"] == "RECEIVED"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "x" * 5001}, "text"),
        ({"area": "99/09/"}, "area"),
        ({"anonymous": True, "aboutPlacementId": str(id_of(1))}, None),
    ],
    ids=["nothing said", "too much", "no such area", "unknown placement"],
)
async def test_what_cannot_be_taken_names_its_field(town: Town, changes: Json, field: str | None) -> None:
    await town.ready()
    answer = await town.mutate(as_worker(), FILE, {"kind": "OTHER", "text": "Something."} | dict(changes))

    assert answer.get("field") == field
    if field is not None:
        assert await town.count("grievances") == 0
