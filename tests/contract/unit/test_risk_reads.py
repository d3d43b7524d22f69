"""What the risk service reads out of the households service's examples."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, cast
from uuid import UUID

from contracts.households.v1 import events_pb2 as households
from contracts.households.v1 import households_service_pb2 as rpc
from risk_service.clearances.domain import BasisFigures, FrozenStatement
from risk_service.clearances.households import HouseholdsStatements
from risk_service.conditions.domain import Condition
from risk_service.conditions.subscribers import to_condition, to_price
from risk_service.copies.domain import AreaCopy, OfficerCopy
from risk_service.copies.messages import area_of, bases_of, household_of, officer_of
from risk_service.copies.streams import (
    AreaSnapshot,
    Begun,
    ConditionSnapshot,
    HouseholdSnapshot,
    HouseholdsSnapshots,
    OfficerSnapshot,
    PriceSnapshot,
)
from risk_service.policy.domain import IncomeBasis, RiskFactor
from risk_service.signals.domain import Signal
from risk_service.signals.factors.costs import NOBODY
from risk_service.signals.factors.facts import (
    Income,
    Price,
)
from risk_service.signals.subscribers import to_signal
from tests.contract import book
from tests.contract.risk_copies import BASES, DAY, HOUSEHOLD, RECEIVED
from tests.households_service.factories import HOUSEHOLD_ID, MOTHER_ID, OTHER_VILLAGE, VILLAGE, uuid

if TYPE_CHECKING:
    from contracts.households.v1.households_service_pb2_grpc import HouseholdsServiceAsyncStub


def test_an_area() -> None:
    village = AreaCopy(
        id=uuid(41),
        path=VILLAGE,
        code="990101001201",
        level="VILLAGE",
        name="First Village",
        time_zone="Asia/Shanghai",
    )

    assert area_of(book.example(households.AreaChanged)) == village
    assert area_of(book.example(households.AreaChanged, "dissolved")) == replace(
        village, id=uuid(42), path=OTHER_VILLAGE, code="990101001202", name="Second Village"
    )


def test_an_officer() -> None:
    assert officer_of(book.example(households.OfficerChanged)) == OfficerCopy(
        id=uuid(21),
        subject="specialist-1",
        roles=frozenset({"VILLAGE_SPECIALIST", "SUPPORT_OFFICER"}),
        seat=VILLAGE,
        active=True,
    )


def test_a_household() -> None:
    assert household_of(book.example(households.HouseholdChanged)) == HOUSEHOLD


def test_a_household_that_left_the_registry() -> None:
    gone = book.example(households.HouseholdChanged, "removed")

    assert gone.removed
    assert household_of(gone) == replace(HOUSEHOLD, members=(), support_officer_ids=())


def test_a_statement() -> None:
    assert tuple(bases_of(book.example(households.IncomeStatementChanged).statement)) == BASES


def test_a_statement_with_production_costs() -> None:
    received = bases_of(book.example(households.IncomeStatementChanged, "costs").statement)[0]

    assert received == replace(RECEIVED, production_costs=640_00, net=21_260_00, rigid_expenses=0)


def test_a_bill() -> None:
    signal = to_signal(book.example(households.DepartmentRecordLinked))

    assert signal is not None
    assert signal == Signal(
        id=signal.id,
        department="HEALTH_INSURANCE",
        record_id="HI-2020-000417",
        version=1,
        household_id=HOUSEHOLD_ID,
        member_id=MOTHER_ID,
        area_path=VILLAGE,
        factor=RiskFactor.ILLNESS,
        kind="SETTLEMENT",
        occurred_on=DAY,
        amount=Decimal("10318.18"),
        currency="CNY",
        corrects=None,
    )


def test_money_paid_back() -> None:
    signal = to_signal(book.example(households.DepartmentRecordLinked, "reimbursement"))

    assert signal is not None
    assert (signal.kind, signal.version, signal.amount, signal.corrects, signal.occurred_on) == (
        "REIMBURSEMENT",
        2,
        Decimal("-1000.00"),
        "HI-2020-000417",
        date(2020, 10, 6),
    )


HEARD = datetime(2020, 9, 18, 2, tzinfo=UTC)
PRICED = "99/01/01/001/201/"
INCOME = Income(
    basis=IncomeBasis.RECEIVED_12M,
    members=4,
    net=Decimal("21900.00"),
    gross=Decimal("21900.00"),
    production=Decimal("6000.00"),
    rigid_expenses=Decimal("10318.18"),
    recorded=True,
)


@dataclass(slots=True)
class Households:
    """The households service as its examples say it is asked and answers."""

    asked: list[object] = field(default_factory=list)

    async def FreezeStatement(  # noqa: N802 - gRPC names it
        self, request: rpc.FreezeStatementRequest, *, timeout: float
    ) -> rpc.FreezeStatementResponse:
        assert timeout > 0
        self.asked.append(request)
        book.require_same(request)
        return book.example(rpc.FreezeStatementResponse)

    async def StreamSnapshots(  # noqa: N802 - gRPC names it
        self, request: rpc.StreamSnapshotsRequest, *, timeout: float
    ) -> AsyncIterator[rpc.StreamSnapshotsResponse]:
        assert timeout > 0
        self.asked.append(request)
        book.require_same(request)
        for case in ("begun", "area", "officer", "", "condition", "agriculture"):
            yield book.example(rpc.StreamSnapshotsResponse, case)


async def test_a_frozen_statement_is_asked_for_and_read() -> None:
    service = Households()
    client = HouseholdsStatements(cast("HouseholdsServiceAsyncStub", service))

    frozen = await client.freeze(household_id=HOUSEHOLD_ID, as_of=DAY, decision_id=uuid(0xF1))

    assert len(service.asked) == 1
    assert frozen == FrozenStatement(
        id=uuid(61),
        household_id=HOUSEHOLD_ID,
        as_of=DAY,
        currency="CNY",
        bases=tuple(
            BasisFigures(basis=basis, net=Decimal(net), rigid_expenses=Decimal("10318.18"), member_count=4)
            for basis, net in (
                (IncomeBasis.RECEIVED_12M, "21900.00"),
                (IncomeBasis.CALENDAR_YEAR_PROJECTED, "27900.00"),
                (IncomeBasis.RUN_RATE_12M, "32400.00"),
            )
        ),
    )


def key_of(message: households.AreaConditionReported) -> tuple[str, str, int]:
    return message.department, message.record_id, message.version


async def test_snapshots_are_asked_for_and_read() -> None:
    service = Households()
    client = HouseholdsSnapshots(cast("HouseholdsServiceAsyncStub", service))

    read = [snapshot async for snapshot in client.snapshots(area_path="99/01/01/")]

    assert len(service.asked) == 1
    begun, area, officer, household, condition, price = read
    assert isinstance(condition, ConditionSnapshot)
    assert (condition.condition.key, condition.sequence, condition.parts) == (
        key_of(book.example(households.AreaConditionReported)),
        3,
        2,
    )
    assert condition.served == tuple(UUID(one) for one in book.example(households.AreaConditionReported).household_ids)
    assert isinstance(price, PriceSnapshot)
    assert (price.price.detail, price.price.area_path) == (Price(commodity="COTTON", index=Decimal("79.5")), PRICED)
    assert begun == Begun(outbox_position=4)
    assert area == AreaSnapshot(area=area_of(book.example(households.AreaChanged)), sequence=1)
    assert officer == OfficerSnapshot(officer=officer_of(book.example(households.OfficerChanged)), sequence=1)
    assert isinstance(household, HouseholdSnapshot)
    assert (household.household, household.removed, household.bases, household.sequence) == (
        HOUSEHOLD,
        False,
        BASES,
        2,
    )
    assert [(signal.record_id, signal.amount) for signal in household.signals] == [
        ("HI-2020-000417", Decimal("10318.18")),
        ("HI-2020-000522", Decimal("-1000.00")),
    ]
    assert household.facts == ()
    assert [(fact.version, fact.detail) for fact in household.income if isinstance(fact.detail, Income)] == [
        (2, replace(INCOME, basis=IncomeBasis.RECEIVED_12M)),
        (
            2,
            replace(
                INCOME, basis=IncomeBasis.CALENDAR_YEAR_PROJECTED, net=Decimal("27900.00"), gross=Decimal("27900.00")
            ),
        ),
        (2, replace(INCOME, basis=IncomeBasis.RUN_RATE_12M, net=Decimal("32400.00"), gross=Decimal("32400.00"))),
    ]


def test_a_supply_point_that_ran_dry() -> None:
    condition = to_condition(book.example(households.AreaConditionReported))

    assert condition is not None
    assert condition == Condition(
        id=condition.id,
        department="WATER",
        record_id="D-9",
        version=1,
        point_id=uuid(91),
        area_path=VILLAGE,
        kind="OUTAGE",
        occurred_on=date(2020, 9, 17),
        corrects=None,
        outage_days=7,
        quality_ok=False,
    )


def test_a_price_is_of_everybody_in_its_area() -> None:
    message = book.example(households.AreaConditionReported, "agriculture")
    price = to_price(message, received_at=HEARD)

    assert to_condition(message) is None
    assert to_price(book.example(households.AreaConditionReported), received_at=HEARD) is None
    assert price is not None
    assert (price.record_id, price.household_id, price.occurred_on, price.detail) == (
        message.record_id,
        NOBODY,
        date.fromisoformat(message.event_date),
        Price(commodity="COTTON", index=Decimal("79.5")),
    )


def test_a_record_counts_as_the_cost_of_its_own_factor_and_one_without_money_as_none() -> None:
    signals = {
        case: to_signal(book.example(households.DepartmentRecordLinked, case))
        for case in ("disability", "education", "housing", "civil_affairs", "employment", "emergency", "accident")
    }

    counted = {case: (signal.factor.value, str(signal.amount)) for case, signal in signals.items() if signal}
    assert counted == {
        "accident": ("ACCIDENT", "2500.00"),
        "education": ("EDUCATION", "6000.00"),
        "emergency": ("DISASTER", "5400.00"),
    }
