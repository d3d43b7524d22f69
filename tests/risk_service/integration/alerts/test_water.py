"""A supply point that fails warns whom it serves, each household once, by one event."""

from __future__ import annotations

from itertools import count
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis.ids import new_id
from chassis.intake import Intake
from contracts.common.v1.envelope_pb2 import Envelope
from contracts.households.v1 import events_pb2 as households
from contracts.risk.v1 import events_pb2 as risk
from risk_service.alerts.domain import AlertStatus, ChangeKind
from risk_service.conditions.tables import conditions
from risk_service.main import SUBSCRIPTIONS
from risk_service.policy.domain import AlertLevel, RiskFactor
from risk_service.verification.domain import TaskStatus
from tests.risk_service.desk import Desk, Family
from tests.risk_service.factories import VILLAGE

_numbers = count(1)


def report(
    point: UUID,
    served: list[Family],
    *,
    record_id: str,
    version: int = 1,
    outage_days: int | None = None,
    quality_ok: bool | None = None,
    on: str = "2020-09-17",
    corrects: str = "",
) -> households.AreaConditionReported:
    message = households.AreaConditionReported(
        department="WATER",
        record_id=record_id,
        version=version,
        event_type="WITHDRAWAL" if corrects else "QUALITY_TEST" if outage_days is None else "OUTAGE",
        area_path=VILLAGE,
        event_date=on,
        corrects_record_id=corrects,
        point_id=str(point),
        household_ids=[str(family.id) for family in served],
        part=1,
        parts=1,
    )
    message.water.supply_point_id = "WP-1"
    if outage_days is not None:
        message.water.outage_days = outage_days
    if quality_ok is not None:
        message.water.quality_ok = quality_ok
    return message


async def hear(desk: Desk, point: UUID, message: households.AreaConditionReported) -> None:
    await desk.hear(message, subject=point, area_path=VILLAGE)


async def levels(desk: Desk, family: Family) -> list[AlertLevel]:
    return [alert.level for alert in await desk.open_alerts(family) if alert.factor is RiskFactor.WATER_SAFETY]


async def test_a25_one_report_of_seven_days_warns_thirty_homes_red_and_a_resend_adds_none(desk: Desk) -> None:
    families = [await desk.family() for _ in range(30)]
    neighbour = await desk.family()
    point = new_id()
    message = report(point, families, record_id="W-1", outage_days=7)
    envelopes = [
        Envelope(
            event_id=str(new_id()),
            event_type=message.DESCRIPTOR.full_name,
            subject_id=str(point),
            subject_sequence=number,
            area_path=VILLAGE,
            payload=message.SerializeToString(),
            source="households",
        )
        for number in (1, 2)
    ]
    intake = Intake(subscription=SUBSCRIPTIONS[0], begin=desk.begin)
    before = len([one for one in await desk.published() if isinstance(one, risk.AlertRaised)])

    (first,) = await intake.absorb(envelopes[:1])
    raised = [one for one in await desk.published() if isinstance(one, risk.AlertRaised)][before:]
    # The same delivery again, and the same report as a new event.
    (again,) = await intake.absorb(envelopes[:1])
    (resent,) = await intake.absorb(envelopes[1:])

    assert (first.word, again.word, resent.word) == ("deliver", "duplicate", "deliver")
    assert {one.household_id for one in raised} == {str(family.id) for family in families}
    assert {(one.factor, one.level) for one in raised} == {(risk.RISK_FACTOR_WATER_SAFETY, risk.ALERT_LEVEL_RED)}
    assert not any(one.HasField("amount") for one in raised)
    assert len(raised) == 30
    for family in families:
        (alert,) = await desk.open_alerts(family)
        assert (alert.level, alert.factor, alert.version) == (AlertLevel.RED, RiskFactor.WATER_SAFETY, 1)
        assert [(one.record_id, one.outage_days) for one in alert.conditions] == [("W-1", 7)]
    assert await desk.open_alerts(neighbour) == []
    assert len([one for one in await desk.published() if isinstance(one, risk.AlertRaised)]) == before + 30
    async with desk.begin() as uow:
        (alert,) = await desk.open_alerts(families[0])
        task = (await uow.verification.newest_by_alert([alert.id]))[alert.id]
    assert (task.status, task.due_on.isoformat()) == (TaskStatus.ASSIGNED, "2020-09-23")


@pytest.mark.parametrize(
    ("days", "expected"),
    [(2, []), (3, [AlertLevel.YELLOW]), (6, [AlertLevel.YELLOW]), (7, [AlertLevel.RED])],
)
async def test_days_without_water_warn_from_three_and_from_seven(
    desk: Desk, days: int, expected: list[AlertLevel]
) -> None:
    family, point = await desk.family(), new_id()
    await hear(desk, point, report(point, [family], record_id=f"D-{days}", outage_days=days))
    assert await levels(desk, family) == expected


async def test_one_failed_test_is_yellow_and_a_repeated_one_red(desk: Desk) -> None:
    family, point = await desk.family(), new_id()
    await hear(desk, point, report(point, [family], record_id="Q-0", quality_ok=True, on="2020-06-01"))
    assert await levels(desk, family) == []
    await hear(desk, point, report(point, [family], record_id="Q-1", quality_ok=False, on="2020-08-01"))
    assert await levels(desk, family) == [AlertLevel.YELLOW]
    await hear(desk, point, report(point, [family], record_id="Q-2", quality_ok=False, on="2020-09-01"))
    (alert,) = await desk.open_alerts(family)
    assert (alert.level, alert.version) == (AlertLevel.RED, 2)
    async with desk.begin() as uow:
        history = (await uow.alerts.changes([alert.id]))[alert.id]
    assert [(row.kind, row.level) for row in history] == [
        (ChangeKind.RAISED, AlertLevel.YELLOW),
        (ChangeKind.ESCALATED, AlertLevel.RED),
    ]


async def test_a_failed_test_of_too_long_ago_is_not_repeated(desk: Desk) -> None:
    family, point = await desk.family(), new_id()
    await hear(desk, point, report(point, [family], record_id="O-1", quality_ok=False, on="2020-05-01"))
    await hear(desk, point, report(point, [family], record_id="O-2", quality_ok=False, on="2020-09-01"))
    assert await levels(desk, family) == [AlertLevel.YELLOW]


async def test_an_outage_that_lasts_grows_one_alert_and_a_withdrawal_closes_nothing(desk: Desk) -> None:
    family, point = await desk.family(), new_id()
    await hear(desk, point, report(point, [family], record_id="L-1", outage_days=4))
    await hear(desk, point, report(point, [family], record_id="L-1", version=2, outage_days=8))
    (red,) = await desk.open_alerts(family)
    assert (red.level, [one.outage_days for one in red.conditions]) == (AlertLevel.RED, [8])
    # Told of nobody served: who was warned is found all the same.
    await hear(desk, point, report(point, [], record_id="L-9", outage_days=8, corrects="L-1"))
    (after,) = await desk.open_alerts(family)
    assert (after.id, after.level, after.status, after.conditions) == (red.id, AlertLevel.RED, AlertStatus.OPEN, ())


async def test_the_graph_shows_what_was_found_instead_of_an_amount(desk: Desk) -> None:
    from tests.risk_service.desk import SPECIALIST

    family, point = await desk.family(), new_id()
    await hear(desk, point, report(point, [family], record_id="G-1", outage_days=7))
    (alert,) = await desk.open_alerts(family)
    data = await desk.ask(
        SPECIALIST,
        "query ($id: ID!) { alert(id: $id) { level factor amount { amount } thresholds { redOver { amount } }"
        " conditions { recordId outageDays qualityOk } ruleText policyVersion history { kind amount { amount } } } }",
        {"id": str(alert.id)},
    )
    assert data["alert"] == {
        "level": "RED",
        "factor": "WATER_SAFETY",
        "amount": None,
        "thresholds": None,
        "conditions": [{"recordId": "G-1", "outageDays": 7, "qualityOk": None}],
        "ruleText": (
            "The supply point had no water for 3 days or more, or failed 1 test: yellow. 7 days or more, or 2 failed"
            " tests within 90 days: red. A warning only brings a visit or an offer of help."
        ),
        "policyVersion": "county-990101@2020.3",
        "history": [{"kind": "RAISED", "amount": None}],
    }


async def test_who_was_served_is_kept_with_the_report_in_however_many_parts_it_came(desk: Desk) -> None:
    families = [await desk.family() for _ in range(3)]
    point = new_id()
    await hear(desk, point, report(point, families[:2], record_id="PART-1", outage_days=7))
    await hear(desk, point, report(point, families[1:], record_id="PART-1", outage_days=7))
    async with desk.begin() as uow:
        query = select(conditions.c.served).where(conditions.c.record_id == "PART-1")
        served = await uow.connection.scalar(query)
    assert set(served or ()) == {family.id for family in families}
