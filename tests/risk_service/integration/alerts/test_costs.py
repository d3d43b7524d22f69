"""Costs of schooling, disasters and accidents, from the department's record to the alert."""

from __future__ import annotations

from itertools import count

import pytest
from google.protobuf.message import Message

from contracts.households.v1 import events_pb2 as households
from risk_service.policy.domain import AlertLevel, RiskFactor
from risk_service.signals.domain import sums_to_clear
from risk_service.signals.subscribers import to_signal
from tests.risk_service.desk import Desk, Family, cents
from tests.risk_service.factories import county_pack

_numbers = count(1)
YELLOW, RED = AlertLevel.YELLOW, AlertLevel.RED


def record(
    family: Family, kind: str, amount: str | None, *, on: str = "2020-09-18", member: int = 0
) -> households.DepartmentRecordLinked:
    message = households.DepartmentRecordLinked(
        department=kind.upper(),
        record_id=f"COST-{next(_numbers)}",
        version=1,
        event_type="REPORT",
        household_id=str(family.id),
        member_id=str(family.members[member]),
        area_path=family.area_path,
        event_date=on,
    )
    detail: Message = getattr(message, kind)
    detail.SetInParent()
    field = {"education": "cost_after_aid", "emergency": "loss_amount", "accident": "uncompensated_loss"}[kind]
    if amount is not None:
        money = getattr(detail, field)
        money.cents, money.currency = cents(amount), "CNY"
    return message


async def hear(desk: Desk, family: Family, message: households.DepartmentRecordLinked) -> None:
    await desk.hear(message, subject=family.id, area_path=family.area_path)


@pytest.mark.parametrize(
    ("kind", "factor", "amount", "level"),
    [
        ("education", RiskFactor.EDUCATION, "5000.00", None),
        ("education", RiskFactor.EDUCATION, "5000.01", YELLOW),
        ("education", RiskFactor.EDUCATION, "10000.00", YELLOW),
        ("education", RiskFactor.EDUCATION, "10000.01", RED),
        ("emergency", RiskFactor.DISASTER, "2000.00", None),
        ("emergency", RiskFactor.DISASTER, "5000.00", YELLOW),
        ("emergency", RiskFactor.DISASTER, "5000.01", RED),
        ("accident", RiskFactor.ACCIDENT, "2000.01", YELLOW),
        ("accident", RiskFactor.ACCIDENT, "5000.01", RED),
    ],
)
async def test_a24_each_kind_of_cost_has_its_own_lines(
    desk: Desk, kind: str, factor: RiskFactor, amount: str, level: AlertLevel | None
) -> None:
    family = await desk.family()
    await hear(desk, family, record(family, kind, amount))
    found = [(alert.factor, alert.level) for alert in await desk.open_alerts(family)]
    assert found == ([] if level is None else [(factor, level)])


async def test_schooling_adds_up_over_the_school_year_and_is_cleared_by_it(desk: Desk) -> None:
    family = await desk.family()
    await hear(desk, family, record(family, "education", "4000.00", on="2020-08-31"))
    await hear(desk, family, record(family, "education", "4000.00", on="2020-09-01"))
    assert await desk.open_alerts(family) == []
    await hear(desk, family, record(family, "education", "2000.00", on="2021-02-01"))
    (alert,) = await desk.open_alerts(family)
    assert (str(alert.subject.period_from), str(alert.amount), alert.level) == ("2020-09-01", "6000.00", YELLOW)
    async with desk.begin() as uow:
        signals = await uow.signals.current(family.id, RiskFactor.EDUCATION)
    year = county_pack().cost_year(RiskFactor.EDUCATION, alert.raised_on)
    assert alert.subject in {entry.subject for entry in sums_to_clear(signals, year=year)}


async def test_a_familys_losses_add_up_and_a_pupils_costs_do_not(desk: Desk) -> None:
    family = await desk.family()
    for member in (0, 1):
        await hear(desk, family, record(family, "emergency", "1500.00", member=member))
        await hear(desk, family, record(family, "education", "3000.00", member=member))
    assert [(alert.factor, alert.level) for alert in await desk.open_alerts(family)] == [(RiskFactor.DISASTER, YELLOW)]


async def test_an_enrolment_without_its_cost_costs_nothing(desk: Desk) -> None:
    family = await desk.family()
    assert to_signal(record(family, "education", None)) is None
