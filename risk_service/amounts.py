"""Money as the graph shows it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from chassis.graph import Money

CENT = Decimal("0.01")


def shown(amount: Decimal, currency: str) -> Money:
    """Rounded half up to the cent."""
    return Money(amount=amount.quantize(CENT, ROUND_HALF_UP), currency=currency)
