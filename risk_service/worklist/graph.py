"""The list an officer begins the day with."""

from datetime import datetime
from uuid import UUID

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Connection, PageRequest
from risk_service.alerts.graph import Alert, visible_alert
from risk_service.context import RiskContext
from risk_service.policy.words import AlertLevel
from risk_service.worklist import domain, service

strawberry.enum(domain.WorkKind)


@strawberry.type
class WorkItem:
    kind: domain.WorkKind
    level: AlertLevel
    due_at: datetime = strawberry.field(description="When the visit is due; for a decision, since when it waits.")
    overdue: bool
    alert_id: strawberry.Private[UUID]

    @strawberry.field
    async def alert(self, info: Info[RiskContext, None]) -> Alert | None:
        return await visible_alert(info, self.alert_id)

    @staticmethod
    def of(item: domain.WorkItem) -> "WorkItem":
        return WorkItem(
            kind=item.kind, level=item.level, due_at=item.due_at, overdue=item.overdue, alert_id=item.alert_id
        )


@strawberry.type
class WorkListQuery:
    @strawberry.field(
        description="A specialist's visits, an approver's decisions, everybody else's both. Red before yellow."
    )
    async def work_list(
        self,
        info: Info[RiskContext, None],
        area: AreaPath | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[WorkItem]:
        request = PageRequest.of(first, after)
        context = info.context

        async def count() -> int:
            async with context.begin() as uow:
                return await service.count_work(uow, context.actor, area_path=area)

        async with context.begin() as uow:
            page = await service.list_work(uow, context.actor, area_path=area, request=request)
        return Connection.of(page, WorkItem.of, after=after, count=count)
