"""A22: what a product pays, with its exact figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households_service.insurance.domain import (
    Cause,
    InsuranceProduct,
    Loss,
    LossNotAnAmount,
    Tier,
    TiersOutOfOrder,
    estimates,
    product_for,
)
from households_service.insurance.reading import InsuranceProductMalformed, read_product, shipped_products
from tests.households_service.factories import COUNTY, uuid

DEMO = next(product for product in shipped_products() if product.area_path == COUNTY)
ONE_TIER = next(product for product in shipped_products() if product.area_path == "")
AMOUNTS = st.decimals(min_value=0, max_value=1_000_000, places=2)


@pytest.mark.parametrize(
    ("product", "loss", "paid"),
    [
        pytest.param(ONE_TIER, "18000", "9000.00", id="one tier of half"),
        pytest.param(DEMO, "5000", "0.00", id="up to the trigger"),
        pytest.param(DEMO, "10318.18", "2690.91", id="the story's bill"),
        pytest.param(DEMO, "25000", "12000.00", id="three tiers"),
        pytest.param(DEMO, "200000", "100000.00", id="the cap"),
        pytest.param(DEMO, "5000.01", "0.01", id="half a cent is rounded up"),
    ],
)
def test_a22_what_is_paid(product: InsuranceProduct, loss: str, paid: str) -> None:
    assert product.pay(Decimal(loss)).payable == Decimal(paid)


def test_the_shares_say_how_the_sum_came_about() -> None:
    payment = DEMO.pay(Decimal("10318.18"))
    assert [(share.loss, share.rate, share.paid) for share in payment.shares] == [
        (Decimal("5000.00"), Decimal("0.50"), Decimal("2500.0000")),
        (Decimal("318.18"), Decimal("0.60"), Decimal("190.9080")),
    ]
    assert not payment.capped
    assert DEMO.pay(Decimal(200_000)).capped


def test_what_others_paid_comes_off_before_the_trigger() -> None:
    assert DEMO.pay(Decimal("11318.18"), other_compensation=Decimal(1000)).payable == Decimal("2690.91")
    assert DEMO.pay(Decimal(6000), other_compensation=Decimal(9000)).payable == Decimal("0.00")


@given(AMOUNTS, AMOUNTS)
def test_more_loss_never_pays_less_and_never_more_than_the_loss(one: Decimal, other: Decimal) -> None:
    less, more = sorted((one, other))
    assert DEMO.pay(less).payable <= DEMO.pay(more).payable <= min(more, Decimal(100_000))


@pytest.mark.parametrize("loss", ["NaN", "Infinity", "-0.01"])
def test_what_is_no_loss_is_refused(loss: str) -> None:
    with pytest.raises(LossNotAnAmount):
        DEMO.pay(Decimal(loss))


@pytest.mark.parametrize(
    "tiers",
    [
        (),
        (Tier(width=None, rate=Decimal("0.5")), Tier(width=None, rate=Decimal("0.6"))),
        (Tier(width=Decimal(0), rate=Decimal("0.5")),),
        (Tier(width=None, rate=Decimal("1.01")),),
    ],
)
def test_tiers_that_make_no_sense_are_refused(tiers: tuple[Tier, ...]) -> None:
    with pytest.raises(TiersOutOfOrder):
        replace(DEMO, tiers=tiers)


def test_the_nearest_areas_newest_product_counts() -> None:
    renewed = replace(DEMO, number="later", effective_from=date(2021, 1, 1))
    products = (DEMO, ONE_TIER, renewed)
    assert product_for(products, area_path="99/01/01/001/201/", day=date(2020, 9, 18)) is DEMO
    assert product_for(products, area_path="99/01/01/001/201/", day=date(2021, 9, 18)) is renewed
    assert product_for(products, area_path="99/01/02/001/201/", day=date(2021, 9, 18)) is ONE_TIER
    assert product_for(products, area_path="99/01/01/001/201/", day=date(2019, 12, 31)) is None


def test_losses_are_added_up_by_member_cause_and_policy_year() -> None:
    mother, father = uuid(12), uuid(11)
    losses = [
        Loss(member_id=mother, cause=Cause.ILLNESS, on=date(2020, 3, 1), amount=Decimal("11318.18")),
        Loss(member_id=mother, cause=Cause.ILLNESS, on=date(2020, 3, 1), amount=Decimal("-1000.00")),
        Loss(member_id=mother, cause=Cause.ACCIDENT, on=date(2020, 4, 1), amount=Decimal("25000.00")),
        Loss(member_id=father, cause=Cause.ILLNESS, on=date(2019, 12, 31), amount=Decimal("99000.00")),
        Loss(member_id=father, cause=Cause.ILLNESS, on=date(2020, 9, 19), amount=Decimal("99000.00")),
    ]
    found = estimates(DEMO, losses, day=date(2020, 9, 18))
    assert [(one.member_id, one.cause, one.loss, one.payment.payable) for one in found] == [
        (mother, Cause.ACCIDENT, Decimal("25000.00"), Decimal("12000.00")),
        (mother, Cause.ILLNESS, Decimal("10318.18"), Decimal("2690.91")),
    ]


def test_a_product_that_cannot_be_read_names_the_key() -> None:
    sound = """
number = "x"
name = "X"
area = ""
effective_from = 2020-01-01
causes = ["ILLNESS"]
trigger = "0.00"
[[tiers]]
rate = "0.50"
"""
    assert read_product(sound).tiers == (Tier(width=None, rate=Decimal("0.50")),)
    for broken, field in (
        (sound.replace('"0.00"', "0.5"), "trigger"),
        (sound.replace('["ILLNESS"]', '["LUCK"]'), "causes"),
        (sound.replace("2020-01-01", '"2020"'), "effective_from"),
        ("colour = 1\n" + sound, "colour"),
    ):
        with pytest.raises(InsuranceProductMalformed) as caught:
            read_product(broken)
        assert caught.value.field == field
