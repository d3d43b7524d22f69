"""However many records come at once, they are taken in with the same number of statements."""

from __future__ import annotations

from google.protobuf.message import Message

from chassis.ids import new_id
from chassis.intake import Intake
from contracts.common.v1.envelope_pb2 import Envelope
from contracts.households.v1 import events_pb2 as households
from risk_service.main import SUBSCRIPTIONS
from tests.risk_service.desk import Desk, Family
from tests.risk_service.integration.signals.records import levels, record, work


def told(family: Family, number: int) -> list[Message]:
    """A statement far over the line, a good home, and work that ended yesterday: nobody is warned."""
    statement = households.IncomeStatement(
        household_id=str(family.id), as_of="2020-09-18", member_count=4, currency="CNY"
    )
    for basis in (households.INCOME_BASIS_RECEIVED_12M, households.INCOME_BASIS_RUN_RATE_12M):
        statement.bases.add(basis=basis, wage_cents=9_000_000 + number, net_cents=9_000_000 + number)
    return [
        households.IncomeStatementChanged(statement=statement),
        record(family, housing=households.HousingDetail(grade="A")),
        record(family, on="2020-09-17", employment=work(ended=True)),
    ]


async def cost_of(desk: Desk, families: list[Family]) -> int:
    envelopes = []
    for family in families:
        for number, message in enumerate(told(family, 1), start=1):
            envelope = Envelope(
                event_id=str(new_id()),
                event_type=message.DESCRIPTOR.full_name,
                subject_id=str(family.id),
                subject_sequence=number,
                area_path=family.area_path,
                payload=message.SerializeToString(),
                source="households",
            )
            envelope.occurred_at.FromDatetime(desk.clock.now())
            envelopes.append(envelope)
    intake = Intake(subscription=SUBSCRIPTIONS[0], begin=desk.begin)
    with desk.statements() as sent:
        outcomes = await intake.absorb(envelopes)
    assert {one.word for one in outcomes} == {"deliver"}
    return len(sent)


async def test_forty_families_cost_as_many_statements_as_two(desk: Desk) -> None:
    families = [await desk.family() for _ in range(43)]
    # The first of all brings the shipped packs.
    await cost_of(desk, families[:1])
    assert await cost_of(desk, families[1:3]) == await cost_of(desk, families[3:]) == 27
    assert [await levels(desk, family) for family in families] == [{}] * 43
    async with desk.begin() as uow:
        assert len(await uow.facts.current_of([family.id for family in families])) == 43 * 4
