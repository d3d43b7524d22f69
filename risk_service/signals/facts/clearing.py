"""What a person decided about with an alert."""

from __future__ import annotations

from risk_service.alerts.domain import Alert
from risk_service.uow import RiskUnitOfWork


async def clear_facts(uow: RiskUnitOfWork, alert: Alert) -> None:
    """All that is known of the household in the alert's factor now: none of it warns this household again."""
    told = [*await uow.facts.current_of([alert.household_id]), *await uow.facts.of_areas([alert.area_path])]
    decided = [fact for fact in told if fact.factor is alert.factor]
    await uow.facts.put_cleared(alert.household_id, alert.area_path, decided)
