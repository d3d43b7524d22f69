"""Maps what happened here to the messages other services read. The only file that knows both.

Nothing here carries a name, an ID number, a phone or an address.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import singledispatch

from chassis.outbox import OutboxMessage
from contracts.households.v1 import events_pb2 as v1
from households_service.areas.domain import AreaChanged
from households_service.benefits.domain import BenefitReductionProposed
from households_service.care.domain import CareDuty
from households_service.feeds.domain import AreaConditionReported, DepartmentRecordLinked, DepartmentRecordUnlinked
from households_service.feeds.events import condition_message, record_message, unlinked_message
from households_service.identities.judgements.domain import PersonsMerged, PersonSplit
from households_service.members.domain import Member
from households_service.officers.domain import OfficerChanged
from households_service.registry.state import HouseholdChanged, HouseholdState
from households_service.statements.domain import IncomeStatement, IncomeStatementChanged, IncomeStatementFrozen


@singledispatch
def to_message(event: object) -> OutboxMessage | None:
    """None: this event is not published."""
    raise TypeError(type(event).__name__)


@to_message.register
def _(event: AreaChanged) -> OutboxMessage:
    return OutboxMessage(subject_id=str(event.area.id), area_path=event.area.path, message=area_message(event))


@to_message.register
def _(event: OfficerChanged) -> OutboxMessage:
    officer = event.officer
    return OutboxMessage(subject_id=str(officer.id), area_path=officer.area_path, message=officer_message(event))


@to_message.register
def _(event: HouseholdChanged) -> OutboxMessage:
    household = event.state.household
    return OutboxMessage(
        subject_id=str(household.id), area_path=household.area_path, message=household_message(event.state)
    )


@to_message.register
def _(event: IncomeStatementChanged) -> OutboxMessage:
    return OutboxMessage(
        subject_id=str(event.household_id),
        area_path=event.area_path,
        message=v1.IncomeStatementChanged(statement=statement_message(str(event.household_id), event.statements)),
    )


@to_message.register
def _(event: IncomeStatementFrozen) -> OutboxMessage:
    frozen = event.frozen
    return OutboxMessage(
        subject_id=str(frozen.household_id),
        area_path=frozen.area_path,
        message=v1.IncomeStatementFrozen(
            statement_id=str(frozen.id),
            decision_id=frozen.decision_id,
            statement=statement_message(str(frozen.household_id), frozen.statements),
        ),
    )


@to_message.register
def _(event: BenefitReductionProposed) -> OutboxMessage:
    reduction = event.reduction
    return OutboxMessage(
        subject_id=str(reduction.household_id),
        area_path=reduction.area_path,
        message=v1.BenefitReductionProposed(
            proposal_id=str(reduction.id),
            household_id=str(reduction.household_id),
            area_path=reduction.area_path,
            benefit=event.benefit,
            current_cents=reduction.current_cents,
            proposed_cents=reduction.monthly_cents,
            effective_from=reduction.effective_from.isoformat(),
        ),
    )


@to_message.register
def _(event: DepartmentRecordLinked) -> OutboxMessage:
    return OutboxMessage(subject_id=str(event.household_id), area_path=event.area_path, message=record_message(event))


@to_message.register
def _(event: AreaConditionReported) -> OutboxMessage:
    return OutboxMessage(
        subject_id=str(event.subject_id), area_path=event.record.area_path, message=condition_message(event)
    )


@to_message.register
def _(event: DepartmentRecordUnlinked) -> OutboxMessage:
    return OutboxMessage(subject_id=str(event.household_id), area_path=event.area_path, message=unlinked_message(event))


@to_message.register
def _(event: PersonsMerged) -> OutboxMessage:
    merge = event.merge
    return OutboxMessage(
        subject_id=str(event.surviving_household_id),
        area_path=merge.area_path,
        message=v1.PersonsMerged(
            merge_id=str(merge.id),
            surviving_member_id=str(merge.surviving_id),
            surviving_household_id=str(event.surviving_household_id),
            merged_member_id=str(merge.merged_id),
            merged_household_id=str(event.merged_household_id),
            area_path=merge.area_path,
        ),
    )


@to_message.register
def _(event: PersonSplit) -> OutboxMessage:
    merge = event.merge
    return OutboxMessage(
        subject_id=str(event.surviving_household_id),
        area_path=merge.area_path,
        message=v1.PersonSplit(
            merge_id=str(merge.id),
            surviving_member_id=str(merge.surviving_id),
            surviving_household_id=str(event.surviving_household_id),
            split_member_id=str(merge.merged_id),
            split_household_id=str(event.split_household_id),
            area_path=merge.area_path,
        ),
    )


def area_message(event: AreaChanged) -> v1.AreaChanged:
    area = event.area
    return v1.AreaChanged(
        area_id=str(area.id),
        path=area.path,
        code=event.code,
        level=v1.AreaLevel.Value(f"AREA_LEVEL_{area.level}"),
        name=area.name,
        time_zone=area.time_zone,
        lat=area.lat,
        lon=area.lon,
        valid_from=area.valid_from.isoformat(),
        valid_to=_day(area.valid_to),
    )


def officer_message(event: OfficerChanged) -> v1.OfficerChanged:
    officer = event.officer
    return v1.OfficerChanged(
        officer_id=str(officer.id),
        subject=officer.subject,
        roles=sorted(officer.roles),
        area_path=officer.area_path,
        active=officer.active,
    )


def household_message(state: HouseholdState) -> v1.HouseholdChanged:
    household = state.household
    return v1.HouseholdChanged(
        household_id=str(household.id),
        code=household.code,
        area_path=household.area_path,
        registration_history=v1.RegistrationHistory.Value(f"REGISTRATION_HISTORY_{household.registration_history}"),
        monitoring_category=v1.MonitoringCategory.Value(f"MONITORING_CATEGORY_{household.monitoring_category}"),
        safe_housing=household.safe_housing,
        safe_water=household.safe_water,
        members=[_member(member, state) for member in state.members],
        support_officer_ids=[str(officer) for officer in state.support_officer_ids],
        removed=household.removed_on is not None,
    )


def statement_message(household_id: str, statements: Iterable[IncomeStatement]) -> v1.IncomeStatement:
    """The bases of one household on one day as one message."""
    bases = tuple(statements)
    return v1.IncomeStatement(
        household_id=household_id,
        as_of=bases[0].as_of.isoformat(),
        member_count=bases[0].member_count,
        currency=bases[0].currency,
        bases=[
            v1.BasisTotals(
                basis=v1.IncomeBasis.Value(f"INCOME_BASIS_{statement.basis}"),
                wage_cents=statement.wage_cents,
                production_cents=statement.production_cents,
                property_cents=statement.property_cents,
                transfer_cents=statement.transfer_cents,
                production_cost_cents=statement.production_cost_cents,
                net_cents=statement.net_cents,
                rigid_expenses_cents=statement.rigid_expenses_cents,
            )
            for statement in bases
        ],
    )


def _member(member: Member, state: HouseholdState) -> v1.MemberState:
    duties = [duty for duty in state.care_duties if duty.member_id == member.id]
    return v1.MemberState(
        member_id=str(member.id),
        date_of_birth=_day(member.date_of_birth),
        head=member.head,
        labour_capacity=v1.LabourCapacity.Value(f"LABOUR_CAPACITY_{member.labour_capacity}"),
        in_school=member.in_school,
        disabled=member.disabled,
        counted=member.counted(state.membership_rule, state.day),
        care_duties=[_duty(duty) for duty in duties],
    )


def _duty(duty: CareDuty) -> v1.CareDuty:
    return v1.CareDuty(
        care_duty_id=str(duty.id),
        member_id=str(duty.member_id),
        kind=v1.CareKind.Value(f"CARE_KIND_{duty.kind}"),
        area_path=duty.care_area_path,
        valid_from=duty.valid_from.isoformat(),
        valid_to=_day(duty.valid_to),
    )


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
