"""Figures of one area, for whoever answers for all of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chassis.errors import Forbidden, InvalidInput
from employment_service.access import POLICY
from employment_service.figures.domain import Cell, withheld
from employment_service.placements.calendar import add_months
from employment_service.uow import EmploymentUnitOfWork

MOST_MONTHS = 24


async def work_figures(uow: EmploymentUnitOfWork, *, area_path: str, first: date, months: int) -> Sequence[Cell]:
    """Of an area that stands in the caller's own token: not of its parts, whose differences would show small counts."""
    POLICY.require(uow.actor, "readFigures").require(area_path=area_path)
    if area_path not in uow.actor.areas:
        raise Forbidden("Figures are shown for the whole of your own area.", field="area")
    if not 1 <= months <= MOST_MONTHS:
        raise InvalidInput(f"Between 1 and {MOST_MONTHS} months are shown.", field="months")
    policy = await uow.policy(area_path)
    counts = await uow.figures.by_month(area_path, first=first, after=add_months(first, months))
    shown = tuple(add_months(first, number) for number in range(months))
    return withheld(counts, months=shown, least=policy.least_cell)
