"""A ledger tells of every bill. Where a policy only shows expenses, nothing is weighed for it; nothing is lost either."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from chassis.identity import SYSTEM_ACTOR
from risk_service.policy.domain import RiskFactor
from risk_service.policy.service import apply_pack
from risk_service.signals.factors.facts import Income
from tests.risk_service.desk import Desk, Family
from tests.risk_service.factories import default_source
from tests.risk_service.integration.signals.records import levels, pass_until


async def told(desk: Desk, family: Family, net: str, *, expenses: str = "0.00", on: str = "2020-09-18") -> list[str]:
    """The statements sent to the database for a statement of the ledger."""
    desk.clock.at = datetime.fromisoformat(f"{on}T02:00:00").replace(tzinfo=UTC)
    with desk.statements() as sent:
        await desk.statement(family, net, expenses=expenses, as_of=on)
    return [one.lower() for one in sent]


def weighs(sent: list[str]) -> bool:
    """Weighing begins with locking open alerts."""
    return any("from alerts" in one and "for update" in one for one in sent)


async def expenses_of(desk: Desk, family: Family) -> list[Decimal]:
    async with desk.begin() as uow:
        found = sorted(await uow.facts.incomes_of([family.id]), key=lambda one: (one.occurred_on, one.record_id))
    return [one.detail.rigid_expenses for one in found if isinstance(one.detail, Income)][-3:]


async def test_a_bill_alone_is_stored_and_not_weighed(desk: Desk) -> None:
    family = await desk.family()
    assert weighs(await told(desk, family, "40000.00"))
    sent = await told(desk, family, "40000.00", expenses="3000.00", on="2020-09-20")
    assert not weighs(sent)
    assert await expenses_of(desk, family) == [Decimal("3000.00")] * 3
    assert any("assessments_due" in one for one in sent)
    assert weighs(await told(desk, family, "39000.00", expenses="3000.00", on="2020-09-21"))


async def test_a_bill_is_weighed_where_the_income_a_year_before_is_another(desk: Desk) -> None:
    family = await desk.family()
    await told(desk, family, "60000.00", on="2019-12-01")
    await told(desk, family, "40000.00", on="2020-06-01")
    assert not weighs(await told(desk, family, "40000.00", expenses="1.00", on="2020-11-30"))
    assert await levels(desk, family) == {}
    # By now 60,000 was a year ago: a third less.
    assert weighs(await told(desk, family, "40000.00", expenses="2.00", on="2020-12-01"))
    assert await levels(desk, family) == {"INCOME_DROP": "RED"}


def pack_of(area: str, name: str, *, mode: str, begins: str = "2020-01-01") -> str:
    return (
        default_source()
        .replace('area = ""', f'area = "{area}"')
        .replace('name = "everywhere"', f'name = "{name}"')
        .replace("effective_from = 2020-01-01", f"effective_from = {begins}", 1)
        .replace('rigid_expense_mode = "SHOW"', f'rigid_expense_mode = "{mode}"')
    )


async def test_a_policy_that_deducts_weighs_every_bill(desk: Desk) -> None:
    await desk.place("99/01/14/001/201/")
    async with desk.begin() as uow:
        await apply_pack(uow, SYSTEM_ACTOR, source=pack_of("99/01/14/", "deducts", mode="DEDUCT"))
    family = await desk.family(area_path="99/01/14/001/201/", officers=())
    await told(desk, family, "40000.00")
    assert await levels(desk, family) == {}
    assert weighs(await told(desk, family, "40000.00", expenses="25000.00", on="2020-09-20"))
    assert await levels(desk, family) == {"INCOME_DROP": "RED"}


async def test_a_policy_that_begins_to_deduct_knows_the_bills_that_were_not_weighed(desk: Desk) -> None:
    await desk.place("99/01/15/001/201/")
    family = await desk.family(area_path="99/01/15/001/201/", officers=())
    await told(desk, family, "40000.00")
    assert not weighs(await told(desk, family, "40000.00", expenses="25000.00", on="2020-09-20"))
    async with desk.begin() as uow:
        source = pack_of("99/01/15/", "will-deduct", mode="DEDUCT", begins="2020-11-01")
        await apply_pack(uow, SYSTEM_ACTOR, source=source)
    await pass_until(desk, "2020-11-01")
    assert await levels(desk, family) == {"INCOME_DROP": "RED"}


async def test_who_moves_is_weighed_by_the_policy_of_the_new_place(desk: Desk) -> None:
    for village in ("99/01/16/001/201/", "99/01/17/001/201/"):
        await desk.place(village)
    async with desk.begin() as uow:
        await apply_pack(uow, SYSTEM_ACTOR, source=pack_of("99/01/17/", "deducts-too", mode="DEDUCT"))
    family = await desk.family(area_path="99/01/16/001/201/", officers=())
    await told(desk, family, "40000.00")
    await told(desk, family, "40000.00", expenses="25000.00", on="2020-09-20")
    assert await levels(desk, family) == {}
    await desk.family(area_path="99/01/17/001/201/", officers=(), known=family)
    assert [alert.factor for alert in await desk.open_alerts(family)] == [RiskFactor.INCOME_DROP]
