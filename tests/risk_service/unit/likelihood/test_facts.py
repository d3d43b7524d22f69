from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from risk_service.copies.domain import BasisCopy, HouseholdCopy, LabourCapacity, MemberCopy
from risk_service.likelihood.declared import declared
from risk_service.likelihood.facts import Cost, Sources, Warned, household_values
from risk_service.policy.domain import IncomeBasis, RiskFactor
from tests.risk_service.factories import HOUSEHOLD, VILLAGE

TODAY = date(2020, 9, 18)
LINE = Decimal("5000.00")


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


def told(sources: Sources, *, day: date = TODAY) -> dict[str, float]:
    values = household_values(sources, line=LINE, day=day)
    assert values is not None
    return dict(zip(declared().names, values, strict=True))


ALONE = Sources(household=household(member(1, None)), received=None)


def test_ages_are_counted_on_the_day_and_unknown_ones_in_neither_group() -> None:
    found = told(
        Sources(
            household=household(
                member(1, date(2004, 9, 18), in_school=True),
                member(2, date(2004, 9, 19)),
                member(3, date(1955, 9, 18)),
                member(4, None, disabled=True),
                member(5, date(2015, 1, 1), counted=False),
            ),
            received=None,
        )
    )
    shares = [found[f"{name}_share"] for name in ("children", "elders", "students", "disabled")]
    assert shares == [0.25, 0.25, 0.25, 0.25]
    assert (found["ln_members"], found["registered_before"], found["unsafe_water"]) == (math.log(4), 1.0, 1.0)
    assert math.isnan(found["log_income"])


def test_income_is_what_came_in_less_unavoidable_expenses_per_head_against_the_line() -> None:
    found = told(replace(ALONE, received=received(2_190_000, 1_031_818)))
    assert found["log_income"] == math.log(2895.455 / 5000)
    assert (found["wage_share"], found["transfer_share"]) == (1.0, 0.0)


def test_an_empty_ledger_is_unknown_and_not_penniless() -> None:
    assert math.isnan(told(replace(ALONE, received=received(0, 500)))["log_income"])


def test_an_income_far_below_the_line_counts_as_a_twentieth_of_it() -> None:
    assert told(replace(ALONE, received=received(100, 9_000_000)))["log_income"] == math.log(0.05)


def test_a_household_of_nobody_who_counts_has_no_values() -> None:
    nobody = Sources(household=household(member(1, None, counted=False)), received=None)
    assert household_values(nobody, line=LINE, day=TODAY) is None


def cost(record: str, amount: str, *, version: int = 1, on: date = TODAY, known: date = TODAY) -> Cost:
    return Cost(
        record=record,
        version=version,
        factor=RiskFactor.ILLNESS,
        occurred_on=on,
        known_on=known,
        amount=Decimal(amount),
    )


def test_a_cost_counts_only_from_the_day_it_was_known_and_in_its_newest_known_version() -> None:
    late = TODAY + timedelta(days=20)
    costs = (
        cost("a", "2000.00", known=TODAY),
        cost("a", "500.00", version=2, known=late),
        cost("b", "1000.00", known=late),
    )
    known = replace(ALONE, costs=costs)
    assert told(known)["illness_costs"] == 2000 / 5000
    assert told(known, day=late - timedelta(days=1))["illness_costs"] == 2000 / 5000
    assert told(known, day=late)["illness_costs"] == 1500 / 5000


def test_a_cost_leaves_after_a_year_and_a_withdrawal_takes_it_off() -> None:
    old = cost("a", "2000.00", on=TODAY - timedelta(days=365))
    assert told(replace(ALONE, costs=(old,)))["illness_costs"] == 0.0
    assert told(replace(ALONE, costs=(old,)), day=TODAY - timedelta(days=1)).get("illness_costs") == 0.0
    taken = (cost("a", "2000.00"), cost("b", "-2500.00"))
    assert told(replace(ALONE, costs=taken))["illness_costs"] == 0.0


def test_a_warning_counts_while_it_is_open() -> None:
    warned = Warned(factor=RiskFactor.INCOME_DROP, begins=TODAY, ends=TODAY + timedelta(days=10))
    known = replace(ALONE, warned=(warned,))
    assert [told(known, day=TODAY + timedelta(days=days))["income_shock"] for days in (0, 9, 10)] == [1.0, 1.0, 0.0]


def test_a_warned_of_house_or_certificate_counts_though_the_register_does_not_know_it() -> None:
    warned = tuple(
        Warned(factor=factor, begins=TODAY, ends=None) for factor in (RiskFactor.HOUSING_SAFETY, RiskFactor.DISABILITY)
    )
    found = told(replace(ALONE, warned=warned))
    assert (found["unsafe_housing"], found["disabled_share"]) == (1.0, 1.0)
    two = replace(
        ALONE, household=household(member(1, None, disabled=True), member(2, None, disabled=True)), warned=warned
    )
    assert told(two)["disabled_share"] == 1.0
    assert told(replace(two, household=household(member(1, None), member(2, None))))["disabled_share"] == 0.5


def test_who_left_monitoring_lately_and_what_support_came_is_known() -> None:
    known = replace(ALONE, resolved_on=(TODAY - timedelta(days=729),), measures_on=(TODAY, TODAY - timedelta(days=364)))
    assert (told(known)["resolved_recently"], told(known)["support_measures"]) == (1.0, 2.0)
    assert told(known, day=TODAY + timedelta(days=1))["resolved_recently"] == 0.0
