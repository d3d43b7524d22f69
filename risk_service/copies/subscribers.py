"""What the risk service does with the households service's facts."""

from __future__ import annotations

from chassis.ids import parse_id
from chassis.subscription import ReceivedEvent
from contracts.households.v1.events_pb2 import (
    AreaChanged,
    HouseholdChanged,
    IncomeStatementChanged,
    OfficerChanged,
)
from risk_service.copies.messages import area_of, bases_of, household_of, officer_of
from risk_service.copies.service import (
    drop_household,
    keep_area,
    keep_household,
    keep_officer,
    keep_statement,
    take_arrivals,
)
from risk_service.signals.factors.messages import to_incomes
from risk_service.uow import RiskUnitOfWork


async def take_area(uow: RiskUnitOfWork, event: ReceivedEvent) -> None:
    await keep_area(uow, area_of(event.read(AreaChanged)))


async def take_officer(uow: RiskUnitOfWork, event: ReceivedEvent) -> None:
    await take_arrivals(uow)
    await keep_officer(uow, officer_of(event.read(OfficerChanged)))


async def take_household(uow: RiskUnitOfWork, event: ReceivedEvent) -> None:
    message = event.read(HouseholdChanged)
    if message.removed:
        await drop_household(uow, parse_id(message.household_id, field="household_id"))
        return
    await keep_household(uow, household_of(message))


async def take_statement(uow: RiskUnitOfWork, event: ReceivedEvent) -> None:
    statement = event.read(IncomeStatementChanged).statement
    household_id = parse_id(statement.household_id, field="household_id")
    await keep_statement(uow, household_id, event.area_path, bases_of(statement))
    told = to_incomes(statement, area_path=event.area_path, version=event.sequence, received_at=uow.now)
    uow.arrivals.income(household_id, told)
