"""Insurance products and what they would pay."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Money
from households_service.context import HouseholdsContext
from households_service.insurance import domain
from households_service.insurance.reading import shipped_products
from households_service.members.graph import Member

CURRENCY = "CNY"

strawberry.enum(domain.Cause, name="InsuranceCause")


@strawberry.type(description="A part of the loss above the trigger, and how much of it is paid.")
class InsuranceTier:
    width: Money | None = strawberry.field(description="Null: all that is left.")
    rate: Decimal = strawberry.field(description="0 to 1.")


@strawberry.type(description="What one tier adds to a payment.")
class InsuranceShare:
    loss: Money
    rate: Decimal
    paid: Money = strawberry.field(description="Not rounded before all tiers are added up.")


@strawberry.type(description="An insurance against falling back into poverty, paid for by the county.")
class InsuranceProduct:
    number: str
    name: str
    area_path: AreaPath
    effective_from: date
    effective_until: date | None
    causes: list[domain.Cause]
    trigger: Money = strawberry.field(description="Losses up to here are the family's own.")
    cap: Money | None
    tiers: list[InsuranceTier]
    product: strawberry.Private[domain.InsuranceProduct]

    @strawberry.field(description="What it would pay for a loss. Nothing is claimed or paid.")
    def payable(self, loss: Decimal, other_compensation: Decimal = Decimal(0)) -> Money:
        return money(self.product.pay(loss, other_compensation=other_compensation).payable)

    @staticmethod
    def of(product: domain.InsuranceProduct) -> "InsuranceProduct":
        return InsuranceProduct(
            number=product.number,
            name=product.name,
            area_path=AreaPath(product.area_path),
            effective_from=product.effective_from,
            effective_until=product.effective_until,
            causes=list(product.causes),
            trigger=money(product.trigger),
            cap=None if product.cap is None else money(product.cap),
            tiers=[
                InsuranceTier(width=None if tier.width is None else money(tier.width), rate=tier.rate)
                for tier in product.tiers
            ],
            product=product,
        )


@strawberry.type(description="What a member's reported costs would be worth. An estimate; nothing is claimed or paid.")
class InsuranceEstimate:
    cause: domain.Cause
    year_from: date = strawberry.field(description="First day of the policy year.")
    loss: Money = strawberry.field(description="Linked department records of the year, less what was paid back.")
    payable: Money
    capped: bool
    shares: list[InsuranceShare]
    product: InsuranceProduct
    member_id: strawberry.Private[UUID]

    @strawberry.field
    async def member(self, info: Info[HouseholdsContext, None]) -> Member | None:
        return Member.perhaps(await info.context.loaders.members.load(self.member_id))

    @staticmethod
    def of(estimate: domain.Estimate) -> "InsuranceEstimate":
        return InsuranceEstimate(
            cause=estimate.cause,
            year_from=estimate.year_from,
            loss=money(estimate.loss),
            payable=money(estimate.payment.payable),
            capped=estimate.payment.capped,
            shares=[
                InsuranceShare(
                    loss=money(share.loss), rate=share.rate, paid=Money(amount=share.paid, currency=CURRENCY)
                )
                for share in estimate.payment.shares
            ],
            product=InsuranceProduct.of(estimate.product),
            member_id=estimate.member_id,
        )


@strawberry.type
class InsuranceQuery:
    @strawberry.field(description="Products for an area, those of the nearest area first.")
    def insurance_products(self, info: Info[HouseholdsContext, None], area: AreaPath) -> list[InsuranceProduct]:
        found = [product for product in shipped_products() if area.startswith(product.area_path)]
        return [InsuranceProduct.of(one) for one in sorted(found, key=lambda one: (-len(one.area_path), one.number))]


def money(amount: Decimal) -> Money:
    return Money(amount=amount.quantize(domain.CENT), currency=CURRENCY)
