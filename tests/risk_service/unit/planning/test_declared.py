"""From declarations to problems, what is left after declines, and how both are stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from time import process_time
from uuid import UUID

import pytest

from risk_service.planning.domain import Objective
from risk_service.planning.offers.domain import (
    AssistanceOffer,
    AssistanceOfferDeclined,
    AssistancePlanSuperseded,
    OfferAnswer,
    OfferState,
    answer,
    require_affordable,
    what_is_left,
    who_is_left,
)
from risk_service.planning.plans.declaration import (
    AssistancePlanInvalid,
    Declared,
    DeclaredMeasure,
    HouseholdFact,
    whole_cents,
)
from risk_service.planning.plans.domain import Candidate, Change, Way
from risk_service.planning.plans.solving import changed, content_hash, problem_of, solve, what_if
from risk_service.planning.plans.stored import declared_json, declared_of, found_json, found_of
from risk_service.policy.domain import MeasureType, RiskFactor

AT = datetime(2020, 9, 18, tzinfo=UTC)
TOWN, OTHER_TOWN = "99/01/01/001/201/", "99/01/01/002/201/"
RELIEF = DeclaredMeasure(
    code="RELIEF", type=MeasureType.TEMPORARY_RELIEF, label="Relief", unit_cost=300_000, capacity=None, effect=0.2
)
CHILDCARE = DeclaredMeasure(
    code="CARE",
    type=MeasureType.CHILDCARE,
    label="Childcare",
    unit_cost=100_000,
    capacity=1,
    effect=0.5,
    needs=(HouseholdFact.CHILDREN,),
    factors=(RiskFactor.ILLNESS, RiskFactor.DISABILITY),
)
DECLARED = Declared(area_path="99/01/01/", objective=Objective.PEOPLE, budget=900_000, measures=(RELIEF, CHILDCARE))


def home(number: int, likelihood: float | None = 0.5, **changes: object) -> Candidate:
    candidate = Candidate(
        household_id=UUID(int=number),
        area_path=TOWN,
        likelihood=likelihood,
        members=4,
        red=False,
        factors=frozenset(),
        facts=frozenset(),
        shortfall=None,
    )
    return replace(candidate, **changes)  # type: ignore[arg-type]  # each field its own type


def offered(number: int, measure: str = "RELIEF", state: OfferState = OfferState.OFFERED) -> AssistanceOffer:
    return AssistanceOffer(
        id=UUID(int=100 + number),
        plan_id=UUID(int=1),
        root_id=UUID(int=1),
        household_id=UUID(int=number),
        area_path=TOWN,
        measure=measure,
        type=MeasureType.TEMPORARY_RELIEF,
        label=measure,
        cost=300_000 if measure == "RELIEF" else 100_000,
        currency="CNY",
        offered_at=AT,
        answer_by=date(2020, 10, 18),
        state=state,
    )


def test_a_measure_fits_by_all_its_needs_any_of_its_factors_and_no_decline_in_this_plan() -> None:
    able = home(1, facts=frozenset({HouseholdFact.CHILDREN}), factors=frozenset({RiskFactor.ILLNESS}))
    candidates = [
        able,
        replace(able, facts=frozenset()),
        replace(able, factors=frozenset({RiskFactor.EDUCATION})),
        replace(able, declined=frozenset({"CARE"})),
    ]
    assert problem_of(DECLARED, candidates).eligible.tolist() == [
        [True, True], [True, False], [True, False], [True, False],
    ]  # fmt: skip


def test_who_is_not_assessed_counts_with_the_mean_and_a_plan_without_any_with_nothing() -> None:
    assert problem_of(DECLARED, [home(1, 0.2), home(2, 0.6), home(3, None)]).likelihood.tolist() == [0.2, 0.6, 0.4]
    assert problem_of(DECLARED, [home(1, None)]).likelihood.tolist() == [0.0]


def test_by_depth_an_unknown_shortfall_is_the_mean_of_the_known() -> None:
    depth = replace(DECLARED, objective=Objective.DEPTH)
    problem = problem_of(depth, [home(1, shortfall=100_000), home(2, shortfall=300_000), home(3)])
    assert problem.values[:, 0].tolist() == pytest.approx([400.0, 1200.0, 800.0])


def test_floors_are_of_townships_and_of_old_heads() -> None:
    declared = replace(DECLARED, townships_share=0.5, heads_of_65_share=1.0)
    old = frozenset({HouseholdFact.HEAD_65})
    problem = problem_of(declared, [home(1), home(2, area_path=OTHER_TOWN), home(3, facts=old)])
    assert [(floor.name, floor.least, floor.rows.tolist()) for floor in problem.floors] == [
        ("99/01/01/001/", 300_000, [True, False, True]),
        ("99/01/01/002/", 150_000, [False, True, False]),
        ("HEAD_65", 300_000, [False, False, True]),
    ]


def test_what_is_stored_comes_back_as_it_was() -> None:
    declared = replace(DECLARED, townships_share=0.25)
    found, allocations = solve(declared, [home(1), home(2), home(3)])
    assert declared_of(declared_json(declared)) == declared
    assert found_of(found_json(found)) == found
    assert [one.way for one in found.compared] == [Way.THIS_PLAN, Way.HIGHEST_RISK_FIRST, Way.THRESHOLD_ONLY]
    assert [one.number for one in allocations] == [1, 2, 3]


def test_the_hash_covers_what_went_in_and_what_came_out() -> None:
    found, allocations = solve(DECLARED, [home(1), home(2)])
    first = content_hash(DECLARED, found, allocations)
    moved = [replace(allocations[0], candidate=home(1, area_path=OTHER_TOWN)), allocations[1]]
    assert content_hash(DECLARED, *solve(DECLARED, [home(1), home(2)])) == first
    assert content_hash(DECLARED, found, moved) != first
    assert content_hash(replace(DECLARED, budget=900_001), found, allocations) != first


def test_a_change_moves_money_places_and_effects_within_their_bounds() -> None:
    change = Change(budget=-1_000_000, places=(("CARE", -5), ("RELIEF", 3)), effects=(("CARE", 3.0),))
    other = changed(DECLARED, change)
    assert (other.budget, [one.capacity for one in other.measures]) == (0, [None, 0])
    assert [one.effect for one in other.measures] == [0.2, 1.0]
    _, allocations = solve(DECLARED, [home(1), home(2)])
    assert what_if(DECLARED, allocations, change).flipped == 2


def township(seed: int) -> tuple[Declared, list[Candidate]]:
    """1,749 households, eight measures whose packages all cost the same, floors, and some red warnings."""
    draw = Random(seed)
    facts = list(HouseholdFact)
    measures = tuple(
        DeclaredMeasure(
            code=f"M{number}",
            type=MeasureType.TEMPORARY_RELIEF,
            label="Invented",
            unit_cost=draw.randrange(500, 20_000) * 100,
            capacity=None if number == 0 else draw.randrange(5, 400),
            effect=draw.uniform(0.05, 0.5),
            needs=() if number % 3 else (draw.choice(facts),),
        )
        for number in range(8)
    )
    declared = replace(
        DECLARED, budget=500_000_000, measures=measures, townships_share=0.5, heads_of_65_share=0.3, red_first=True
    )
    homes = [
        home(
            number,
            draw.betavariate(1.2, 6.0),
            area_path=f"99/01/01/{number % 5:03}/201/",
            members=draw.randrange(1, 7),
            red=draw.random() < 0.03,
            facts=frozenset(fact for fact in facts if draw.random() < 0.3),
        )
        for number in range(1_749)
    ]
    return declared, homes


@pytest.mark.parametrize("seed", [1, 3])
def test_a_what_if_of_a_township_is_told_while_somebody_waits_and_more_money_averts_no_less(seed: int) -> None:
    declared, homes = township(seed)
    found, allocations = solve(declared, homes)
    begun = process_time()
    same = what_if(declared, allocations, Change())
    more = what_if(declared, allocations, Change(budget=1))
    assert process_time() - begun < 2 * 2.0
    assert same.found.value >= found.value
    assert more.found.value >= found.value
    assert found.gap <= 1e-4


@pytest.mark.parametrize("change", [Change(places=(("X", 1),)), Change(effects=(("CARE", float("nan")),))])
def test_a_change_of_nothing_known_is_refused(change: Change) -> None:
    with pytest.raises(AssistancePlanInvalid):
        change.require_known(["CARE", "RELIEF"])


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "0.001", "1e20"])
def test_an_amount_is_in_whole_cents(amount: str) -> None:
    with pytest.raises(AssistancePlanInvalid):
        whole_cents(Decimal(amount), field="budget")


def test_what_is_left_is_what_no_standing_offer_holds() -> None:
    gone = offered(2, "CARE", OfferState.DECLINED)
    offers = [offered(1), gone, offered(3, "CARE", OfferState.ACCEPTED)]
    left = what_is_left(DECLARED, offers)
    assert (left.budget, [one.capacity for one in left.measures]) == (500_000, [None, 0])
    assert [(one.household_id.int, one.declined) for one in who_is_left([home(n) for n in range(1, 5)], offers)] == [
        (2, frozenset({"CARE"})),
        (4, frozenset()),
    ]


def test_offers_beyond_money_or_places_or_twice_for_one_home_are_refused() -> None:
    require_affordable(DECLARED, [offered(1), offered(2), offered(3)])
    for offers in (
        [offered(n) for n in range(1, 5)],
        [offered(1, "CARE"), offered(2, "CARE")],
        [offered(1), offered(1, "CARE")],
    ):
        with pytest.raises(AssistancePlanSuperseded):
            require_affordable(DECLARED, offers)


def test_accepting_may_be_taken_back_and_declining_may_not() -> None:
    one = answer(offered(1), OfferAnswer.ACCEPTED, at=AT)
    assert answer(one, OfferAnswer.ACCEPTED, at=AT) is one
    gone = answer(one, OfferAnswer.DECLINED, at=AT)
    assert (one.stands, gone.stands, gone.answered_at) == (True, False, AT)
    with pytest.raises(AssistanceOfferDeclined):
        answer(gone, OfferAnswer.ACCEPTED, at=AT)
