"""Who was told of an alert."""

from __future__ import annotations

from contracts.risk.v1 import events_pb2 as risk
from risk_service.alerts.domain import Alert
from tests.risk_service.desk import Desk


async def told_of(desk: Desk, alert: Alert) -> list[tuple[str, str]]:
    """(recipient, kind) of every notification about an alert, oldest first."""
    return [
        (message.recipient_id, message.kind)
        for message in await desk.published()
        if isinstance(message, risk.NotificationRequested) and message.about_id == str(alert.id)
    ]
