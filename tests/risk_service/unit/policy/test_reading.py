from __future__ import annotations

import pytest

from chassis.errors import InvalidInput
from risk_service.policy.domain import AlertLevel, CostScope, IncomeBasis, RiskFactor
from risk_service.policy.reading import read_pack
from risk_service.policy.section import PolicyPackMalformed
from tests.risk_service.factories import county_pack, default_pack, default_source


def test_the_shipped_packs_differ_in_the_legal_test_only() -> None:
    everywhere, county = default_pack(), county_pack()
    assert (everywhere.clearing.income_basis, everywhere.clearing.note_on_bill_required) == (
        IncomeBasis.RECEIVED_12M,
        False,
    )
    assert (county.clearing.income_basis, county.clearing.note_on_bill_required) == (IncomeBasis.RUN_RATE_12M, True)
    assert county.rules == everywhere.rules
    assert [(rule.factor, rule.scope) for rule in county.rules] == [(RiskFactor.ILLNESS, CostScope.PERSON)]
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
        ("a later schema", "schema = 1", "schema = 2", "schema"),
    ],
)
def test_a_wrong_pack_is_refused_by_key(_case: str, old: str, new: str, field: str) -> None:
    source = default_source()
    assert old in source
    with pytest.raises(InvalidInput) as refused:
        read_pack(source.replace(old, new, 1))
    assert refused.value.field == field


def test_lines_out_of_order_are_refused_when_read() -> None:
    with pytest.raises(InvalidInput) as refused:
        read_pack(default_source().replace('red_over = "3000.00"', 'red_over = "2000.00"'))
    assert refused.value.code == "THRESHOLDS_OUT_OF_ORDER"


def test_what_is_not_toml_is_refused() -> None:
    with pytest.raises(PolicyPackMalformed, match="Not TOML"):
        read_pack("schema = ")
