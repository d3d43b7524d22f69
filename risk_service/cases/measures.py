"""What was delivered to a household: recorded by one, confirmed by the household or another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from chassis.access import Scope
from chassis.identity import Actor
from chassis.ids import new_id
from risk_service.access import CONFIRM_MEASURE, RECORD_MEASURE, policy
from risk_service.cases.circumstances import setting_at
from risk_service.cases.domain import MonitoringCase, delivered
from risk_service.cases.refusals import (
    CaseChanged,
    CaseNotFound,
    MeasureAlreadyConfirmed,
    MeasureNotFound,
    OtherPersonRequired,
)
from risk_service.cases.resolving import CaseMeasure
from risk_service.copies.reach import reach_of
from risk_service.policy.domain import MeasureType
from risk_service.uow import RiskUnitOfWork


async def record_measure(
    uow: RiskUnitOfWork,
    actor: Actor,
    *,
    case_id: UUID,
    type: MeasureType,  # noqa: A002 - the field's own name
    delivered_on: date,
    expected_version: int,
) -> tuple[MonitoringCase, CaseMeasure]:
    """Before the decision it marks the case as of the green channel. Raises Forbidden, CaseNotFound, CaseChanged,
    StepNotPossible or CaseDateInvalid.
    """
    scope = policy.require(actor, RECORD_MEASURE)
    case = await _locked(uow, actor, scope, case_id)
    if case.version != expected_version:
        raise CaseChanged("The case has changed since you read it; read it again.", field="expectedVersion")
    setting = await setting_at(uow, case.area_path)
    after = delivered(case, on=delivered_on, today=setting.today)
    measure = CaseMeasure(
        id=new_id(),
        case_id=case.id,
        type=type,
        delivered_on=delivered_on,
        recorded_by=actor.subject,
        confirmed_by=None,
    )
    await uow.cases.put(after)
    await uow.cases.add_measure(measure, case, at=uow.now)
    uow.arrivals.likelihood(case.household_id)
    await uow.audit(action="MEASURE_RECORDED", subject_id=str(case.id), purpose="MONITORING")
    return after, measure


async def confirm_measure(uow: RiskUnitOfWork, actor: Actor, *, measure_id: UUID) -> CaseMeasure:
    """By the household itself, or by an officer who did not record it. Raises Forbidden, MeasureNotFound,
    OtherPersonRequired or MeasureAlreadyConfirmed.
    """
    scope = policy.require(actor, CONFIRM_MEASURE)
    measure = await uow.cases.measure(measure_id)
    if measure is None:
        raise MeasureNotFound("There is no such measure.", field="measureId")
    await _locked(uow, actor, scope, measure.case_id)
    if measure.recorded_by == actor.subject:
        raise OtherPersonRequired("Who recorded a measure does not confirm it.")
    if measure.confirmed_by is not None:
        raise MeasureAlreadyConfirmed("This measure was confirmed before.")
    await uow.cases.confirm_measure(measure.id, by=actor.subject, at=uow.now)
    await uow.audit(action="MEASURE_CONFIRMED", subject_id=str(measure.case_id), purpose="MONITORING")
    return replace(measure, confirmed_by=actor.subject)


async def _locked(uow: RiskUnitOfWork, actor: Actor, scope: Scope, case_id: UUID) -> MonitoringCase:
    case = await uow.cases.get(case_id, lock=True)
    if case is None:
        raise CaseNotFound("There is no such case.", field="caseId")
    reach = await reach_of(uow, case.household_id)
    scope.require(
        area_path=case.area_path,
        paired=actor.subject in reach.paired_subjects,
        own=actor.member_id is not None and actor.member_id in reach.member_ids,
    )
    return case
