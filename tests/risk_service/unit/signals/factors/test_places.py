from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import get_args
from uuid import UUID

import pytest

from risk_service.policy.factors import AlertLevel, RiskFactor, Victim
from risk_service.signals.factors.facts import Detail, FactMalformed
from tests.risk_service.factories import MOTHER, default_pack
from tests.risk_service.unit.signals.telling import (
    CHILD,
    accident,
    care,
    disaster,
    fact,
    grade,
    income,
    judged,
    level,
    price,
    water,
)

NONE, YELLOW, RED = AlertLevel.NONE, AlertLevel.YELLOW, AlertLevel.RED
F = RiskFactor


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (disaster("2000.00"), NONE),
        (disaster("2000.01"), YELLOW),
        (disaster("5000.00"), YELLOW),
        (disaster("5000.01"), RED),
        (disaster("10.00", usable=False), RED),
        (disaster("10.00", usable=True), NONE),
    ],
)
def test_a_loss_to_a_disaster(told: Detail, expected: AlertLevel) -> None:
    assert level(F.DISASTER, fact(told)) is expected


@pytest.mark.parametrize(("loss", "expected"), [("1799.99", NONE), ("1800.00", YELLOW)])
def test_a_loss_of_thirty_percent_of_the_production(loss: str, expected: AlertLevel) -> None:
    year = fact(income("40000.00", production="6000.00"), record="I", on=date(2020, 9, 1), member=None)
    assert level(F.DISASTER, year, fact(disaster(loss))) is expected


def test_a_withdrawn_report_of_a_ruined_home_says_nothing() -> None:
    ruined = fact(disaster("100.00", usable=False))
    gone = fact(disaster("-100.00"), record="R2", kind="WITHDRAWAL", corrects="R1")
    assert (level(F.DISASTER, ruined), level(F.DISASTER, ruined, gone)) == (RED, NONE)


@pytest.mark.parametrize(
    ("told", "member", "expected"),
    [
        (accident("2000.00"), MOTHER, NONE),
        (accident("2000.01"), MOTHER, YELLOW),
        (accident("5000.01"), MOTHER, RED),
        (accident("0.00", severe=True), MOTHER, RED),
        (accident("0.00", severe=True), CHILD, NONE),
        (accident("0.00", usable=False), CHILD, RED),
    ],
)
def test_an_accident(told: Detail, member: UUID, expected: AlertLevel) -> None:
    assert level(F.ACCIDENT, fact(told, member=member)) is expected


def test_a_policy_may_count_everyones_severe_injury() -> None:
    pack = default_pack()
    rules = tuple(replace(one, red_severe_injury_of=Victim.ANYONE) for one in pack.accident_rules)
    hurt = fact(accident("0.00", severe=True), member=CHILD)
    assert judged(F.ACCIDENT, hurt, pack=replace(pack, accident_rules=rules)).level is RED


@pytest.mark.parametrize(
    ("index", "production", "expected"),
    [
        ("80.01", "15000.00", NONE),
        ("80.00", "15000.00", YELLOW),
        ("80.00", "14999.99", NONE),
        ("60.01", "15000.00", YELLOW),
        ("60.00", "15000.00", RED),
        ("62.50", "40000.00", RED),
        ("62.51", "40000.00", YELLOW),
    ],
)
def test_a_price_that_fell(index: str, production: str, expected: AlertLevel) -> None:
    """Of 50,000 of income, 15,000 is 30 percent; 37.5 percent off 40,000 is a loss of 15,000."""
    year = fact(income("50000.00", production=production), record="I", on=date(2020, 9, 1), member=None)
    assert level(F.LIVELIHOOD_FAILURE, year, fact(price(index), member=None)) is expected


@pytest.mark.parametrize(("letter", "expected"), [("A", NONE), ("B", NONE), ("C", YELLOW), ("D", RED)])
def test_a_home_by_its_grade(letter: str, expected: AlertLevel) -> None:
    assert level(F.HOUSING_SAFETY, fact(grade(letter))) is expected


@pytest.mark.parametrize(("days", "expected"), [(2, NONE), (3, YELLOW), (6, YELLOW), (7, RED)])
def test_a25_a_water_point_without_water(days: int, expected: AlertLevel) -> None:
    assert level(F.WATER_SAFETY, fact(water(days=days), member=None)) is expected


def test_one_failed_test_is_yellow_and_a_second_within_ninety_days_red() -> None:
    first = fact(water(ok=False), record="T1", on=date(2020, 6, 21), member=None)
    second = fact(water(ok=False), record="T2", member=None)
    assert (level(F.WATER_SAFETY, first, day=date(2020, 6, 21)), level(F.WATER_SAFETY, first, second)) == (YELLOW, RED)
    early = replace(first, occurred_on=date(2020, 6, 20))
    assert level(F.WATER_SAFETY, early, second) is YELLOW


def test_what_a_person_cleared_does_not_warn_again_and_a_new_report_does() -> None:
    old = fact(grade("D"), record="H1", on=date(2020, 3, 1))
    new = fact(grade("D"), record="H2")
    cleared = frozenset({old.key})
    assert judged(F.HOUSING_SAFETY, old, cleared=cleared).level is NONE
    assert judged(F.HOUSING_SAFETY, old, new, cleared=cleared).level is RED


def test_an_amount_must_be_a_number_and_may_only_be_negative_to_correct() -> None:
    for wrong in ("NaN", "Infinity", "-0.01"):
        with pytest.raises(FactMalformed):
            fact(care(wrong))


def test_no_kind_of_fact_speaks_of_an_offer_an_answer_or_a_resignation() -> None:
    """A33: what our own placements tell cannot warn, because there is no way to say it here."""
    words = {name.lower() for kind in get_args(Detail) for name in (kind.__name__, *kind.__slots__)}
    assert not {
        word for word in words if any(bad in word for bad in ("offer", "declin", "resign", "complain", "consent"))
    }


def test_a_policy_of_the_first_schema_knows_no_rule_of_the_other_factors() -> None:
    pack = replace(default_pack(), housing_rules=(), rules=default_pack().rules[:1])
    assert judged(F.HOUSING_SAFETY, fact(grade("D")), pack=pack).level is NONE
    assert judged(F.DISASTER, fact(disaster("9000.00")), pack=pack).level is NONE


def test_a_home_ruined_by_a_disaster_is_no_accident() -> None:
    ruined = fact(disaster("10.00", usable=False))
    assert (level(F.DISASTER, ruined), level(F.ACCIDENT, ruined)) == (RED, NONE)
