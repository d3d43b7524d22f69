"""Alerts as GraphQL: an entity, lists, and the stream of new ones."""

from collections.abc import AsyncGenerator
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Connection, Money, PageRequest
from chassis.ids import parse_id
from risk_service.access import READ_ALERTS
from risk_service.alerts import domain, service, stream
from risk_service.alerts.repository import AlertFilter, AlertOrder
from risk_service.alerts.types import AlertChange, AlertInput, AlertThresholds, CountedCondition, CountedCost
from risk_service.amounts import shown
from risk_service.clearances.graph import Clearance
from risk_service.context import RiskContext
from risk_service.policy.domain import LocalText
from risk_service.policy.words import AlertLevel, RiskFactor
from risk_service.sight import require_sight
from risk_service.streams import presented
from risk_service.verification.graph import VerificationTask, VisitReport

if TYPE_CHECKING:
    from risk_service.copies.graph import Household

strawberry.enum(domain.AlertStatus, description="VISITED: somebody looked, a second person has not decided yet.")
strawberry.enum(domain.Priority, description="HIGH: red, or two different factors open at once.")
strawberry.enum(domain.ChangeKind)
strawberry.enum(AlertOrder)


@strawberry.federation.type(
    keys=["id"],
    description="An early warning about an event, never about a person. It can bring a visit or an offer.",
)
class Alert:
    id: strawberry.ID
    area_path: AreaPath
    factor: RiskFactor
    level: AlertLevel
    status: domain.AlertStatus
    priority: domain.Priority
    amount: Money | None = strawberry.field(
        description="Added up in the policy year, less what was cleared before. Null where it is not about a cost."
    )
    cleared_before: Money | None
    thresholds: AlertThresholds | None
    policy_version: str = strawberry.field(description="Name and version of the policy pack it was raised under.")
    policy_hash: str = strawberry.field(description="SHA-256 of that pack's content.")
    counted_costs: list[CountedCost] = strawberry.field(description="Those that make the amount first.")
    conditions: list[CountedCondition] = strawberry.field(description="Records behind it that are not about a cost.")
    inputs: list[AlertInput] = strawberry.field(description="Figures behind it other than costs.")
    period_from: date = strawberry.field(description="First day of the policy year that is added up.")
    raised_at: datetime
    raised_on: date = strawberry.field(description="The civil day where the household lives.")
    watch_until: date | None = strawberry.field(description="After a clearing: last day of the light watch.")
    version: int = strawberry.field(description="Give it back as expectedVersion.")
    household_id: strawberry.Private[UUID]
    key: strawberry.Private[UUID]
    rule_texts: strawberry.Private[tuple[LocalText, ...]]
    currency: strawberry.Private[str]
    about_cost: strawberry.Private[bool]

    @strawberry.field
    def household(self) -> Annotated["Household", strawberry.lazy("risk_service.copies.graph")] | None:
        from risk_service.copies.graph import Household  # noqa: PLC0415 - the two types know each other

        return Household(id=strawberry.ID(str(self.household_id)))

    @strawberry.field(description="The rule in words, in the reader's language, so that the household can be told.")
    def rule_text(self, info: Info[RiskContext, None]) -> str:
        known = {text.locale: text.text for text in self.rule_texts}
        return known.get(info.context.locale, known["en"])

    @strawberry.field(description="From raising to clearing, in order.")
    async def history(self, info: Info[RiskContext, None]) -> list[AlertChange]:
        return [
            AlertChange(
                number=change.number,
                kind=change.kind,
                level=change.level,
                amount=shown(change.amount, self.currency) if self.about_cost else None,
                at=change.at,
            )
            for change in await info.context.loaders.changes.load(self.key)
        ]

    @strawberry.field(description="The newest verification task.")
    async def task(self, info: Info[RiskContext, None]) -> VerificationTask | None:
        found = await info.context.loaders.tasks.load(self.key)
        return None if found is None else VerificationTask.of(found)

    @strawberry.field(description="The newest visit.")
    async def visit(self, info: Info[RiskContext, None]) -> VisitReport | None:
        found = await info.context.loaders.visits.load(self.key)
        return VisitReport.of(found[0]) if found else None

    @strawberry.field(description="Newest first.")
    async def visits(self, info: Info[RiskContext, None]) -> list[VisitReport]:
        return [VisitReport.of(visit) for visit in await info.context.loaders.visits.load(self.key)]

    @strawberry.field
    async def clearance(self, info: Info[RiskContext, None]) -> Clearance | None:
        found = await info.context.loaders.clearances.load(self.key)
        return None if found is None else Clearance.of(found)

    @classmethod
    async def resolve_reference(cls, info: Info[RiskContext, None], id: str) -> "Alert | None":
        return await visible_alert(info, parse_id(id))

    @staticmethod
    def of(alert: domain.Alert) -> "Alert":
        return Alert(
            id=strawberry.ID(str(alert.id)),
            area_path=AreaPath(alert.area_path),
            factor=alert.factor,
            level=alert.level,
            status=alert.status,
            priority=alert.priority,
            amount=shown(alert.amount, alert.currency) if alert.thresholds is not None else None,
            cleared_before=shown(alert.cleared_before, alert.currency) if alert.thresholds is not None else None,
            thresholds=None
            if alert.thresholds is None
            else AlertThresholds(
                yellow_over=shown(alert.thresholds.yellow_over, alert.currency),
                red_over=shown(alert.thresholds.red_over, alert.currency),
            ),
            policy_version=alert.policy_version,
            policy_hash=alert.policy_hash,
            counted_costs=[
                CountedCost(
                    department=entry.department,
                    record_id=entry.record_id,
                    occurred_on=entry.occurred_on,
                    amount=shown(entry.amount, alert.currency),
                    in_amount=entry.in_amount,
                )
                for entry in alert.counted
            ],
            conditions=[
                CountedCondition(
                    department=entry.department,
                    record_id=entry.record_id,
                    kind=entry.kind,
                    occurred_on=entry.occurred_on,
                    outage_days=entry.outage_days,
                    quality_ok=entry.quality_ok,
                )
                for entry in alert.conditions
            ],
            inputs=[AlertInput(name=one.name, value=one.value) for one in alert.inputs],
            period_from=alert.subject.period_from,
            raised_at=alert.raised_at,
            raised_on=alert.raised_on,
            watch_until=alert.watch_until,
            version=alert.version,
            household_id=alert.household_id,
            key=alert.id,
            rule_texts=alert.rule_texts,
            currency=alert.currency,
            about_cost=alert.thresholds is not None,
        )


@strawberry.input(description="What is left out does not restrict.")
class AlertFilterInput:
    status: list[domain.AlertStatus] | None = None
    level: list[AlertLevel] | None = None
    factor: list[RiskFactor] | None = None
    priority: domain.Priority | None = None
    household_id: strawberry.ID | None = None

    def wanted(self, area_path: str | None) -> AlertFilter:
        return AlertFilter(
            area_path=area_path,
            household_id=None if self.household_id is None else parse_id(self.household_id, field="householdId"),
            statuses=None if self.status is None else tuple(self.status),
            levels=None if self.level is None else tuple(self.level),
            factors=None if self.factor is None else tuple(self.factor),
            priority=self.priority,
        )


@strawberry.type(description="An alert was raised or has escalated.")
class AlertEvent:
    cursor: str = strawberry.field(description="Give it as `after` to be told what came later.")
    kind: domain.ChangeKind
    alert: Alert


async def visible_alert(info: Info[RiskContext, None], alert_id: UUID) -> Alert | None:
    """Raises Forbidden when the household is none of the caller's."""
    found = await info.context.loaders.alerts.load(alert_id)
    if found is None:
        return None
    reach = await info.context.loaders.reaches.load(found.household_id)
    require_sight(info.context.actor, READ_ALERTS, reach or service.reach_without_copy(found))
    return Alert.of(found)


@strawberry.type
class AlertQuery:
    @strawberry.field
    async def alert(self, info: Info[RiskContext, None], id: strawberry.ID) -> Alert | None:
        return await visible_alert(info, parse_id(id))

    @strawberry.field(description="Of the households the caller may see; `area`: at or below.")
    async def alerts(
        self,
        info: Info[RiskContext, None],
        *,
        area: AreaPath | None = None,
        filter: AlertFilterInput | None = None,
        order_by: AlertOrder = AlertOrder.NEWEST_FIRST,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Alert]:
        request = PageRequest.of(first, after)
        wanted = (filter or AlertFilterInput()).wanted(area)
        context = info.context

        async def count() -> int:
            async with context.begin() as uow:
                return await service.count_alerts(uow, context.actor, wanted=wanted)

        async with context.begin() as uow:
            page = await service.list_alerts(uow, context.actor, wanted=wanted, order=order_by, request=request)
        return Connection.of(page, Alert.of, after=after, count=count)

    @strawberry.field(
        description="Where `alertRaised` stands now. As its `after`, nothing is missed that is raised from here on."
    )
    async def alert_raised_cursor(self, info: Info[RiskContext, None]) -> str:
        return await stream.newest_cursor(info.context.begin_as, info.context.actor)

    @strawberry.field(description="Where `alertChanged` stands now; to be given as its `after`.")
    async def alert_changed_cursor(self, info: Info[RiskContext, None]) -> str:
        return await stream.newest_cursor(info.context.begin_as, info.context.actor)


@strawberry.type
class AlertSubscription:
    @strawberry.subscription(
        description="Alerts raised or escalated at or below an area. Without `after`, those from now on."
    )
    async def alert_raised(
        self, info: Info[RiskContext, None], area: AreaPath, after: str | None = None
    ) -> AsyncGenerator[AlertEvent, None]:
        async for event in _events(info.context, area, after, stream.RAISED):
            yield event

    @strawberry.subscription(
        description="Whatever happens to alerts at or below an area: raised, escalated, its amount changed, visited, "
        "cleared. `alert` is as it stands now. Without `after`, changes from now on."
    )
    async def alert_changed(
        self, info: Info[RiskContext, None], area: AreaPath, after: str | None = None
    ) -> AsyncGenerator[AlertEvent, None]:
        async for event in _events(info.context, area, after, stream.CHANGED):
            yield event


async def _events(
    context: RiskContext, area: str, after: str | None, kinds: frozenset[domain.ChangeKind]
) -> AsyncGenerator[AlertEvent, None]:
    watched = stream.watch(context.begin_as, context.listening, context.actor, area_path=area, after=after, kinds=kinds)
    async for entry, alert in presented(watched):
        context.forget()
        yield AlertEvent(cursor=stream.cursor_of(entry), kind=entry.kind, alert=Alert.of(alert))
