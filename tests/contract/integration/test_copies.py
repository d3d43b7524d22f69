"""The copies of three real services: what snapshots build is, row by row, what the events had built."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Database
from chassis.identity import SYSTEM_ACTOR, Actor, Role
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
from households_service.areas.service import recode_area
from households_service.care.domain import CareKind
from households_service.care.service import end_care_duty, record_care_duty
from households_service.feeds.service import Envelope, submit_batch
from households_service.ledger.service import record_income
from households_service.members.attempts import FailedAttempts
from households_service.officers.domain import Officer
from households_service.officers.service import (
    deactivate_officer,
    end_pairing,
    pair_support_officer,
    register_officer,
)
from households_service.points.service import register_supply_point, serve_households
from households_service.registry.domain import Household
from households_service.registry.rpc import HouseholdsRpc
from households_service.registry.service import assess_household, remove_household
from risk_service.copies.rebuild import rebuild
from risk_service.copies.streams import HouseholdsSnapshots
from risk_service.main import SUBSCRIPTIONS
from tests.contract.wire import served
from tests.employment_service.town import Town
from tests.households_service.county import County, open_county
from tests.households_service.factories import COUNTY, NEXT_VILLAGE, OTHER_VILLAGE, POST_WAGE, VILLAGE
from tests.households_service.sheets import bill
from tests.risk_service.desk import Desk

if TYPE_CHECKING:
    from contracts.households.v1.households_service_pb2_grpc import HouseholdsServiceAsyncStub

RISK_COPIES = ("areas", "officers", "households", "members", "pairings", "statements")
RISK_REPORTS = (
    "department, record_id, version, household_id, member_id, kind, occurred_on, amount, corrects, superseded"
)
RISK_CONDITIONS = (
    "department, record_id, version, point_id, area_path, kind, occurred_on, corrects, outage_days, quality_ok"
)
# Not the number: it is that of the household's last own event, or of the last event that a snapshot includes.
EMPLOYMENT_COPIES = {
    "copied_areas": "*",
    "copied_households": "id, area_path, removed",
    "copied_members": "*",
    "copied_care_duties": "*",
}
POSITIONS = "subject_id, last_sequence from chassis.positions"
DEPARTMENT = Actor(subject="feed-1", roles=frozenset({Role.DEPARTMENT}), areas=(COUNTY,), department="HEALTH_INSURANCE")
WATER = Actor(subject="feed-2", roles=frozenset({Role.DEPARTMENT}), areas=(COUNTY,), department="WATER")
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


@dataclass(slots=True)
class Story:
    """What happened in the county, by the services' own use cases."""

    county: County
    officers: list[Officer] = field(default_factory=list)

    async def officer(self, subject: str, role: Role, seat: str) -> Officer:
        async with self.county.begin() as uow:
            officer = await register_officer(
                uow, SYSTEM_ACTOR, subject=subject, display_name="Invented Officer", roles=[role], area_path=seat
            )
        self.officers.append(officer)
        return officer

    async def bill(self, household: Household, record_id: str, amount: str, **more: object) -> None:
        async with self.county.begin() as uow:
            member = (await uow.members.of_households([household.id]))[household.id][1]
        record = bill(record_id, amount, {"idNumber": member.details.id_number}) | more
        envelope = Envelope(department="HEALTH_INSURANCE", batch_id=f"B-{record_id}-{amount}")
        async with self.county.begin(DEPARTMENT) as uow:
            batch = await submit_batch(uow, DEPARTMENT, envelope=envelope, records=[record])
        assert batch.account.linked == 1

    async def outage(self, record_id: str, days: int, **more: object) -> None:
        report = {"recordId": record_id, "eventType": "OUTAGE", "eventDate": "2020-09-17", "purposeCode": "MONITORING"}
        own = {"supplyPointId": "WP-1", "outageDays": days} if days else {}
        envelope = Envelope(department="WATER", batch_id=f"B-{record_id}-{days}")
        async with self.county.begin(WATER) as uow:
            batch = await submit_batch(uow, WATER, envelope=envelope, records=[report | own | more])
        assert batch.account.linked == 1

    async def water(self, families: Sequence[Household]) -> None:
        """Out for four days, then for eight; a failed report is taken back."""
        async with self.county.begin() as uow:
            await register_supply_point(
                uow, SYSTEM_ACTOR, number="WP-1", name="Lower well", area_path=VILLAGE, registered_on=None
            )
            await serve_households(
                uow,
                SYSTEM_ACTOR,
                number="WP-1",
                household_ids=[family.id for family in families],
                since=date(2020, 1, 1),
            )
        await self.outage("W-1", 4)
        await self.outage("W-1", 8)
        await self.outage("W-2", 30)
        await self.outage("W-3", 0, eventType="WITHDRAWAL", corrects="W-2")

    async def wage(self, household: Household) -> None:
        async with self.county.begin() as uow:
            head = (await uow.members.of_households([household.id]))[household.id][0].id
            await record_income(uow, SYSTEM_ACTOR, household_id=household.id, fact=replace(POST_WAGE, member_id=head))

    async def care(self, household: Household, kind: CareKind, place: str) -> UUID:
        mother = (await self.county.members_of(household))[1]
        async with self.county.begin() as uow:
            duty = await record_care_duty(
                uow, SYSTEM_ACTOR, member_id=mother, kind=kind, care_area_path=place, valid_from=None
            )
        return duty.id

    async def tell(self) -> None:
        specialist = await self.officer("specialist-1", Role.VILLAGE_SPECIALIST, VILLAGE)
        support = await self.officer("support-1", Role.SUPPORT_OFFICER, COUNTY)
        other = await self.officer("support-2", Role.SUPPORT_OFFICER, COUNTY)
        families = [
            await self.county.register(area_path=place) for place in (VILLAGE, OTHER_VILLAGE, NEXT_VILLAGE, VILLAGE)
        ]
        async with self.county.begin() as uow:
            for family in families[:3]:
                await pair_support_officer(uow, SYSTEM_ACTOR, officer_id=support.id, household_id=family.id)
            await pair_support_officer(uow, SYSTEM_ACTOR, officer_id=other.id, household_id=families[0].id)
        async with self.county.begin() as uow:
            await end_pairing(uow, SYSTEM_ACTOR, officer_id=other.id, household_id=families[0].id)
            await deactivate_officer(uow, SYSTEM_ACTOR, officer_id=other.id, expected_version=None)
        await self.county.write_canonical_ledger(families[0])
        await self.wage(families[1])
        await self.care(families[0], CareKind.ELDER, OTHER_VILLAGE)
        ended = await self.care(families[0], CareKind.CHILD, VILLAGE)
        async with self.county.begin() as uow:
            await end_care_duty(uow, SYSTEM_ACTOR, care_duty_id=ended, ends_on=date(2020, 9, 18))
        await self.bill(families[0], "R-1", "10318.18")
        await self.bill(families[0], "R-1", "10000.00")
        await self.bill(families[0], "R-2", "-500.00", eventType="REIMBURSEMENT", corrects="R-1")
        await self.bill(families[1], "R-3", "2500.00")
        async with self.county.begin() as uow:
            await assess_household(
                uow, SYSTEM_ACTOR, household_id=families[2].id, expected_version=None, safe_housing=False
            )
            await remove_household(uow, SYSTEM_ACTOR, household_id=families[3].id, expected_version=None)
            await recode_area(uow, SYSTEM_ACTOR, path=NEXT_VILLAGE, code="990101002299", valid_from=date(2020, 9, 18))
        await self.water(families[:2])
        assert specialist.active


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
    assert len(alerts) == 4


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
