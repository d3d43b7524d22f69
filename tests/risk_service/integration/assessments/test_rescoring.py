"""Whatever may change a likelihood asks for a new one, in the same transaction and after the warnings."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from chassis.ids import new_id
from chassis.timers import DueTimer
from contracts.households.v1 import events_pb2 as households
from risk_service.assessments.domain import Assessment
from risk_service.assessments.service import assess_due
from risk_service.assessments.tables import assessments_due
from risk_service.likelihood.declared import declared
from risk_service.signals.facts.again import weigh_due
from tests.risk_service.desk import Desk, Family
from tests.risk_service.integration.cases.journey import opened_case
from tests.risk_service.integration.cases.test_resolving import measure
from tests.risk_service.integration.signals.records import (
    benefit,
    hear,
    hear_price,
    levels,
    price,
    record,
    work,
)


async def told(desk: Desk, family: Family) -> Assessment:
    async with desk.begin() as uow:
        return (await uow.assessments.many([family.id]))[family.id]


def value(one: Assessment, name: str) -> float:
    return one.inputs[declared().names.index(name)]


async def waiting(desk: Desk, family: Family) -> bool:
    async with desk.begin() as uow:
        own = assessments_due.c.household_id == family.id
        return bool((await uow.connection.execute(select(assessments_due).where(own))).first())


async def known_family(desk: Desk, *, production: str = "0.00") -> Family:
    family = await desk.family()
    await desk.statement(family, "40000.00", production=production)
    assert not await waiting(desk, family)
    return family


async def test_a_certificate_reaches_the_likelihood_before_the_register_knows_it(desk: Desk) -> None:
    family = await known_family(desk)
    before = await told(desk, family)
    await hear(desk, family, record(family, disability=households.DisabilityDetail(level=1, issued_on="2020-09-10")))
    after = await told(desk, family)
    assert (await levels(desk, family))["DISABILITY"] == "RED"
    assert (value(before, "disabled_share"), value(after, "disabled_share")) == (0.0, 0.25)
    assert after.likelihood > before.likelihood


async def test_an_unsafe_house_reaches_it_too(desk: Desk) -> None:
    family = await known_family(desk)
    before = await told(desk, family)
    await hear(desk, family, record(family, housing=households.HousingDetail(grade="D")))
    after = await told(desk, family)
    assert (value(before, "unsafe_housing"), value(after, "unsafe_housing")) == (0.0, 1.0)
    assert after.likelihood > before.likelihood


async def test_a_price_of_an_area_reaches_whoever_it_warns(desk: Desk) -> None:
    family = await known_family(desk, production="30000.00")
    before = await told(desk, family)
    await hear_price(desk, new_id(), price(family.area_path, "55", record_id=f"P-{family.id}"))
    assert (await levels(desk, family))["LIVELIHOOD_FAILURE"] == "RED"
    after = await told(desk, family)
    assert (value(before, "income_shock"), value(after, "income_shock")) == (0.0, 1.0)
    assert after.likelihood > before.likelihood


async def test_what_a_day_alone_changes_asks_for_it_as_well(desk: Desk) -> None:
    family = await known_family(desk)
    await hear(desk, family, record(family, civil_affairs=benefit("500", begins="2020-01", ends="2020-12")))
    before = await told(desk, family)
    assert not await waiting(desk, family)
    desk.clock.at = datetime(2021, 1, 1, 0, 30, tzinfo=UTC)
    async with desk.begin() as uow:
        await weigh_due(uow, DueTimer(key="", due_at=desk.clock.at - timedelta(seconds=1)))
    assert await levels(desk, family) != {}
    assert await waiting(desk, family)
    while await waiting(desk, family):
        async with desk.begin() as uow:
            await assess_due(uow)
    assert value(await told(desk, family), "income_shock") > value(before, "income_shock")


async def test_lost_work_is_weighed_and_scored_anew_and_changes_nothing(desk: Desk) -> None:
    family = await known_family(desk)
    await hear(desk, family, record(family, on="2020-09-18", employment=work(ended=True, owed=2)))
    before = await told(desk, family)
    await hear(desk, family, record(family, on="2020-09-18", employment=work(owed=1)))
    assert "UNEMPLOYMENT" in await levels(desk, family)
    after = await told(desk, family)
    assert (after.inputs, after.likelihood, after.known_at) == (before.inputs, before.likelihood, before.known_at)


async def test_an_undone_link_takes_its_cost_out_of_the_likelihood(desk: Desk) -> None:
    family = await known_family(desk)
    clean = await told(desk, family)
    await desk.bill(family, "9000.00", record_id=f"U-{family.id}")
    assert (await told(desk, family)).likelihood > clean.likelihood
    undone = households.DepartmentRecordUnlinked(
        department="HEALTH_INSURANCE",
        record_id=f"U-{family.id}",
        version=2,
        household_id=str(family.id),
        area_path=family.area_path,
    )
    await desk.hear(undone, subject=family.id, area_path=family.area_path)
    assert value(await told(desk, family), "illness_costs") == 0.0


async def test_a_delivered_measure_and_every_step_of_a_case_ask_for_it(desk: Desk) -> None:
    family, case_id = await opened_case(desk, "RS-1")
    while await waiting(desk, family):
        async with desk.begin() as uow:
            await assess_due(uow)
    before = await told(desk, family)
    await measure(desk, case_id, "2020-09-29")
    assert await waiting(desk, family)
    async with desk.begin() as uow:
        await assess_due(uow)
    assert (value(before, "support_measures"), value(await told(desk, family), "support_measures")) == (0.0, 1.0)


async def test_nobody_is_scored_before_what_asked_for_it_is_there(desk: Desk) -> None:
    """It waited already: the scorer passes it over while another transaction still writes what it tells of it."""
    family = await known_family(desk)
    async with desk.begin() as uow:
        await uow.assessments.ask_for([family.id], at=uow.now)
    async with desk.begin() as writing:
        await writing.assessments.ask_for([family.id], at=writing.now)
        async with desk.begin() as uow:
            assert family.id not in await asyncio.wait_for(uow.assessments.take_due(1000), 10)
    assert await waiting(desk, family)
    async with desk.begin() as uow:
        assert family.id in await uow.assessments.take_due(1000)


async def test_a_warning_asks_for_its_likelihood_last_and_once(desk: Desk) -> None:
    family = await known_family(desk)
    detail = households.HousingDetail(grade="D")
    with desk.statements() as sent:
        await hear(desk, family, record(family, housing=detail))
    asked = [number for number, one in enumerate(sent) if "insert into assessments_due" in one]
    warnings = ("insert into alerts", "insert into notifications", "insert into verification_tasks")
    warned = [number for number, one in enumerate(sent) if any(word in one.lower() for word in warnings)]
    assert (len(asked), len(warned) >= 3) == (1, True)
    assert asked[0] > max(warned)
