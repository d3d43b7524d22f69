"""Telling the household and its support officers what was decided; not every paper that moved."""

from __future__ import annotations

from chassis.ids import new_id
from risk_service.cases.domain import CaseStep, MonitoringCase
from risk_service.cases.states import CaseStepKind
from risk_service.notifications.domain import Notification, NotificationAsked, NotificationKind, RecipientKind
from risk_service.uow import RiskUnitOfWork

TOLD = frozenset(
    {
        CaseStepKind.PROPOSE,
        CaseStepKind.APPROVE,
        CaseStepKind.DECLINE,
        CaseStepKind.PROPOSE_RESOLUTION,
        CaseStepKind.REOPEN,
    }
)


async def tell_of_case(uow: RiskUnitOfWork, case: MonitoringCase, step: CaseStep) -> None:
    if step.kind not in TOLD:
        return
    household = await uow.copies.household(case.household_id)
    recipients = [(RecipientKind.HOUSEHOLD, case.household_id)]
    recipients += [(RecipientKind.OFFICER, one) for one in (household.support_officer_ids if household else ())]
    new = [
        Notification(
            id=new_id(),
            recipient_kind=kind,
            recipient_id=recipient_id,
            kind=NotificationKind.CASE_CHANGED,
            about_id=case.id,
            household_id=case.household_id,
            area_path=case.area_path,
            created_at=uow.now,
            read_at=None,
        )
        for kind, recipient_id in recipients
    ]
    await uow.notifications.add(new)
    uow.emit(*(NotificationAsked(notification=one) for one in new))
