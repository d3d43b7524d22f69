"""Whatever departments tell besides costs, from their record to the alert."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.message import Message

from contracts.households.v1 import events_pb2 as households
from contracts.risk.v1 import events_pb2 as risk
from risk_service.alerts.domain import AlertStatus, ChangeKind, Priority
from risk_service.policy.factors import AlertLevel, RiskFactor
from tests.risk_service.desk import APPROVER, Desk
from tests.risk_service.integration.signals.records import (
    accident,
    alert_of,
    benefit,
    disaster,
    hear,
    levels,
    record,
    school,
    work,
)

CHILD = 2


@pytest.mark.parametrize(
    ("kind", "detail", "member", "expected"),
    [
        ("disability", households.DisabilityDetail(level=3, change="NEW"), 0, {"DISABILITY": "YELLOW"}),
        ("disability", households.DisabilityDetail(level=2, change="NEW"), 0, {"DISABILITY": "RED"}),
        ("disability", households.DisabilityDetail(level=3, change="RENEWED"), 0, {}),
        ("education", school(enrolled=False), CHILD, {"EDUCATION": "RED"}),
        ("education", school(enrolled=True), CHILD, {}),
        ("education", school(enrolled=False), 0, {}),
        ("employment", work(owed=1), 0, {"UNEMPLOYMENT": "RED"}),
        ("employment", work(owed=0), 0, {}),
        ("employment", work(ended=True), 0, {}),
        ("civil_affairs", benefit("500.00", begins="2020-01", ends="2020-08"), 0, {"INCOME_DROP": "YELLOW"}),
        ("civil_affairs", benefit("500.00", begins="2020-01"), 0, {}),
        ("emergency", disaster(usable=False), 0, {"DISASTER": "RED"}),
        ("emergency", disaster(lost="1000.00", usable=True), 0, {}),
        ("accident", accident(severe=True), 0, {"ACCIDENT": "RED"}),
        ("accident", accident(severe=True), CHILD, {}),
        ("housing", households.HousingDetail(grade="B"), 0, {}),
        ("housing", households.HousingDetail(grade="C"), 0, {"HOUSING_SAFETY": "YELLOW"}),
        ("housing", households.HousingDetail(grade="D"), 0, {"HOUSING_SAFETY": "RED"}),
    ],
)
async def test_each_kind_of_record_warns_as_it_arrives(
    desk: Desk, kind: str, detail: Message, member: int, expected: dict[str, str]
) -> None:
    family = await desk.family()
    given: dict[str, Any] = {kind: detail}
    await hear(desk, family, record(family, member=member, **given))
    assert await levels(desk, family) == expected


async def test_a24_a_child_of_twelve_who_is_not_enrolled_is_red_with_support_tasks_only(desk: Desk) -> None:
    desk.clock.at = desk.clock.at.replace(year=2024)
    family = await desk.family()
    await hear(desk, family, record(family, member=CHILD, on="2024-09-18", education=school(enrolled=False)))
    (alert,) = await desk.open_alerts(family)
    assert (alert.factor, alert.level, str(alert.amount)) == (RiskFactor.EDUCATION, AlertLevel.RED, "0.00")
    assert alert.thresholds is None
    assert [(one.name, one.value) for one in alert.inputs] == [("enrolled", "no"), ("age", "12")]
    data = await desk.ask(
        APPROVER,
        "query ($id: ID!) { alert(id: $id) { amount { amount } inputs { name value } conditions { department }"
        " ruleText policyVersion policyHash task { status dueOn } } }",
        {"id": str(alert.id)},
    )
    shown = data["alert"]
    assert shown["amount"] is None
    assert shown["inputs"] == [{"name": "enrolled", "value": "no"}, {"name": "age", "value": "12"}]
    assert shown["conditions"] == [{"department": "EDUCATION"}]
    assert shown["ruleText"] == (
        "A child of 6 to 15 years who is not enrolled at school: red. It brings support and never a penalty."
    )
    assert shown["policyVersion"] == "county-990101@2020.3"
    assert len(shown["policyHash"]) == 64
    assert shown["task"]["status"] == "ASSIGNED"
    told = await desk.published(about=alert.id)
    assert [type(one) for one in told] == [risk.AlertRaised]
    assert not any("sanction" in name or "penalty" in name for name in risk.AlertRaised.DESCRIPTOR.fields_by_name)


async def test_a_fire_that_cost_money_and_the_home_is_one_red_alert_of_both(desk: Desk) -> None:
    family = await desk.family()
    await hear(desk, family, record(family, emergency=disaster(lost="3000.00", usable=False)))
    (alert,) = await desk.open_alerts(family)
    assert (alert.level, str(alert.amount), alert.version) == (AlertLevel.RED, "3000.00", 1)
    assert [(one.name, one.value) for one in alert.inputs] == [("home_usable", "no")]
    assert alert.thresholds is not None
    async with desk.begin() as uow:
        history = (await uow.alerts.changes([alert.id]))[alert.id]
    assert [(row.number, row.kind, row.level) for row in history] == [(1, ChangeKind.RAISED, AlertLevel.RED)]
    # A further loss counts as any cost does, and takes nothing off the home.
    await hear(desk, family, record(family, emergency=disaster(lost="2500.00")))
    (after,) = await desk.open_alerts(family)
    assert (after.id, after.level, str(after.amount), after.version) == (alert.id, AlertLevel.RED, "5500.00", 2)
    assert after.inputs == alert.inputs


async def test_a_cost_that_comes_after_the_reason_shows_its_lines(desk: Desk) -> None:
    family = await desk.family()
    await hear(desk, family, record(family, member=CHILD, education=school(enrolled=False)))
    await hear(desk, family, record(family, member=CHILD, education=school(cost="400.00")))
    calm = await alert_of(desk, family, RiskFactor.EDUCATION)
    assert calm is not None
    assert (str(calm.amount), calm.thresholds) == ("400.00", None)
    await hear(desk, family, record(family, member=CHILD, education=school(cost="5000.00")))
    over = await alert_of(desk, family, RiskFactor.EDUCATION)
    assert over is not None
    assert over.thresholds is not None
    assert (over.id, over.level, str(over.amount)) == (calm.id, AlertLevel.RED, "5400.00")


async def test_a_loss_of_a_third_of_the_harvest_is_yellow_below_every_line_of_cost(desk: Desk) -> None:
    family = await desk.family()
    await desk.statement(family, "40000.00", production="6000.00")
    await hear(desk, family, record(family, emergency=disaster(lost="1799.99")))
    assert await levels(desk, family) == {}
    await hear(desk, family, record(family, emergency=disaster(lost="0.01")))
    assert await levels(desk, family) == {"DISASTER": "YELLOW"}


@pytest.mark.parametrize(
    ("net", "expected"),
    [("22000.00", {}), ("21999.99", {"INCOME_DROP": "YELLOW"}), ("20000.00", {"INCOME_DROP": "YELLOW"}),
     ("19999.99", {"INCOME_DROP": "RED"})],
)  # fmt: skip
async def test_an_income_under_the_line_or_little_above_it_warns(
    desk: Desk, net: str, expected: dict[str, str]
) -> None:
    family = await desk.family()
    await desk.statement(family, net)
    assert await levels(desk, family) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [("80000.04", {}), ("80000.00", {"INCOME_DROP": "YELLOW"}), ("70000.00", {"INCOME_DROP": "RED"})],
)
async def test_an_income_that_fell_by_a_fifth_in_a_year_warns(desk: Desk, now: str, expected: dict[str, str]) -> None:
    family = await desk.family()
    await desk.statement(family, "100000.00", as_of="2019-09-18")
    await desk.statement(family, now, as_of="2020-09-18")
    assert await levels(desk, family) == expected


async def test_a_statement_told_again_is_the_same_and_a_changed_one_of_the_day_takes_its_place(desk: Desk) -> None:
    family = await desk.family()
    await desk.statement(family, "21000.00")
    (yellow,) = await desk.open_alerts(family)
    await desk.statement(family, "21000.00")
    assert await desk.open_alerts(family) == [yellow]
    await desk.statement(family, "19000.00")
    (red,) = await desk.open_alerts(family)
    assert (red.id, red.level, red.version) == (yellow.id, AlertLevel.RED, 2)
    await desk.statement(family, "60000.00")
    (after,) = await desk.open_alerts(family)
    assert (after.id, after.level, after.status, after.inputs) == (red.id, AlertLevel.RED, AlertStatus.OPEN, ())
    async with desk.begin() as uow:
        told = await uow.facts.current_of([family.id])
    assert len(told) == 3


async def test_a33_a_benefit_that_was_lowered_only_brings_a_visit(desk: Desk) -> None:
    family = await desk.family()
    await hear(desk, family, record(family, on="2020-06-01", civil_affairs=benefit("500.00", begins="2020-06")))
    assert await levels(desk, family) == {}
    await hear(desk, family, record(family, on="2020-09-01", civil_affairs=benefit("300.00", begins="2020-09")))
    (alert,) = await desk.open_alerts(family)
    assert (alert.factor, alert.level) == (RiskFactor.INCOME_DROP, AlertLevel.YELLOW)
    assert {one.name: one.value for one in alert.inputs} == {
        "benefit": "SUBSISTENCE_ALLOWANCE",
        "monthly": "300.00",
        "monthly_before": "500.00",
        "ended": "no",
    }
    assert {type(one) for one in await desk.published(about=alert.id)} == {risk.AlertRaised}


async def test_two_different_yellow_factors_are_urgent_together(desk: Desk) -> None:
    family = await desk.family()
    await hear(desk, family, record(family, housing=households.HousingDetail(grade="C")))
    (first,) = await desk.open_alerts(family)
    assert first.priority is Priority.NORMAL
    await hear(desk, family, record(family, disability=households.DisabilityDetail(level=3, change="NEW")))
    both = await desk.open_alerts(family)
    assert {(alert.level, alert.priority) for alert in both} == {(AlertLevel.YELLOW, Priority.HIGH)}
