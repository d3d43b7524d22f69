"""What somebody dared to do leaves the likelihood unchanged, bit for bit."""

from __future__ import annotations

import struct

import pytest
from sqlalchemy import text

from risk_service.assessments.domain import Assessment
from risk_service.assessments.service import rescore
from tests.risk_service.desk import Desk, Family

REFUSE = "mutation R($input: RefuseVisitInput!) { refuseVisit(input: $input) { __typename } }"


async def told(desk: Desk, family: Family) -> Assessment:
    async with desk.begin() as uow:
        assert await rescore(uow, [family.id]) == 1
    async with desk.begin() as uow:
        return (await uow.assessments.many([family.id]))[family.id]


def bits(one: Assessment) -> bytes:
    figures = (one.likelihood, one.without_support, one.low, one.high, *one.inputs)
    return struct.pack(f"<{len(figures)}d", *figures) + repr((one.visit_points, one.base, one.contributions)).encode()


async def family_with_a_task(desk: Desk, number: str) -> Family:
    family = await desk.family()
    await desk.statement(family, "24000.00")
    await desk.bill(family, "2500.00", record_id=number)
    return family


async def test_refusing_a_visit_changes_nothing(desk: Desk) -> None:
    family = await family_with_a_task(desk, "G1")
    before = await told(desk, family)
    (alert,) = await desk.open_alerts(family)
    async with desk.begin() as uow:
        task = (await uow.verification.newest_by_alert([alert.id]))[alert.id]
    given = {"taskId": str(task.id), "instead": "PHONE", "expectedVersion": task.version}
    await desk.ask(family.actor(), REFUSE, {"input": given})
    assert bits(await told(desk, family)) == bits(before)


@pytest.mark.parametrize("factor", ["UNEMPLOYMENT"])
async def test_leaving_work_changes_nothing_but_by_what_the_ledger_shows(desk: Desk, factor: str) -> None:
    """A warning of lost work, whoever ended it."""
    family = await family_with_a_task(desk, "G2")
    before = await told(desk, family)
    async with desk.begin() as uow:
        await uow.connection.execute(
            text("""
                insert into alerts
                select (json_populate_record(alerts, json_build_object('id', gen_random_uuid(), 'factor', cast(:factor
                    as text)))).* from alerts where household_id = :household
            """),
            {"factor": factor, "household": family.id},
        )
    assert bits(await told(desk, family)) == bits(before)


@pytest.mark.parametrize("table", ["verification_tasks", "visits", "notifications", "assessment_overrides"])
def test_nothing_of_what_was_refused_said_or_complained_is_read(table: str) -> None:
    """The tables that the likelihood reads are these."""
    from risk_service.likelihood import reading

    names = {value.name for value in vars(reading).values() if type(value).__name__ == "Table"}
    assert names == {"alerts", "cases", "case_measures", "signals", "households"}
    assert table not in names


async def test_disagreeing_with_the_model_changes_nothing(desk: Desk) -> None:
    from risk_service.monitoring.domain import OverrideDirection, OverrideReason
    from risk_service.monitoring.service import override
    from tests.risk_service.desk import SPECIALIST

    family = await family_with_a_task(desk, "G3")
    before = await told(desk, family)
    async with desk.begin() as uow:
        await override(
            uow,
            SPECIALIST,
            household_id=family.id,
            direction=OverrideDirection.LESS_LIKELY,
            reason=OverrideReason.HELP_ALREADY_WORKS,
            note="A post was found.",
        )
    assert bits(await told(desk, family)) == bits(before)


async def test_telling_again_what_is_the_same_keeps_since_when_it_is_known(desk: Desk) -> None:
    from datetime import timedelta

    family = await family_with_a_task(desk, "G4")
    before = await told(desk, family)
    desk.clock.advance(timedelta(days=2))
    again = await told(desk, family)
    assert (again.known_at, again.scored_at) == (before.known_at, before.scored_at + timedelta(days=2))
    async with desk.begin() as uow:
        kept = await uow.connection.scalar(
            text("select count(*) from assessment_history where household_id = :id and known_at = :at"),
            {"id": family.id, "at": before.known_at},
        )
    assert kept == 0
