"""What weighs a household, from the risk service's events; nothing else of a warning is kept."""

from __future__ import annotations

from uuid import UUID

from google.protobuf.message import Message
from sqlalchemy import text

from contracts.risk.v1 import events_pb2
from contracts.risk.v1.events_pb2 import AlertCleared, AlertEscalated, AlertRaised
from employment_service.matching.warnings import RISK
from tests.employment_service.factories import id_of
from tests.employment_service.integration.copies.messages import received
from tests.employment_service.town import Town

FIRST, SECOND = str(UUID(int=71)), str(UUID(int=72))
HOME = str(id_of(501))


async def take(town: Town, message: Message) -> None:
    async with town.begin() as uow:
        await RISK.handlers[type(message)](uow, received(message))


async def weight(town: Town) -> float:
    async with town.begin() as uow:
        return (await uow.matching.weights([id_of(501)])).get(id_of(501), 1.0)


async def test_the_highest_open_warning_weighs(town: Town) -> None:
    assert await weight(town) == 1.0

    await take(town, AlertRaised(alert_id=FIRST, household_id=HOME, level=events_pb2.ALERT_LEVEL_YELLOW))
    assert await weight(town) == 1.25
    await take(town, AlertRaised(alert_id=SECOND, household_id=HOME, level=events_pb2.ALERT_LEVEL_YELLOW))
    await take(town, AlertEscalated(alert_id=SECOND, household_id=HOME, level=events_pb2.ALERT_LEVEL_RED))
    assert await weight(town) == 1.5

    await take(town, AlertCleared(alert_id=SECOND, household_id=HOME))
    assert await weight(town) == 1.25
    await take(town, AlertCleared(alert_id=FIRST, household_id=HOME))
    assert await weight(town) == 1.0


async def test_of_a_warning_only_its_weight_is_kept(town: Town) -> None:
    async with town.begin() as uow:
        rows = await uow.connection.execute(
            text(
                "select column_name from information_schema.columns where table_name = 'household_warnings' order by 1"
            )
        )
        assert [row.column_name for row in rows] == ["alert_id", "household_id", "hundredths"]
