"""What a person decided about does not warn the same household again; what is graver or new does."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from chassis.identity import SYSTEM_ACTOR
from chassis.ids import new_id
from contracts.households.v1 import events_pb2 as households
from risk_service.alerts.domain import Alert
from risk_service.policy.factors import RiskFactor
from risk_service.signals.replay.history import DecisionKind
from risk_service.signals.replay.repository import HistoryRepository
from risk_service.signals.replay.service import try_source
from tests.risk_service.desk import APPROVER, SPECIALIST, Desk, Family
from tests.risk_service.factories import VILLAGE, default_source
from tests.risk_service.integration.signals.records import (
    accident,
    alert_of,
    disaster,
    hear,
    hear_price,
    levels,
    price,
    record,
    work,
)

REPORT = """mutation R($input: ReportVisitInput!) { reportVisit(input: $input) { __typename
    ... on Refused { code field } } }"""
CLEAR = """mutation C($input: ClearAlertInput!) { clearAlert(input: $input) { __typename
    ... on Refused { code field } } }"""


async def cleared(desk: Desk, family: Family, factor: RiskFactor) -> Alert:
    """Visited by the village's specialist, cleared by the county."""
    alert = await alert_of(desk, family, factor)
    assert alert is not None
    async with desk.begin() as uow:
        task = (await uow.verification.newest_by_alert([alert.id]))[alert.id]
    visit = {
        "idempotencyKey": str(uuid4()),
        "taskId": str(task.id),
        "visitedOn": desk.clock.now().date().isoformat(),
        "manner": "HOME" if alert.level.name == "RED" else "PHONE",
        "findings": "Seen.",
        "outcome": "NO_LASTING_RISK",
    }
    answer = await desk.ask(SPECIALIST, REPORT, {"input": visit})
    assert answer["reportVisit"]["__typename"] == "VisitReport", answer
    seen = await alert_of(desk, family, factor)
    assert seen is not None
    decision = {
        "alertId": str(alert.id),
        "reason": "No lasting risk.",
        "howBillWasPaid": "By relatives.",
        "expectedVersion": seen.version,
    }
    answer = await desk.ask(APPROVER, CLEAR, {"input": decision})
    assert answer["clearAlert"]["__typename"] == "Alert", answer
    return alert


async def test_a_grade_that_was_cleared_is_quiet_until_another_inspection(desk: Desk) -> None:
    family = await desk.family()
    await hear(desk, family, record(family, record_id="CL-1", housing=households.HousingDetail(grade="D")))
    first = await cleared(desk, family, RiskFactor.HOUSING_SAFETY)
    await hear(desk, family, record(family, record_id="CL-1", housing=households.HousingDetail(grade="D")))
    # Somebody else's change makes the household be weighed again.
    await hear(desk, family, record(family, disability=households.DisabilityDetail(level=4, change="RENEWED")))
    assert await levels(desk, family) == {}
    later = record(family, record_id="CL-2", on="2020-09-18", housing=households.HousingDetail(grade="D"))
    await hear(desk, family, later)
    second = await alert_of(desk, family, RiskFactor.HOUSING_SAFETY)
    assert second is not None
    assert (second.id != first.id, second.level, [one.record_id for one in second.conditions]) == (
        True,
        first.level,
        ["CL-2"],
    )


async def test_an_income_that_was_cleared_warns_again_only_when_it_is_lower(desk: Desk) -> None:
    family = await desk.family()
    await desk.statement(family, "19000.00", as_of="2020-09-16")
    await cleared(desk, family, RiskFactor.INCOME_DROP)
    await desk.statement(family, "19000.00", as_of="2020-09-17")
    assert await levels(desk, family) == {}
    await desk.statement(family, "18999.99", as_of="2020-09-18")
    assert await levels(desk, family) == {"INCOME_DROP": "RED"}


async def test_a_home_and_a_price_that_were_cleared_stay_quiet_and_new_ones_warn(desk: Desk) -> None:
    family, other = await desk.family(), await desk.family()
    for one in (family, other):
        await desk.statement(one, "40000.00", production="20000.00", as_of="2020-09-10")
    await hear(desk, family, record(family, emergency=disaster(lost="100.00", usable=False)))
    await hear_price(desk, new_id(), price(VILLAGE, "50", record_id="CL-P", on="2020-09-11"))
    for factor in (RiskFactor.DISASTER, RiskFactor.LIVELIHOOD_FAILURE):
        await cleared(desk, family, factor)
    await desk.statement(family, "40000.00", production="20000.00", as_of="2020-09-12")
    await hear(desk, family, record(family, emergency=disaster(lost="100.00")))
    assert await levels(desk, family) == {}
    assert await levels(desk, other) == {"LIVELIHOOD_FAILURE": "RED"}
    await hear_price(desk, new_id(), price(VILLAGE, "50", record_id="CL-P2", on="2020-09-13"))
    await hear(desk, family, record(family, emergency=disaster(usable=False)))
    assert await levels(desk, family) == {"DISASTER": "RED", "LIVELIHOOD_FAILURE": "RED"}


async def test_the_lab_replays_every_factor_and_what_was_decided(desk: Desk) -> None:
    village = "99/01/14/001/201/"
    await desk.place(village)
    families = [await desk.family(area_path=village, officers=()) for _ in range(4)]
    builder, worker, grower, hurt = families
    await hear(desk, builder, record(builder, housing=households.HousingDetail(grade="D")))
    await hear(desk, worker, record(worker, on="2020-08-01", employment=work(ended=True)))
    await desk.statement(grower, "40000.00", production="20000.00")
    await hear_price(desk, new_id(), price("99/01/14/", "80", record_id="LAB-P"))
    await hear(desk, hurt, record(hurt, accident=accident(lost="2500.00", severe=True)))
    message = households.AreaConditionReported(
        department="WATER",
        record_id="LAB-W",
        version=1,
        event_type="OUTAGE",
        area_path=village,
        event_date="2020-09-17",
        point_id=str(new_id()),
        household_ids=[str(one.id) for one in families],
        part=1,
        parts=1,
    )
    message.water.outage_days = 7
    await desk.hear(message, subject=message.point_id, area_path=village)
    live = {(alert.factor.value, alert.level.name) for family in families for alert in await desk.open_alerts(family)}
    tried = default_source().replace('area = ""', 'area = "99/01/14/"').replace('"everywhere"', '"fourteenth"')
    async with desk.begin() as uow:
        trial, changes = await try_source(
            uow, SYSTEM_ACTOR, source=tried, since=date(2020, 1, 1), until=date(2020, 9, 18)
        )
        stored = HistoryRepository(uow.connection)
        facts = await stored.facts(area_path="99/01/14/", since=date(2020, 1, 1), until=date(2020, 9, 18))
        decisions = await stored.decisions(area_path=VILLAGE)
    assert changes == (
        "The pack was everywhere@2020.3 and becomes fourteenth@2020.3.",
        "The area was everywhere and becomes 99/01/14/.",
    )
    assert trial.before == trial.after
    counted = {
        (one.factor.value, level)
        for one in trial.after.by_factor
        for level, number in (("YELLOW", one.yellow), ("RED", one.red))
        if number
    }
    assert (
        counted
        == live
        == {
            ("HOUSING_SAFETY", "RED"),
            ("UNEMPLOYMENT", "YELLOW"),
            ("LIVELIHOOD_FAILURE", "YELLOW"),
            ("ACCIDENT", "RED"),
            ("WATER_SAFETY", "RED"),
        }
    )
    assert trial.after.alerts == 8
    # What is a cost and more is told once.
    assert sum(1 for fact in facts if fact.household_id == hurt.id) == 2
    assert {one.factor for one in decisions if one.kind is DecisionKind.CLEARED} >= {
        RiskFactor.HOUSING_SAFETY,
        RiskFactor.INCOME_DROP,
    }
