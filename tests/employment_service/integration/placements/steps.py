"""The steps of a placement, as tests take them."""

from __future__ import annotations

from datetime import date

from employment_service.follow_ups.domain import FollowUpAnswer
from employment_service.placements.contracts import record_contract
from employment_service.placements.differences import Contract
from employment_service.placements.domain import Placement, PlacementState
from employment_service.placements.service import confirm_arrival, confirm_start
from tests.employment_service.town import EMPLOYER, Town, as_worker

CONTRACT = Contract(monthly_wage_cents=300_000, contract_months=12, starts_on=date(2020, 10, 1), weekly_hours=40)
WELL = FollowUpAnswer(wages_on_time=True, documents_with_me=True, free_to_leave=True, paid_a_fee=False)


async def contracted(town: Town) -> Placement:
    """Accepted on 1 September 2020, with a contract."""
    await town.ready()
    town.set_clock(date(2020, 8, 29))
    _, placed = await town.accepted()
    async with town.begin(EMPLOYER) as uow:
        return await record_contract(uow, placement_id=placed.id, contract=CONTRACT, expected_version=placed.version)


async def started(town: Town) -> Placement:
    """Arrived on 2020-09-10, started on 09-12."""
    placed = await contracted(town)
    town.set_clock(date(2020, 9, 10))
    async with town.begin(as_worker()) as uow:
        placed = await confirm_arrival(uow, placement_id=placed.id, on=None, expected_version=placed.version)
    town.set_clock(date(2020, 9, 12))
    async with town.begin(as_worker()) as uow:
        return await confirm_start(uow, placement_id=placed.id, on=None, expected_version=placed.version)


async def state_of(town: Town, placed: Placement) -> PlacementState:
    async with town.begin() as uow:
        found = await uow.placements.get(placed.id)
    assert found is not None
    return found.state
