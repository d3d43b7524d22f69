"""What an alert is shown with: its thresholds, its steps and the records and figures behind it."""

from datetime import date, datetime

import strawberry

from chassis.graph import Money
from risk_service.alerts import domain
from risk_service.policy.words import AlertLevel


@strawberry.type(description="Costs that must be exceeded.")
class AlertThresholds:
    yellow_over: Money
    red_over: Money


@strawberry.type(description="One step of an alert's life.")
class AlertChange:
    number: int
    kind: domain.ChangeKind
    level: AlertLevel
    amount: Money | None = strawberry.field(description="Null where the alert is not about a cost.")
    at: datetime


@strawberry.type(description="One department record behind an alert.")
class CountedCost:
    department: str
    record_id: str
    occurred_on: date
    amount: Money
    in_amount: bool = strawberry.field(
        description="Part of the alert's amount; otherwise a further cost of the household, decided on with it."
    )


@strawberry.type(description="One record of something other than a cost, such as a report of a supply point.")
class CountedCondition:
    department: str
    record_id: str
    kind: str
    occurred_on: date
    outage_days: int | None = strawberry.field(description="Without water so far.")
    quality_ok: bool | None = strawberry.field(description="Of a test.")


@strawberry.type(description="One figure that was held against the rule, as it was then.")
class AlertInput:
    name: str
    value: str
