"""Floors that keep a part of the budget for a group."""

from __future__ import annotations

from decimal import Decimal

from risk_service.planning.domain import Flags, Floor, FloorUnit


def proportional(name: str, rows: Flags, able: Flags, *, share: float, budget: int) -> Floor | None:
    """`share` of the budget that would be the group's if it went by the number of households that can be offered
    something; `able` (n,) says which those are. None where the group has none.
    """
    within = rows & able
    if not within.any():
        return None
    part = int(within.sum()) / Decimal(int(able.sum()))
    return Floor(name=name, rows=within, unit=FloorUnit.CENTS, least=int(Decimal(str(share)) * budget * part))
