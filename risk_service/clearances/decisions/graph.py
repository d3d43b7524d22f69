"""Clearing an alert, as GraphQL: apart from what was decided, which the alert itself shows."""

from datetime import date
from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import Refused, refusals
from chassis.ids import parse_id
from risk_service.alerts.graph import Alert
from risk_service.clearances import service
from risk_service.context import RiskContext
from risk_service.policy.words import IncomeBasis


@strawberry.input
class ClearAlertInput:
    alert_id: strawberry.ID
    reason: str
    expected_version: int
    how_bill_was_paid: str = strawberry.field(default="", description="Asked for by policies that say so.")
    basis: IncomeBasis | None = strawberry.field(
        default=None, description="If given, it must be the one of the policy's legal test."
    )
    as_of: date | None = strawberry.field(default=None, description="Day of the statement; today if left out.")


ClearAlertResult = Annotated[Alert | Refused, strawberry.union("ClearAlertResult")]


@strawberry.type
class ClearanceMutation:
    @strawberry.mutation(
        description="By a second person, never the visitor. Freezes the income statement the decision relies on."
    )
    @refusals
    async def clear_alert(self, info: Info[RiskContext, None], input: ClearAlertInput) -> ClearAlertResult:
        context = info.context
        decision = service.Decision(
            alert_id=parse_id(input.alert_id, field="alertId"),
            reason=input.reason,
            how_bill_was_paid=input.how_bill_was_paid,
            basis=input.basis,
            as_of=input.as_of,
            expected_version=input.expected_version,
        )
        return Alert.of(await service.clear_alert(context.begin_as, context.freezer, context.actor, decision=decision))
