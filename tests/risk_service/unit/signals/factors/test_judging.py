from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from risk_service.policy.domain import CostScope, RigidExpenseMode
from risk_service.policy.factors import AlertLevel, IncomeBasis, RiskFactor
from risk_service.signals.factors.facts import Detail, Situation
from risk_service.signals.factors.verdict import Input
from tests.risk_service.factories import FATHER, MOTHER, default_pack, pack_with_scope
from tests.risk_service.unit.signals.telling import (
    ALONE,
    CHILD,
    COUPLE,
    benefit,
    care,
    certificate,
    fact,
    income,
    judged,
    level,
    school,
    work,
)

NONE, YELLOW, RED = AlertLevel.NONE, AlertLevel.YELLOW, AlertLevel.RED
F = RiskFactor


def test_a01_a_surgery_bill_is_red_and_says_by_which_rule_and_figures() -> None:
    found = judged(F.ILLNESS, fact(care("10318.18")))
    assert found.level is RED
    assert found.inputs == (
        Input(name="amount", value="10318.18"),
        Input(name="yellow_over", value="2000.00"),
        Input(name="red_over", value="3000.00"),
        Input(name="scope", value="PERSON"),
        Input(name="since", value="2020-01-01"),
    )
    assert found.records == (("DEPARTMENT", "R1", 1),)
    assert "Over 2,000.00 yuan" in {text.locale: text.text for text in found.texts}["en"]


@pytest.mark.parametrize(
    ("amount", "expected"), [("2000.00", NONE), ("2000.01", YELLOW), ("3000.00", YELLOW), ("3000.01", RED)]
)
def test_a02_a_line_must_be_exceeded(amount: str, expected: AlertLevel) -> None:
    assert level(F.ILLNESS, fact(care(amount))) is expected


def test_a03_a04_costs_add_up_a_record_counts_once_and_a_reimbursement_lowers_the_amount() -> None:
    march, may = (
        fact(care("1500.00"), record="M", on=date(2020, 3, 5)),
        fact(care("700.00"), record="Y", on=date(2020, 5, 5)),
    )
    june = fact(care("900.00"), record="J", on=date(2020, 6, 5))
    back = fact(care("-1000.00"), record="B", on=date(2020, 7, 1), kind="REIMBURSEMENT", corrects="M")
    assert [level(F.ILLNESS, march), level(F.ILLNESS, march, may), level(F.ILLNESS, march, may, june)] == [
        NONE,
        YELLOW,
        RED,
    ]
    again = replace(june, version=1)
    assert judged(F.ILLNESS, march, may, june, again).inputs[0] == Input(name="amount", value="3100.00")
    assert judged(F.ILLNESS, march, may, june, back).inputs[0] == Input(name="amount", value="2100.00")


@pytest.mark.parametrize(("scope", "expected"), [(CostScope.PERSON, NONE), (CostScope.HOUSEHOLD, RED)])
def test_a05_the_scope_decides_whether_two_members_add_up(scope: CostScope, expected: AlertLevel) -> None:
    costs = (fact(care("1600.00")), fact(care("1600.00"), record="R2", member=FATHER))
    assert judged(F.ILLNESS, *costs, pack=pack_with_scope(scope)).level is expected


def test_a12_after_the_bill_the_line_of_2020_is_kept_and_that_of_2021_is_not() -> None:
    pack = default_pack()
    rules = tuple(replace(one, basis=IncomeBasis.RUN_RATE_12M) for one in pack.income_drop_rules)
    clearing = replace(pack.clearing, rigid_expense_mode=RigidExpenseMode.DEDUCT)
    deducting = replace(pack, income_drop_rules=rules, clearing=clearing)
    told = fact(income("32400.00", rigid="10318.18", basis=IncomeBasis.RUN_RATE_12M), member=None)

    before = judged(F.INCOME_DROP, told, pack=deducting, day=date(2020, 12, 31))
    after = judged(F.INCOME_DROP, told, pack=deducting, day=date(2021, 1, 1))

    assert (before.level, before.again_on) == (NONE, date(2021, 1, 1))
    assert (after.level, after.inputs[0]) == (RED, Input(name="per_capita", value="5520.46"))
    shown_only = replace(deducting, clearing=pack.clearing)
    assert judged(F.INCOME_DROP, told, pack=shown_only, day=date(2021, 1, 1)).level is NONE


@pytest.mark.parametrize(
    ("net", "expected"),
    [("22000.00", NONE), ("21999.99", YELLOW), ("20000.00", YELLOW), ("19999.99", RED), ("-1.00", RED)],
)
def test_a13_under_110_percent_of_the_line_is_yellow_and_under_the_line_red(net: str, expected: AlertLevel) -> None:
    """Four members at a line of 5,000: 22,000 is 110 percent of it."""
    assert level(F.INCOME_DROP, fact(income(net), member=None)) is expected


def test_a13_per_capita_5800_lies_under_the_line_of_6000_and_9000_does_not() -> None:
    on = date(2021, 6, 1)
    assert level(F.INCOME_DROP, fact(income("23200.00"), on=on, member=None), day=on) is RED
    assert level(F.INCOME_DROP, fact(income("36000.00"), on=on, member=None), day=on) is NONE


def test_an_empty_ledger_is_not_known_and_no_poverty() -> None:
    assert level(F.INCOME_DROP, fact(income("0.00", recorded=False), member=None)) is NONE


@pytest.mark.parametrize(
    ("now", "expected"), [("64000.01", NONE), ("64000.00", YELLOW), ("56000.01", YELLOW), ("56000.00", RED)]
)
def test_a_fall_is_measured_against_twelve_months_before(now: str, expected: AlertLevel) -> None:
    then = fact(income("80000.00"), record="THEN", on=date(2019, 9, 18), member=None)
    later = fact(income("90000.00"), record="LATER", on=date(2019, 9, 19), member=None)
    assert level(F.INCOME_DROP, then, later, fact(income(now), record="NOW", member=None)) is expected


def test_a_fall_counts_by_head() -> None:
    then = fact(income("80000.00", members=4), record="THEN", on=date(2019, 9, 1), member=None)
    assert level(F.INCOME_DROP, then, fact(income("60000.00", members=3), record="NOW", member=None)) is NONE
    assert level(F.INCOME_DROP, then, fact(income("80000.00", members=5), record="NOW", member=None)) is YELLOW


def test_a_benefit_that_pays_less_or_ended_is_yellow_and_one_that_grows_is_not() -> None:
    first = fact(benefit("500.00", date(2020, 1, 1)), record="B1", on=date(2020, 1, 5))
    less = fact(benefit("499.99", date(2020, 6, 1)), record="B2", on=date(2020, 6, 5))
    more = fact(benefit("500.01", date(2020, 6, 1)), record="B2", on=date(2020, 6, 5))
    assert [level(F.INCOME_DROP, first), level(F.INCOME_DROP, first, less), level(F.INCOME_DROP, first, more)] == [
        NONE,
        YELLOW,
        NONE,
    ]
    ending = fact(benefit("500.00", date(2020, 1, 1), ends=date(2020, 10, 1)))
    waiting = judged(F.INCOME_DROP, ending, day=date(2020, 9, 30))
    assert (waiting.level, waiting.again_on) == (NONE, date(2020, 10, 1))
    assert level(F.INCOME_DROP, ending, day=date(2020, 10, 1)) is YELLOW


@pytest.mark.parametrize(
    ("cost", "expected"), [("5000.00", NONE), ("5000.01", YELLOW), ("10000.00", YELLOW), ("10000.01", RED)]
)
def test_a24_costs_of_schooling_after_aid(cost: str, expected: AlertLevel) -> None:
    assert level(F.EDUCATION, fact(school(cost), member=CHILD)) is expected


def test_a24_a_child_of_twelve_who_is_not_enrolled_is_red() -> None:
    found = judged(F.EDUCATION, fact(school(enrolled=False), member=CHILD))
    assert (found.level, found.inputs) == (RED, (Input(name="enrolled", value="no"), Input(name="age", value="12")))
    assert "never a penalty" in {text.locale: text.text for text in found.texts}["en"]


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (date(2014, 9, 19), NONE),
        (date(2014, 9, 18), RED),
        (date(2004, 9, 19), RED),
        (date(2004, 9, 18), NONE),
        (None, RED),
    ],
)
def test_compulsory_schooling_is_for_six_to_fifteen(born: date | None, expected: AlertLevel) -> None:
    child = replace(COUPLE.persons[2], date_of_birth=born)
    told = fact(school(enrolled=False), member=CHILD)
    assert level(F.EDUCATION, told, situation=Situation(persons=(child,))) is expected


def test_the_newest_word_on_enrolment_counts_and_school_years_are_not_added_up() -> None:
    out = fact(school(enrolled=False), record="E1", member=CHILD, on=date(2020, 9, 1))
    back = fact(school(enrolled=True), record="E2", member=CHILD, on=date(2020, 9, 10))
    assert level(F.EDUCATION, out, back) is NONE
    june = fact(school("4000.00"), record="C1", member=CHILD, on=date(2020, 8, 31))
    september = fact(school("4000.00"), record="C2", member=CHILD, on=date(2020, 9, 1))
    assert level(F.EDUCATION, june, september) is NONE


@pytest.mark.parametrize(
    ("told", "member", "family", "expected"),
    [
        (certificate(3), FATHER, COUPLE, YELLOW),
        (certificate(4, "WORSE"), FATHER, COUPLE, YELLOW),
        (certificate(4, ""), FATHER, COUPLE, YELLOW),
        (certificate(2), FATHER, COUPLE, RED),
        (certificate(1), CHILD, COUPLE, RED),
        (certificate(4), MOTHER, ALONE, RED),
        (certificate(4), CHILD, ALONE, YELLOW),
        (certificate(1, "RENEWED"), FATHER, COUPLE, NONE),
        (certificate(3, "BETTER"), FATHER, COUPLE, NONE),
    ],
)
def test_a_new_or_graver_certificate(told: Detail, member: UUID, family: Situation, expected: AlertLevel) -> None:
    assert level(F.DISABILITY, fact(told, member=member), situation=family) is expected


def test_a_graver_level_is_seen_even_when_the_record_calls_it_renewed() -> None:
    before = fact(certificate(4), record="D1", on=date(2020, 1, 1), member=FATHER)
    after = fact(certificate(2, "RENEWED"), record="D2", member=FATHER)
    assert judged(F.DISABILITY, before, after, cleared=frozenset({before.key})).level is RED


@pytest.mark.parametrize(
    ("days", "family", "expected"),
    [
        (29, COUPLE, NONE),
        (30, COUPLE, YELLOW),
        (60, COUPLE, YELLOW),
        (59, ALONE, YELLOW),
        (60, ALONE, RED),
    ],
)
def test_days_without_work(days: int, family: Situation, expected: AlertLevel) -> None:
    ended = fact(work(ended=True), on=date(2020, 6, 1))
    asked = date(2020, 6, 1) + timedelta(days=days)
    assert level(F.UNEMPLOYMENT, ended, day=asked, situation=family) is expected


def test_work_that_ended_says_on_which_day_to_look_again_and_new_work_ends_the_count() -> None:
    ended = fact(work(ended=True), record="W1", on=date(2020, 6, 1))
    assert judged(F.UNEMPLOYMENT, ended, day=date(2020, 6, 1), situation=ALONE).again_on == date(2020, 7, 1)
    assert judged(F.UNEMPLOYMENT, ended, day=date(2020, 7, 1), situation=ALONE).again_on == date(2020, 7, 31)
    assert judged(F.UNEMPLOYMENT, ended, day=date(2020, 7, 31), situation=ALONE).again_on is None
    started = fact(work(started=True), record="W2", on=date(2020, 6, 20))
    assert level(F.UNEMPLOYMENT, ended, started, day=date(2020, 9, 1)) is NONE


def test_wages_owed_are_red_until_a_newer_report_says_they_are_paid() -> None:
    owed = fact(work(owed=1), record="W1", on=date(2020, 6, 30))
    paid = fact(work(owed=0), record="W2", on=date(2020, 7, 31))
    assert (level(F.UNEMPLOYMENT, owed), level(F.UNEMPLOYMENT, owed, paid)) == (RED, NONE)
