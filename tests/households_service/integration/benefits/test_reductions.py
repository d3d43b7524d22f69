"""A cut of aid waits for the guard's word; until then what is paid stays as it is (A33, the households' side)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from chassis.clock import FixedClock
from chassis.identity import SYSTEM_ACTOR, Actor, Role
from chassis.subscription import ReceivedEvent
from chassis.timers import Timers
from contracts.common.v1.envelope_pb2 import Envelope
from contracts.employment.v1 import events_pb2 as employment
from contracts.households.v1.events_pb2 import BenefitReductionProposed
from households_service.benefits.service import KINDS
from households_service.ledger.domain import IncomeFact, LedgerEntry
from households_service.ledger.kinds import Evidence, IncomeGroup, IncomeKind, PayerType, Rhythm
from households_service.ledger.service import record_income
from households_service.main import SUBSCRIPTIONS
from households_service.registry.domain import Household
from tests.households_service.county import ADMIN, REVIEWER, SPECIALIST, SUPPORT_OFFICER, County
from tests.households_service.factories import VILLAGE

Json = Mapping[str, Any]
VERDICT = employment.BenefitReductionVerdict
PASSED = employment.BENEFIT_REDUCTION_VERDICT_PASSED
REVIEW = employment.BENEFIT_REDUCTION_VERDICT_UNDER_REVIEW
KEPT = employment.BENEFIT_REDUCTION_VERDICT_KEPT_BACK
PROPOSE = """mutation($input: ProposeBenefitReductionInput!) { result: proposeBenefitReduction(input: $input) {
  ... on BenefitReduction { id state version effectiveFrom current { amount } monthly { amount } }
  ... on Refused { code field } } }"""
WITHDRAW = """mutation($input: WithdrawBenefitReductionInput!) { result: withdrawBenefitReduction(input: $input) {
  ... on BenefitReduction { state } ... on Refused { code } } }"""
CORRECT = """mutation($input: CorrectIncomeInput!) { result: correctIncome(input: $input) {
  ... on LedgerEntry { version } ... on Refused { code } } }"""
SEEN = """query($id: ID!) { household(id: $id) {
  benefitReductions { id state effectiveFrom monthly { amount } }
  statement(basis: RUN_RATE_12M) { transfer { amount } } } }"""


@pytest.fixture
def clock(county: County) -> FixedClock:
    county.clock.at = datetime(2020, 9, 1, 1, 0, tzinfo=UTC)
    return county.clock


def go_to(clock: FixedClock, day: date) -> None:
    clock.at = datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


async def dibao(county: County, *, cents: int = 50_000) -> tuple[Household, LedgerEntry]:
    """A household that is paid 500 a month since 2019."""
    household = await county.register()
    fact = IncomeFact(
        group=IncomeGroup.TRANSFER,
        kind=IncomeKind.SUBSISTENCE_ALLOWANCE,
        rhythm=Rhythm.MONTHLY,
        amount_cents=cents,
        period_from=date(2019, 1, 1),
        period_to=None,
        member_id=None,
        payer_type=PayerType.GOVERNMENT,
        evidence=Evidence.DOCUMENT,
        confirmed_by_household=True,
        verified_stable=True,
    )
    async with county.begin() as uow:
        return household, await record_income(uow, SYSTEM_ACTOR, household_id=household.id, fact=fact)


def asked(entry: LedgerEntry, **changes: object) -> dict[str, object]:
    return {
        "entryId": str(entry.id),
        "monthly": {"amount": "200.00"},
        "effectiveFrom": "2020-10-01",
        "reason": "Income of the household rose",
        "expectedVersion": 1,
        "idempotencyKey": str(uuid4()),
    } | changes


async def propose(county: County, actor: Actor, entry: LedgerEntry, **changes: object) -> Json:
    answer = (await county.ask(actor, PROPOSE, {"input": asked(entry, **changes)}))["result"]
    assert isinstance(answer, dict)
    return answer


async def word(county: County, reduction_id: str, verdict: employment.BenefitReductionVerdict.ValueType) -> None:
    """The guard's word arrives as an event."""
    (handler,) = [
        handle
        for subscription in SUBSCRIPTIONS
        for kind, handle in subscription.handlers.items()
        if kind is employment.BenefitReductionGuarded
    ]
    message = employment.BenefitReductionGuarded(proposal_id=reduction_id, verdict=verdict)
    async with county.begin() as uow:
        await handler(uow, ReceivedEvent(envelope=Envelope(area_path=VILLAGE), message=message))


async def fire(county: County) -> None:
    timers = Timers(begin=county.begin, kinds=KINDS)
    while await timers.fire_one():
        pass


async def seen(county: County, household: Household) -> tuple[list[tuple[str, str]], str]:
    """(state, day) of each reduction, and the run rate of transfers a year."""
    data = (await county.ask(REVIEWER, SEEN, {"id": str(household.id)}))["household"]
    states = [(one["state"], one["effectiveFrom"]) for one in data["benefitReductions"]]
    return states, data["statement"]["transfer"]["amount"]


async def test_a33_what_is_paid_stays_until_the_guard_spoke_and_under_review_says_no_more(
    county: County, clock: FixedClock
) -> None:
    household, entry = await dibao(county)

    made = await propose(county, REVIEWER, entry)

    assert made["state"] == "ENTERED"
    (told,) = [one for one in await county.events(household.id) if isinstance(one, BenefitReductionProposed)]
    assert (told.proposal_id, told.current_cents, told.proposed_cents) == (made["id"], 50_000, 20_000)
    go_to(clock, date(2020, 10, 15))
    await fire(county)
    # Nobody answered, e.g. because the other service is away: nothing is cut.
    assert await seen(county, household) == ([("ENTERED", "2020-10-01")], "6000.00")

    await word(county, made["id"], REVIEW)
    await fire(county)
    assert await seen(county, household) == ([("UNDER_REVIEW", "2020-10-01")], "6000.00")

    await word(county, made["id"], KEPT)
    go_to(clock, date(2021, 3, 1))
    await fire(county)
    assert await seen(county, household) == ([("KEPT_BACK", "2020-10-01")], "6000.00")


async def test_a_cut_that_passed_begins_on_its_day_and_not_before(county: County, clock: FixedClock) -> None:
    household, entry = await dibao(county)
    made = await propose(county, REVIEWER, entry)
    await word(county, made["id"], PASSED)
    go_to(clock, date(2020, 9, 30))
    await fire(county)
    assert await seen(county, household) == ([("PASSED", "2020-10-01")], "6000.00")

    go_to(clock, date(2020, 10, 1))
    await fire(county)

    assert await seen(county, household) == ([("IN_EFFECT", "2020-10-01")], "2400.00")
    async with county.begin() as uow:
        entries = (await uow.ledger.of_households([household.id]))[household.id]
    assert sorted((one.fact.amount_cents, one.fact.period_from, one.fact.period_to) for one in entries) == [
        (20_000, date(2020, 10, 1), None),
        (50_000, date(2019, 1, 1), date(2020, 9, 30)),
    ]


async def test_a_cut_let_through_after_its_day_begins_with_the_next_month_and_never_reaches_back(
    county: County, clock: FixedClock
) -> None:
    household, entry = await dibao(county)
    made = await propose(county, ADMIN, entry, monthly={"amount": "0"})
    await word(county, made["id"], REVIEW)
    go_to(clock, date(2020, 10, 16))
    await word(county, made["id"], PASSED)
    await fire(county)
    assert await seen(county, household) == ([("PASSED", "2020-11-01")], "6000.00")

    go_to(clock, date(2020, 11, 1))
    await fire(county)
    await fire(county)

    assert await seen(county, household) == ([("IN_EFFECT", "2020-11-01")], "0.00")


async def test_a_cut_is_withdrawn_at_any_time_before_and_then_stays_so(county: County, clock: FixedClock) -> None:
    household, entry = await dibao(county)
    made = await propose(county, REVIEWER, entry)
    assert (await propose(county, REVIEWER, entry))["code"] == "REDUCTION_WAITING"
    given = {"reductionId": made["id"], "expectedVersion": 1}
    assert await county.ask(REVIEWER, WITHDRAW, {"input": given}) == {"result": {"state": "WITHDRAWN"}}

    await word(county, made["id"], PASSED)
    go_to(clock, date(2020, 12, 1))
    await fire(county)

    assert await seen(county, household) == ([("WITHDRAWN", "2020-10-01")], "6000.00")


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"monthly": {"amount": "500.00"}}, "NO_REDUCTION", "monthlyAmount"),
        ({"monthly": {"amount": "-1"}}, "NO_REDUCTION", "monthlyAmount"),
        ({"effectiveFrom": "2020-09-01"}, "REDUCTION_NOT_AHEAD", "effectiveFrom"),
        ({"effectiveFrom": "2020-10-02"}, "REDUCTION_NOT_AHEAD", "effectiveFrom"),
        ({"reason": "no"}, "INVALID_INPUT", "reason"),
        ({"expectedVersion": 2}, "VERSION_CONFLICT", "expectedVersion"),
    ],
)
async def test_a_cut_that_makes_no_sense_is_refused_and_told_to_nobody(
    county: County, clock: FixedClock, changes: dict[str, object], code: str, field: str
) -> None:
    household, entry = await dibao(county)

    refused = await propose(county, REVIEWER, entry, **changes)

    assert (refused["code"], refused["field"]) == (code, field)
    assert not [one for one in await county.events(household.id) if isinstance(one, BenefitReductionProposed)]


@pytest.mark.parametrize("actor", [SPECIALIST, SUPPORT_OFFICER], ids=["specialist", "support officer"])
async def test_whoever_visits_a_family_does_not_hold_its_aid(county: County, clock: FixedClock, actor: Actor) -> None:
    _, entry = await dibao(county)

    assert (await propose(county, actor, entry))["code"] == "FORBIDDEN"


async def test_no_correction_of_the_ledger_cuts_aid_by_the_back_door(county: County, clock: FixedClock) -> None:
    _, entry = await dibao(county)
    income = {
        "group": "TRANSFER",
        "kind": "SUBSISTENCE_ALLOWANCE",
        "rhythm": "MONTHLY",
        "amount": {"amount": "500"},
        "periodFrom": "2019-01-01",
        "payerType": "GOVERNMENT",
    }
    for change in (
        {"amount": {"amount": "200"}},
        {"periodTo": "2020-09-30"},
        {"payerType": "FAMILY"},
        {"rhythm": "ONCE", "periodTo": "2020-08-31"},
        {"periodFrom": "2020-12-01"},
        {"group": "WAGE", "kind": "LOCAL_JOB"},
    ):
        given = {"entryId": str(entry.id), "income": income | change, "reason": "typed wrong", "expectedVersion": 1}
        for actor in (REVIEWER, SPECIALIST, ADMIN):
            assert await county.ask(actor, CORRECT, {"input": given}) == {"result": {"code": "REDUCTION_NEEDS_REVIEW"}}

    more = {"entryId": str(entry.id), "income": income | {"amount": {"amount": "520"}}, "expectedVersion": 1}
    assert await county.ask(REVIEWER, CORRECT, {"input": more | {"reason": "raised"}}) == {"result": {"version": 2}}


async def test_a_slip_of_ones_own_is_put_right_within_the_day(county: County, clock: FixedClock) -> None:
    household = await county.register()
    record = """mutation($input: RecordIncomeInput!) { result: recordIncome(input: $input) {
        ... on LedgerEntry { id } ... on Refused { code } } }"""
    income: dict[str, object] = {
        "group": "TRANSFER", "kind": "SUBSISTENCE_ALLOWANCE", "rhythm": "MONTHLY", "amount": {"amount": "5000"},
        "periodFrom": "2020-09-01", "payerType": "GOVERNMENT",
    }  # fmt: skip
    given = {"householdId": str(household.id), "income": income, "idempotencyKey": str(uuid4())}
    made = (await county.ask(SPECIALIST, record, {"input": given}))["result"]
    right = {
        "entryId": made["id"],
        "income": income | {"amount": {"amount": "500"}},
        "reason": "one nought too many",
        "expectedVersion": 1,
    }
    assert await county.ask(REVIEWER, CORRECT, {"input": right}) == {"result": {"code": "REDUCTION_NEEDS_REVIEW"}}

    assert await county.ask(SPECIALIST, CORRECT, {"input": right}) == {"result": {"version": 2}}


async def test_the_household_sees_its_own_cuts_and_what_it_is_told(county: County, clock: FixedClock) -> None:
    household, entry = await dibao(county)
    made = await propose(county, REVIEWER, entry)
    await word(county, made["id"], REVIEW)
    member: UUID = (await county.members_of(household))[0]
    head = Actor(subject="head-1", roles=frozenset({Role.HOUSEHOLD}), member_id=member)
    document = "query($id: ID!) { household(id: $id) { benefitReductions { state reason current { amount } } } }"

    data = await county.ask(head, document, {"id": str(household.id)})

    assert data["household"]["benefitReductions"] == [
        {"state": "UNDER_REVIEW", "reason": "Income of the household rose", "current": {"amount": "500.00"}}
    ]
