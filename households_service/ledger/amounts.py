"""Amounts as people write them, as integer cents."""

from __future__ import annotations

from decimal import Decimal

from chassis.errors import InvalidInput

CURRENCY = "CNY"


class AmountNotWholeCents(InvalidInput):
    code = "AMOUNT_NOT_WHOLE_CENTS"


class CurrencyMismatch(InvalidInput):
    """Ledgers are kept in one currency; exchange is nothing a ledger may guess."""

    code = "CURRENCY_MISMATCH"


def cents_of(amount: Decimal, currency: str = CURRENCY, *, field: str = "amount") -> int:
    """Raises AmountNotWholeCents (also for what is no number) or CurrencyMismatch."""
    if currency != CURRENCY:
        raise CurrencyMismatch(f"Ledgers are kept in {CURRENCY}.", field=field)
    if not amount.is_finite() or amount.adjusted() > 15:
        raise AmountNotWholeCents("This is not an amount of money.", field=field)
    cents = amount.scaleb(2)
    if cents != cents.to_integral_value():
        raise AmountNotWholeCents("An amount has at most two decimals.", field=field)
    return int(cents)
