"""What a wage may change in a household's aid, day by day, and how it is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from employment_service.policies.domain import EmploymentPolicy
from employment_service.terms.aid import Aid, outlook
from employment_service.terms.rendering import rendered
from employment_service.vacancies.domain import TermsVersion
from tests.employment_service.factories import MORNING, terms

POLICY = EmploymentPolicy()
ALLOWANCE = Aid(benefit="SUBSISTENCE_ALLOWANCE", monthly_cents=50_000)
VERSION = TermsVersion.of(terms(starts_on=date(2020, 10, 1)), number=1, at=MORNING)
STARTS = date(2020, 10, 1)


def test_an_allowance_stays_for_a_year_and_then_goes_down_in_four_steps() -> None:
    (one,) = outlook([ALLOWANCE], starts_on=STARTS, policy=POLICY)

    assert one.unchanged_until == date(2021, 10, 1)
    assert [(step.begins_on, step.at_least_cents) for step in one.steps] == [
        (date(2021, 10, 1), 37_500),
        (date(2022, 1, 1), 25_000),
        (date(2022, 4, 1), 12_500),
        (date(2022, 7, 1), 0),
    ]


def test_an_area_may_give_more_time_and_gentler_steps() -> None:
    policy = replace(POLICY, benefit_taper_months=24, benefit_taper_step_months=6, benefit_taper_step_percent=20)

    (one,) = outlook([ALLOWANCE], starts_on=STARTS, policy=policy)

    assert (one.unchanged_until, len(one.steps), one.steps[-1].begins_on) == (date(2022, 10, 1), 5, date(2024, 10, 1))


@pytest.mark.parametrize(
    "aid",
    [
        Aid(benefit="PENSION", monthly_cents=20_000),
        Aid(benefit="SUBSIDY", monthly_cents=9_000),
        replace(ALLOWANCE, paid_until=date(2021, 9, 30)),
    ],
    ids=["pension", "subsidy", "ends before"],
)
def test_what_does_not_look_at_income_or_ends_before_is_not_touched(aid: Aid) -> None:
    (one,) = outlook([aid], starts_on=STARTS, policy=POLICY)

    assert (one.unchanged_until, one.steps) == (None, ())


def test_an_allowance_that_ends_meanwhile_has_the_steps_up_to_its_end() -> None:
    (one,) = outlook([replace(ALLOWANCE, paid_until=date(2022, 1, 31))], starts_on=STARTS, policy=POLICY)

    assert [step.begins_on for step in one.steps] == [date(2021, 10, 1), date(2022, 1, 1)]


@pytest.mark.parametrize("language", ["en", "zh-CN", "ug"])
def test_amounts_and_days_are_said_in_every_language(language: str) -> None:
    aid = outlook([ALLOWANCE, Aid(benefit="PENSION", monthly_cents=20_000)], starts_on=STARTS, policy=POLICY)

    said = {line.code: line.value for line in rendered(VERSION, language, taper_months=12, aid=aid).lines}["aid"]

    for part in ("500.00 CNY", "2021-10-01", "375.00 CNY", "2022-07-01", "0.00 CNY", "200.00 CNY"):
        assert part in said, part


def test_not_known_is_said_and_none_is_said() -> None:
    unknown = rendered(VERSION, "en", taper_months=12).lines[-1].value
    nothing = rendered(VERSION, "en", taper_months=12, aid=()).lines[-1].value

    assert "not known at this moment" in unknown
    assert "receives no monthly aid" in nothing
    assert all(line.startswith("Saying no, or leaving, changes nothing") for line in (unknown, nothing))
