"""The worked example through use cases, database and graph."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chassis.errors import Conflict, Forbidden, InvalidInput
from chassis.identity import SYSTEM_ACTOR
from contracts.households.v1 import events_pb2
from households_service.expenses.domain import ExpenseKind
from households_service.expenses.service import record_rigid_expense
from households_service.ledger.service import record_income
from households_service.members.domain import MembershipRule
from households_service.registry.domain import Household
from households_service.statements.domain import AccountingRules
from households_service.statements.service import freeze_statement, set_accounting_rules
from tests.households_service.county import EMPLOYMENT_STAFF, SPECIALIST, County
from tests.households_service.factories import SECOND_WAGE, STORY_DAY

STATEMENTS = """
query ($id: ID!, $line: Decimal!) {
  household(id: $id) {
    memberCount
    statements(asOf: "2020-09-18") {
      basis windowFrom windowTo memberCount
      wage { amount } production { amount } property { amount } transfer { amount }
      netTotal { amount currency } perCapitaNet { amount } exceeds(line: $line)
      rigidExpenses { amount } afterExpensesTotal { amount } perCapitaAfterExpenses { amount }
      excludedEntries { entryId reason }
    }
  }
}
"""


@pytest.fixture(scope="module")
async def hh_a(county: County) -> Household:
    household = await county.register()
    await county.write_canonical_ledger(household)
    async with county.begin() as uow:
        await record_rigid_expense(
            uow,
            SYSTEM_ACTOR,
            household_id=household.id,
            kind=ExpenseKind.MEDICAL,
            amount_cents=10_318_18,
            spent_on=STORY_DAY,
            source="HEALTH_INSURANCE/R-1",
        )
    return household


async def test_the_three_bases_of_hh_a_are_shown_side_by_side(county: County, hh_a: Household) -> None:
    data = await county.ask(SPECIALIST, STATEMENTS, {"id": str(hh_a.id), "line": "8000.00"})

    assert data["household"] == {
        "memberCount": 4,
        "statements": [
            {
                "basis": "RECEIVED_12M",
                "windowFrom": "2019-09-01",
                "windowTo": "2020-08-31",
                "memberCount": 4,
                "wage": {"amount": "7500.00"},
                "production": {"amount": "6000.00"},
                "property": {"amount": "2400.00"},
                "transfer": {"amount": "6000.00"},
                "netTotal": {"amount": "21900.00", "currency": "CNY"},
                "perCapitaNet": {"amount": "5475.00"},
                "exceeds": False,
                "rigidExpenses": {"amount": "10318.18"},
                "afterExpensesTotal": {"amount": "11581.82"},
                "perCapitaAfterExpenses": {"amount": "2895.46"},
                "excludedEntries": [],
            },
            {
                "basis": "CALENDAR_YEAR_PROJECTED",
                "windowFrom": "2020-01-01",
                "windowTo": "2020-12-31",
                "memberCount": 4,
                "wage": {"amount": "13500.00"},
                "production": {"amount": "6000.00"},
                "property": {"amount": "2400.00"},
                "transfer": {"amount": "6000.00"},
                "netTotal": {"amount": "27900.00", "currency": "CNY"},
                "perCapitaNet": {"amount": "6975.00"},
                "exceeds": False,
                "rigidExpenses": {"amount": "10318.18"},
                "afterExpensesTotal": {"amount": "17581.82"},
                "perCapitaAfterExpenses": {"amount": "4395.46"},
                "excludedEntries": [],
            },
            {
                "basis": "RUN_RATE_12M",
                "windowFrom": "2020-09-18",
                "windowTo": "2021-09-17",
                "memberCount": 4,
                "wage": {"amount": "18000.00"},
                "production": {"amount": "6000.00"},
                "property": {"amount": "2400.00"},
                "transfer": {"amount": "6000.00"},
                "netTotal": {"amount": "32400.00", "currency": "CNY"},
                "perCapitaNet": {"amount": "8100.00"},
                "exceeds": True,
                "rigidExpenses": {"amount": "10318.18"},
                "afterExpensesTotal": {"amount": "22081.82"},
                "perCapitaAfterExpenses": {"amount": "5520.46"},
                "excludedEntries": [],
            },
        ],
    }


async def test_a_frozen_statement_stays_as_it_was(county: County) -> None:
    household = await county.register()
    await county.write_canonical_ledger(household)
    async with county.begin() as uow:
        frozen = await freeze_statement(
            uow, SYSTEM_ACTOR, household_id=household.id, as_of=STORY_DAY, decision_id="alert-1"
        )
    async with county.begin() as uow:
        subsidy = replace(SECOND_WAGE, member_id=None, amount_cents=9_000_00, verified_stable=True)
        await record_income(uow, SYSTEM_ACTOR, household_id=household.id, fact=subsidy)
    async with county.begin() as uow:
        again = await freeze_statement(
            uow, SYSTEM_ACTOR, household_id=household.id, as_of=STORY_DAY, decision_id="alert-1"
        )

    assert again == frozen
    data = await county.ask(
        SPECIALIST,
        """query ($id: ID!) { household(id: $id) { frozenStatements { totalCount edges { node {
             id asOf decisionId statements { basis perCapitaNet { amount } } } } } } }""",
        {"id": str(household.id)},
    )
    assert data["household"] == {
        "frozenStatements": {
            "totalCount": 1,
            "edges": [
                {
                    "node": {
                        "id": str(frozen.id),
                        "asOf": "2020-09-18",
                        "decisionId": "alert-1",
                        "statements": [
                            {"basis": "RECEIVED_12M", "perCapitaNet": {"amount": "5475.00"}},
                            {"basis": "CALENDAR_YEAR_PROJECTED", "perCapitaNet": {"amount": "6975.00"}},
                            {"basis": "RUN_RATE_12M", "perCapitaNet": {"amount": "8100.00"}},
                        ],
                    }
                }
            ],
        }
    }
    told = [event for event in await county.events(household.id) if isinstance(event, events_pb2.IncomeStatementFrozen)]
    assert [(event.statement_id, event.decision_id) for event in told] == [(str(frozen.id), "alert-1")]
    assert {basis.basis: basis.net_cents for basis in told[0].statement.bases} == {
        1: 21_900_00,
        2: 27_900_00,
        3: 32_400_00,
    }


async def test_one_decision_relies_on_one_statement(county: County, hh_a: Household) -> None:
    async with county.begin() as uow:
        await freeze_statement(uow, SYSTEM_ACTOR, household_id=hh_a.id, as_of=STORY_DAY, decision_id="alert-2")

    with pytest.raises(Conflict):
        async with county.begin() as uow:
            await freeze_statement(
                uow, SYSTEM_ACTOR, household_id=hh_a.id, as_of=date(2020, 9, 17), decision_id="alert-2"
            )


async def test_tomorrow_cannot_be_frozen(county: County, hh_a: Household) -> None:
    with pytest.raises(InvalidInput):
        async with county.begin() as uow:
            await freeze_statement(
                uow, SYSTEM_ACTOR, household_id=hh_a.id, as_of=date(2020, 9, 19), decision_id="alert-3"
            )


async def test_only_a_process_freezes(county: County, hh_a: Household) -> None:
    with pytest.raises(Forbidden):
        async with county.begin(SPECIALIST) as uow:
            await freeze_statement(uow, SPECIALIST, household_id=hh_a.id, as_of=STORY_DAY, decision_id="alert-4")


async def test_what_was_known_at_an_instant_can_be_asked_for(county: County) -> None:
    household = await county.register()
    before = county.clock.now()
    county.clock.advance(timedelta(minutes=1))
    await county.write_canonical_ledger(household)

    data = await county.ask(
        SPECIALIST,
        """query ($id: ID!, $before: DateTime!) { household(id: $id) {
             then: statement(basis: RUN_RATE_12M, knownAt: $before) { netTotal { amount } }
             now: statement(basis: RUN_RATE_12M) { netTotal { amount } } } }""",
        {"id": str(household.id), "before": before.isoformat()},
    )

    assert data["household"] == {"then": {"netTotal": {"amount": "0.00"}}, "now": {"netTotal": {"amount": "32400.00"}}}
    county.clock.at = datetime(2020, 9, 18, 1, 0, tzinfo=UTC)


async def test_an_employment_office_sees_neither_the_family_nor_its_money(county: County, hh_a: Household) -> None:
    answer = await county.answer(
        EMPLOYMENT_STAFF,
        "query ($id: ID!) { household(id: $id) { code statement(basis: RUN_RATE_12M) { netTotal { amount } } } }",
        {"id": str(hh_a.id)},
    )

    assert answer["data"] == {"household": None}
    assert [(error["code"], error["path"]) for error in answer["errors"]] == [("FORBIDDEN", ["household"])]


async def test_a_county_says_whom_it_counts_from_a_day_on(county: County) -> None:
    household = await county.register(area_path="99/01/01/002/201/")
    await county.write_canonical_ledger(household)
    async with county.begin() as uow:
        await set_accounting_rules(
            uow,
            SYSTEM_ACTOR,
            applies_to="99/01/01/002/",
            valid_from=date(2020, 9, 1),
            rules=AccountingRules(membership_rule=MembershipRule.REGISTERED, counts_non_recurring=False),
        )
        earlier = await uow.statements.rules_of(["99/01/01/002/201/"], date(2020, 8, 31))
        later = await uow.statements.rules_of(["99/01/01/002/201/", "99/01/01/001/201/"], date(2020, 9, 1))

    assert earlier == {"99/01/01/002/201/": AccountingRules()}
    assert later == {
        "99/01/01/002/201/": AccountingRules(membership_rule=MembershipRule.REGISTERED, counts_non_recurring=False),
        "99/01/01/001/201/": AccountingRules(),
    }


async def test_statements_of_many_households_take_as_many_queries_as_of_one(county: County) -> None:
    for _ in range(3):
        await county.write_canonical_ledger(await county.register())
    document = (
        "{ households(first: 100) { edges { node { statement(basis: RECEIVED_12M) { netTotal { amount } } } } } }"
    )

    with county.statements() as sent:
        data = await county.ask(SPECIALIST, document)

    assert len(data["households"]["edges"]) >= 4
    # The page; who may be seen, zones, members, entries, expenses, rules.
    assert len(sent) == 7


async def test_a_statement_of_a_day_before_the_registration_counts_who_was_registered(county: County) -> None:
    household = await county.register()
    await county.write_canonical_ledger(household)

    data = await county.ask(
        SPECIALIST,
        """query ($id: ID!) { household(id: $id) {
             statement(basis: RECEIVED_12M, asOf: "2018-06-15") { memberCount transfer { amount } } } }""",
        {"id": str(household.id)},
    )

    assert data["household"] == {"statement": {"memberCount": 4, "transfer": {"amount": "2500.00"}}}
