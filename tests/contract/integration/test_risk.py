"""The risk service on a real database: takes over the examples it hears, answers with its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from google.protobuf.message import Message

from chassis.database import Database
from chassis.notifications import Notifications
from contracts.risk.v1.risk_service_pb2 import GetAssessmentsRequest
from contracts.risk.v1.risk_service_pb2_grpc import RiskServiceStub, add_RiskServiceServicer_to_server
from risk_service.assessments.domain import Assessment
from risk_service.assessments.rpc import RiskRpc
from risk_service.copies.rebuild import rebuild
from risk_service.copies.streams import HouseholdSnapshot, Snapshot
from risk_service.main import SUBSCRIPTIONS
from risk_service.policy.domain import AlertLevel, LikelihoodBand, RiskFactor
from tests.contract import book, facts
from tests.contract.risk_copies import BASES, HOUSEHOLD, RECEIVED
from tests.contract.wire import served
from tests.households_service.factories import HOUSEHOLD_ID, VILLAGE, uuid
from tests.risk_service.desk import Desk
from tests.risk_service.factories import NOW

PUBLISHED = facts.published()


@pytest.fixture(scope="module")
async def desk(risk_database_url: str) -> AsyncIterator[Desk]:
    """Without a place, an officer or a household: they come with the examples."""
    database, listening = Database.connect(risk_database_url), Notifications(risk_database_url)
    yield Desk(database=database, listening=listening)
    await listening.close()
    await database.close()


async def hear(desk: Desk, name: str) -> None:
    """The committed example, under the subject that its producer gives it."""
    produced = PUBLISHED[name]
    message: Message = book.example(type(produced.message), name.partition("-")[2])
    assert SUBSCRIPTIONS[0].knows(message.DESCRIPTOR.full_name)
    await desk.hear(message, subject=produced.subject_id, area_path=produced.area_path)


async def test_the_examples_become_copies_an_alert_and_an_assessment(desk: Desk, tmp_path: Path) -> None:
    for name in ("AreaChanged", "OfficerChanged", "HouseholdChanged", "IncomeStatementChanged"):
        await hear(desk, name)
    async with desk.begin() as uow:
        assert await uow.copies.household(HOUSEHOLD_ID) == HOUSEHOLD
        assert await uow.copies.received([HOUSEHOLD_ID]) == {HOUSEHOLD_ID: RECEIVED}
        (officer,) = await uow.copies.officers_of_subject("specialist-1")
        assert (officer.id, officer.roles) == (
            uuid(21),
            frozenset({"VILLAGE_SPECIALIST", "SUPPORT_OFFICER"}),
        )

    await hear(desk, "DepartmentRecordLinked")

    async with desk.begin() as uow:
        alert, income = sorted(await uow.alerts.open_of_household(HOUSEHOLD_ID), key=lambda one: one.factor)
    # 5,475 by head lies under 110 percent of the line of 5,000.
    assert (income.factor, income.level) == (RiskFactor.INCOME_DROP, AlertLevel.YELLOW)
    assert (alert.level, alert.amount, alert.raised_on) == (AlertLevel.RED, Decimal("10318.18"), date(2020, 9, 18))
    assert await get_assessments(desk, tmp_path) == 1

    await hear(desk, "DepartmentRecordLinked-reimbursement")
    async with desk.begin() as uow:
        lighter = await uow.alerts.open_of(HOUSEHOLD_ID, RiskFactor.ILLNESS)
    assert lighter is not None
    assert (lighter.id, lighter.level, lighter.amount) == (alert.id, AlertLevel.RED, Decimal("9318.18"))

    await hear(desk, "HouseholdChanged-removed")
    async with desk.begin() as uow:
        assert await uow.copies.household(HOUSEHOLD_ID) is None


async def get_assessments(desk: Desk, keys: Path) -> int:
    """No service asks yet; the request is the one for the family and for a household nobody knows."""
    async with desk.begin() as uow:
        await uow.assessments.put(
            [
                Assessment(
                    household_id=HOUSEHOLD_ID,
                    area_path=VILLAGE,
                    likelihood=0.625,
                    without_support=0.625,
                    low=0.5,
                    high=0.75,
                    visit_points=5108,
                    base=5108,
                    inputs=(),
                    contributions=(),
                    raising=(),
                    lowering=(),
                    known_at=NOW,
                    band=LikelihoodBand.HIGH,
                    horizon_months=12,
                    line=Decimal("6000.00"),
                    currency="CNY",
                    policy_version="everywhere@2020.2",
                    model_version="vulnerability-0001",
                    as_of=date(2020, 9, 18),
                    scored_at=NOW,
                )
            ]
        )
    book.require_same(GetAssessmentsRequest(household_ids=[str(HOUSEHOLD_ID), str(uuid(2))]))
    asked = book.example(GetAssessmentsRequest)
    async with served(
        "contracts.risk.v1.RiskService",
        lambda server: add_RiskServiceServicer_to_server(RiskRpc(desk.begin), server),
        service="risk",
        caller="employment",
        keys=keys,
    ) as channel:
        answer = await RiskServiceStub(channel).GetAssessments(asked)
    book.require_same(answer)
    return len(answer.assessments)


class OneHousehold:
    """A source with the household of the examples."""

    async def snapshots(self, *, area_path: str) -> AsyncIterator[Snapshot]:
        yield HouseholdSnapshot(household=HOUSEHOLD, bases=BASES, sequence=2)


async def test_a_rebuild_takes_the_snapshot_over(desk: Desk) -> None:
    assert (await rebuild(desk.begin, OneHousehold(), area_path=VILLAGE)).households == 1

    async with desk.begin() as uow:
        assert await uow.copies.household(HOUSEHOLD_ID) == HOUSEHOLD
        assert await uow.copies.received([HOUSEHOLD_ID]) == {HOUSEHOLD_ID: RECEIVED}
