from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from chassis.errors import InvalidInput
from risk_service.policy.domain import AlertLevel, CostScope, CostWindow, IncomeBasis, PolicySaysNothing, RiskFactor
from risk_service.policy.factors import on_day
from risk_service.policy.reading import read_pack
from risk_service.policy.sayings import condition_rules
from risk_service.policy.section import PolicyPackMalformed
from tests.risk_service.factories import county_pack, default_pack, default_source

DAY = date(2020, 9, 18)


def test_the_shipped_packs_differ_in_the_legal_test_only() -> None:
    everywhere, county = default_pack(), county_pack()
    assert (everywhere.clearing.income_basis, everywhere.clearing.note_on_bill_required) == (
        IncomeBasis.RECEIVED_12M,
        False,
    )
    assert (county.clearing.income_basis, county.clearing.note_on_bill_required) == (IncomeBasis.RUN_RATE_12M, True)
    assert county.rules == everywhere.rules
    assert [(rule.factor, rule.scope, rule.window) for rule in county.rules] == [
        (RiskFactor.ILLNESS, CostScope.PERSON, CostWindow.POLICY_YEAR),
        (RiskFactor.EDUCATION, CostScope.PERSON, CostWindow.SCHOOL_YEAR),
        (RiskFactor.DISASTER, CostScope.HOUSEHOLD, CostWindow.POLICY_YEAR),
        (RiskFactor.ACCIDENT, CostScope.HOUSEHOLD, CostWindow.POLICY_YEAR),
    ]
    assert [factor for factor, rules in condition_rules(county) if len(rules) == 1] == [
        RiskFactor.DISABILITY,
        RiskFactor.EDUCATION,
        RiskFactor.UNEMPLOYMENT,
        RiskFactor.INCOME_DROP,
        RiskFactor.DISASTER,
        RiskFactor.ACCIDENT,
        RiskFactor.LIVELIHOOD_FAILURE,
        RiskFactor.HOUSING_SAFETY,
        RiskFactor.WATER_SAFETY,
    ]
    assert (county.clocks.working_days(AlertLevel.RED), county.clocks.working_days(AlertLevel.YELLOW)) == (3, 10)
    assert county.clearing.watch_days == 90


def test_a_comment_does_not_change_the_hash_and_a_figure_does() -> None:
    source = default_source()
    assert read_pack("# another comment\n" + source).content_hash == default_pack().content_hash
    changed = read_pack(source.replace('yellow_over = "2000.00"', 'yellow_over = "2500.00"'))
    assert changed.content_hash != default_pack().content_hash


@pytest.mark.parametrize(
    ("_case", "old", "new", "field"),
    [
        ("an unknown key", "watch_days = 90", "watch_days = 90\nquota = 5", "clearing.quota"),
        ("a missing key", "watch_days = 90\n", "", "clearing.watch_days"),
        ("a float for money", 'yellow_over = "2000.00"', "yellow_over = 2000.0", "rules[0].yellow_over"),
        ("three decimals", 'yellow_over = "2000.00"', 'yellow_over = "2000.001"', "rules[0].yellow_over"),
        ("an unknown scope", 'scope = "PERSON"', 'scope = "VILLAGE"', "rules[0].scope"),
        ("an unknown area", 'area = ""', 'area = "99/1/"', "pack.area"),
        ("no such zone", 'time_zone = "Asia/Shanghai"', 'time_zone = "Asia/Nowhere"', "pack.time_zone"),
        (
            "an impossible clock",
            "visit_red_working_days = 3",
            "visit_red_working_days = 0",
            "clocks.visit_red_working_days",
        ),
        (
            "a number for a flag",
            "note_on_bill_required = false",
            "note_on_bill_required = 0",
            "clearing.note_on_bill_required",
        ),
        ("a gap between lines", "from = 2021-01-01", "from = 2021-02-01", "monitoring_lines[1].from"),
        ("an unknown placeholder", "{yellow_over} yuan", "{member} yuan", "rules[0].text"),
        ("an unknown measure", '"HEALTH_AID"]', '"FINE"]', "measures[0].offer"),
        ("a later schema", "schema = 2", "schema = 3", "schema"),
        ("a factor without lines of cost", 'factor = "DISASTER"', 'factor = "HOUSING_SAFETY"', "rules[2].factor"),
        ("a factor left out", "[housing_safety]", "[[other]]", "housing_safety.yellow_grades"),
        ("no window", 'window = "SCHOOL_YEAR"\n', "", "rules[1].window"),
        ("a factor twice", 'factor = "ACCIDENT"', 'factor = "DISASTER"', "rules[3].factor"),
        (
            "red before yellow",
            "red_days_sole_earner = 60",
            "red_days_sole_earner = 30",
            "unemployment.red_days_sole_earner",
        ),
        ("red at a smaller fall", "red_fall_percent = 30", "red_fall_percent = 20", "income_drop.red_fall_percent"),
        (
            "red further over the line",
            "red_under_line_percent = 100",
            "red_under_line_percent = 110",
            "income_drop.red_under_line_percent",
        ),
        ("a colour for nobody", 'benefit_cut = "YELLOW"', 'benefit_cut = "NONE"', "income_drop.benefit_cut"),
        ("a grade of both colours", 'red_grades = ["D"]', 'red_grades = ["C"]', "housing_safety.red_grades"),
        ("an unknown grade", 'red_grades = ["D"]', 'red_grades = ["E"]', "housing_safety.red_grades"),
        ("no grade", 'red_grades = ["D"]', "red_grades = []", "housing_safety.red_grades"),
        ("ages upside down", "to_age = 15", "to_age = 5", "schooling.to_age"),
        ("a placeholder of another rule", "{red_to_level},", "{red_months},", "disability.text"),
        ("a notice as long as the case", "notice_days = 5", "notice_days = 15", "cases.notice_days"),
        ("code in a rule", "red_to_level = 2", 'red_to_level = "level <= 2"', "disability.red_to_level"),
        ("code as a rule", "red_to_level = 2", 'red_to_level = 2\nwhen = "level <= 2"', "disability.when"),
        ("hours as a float", 'hours_red = "3.0"', "hours_red = 3.0", "workload.hours_red"),
    ],
)
def test_a_wrong_pack_is_refused_by_key(_case: str, old: str, new: str, field: str) -> None:
    source = default_source()
    assert old in source
    with pytest.raises(InvalidInput) as refused:
        read_pack(source.replace(old, new, 1))
    assert refused.value.field == field


OLD_HEAD = """
schema = 1
[pack]
name = "old"
version = "1"
area = ""
effective_from = 2020-01-01
approved_by = "Policy board"
approved_on = 2019-12-20
currency = "CNY"
time_zone = "Asia/Shanghai"
[policy_year]
start_month = 1
start_day = 1
[clocks]
visit_red_working_days = 3
visit_yellow_working_days = 10
[[rules]]
factor = "ILLNESS"
yellow_over = "2000.00"
red_over = "3000.00"
scope = "PERSON"
text = { en = "Over {yellow_over} yellow." }
[[monitoring_lines]]
from = 2020-01-01
amount = "5000.00"
[clearing]
income_basis = "RECEIVED_12M"
income_test = "SHOWN"
rigid_expense_mode = "SHOW"
note_on_bill_required = false
watch_days = 90
contest_days = 30
[likelihood]
medium_from = 0.15
high_from = 0.40
[calendar]
closed = []
worked = []
known_until = 2021-01-01
"""


def test_a_pack_stored_under_the_first_schema_is_still_read_and_says_what_it_does_not_know() -> None:
    pack = read_pack("measures = []\n" + OLD_HEAD)
    assert pack.rule_of(RiskFactor.ILLNESS, DAY) is not None
    assert (pack.water_on(DAY), pack.rule_of(RiskFactor.EDUCATION, DAY)) == (None, None)
    for asked in (pack.cases, pack.plan):
        with pytest.raises(PolicySaysNothing, match="old@1"):
            asked()


def test_a_key_of_the_second_schema_is_refused_under_the_first() -> None:
    with pytest.raises(PolicyPackMalformed) as refused:
        read_pack("measures = []\n" + OLD_HEAD.replace('scope = "PERSON"', 'scope = "PERSON"\nwindow = "POLICY_YEAR"'))
    assert refused.value.field == "rules[0].window"


def test_dated_rules_of_a_factor_follow_each_other_and_may_not_overlap() -> None:
    one = "[housing_safety]\n"
    source = (
        default_source()
        .replace(
            one,
            """[[housing_safety]]
until = 2021-07-01
yellow_grades = ["B", "C"]
red_grades = ["D"]
text = { en = "Graded {yellow_grades}: yellow." }

[[housing_safety]]
from = 2021-07-01
""",
        )
        .replace("[housing_safety.text]", "[housing_safety.text]")
    )
    pack = read_pack(source)
    assert [sorted(rule.yellow_grades) for rule in pack.housing_rules] == [["B", "C"], ["C"]]
    assert on_day(pack.housing_rules, date(2021, 6, 30)) is pack.housing_rules[0]
    assert on_day(pack.housing_rules, date(2021, 7, 1)) is pack.housing_rules[1]
    with pytest.raises(PolicyPackMalformed) as refused:
        read_pack(source.replace("from = 2021-07-01\n", "from = 2021-06-30\n"))
    assert refused.value.field == "housing_safety[1].from"


def test_lines_of_cost_may_change_within_a_pack() -> None:
    rule = """[[rules]]
factor = "ILLNESS"
from = 2021-01-01
yellow_over = "4000.00"
red_over = "6000.00"
scope = "PERSON"
window = "POLICY_YEAR"
text = { en = "Over {yellow_over}: yellow." }

[[rules]]
factor = "ILLNESS"
until = 2021-01-01
"""
    pack = read_pack(default_source().replace('[[rules]]\nfactor = "ILLNESS"\n', rule))
    found = [pack.rule_of(RiskFactor.ILLNESS, day) for day in (date(2020, 12, 31), date(2021, 1, 1))]
    assert [one.thresholds.yellow_over for one in found if one is not None] == [Decimal(2000), Decimal(4000)]


def test_lines_out_of_order_are_refused_when_read() -> None:
    with pytest.raises(InvalidInput) as refused:
        read_pack(default_source().replace('red_over = "3000.00"', 'red_over = "2000.00"'))
    assert refused.value.code == "THRESHOLDS_OUT_OF_ORDER"


def test_what_is_not_toml_is_refused() -> None:
    with pytest.raises(PolicyPackMalformed, match="Not TOML"):
        read_pack("schema = ")
