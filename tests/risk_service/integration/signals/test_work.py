"""Warnings of every factor wait for an officer in one list, grow overdue alike, and come back with a rebuild."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from chassis.identity import Actor, Role
from chassis.timers import DueTimer
from contracts.households.v1 import events_pb2 as households
from contracts.risk.v1 import events_pb2 as risk
from risk_service.copies.rebuild import rebuild
from risk_service.copies.streams import Begun, HouseholdSnapshot, PriceSnapshot, Snapshot
from risk_service.main import SUBSCRIPTIONS
from risk_service.policy.domain import IncomeBasis
from risk_service.policy.factors import RiskFactor
from risk_service.signals.factors.costs import NOBODY
from risk_service.signals.factors.facts import Detail, Fact, HousingGrade, Income, Price
from risk_service.verification.escalating import escalate_overdue
from tests.risk_service.desk import Desk, Family
from tests.risk_service.factories import NOW, VILLAGE
from tests.risk_service.integration.signals.records import alert_of, hear, levels, record, work

WORK_LIST = """query W($area: AreaPath) { workList(area: $area) { totalCount
    edges { node { kind level overdue dueAt alert { factor household { id } } } } } }"""


async def listed(desk: Desk, actor: Actor, village: str) -> list[tuple[str, str, bool]]:
    data: dict[str, Any] = await desk.ask(actor, WORK_LIST, {"area": village})
    nodes = [edge["node"] for edge in data["workList"]["edges"]]
    return [(node["alert"]["factor"], node["level"], node["overdue"]) for node in nodes]


async def test_the_work_list_puts_red_first_and_of_one_level_what_is_due_first(desk: Desk) -> None:
    village = "99/01/01/071/201/"
    own = Actor(subject="specialist-71", roles=frozenset({Role.VILLAGE_SPECIALIST}), areas=(village,))
    await desk.officer(
        UUID("01890000-0000-7000-8000-000000000711"), "specialist-71", Role.VILLAGE_SPECIALIST, seat=village
    )
    await desk.officer(
        UUID("01890000-0000-7000-8000-000000000712"), "reviewer-71", Role.TOWNSHIP_REVIEWER, seat="99/01/01/071/"
    )
    first, second, third = [await desk.family(area_path=village, officers=()) for _ in range(3)]
    await hear(desk, first, record(first, housing=households.HousingDetail(grade="C")))
    desk.clock.at = datetime(2020, 9, 21, 2, tzinfo=UTC)
    await hear(desk, second, record(second, on="2020-09-21", employment=work(owed=1)))
    await hear(
        desk, third, record(third, on="2020-09-21", disability=households.DisabilityDetail(level=4, change="NEW"))
    )
    in_order = [("UNEMPLOYMENT", "RED", False), ("HOUSING_SAFETY", "YELLOW", False), ("DISABILITY", "YELLOW", False)]
    assert await listed(desk, own, village) == in_order
    # Three working days later the red visit is overdue, and the township is told.
    desk.clock.at = datetime(2020, 9, 24, 16, 0, tzinfo=UTC)
    async with desk.begin() as uow:
        await escalate_overdue(uow, DueTimer(key="", due_at=NOW))
    assert (await listed(desk, own, village))[0] == ("UNEMPLOYMENT", "RED", True)
    alert = await alert_of(desk, second, RiskFactor.UNEMPLOYMENT)
    assert alert is not None
    told = [one for one in await desk.published() if isinstance(one, risk.NotificationRequested)]
    about = [one for one in told if one.about_id == str(alert.id)]
    assert [one.recipient_id for one in about if one.kind == "VISIT_OVERDUE"] == [
        "01890000-0000-7000-8000-000000000712"
    ]
    async with desk.begin() as uow:
        task = (await uow.verification.newest_by_alert([alert.id]))[alert.id]
    assert (task.due_on, task.escalations) == (date(2020, 9, 24), 1)


async def test_a33_nothing_of_our_own_placements_is_listened_to(desk: Desk) -> None:
    """Offers, answers to them and leaving a job found here cannot warn: nobody tells them to this service."""
    heard = {kind.DESCRIPTOR.full_name for subscription in SUBSCRIPTIONS for kind in subscription.handlers}
    assert {subscription.source for subscription in SUBSCRIPTIONS} == {"households"}
    assert not any(name.startswith("contracts.employment.") for name in heard)
    family = await desk.family()
    await hear(desk, family, record(family, on="2020-08-01", employment=work(ended=True)))
    alert = await alert_of(desk, family, RiskFactor.UNEMPLOYMENT)
    assert alert is not None
    assert {one.name for one in alert.inputs} == {"days_without_work", "sole_earner"}
    (text,) = [one.text for one in alert.rule_texts if one.locale == "en"]
    assert text.endswith("Nobody asks for a reason; a warning only brings an offer of help.")


async def test_records_that_never_came_warn_after_a_rebuild_and_once(desk: Desk) -> None:
    family = await desk.family()
    async with desk.begin() as uow:
        copy = await uow.copies.household(family.id)
    assert copy is not None
    income = Income(
        basis=IncomeBasis.RECEIVED_12M,
        members=4,
        net=Decimal("19999.99"),
        gross=Decimal("19999.99"),
        production=Decimal(0),
        rigid_expenses=Decimal(0),
        recorded=True,
    )
    household = HouseholdSnapshot(
        household=copy,
        facts=(told(family, "RB-1", HousingGrade(grade="D")),),
        income=(told(family, "RB-2", income),),
        sequence=3,
    )
    price = replace(told(family, "RB-3", Price(commodity="COTTON", index=Decimal(50))), household_id=NOBODY)
    source = Snapshots([household, PriceSnapshot(price=price, sequence=1)])

    assert (await rebuild(desk.begin, source)).facts == 1
    before = await desk.open_alerts(family)
    assert await levels(desk, family) == {"HOUSING_SAFETY": "RED", "INCOME_DROP": "RED"}
    assert (await rebuild(desk.begin, source)).facts == 0
    assert await desk.open_alerts(family) == before
    async with desk.begin() as uow:
        assert [fact.detail for fact in await uow.facts.of_areas([VILLAGE])] == [price.detail]


@dataclass(frozen=True, slots=True)
class Snapshots:
    """What the households service would stream."""

    found: list[Snapshot]

    async def snapshots(self, *, area_path: str) -> AsyncIterator[Snapshot]:
        assert area_path == ""
        yield Begun(outbox_position=41)
        for snapshot in self.found:
            yield snapshot


def told(family: Family, record_id: str, detail: Detail) -> Fact:
    return Fact(
        department="DEPARTMENT",
        record_id=record_id,
        version=1,
        household_id=family.id,
        member_id=None,
        area_path=family.area_path,
        kind="REPORT",
        occurred_on=date(2020, 9, 18),
        received_at=NOW,
        corrects=None,
        detail=detail,
    )
