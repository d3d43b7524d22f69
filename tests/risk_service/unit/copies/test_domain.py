from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from risk_service.copies.domain import BasisCopy, HouseholdCopy, LabourCapacity, MemberCopy, facts_of
from risk_service.policy.domain import IncomeBasis
from tests.risk_service.factories import HOUSEHOLD, VILLAGE

TODAY = date(2020, 9, 18)


def member(number: int, born: date | None, **changes: bool | int) -> MemberCopy:
    blank = MemberCopy(
        id=UUID(int=number),
        date_of_birth=born,
        head=number == 1,
        labour_capacity=LabourCapacity.NONE,
        in_school=False,
        disabled=False,
        counted=True,
        care_duties=0,
    )
    return replace(blank, **changes)  # type: ignore[arg-type]  # facts by name


def household(*members: MemberCopy) -> HouseholdCopy:
    return HouseholdCopy(
        id=HOUSEHOLD,
        code="H1",
        area_path=VILLAGE,
        registration_history="GRADUATED",
        monitoring_category="NONE",
        safe_housing=True,
        safe_water=False,
        members=members,
        support_officer_ids=(),
    )


def received(net: int, expenses: int = 0) -> BasisCopy:
    return BasisCopy(
        basis=IncomeBasis.RECEIVED_12M,
        as_of=TODAY,
        member_count=4,
        currency="CNY",
        wage=net,
        production=0,
        property_income=0,
        transfer=0,
        production_costs=0,
        net=net,
        rigid_expenses=expenses,
    )


def test_ages_are_counted_on_the_day_and_unknown_ones_in_neither_group() -> None:
    facts = facts_of(
        household(
            member(1, date(2004, 9, 18), in_school=True),
            member(2, date(2004, 9, 19)),
            member(3, date(1955, 9, 18)),
            member(4, None, disabled=True),
            member(5, date(2015, 1, 1), counted=False),
        ),
        None,
        today=TODAY,
    )
    assert facts is not None
    assert (facts.members, facts.children, facts.elders, facts.adult_students, facts.disabled) == (4, 1, 1, 1, 1)
    assert (facts.registered_before, facts.safe_water, facts.welfare_per_head) == (True, False, None)


def test_welfare_is_what_came_in_less_unavoidable_expenses_per_head() -> None:
    facts = facts_of(household(member(1, None)), received(2_190_000, 1_031_818), today=TODAY)
    assert facts is not None
    assert facts.welfare_per_head == 2895.455


def test_an_empty_ledger_is_unknown_and_not_penniless() -> None:
    facts = facts_of(household(member(1, None)), received(0, 500), today=TODAY)
    assert facts is not None
    assert facts.welfare_per_head is None


def test_a_household_of_nobody_who_counts_has_no_facts() -> None:
    assert facts_of(household(member(1, None, counted=False)), None, today=TODAY) is None
