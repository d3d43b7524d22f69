"""Bills, and what feeds write into a ledger."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chassis.identity import SYSTEM_ACTOR
from households_service.expenses.domain import ExpenseKind, ExpenseSourceReused, RigidExpense
from households_service.expenses.service import correct_rigid_expense, record_rigid_expense
from households_service.ledger.service import record_income
from households_service.registry.domain import Household
from tests.households_service.county import (
    County,
)
from tests.households_service.factories import POST_WAGE, STORY_DAY


async def _spend(county: County, household: Household, source: str, cents: int = 10_318_18) -> RigidExpense:
    async with county.begin() as uow:
        return await record_rigid_expense(
            uow,
            SYSTEM_ACTOR,
            household_id=household.id,
            kind=ExpenseKind.MEDICAL,
            amount_cents=cents,
            spent_on=STORY_DAY,
            source=source,
        )


async def test_a_bill_sent_twice_is_one_bill_and_a_reimbursement_lowers_it(county: County) -> None:
    household = await county.register()

    first = await _spend(county, household, "HEALTH_INSURANCE/R-20")
    again = await _spend(county, household, "HEALTH_INSURANCE/R-20")
    async with county.begin() as uow:
        lowered = await correct_rigid_expense(
            uow, SYSTEM_ACTOR, source="HEALTH_INSURANCE/R-20", amount_cents=9_318_18, reason="reimbursed"
        )
    replayed = await _spend(county, household, "HEALTH_INSURANCE/R-20")

    assert again == first
    assert (lowered.id, lowered.version, lowered.amount_cents) == (first.id, 2, 9_318_18)
    assert replayed == lowered


async def test_the_same_bill_with_another_amount_is_refused(county: County) -> None:
    household = await county.register()
    await _spend(county, household, "HEALTH_INSURANCE/R-21")

    with pytest.raises(ExpenseSourceReused):
        await _spend(county, household, "HEALTH_INSURANCE/R-21", cents=1)


async def test_a_feed_record_becomes_one_entry(county: County) -> None:
    household = await county.register()
    head = (await county.members_of(household))[0]

    made = []
    for _ in range(2):
        async with county.begin() as uow:
            made.append(
                await record_income(
                    uow,
                    SYSTEM_ACTOR,
                    household_id=household.id,
                    fact=replace(POST_WAGE, member_id=head),
                    source="LABOUR/R-1",
                )
            )

    assert made[0] == made[1]
