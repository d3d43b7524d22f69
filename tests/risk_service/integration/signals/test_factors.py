"""Whatever departments tell besides costs, from their record to the alert."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from google.protobuf.message import Message

from chassis.ids import new_id
from contracts.households.v1 import events_pb2 as households
from contracts.risk.v1 import events_pb2 as risk
from risk_service.alerts.domain import AlertStatus, ChangeKind, Priority
from risk_service.policy.factors import AlertLevel, RiskFactor
from tests.risk_service.desk import APPROVER, Desk
from tests.risk_service.factories import VILLAGE
from tests.risk_service.integration.signals.records import (
    accident,
    alert_of,
    benefit,
    disaster,
    hear,
    hear_price,
    levels,
    price,
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


async def test_a_corrected_record_counts_in_its_newest_version_and_closes_nothing(desk: Desk) -> None:
    family = await desk.family()
    wrong = record(family, record_id="H-1", housing=households.HousingDetail(grade="D"))
    await hear(desk, family, wrong)
    await hear(desk, family, record(family, record_id="H-1", version=3, housing=households.HousingDetail(grade="C")))
    (alert,) = await desk.open_alerts(family)
    assert (alert.level, alert.version, [(one.name, one.value) for one in alert.inputs]) == (
        AlertLevel.RED,
        2,
        [("grade", "C")],
    )
    # An older version that comes late is kept and does not count; a replay neither.
    await hear(desk, family, record(family, record_id="H-1", version=2, housing=households.HousingDetail(grade="D")))
    await hear(desk, family, wrong)
    assert await desk.open_alerts(family) == [alert]
    async with desk.begin() as uow:
        assert {key for key in await uow.facts.known([family.id]) if key[1] == "H-1"} == {
            ("HOUSING", "H-1", number) for number in (1, 2, 3)
        }
        assert [one.version for one in await uow.facts.current_of([family.id])] == [3]


async def test_a_withdrawn_record_shows_nothing_more_and_closes_nothing(desk: Desk) -> None:
    family = await desk.family()
    ended = work(owed=2)
    await hear(desk, family, record(family, record_id="W-1", employment=ended))
    (red,) = await desk.open_alerts(family)
    await hear(desk, family, record(family, record_id="W-2", kind="WITHDRAWAL", corrects="W-1", employment=ended))
    (after,) = await desk.open_alerts(family)
    assert (after.id, after.level, after.status, after.inputs, after.conditions) == (
        red.id,
        AlertLevel.RED,
        AlertStatus.OPEN,
        (),
        (),
    )


async def test_a_link_that_was_undone_takes_the_record_back_and_linked_anew_it_warns_the_right_family(
    desk: Desk,
) -> None:
    wrong, right = await desk.family(), await desk.family()
    await hear(desk, wrong, record(wrong, record_id="U-1", disability=households.DisabilityDetail(level=1)))
    undone = households.DepartmentRecordUnlinked(
        department="DISABILITY",
        record_id="U-1",
        version=2,
        event_type="REPORT",
        household_id=str(wrong.id),
        member_id=str(wrong.members[0]),
        area_path=wrong.area_path,
    )
    await desk.hear(undone, subject=wrong.id, area_path=wrong.area_path)
    (after,) = await desk.open_alerts(wrong)
    assert (after.level, after.status, after.conditions) == (AlertLevel.RED, AlertStatus.OPEN, ())
    told = [one for one in await desk.published() if isinstance(one, risk.NotificationRequested)]
    assert "RECORD_UNLINKED" in {one.kind for one in told if one.about_id == str(after.id)}
    # An old telling that comes late brings nothing back.
    await hear(desk, wrong, record(wrong, record_id="U-1", disability=households.DisabilityDetail(level=1)))
    assert await desk.open_alerts(wrong) == [after]
    # Linked anew it comes as the version that waited.
    anew = record(right, record_id="U-1", version=2, disability=households.DisabilityDetail(level=1))
    await hear(desk, right, anew)
    assert await levels(desk, right) == {"DISABILITY": "RED"}
    before = await desk.open_alerts(right)
    await hear(desk, right, anew)
    assert (await desk.open_alerts(right), await desk.open_alerts(wrong)) == (before, [after])


async def test_a_bill_that_was_linked_to_the_wrong_family_warns_the_right_one_when_it_is_linked_anew(
    desk: Desk,
) -> None:
    wrong, right = await desk.family(), await desk.family()
    await desk.bill(wrong, "5000.00", record_id="UB-1")
    undone = households.DepartmentRecordUnlinked(
        department="HEALTH_INSURANCE",
        record_id="UB-1",
        version=2,
        event_type="SETTLEMENT",
        household_id=str(wrong.id),
        member_id=str(wrong.members[0]),
        area_path=wrong.area_path,
    )
    await desk.hear(undone, subject=wrong.id, area_path=wrong.area_path)
    (after,) = await desk.open_alerts(wrong)
    assert (after.level, after.status, str(after.amount)) == (AlertLevel.RED, AlertStatus.OPEN, "0.00")
    await desk.bill(right, "5000.00", record_id="UB-1", version=2)
    assert await levels(desk, right) == {"ILLNESS": "RED"}
    (unchanged,) = await desk.open_alerts(wrong)
    assert (unchanged.id, unchanged.level, str(unchanged.amount)) == (after.id, AlertLevel.RED, "0.00")


async def test_a_record_that_turns_out_to_be_another_familys_goes_with_the_person(desk: Desk) -> None:
    """Two persons were one: their records follow with higher versions."""
    first, second = await desk.family(), await desk.family()
    await hear(desk, first, record(first, record_id="S-1", housing=households.HousingDetail(grade="D")))
    await hear(desk, second, record(second, record_id="S-1", version=2, housing=households.HousingDetail(grade="D")))
    (left,) = await desk.open_alerts(first)
    assert (left.level, left.inputs) == (AlertLevel.RED, ())
    assert await levels(desk, second) == {"HOUSING_SAFETY": "RED"}


async def test_a_fallen_price_warns_whoever_lives_of_it_in_the_area_once(desk: Desk) -> None:
    families = [await desk.family() for _ in range(4)]
    for family, production in zip(families, ("20000.00", "12000.00", "11999.99", "0.00"), strict=True):
        await desk.statement(family, "40000.00", production=production)
    area = new_id()
    await hear_price(desk, area, price(VILLAGE, "80.1", record_id="P-1"))
    assert [await levels(desk, family) for family in families] == [{}, {}, {}, {}]
    await hear_price(desk, area, price(VILLAGE, "80", record_id="P-2"))
    yellow, red = {"LIVELIHOOD_FAILURE": "YELLOW"}, {"LIVELIHOOD_FAILURE": "RED"}
    assert [await levels(desk, family) for family in families] == [yellow, yellow, {}, {}]
    before = await desk.open_alerts(families[0])
    await hear_price(desk, area, price(VILLAGE, "80", record_id="P-2"))
    assert await desk.open_alerts(families[0]) == before
    await hear_price(desk, area, price(VILLAGE, "60", record_id="P-2", version=2))
    assert [await levels(desk, family) for family in families] == [red, red, {}, {}]
    await hear_price(desk, area, price(VILLAGE, "60", record_id="P-9", withdraws="P-2"))
    (after,) = await desk.open_alerts(families[0])
    assert (after.level, after.status, after.conditions) == (AlertLevel.RED, AlertStatus.OPEN, ())
    # Who begins to live of it later is warned by what stands.
    await hear_price(desk, area, price(VILLAGE, "55", record_id="P-10", on="2020-09-19"))
    desk.clock.advance(timedelta(days=1))
    await desk.statement(families[3], "40000.00", production="39000.00", as_of="2020-09-19")
    assert await levels(desk, families[3]) == red
    async with desk.begin() as uow:
        stored = [one for one in await uow.facts.of_areas([VILLAGE]) if one.record_id == "P-2"]
    assert [one.version for one in stored] == [2]
