"""Months and counts, without small ones."""

from datetime import date

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath
from employment_service.context import EmploymentContext
from employment_service.figures import domain, service
from employment_service.placements.calendar import month_of, month_text

strawberry.enum(domain.Fact, name="WorkFact", description="Confirmed facts. Offers and answers are not counted.")


@strawberry.type
class WorkFigure:
    month: str
    fact: domain.Fact
    count: int | None = strawberry.field(description="Null: too few to be shown, or kept back so that none is found.")
    as_of: date

    @staticmethod
    def of(cell: domain.Cell, as_of: date) -> "WorkFigure":
        return WorkFigure(month=month_text(cell.month), fact=cell.fact, count=cell.count, as_of=as_of)


@strawberry.type
class FigureQuery:
    @strawberry.field(description="Of the caller's own area, month by month.")
    async def work_figures(
        self, info: Info[EmploymentContext, None], area: AreaPath, since: str, months: int = 12
    ) -> list[WorkFigure]:
        async with info.context.begin() as uow:
            cells = await service.work_figures(uow, area_path=area, first=month_of(since, field="since"), months=months)
            today = await uow.today(area)
        return [WorkFigure.of(cell, today) for cell in cells]
