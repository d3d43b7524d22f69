"""What the caller was told."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.types import Info

from chassis.errors import Forbidden
from chassis.graph import Connection, PageRequest, Refused, refusals
from chassis.ids import parse_id
from risk_service.alerts.graph import Alert, visible_alert
from risk_service.cases.graph import MonitoringCase
from risk_service.context import RiskContext
from risk_service.notifications import domain, service
from risk_service.planning.offers.graph import AssistanceOffer
from risk_service.planning.offers.service import find_offer

strawberry.enum(domain.NotificationKind)


@strawberry.type
class Notification:
    id: strawberry.ID
    kind: domain.NotificationKind
    created_at: datetime
    read_at: datetime | None
    about_id: strawberry.Private[UUID]

    @strawberry.field(description="Null once the household is no longer the reader's to see.")
    async def alert(self, info: Info[RiskContext, None]) -> Alert | None:
        if self.kind in domain.OF_OFFERS or self.kind is domain.NotificationKind.CASE_CHANGED:
            return None
        try:
            return await visible_alert(info, self.about_id)
        except Forbidden:
            return None

    @strawberry.field(description="Of a monitoring case; null as for alerts.")
    async def monitoring_case(self, info: Info[RiskContext, None]) -> MonitoringCase | None:
        if self.kind is not domain.NotificationKind.CASE_CHANGED:
            return None
        return await MonitoringCase.resolve_reference(info, strawberry.ID(str(self.about_id)))

    @strawberry.field(description="Of an offer of assistance; null as for alerts.")
    async def assistance_offer(self, info: Info[RiskContext, None]) -> AssistanceOffer | None:
        if self.kind not in domain.OF_OFFERS:
            return None
        async with info.context.begin() as uow:
            found = await find_offer(uow, info.context.actor, offer_id=self.about_id)
        return None if found is None else AssistanceOffer.of(found)

    @staticmethod
    def of(notification: domain.Notification) -> "Notification":
        return Notification(
            id=strawberry.ID(str(notification.id)),
            kind=notification.kind,
            created_at=notification.created_at,
            read_at=notification.read_at,
            about_id=notification.about_id,
        )


@strawberry.type
class NotificationsRead:
    marked: int


@strawberry.input
class MarkNotificationsReadInput:
    ids: list[strawberry.ID]


MarkNotificationsReadResult = Annotated[NotificationsRead | Refused, strawberry.union("MarkNotificationsReadResult")]


@strawberry.type
class NotificationQuery:
    @strawberry.field(description="The caller's own: an officer's, or a household's. Newest first.")
    async def notifications(
        self,
        info: Info[RiskContext, None],
        unread_only: bool = False,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Notification]:
        request = PageRequest.of(first, after)
        context = info.context

        async def count() -> int:
            async with context.begin() as uow:
                return await service.count_notifications(uow, context.actor, unread_only=unread_only)

        async with context.begin() as uow:
            page = await service.read_notifications(uow, context.actor, unread_only=unread_only, request=request)
        return Connection.of(page, Notification.of, after=after, count=count)


@strawberry.type
class NotificationMutation:
    @strawberry.mutation
    @refusals
    async def mark_notifications_read(
        self, info: Info[RiskContext, None], input: MarkNotificationsReadInput
    ) -> MarkNotificationsReadResult:
        ids = [parse_id(text, field="ids") for text in input.ids[:100]]
        async with info.context.begin() as uow:
            return NotificationsRead(marked=await service.mark_read(uow, info.context.actor, ids=ids))
