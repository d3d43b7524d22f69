"""Units of the declaration as people read them."""

from __future__ import annotations

import math

import pytest

from risk_service.likelihood.declared import declared
from risk_service.likelihood.starting import starting_table
from risk_service.scoring.engine import Engine
from risk_service.scoring.points import Lookup
from risk_service.scoring.readable import MoneyLine, scale_of
from risk_service.scoring.reasons import tell

LINE = MoneyLine(amount=8_000.0, currency="CNY")


@pytest.mark.parametrize(
    ("unit", "value", "shown", "words", "chinese"),
    [
        ("ln(members)", math.log(4), 4.0, "members", "人"),
        ("share of members", 1 / 3, 33.3, "% of members", "%(占家庭成员)"),
        ("times the line, per person, 12 months", 0.25, 2_000.0, "yuan per person, 12 months", "元/人(近12个月)"),
        ("ln(income per person after unavoidable expenses / line)", math.log(0.5), 4_000.0,
         "yuan, income per person after unavoidable expenses", "元/人(扣除刚性支出后)"),
        ("ln(income/line)", 0.0, 8_000.0, "yuan, income", "yuan, income"),
        ("1 yes, 0 no", 1.0, 1.0, "1 yes, 0 no", "1为是,0为否"),
        ("persons", 2.0, 2.0, "persons", "人"),
    ],
)  # fmt: skip
def test_a_figure_is_told_in_a_unit_that_people_read(
    unit: str, value: float, shown: float, words: str, chinese: str
) -> None:
    scale = scale_of(unit, LINE)
    assert (scale.shown(value), scale.unit, scale.unit_zh) == (shown, words, chinese)
    assert scale.shown(math.nan) is None


def test_without_a_line_money_is_so_many_times_the_line() -> None:
    assert scale_of("ln(income/line)").shown(math.log(2)) == 2.0
    assert scale_of("ln(income/line)").unit == "times the line, income"


def test_no_unit_or_label_that_a_household_reads_speaks_of_logarithms() -> None:
    for feature in declared().features:
        assert "ln" not in scale_of(feature.unit, LINE).unit
        assert "logarithm" not in feature.label
        assert "对数" not in feature.label_zh


def test_a_household_that_is_typical_but_for_its_income_is_told_of_its_income_alone() -> None:
    table = starting_table()
    row = [0.0 if one.name == "log_income" else one.typical or 0.0 for one in table.features]
    told = tell(Engine(Lookup(table)), row, line=LINE)
    assert [(one.name, one.value, one.typical) for one in told.raising] == [("log_income", 8_000.0, 16_110.0)]
    assert told.lowering == ()
    assert abs(told.base + sum(one.logit for one in told.reasons) - told.logit) < 1e-6
    assert [(one.name, one.value, one.to, one.unit) for one in told.changes] == [
        ("log_income", 8_000.0, 16_110.0, "yuan, income per person after unavoidable expenses")
    ]
