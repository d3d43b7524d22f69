"""Anti-poverty insurance: what a product would pay for a loss. An estimate only; nothing is claimed or paid here.

Pure: products are data, amounts are yuan with two decimals, rounded half up once at the end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from uuid import UUID

from chassis.errors import InvalidInput

CENT = Decimal("0.01")
NOTHING = Decimal(0)


class Cause(StrEnum):
    ILLNESS = "ILLNESS"
    ACCIDENT = "ACCIDENT"
    DISASTER = "DISASTER"
    SCHOOLING = "SCHOOLING"


class TiersOutOfOrder(InvalidInput):
    code = "TIERS_OUT_OF_ORDER"


class LossNotAnAmount(InvalidInput):
    code = "LOSS_NOT_AN_AMOUNT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """`width`: yuan of loss above the trigger that fall into the tier; None: all that is left. `rate`: 0 to 1."""

    width: Decimal | None
    rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TierShare:
    """What one tier adds: `loss` falls into it, `paid` of that is not rounded."""

    loss: Decimal
    rate: Decimal
    paid: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    payable: Decimal
    shares: tuple[TierShare, ...]
    capped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InsuranceProduct:
    """`cap` None: none. The policy year begins each year on `year_from` (month, day)."""

    number: str
    name: str
    area_path: str
    effective_from: date
    effective_until: date | None
    causes: tuple[Cause, ...]
    trigger: Decimal
    tiers: tuple[Tier, ...]
    cap: Decimal | None
    year_from: tuple[int, int]

    def __post_init__(self) -> None:
        if not self.tiers or any(tier.width is None for tier in self.tiers[:-1]):
            raise TiersOutOfOrder("Every tier but the last one has a width.", field="tiers")
        widths = [tier.width for tier in self.tiers if tier.width is not None]
        if any(not width > 0 for width in widths) or any(not 0 <= tier.rate <= 1 for tier in self.tiers):
            raise TiersOutOfOrder("A tier is wider than nought and pays nought to all of it.", field="tiers")
        if not self.trigger >= 0 or (self.cap is not None and not self.cap > 0):
            raise TiersOutOfOrder("The trigger is not negative and the cap is more than nought.", field="trigger")

    def covers(self, day: date) -> bool:
        return self.effective_from <= day and (self.effective_until is None or day < self.effective_until)

    def year_of(self, day: date) -> date:
        """First day of the policy year that holds the day."""
        start = date(day.year, *self.year_from)
        return start if start <= day else date(day.year - 1, *self.year_from)

    def pay(self, loss: Decimal, *, other_compensation: Decimal = NOTHING) -> Payment:
        """min(cap, sum of tier rate x part of (loss - other compensation - trigger) in the tier)."""
        if not loss.is_finite() or not other_compensation.is_finite() or loss < 0 or other_compensation < 0:
            raise LossNotAnAmount("A loss and what others paid for it are amounts, not below nought.", field="loss")
        left = max(loss - other_compensation - self.trigger, NOTHING)
        shares: list[TierShare] = []
        for tier in self.tiers:
            part = left if tier.width is None else min(left, tier.width)
            if part > 0:
                shares.append(TierShare(loss=part, rate=tier.rate, paid=part * tier.rate))
            left -= part
        whole = sum((share.paid for share in shares), NOTHING)
        capped = self.cap is not None and whole > self.cap
        paid = self.cap if capped and self.cap is not None else whole
        return Payment(payable=paid.quantize(CENT, ROUND_HALF_UP), shares=tuple(shares), capped=capped)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """One cost, or what was paid back of one (negative), counted on the day of the cost itself."""

    member_id: UUID
    cause: Cause
    on: date
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Of one member's losses of one cause in one policy year."""

    product: InsuranceProduct
    member_id: UUID
    cause: Cause
    year_from: date
    loss: Decimal
    payment: Payment


def product_for(products: Iterable[InsuranceProduct], *, area_path: str, day: date) -> InsuranceProduct | None:
    """The one of the nearest area at or above; of one area, the newest."""
    fitting = [one for one in products if area_path.startswith(one.area_path) and one.covers(day)]
    return max(fitting, key=lambda one: (len(one.area_path), one.effective_from, one.number), default=None)


def estimates(product: InsuranceProduct, losses: Iterable[Loss], *, day: date) -> Sequence[Estimate]:
    """Of the policy year that holds `day`; losses of nought or less are left out."""
    year = product.year_of(day)
    sums: dict[tuple[UUID, Cause], Decimal] = defaultdict(lambda: NOTHING)
    for loss in losses:
        if loss.cause in product.causes and loss.on <= day and product.year_of(loss.on) == year:
            sums[loss.member_id, loss.cause] += loss.amount
    return [
        Estimate(
            product=product,
            member_id=member_id,
            cause=cause,
            year_from=year,
            loss=total,
            payment=product.pay(total),
        )
        for (member_id, cause), total in sorted(sums.items(), key=lambda item: (str(item[0][0]), item[0][1]))
        if total > 0
    ]
