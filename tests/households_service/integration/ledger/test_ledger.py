"""Recording, correcting and deciding over duplicates (scenario A08), through the graph."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from chassis.errors import Conflict, Forbidden
from chassis.identity import SYSTEM_ACTOR
from contracts.households.v1 import events_pb2
from households_service.expenses.domain import ExpenseKind
from households_service.expenses.service import record_rigid_expense
from households_service.ledger.service import record_income
from households_service.registry.domain import Household
from tests.households_service.county import (
    EMPLOYMENT_STAFF,
    REVIEWER,
    SPECIALIST,
    STRANGER,
    SUPERVISOR,
    County,
)
from tests.households_service.factories import POST_WAGE, uuid

RECORD = """
mutation ($input: RecordIncomeInput!) {
  recordIncome(input: $input) {
    __typename
    ... on LedgerEntry { id version status possibleDuplicateOf recurring amount { amount } member { id } }
    ... on Refused { code field }
  }
}
"""
RESOLVE = """
mutation ($input: ResolveDuplicateIncomeInput!) {
  resolveDuplicateIncome(input: $input) {
    __typename
    ... on LedgerEntry { id version status reason }
    ... on Refused { code field }
  }
}
"""
RUN_RATE = """
query ($id: ID!) {
  household(id: $id) {
    statement(basis: RUN_RATE_12M) { perCapitaNet { amount } excludedEntries { entryId reason } }
  }
}
"""


def second_wage(household: Household, member: UUID, key: str = "second") -> dict[str, object]:
    return {
        "householdId": str(household.id),
        "idempotencyKey": key,
        "income": {
            "group": "WAGE",
            "kind": "LOCAL_JOB",
            "rhythm": "MONTHLY",
            "amount": {"amount": "1500.00"},
            "periodFrom": "2020-04-01",
            "periodTo": "2020-12-31",
            "memberId": str(member),
            "payerType": "EMPLOYER",
            "verifiedStable": True,
        },
    }


@pytest.mark.parametrize(
    ("decision", "status", "per_head"),
    [
        pytest.param("DROP_THIS", "DROPPED", "8100.00", id="one income written twice"),
        pytest.param("DROP_OTHER", "COUNTED", "8100.00", id="the first row was the copy"),
        pytest.param("KEEP_BOTH", "COUNTED", "12600.00", id="two jobs after all"),
    ],
)
async def test_a08_a_second_wage_counts_only_when_a_person_says_so(
    county: County, decision: str, status: str, per_head: str
) -> None:
    household = await county.register()
    await county.write_canonical_ledger(household)
    head = (await county.members_of(household))[0]

    recorded = (await county.ask(SPECIALIST, RECORD, {"input": second_wage(household, head, decision)}))["recordIncome"]
    assert isinstance(recorded, dict)
    assert recorded["status"] == "POSSIBLE_DUPLICATE_INCOME"
    assert recorded["possibleDuplicateOf"] is not None
    assert await county.ask(SPECIALIST, RUN_RATE, {"id": str(household.id)}) == {
        "household": {
            "statement": {
                "perCapitaNet": {"amount": "8100.00"},
                "excludedEntries": [{"entryId": recorded["id"], "reason": "POSSIBLE_DUPLICATE_INCOME"}],
            }
        }
    }

    resolving = {
        "entryId": recorded["id"],
        "decision": decision,
        "reason": "asked the family",
        "expectedVersion": 1,
    }
    resolved = await county.ask(REVIEWER, RESOLVE, {"input": resolving})

    assert resolved["resolveDuplicateIncome"] == {
        "__typename": "LedgerEntry",
        "id": recorded["id"],
        "version": 2,
        "status": status,
        "reason": "asked the family",
    }
    assert await county.ask(SPECIALIST, RUN_RATE, {"id": str(household.id)}) == {
        "household": {"statement": {"perCapitaNet": {"amount": per_head}, "excludedEntries": []}}
    }
    again = await county.ask(REVIEWER, RESOLVE, {"input": resolving})
    assert again["resolveDuplicateIncome"] == {
        "__typename": "Refused",
        "code": "VERSION_CONFLICT",
        "field": "expectedVersion",
    }


async def test_the_same_key_records_once_and_another_request_under_it_is_refused(county: County) -> None:
    household = await county.register()
    head = (await county.members_of(household))[0]
    first = second_wage(household, head, "once")

    one = await county.ask(SPECIALIST, RECORD, {"input": first})
    two = await county.ask(SPECIALIST, RECORD, {"input": first})
    other = await county.ask(
        SPECIALIST,
        RECORD,
        {"input": {**first, "income": {**first["income"], "periodTo": "2020-11-30"}}},  # type: ignore[dict-item]  # JSON of a request
    )

    assert one == two
    assert other["recordIncome"] == {
        "__typename": "Refused",
        "code": "IDEMPOTENCY_KEY_REUSED",
        "field": "idempotencyKey",
    }
    assert await county.ask(
        SPECIALIST, "query ($id: ID!) { household(id: $id) { ledger { totalCount } } }", {"id": str(household.id)}
    ) == {"household": {"ledger": {"totalCount": 1}}}


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        pytest.param({"amount": {"amount": "0"}}, "AMOUNT_NOT_POSITIVE", "amount", id="nothing"),
        pytest.param({"amount": {"amount": "0.005"}}, "AMOUNT_NOT_WHOLE_CENTS", "amount", id="half a cent"),
        pytest.param({"amount": {"amount": "1", "currency": "USD"}}, "CURRENCY_MISMATCH", "amount", id="dollars"),
        pytest.param({"kind": "CROPS"}, "KIND_NOT_OF_GROUP", "kind", id="wrong kind"),
        pytest.param({"periodFrom": "2020-04-15"}, "PERIOD_NOT_WHOLE_MONTHS", "periodFrom", id="mid-month"),
        pytest.param({"memberId": str(uuid(77))}, "UNKNOWN_MEMBER", "memberId", id="nobody"),
        pytest.param({"memberId": "77"}, "INVALID_INPUT", "memberId", id="no id"),
        pytest.param(
            {"rhythm": "ONCE", "periodFrom": "2020-09-19", "periodTo": "2020-09-19"},
            "RECEIPT_IN_FUTURE",
            "periodTo",
            id="tomorrow",
        ),
    ],
)
async def test_what_is_refused_leaves_nothing(
    county: County, changes: dict[str, object], code: str, field: str
) -> None:
    household = await county.register()
    asked = second_wage(household, (await county.members_of(household))[0], f"bad-{code}-{field}")
    asked["income"] = {**asked["income"], **changes}  # type: ignore[dict-item]  # JSON of a request

    answer = await county.ask(SPECIALIST, RECORD, {"input": asked})

    assert answer["recordIncome"] == {"__typename": "Refused", "code": code, "field": field}
    async with county.begin() as uow:
        assert await uow.ledger.of_households([household.id]) == {}


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        pytest.param(STRANGER, "UNKNOWN_HOUSEHOLD", id="of another county"),
        pytest.param(SUPERVISOR, "FORBIDDEN", id="who only supervises"),
        pytest.param(EMPLOYMENT_STAFF, "FORBIDDEN", id="of the employment office"),
    ],
)
async def test_who_may_not_write_a_ledger_writes_nothing(county: County, actor: object, code: str) -> None:
    household = await county.register()
    asked = second_wage(household, (await county.members_of(household))[0], f"not-{code}")

    answer = await county.ask(actor, RECORD, {"input": asked})  # type: ignore[arg-type]  # JSON of a request

    assert answer["recordIncome"]["code"] == code
    async with county.begin() as uow:
        assert await uow.ledger.of_households([household.id]) == {}


async def test_a_correction_keeps_what_was_said_before(county: County) -> None:
    household = await county.register()
    head = (await county.members_of(household))[0]
    asked = second_wage(household, head, "to-correct")
    entry = (await county.ask(SPECIALIST, RECORD, {"input": asked}))["recordIncome"]
    assert isinstance(entry, dict)
    correct = """mutation ($input: CorrectIncomeInput!) { correctIncome(input: $input) {
        ... on LedgerEntry { version amount { amount } } ... on Refused { code } } }"""
    change = {
        "entryId": entry["id"],
        "income": {**asked["income"], "amount": {"amount": "1600"}},  # type: ignore[dict-item]  # JSON of a request
        "reason": "seen on the pay slip",
        "expectedVersion": 1,
    }

    assert await county.ask(SPECIALIST, correct, {"input": change}) == {
        "correctIncome": {"version": 2, "amount": {"amount": "1600.00"}}
    }
    assert await county.ask(SPECIALIST, correct, {"input": change}) == {"correctIncome": {"code": "VERSION_CONFLICT"}}
    async with county.begin() as uow:
        versions = await uow.ledger.versions(UUID(str(entry["id"])))
    assert [(version.version, version.fact.amount_cents) for version in versions] == [(1, 1500_00), (2, 1600_00)]


async def test_the_ledger_is_paged_newest_first_in_one_query_for_all_households(county: County) -> None:
    for _ in range(2):
        await county.write_canonical_ledger(await county.register(area_path="99/01/01/001/202/"))
    document = """{ households(area: "99/01/01/001/202/") { edges { node {
        ledger(first: 3) { pageInfo { hasNextPage endCursor } edges { node { kind } } } } } } }"""

    with county.statements() as sent:
        data = await county.ask(REVIEWER, document)

    pages = [edge["node"]["ledger"] for edge in data["households"]["edges"]]
    for page in pages:
        assert [edge["node"]["kind"] for edge in page["edges"]] == ["LAND_RENT", "SUBSISTENCE_ALLOWANCE", "CROPS"]
        assert page["pageInfo"]["hasNextPage"] is True
    # The page of households, who may be seen, the entries.
    assert len(sent) == 3
    rest = await county.ask(
        REVIEWER,
        """query ($after: String!) { households(area: "99/01/01/001/202/", first: 1) { edges { node {
        ledger(after: $after) { pageInfo { hasNextPage } edges { node { kind } } } } } } }""",
        {"after": pages[0]["pageInfo"]["endCursor"]},
    )
    assert rest["households"]["edges"][0]["node"]["ledger"] == {
        "pageInfo": {"hasNextPage": False},
        "edges": [{"node": {"kind": "PUBLIC_WELFARE_POST"}}],
    }


async def test_every_change_of_the_ledger_is_told_without_a_name(county: County) -> None:
    household = await county.register()
    await county.write_canonical_ledger(household)

    told = await county.events(household.id)

    assert [type(event).__name__ for event in told] == ["HouseholdChanged", *["IncomeStatementChanged"] * 5]
    newest = told[-1]
    assert isinstance(newest, events_pb2.IncomeStatementChanged)
    assert (newest.statement.as_of, newest.statement.member_count) == ("2020-09-18", 4)
    assert {total.basis: total.net_cents for total in newest.statement.bases} == {
        events_pb2.INCOME_BASIS_RECEIVED_12M: 21_900_00,
        events_pb2.INCOME_BASIS_CALENDAR_YEAR_PROJECTED: 27_900_00,
        events_pb2.INCOME_BASIS_RUN_RATE_12M: 32_400_00,
    }


async def test_of_two_who_change_one_entry_the_second_is_told(county: County) -> None:
    household = await county.register()
    async with county.begin() as uow:
        entry = await record_income(
            uow, SYSTEM_ACTOR, household_id=household.id, fact=replace(POST_WAGE, member_id=None)
        )
    async with county.begin() as uow:
        await uow.ledger.supersede(entry.next(at=county.clock.now(), by="one", reason="first"))
    with pytest.raises(Conflict):
        async with county.begin() as uow:
            await uow.ledger.supersede(entry.next(at=county.clock.now(), by="two", reason="second"))


async def test_a_household_may_not_decide_over_its_own_duplicate(county: County) -> None:
    household = await county.register()
    with pytest.raises(Forbidden):
        async with county.begin(EMPLOYMENT_STAFF) as uow:
            await record_rigid_expense(
                uow,
                EMPLOYMENT_STAFF,
                household_id=household.id,
                kind=ExpenseKind.SCHOOLING,
                amount_cents=1,
                spent_on=date(2020, 9, 1),
            )
