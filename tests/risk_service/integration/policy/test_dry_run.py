"""A policy tried on stored history, through the console."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from typer.testing import CliRunner

from chassis.identity import SYSTEM_ACTOR, Actor, Role
from chassis.ids import new_id
from holdfast.policy import app
from risk_service.alerts.tables import alerts
from risk_service.policy.tables import policy_packs
from risk_service.signals.replay.service import TrialPeriodEmpty, try_source
from risk_service.verification.tables import visits
from tests.risk_service.desk import APPROVER, Desk, Family
from tests.risk_service.factories import NOW, default_source

VILLAGE = "99/01/05/001/201/"
TRIED = (
    default_source()
    .replace('area = ""', 'area = "99/01/05/"')
    .replace('"everywhere"', '"fifth"')
    .replace('yellow_over = "2000.00"\nred_over = "3000.00"', 'yellow_over = "3000.00"\nred_over = "9000.00"')
)


async def confirmed(desk: Desk, family: Family) -> None:
    """A visit found a lasting risk."""
    (alert,) = await desk.open_alerts(family)
    async with desk.begin() as uow:
        await uow.connection.execute(
            insert(visits).values(
                id=new_id(),
                task_id=new_id(),
                alert_id=alert.id,
                household_id=family.id,
                area_path=family.area_path,
                visitor_subject="specialist-5",
                visited_on=date(2020, 9, 18),
                manner="HOME",
                asked_by_household=False,
                spoke_with=[],
                needs=[],
                outcome="LASTING_RISK",
                findings="They sold their ox to pay.",
                note="",
                checks=[],
                reported_at=NOW,
            )
        )


async def test_a_dry_run_counts_names_whom_it_would_have_missed_and_changes_nothing(
    desk: Desk, risk_database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await desk.place(VILLAGE)
    poor, ill = await desk.family(area_path=VILLAGE), await desk.family(area_path=VILLAGE)
    await desk.bill(poor, "2500.00", record_id="DRY-1")
    await desk.bill(ill, "10318.18", record_id="DRY-2")
    await confirmed(desk, poor)
    await confirmed(desk, ill)
    counted = [select(func.count()).select_from(table) for table in (alerts, policy_packs)]
    async with desk.begin() as uow:
        before = [await uow.connection.scalar(query) for query in counted]
    file = tmp_path / "fifth.toml"
    file.write_text(TRIED, encoding="utf-8")
    monkeypatch.setenv("HOLDFAST_DATABASE_URL", risk_database_url)

    given = ["dry-run", str(file), "--since", "2020-01-01", "--until", "2020-12-31"]
    result = await asyncio.to_thread(CliRunner().invoke, app, given)

    assert [line.split() for line in result.output.splitlines()] == [
        ["in", "force", "fifth@2020.3"],
        ["alerts", "2", "1"],
        ["ILLNESS", "yellow", "1", "0"],
        ["ILLNESS", "red", "1", "1"],
        ["households", "2", "1"],
        ["visits", "2", "1"],
        ["officer", "hours", "5.0", "3.0"],
        ["confirmed", "cases", "warned", "of,", "of", "2", "2", "1"],
        ["missed:", "household", f"{poor.id},", "ILLNESS,", "confirmed", "2020-09-18"],
    ]
    assert result.exit_code == 2
    async with desk.begin() as uow:
        assert [await uow.connection.scalar(query) for query in counted] == before


LAB = """query Lab($pack: String!) { thresholdLab(pack: $pack, since: "2020-01-01", until: "2020-12-31") {
    tried changes confirmed missed gained later missedCases { household { id } factor confirmedOn }
    inForce { alerts visits officerHours } underTrial { alerts visits officerHours } } }"""


async def test_a_county_tries_a_policy_in_the_threshold_lab_and_others_may_not(desk: Desk) -> None:
    village = "99/01/06/001/201/"
    await desk.place(village)
    family = await desk.family(area_path=village)
    await desk.bill(family, "2500.00", record_id="LAB-1")
    await confirmed(desk, family)
    tried = TRIED.replace('area = "99/01/05/"', 'area = "99/01/06/"')
    admin = Actor(subject="admin-6", roles=frozenset({Role.COUNTY_ADMIN}), areas=("99/01/06/",))

    data = await desk.ask(admin, LAB, {"pack": tried})

    lab = data["thresholdLab"]
    assert lab["changes"][-2:] == [
        "ILLNESS: yellow over 2,000.00 CNY becomes 3,000.00 CNY: fewer households are warned.",
        "ILLNESS: red over 3,000.00 CNY becomes 9,000.00 CNY: fewer households are warned.",
    ]
    assert {name: lab[name] for name in ("tried", "confirmed", "missed", "gained", "later", "missedCases")} == {
        "tried": "fifth@2020.3",
        "confirmed": 1,
        "missed": 1,
        "gained": 0,
        "later": 0,
        "missedCases": [{"household": {"id": str(family.id)}, "factor": "ILLNESS", "confirmedOn": "2020-09-18"}],
    }
    assert lab["inForce"] == {"alerts": 1, "visits": 1, "officerHours": "2.0"}
    assert lab["underTrial"] == {"alerts": 0, "visits": 0, "officerHours": "0"}
    for other in (replace(admin, areas=("99/01/05/",)), APPROVER):
        answer = await desk.answer(other, LAB, {"pack": tried})
        assert [error["code"] for error in answer["errors"]] == ["FORBIDDEN"]


async def test_a_dry_run_needs_a_first_day_before_its_last(desk: Desk) -> None:
    async with desk.begin() as uow:
        with pytest.raises(TrialPeriodEmpty):
            await try_source(uow, SYSTEM_ACTOR, source=TRIED, since=date(2020, 2, 1), until=date(2020, 1, 31))
