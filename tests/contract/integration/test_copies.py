"""The copies of three real services: what snapshots build is, row by row, what the events had built."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Database
from chassis.identity import SYSTEM_ACTOR
from chassis.intake import Intake
from chassis.notifications import Notifications
from chassis.relay import Row, envelope_of
from chassis.tables import outbox
from contracts.households.v1.households_service_pb2_grpc import (
    HouseholdsServiceStub,
    add_HouseholdsServiceServicer_to_server,
)
from employment_service.copies.snapshots import SnapshotLoader
from employment_service.copies.subscribers import HOUSEHOLDS
from households_service.members.attempts import FailedAttempts
from households_service.registry.rpc import HouseholdsRpc
from households_service.registry.service import assess_household
from risk_service.copies.rebuild import rebuild
from risk_service.copies.streams import HouseholdsSnapshots
from risk_service.main import SUBSCRIPTIONS
from tests.contract.wire import served
from tests.employment_service.town import Town
from tests.households_service.county import County, open_county
from tests.households_service.factories import OTHER_VILLAGE
from tests.risk_service.desk import Desk

if TYPE_CHECKING:
    from contracts.households.v1.households_service_pb2_grpc import HouseholdsServiceAsyncStub
from tests.contract.integration.story import Story

RISK_COPIES = ("areas", "officers", "households", "members", "pairings", "statements")
RISK_REPORTS = (
    "department, record_id, version, household_id, member_id, kind, occurred_on, amount, corrects, superseded"
)
RISK_FACTS = "department, record_id, version, household_id, member_id, area_path, factor, kind, occurred_on, detail"
RISK_CONDITIONS = (
    "department, record_id, version, point_id, area_path, kind, occurred_on, corrects, outage_days, quality_ok, served"
)
# Not the number: it is that of the household's last own event, or of the last event that a snapshot includes.
EMPLOYMENT_COPIES = {
    "copied_areas": "*",
    "copied_households": "id, area_path, removed",
    "copied_members": "*",
    "copied_care_duties": "*",
}
POSITIONS = "subject_id, last_sequence from chassis.positions"


Table = Sequence[tuple[object, ...]]


class MakesDatabases(Protocol):
    async def __call__(self, service: str) -> str: ...


@dataclass(slots=True)
class Copies:
    """A risk and an employment service, on databases of their own."""

    desk: Desk
    town: Town
    heard: int = 0

    async def hear(self, county: County) -> None:
        """Every event of the outbox that did not come yet, by the consumers' own way in."""
        async with county.begin() as uow:
            rows = list(
                await uow.connection.execute(select(outbox).where(outbox.c.n > self.heard).order_by(outbox.c.n))
            )
        envelopes = [envelope_of(cast("Row", row), "households") for row in rows]
        for intake in (
            Intake(subscription=SUBSCRIPTIONS[0], begin=self.desk.begin),
            Intake(subscription=HOUSEHOLDS, begin=self.town.begin),
        ):
            outcomes = await intake.absorb(envelopes)
            assert {outcome.word for outcome in outcomes} <= {"deliver", "skip", "duplicate"}
        self.heard = rows[-1].n

    async def rebuild(self, stub: HouseholdsServiceAsyncStub) -> None:
        await rebuild(self.desk.begin, HouseholdsSnapshots(stub))
        await SnapshotLoader(self.town.begin, stub).load()

    async def shown(self) -> Mapping[str, Table]:
        """Every row of every copy, and what must come next."""
        async with self.desk.begin() as uow:
            risk = {name: await rows_of(uow.connection, f"* from {name}") for name in RISK_COPIES}
            risk["signals"] = await rows_of(uow.connection, f"{RISK_REPORTS} from signals")
            risk["conditions"] = await rows_of(uow.connection, f"{RISK_CONDITIONS} from conditions")
            risk["facts"] = await rows_of(
                uow.connection, f"{RISK_FACTS} from facts where department <> 'HOUSEHOLD_LEDGER'"
            )
            risk["incomes"] = await rows_of(
                uow.connection,
                "household_id, occurred_on, detail from facts where factor = 'INCOME_DROP' and not superseded",
            )
            risk["risk positions"] = await rows_of(uow.connection, POSITIONS)
        async with self.town.begin() as uow:
            work = {
                name: await rows_of(uow.connection, f"{columns} from {name}")
                for name, columns in EMPLOYMENT_COPIES.items()
            }
            work["employment positions"] = await rows_of(uow.connection, POSITIONS)
        return risk | work


async def rows_of(connection: AsyncConnection, what: str) -> Table:
    return sorted((tuple(row) for row in await connection.execute(text(f"select {what}"))), key=repr)


@pytest.fixture(scope="module")
async def county(households_database_url: str) -> AsyncIterator[County]:
    async for opened in open_county(households_database_url):
        await Story(opened).tell()
        yield opened


@pytest.fixture
async def stub(county: County, tmp_path: Path) -> AsyncIterator[HouseholdsServiceAsyncStub]:
    async with served(
        "contracts.households.v1.HouseholdsService",
        lambda server: add_HouseholdsServiceServicer_to_server(
            HouseholdsRpc(county.begin, FailedAttempts(limit=5)), server
        ),
        service="households",
        caller="risk",
        keys=tmp_path,
    ) as channel:
        yield HouseholdsServiceStub(channel)


@pytest.fixture
async def copies(fresh_database: MakesDatabases) -> AsyncIterator[Copies]:
    """Empty."""
    risk_url, employment_url = await fresh_database("risk"), await fresh_database("employment")
    risk, listening, employment = Database.connect(risk_url), Notifications(risk_url), Database.connect(employment_url)
    yield Copies(Desk(database=risk, listening=listening), Town(employment))
    await listening.close()
    await risk.close()
    await employment.close()


async def alerts_of(copies: Copies) -> Table:
    async with copies.desk.begin() as uow:
        return await rows_of(uow.connection, "household_id, factor, level, status, amount from alerts")


async def test_a_rebuilt_copy_is_the_one_that_the_events_had_made(
    county: County, stub: HouseholdsServiceAsyncStub, copies: Copies
) -> None:
    await copies.hear(county)
    from_events, alerts = await copies.shown(), await alerts_of(copies)
    assert {name: len(rows) for name, rows in from_events.items()} == {
        "areas": 6,
        "officers": 3,
        "households": 3,
        "members": 12,
        "pairings": 3,
        "statements": 9,
        "signals": 4,
        "conditions": 4,
        "facts": 0,
        "incomes": 12,
        "risk positions": 14,
        "copied_areas": 6,
        "copied_households": 4,
        "copied_members": 12,
        "copied_care_duties": 1,
        "employment positions": 14,
    }

    await copies.rebuild(stub)

    assert await copies.shown() == from_events
    assert await alerts_of(copies) == alerts
    assert len(alerts) == 6


async def test_a_copy_that_lost_rows_is_whole_again(
    county: County, stub: HouseholdsServiceAsyncStub, copies: Copies
) -> None:
    await copies.hear(county)
    from_events = await copies.shown()
    async with copies.desk.begin() as uow:
        await uow.connection.execute(text("delete from areas where path like '%/201/'"))
        await uow.connection.execute(text("delete from officers"))
        await uow.connection.execute(text("update members set counted = false"))
        await uow.connection.execute(text("delete from pairings"))
    async with copies.town.begin() as uow:
        await uow.connection.execute(text("delete from copied_care_duties"))
        await uow.connection.execute(text("update copied_areas set lat = 0"))
    assert await copies.shown() != from_events

    await copies.rebuild(stub)

    assert await copies.shown() == from_events


async def test_a_service_that_heard_nothing_gets_everything_and_events_go_on_from_there(
    county: County, stub: HouseholdsServiceAsyncStub, copies: Copies, fresh_database: MakesDatabases
) -> None:
    """As when the outbox no longer keeps the first events."""
    await copies.rebuild(stub)
    async with county.begin() as uow:
        copies.heard = await uow.households.outbox_position()
    from_snapshots = await copies.shown()

    late = await county.register(area_path=OTHER_VILLAGE)
    await Story(county).bill(late, "R-9", "3000.01")
    async with county.begin() as uow:
        household = next(iter((await uow.households.by_codes([late.code])).values()))
        await assess_household(uow, SYSTEM_ACTOR, household_id=household.id, expected_version=None, safe_water=False)
    await copies.hear(county)
    after = await copies.shown()

    assert len(after["households"]) == len(from_snapshots["households"]) + 1
    assert len(after["signals"]) == len(from_snapshots["signals"]) + 1
    assert (await alerts_of(copies))[-1:] != []
    # The same as a service that heard every event from the first one on.
    copies.heard = 0
    await copies.hear(county)
    assert await copies.shown() == after
