"""What a day alone changes: the timer weighs again what stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy import func, select

from chassis.identity import SYSTEM_ACTOR
from chassis.ids import new_id
from chassis.timers import DueTimer
from contracts.households.v1 import events_pb2 as households
from risk_service.policy.domain import AlertLevel, RiskFactor
from risk_service.policy.service import apply_pack
from risk_service.signals.facts import service
from risk_service.signals.facts.again import weigh_due
from risk_service.signals.facts.repository import Due
from risk_service.signals.tables import weighings_due
from tests.risk_service.desk import SUPPORT_OFFICER_ID, Desk, Family
from tests.risk_service.factories import VILLAGE, default_source
from tests.risk_service.integration.signals.records import (
    alert_of,
    benefit,
    hear,
    hear_price,
    levels,
    pass_until,
    price,
    record,
    school,
    work,
)


async def due_of(desk: Desk, family: Family) -> list[tuple[str, date]]:
    query = select(weighings_due.c.factor, weighings_due.c.due_on).where(weighings_due.c.household_id == family.id)
    async with desk.begin() as uow:
        return sorted((row.factor, row.due_on) for row in await uow.connection.execute(query))


async def only_one_earns(desk: Desk, family: Family, *, born: str = "2012-03-03") -> None:
    """The second member can work no more; the third, a child, was born on a day."""
    message = households.HouseholdChanged(
        household_id=str(family.id),
        code="H-ALONE",
        area_path=family.area_path,
        registration_history=households.REGISTRATION_HISTORY_NEVER_REGISTERED,
        monitoring_category=households.MONITORING_CATEGORY_NEAR_POOR_AT_RISK,
        safe_housing=True,
        safe_water=True,
        support_officer_ids=[str(SUPPORT_OFFICER_ID)],
    )
    capacities = (households.LABOUR_CAPACITY_FULL, households.LABOUR_CAPACITY_NONE)
    for number, member_id in enumerate(family.members):
        message.members.add(
            member_id=str(member_id),
            date_of_birth="1985-05-05" if number < 2 else born,
            head=number == 0,
            labour_capacity=capacities[min(number, 1)],
            counted=True,
        )
    await desk.hear(message, subject=family.id, area_path=family.area_path)


async def test_work_that_ended_warns_after_thirty_days_and_of_the_only_earner_after_sixty(desk: Desk) -> None:
    family = await desk.family()
    await only_one_earns(desk, family)
    await hear(desk, family, record(family, on="2020-09-18", employment=work(ended=True)))
    assert (await levels(desk, family), await due_of(desk, family)) == ({}, [("UNEMPLOYMENT", date(2020, 10, 18))])
    await pass_until(desk, "2020-10-17")
    assert await levels(desk, family) == {}
    await pass_until(desk, "2020-10-18")
    yellow = await alert_of(desk, family, RiskFactor.UNEMPLOYMENT)
    assert yellow is not None
    assert (yellow.level, yellow.raised_on) == (AlertLevel.YELLOW, date(2020, 10, 18))
    assert await due_of(desk, family) == [("UNEMPLOYMENT", date(2020, 11, 17))]
    await pass_until(desk, "2020-11-17")
    red = await alert_of(desk, family, RiskFactor.UNEMPLOYMENT)
    assert red is not None
    assert (red.id, red.level, await due_of(desk, family)) == (yellow.id, AlertLevel.RED, [])
    # Work was found: the days are over, the alert waits for a person.
    await hear(desk, family, record(family, on="2020-11-17", employment=work(started=True)))
    after = await alert_of(desk, family, RiskFactor.UNEMPLOYMENT)
    assert after is not None
    assert (after.level, after.inputs) == (AlertLevel.RED, ())


async def test_work_found_in_time_warns_nobody(desk: Desk) -> None:
    family = await desk.family()
    await hear(desk, family, record(family, on="2020-09-18", employment=work(ended=True)))
    await hear(desk, family, record(family, on="2020-10-01", employment=work(started=True)))
    await pass_until(desk, "2020-10-18")
    assert (await levels(desk, family), await due_of(desk, family)) == ({}, [])


async def test_who_becomes_the_only_earner_is_weighed_again(desk: Desk) -> None:
    family = await desk.family()
    await hear(desk, family, record(family, on="2020-07-01", employment=work(ended=True)))
    assert await levels(desk, family) == {"UNEMPLOYMENT": "YELLOW"}
    await only_one_earns(desk, family)
    assert await levels(desk, family) == {"UNEMPLOYMENT": "RED"}


async def test_a_benefit_that_ends_warns_on_the_first_day_without_it(desk: Desk) -> None:
    family = await desk.family()
    await hear(desk, family, record(family, civil_affairs=benefit("500.00", begins="2020-01", ends="2020-09")))
    await pass_until(desk, "2020-09-30")
    assert await levels(desk, family) == {}
    await pass_until(desk, "2020-10-01")
    assert await levels(desk, family) == {"INCOME_DROP": "YELLOW"}


async def test_a_child_that_was_not_enrolled_before_is_asked_after_from_its_sixth_birthday(desk: Desk) -> None:
    family = await desk.family()
    await only_one_earns(desk, family, born="2014-10-05")
    await hear(desk, family, record(family, member=2, education=school(enrolled=False)))
    assert (await levels(desk, family), await due_of(desk, family)) == ({}, [("EDUCATION", date(2020, 10, 5))])
    await pass_until(desk, "2020-10-05")
    assert await levels(desk, family) == {"EDUCATION": "RED"}


async def test_a12_an_income_over_the_line_of_2020_warns_on_the_day_the_line_of_2021_takes_effect(desk: Desk) -> None:
    """5,520.46 by head after the bill: over 5,000, and under 6,000."""
    village = "99/01/12/001/201/"
    await desk.place(village)
    source = (
        default_source()
        .replace('area = ""', 'area = "99/01/12/"')
        .replace('name = "everywhere"', 'name = "twelfth"')
        .replace('rigid_expense_mode = "SHOW"', 'rigid_expense_mode = "DEDUCT"')
    )
    async with desk.begin() as uow:
        await apply_pack(uow, SYSTEM_ACTOR, source=source)
    family = await desk.family(area_path=village, officers=())
    await desk.statement(family, "32400.00", expenses="10318.16")
    assert await levels(desk, family) == {}
    assert ("INCOME_DROP", date(2021, 1, 1)) in await due_of(desk, family)
    await pass_until(desk, "2020-12-31")
    assert await levels(desk, family) == {}
    await pass_until(desk, "2021-01-01")
    alert = await alert_of(desk, family, RiskFactor.INCOME_DROP)
    assert alert is not None
    assert (alert.level, alert.raised_on, alert.policy_version) == (
        AlertLevel.RED,
        date(2021, 1, 1),
        "twelfth@2020.3",
    )
    assert {one.name: one.value for one in alert.inputs} == {
        "per_capita": "5520.46",
        "monitoring_line": "6000.00",
        "basis": "RECEIVED_12M",
        "rigid_expenses": "DEDUCT",
    }


async def test_another_policy_weighs_what_is_known_on_the_day_it_begins(desk: Desk) -> None:
    village = "99/01/13/001/201/"
    await desk.place(village)
    family = await desk.family(area_path=village, officers=())
    await hear(desk, family, record(family, housing=households.HousingDetail(grade="B")))
    stricter = (
        default_source()
        .replace('area = ""', 'area = "99/01/13/"')
        .replace('name = "everywhere"', 'name = "thirteenth"')
        .replace("effective_from = 2020-01-01", "effective_from = 2020-12-01", 1)
        .replace('yellow_grades = ["C"]', 'yellow_grades = ["B", "C"]')
    )
    async with desk.begin() as uow:
        pack, _ = await apply_pack(uow, SYSTEM_ACTOR, source=stricter)
    assert pack.effective_from == date(2020, 12, 1)
    assert ("HOUSING_SAFETY", date(2020, 12, 1)) in await due_of(desk, family)
    # A record that comes meanwhile keeps the day.
    await hear(desk, family, record(family, on="2020-09-20", housing=households.HousingDetail(grade="B")))
    assert ("HOUSING_SAFETY", date(2020, 12, 1)) in await due_of(desk, family)
    await pass_until(desk, "2020-11-30")
    assert await levels(desk, family) == {}
    await pass_until(desk, "2020-12-01")
    assert await levels(desk, family) == {"HOUSING_SAFETY": "YELLOW"}


async def test_a_day_begins_where_the_household_lives(desk: Desk) -> None:
    family = await desk.family()
    await hear(desk, family, record(family, on="2020-09-18", employment=work(ended=True)))
    desk.clock.at = datetime(2020, 10, 17, 15, 59, tzinfo=UTC)
    for expected in ({}, {"UNEMPLOYMENT": "YELLOW"}):
        async with desk.begin() as uow:
            await weigh_due(uow, DueTimer(key="", due_at=desk.clock.at))
        assert await levels(desk, family) == expected
        desk.clock.at = datetime(2020, 10, 17, 16, 0, tzinfo=UTC)


async def test_a_household_that_left_is_not_weighed_any_more(desk: Desk) -> None:
    family = await desk.family()
    await hear(desk, family, record(family, on="2020-09-18", employment=work(ended=True)))
    gone = households.HouseholdChanged(household_id=str(family.id), area_path=family.area_path, removed=True)
    await desk.hear(gone, subject=family.id, area_path=family.area_path)
    await pass_until(desk, "2020-10-18")
    assert (await levels(desk, family), await due_of(desk, family)) == ({}, [])


async def test_a_household_that_moves_takes_its_facts_and_days_along(desk: Desk) -> None:
    family = await desk.family()
    await hear(desk, family, record(family, on="2020-09-18", employment=work(ended=True)))
    moved = await desk.family(area_path="99/01/01/001/202/", known=family)
    await pass_until(desk, "2020-10-18")
    alert = await alert_of(desk, moved, RiskFactor.UNEMPLOYMENT)
    assert alert is not None
    assert alert.area_path == "99/01/01/001/202/"
    async with desk.begin() as uow:
        assert {one.area_path for one in await uow.facts.current_of([family.id])} == {"99/01/01/001/202/"}


async def test_those_a_price_concerns_beyond_a_thousand_follow_by_the_timer(desk: Desk) -> None:
    family = await desk.family()
    await desk.statement(family, "40000.00", production="20000.00")
    await hear_price(desk, new_id(), price(VILLAGE, "80", record_id="LATER-1"))
    async with desk.begin() as uow:
        known = len(await uow.facts.growers(VILLAGE))
        assert known <= service.AT_ONCE
        due = Due(
            household_id=family.id,
            factor=RiskFactor.LIVELIHOOD_FAILURE,
            area_path=family.area_path,
            on=date(2020, 9, 18),
        )
        await uow.facts.put_due((), [due, replace(due, household_id=new_id())])
    await pass_until(desk, "2020-09-18")
    async with desk.begin() as uow:
        left = await uow.connection.scalar(
            select(func.count()).select_from(weighings_due).where(weighings_due.c.due_on <= date(2020, 9, 18))
        )
    assert left == 0
    assert await levels(desk, family) == {"LIVELIHOOD_FAILURE": "YELLOW"}
