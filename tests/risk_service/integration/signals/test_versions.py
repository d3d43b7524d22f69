"""Records that are corrected, withdrawn, unlinked or moved, and prices that concern many."""

from __future__ import annotations

from datetime import timedelta

from chassis.ids import new_id
from contracts.households.v1 import events_pb2 as households
from contracts.risk.v1 import events_pb2 as risk
from risk_service.alerts.domain import AlertStatus
from risk_service.policy.factors import AlertLevel
from tests.risk_service.desk import Desk
from tests.risk_service.factories import VILLAGE
from tests.risk_service.integration.signals.records import (
    hear,
    hear_price,
    levels,
    price,
    record,
    work,
)


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
