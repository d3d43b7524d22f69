"""A cut that a department's feed brings waits for the guard's word like one that somebody enters (A33)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from chassis.clock import FixedClock
from contracts.households.v1.events_pb2 import BenefitReductionProposed, DepartmentRecordLinked
from households_service.feeds.departments import Department
from households_service.feeds.links.service import find_link_by_number, undo_link
from households_service.ledger.domain import LedgerEntry
from households_service.registry.domain import Household
from tests.households_service.county import REVIEWER, County
from tests.households_service.departments import FIRST, fresh, mother, record, send
from tests.households_service.integration.benefits.test_reductions import (
    KEPT,
    PASSED,
    REVIEW,
    clock,  # noqa: F401 - the fixture
    fire,
    go_to,
    seen,
    word,
)

Json = Mapping[str, Any]
EVENT, VALUES = FIRST[Department.CIVIL_AFFAIRS]


class Paid:
    """A household whose 500 a month the civil affairs bureau told of in August 2020."""

    def __init__(self, county: County, household: Household, person: dict[str, object], record_id: str) -> None:
        self.county, self.household, self.person, self.record_id = county, household, person, record_id

    async def tell(self, **changes: object) -> None:
        told = record(EVENT, self.person, self.record_id, **VALUES | {"eventDate": "2020-08-01"} | changes)
        await send(self.county, Department.CIVIL_AFFAIRS, told)

    async def proposals(self) -> list[BenefitReductionProposed]:
        events = await self.county.events(self.household.id)
        return [one for one in events if isinstance(one, BenefitReductionProposed)]

    async def entries(self) -> list[tuple[int, date, date | None, str]]:
        found = await self._ledger()
        return sorted(
            (one.fact.amount_cents, one.fact.period_from, one.fact.period_to, str(one.status)) for one in found
        )

    async def _ledger(self) -> list[LedgerEntry]:
        async with self.county.begin() as uow:
            return list((await uow.ledger.of_households([self.household.id]))[self.household.id])


@pytest.fixture
async def paid(county: County, clock: FixedClock) -> Paid:  # noqa: F811 - the fixture
    go_to(clock, date(2020, 8, 3))
    household = await county.register()
    _, person = await mother(county, household)
    found = Paid(county, household, person, fresh("R"))
    await found.tell()
    go_to(clock, date(2020, 9, 18))
    return found


AS_IT_WAS = [(50_000, date(2020, 1, 1), None, "COUNTED")]


@pytest.mark.parametrize(
    ("changes", "proposed", "begins"),
    [
        ({"monthlyAmount": "200"}, 20_000, "2020-10-01"),
        ({"to": "2020-08"}, 0, "2020-10-01"),
        ({"to": "2020-12"}, 0, "2021-01-01"),
        ({"monthlyAmount": "200", "from": "2020-12"}, 20_000, "2020-12-01"),
        ({"from": "2021-06"}, 0, "2020-10-01"),
    ],
    ids=["less", "ended", "will end", "less from later on", "only from later on"],
)
async def test_a33_a_record_that_lowers_or_ends_aid_changes_nothing_before_the_guard_spoke(
    paid: Paid, changes: dict[str, object], proposed: int, begins: str
) -> None:
    await paid.tell(**changes)

    assert await paid.entries() == AS_IT_WAS
    (told,) = await paid.proposals()
    assert (told.current_cents, told.proposed_cents, told.effective_from) == (50_000, proposed, begins)
    assert await seen(paid.county, paid.household) == ([("ENTERED", begins)], "6000.00")
    # The record itself is told on, so that somebody looks at how the family is.
    linked = [one for one in await paid.county.events(paid.household.id) if isinstance(one, DepartmentRecordLinked)]
    assert len(linked) == 2
    await word(paid.county, told.proposal_id, REVIEW)
    await fire(paid.county)
    assert await seen(paid.county, paid.household) == ([("UNDER_REVIEW", begins)], "6000.00")


async def test_a_kept_back_cut_never_comes_and_one_that_passed_comes_with_the_next_month(
    paid: Paid,
    clock: FixedClock,  # noqa: F811 - the fixture
) -> None:
    await paid.tell(monthlyAmount="200")
    (first,) = await paid.proposals()
    await word(paid.county, first.proposal_id, KEPT)
    go_to(clock, date(2020, 10, 2))
    await fire(paid.county)
    assert await paid.entries() == AS_IT_WAS

    await paid.tell(monthlyAmount="350", to="2020-12")
    _, second = await paid.proposals()
    await word(paid.county, second.proposal_id, PASSED)
    go_to(clock, date(2020, 11, 1))
    await fire(paid.county)
    assert await paid.entries() == [
        (35_000, date(2020, 11, 1), date(2020, 12, 31), "COUNTED"),
        (50_000, date(2020, 1, 1), date(2020, 10, 31), "COUNTED"),
    ]

    # The record goes on where it was cut: what the department says next lands there and counts once.
    await paid.tell(monthlyAmount="600")
    assert await paid.entries() == [
        (50_000, date(2020, 1, 1), date(2020, 10, 31), "COUNTED"),
        (60_000, date(2020, 11, 1), None, "COUNTED"),
    ]


async def test_the_same_word_again_begins_nothing_anew_and_a_raise_takes_the_cut_back(paid: Paid) -> None:
    await paid.tell(monthlyAmount="200")
    await paid.tell(monthlyAmount="200", changeReasonCode="C3")
    assert [one.proposed_cents for one in await paid.proposals()] == [20_000]
    await paid.tell(monthlyAmount="100")
    assert [one.proposed_cents for one in await paid.proposals()] == [20_000, 10_000]
    states, _ = await seen(paid.county, paid.household)
    assert [state for state, _ in states] == ["ENTERED", "WITHDRAWN"]

    await paid.tell(monthlyAmount="520")

    assert await paid.entries() == [(52_000, date(2020, 1, 1), None, "COUNTED")]
    states, _ = await seen(paid.county, paid.household)
    assert [state for state, _ in states] == ["WITHDRAWN", "WITHDRAWN"]


async def test_a_record_that_is_taken_back_after_weeks_waits_too_and_then_was_never_paid(
    paid: Paid,
    clock: FixedClock,  # noqa: F811 - the fixture
) -> None:
    taken_back = record("WITHDRAWAL", None, fresh("R"), corrects=paid.record_id)
    await send(paid.county, Department.CIVIL_AFFAIRS, taken_back)
    assert await paid.entries() == AS_IT_WAS
    (told,) = await paid.proposals()
    await word(paid.county, told.proposal_id, PASSED)
    go_to(clock, date(2020, 10, 1))
    await fire(paid.county)

    assert await paid.entries() == [(50_000, date(2020, 1, 1), None, "DROPPED")]


async def test_aid_that_leaves_with_an_undone_link_is_told_to_the_guard(paid: Paid) -> None:
    async with paid.county.begin(REVIEWER) as uow:
        link = await find_link_by_number(uow, REVIEWER, department=Department.CIVIL_AFFAIRS, record_id=paid.record_id)
        await undo_link(uow, REVIEWER, row_id=link.record.id, reason="Another person of the same name")

    assert await paid.entries() == [(50_000, date(2020, 1, 1), None, "DROPPED")]
    (told,) = await paid.proposals()
    assert (told.current_cents, told.proposed_cents, told.benefit) == (50_000, 0, "SUBSISTENCE_ALLOWANCE")
    await word(paid.county, told.proposal_id, REVIEW)
    assert (await seen(paid.county, paid.household))[0] == [("IN_EFFECT", "2020-09-01")]


async def test_of_two_rows_for_one_aid_the_lesser_is_not_chosen_by_hand(paid: Paid) -> None:
    """Otherwise a second, lesser row and a choice between the two would be a cut without a review."""
    written = """mutation($input: RecordIncomeInput!) { result: recordIncome(input: $input) {
        ... on LedgerEntry { id version status } ... on Refused { code } } }"""
    income: dict[str, object] = {
        "group": "TRANSFER", "kind": "SUBSISTENCE_ALLOWANCE", "rhythm": "MONTHLY", "amount": {"amount": "200"},
        "periodFrom": "2020-01-01", "payerType": "GOVERNMENT",
    }  # fmt: skip
    given = {"householdId": str(paid.household.id), "income": income, "idempotencyKey": fresh("K")}
    made = (await paid.county.ask(REVIEWER, written, {"input": given}))["result"]
    assert made["status"] == "POSSIBLE_DUPLICATE_INCOME"
    choose = """mutation($input: ResolveDuplicateIncomeInput!) { result: resolveDuplicateIncome(input: $input) {
        ... on LedgerEntry { status } ... on Refused { code field } } }"""
    choice = {"entryId": made["id"], "decision": "DROP_OTHER", "reason": "asked", "expectedVersion": 1}

    refused = (await paid.county.ask(REVIEWER, choose, {"input": choice}))["result"]

    assert refused == {"code": "REDUCTION_NEEDS_REVIEW", "field": "decision"}
    assert (50_000, date(2020, 1, 1), None, "COUNTED") in await paid.entries()
