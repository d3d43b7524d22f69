from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from chassis.errors import InvalidInput
from risk_service.policy.domain import (
    AlertLevel,
    CostThresholds,
    LikelihoodBand,
    LikelihoodBands,
    NoMonitoringLine,
    NoPolicyInForce,
    PolicyYear,
    ThresholdsOutOfOrder,
    pack_in_force,
)
from tests.risk_service.factories import COUNTY, VILLAGE, county_pack, default_pack


@pytest.mark.parametrize(
    ("cost", "level"),
    [
        ("2000.00", AlertLevel.NONE),
        ("2000.01", AlertLevel.YELLOW),
        ("3000.00", AlertLevel.YELLOW),
        ("3000.01", AlertLevel.RED),
        ("10318.18", AlertLevel.RED),
        ("-1.00", AlertLevel.NONE),
    ],
)
def test_a_line_must_be_exceeded(cost: str, level: AlertLevel) -> None:
    rule = default_pack().rules[0]
    assert rule.thresholds.level_of(Decimal(cost)) is level


def test_a_cost_that_is_no_number_is_refused_and_not_calm() -> None:
    with pytest.raises(InvalidInput, match="must be a number"):
        default_pack().rules[0].thresholds.level_of(Decimal("NaN"))


@pytest.mark.parametrize(("yellow", "red"), [("3000", "3000"), ("3000", "2000"), ("-1", "2000")])
def test_lines_out_of_order_are_refused(yellow: str, red: str) -> None:
    with pytest.raises(ThresholdsOutOfOrder):
        CostThresholds(yellow_over=Decimal(yellow), red_over=Decimal(red))


@pytest.mark.parametrize(
    ("day", "start"),
    [(date(2020, 1, 1), date(2020, 1, 1)), (date(2020, 12, 31), date(2020, 1, 1))],
)
def test_the_policy_year_of_the_default_pack_is_the_calendar_year(day: date, start: date) -> None:
    assert default_pack().policy_year.start_of(day) == start


def test_a_policy_year_may_begin_in_april() -> None:
    year = PolicyYear(start_month=4, start_day=1)
    assert (year.start_of(date(2021, 3, 31)), year.start_of(date(2021, 4, 1))) == (date(2020, 4, 1), date(2021, 4, 1))


def test_the_nearest_area_wins() -> None:
    packs = [county_pack(), default_pack()]
    assert pack_in_force(packs, area_path=VILLAGE, day=date(2020, 9, 18)).name == "county-990101"
    assert pack_in_force(packs, area_path="99/01/02/001/201/", day=date(2020, 9, 18)).name == "everywhere"


def test_of_one_area_the_newest_pack_in_force_wins() -> None:
    later = replace(county_pack(), version="2021.1", effective_from=date(2021, 1, 1))
    packs = [later, county_pack(), default_pack()]
    found = [pack_in_force(packs, area_path=COUNTY, day=day).label for day in (date(2020, 12, 31), date(2021, 1, 1))]
    assert found == ["county-990101@2020.3", "county-990101@2021.1"]


def test_an_ended_pack_gives_way_to_the_area_above() -> None:
    ended = replace(county_pack(), effective_until=date(2020, 7, 1))
    found = pack_in_force([ended, default_pack()], area_path=VILLAGE, day=date(2020, 9, 18))
    assert found.name == "everywhere"


def test_a_day_without_a_pack_is_refused() -> None:
    with pytest.raises(NoPolicyInForce, match="2019-12-31"):
        pack_in_force([default_pack()], area_path=VILLAGE, day=date(2019, 12, 31))


def test_the_monitoring_line_follows_the_year() -> None:
    pack = default_pack()
    assert [pack.line_on(date(year, 6, 1)) for year in (2020, 2021, 2024, 2026)] == [
        Decimal("5000.00"),
        Decimal("6000.00"),
        Decimal("8500.00"),
        Decimal("8500.00"),
    ]
    with pytest.raises(NoMonitoringLine):
        pack.line_on(date(2019, 12, 31))


def test_bands_begin_at_their_threshold() -> None:
    bands = LikelihoodBands(medium_from=0.15, high_from=0.40)
    assert [bands.band_of(p) for p in (0.0, 0.1499, 0.15, 0.3999, 0.40, 1.0)] == [
        LikelihoodBand.LOW,
        LikelihoodBand.LOW,
        LikelihoodBand.MEDIUM,
        LikelihoodBand.MEDIUM,
        LikelihoodBand.HIGH,
        LikelihoodBand.HIGH,
    ]
    with pytest.raises(InvalidInput):
        bands.band_of(float("nan"))


def test_the_rule_is_told_with_its_lines() -> None:
    told = {text.locale: text.text for text in default_pack().rules[0].told()}
    assert "Over 2,000.00 yuan" in told["en"]
    assert "超过3,000.00元为红色预警" in told["zh-CN"]
