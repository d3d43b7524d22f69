"""A red event brings support back to a household whose case was resolved, or was about to be."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.identity import SYSTEM_ACTOR
from risk_service.alerts.domain import Alert
from risk_service.cases.circumstances import setting_at
from risk_service.cases.domain import Act, reopen_for_alert
from risk_service.cases.service import keep
from risk_service.cases.states import CaseStatus
from risk_service.policy.domain import AlertLevel
from risk_service.uow import RiskUnitOfWork


async def reopen_for(uow: RiskUnitOfWork, alerts: Sequence[Alert]) -> None:
    """One query where no case has to be reopened."""
    red = {alert.household_id: alert for alert in alerts if alert.level is AlertLevel.RED}
    if not red:
        return
    for household_id, case in (await uow.cases.live(sorted(red))).items():
        if case.is_undecided or case.status in {CaseStatus.OPEN, CaseStatus.REOPENED}:
            continue
        alert = red[household_id]
        setting = await setting_at(uow, case.area_path)
        note = f"{alert.factor.value} {alert.level.name}: alert {alert.id}"
        reopened = reopen_for_alert(
            case,
            alert.level,
            Act(by=SYSTEM_ACTOR.subject, at=uow.now, on=setting.today, note=note),
            log=(await uow.cases.steps([case.id])).get(case.id, []),
            clocks=setting.clocks,
        )
        if reopened is not None:
            await keep(uow, *reopened)
