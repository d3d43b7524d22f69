"""What happened, as each service's own domain says it: the same on every run. Invented people and places."""

from __future__ import annotations

from chassis.outbox import OutboxMessage
from employment_service.events import to_message as employment_message
from households_service.events import to_message as households_message
from risk_service.events import to_message as risk_message
from tests.contract.employment_facts import EMPLOYMENT_FACTS
from tests.contract.households_facts import HOUSEHOLDS_FACTS
from tests.contract.risk_facts import RISK_FACTS


def published() -> dict[str, OutboxMessage]:
    """By name and case ("HouseholdChanged-removed"), as each service's own mapping makes it."""
    made: dict[str, OutboxMessage | None] = {
        **{name: households_message(event) for name, event in HOUSEHOLDS_FACTS.items()},
        **{name: employment_message(event) for name, event in EMPLOYMENT_FACTS.items()},
        **{name: risk_message(event) for name, event in RISK_FACTS.items()},
    }
    return {name: message for name, message in made.items() if message is not None}
