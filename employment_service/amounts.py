"""Amounts as they come in: decimal, with at most two decimals, as whole cents inside."""

from __future__ import annotations

from decimal import Decimal

from chassis.errors import InvalidInput

MOST = Decimal(10_000_000)


def cents_of(amount: Decimal, *, field: str) -> int:
    """Raises InvalidInput for what is no number, negative, finer than a cent or beyond 10,000,000.00."""
    if not amount.is_finite():
        raise InvalidInput("An amount must be a number.", field=field)
    if not 0 <= amount <= MOST:
        raise InvalidInput("An amount lies between 0 and 10,000,000.00.", field=field)
    cents = amount * 100
    if cents != cents.to_integral_value():
        raise InvalidInput("An amount has at most two decimals.", field=field)
    return int(cents)


def minutes_of(clock_time: str, *, field: str) -> int:
    """Minutes after midnight of a time written "08:30"."""
    hours, colon, minutes = clock_time.partition(":")
    if not (colon and len(hours) == len(minutes) == 2 and (hours + minutes).isascii() and (hours + minutes).isdigit()):
        raise InvalidInput("A time of day is written like 08:30.", field=field)
    if int(hours) > 23 or int(minutes) > 59:
        raise InvalidInput("A time of day lies between 00:00 and 23:59.", field=field)
    return int(hours) * 60 + int(minutes)


def clock_time_of(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
