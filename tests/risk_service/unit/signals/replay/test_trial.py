from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from risk_service.policy.domain import CostThresholds, PolicyPack, PolicySaysNothing
from risk_service.policy.factors import RiskFactor
from risk_service.signals.factors.facts import Fact
from risk_service.signals.replay.history import Decision, DecisionKind, History
from risk_service.signals.replay.trial import FactorCount, Trial, WarnedLater, try_pack
from tests.risk_service.factories import VILLAGE, default_pack
from tests.risk_service.unit.signals.telling import care, fact, grade

A, B, C = UUID(int=1), UUID(int=2), UUID(int=3)
MARCH, APRIL, JUNE = date(2020, 3, 2), date(2020, 4, 1), date(2020, 6, 1)


def with_lines(yellow: str, red: str) -> PolicyPack:
    pack = default_pack()
    lines = CostThresholds(yellow_over=Decimal(yellow), red_over=Decimal(red))
    return replace(pack, version="tried", rules=(replace(pack.rules[0], thresholds=lines), *pack.rules[1:]))


def confirmed(household: UUID, on: date, factor: RiskFactor = RiskFactor.ILLNESS) -> Decision:
    return Decision(
        household_id=household,
        area_path=VILLAGE,
        factor=factor,
        kind=DecisionKind.CONFIRMED,
        decided_at=datetime(on.year, on.month, on.day, 3, tzinfo=UTC),
    )


FACTS: tuple[Fact, ...] = (
    fact(care("2500.00"), record="A1", on=MARCH, household=A),
    fact(care("1000.00"), record="A2", on=JUNE, household=A),
    fact(care("9000.00"), record="B1", on=MARCH, household=B),
    fact(care("2100.00"), record="C1", on=MARCH, household=C),
    fact(care("2000.00"), record="C2", on=APRIL, household=C),
)
HISTORY = History(
    facts=FACTS,
    decisions=(confirmed(A, date(2020, 3, 10)), confirmed(B, date(2020, 3, 10)), confirmed(C, date(2020, 6, 10))),
    until=date(2020, 12, 31),
)


def tried(pack: PolicyPack, history: History = HISTORY) -> Trial:
    return try_pack(history, in_force=lambda _, __: default_pack(), tried=pack)


def illness(trial: Trial) -> tuple[FactorCount, FactorCount]:
    (before,) = [one for one in trial.before.by_factor if one.factor is RiskFactor.ILLNESS]
    (after,) = [one for one in trial.after.by_factor if one.factor is RiskFactor.ILLNESS]
    return before, after


def test_higher_lines_cost_fewer_hours_and_say_whom_they_would_have_missed() -> None:
    found = tried(with_lines("3000.00", "8000.00"))

    assert illness(found) == (
        FactorCount(factor=RiskFactor.ILLNESS, yellow=2, red=1, escalated=2),
        FactorCount(factor=RiskFactor.ILLNESS, yellow=2, red=1, escalated=0),
    )
    # Before: A and C are visited yellow in March and once more as red, B red. After: A and C once, yellow, B red.
    assert (found.before.visits, found.before.officer_hours) == (5, Decimal("13.0"))
    assert (found.after.visits, found.after.officer_hours) == (3, Decimal("7.0"))
    assert [(case.household_id, case.on) for case in found.missed] == [(A, date(2020, 3, 10))]
    assert found.later == (
        WarnedLater(household_id=A, factor=RiskFactor.ILLNESS, before_on=MARCH, after_on=JUNE),
        WarnedLater(household_id=C, factor=RiskFactor.ILLNESS, before_on=MARCH, after_on=APRIL),
    )
    assert (found.confirmed, found.before.confirmed_warned, found.after.confirmed_warned) == (3, 3, 2)


def test_the_pack_in_force_tried_on_its_own_history_changes_nothing() -> None:
    found = tried(default_pack())
    assert found.before == found.after
    assert (found.missed, found.gained, found.later) == ((), (), ())


def test_lower_lines_gain_cases_that_were_not_warned_of() -> None:
    low = fact(care("1500.00"), record="L", on=MARCH, household=A)
    history = replace(HISTORY, facts=(low,), decisions=(confirmed(A, JUNE),))
    found = tried(with_lines("1000.00", "3000.00"), history)
    assert [case.household_id for case in found.gained] == [A]
    assert (found.before.alerts, found.after.alerts, found.missed) == (0, 1, ())


def test_an_escalation_before_the_visit_was_due_is_the_same_visit_made_red() -> None:
    soon = fact(care("1000.00"), record="A2", on=date(2020, 3, 9), household=A)
    found = tried(default_pack(), replace(HISTORY, facts=(FACTS[0], soon), decisions=()))
    assert (found.after.visits, found.after.officer_hours) == (1, Decimal("3.0"))


def test_a_case_is_not_missed_when_the_household_was_warned_of_something_else() -> None:
    home = fact(grade("D"), record="H", on=MARCH, household=A, member=None)
    found = tried(with_lines("3000.00", "8000.00"), replace(HISTORY, facts=(*FACTS, home)))
    assert found.missed == ()


def test_only_the_area_of_the_pack_is_replayed() -> None:
    elsewhere = replace(FACTS[2], area_path="99/01/02/001/201/", household_id=B)
    pack = replace(with_lines("3000.00", "8000.00"), area_path="99/01/02/")
    found = tried(pack, replace(HISTORY, facts=(FACTS[0], elsewhere), decisions=()))
    assert (found.before.households, found.after.households) == (1, 1)


def test_a_pack_that_does_not_say_what_a_visit_takes_cannot_be_tried() -> None:
    with pytest.raises(PolicySaysNothing):
        tried(replace(default_pack(), workload=None))
