"""Measured effects, and lists of measures that use them."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from chassis.errors import InvalidInput
from risk_service.planning.catalogues.domain import (
    CatalogueApproved,
    CatalogueChanged,
    CatalogueNotApproved,
    CatalogueNotFound,
    CatalogueSecondPersonNeeded,
    MeasureCatalogue,
    MeasureNotMeasured,
    approve,
    measures_for,
    proposed,
)
from risk_service.planning.effects.domain import Measured, MeasureEffect, Stratum, measured, require_months
from risk_service.planning.offers.domain import MOST_DAYS_TO_ANSWER, last_day
from risk_service.planning.plans.declaration import DeclaredMeasure, EffectBasis, MeasureNotPlannable
from risk_service.policy.domain import MeasureType

AT = datetime(2020, 9, 18, tzinfo=UTC)
TOWN = "99/01/01/001/"
RELIEF = DeclaredMeasure(
    code="RELIEF", type=MeasureType.TEMPORARY_RELIEF, label="Relief", unit_cost=300_000, capacity=None, effect=0.2
)
LIST = MeasureCatalogue(
    id=UUID(int=1), area_path="99/01/", currency="CNY", measures=(RELIEF,), proposed_by="planner-1", proposed_at=AT
)


def stratum(*counts: int) -> Stratum:
    helped, helped_fell, compared, compared_fell = counts
    return Stratum(helped=helped, helped_fell=helped_fell, compared=compared, compared_fell=compared_fell)


def seen(assumed: float, *strata: Stratum) -> Measured:
    found = measured(assumed, strata)
    assert found is not None
    return found


def test_what_was_seen_is_drawn_toward_what_was_assumed() -> None:
    """Two of 12 against 6 of 12: a third; the variance of its logarithm is 1/2, that of the assumption 1/4."""
    found = seen(0.2, stratum(12, 2, 12, 6))
    left = (4 * math.log(0.8) + 2 * math.log(1 / 3)) / 6
    assert found.seen == pytest.approx(2 / 3)
    assert found.effect == pytest.approx(1 - math.exp(left))
    assert found.low == pytest.approx(1 - math.exp(left + 1.96 / math.sqrt(6)))
    assert found.high == pytest.approx(1 - math.exp(left - 1.96 / math.sqrt(6)))
    assert (found.helped, found.helped_fell, found.compared, found.compared_fell) == (12, 2, 12, 6)


def test_with_many_households_what_was_seen_decides() -> None:
    assert seen(0.2, stratum(20_000, 2_000, 20_000, 4_000)).effect == pytest.approx(0.5, abs=0.005)
    assert seen(0.2, stratum(20_000, 4_400, 20_000, 4_000)).effect == pytest.approx(-0.1, abs=0.005)


def test_the_likelier_are_compared_with_the_likelier() -> None:
    """The helped are mostly the likely ones; laid together, help would seem to do harm."""
    unlikely, likely = stratum(10, 1, 90, 18), stratum(90, 36, 10, 8)
    assert seen(0.2, unlikely, likely).seen == pytest.approx(0.5)
    assert seen(0.2, stratum(100, 37, 100, 26)).seen < 0


def test_who_has_no_like_household_on_the_other_side_is_left_out() -> None:
    found = seen(0.2, stratum(12, 2, 12, 6), stratum(50, 40, 0, 0), stratum(0, 0, 50, 40))
    assert (found.helped, found.compared) == (12, 12)


@pytest.mark.parametrize(
    "strata",
    [(), (stratum(9, 1, 50, 10),), (stratum(50, 10, 9, 3),), (stratum(50, 10, 0, 0),), (stratum(50, 2, 50, 0),)],
)
def test_of_small_groups_and_where_nobody_fell_back_nothing_is_told(strata: tuple[Stratum, ...]) -> None:
    assert measured(0.2, strata) is None


def test_where_none_of_the_helped_fell_back_the_effect_is_still_below_all() -> None:
    found = seen(1.0, stratum(30, 0, 30, 9))
    assert 0.5 < found.low < found.effect < found.high < 1


@pytest.mark.parametrize("months", [2, 37])
def test_months_are_within_reason(months: int) -> None:
    with pytest.raises(InvalidInput):
        require_months(months)


def known(effect: float) -> dict[str, MeasureEffect]:
    one = Measured(
        effect=effect, low=-1.0, high=0.9, seen=effect, helped=12, helped_fell=2, compared=12, compared_fell=6
    )
    return {
        "RELIEF": MeasureEffect(code="RELIEF", label="Relief", assumed=0.2, measured=one),
        "POST": MeasureEffect(code="POST", label="Post", assumed=0.5, measured=None),
    }


def test_a_measured_effect_takes_the_place_of_the_assumed_one_where_it_is_asked_for() -> None:
    (plain,) = proposed([RELIEF], area_path=TOWN, use_measured=[], known={})
    (with_it,) = proposed([RELIEF], area_path=TOWN, use_measured=["RELIEF"], known=known(0.40249))
    assert (plain.effect, plain.effect_basis, plain.assumed) == (0.2, EffectBasis.ASSUMED, 0.2)
    assert (with_it.effect, with_it.effect_basis, with_it.assumed) == (0.4025, EffectBasis.MEASURED, 0.2)


@pytest.mark.parametrize(("code", "effect"), [("POST", 0.4), ("UNKNOWN", 0.4), ("RELIEF", 0.0), ("RELIEF", -0.3)])
def test_what_was_not_measured_or_averted_nothing_is_refused(code: str, effect: float) -> None:
    with pytest.raises(MeasureNotMeasured) as refused:
        proposed([RELIEF], area_path=TOWN, use_measured=[code], known=known(effect))
    assert refused.value.field == "useMeasured.0"


def test_a_list_holds_only_what_a_plan_may_deal_out() -> None:
    referral = DeclaredMeasure(
        code="JOB", type=MeasureType.JOB_REFERRAL, label="Job", unit_cost=0, capacity=None, effect=0.5
    )
    with pytest.raises(MeasureNotPlannable):
        proposed([referral], area_path=TOWN, use_measured=[], known={})


def test_a_list_is_approved_once_by_a_second_person_as_it_was_read() -> None:
    digest = LIST.content_hash
    with pytest.raises(CatalogueSecondPersonNeeded):
        approve(LIST, approver="planner-1", content_hash=digest, reason="Fits.", at=AT)
    with pytest.raises(CatalogueChanged):
        approve(LIST, approver="approver-1", content_hash="0" * 64, reason="Fits.", at=AT)
    with pytest.raises(InvalidInput):
        approve(LIST, approver="approver-1", content_hash=digest, reason=" ", at=AT)
    approved = approve(LIST, approver="approver-1", content_hash=digest, reason=" Fits. ", at=AT)
    assert approved.approval is not None
    assert (approved.approval.by, approved.approval.reason) == ("approver-1", "Fits.")
    with pytest.raises(CatalogueApproved):
        approve(approved, approver="approver-2", content_hash=digest, reason="Fits.", at=AT)
    assert measures_for(approved, TOWN) == (RELIEF,)


def test_a_plan_uses_only_an_approved_list_of_its_own_area() -> None:
    approved = approve(LIST, approver="approver-1", content_hash=LIST.content_hash, reason="Fits.", at=AT)
    with pytest.raises(CatalogueNotApproved):
        measures_for(LIST, TOWN)
    for listed, area in ((None, TOWN), (approved, "99/02/01/"), (approved, "99/")):
        with pytest.raises(CatalogueNotFound):
            measures_for(listed, area)


@pytest.mark.parametrize("days", [0, MOST_DAYS_TO_ANSWER + 1])
def test_an_answer_has_a_last_day(days: int) -> None:
    assert last_day(date(2020, 9, 18), 30) == date(2020, 10, 18)
    with pytest.raises(InvalidInput):
        last_day(date(2020, 9, 18), days)
